"""The epochs of a training that a network explorer goes back to."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arguments import items_of
from ..errors import OMIT, ArgumentError, ConvlabError, DTypeError
from ..explanation import LayerExplanation
from ..i18n import Choices
from .arrays import finite, simple
from .checks import is_finite, with_choices
from .network_layers import flat_weights, shapes_of
from .network_samples import as_float32

Array = NDArray[np.float32]
Shape = tuple[int, ...]

MOST_BYTES = 400_000
"""Of the weights of all epochs, as float16."""

LARGEST = float(np.finfo("float16").max)


class Epoch(NamedTuple):
    """The weights as one line, and the figures by name."""

    weights: Array
    figures: dict[str, float]


class Past(NamedTuple):
    """The epochs that are shown by their numbers, and now where now is the last epoch."""

    epochs: tuple[Epoch, ...]
    numbers: tuple[int, ...]
    figures: tuple[dict[str, float], ...]

    def told(self) -> dict[str, Any]:
        """As the browser has it."""
        if not self.figures:
            return {}
        lines = [epoch.weights.astype("<f2").tobytes() for epoch in self.epochs]
        before = [bytes(len(line)) for line in lines[:1]] + lines[:-1]
        data = [_packed(*pair) for pair in zip(lines, before, strict=True)]
        return {"figures": list(self.figures), "epochs": list(self.numbers), "data": data}


@lru_cache(maxsize=512)
def _packed(line: bytes, before: bytes) -> str:
    """The differences of 16-bit numbers to those before them, deflated, in base64.

    Small ones of both signs become small numbers, all upper bytes stand before all lower ones: the
    epochs of a training take some 60 % of the room so.
    """
    one, other = (np.frombuffer(each, "<i2").astype("int32") for each in (line, before))
    difference = (one - other).astype("int16")
    folded = ((difference << 1) ^ (difference >> 15)).astype("<u2")
    planes = folded.view("uint8").reshape(-1, 2).T[::-1]
    return base64.b64encode(zlib.compress(planes.tobytes(), 6)).decode()


def past_of(epochs: Sequence[Epoch], now: Array) -> Past:
    """The epochs beside the weights of now: evenly spaced ones if there are too many.

    >>> epochs = [Epoch(np.zeros(100_000, "float32"), {"loss": n}) for n in range(4)]
    >>> past_of(epochs, np.ones(100_000, "float32")).numbers
    (0, 3)
    """
    last = [len(epochs) - 1] if epochs and np.array_equal(epochs[-1].weights, now) else []
    count = len(epochs) - len(last)
    room = max(1, MOST_BYTES // (2 * max(now.size, 1)))
    whole: list[int] = np.linspace(0, count - 1, min(count, room)).round().astype(int).tolist()
    shown = [*whole, *last]
    return Past(
        epochs=tuple(epochs[number] for number in whole),
        numbers=tuple(shown),
        figures=tuple(epochs[number].figures for number in shown),
    )


def checked_history(history: Any, records: Sequence[LayerExplanation]) -> list[Epoch]:
    """A history's epochs; raises a ``ConvlabError`` for another form, other shapes, NaN and ∞."""
    if history is None:
        return []
    listed = isinstance(history, list | tuple)
    given = list(history) if listed else [] if isinstance(history, Mapping) else items_of(history)
    if not listed and not given:
        kind = type(history).__name__
        none = [{"history": None}]
        raise DTypeError("network_history", argument="history", kind=kind, choices=none)
    found, errors = {}, []
    for index, one in enumerate(given):
        try:
            found[index] = _epoch(one, f"history[{index}]", records)
        except ConvlabError as error:
            errors.append(error)
    if errors:
        right = [{"history": [given[index] for index in found]}] if found else []
        raise with_choices(errors[0], [*right, {"history": None}])
    return list(found.values())


def _epoch(value: Any, argument: str, records: Sequence[LayerExplanation]) -> Epoch:
    if not isinstance(value, Mapping) or "weights" not in value:
        raise _no_epoch(argument, value, records)
    listed = value["weights"] if isinstance(value["weights"], list | tuple) else ()
    arrays = [as_float32(finite(one, argument), argument, LARGEST) for one in listed]
    given = [array.shape for array in arrays]
    if given != shapes_of(records):
        raise _no_epoch(argument, Choices(given) if given else value["weights"], records)
    figures = {name: one for name, one in value.items() if name != "weights"}
    return Epoch(flat_weights(records, arrays), checked_figures(figures))


def _no_epoch(argument: str, value: Any, records: Sequence[LayerExplanation]) -> ConvlabError:
    told = value if isinstance(value, Choices) else type(value).__name__
    shapes = Choices(shapes_of(records))
    return ArgumentError("network_epoch", argument=argument, value=told, shapes=shapes)


def checked_figures(figures: Mapping[Any, Any]) -> dict[str, float]:
    """Finite numbers by name; raises a ``ConvlabError`` for any other."""
    found = {name: simple(value) for name, value in figures.items()}
    for name, value in found.items():
        if not isinstance(name, str) or not is_finite(value):
            raise ArgumentError(
                "network_figure", argument=name, value=value, choices=[{name: OMIT}]
            )
    return {name: float(value) for name, value in found.items()}


def recorded(now: Array, figures: Mapping[str, Any]) -> Epoch:
    """The weights of now as an epoch; raises a ``ConvlabError`` as ``checked_history`` does."""
    try:
        return Epoch(as_float32(now, "weights", LARGEST), checked_figures(figures))
    except ConvlabError as error:
        raise with_choices(error, [one for one in error.choices if "weights" not in one]) from error

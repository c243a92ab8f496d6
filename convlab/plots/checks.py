"""What may be asked of a picture: the odd is refused in words, with choices that work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from math import inf, nan
from numbers import Real
from pathlib import Path
from typing import Any

from ..arguments import check_index, check_is_layer
from ..errors import ArgumentError, ConvlabError, ShapeError, not_one_of
from ..explanation import Refusal, explain
from ..explanation.wiring import known_geometry
from ..geometry import Geometry
from ..i18n import Choices
from ..layers import Layer

SLOWEST, FASTEST, USUAL = 0.01, 50.0, 2.0
"""Steps a second. A GIF counts hundredths of a second, and browsers take fewer than two for ten."""

MOST_DRAWN = 32
"""Channels or filters below each other: no format holds a picture that is much higher."""

MOST_CELLS = 1_000_000
"""Cells of a drawing: as many as a screen can show."""

_MOST_READ = 2_000
"""Numbers read of a choice: a generator may have no end."""

_LONGEST_NAME = 255


def check_choice(argument: str, value: object, legal: Sequence[str | None]) -> None:
    """Refuse a value that is not one of the names (or None) that are legal."""
    if (value is None or isinstance(value, str)) and value in legal:
        return
    raise not_one_of(argument, value, legal)


def chosen(argument: str, value: Any, count: int) -> tuple[int, ...]:
    """One or several of ``count`` channels or filters by their numbers, each once."""
    if not _has_items(value):
        check_index(value, count, argument)
    items = list(islice(value, _MOST_READ)) if _has_items(value) else [value]
    if not items:
        check_index(value, count, argument)
    nearest, refusals = [], []
    for item in items:
        try:
            check_index(item, count, argument)
            nearest.append(int(item))
        except ArgumentError as error:
            refusals.append(error)
            nearest.append(error.choices[0][argument])
    numbers = tuple(dict.fromkeys(nearest))
    choices = [{argument: numbers[:MOST_DRAWN]}]
    if refusals:
        raise ArgumentError(refusals[0].code, choices=choices, **refusals[0].parameters)
    if len(numbers) > MOST_DRAWN:
        raise ArgumentError(
            "too_many_drawn",
            argument=argument,
            value=value,
            count=len(numbers),
            most=MOST_DRAWN,
            choices=choices,
        )
    return numbers


def _has_items(value: object) -> bool:
    text = isinstance(value, str | bytes)
    return isinstance(value, Iterable) and not text and getattr(value, "ndim", 1) > 0


def check_fps(value: Any) -> float:
    """Steps a second that a GIF can hold."""
    number = _number(value)
    if isinstance(value, Real) and SLOWEST <= number <= FASTEST:
        return number
    nearest = min(max(number, SLOWEST), FASTEST) if number == number else USUAL
    raise ArgumentError(
        "fps",
        argument="fps",
        value=value,
        least=SLOWEST,
        most=FASTEST,
        nearest=nearest,
        choices=[{"fps": nearest}],
    )


def _number(value: Any) -> float:
    """A number as a float, however large; NaN for what is none."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
    except (TypeError, ValueError):
        return nan


def check_path(path: Any, name: str, endings: Sequence[str]) -> Path:
    """Where to write a file whose ending is one of ``endings``; ``name`` is what to call it.

    Of the choices each can be written to.
    """
    try:
        target = Path(os.fsdecode(path))
        named = b"\0" not in os.fsencode(target)
    except (TypeError, UnicodeError):
        named = False
    if not named:
        found = _writable([Path(name + ending) for ending in endings])
        raise ArgumentError(
            "path", argument="path", value=path, example=name + endings[0], choices=found
        )
    if target.suffix.lower() not in endings:
        stem = target / name if os.path.isdir(target) else target
        raise ArgumentError(
            "one_of",
            argument="path",
            value=os.fsdecode(path),
            legal=Choices([f"*{ending}" for ending in endings]),
            choices=_writable([stem.with_suffix(ending) for ending in endings]),
        )
    return target


def _writable(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The paths at which a file can be made."""
    return [
        {"path": str(path)}
        for path in paths
        if os.access(path.parent, os.W_OK | os.X_OK)
        and len(os.fsencode(path.name)) <= _LONGEST_NAME
        and not os.path.isdir(path)
        and (path.suffix != ".mp4" or shutil.which("ffmpeg"))
    ]


def find_ffmpeg(target: Path) -> str:
    """The program that makes a film. Raises ``ConvlabError`` where there is none."""
    found = shutil.which("ffmpeg")
    if found is None:
        others = _writable([target.with_suffix(ending) for ending in (".gif", ".html")])
        raise ConvlabError("no_ffmpeg", argument="path", value=str(target), choices=others)
    return found


def checked_geometry(layer: Layer, input_shape: Any) -> Geometry:
    """The layer's geometry on a shape. Raises ``ArgumentError`` for what is no layer.

    Raises ``ShapeError`` for a shape that the layer cannot take, its choices tried out.
    """
    check_is_layer(layer, Layer, "only_a_layer")
    with explained(layer, input_shape):
        return layer.geometry(input_shape)


def drawable_geometry(layer: Layer, input_shape: Any, cells: Callable[[Geometry], int]) -> Geometry:
    """The layer's geometry on a shape of which this number of ``cells`` is to be drawn.

    Raises ``ArgumentError`` for what is no layer or for an empty picture, ``ShapeError`` for a
    shape that the layer cannot take, that has unknown sizes, or for too large a picture.
    """

    def check(layer: Layer, input_shape: Any) -> Geometry:
        geometry = known_geometry(layer, input_shape)
        _check_cells(layer, geometry, cells)
        return geometry

    check_is_layer(layer, Layer, "only_a_layer")
    with explained(layer, input_shape, check):
        return check(layer, input_shape)


@contextmanager
def explained(
    layer: Layer, input_shape: Any, check: Callable[[Layer, Any], object] = Layer.geometry
) -> Iterator[None]:
    """Give an error the choices that ``explain`` has for it, those that pass the check."""
    try:
        yield
    except ConvlabError as error:
        # Only where the layer itself refuses: to explain a large shape that it takes is long.
        if isinstance(error, ShapeError) and not _passes(Layer.geometry, layer, input_shape):
            error.choices = tuple(_explained_choices(layer, input_shape, check))
        error.choices = tuple(
            choice
            for choice in error.choices
            if "x" not in choice or _passes(check, layer, choice["x"].shape)
        )
        raise


def _explained_choices(
    layer: Layer, input_shape: Any, check: Callable[[Layer, Any], object]
) -> Iterator[dict[str, Any]]:
    record = explain(layer, input_shape)
    for choice in record.choices if isinstance(record, Refusal) else ():
        if _passes(check, choice.settings.made(), choice.settings.input_shape):
            yield dict(choice.changes)


def _passes(check: Callable[[Layer, Any], object], layer: Layer, input_shape: Any) -> bool:
    try:
        check(layer, input_shape)
    except ConvlabError:
        return False
    return True


def _check_cells(layer: Layer, geometry: Geometry, cells: Callable[[Geometry], int]) -> None:
    count = cells(geometry)
    if not count:
        raise no_positions(geometry)
    if count > MOST_CELLS:
        smaller = next(_smaller(layer, geometry.input_shape, cells), None)
        raise ShapeError(
            "too_many_cells",
            argument="input_shape",
            value=geometry.input_shape,
            cells=count,
            most=MOST_CELLS,
            choices=[{"input_shape": smaller}] if smaller else [],
        )


def no_positions(geometry: Geometry) -> ArgumentError:
    """Why there is nothing to draw."""
    return ArgumentError(
        "no_positions", value=geometry.output_shape, input_shape=geometry.input_shape
    )


def _smaller(
    layer: Layer, shape: tuple[Any, ...], cells: Callable[[Geometry], int]
) -> Iterator[tuple[Any, ...]]:
    """Shapes with their largest sizes halved again and again, as far as the layer takes them."""
    while max(shape[1:]) > 1:
        largest = 1 + shape[1:].index(max(shape[1:]))
        shape = (*shape[:largest], -(-shape[largest] // 2), *shape[largest + 1 :])
        try:
            count = cells(layer.geometry(shape))
        except ConvlabError:
            return
        if count <= MOST_CELLS:
            yield shape

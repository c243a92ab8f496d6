"""What a network explorer is given: layers, samples and all that belongs to them, found legal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConvlabError
from ..explanation import LayerExplanation, explanation_of
from .checks import check_known, with_choices, without
from .network_layers import (
    axes_taken,
    begins_first,
    can_straighten,
    check_weights,
    explained,
    formats_of,
    listed,
    record_of,
    weights_now,
)
from .network_past import Epoch, checked_history, past_of
from .network_samples import (
    check_number,
    checked_classes,
    checked_labels,
    checked_pad,
    fitted,
    pad_layer,
    picture_of,
    samples_of,
)
from .network_settings import NAMES, Bounds, Settings, resolved, started
from .network_wires import shown_shapes, sizes_of, weighs

Array = NDArray[np.float32]
Records = tuple[LayerExplanation, ...]


@dataclass(frozen=True)
class Given:
    """What an explorer is made of; ``told`` is what the browser is told of it once."""

    records: Records
    x: Array
    epochs: list[Epoch]
    told: dict[str, Any]
    bounds: Bounds
    settings: Settings


def opened(
    layers: Any = None,
    x: Any = None,
    labels: Any = None,
    classes: Any = None,
    history: Any = None,
    pad: Any = None,
    **settings: Any,
) -> Given:
    """All of it in canonical form; raises a ``ConvlabError`` for the first that is not legal.

    No layer is built.
    """
    check_known(settings, NAMES, "NetworkExplorer")
    stack = listed(layers)
    check_weights(stack)
    samples = samples_of(x, axes_taken(stack), begins_first(stack))
    check_number(samples, labels)
    records = _explained(stack, samples)
    epochs, channels = checked_history(history, records), _channels(records)
    cells = checked_pad(pad, _picture(records, samples).shape)
    told = {
        "input_shape": list(samples.shape[1:]),
        "classes": checked_classes(classes, channels[-1]),
        "labels": checked_labels(labels, len(samples), channels[-1]),
        "pad": cells,
        "pad_layer": cells and _pad_record(cells, _picture(records, samples).shape),
        "white": float(max(samples.max(), 0)) or 1.0,
    }
    bounds = _bounds(records, samples, cells, _past_count(records, epochs))
    return Given(records, samples, epochs, told, bounds, resolved(started(), settings, bounds))


def _explained(layers: list[Any], x: Array) -> Records:
    """The records of the layers on the samples; a choice of another shape is one of samples."""
    try:
        return explained(layers, x.shape)
    except ConvlabError as error:
        choices = [
            {**without(one, ("shape",)), "x": fitted(x, one["shape"])} if "shape" in one else one
            for one in error.choices
        ]
        if error.parameters.get("why", error).code == "other_channels" and len(x) == 1:
            # Rather many pictures without a channel axis than one whose channels do not fit.
            choices.insert(0, {"x": x[0][..., None]})
        raise with_choices(error, choices) from error


def _bounds(records: Records, x: Array, pad: int | None, epochs: int) -> Bounds:
    rows, columns, _ = _picture(records, x).shape
    return Bounds(
        samples=len(x),
        sizes=(rows, columns),
        pad=pad,
        outputs=tuple(sizes_of(one.output_shape) for one in records),
        channels=_channels(records),
        straightened=tuple(i for i, one in enumerate(records) if can_straighten(one)),
        weighed=tuple(i for i, one in enumerate(records) if weighs(one.made)),
        epochs=epochs,
    )


def _pad_record(pad: int, picture: tuple[int, ...]) -> dict[str, Any]:
    """The layer that makes the input of a drawing, as the browser has it."""
    rows, columns, _ = picture
    layer = pad_layer(pad, 1)
    return record_of(explanation_of(layer, (1, rows * pad, columns * pad, 1)), False, False)


def _picture(records: Records, x: Array) -> Array:
    return picture_of(x[0], formats_of(records)[0])


def _channels(records: Records) -> tuple[int, ...]:
    """Of each layer's output."""
    outputs = zip(records, formats_of(records)[1:], strict=True)
    return tuple(sizes_of(one.output_shape)[0 if first else -1] for one, first in outputs)


def _past_count(records: Records, epochs: list[Epoch]) -> int:
    """How many epochs stand beside the weights of now; layers that are not built have none."""
    built = all(record.made.built for record in records)
    size = sum(int(np.prod(shape)) for one in records for shape in shown_shapes(one))
    now = weights_now(records) if built else np.full(size, np.nan, "float32")
    return len(past_of(epochs, now).epochs)

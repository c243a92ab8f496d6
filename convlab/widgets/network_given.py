"""What a network explorer is given: layers, samples and all that belongs to them, found legal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConvlabError
from ..explanation import Explanation
from ..layers import Layer
from .checks import check_known, with_choices, without
from .network_layers import check_weights, explained, listed, shown_shapes, weights_now
from .network_past import Epoch, checked_history, past_of
from .network_samples import (
    check_number,
    checked_classes,
    checked_labels,
    checked_pad,
    fitted,
    picture_of,
    samples_of,
)
from .network_settings import NAMES, Bounds, Settings, resolved, started

Array = NDArray[np.float32]
Records = tuple[Explanation, ...]


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
    samples = samples_of(x, stack[0])
    check_number(samples, labels)
    records = _explained(stack, samples)
    epochs, channels = checked_history(history, records), _channels(records[-1])
    cells = checked_pad(pad, _picture(records, samples).shape)
    told = {
        "input_shape": list(samples.shape[1:]),
        "classes": checked_classes(classes, channels),
        "labels": checked_labels(labels, len(samples), channels),
        "pad": cells,
        "white": float(max(samples.max(), 0)) or 1.0,
    }
    bounds = _bounds(records, samples, cells, _past_count(records, epochs))
    return Given(records, samples, epochs, told, bounds, resolved(started(), settings, bounds))


def _explained(layers: list[Layer], x: Array) -> Records:
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
    activations = [record.made.activation for record in records]
    return Bounds(
        samples=len(x),
        sizes=(rows, columns),
        pad=pad,
        outputs=tuple(_output(one) for one in records),
        channels=tuple(_channels(one) for one in records),
        straightened=tuple(i for i, one in enumerate(activations) if one.halved is None),
        epochs=epochs,
    )


def _picture(records: Records, x: Array) -> Array:
    return picture_of(x[0], records[0].made.data_format)


def _output(record: Explanation) -> tuple[int, ...]:
    return tuple(size or 0 for size in record.output_shape[1:])


def _channels(record: Explanation) -> int:
    return _output(record)[0 if record.made.data_format == "channels_first" else -1]


def _past_count(records: Records, epochs: list[Epoch]) -> int:
    """How many epochs stand beside the weights of now; layers that are not built have none."""
    built = all(record.made.built for record in records)
    size = sum(int(np.prod(shape)) for one in records for shape in shown_shapes(one))
    now = weights_now(records) if built else np.full(size, np.nan, "float32")
    return len(past_of(epochs, now).epochs)

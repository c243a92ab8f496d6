"""Presets, one for each misconception that can be shown: settings, numbers, and where to look.

The captions stand in the catalogue under ``explorer.caption_<id>``, the names under
``explorer.preset_<id>``.
"""

from __future__ import annotations

from typing import Any

from .settings import PER_AXIS, settings_of
from .values import START, Pool


def _lesson(
    id_: str,
    layer: str,
    blocks: dict[str, Any] | None = None,
    position: tuple[int, ...] | None = None,
    view: dict[str, Any] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    unknown = settings.keys() - set(settings_of(layer))
    assert not unknown, f"{id_}: {layer} has no {unknown}"
    assert all(isinstance(settings.get(name, ()), tuple) for name in PER_AXIS)
    return {
        "id": id_,
        "layer": layer,
        "settings": settings,
        "values": blocks and {kind: _pool(kind, block) for kind, block in blocks.items()},
        "position": position,
        "view": view or {},
    }


def _pool(kind: str, block: Any) -> Pool:
    """The numbers of a preset before those that every explorer begins with."""
    return {**START["2"][kind], "block": block}


_PAIRS = [[[2 * row], [2 * row + 1]] for row in range(5)]
_COLUMN = [[[[1]]], [[[2]]]]

LESSONS = [
    _lesson("same_shrinks", "Conv2D", sizes=(5, 8), padding="same", strides=(2, 3)),
    _lesson(
        "same_uneven", "Conv2D", sizes=(4, 6), padding="same", strides=(2, 2), position=(1, 2, 0)
    ),
    _lesson("even_kernel", "Conv2D", sizes=(4, 5), kernel_size=(2, 2), padding="same"),
    _lesson("tail", "Conv2D", sizes=(6, 8), strides=(2, 3), position=(1, 1, 0)),
    _lesson(
        "correlation",
        "Conv2D",
        {"input": _PAIRS, "kernel": _COLUMN},
        (0, 0, 0),
        sizes=(5, 2),
        kernel_size=(2, 1),
        use_bias=False,
    ),
    _lesson("channels_summed", "Conv2D", sizes=(4, 5), channels=3, filters=2),
    _lesson("one_direction", "Conv1D", sizes=(8,), channels=3, filters=2),
    _lesson("causal", "Conv1D", sizes=(8,), padding="causal", dilation_rate=(2,)),
    _lesson("stride_dilation", "Conv2D", sizes=(7, 8), strides=(2, 1), dilation_rate=(1, 2)),
    _lesson("one_bias", "SeparableConv2D", sizes=(4, 5), channels=3, filters=2, activation="relu"),
    _lesson("unequal_strides", "SeparableConv2D", sizes=(6, 7), strides=(2, 1), filters=1),
    _lesson("depthwise_order", "DepthwiseConv2D", sizes=(4, 5), channels=2, depth_multiplier=2),
    _lesson("not_inverse", "Conv2DTranspose", sizes=(3, 3), strides=(1, 1), use_bias=False),
    _lesson("axes_exchanged", "Conv2DTranspose", sizes=(3, 3), channels=3, filters=2),
    _lesson("none_is_not_0", "Conv2DTranspose", sizes=(3, 4), strides=(2, 2), padding="same"),
    _lesson(
        "even_op",
        "Conv2DTranspose",
        sizes=(4, 4),
        kernel_size=(4, 4),
        strides=(2, 2),
        padding="same",
        output_padding=(1, 1),
    ),
    _lesson(
        "two_origins",
        "Conv2DTranspose",
        sizes=(4, 4),
        strides=(2, 2),
        padding="same",
        output_padding=(0, 1),
    ),
    _lesson(
        "uneven_coverage",
        "Conv2DTranspose",
        {"input": [[[1]] * 4] * 4, "kernel": [[[[1]]] * 3] * 3},
        (2, 2, 0),
        sizes=(4, 4),
        strides=(2, 2),
        use_bias=False,
    ),
    _lesson("zeros_between", "Conv2DTranspose", view={"view": "zeros"}, sizes=(3, 3)),
    _lesson("channels_first", "Conv2D", sizes=(3, 4), channels=2, data_format="channels_first"),
]
"""In the order of the lessons: Conv2D, Conv1D, the depthwise ones, the transposed."""

"""A still picture of the explorer as SVG, for readers of a notebook who see no widgets.

The text is the same bytes for the same state: no ids, no dates, numbers written by one rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from ..geometry import AnyAxis, Geometry, Stage
from ..i18n import in_language, text
from ..style import LIGHT, WEB_FONTS
from .values import Array

_CELL, _GAP, _TOP, _MOST = 26, 28, 46, 16
Cells = set[tuple[int, int]]


def still(
    geometry: Geometry,
    sample: Array,
    kernel: Array,
    output: Array,
    position: Sequence[int],
    language: str,
) -> str:
    """Input, kernel and output of the channels that meet at ``position``, its window framed."""
    first = geometry.data_format == "channels_first"
    channel, place = (position[0], position[1:]) if first else (position[-1], position[:-1])
    stage = geometry.stages[0]
    window = _window(stage, place)
    x = _map(sample, 0, first)
    y = _map(output, channel, first)
    w = kernel[..., 0, 0].reshape(-1, kernel.shape[1] if kernel.ndim == 4 else kernel.shape[0])
    at = {(place[0], place[1])} if len(place) == 2 else {(0, place[0])}
    with in_language(language):
        titles = [text(f"explorer.panel_{kind}") for kind in ("input", "kernel", "output")]
    grids = [(x, window, LIGHT.input), (w, set(), LIGHT.kernel), (y, at, LIGHT.output)]
    return _picture(geometry.layer, titles, grids)


def _map(tensor: Array, channel: int, first: bool) -> Array:
    image: Array = tensor[channel] if first else tensor[..., channel]
    return image[None] if image.ndim == 1 else image


def _window(stage: Stage, place: Sequence[int]) -> Cells:
    """The inputs that feed an output, as (row, column)."""
    taps = [_sources(axis, output) for axis, output in zip(stage.axes, place, strict=True)]
    lines = [[0], *taps] if len(taps) == 1 else taps
    return set(product(*lines))  # type: ignore[arg-type]


def _sources(axis: AnyAxis, output: int) -> list[int]:
    return [source for source in axis.sources(output) if source is not None]


def _picture(layer: str, titles: list[str], grids: list[tuple[Array, Cells, str]]) -> str:
    parts, left, height = [], 12, 0
    for title, (values, marked, colour) in zip(titles, grids, strict=True):
        values, marked = _part(values, marked)
        parts.append(_label(left, 36, title, colour))
        parts.append(_grid(left, _TOP, values, marked, colour))
        left += max(values.shape[1] * _CELL, 64) + _GAP
        height = max(height, _TOP + values.shape[0] * _CELL + 12)
    head = f'<text x="12" y="16" font-weight="bold" fill="{LIGHT.ink}">{layer}</text>'
    families = WEB_FONTS.replace('"', "'")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left} {height}" width="{left}" '
        f'height="{height}" font-family="{families}" font-size="12">'
        f'<rect width="{left}" height="{height}" fill="{LIGHT.paper}"/>{head}{"".join(parts)}</svg>'
    )


def _part(values: Array, marked: Cells) -> tuple[Array, Cells]:
    """At most so many rows and columns as can be read, around those that are marked."""
    first = np.min([*marked], axis=0) if marked else np.zeros(2, dtype=int)
    room = np.maximum(np.array(values.shape) - _MOST, 0)
    top, left = (int(i) for i in np.clip(first - 2, 0, room))
    return values[top : top + _MOST, left : left + _MOST], {(r - top, c - left) for r, c in marked}


def _label(x: int, y: int, words: str, colour: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}">{words}</text>'


def _grid(left: int, top: int, values: Array, marked: Cells, colour: str) -> str:
    cells = sorted(np.ndindex(values.shape), key=lambda cell: cell in marked)
    return "".join(
        _cell(left + c * _CELL, top + r * _CELL, float(values[r, c]), (r, c) in marked, colour)
        for r, c in cells
    )


def _cell(x: int, y: int, value: float, marked: bool, colour: str) -> str:
    stroke, width = (LIGHT.accent, 2.5) if marked else (LIGHT.line, 1)
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{LIGHT.paper}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
        f'<text x="{x + _CELL // 2}" y="{y + 17}" text-anchor="middle" font-size="11" '
        f'fill="{LIGHT.ink}">{_number(value)}</text>'
    )


def _number(value: float) -> str:
    """At most three digits, so that the last bits of a sum change nothing."""
    return f"{value + 0.0:.3g}".replace("-", "−")

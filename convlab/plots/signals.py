"""Signals one below the other on one time axis."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from ..arguments import normal_truth
from ..errors import ShapeError
from ..style import EITHER, WIDTH
from .pictures import CAPTION, listed, show, titled, titles_for
from .pixels import Picture, numbers_of
from .scene import number

_ROW = 84
_MARGIN = 0.05
"""Of the range of values, above and below."""


def show_signals(signals: Any, titles: Any, *, one_scale: bool = False) -> None:
    """Show signals one below the other on one time axis, each with its title and its range.

    With ``one_scale`` all are drawn to the same scale of values: a lower one looks lower.

    A signal is an array (steps,), or (steps, lines) for several lines in one frame. A shorter one
    ends earlier: its last step is not moved. What is not finite is a gap, and counted in the title.
    Raises a ``ConvlabError`` for what is no signal, and unless there is a title for each.

    >>> show_signals([[0, 1, 0, -1], [1, 1]], ["a wave", "a shorter one"])
    <IPython.core.display.HTML object>
    """
    one_scale = normal_truth(one_scale, "one_scale", 0)
    drawn = [_signal(each) for each in listed(signals)]
    said = [titled(*each) for each in zip(drawn, titles_for(drawn, titles), strict=True)]
    steps = max(len(signal) for signal in drawn)
    shared = _range(np.concatenate([signal.ravel() for signal in drawn])) if one_scale else None
    rows = (_row(*each, shared or _range(each[0]), steps) for each in zip(drawn, said, strict=True))
    show(f'<div style="max-width:{WIDTH}px">{"".join(rows)}{_ticks(steps)}</div>')


def _signal(values: Any) -> Picture:
    array = numbers_of(values, "signals").astype("float64")
    if array.ndim not in (1, 2) or not array.size:
        raise ShapeError("not_a_signal", argument="signals", value=array.shape)
    return array.reshape(len(array), -1)


def _range(values: Picture) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))
    if low > high:
        return -1.0, 1.0
    return (low, high) if low < high else (low - 1, high + 1)


def _row(signal: Picture, title: str, values: tuple[float, float], steps: int) -> str:
    finite = signal[np.isfinite(signal)]
    said = _ends(float(finite.min()), float(finite.max())) if finite.size else ""
    words = escape(title).replace("\n", "<br>")
    source = b64encode(_svg(signal, values, steps).encode()).decode("ascii")
    return (
        f'<div style="{CAPTION};display:flex;gap:12px;margin-top:8px">'
        f'<span style="flex:1">{words}</span><span style="opacity:.7">{said}</span></div>'
        f'<img src="data:image/svg+xml;base64,{source}" alt="{escape(" ".join(title.split()))}"'
        f' width="{WIDTH}" height="{_ROW}"'
        f' style="display:block;width:100%;height:{_ROW}px;border-bottom:1px solid {EITHER.line}">'
    )


def _ends(low: float, high: float) -> str:
    """The least and the greatest number, with the same decimals.

    >>> _ends(0.0007, 2.3), _ends(-4.0, 150.0), _ends(0.0, 1e-5)
    ('0.00 … 2.30', '−4 … 150', '0 … 1e−5')
    """
    if not 0.1 <= max(abs(low), abs(high)) < 10_000:
        return f"{number(low)} … {number(high)}"
    decimals = 0 if low.is_integer() and high.is_integer() else 2
    return " … ".join(f"{round(end, decimals) + 0.0:.{decimals}f}" for end in (low, high)).replace(
        "-", "−"
    )


def _svg(signal: Picture, values: tuple[float, float], steps: int) -> str:
    """The lines, stretched to whatever room there is, none the thinner."""
    low, high = values
    room = (high - low) * _MARGIN
    heights = (high + room - signal) / (high - low + 2 * room) * _ROW
    paths = (
        f'<path d="{path}" stroke="{colour}"/>'
        for line, colour in zip(heights.T, _colours(), strict=False)
        for path in _paths(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(steps - 1, 1)} {_ROW}"'
        f' preserveAspectRatio="none" fill="none" stroke-width="1.3">'
        f"<style>path{{vector-effect:non-scaling-stroke}}</style>{''.join(paths)}</svg>"
    )


def _colours() -> Iterator[str]:
    while True:
        yield from (EITHER.input, EITHER.kernel, EITHER.output, EITHER.negative)


def _paths(line: Picture) -> Iterator[str]:
    """One for each run of finite numbers; a run of one is a dot."""
    breaks = np.flatnonzero(np.diff(np.isfinite(line).astype(int))) + 1
    for run in np.split(np.arange(len(line)), breaks):
        if np.isfinite(line[run[0]]):
            places = [f"{step} {line[step]:.4g}" for step in run]
            yield f"M{'L'.join(places)}" + ("h.3" if len(run) == 1 else "")


def _ticks(steps: int) -> str:
    last = max(steps - 1, 1)
    places: Sequence[float] = MaxNLocator(nbins=8, integer=True).tick_values(0, last)
    inside = [int(place) for place in places if 0 <= place <= last]
    ticks = (_tick(place, place / last) for place in inside)
    return f'<div style="position:relative;height:18px;{CAPTION}">{"".join(ticks)}</div>'


def _tick(place: int, share: float) -> str:
    """A number under its place, inside the frame at both ends."""
    back = round(100 * share)
    where = f"position:absolute;left:{100 * share:.4g}%;transform:translateX(-{back}%);opacity:.7"
    return f'<span style="{where}">{place}</span>'

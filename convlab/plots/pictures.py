"""Pictures side by side: photographs and feature maps, on one scale of pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from IPython.display import HTML, display
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from ..i18n import text
from ..style import LABEL, THEMES, WIDTH
from .drawing import SHARPNESS, rendered
from .scene import number
from .stored import element
from .typeface import DPI, points, styled

_GAP, _TITLE_LINE, _TITLE_GAP, _ROW = 12, 20, 10, 110
Picture = NDArray[np.floating]


def show_pictures(
    pictures: Sequence[Picture], titles: Sequence[object], theme: str = "light"
) -> None:
    """Show pictures in a row, each with its title.

    A picture is an array (height, width, 3) of colours from 0 to 1, or (height, width) of
    numbers: grey, with the middle grey for 0 where there are negative ones. All are drawn to the
    same height, the pixels never blurred. What is not finite is purple, and counted in the title.
    """
    with styled(theme):
        said = [_titled(picture, title) for picture, title in zip(pictures, titles, strict=True)]
        lines = max(words.count("\n") for words in said) + 1
        shares = [picture.shape[1] / picture.shape[0] for picture in pictures]
        width = WIDTH - _GAP * (len(pictures) - 1)
        height = min(width / sum(shares), width / 2.4)
        figure = Figure(
            figsize=(WIDTH / DPI, (height + _TITLE_LINE * lines + _TITLE_GAP) / DPI),
            layout=ConstrainedLayoutEngine(
                w_pad=_GAP / 2 / DPI, h_pad=_TITLE_GAP / 2 / DPI, wspace=0, hspace=0
            ),
        )
        axes = figure.subplots(1, len(pictures), width_ratios=shares, squeeze=False)
        for axis, picture, words in zip(axes[0], pictures, said, strict=True):
            _draw(axis, picture, THEMES[theme].negative)
            axis.set_title(words, fontsize=points(LABEL), linespacing=1.4)
        _show(figure, said)


def _show(figure: Figure, titles: Sequence[str], sharpness: int = 1) -> None:
    said = text("list.separator").join(" ".join(title.split()) for title in titles)
    picture = element(rendered(figure, sharpness), said, WIDTH)
    display(HTML(picture))  # type: ignore[no-untyped-call]


def _draw(axis: Axes, picture: Picture, odd: str) -> None:
    """A picture on its axes; what is not finite in the colour ``odd``, which no other pixel has."""
    finite = np.isfinite(picture)
    numbers = np.where(finite, picture, 0)
    bound = max(float(np.abs(numbers).max(initial=0.0)), 1e-12)
    low = -bound if numbers.min(initial=0.0) < 0 else 0.0
    if picture.ndim == 3:
        numbers[~finite.all(axis=2)] = to_rgb(odd)
    else:
        numbers = np.ma.array(numbers, mask=~finite)
    shades = colormaps["gray"].with_extremes(bad=odd)
    axis.imshow(numbers, cmap=shades, vmin=low, vmax=bound, interpolation="nearest")
    axis.set_axis_off()


def _titled(values: Picture, title: object) -> str:
    """The title, and how much of what is below it is not finite."""
    values = np.asarray(values, dtype=np.float64)
    odd = values[~np.isfinite(values)]
    if not odd.size:
        return str(title)
    names, counts = np.unique([number(value) for value in odd.tolist()], return_counts=True)
    tally = [f"{name}: {count:,}" for name, count in zip(names, counts.tolist(), strict=True)]
    counted = text("list.separator").join(tally)
    return text("plots.title_with_tally", title=title, counted=counted)


def show_signals(
    signals: Sequence[Picture],
    titles: Sequence[object],
    theme: str = "light",
    *,
    one_scale: bool = False,
) -> None:
    """Show signals one below the other on one time axis, each with its title.

    With ``one_scale`` all are drawn to the same scale of values: a lower one looks lower.

    A signal is an array (steps,), or (steps, lines) for several lines in one frame. A shorter one
    ends earlier: its last step is not moved. What is not finite is a gap, and counted in the title.
    """
    with styled(theme):
        size = (WIDTH / DPI, (_ROW * len(signals) + _TITLE_LINE) / DPI)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(len(signals), 1, sharex=True, sharey=one_scale, squeeze=False)
        said = [_titled(signal, title) for signal, title in zip(signals, titles, strict=True)]
        for axis, signal, words in zip(axes[:, 0], signals, said, strict=True):
            axis.plot(signal, linewidth=1.2)
            axis.set_title(words, loc="left", fontsize=points(LABEL), linespacing=1.4)
            axis.margins(x=0.01)
        _show(figure, said, SHARPNESS)

"""Pictures side by side: photographs and feature maps, on one scale of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image, display
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from ..i18n import text
from ..style import LABEL, THEMES, WIDTH
from .scene import number
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
        figure, axes = plt.subplots(
            1,
            len(pictures),
            figsize=(WIDTH / DPI, (height + _TITLE_LINE * lines + _TITLE_GAP) / DPI),
            width_ratios=shares,
            squeeze=False,
            layout=ConstrainedLayoutEngine(w_pad=_GAP / 2 / DPI, h_pad=0.02, wspace=0, hspace=0),
        )
        for axis, picture, words in zip(axes[0], pictures, said, strict=True):
            _draw(axis, picture, THEMES[theme].negative)
            axis.set_title(words, fontsize=points(LABEL), linespacing=1.4)
        # A photograph as JPEG takes a fifth of its PNG, and a notebook holds many.
        buffer = BytesIO()
        figure.savefig(buffer, format="jpeg", dpi=DPI, pil_kwargs={"quality": 85, "subsampling": 0})
        plt.close(figure)
    display(Image(buffer.getvalue(), width=WIDTH))  # type: ignore[no-untyped-call]


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
        _, axes = plt.subplots(
            len(signals),
            1,
            figsize=size,
            sharex=True,
            sharey=one_scale,
            squeeze=False,
            layout="constrained",
        )
        for axis, signal, title in zip(axes[:, 0], signals, titles, strict=True):
            axis.plot(signal, linewidth=1.2)
            axis.set_title(
                _titled(signal, title), loc="left", fontsize=points(LABEL), linespacing=1.4
            )
            axis.margins(x=0.01)
        plt.show()

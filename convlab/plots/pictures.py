"""Pictures side by side: photographs and feature maps, on one scale of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image, display
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from ..style import LABEL, WIDTH
from .typeface import DPI, points, styled

_GAP, _TITLE_LINE, _ROW = 12, 20, 110
Picture = NDArray[np.floating]


def show_pictures(
    pictures: Sequence[Picture], titles: Sequence[object], theme: str = "light"
) -> None:
    """Show pictures in a row, each with its title.

    A picture is an array (height, width, 3) of colours from 0 to 1, or (height, width) of
    numbers: grey, with the middle grey for 0 where there are negative ones. All are drawn to the
    same height, the pixels never blurred.
    """
    with styled(theme):
        lines = max(str(title).count("\n") for title in titles) + 1
        shares = [picture.shape[1] / picture.shape[0] for picture in pictures]
        width = WIDTH - _GAP * (len(pictures) - 1)
        height = min(width / sum(shares), width / 2.4)
        figure, axes = plt.subplots(
            1,
            len(pictures),
            figsize=(WIDTH / DPI, (height + _TITLE_LINE * lines) / DPI),
            width_ratios=shares,
            squeeze=False,
            layout=ConstrainedLayoutEngine(w_pad=_GAP / 2 / DPI, h_pad=0.02, wspace=0, hspace=0),
        )
        for axis, picture, title in zip(axes[0], pictures, titles, strict=True):
            _draw(axis, picture)
            axis.set_title(str(title), fontsize=points(LABEL), linespacing=1.4)
        # A photograph as JPEG takes a fifth of its PNG, and a notebook holds many.
        buffer = BytesIO()
        figure.savefig(buffer, format="jpeg", dpi=DPI, pil_kwargs={"quality": 90, "subsampling": 0})
        plt.close(figure)
    display(Image(buffer.getvalue(), width=WIDTH))  # type: ignore[no-untyped-call]


def _draw(axis: Axes, picture: Picture) -> None:
    bound = max(float(np.abs(picture).max(initial=0.0)), 1e-12)
    low = -bound if picture.min(initial=0.0) < 0 else 0.0
    axis.imshow(picture, cmap="gray", vmin=low, vmax=bound, interpolation="nearest")
    axis.set_axis_off()


def show_signals(
    signals: Sequence[Picture], titles: Sequence[object], theme: str = "light"
) -> None:
    """Show signals one below the other on one time axis, each with its title.

    A signal is an array (steps,), or (steps, lines) for several lines in one frame. A shorter one
    ends earlier: its last step is not moved.
    """
    with styled(theme):
        size = (WIDTH / DPI, (_ROW * len(signals) + _TITLE_LINE) / DPI)
        _, axes = plt.subplots(
            len(signals), 1, figsize=size, sharex=True, squeeze=False, layout="constrained"
        )
        for axis, signal, title in zip(axes[:, 0], signals, titles, strict=True):
            axis.plot(signal, linewidth=1.2)
            axis.set_title(str(title), loc="left", fontsize=points(LABEL), linespacing=1.4)
            axis.margins(x=0.01)
        plt.show()

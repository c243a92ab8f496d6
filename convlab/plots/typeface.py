"""The fonts and colours of the one visual language, as matplotlib wants them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import matplotlib
from matplotlib.font_manager import fontManager
from matplotlib.rcsetup import cycler

from ..style import FONTS, LABEL, SMALL, THEMES, TITLE

DPI = 100
"""Pixels an inch, at which a pixel of ``style`` is a pixel of the figure."""


def points(pixels: float) -> float:
    """A type size or line width in points, which matplotlib counts in.

    >>> points(100)
    72.0
    """
    return pixels * 72 / DPI


@cache
def register() -> None:
    """Make the bundled Chinese font known to matplotlib, once a process."""
    with as_file(files(__package__) / "fonts" / "ConvlabSansTC-Regular.otf") as path:
        fontManager.addfont(path)


def settings(theme: str = "light") -> dict[str, Any]:
    """The ``rcParams`` of a theme: for convlab's own figures, and for anybody's beside them."""
    register()
    palette = THEMES[theme]
    return {
        "font.family": list(FONTS),
        "font.size": points(LABEL),
        "axes.titlesize": points(TITLE),
        "axes.labelsize": points(LABEL),
        "xtick.labelsize": points(SMALL),
        "ytick.labelsize": points(SMALL),
        "legend.fontsize": points(SMALL),
        "axes.unicode_minus": True,
        "axes.facecolor": palette.paper,
        "axes.edgecolor": palette.line,
        "axes.labelcolor": palette.muted,
        "axes.prop_cycle": cycler(
            color=[palette.input, palette.kernel, palette.output, palette.negative]
        ),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": palette.paper,
        "figure.dpi": DPI,
        "grid.color": palette.line,
        "hatch.linewidth": 0.6,
        "savefig.facecolor": palette.paper,
        "svg.hashsalt": "convlab",
        "text.color": palette.ink,
        "xtick.color": palette.muted,
        "ytick.color": palette.muted,
    }


def styled(theme: str = "light") -> AbstractContextManager[None]:
    """A ``with`` block whose matplotlib figures speak the one visual language.

    >>> with styled("dark"):
    ...     matplotlib.rcParams["font.family"][0]
    'Convlab Sans TC'
    """
    context: AbstractContextManager[None] = matplotlib.rc_context(settings(theme))  # type: ignore[arg-type]
    return context

"""A still picture: it shows itself in a notebook, gives its figure, writes itself to a file."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .checks import check_path
from .export import Colours, Pixels, replacing
from .painter import Painter
from .scene import Scene, Step
from .stored import element, themed
from .typeface import DPI, styled

FORMATS = (".png", ".svg")

SHARPNESS = 2
"""Pixels of the screen for each pixel of the drawing: what fine screens show."""


class Drawing:
    """A drawing of a layer, made anew each time it is looked at: in the language then in force."""

    def __init__(self, name: str, draw: Callable[[str], Figure], theme: str | None) -> None:
        self._name = name
        self._draw = draw
        self._theme = theme

    def __repr__(self) -> str:
        return f"<{self._name}>"

    def figure(self) -> Figure:
        """The drawing as a matplotlib figure; a light one where no theme was asked for."""
        return self._drawn(self._theme or "light")

    def _drawn(self, theme: str) -> Figure:
        with styled(theme):
            return self._draw(theme)

    def _repr_html_(self) -> str:
        if self._theme:
            pixels = self._pixels(self._theme)
            return element(pixels, self._name, pixels.shape[1] // SHARPNESS)
        light, dark = self._pixels("light"), self._pixels("dark")
        return themed(light, dark, self._name, light.shape[1] // SHARPNESS)

    def _pixels(self, theme: str) -> Pixels:
        return few_colours(rendered(self._drawn(theme), SHARPNESS))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the drawing to ``path``, which ends in ``.png`` or ``.svg``.

        The file appears only when it is complete. Raises ``ArgumentError`` for another ending,
        ``ConvlabError`` where it cannot be written.
        """
        target = check_path(path, "drawing", FORMATS)
        save_figure(self.figure(), target, self._theme or "light")


def rendered(figure: Figure, sharpness: int = 1) -> Pixels:
    """A figure as (height, width, 4) bytes: ``sharpness`` pixels along each of the page's."""
    figure.set_dpi(DPI * sharpness)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def few_colours(pixels: Pixels) -> Pixels:
    """The same in 255 colours, which take a fifth less to store."""
    colours = Colours([pixels])
    return colours.table[colours.indices(pixels)]


def save_figure(figure: Figure, target: Path, theme: str) -> None:
    """Write a figure as ``.png`` or ``.svg``, whole or not at all; the same each time."""
    with replacing(target) as unfinished, styled(theme):
        if target.suffix.lower() == ".svg":
            figure.savefig(unfinished, metadata={"Date": None})
        else:
            figure.savefig(unfinished, dpi=DPI * SHARPNESS)


def of_scene(make: Callable[[], tuple[Scene, Step]]) -> Callable[[str], Figure]:
    """How to draw a scene that has one step."""

    def draw(theme: str) -> Figure:
        scene, step = make()
        return Painter([scene], theme).figure(step)

    return draw

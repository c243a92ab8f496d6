"""A still picture: it shows itself in a notebook, gives its figure, writes itself to a file."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from .checks import check_path
from .export import Colours, Pixels, replacing
from .painter import Painter
from .scene import Scene, Step
from .typeface import DPI, styled

SHARPNESS = 2
"""Pixels of the screen for each pixel of the drawing: what fine screens show."""

FORMATS = (".png", ".svg")


class Drawing:
    """A drawing of a layer, made anew each time it is looked at: in the language then in force."""

    def __init__(self, name: str, draw: Callable[[str], Figure], theme: str) -> None:
        self._name = name
        self._draw = draw
        self._theme = theme

    def __repr__(self) -> str:
        return f"<{self._name}>"

    def figure(self) -> Figure:
        """The drawing as a matplotlib figure."""
        with styled(self._theme):
            return self._draw(self._theme)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        figure = self.figure()
        figure.set_dpi(DPI * SHARPNESS)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        data = {"image/png": small_png(pixels), "text/plain": repr(self)}
        height, width = (size // SHARPNESS for size in pixels.shape[:2])
        return data, {"image/png": {"width": width, "height": height}}

    def save(self, path: str | PathLike[str]) -> None:
        """Write the drawing to ``path``, which ends in ``.png`` or ``.svg``.

        The file appears only when it is complete. Raises ``ArgumentError`` for another ending,
        ``ConvlabError`` where it cannot be written.
        """
        target = check_path(path, "drawing", FORMATS)
        save_figure(self.figure(), target, self._theme)


def small_png(pixels: Pixels) -> bytes:
    """A PNG of 255 colours, a quarter of the size: notebooks are kept in repositories."""
    colours = Colours([pixels])
    image = Image.fromarray(colours.indices(pixels))
    image.putpalette(colours.table.tobytes())
    file = BytesIO()
    image.save(file, format="png", optimize=True)
    return file.getvalue()


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

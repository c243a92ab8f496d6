"""Scenes and steps as matplotlib artists: made once, then only told what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from ..style import FONTS, SMALL, THEMES, Palette, mix
from .scene import MINUS_INFINITY, NAN, UNKNOWN, Cell, Grid, Label, Look, Scene, Step, differing
from .typeface import DPI, points, styled

LIGHTEST, FULLEST = 0.07, 0.55
"""How much of a role's colour lies on the paper, for the smallest number and for the greatest."""

DARKEST = 0.82
"""How much of the darkest shade of an image is black."""


_PLAIN: dict[str, Any] = {"family": list(FONTS), "parse_math": False}

MOST_PICTURES = 256
"""How many cells a grid remembers the picture of; a window meets the same numbers again."""


def tints(grid: Grid, palette: Palette) -> list[str]:
    """The colours of the levels -100 to ``MINUS_INFINITY``; level 0 stands at index 100.

    In an image what is not finite has the hue that no shade has: ∞ light, NaN middle, −∞ dark.
    """
    colour = getattr(palette, grid.role)
    if grid.mode == "image":
        dark = [mix(colour, "#000000", DARKEST * (50 - step) / 50) for step in range(50)]
        light = [mix(colour, "#ffffff", step / 150) for step in range(151)]
        odd = palette.negative
        bright, dim = mix(odd, "#ffffff", 0.5), mix(odd, "#000000", 0.5)
        return [*dark, *light, palette.paper, odd, bright, dim]
    shares = [LIGHTEST + (FULLEST - LIGHTEST) * step / 99 for step in range(100)]
    below = [mix(palette.paper, palette.negative, share) for share in reversed(shares)]
    above = [mix(palette.paper, colour, share) for share in shares]
    return [*below, palette.paper, *above, palette.paper, palette.paper, above[-1], below[0]]


def _corners(grid: Grid, first: Cell, last: Cell, inset: float) -> list[tuple[float, float]]:
    left = grid.x + first[1] * grid.width + inset
    top = grid.y + first[0] * grid.height + inset
    right = grid.x + (last[1] + 1) * grid.width - inset
    bottom = grid.y + (last[0] + 1) * grid.height - inset
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


class _GridArtists:
    """All artists of one grid."""

    def __init__(self, axes: Axes, grid: Grid, palette: Palette) -> None:
        self.grid = grid
        self.palette = palette
        self.tints = np.array([to_rgb(colour) for colour in tints(grid, palette)])
        self.shown: Look | None = None
        self._pictures: dict[tuple[str, str, bytes], NDArray[np.uint8]] = {}
        self._zeros = np.zeros(grid.rows * grid.cols, bool)
        if grid.zeros is not None:
            self._zeros = np.ravel(grid.zeros)
        self._title(axes)
        self.fill = axes.imshow(
            np.zeros((grid.rows, grid.cols, 3)),
            extent=(grid.x, grid.right, grid.bottom, grid.y),
            interpolation="nearest",
            aspect="auto",
            zorder=1,
        )
        self.patch = Rectangle(
            (0, 0), grid.width, grid.height, linewidth=0, antialiased=False, visible=False
        )
        axes.add_patch(self.patch)
        self.hatches = self._hatches(axes)
        self.edges = self._edges(axes)
        self.texts = self._numbers(axes) if grid.mode == "numbers" else []
        size = points(min(grid.width, grid.height))
        self.bars = axes.plot(
            [], [], "_", color=palette.negative, ms=0.55 * size, mew=points(1.5), zorder=2
        )[0]
        self.crosses = axes.plot(
            [], [], "x", color=palette.ink, ms=0.55 * size, mew=points(1.5), zorder=2
        )[0]
        self.marks = self._frames(axes, palette.accent, 1.8, 4)
        self.frame = self._frames(axes, palette.ink, 2.6, 5)

    def _title(self, axes: Axes) -> None:
        grid = self.grid
        axes.text(
            (grid.x + grid.right) / 2, grid.y - 7, grid.title, ha="center", va="baseline",
            size=points(SMALL), color=getattr(self.palette, grid.role), **_PLAIN,
        )  # fmt: skip

    def _frames(self, axes: Axes, colour: str, width: float, order: int) -> PolyCollection:
        frames = PolyCollection(
            [], facecolors="none", edgecolors=colour, linewidths=points(width),
            joinstyle="miter", zorder=order,
        )  # fmt: skip
        axes.add_collection(frames, autolim=False)
        return frames

    def _hatches(self, axes: Axes) -> PolyCollection:
        grid = self.grid
        cells = [divmod(int(place), grid.cols) for place in np.flatnonzero(self._zeros)]
        hatches = PolyCollection(
            [_corners(grid, cell, cell, 0) for cell in cells],
            facecolors=self.palette.surface, edgecolors=self.palette.line,
            hatch=None if grid.mode == "image" else "////", linewidths=0, zorder=1.5,
        )  # fmt: skip
        axes.add_collection(hatches, autolim=False)
        return hatches

    def _edges(self, axes: Axes) -> LineCollection:
        grid = self.grid
        lines: list[list[tuple[float, float]]] = []
        if grid.mode != "image":
            heights = [grid.y + row * grid.height for row in range(1, grid.rows)]
            lefts = [grid.x + col * grid.width for col in range(1, grid.cols)]
            lines += [[(grid.x, y), (grid.right, y)] for y in heights]
            lines += [[(x, grid.y), (x, grid.bottom)] for x in lefts]
        outside = _corners(grid, (0, 0), (grid.rows - 1, grid.cols - 1), 0)
        colours = [self.palette.line] * len(lines) + [getattr(self.palette, grid.role)]
        widths = [points(0.8)] * len(lines) + [points(1.0)]
        # Without soft edges, lines that are drawn again over themselves stay as they are.
        edges = LineCollection(
            [*lines, [*outside, outside[0]]],
            colors=colours,
            linewidths=widths,
            antialiaseds=False,
            zorder=2,
        )
        axes.add_collection(edges, autolim=False)
        return edges

    def _numbers(self, axes: Axes) -> list[Text]:
        grid, numbers = self.grid, self.grid.numbers
        assert numbers is not None
        places = ((row, col) for row in range(grid.rows) for col in range(grid.cols))
        return [
            axes.text(
                grid.x + (col + 0.5) * grid.width, grid.y + (row + 0.5) * grid.height, "",
                ha="center", va="center_baseline", size=points(numbers.size), **_PLAIN,
                zorder=3,
            )
            for row, col in places
        ]  # fmt: skip

    def show(self, look: Look) -> list[int]:
        """Tell the artists what a step shows; which cells differ from what they showed before."""
        grid = self.grid
        changed = _changed(self.shown, look)
        if changed:
            levels = grid.levels(look.values)
            dim = self._zeros
            if look.faint is not None:
                levels = np.where(look.faint, UNKNOWN, levels)
                dim = dim | look.faint.ravel()
            self.colours = self.tints[levels + 100]
            self.fill.set_data(self.colours)
            self._write(changed, look, dim)
            if grid.mode == "cells":
                self._point(self.bars, (levels < 0) | (levels == MINUS_INFINITY))
                self._point(self.crosses, levels >= NAN)
        inset = 1.0 if grid.mode == "numbers" else 0.0
        self.marks.set_verts([_corners(grid, cell, cell, inset) for cell in look.marked])
        self.marks.set_visible(bool(look.marked))
        self.frame.set_verts([_corners(grid, *look.frame, 0)] if look.frame else [])
        self.frame.set_visible(look.frame is not None)
        self.shown = look
        return changed

    def _point(self, signs: Line2D, cells: NDArray[np.bool_]) -> None:
        """Put a sign into the middle of each of these cells."""
        rows, cols = np.nonzero(cells)
        across, down = (cols + 0.5) * self.grid.width, (rows + 0.5) * self.grid.height
        signs.set_data(self.grid.x + across, self.grid.y + down)

    def _write(self, changed: list[int], look: Look, dim: NDArray[np.bool_]) -> None:
        if self.texts:
            words = self.grid.texts(look.values)
            for place in changed:
                self.texts[place].set_text(words[place])
                self.texts[place].set_color(
                    self.palette.padding if dim[place] else self.palette.ink
                )

    def repaint(self, axes: Axes, changed: list[int], buffer: NDArray[np.uint8]) -> None:
        """Draw the changed cells over what the canvas shows; zeros put there never change."""
        if self.texts:
            for place in changed:
                if not self._zeros[place]:
                    self._repaint_cell(axes, place, buffer)
            axes.draw_artist(self.edges)
        else:
            for artist in (self.fill, self.hatches, self.edges, self.bars, self.crosses):
                axes.draw_artist(artist)

    def _repaint_cell(self, axes: Axes, place: int, buffer: NDArray[np.uint8]) -> None:
        """Draw a cell's colour and number, or copy the picture of an earlier cell like it."""
        grid, text = self.grid, self.texts[place]
        row, col = divmod(place, grid.cols)
        x, y = grid.x + col * grid.width, grid.y + row * grid.height
        width, height = int(grid.width), int(grid.height)
        block = buffer[int(y) : int(y) + height, int(x) : int(x) + width]
        colour = self.colours[row, col]
        key = (text.get_text(), str(text.get_color()), colour.tobytes())
        if key not in self._pictures:
            self.patch.set(xy=(x, y), facecolor=colour, visible=True)
            axes.draw_artist(self.patch)
            axes.draw_artist(text)
            self.patch.set_visible(False)
            if len(self._pictures) >= MOST_PICTURES:
                self._pictures.clear()
            self._pictures[key] = block.copy()
        block[...] = self._pictures[key]


def _changed(before: Look | None, look: Look) -> list[int]:
    """The cells whose number, or whose part in the step, differs."""
    if before is None:
        return list(range(look.values.size))
    if before.values is look.values and before.faint is look.faint:
        return []
    differs = differing(before.values, look.values)
    for faint in (before.faint, look.faint):
        if faint is not None:
            differs ^= faint
    places: list[int] = np.flatnonzero(differs).tolist()
    return places


class _Stage:
    """One scene in a figure of its own."""

    def __init__(self, scene: Scene, palette: Palette, figure: Figure | None = None) -> None:
        size = (scene.width / DPI, scene.height / DPI)
        self.scene = scene
        if figure is None:
            figure = Figure(size, dpi=DPI, facecolor=palette.paper)
            self.canvas = FigureCanvasAgg(figure)
        self.figure = figure
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.axis("off")
        self.grids = {grid.name: _GridArtists(self.axes, grid, palette) for grid in scene.grids}
        self.labels = {label.name: self._label(label, palette) for label in scene.labels}
        self.axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        self._ground: NDArray[np.uint8] | None = None

    def _label(self, label: Label, palette: Palette) -> Text:
        return self.axes.text(
            label.x, label.y, label.text, ha=label.anchor, va="center_baseline",
            size=points(label.size), color=getattr(palette, label.role), **_PLAIN,
            zorder=3,
        )  # fmt: skip

    def show(self, step: Step) -> dict[str, list[int]]:
        """Tell every artist what the step shows; which cells of which grid have changed."""
        for name, word in step.texts.items():
            self.labels[name].set_text(word)
        return {name: artists.show(step.looks[name]) for name, artists in self.grids.items()}

    def _over(self) -> Iterator[Artist]:
        """What lies over the cells, and changes with every step."""
        for artists in self.grids.values():
            yield from (artists.marks, artists.frame)
        yield from (self.labels[label.name] for label in self.scene.labels if label.name)

    def _buffer(self) -> NDArray[np.uint8]:
        """The canvas itself, not a copy."""
        return np.asarray(self.canvas.buffer_rgba())  # type: ignore[no-untyped-call]

    def pixels(self, step: Step) -> NDArray[np.uint8]:
        """The scene at a step as (height, width, 4) bytes; the next step reuses the buffer.

        The ground, all cells without frames and changing words, is kept, and kept up to date: of a
        step only the changed cells are drawn, then what lies over them.
        """
        changed = self.show(step)
        if self._ground is None:
            for artist in self._over():
                artist.set_animated(True)
            self.canvas.draw()  # type: ignore[no-untyped-call]
            self._ground = self._buffer().copy()
            buffer = self._buffer()
        else:
            buffer = self._buffer()
            np.copyto(buffer, self._ground)
            for name, places in changed.items():
                if places:
                    self.grids[name].repaint(self.axes, places, buffer)
            np.copyto(self._ground, buffer)
        for artist in self._over():
            self.axes.draw_artist(artist)
        return buffer


class Painter:
    """Draws the steps of some scenes in one theme."""

    def __init__(self, scenes: Sequence[Scene], theme: str) -> None:
        self.scenes = scenes
        self.theme = theme
        self.palette = THEMES[theme]
        self._stages: dict[int, _Stage] = {}

    def _stage(self, step: Step, figure: Figure | None = None) -> _Stage:
        with styled(self.theme):
            stage = _Stage(self.scenes[step.scene], self.palette, figure)
            stage.show(step)
            return stage

    def figure(self, step: Step) -> Figure:
        """A figure of its own, with nothing left to do."""
        return self._stage(step).figure

    def draw_into(self, figure: Figure, step: Step) -> None:
        """The step into a figure that is empty."""
        self._stage(step, figure)

    def pixels(self, step: Step) -> NDArray[np.uint8]:
        """The step as (height, width, 4) bytes; valid until the next call."""
        if step.scene not in self._stages:
            self._stages[step.scene] = self._stage(step)
        return self._stages[step.scene].pixels(step)

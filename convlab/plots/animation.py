"""``animate``: a layer's sliding window at work on a real input, number by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, pairwise
from math import ceil
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..arguments import check_index, check_is_layer, normal_count
from ..errors import ArgumentError, ShapeError
from ..explanation import Frames, frames, stamps
from ..geometry import Geometry
from ..i18n import get_language
from ..layers import Layer
from ..style import THEMES
from .checks import (
    check_choice,
    check_fps,
    check_path,
    chosen,
    explained,
    find_ffmpeg,
    no_positions,
)
from .drawing import save_figure
from .export import (
    Colours,
    Pixels,
    replacing,
    with_progress,
    write_gif,
    write_mp4,
)
from .film import Film, cell_count, film, step_count
from .layout import Selection
from .painter import Painter
from .player import page, player

MOST_STEPS = 3000
MOST_CELLS = 4_000_000
CHANNELS_DRAWN = 3
VIEWS = ("both", "scatter", "zeros")
FORMATS = (".gif", ".png", ".svg", ".html", ".mp4")


class Animation:
    """The steps of a sliding window: a player in a notebook, a figure each, a file.

    Made by ``animate``. ``len`` counts the steps. Shows itself in a notebook as a player with
    buttons, a slider and keys (space, arrows, Home, End, + and -), which needs no kernel.
    """

    def __init__(
        self, made: Frames, prints: Any, selection: Selection, view: str, theme: str | None
    ) -> None:
        self._made = made
        self._prints = prints
        self._selection = selection
        self._view = view
        self._theme = theme
        self._films: dict[str, Film] = {}

    @property
    def film(self) -> Film:
        """All scenes and steps as data, their texts in the language in force."""
        language = get_language()
        if language not in self._films:
            made = film(self._made, self._prints, self._selection, self._view)
            self._films[language] = made
        return self._films[language]

    def __len__(self) -> int:
        return len(self.film)

    def __repr__(self) -> str:
        return f"<Animation of {self._selection.subtitle}: {len(self)} steps>"

    def _repr_html_(self) -> str:
        return player(self.film, self._theme)

    def frame(self, index: int) -> Figure:
        """Step ``index`` as a matplotlib figure; negative indices count from the end.

        Raises ``ArgumentError`` for a step that does not exist.
        """
        count = len(self)
        if isinstance(index, int | np.integer) and -count <= index < 0:
            index = int(index) + count
        check_index(index, count, "index")
        return Painter(self.film.scenes, self._drawn_theme).figure(self.film[index])

    @property
    def _drawn_theme(self) -> str:
        return self._theme or "light"

    def pixels(self, indices: Sequence[int] | None = None) -> Iterator[Pixels]:
        """Steps, all unless told which, each (height, width, 4) bytes, all of the same size."""
        return self._drawn(Painter(self.film.scenes, self._drawn_theme), indices)

    def _drawn(self, painter: Painter, indices: Sequence[int] | None = None) -> Iterator[Pixels]:
        height = max(ceil(scene.height) for scene in self.film.scenes)
        paper = np.array([*bytes.fromhex(painter.palette.paper[1:]), 255], np.uint8)
        for index in range(len(self)) if indices is None else indices:
            drawn = painter.pixels(self.film[index])
            framed = np.empty((height, drawn.shape[1], 4), np.uint8)
            framed[: len(drawn)] = drawn
            framed[len(drawn) :] = paper
            yield framed

    def _samples(self) -> list[int]:
        """The first and the last step of each act: they hold nearly all colours together."""
        ends = [0, *accumulate(map(len, self.film.acts))]
        return [at for first, end in pairwise(ends) for at in (first, end - 1)]

    def save(self, path: str | PathLike[str], *, fps: float = 2, index: int = -1) -> None:
        """Write the animation to ``path``; its ending decides how.

        ``.gif`` and ``.mp4`` (where ffmpeg is installed) run at ``fps`` steps a second, 0.01 to 50,
        a GIF as near to that as whole hundredths of a second come; ``.html`` is the player as a
        page of its own; ``.png`` and ``.svg`` hold the one step ``index``. The file appears only
        when it is complete; a long one shows its progress.

        Raises ``ArgumentError`` for another ending, speed or step, ``ConvlabError`` where ``path``
        cannot be written or ffmpeg is missing.
        """
        target = check_path(path, "animation", FORMATS)
        kind = target.suffix.lower()
        if kind in (".png", ".svg"):
            save_figure(self.frame(index), target, self._drawn_theme)
        elif kind == ".html":
            with replacing(target) as unfinished:
                made = page(self.film, self._theme, self._selection.title)
                unfinished.write_text(made, encoding="utf-8")
        else:
            ffmpeg = find_ffmpeg(target) if kind == ".mp4" else None
            self._save_film(target, check_fps(fps), ffmpeg)

    def _save_film(self, target: Path, fps: float, ffmpeg: str | None) -> None:
        count = len(self)
        with replacing(target) as unfinished:
            painter = Painter(self.film.scenes, self._drawn_theme)
            drawn = with_progress(self._drawn(painter), count)
            if ffmpeg is not None:
                write_mp4(ffmpeg, unfinished, drawn, fps)
                return
            colours = Colours(self._drawn(painter, self._samples()))
            with unfinished.open("wb") as file:
                write_gif(file, drawn, colours, fps)


def animate(
    layer: Layer,
    x: Any,
    *,
    sample: int = 0,
    filters: int | Iterable[int] = 0,
    channels: int | Iterable[int] | None = None,
    view: str = "both",
    every: int = 1,
    title: str | None = None,
    theme: str | None = None,
) -> Animation:
    """The sliding window of ``layer`` over one sample of the batch ``x``, with real numbers.

    ``filters`` and ``channels`` choose what is drawn (the first filter, the first three channels);
    the sums always count every channel. A separable layer is shown in its two steps; a transposed
    one in two ways, of which ``view`` can choose one: ``"scatter"``, every input stamps the kernel,
    or ``"zeros"``, zeros inserted and then an ordinary window. ``every`` shows each n-th position
    only. ``title`` replaces the layer's name; ``theme`` is ``"light"``, ``"dark"`` or ``None``: the
    reader's own in a player, light in files. A layer without weights is built.

    Numbers that are not finite are shown as they are: ∞, −∞ and NaN.

    Raises what the layer raises for such an input, ``ArgumentError`` for what is no layer, a choice
    that does not exist, an output without positions, more than 32 channels or filters or more than
    3,000 steps, and ``ShapeError`` for an empty batch or more than 4,000,000 cells.

    >>> import numpy as np
    >>> from convlab import Conv2D
    >>> animate(Conv2D(1, 2), np.ones((1, 3, 4, 1)))
    <Animation of Conv2D(filters=1, kernel_size=(2, 2)): 6 steps>
    """
    check_choice("theme", theme, (*THEMES, None))
    every = normal_count(every, "every", 1)
    check_is_layer(layer, Layer, "only_a_layer")
    again = partial(animate, filters=filters, channels=channels, view=view, every=every)

    def check(layer: Layer, shape: Sequence[int | None]) -> None:
        again(layer, np.zeros([1 if size is None else size for size in shape]))

    with explained(layer, getattr(x, "shape", None), check):
        made = frames(layer, x, sample=sample)
    geometry = made.geometry
    transposed = geometry.stages[0].transposed
    if transposed:
        check_choice("view", view, VIEWS)
    else:
        _check_one_view(view, geometry.layer)
    if 0 in made.output.shape or 0 in made.input.shape:
        raise no_positions(geometry)
    most = min(geometry.stages[0].channels, CHANNELS_DRAWN)
    selection = Selection(
        chosen("channels", range(most) if channels is None else channels, made.input.shape[-1]),
        chosen("filters", filters, made.output.shape[-1]),
        every,
        type(layer).__name__ if title is None else _printable(title),
        repr(layer),
        layer.activation.name,
    )
    _check_size(geometry, selection, view)
    prints = stamps(layer, x, sample=sample) if transposed else None
    if prints is not None and len(prints.sizes) == 1:
        made, prints = made.as_image(), prints.as_image()
    return Animation(made, prints, selection, view, theme)


def _check_one_view(view: object, layer: str) -> None:
    """A layer that is not transposed has one view, so that it is "both" at once."""
    if not isinstance(view, str) or view != "both":
        raise ArgumentError(
            "only_one_view", argument="view", value=view, layer=layer, choices=[{"view": "both"}]
        )


def _printable(title: object) -> str:
    """The title without halves of characters, which no file can hold."""
    return str(title).encode("utf-8", "replace").decode("utf-8")


def _check_size(geometry: Geometry, selection: Selection, view: str) -> None:
    """No picture that no screen shows, and no film that nobody could watch."""
    cells = cell_count(geometry, selection)
    if cells > MOST_CELLS:
        raise ShapeError(
            "too_many_cells", argument="x", value=geometry.input_shape, cells=cells, most=MOST_CELLS
        )
    steps = step_count(geometry, selection, view)
    if steps > MOST_STEPS:
        # So few channels and filters can be drawn that there always is an end.
        every = selection.every * (steps // MOST_STEPS)
        while step_count(geometry, replace(selection, every=every), view) > MOST_STEPS:
            every += 1
        raise ArgumentError(
            "too_many_steps",
            argument="every",
            value=selection.every,
            steps=steps,
            most=MOST_STEPS,
            every=every,
            choices=[{"every": every}],
        )

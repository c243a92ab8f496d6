"""∞, −∞ and NaN are shown as what they are, and nothing else looks like them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import convlab
from convlab import Conv1D, Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D
from convlab.explanation import frames, stamps
from convlab.plots import layout
from convlab.plots.animation import Animation, animate
from convlab.plots.gathering import expression
from convlab.plots.painter import Painter, tints
from convlab.plots.player import player
from convlab.plots.scene import INFINITY, MINUS_INFINITY, NAN, UNKNOWN, Grid, empty, plain
from convlab.style import LIGHT, THEMES
from tests.plots.test_player import replayed, table_of

ODD = [np.inf, -np.inf, np.nan]
WORDS = {"∞", "−∞", "NaN"}
LAYERS = {
    "line": (Conv1D(2, 3, padding="causal", kernel_initializer="ones"), (1, 6, 2)),
    "plane": (Conv2D(1, 3, padding="same", kernel_initializer="ones"), (1, 4, 5, 2)),
    "grouped": (Conv2D(2, 2, groups=2, kernel_initializer="ones"), (1, 4, 5, 2)),
    "depthwise": (DepthwiseConv2D(2), (1, 4, 5, 2)),
    "separable": (SeparableConv2D(2, 2), (1, 4, 5, 2)),
    "transposed": (Conv2DTranspose(1, 3, strides=2, padding="same"), (1, 3, 3, 2)),
}


def with_odd(shape: tuple[int, ...], places: tuple[int, ...] = (0, 3, 6)) -> np.ndarray:
    x = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    x.flat[list(places)] = ODD
    return x


def drawn(name: str, **choices: object) -> Animation:
    layer, shape = LAYERS[name]
    return animate(layer, with_odd(shape), **choices)


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("name", LAYERS)
def test_cells_without_a_word_are_those_that_are_empty(name: str) -> None:
    animation = drawn(name)
    seen: set[str] = set()
    for index in range(len(animation)):
        step = animation.film[index]
        for grid in animation.film.scenes[step.scene].grids:
            values = step.looks[grid.name].values
            if grid.numbers:
                texts = np.array(grid.texts(values)).reshape(values.shape)
                np.testing.assert_array_equal(texts == "", empty(values))
                seen |= WORDS & set(texts.ravel())
                assert ((texts == "NaN") == (np.isnan(plain(values)) & ~empty(values))).all()
    assert seen == WORDS


@pytest.mark.parametrize("name", LAYERS)
def test_the_page_shows_the_same_words(name: str) -> None:
    animation = drawn(name)
    data = table_of(player(animation.film))
    for index in (0, len(animation) - 1):
        step = animation.film[index]
        grids = animation.film.scenes[step.scene].grids
        for grid, shown in zip(grids, replayed(data, index), strict=True):
            values = step.looks[grid.name].values
            assert shown["levels"] == grid.levels(values).ravel().tolist()
            if grid.numbers:
                assert shown["words"] == grid.texts(values)


@pytest.mark.parametrize("theme", THEMES)
def test_a_frame_is_drawn_without_a_warning_and_its_words_fit(theme: str) -> None:
    animation = drawn("plane", theme=theme)
    figure = animation.frame(1)
    renderer = FigureCanvasAgg(figure).get_renderer()
    (scene,) = animation.film.scenes
    assert set(said(figure)) >= WORDS
    for grid in scene.grids:
        for text in figure.findobj(Text):
            x, y = text.get_position()
            if grid.x < x < grid.right and grid.y < y < grid.bottom and text.get_text():
                assert text.get_window_extent(renderer).width <= grid.width - 1


def test_what_changes_to_nan_is_drawn_anew() -> None:
    film = drawn("line").film
    painter = Painter(film.scenes, "light")
    for index in (0, len(film) - 1, 2):
        reused = painter.pixels(film[index]).astype(int)
        canvas = FigureCanvasAgg(painter.figure(film[index]))
        canvas.draw()
        np.testing.assert_array_equal(reused, np.asarray(canvas.buffer_rgba()).astype(int))


def test_the_sum_written_out_has_them_too() -> None:
    x = np.array([np.inf, 2.0, np.nan, -np.inf]).reshape(1, 4, 1)
    layer = Conv1D(1, 2, kernel_initializer="ones")
    lines = [expression(frame.window, 800)[0] for frame in frames(layer, x)]
    assert lines == ["Σ x·w = ∞×1 + 2×1 = ∞", "Σ x·w = 2×1 + NaN×1 = NaN",
                     "Σ x·w = NaN×1 + (−∞)×1 = NaN"]  # fmt: skip


def test_an_activation_that_overflows_is_shown() -> None:
    layer = Conv1D(1, 1, activation="exponential", kernel_initializer="ones")
    step = animate(layer, np.full((1, 2, 1), 1e5)).film[1]
    assert (step.looks["z"].values, step.looks["a"].values) == (1e5, np.inf)
    assert "∞" in said(animate(layer, np.full((1, 2, 1), 1e5)).frame(1))


def test_products_that_overflow_do_not_warn() -> None:
    layer = Conv1D(1, 2, dtype="float64", kernel_initializer=convlab.initializers.Constant(1e200))
    animation = animate(layer, np.full((1, 4, 1), 1e200))
    assert plain(animation.film[0].looks["products"].values).tolist() == [[np.inf, np.inf]]
    assert "∞" in said(animation.frame(0))


def test_frames_and_stamps_do_not_warn() -> None:
    x = with_odd((1, 3, 3, 1))
    frame = frames(Conv2D(1, 3, kernel_initializer="zeros"), x)[0]
    assert np.isnan(frame.z) and np.isnan(frame.window.products.flat[0])
    for canvas in stamps(Conv2DTranspose(1, 3, kernel_initializer="zeros"), x).canvases():
        assert canvas.shape == (5, 5)
    assert np.isnan(canvas[0, 0])


def test_the_colours_follow_the_finite_numbers_alone() -> None:
    assert layout.span(np.array([3.0, np.inf, np.nan]), np.array([-np.inf, -1.0])) == (-1, 3)
    assert layout.span(np.array([np.nan])) == (0, 0)
    (scene,) = drawn("plane").film.scenes
    finite = with_odd((1, 4, 5, 2))
    assert scene.grids[0].span == (0, finite[np.isfinite(finite)].max())


@pytest.mark.parametrize(("width", "mode"), [(40, "numbers"), (8, "cells"), (2, "image")])
def test_each_kind_has_a_level_of_its_own_and_a_tint(width: int, mode: str) -> None:
    values = np.ma.array([[-2.0, 0, 2, *ODD, 0]], mask=[[0, 0, 0, 0, 0, 0, 1]])
    made = layout.grid("a", "input", (0, 0), values.shape, (width, width), "", [plain(values)])
    assert (made.mode, made.span, made.finite) == (mode, (-2, 2), False)
    levels = made.levels(values).ravel().tolist()
    assert levels == [-100, 0, 100, INFINITY, MINUS_INFINITY, NAN, UNKNOWN]
    shades = [tints(made, LIGHT)[level + 100] for level in levels]
    paper = LIGHT.paper
    if mode == "image":
        assert len(set(shades[:6])) == 6 and shades[6] == paper
    else:
        assert shades[3:] == [shades[2], shades[0], paper, paper]


def test_the_largest_floats_have_levels() -> None:
    most = float(np.finfo(float).max)
    values = np.array([[-most, 0, most]])
    for size in (40.0, 2.0):
        grid = Grid("a", "input", 1, 3, 0, 0, size, size, span=(-most, most))
        assert grid.levels(values).tolist() == [[-100, 0, 100]]


def test_cells_without_numbers_cross_them_out_and_say_so() -> None:
    x = np.random.default_rng(0).normal(size=(1, 40, 40, 1))
    x[0, 0, :4, 0] = [np.inf, -np.inf, np.nan, 1]
    animation = animate(Conv2D(1, 3), x, every=400)
    bars, crosses = animation.frame(0).axes[0].lines[:2]
    grid = animation.film.scenes[0].grids[0]
    crossed = sorted((crosses.get_xdata() - grid.x) // grid.width)
    assert crossed == [0, 1, 2] and set(crosses.get_ydata()) == {grid.y + grid.height / 2}
    first_row = (bars.get_xdata()[bars.get_ydata() < grid.y + grid.height] - grid.x) // grid.width
    assert 1 in first_row and not {0, 2} & set(first_row)
    texts = " ".join(label.text for label in animation.film.scenes[0].labels)
    assert "A cross marks ∞" in texts
    (finite,) = animate(Conv2D(1, 3), np.ones_like(x), every=400).film.scenes
    assert "cross" not in " ".join(label.text for label in finite.labels)


def test_crosses_are_drawn_anew_and_stand_in_no_empty_cell() -> None:
    x = np.ones((1, 40, 40, 1))
    x[0, 20, 20, 0] = np.nan
    film = animate(Conv2D(1, 3), x, every=100).film
    output = film.scenes[0].grids[3]
    assert output.name == "output0" and output.mode == "cells"
    painter = Painter(film.scenes, "light")
    for index in (0, 8, len(film) - 1, 3):
        figure = painter.figure(film[index])
        crosses = figure.axes[0].lines[7].get_xdata()
        assert len(crosses) == np.isnan(film[index].looks["output0"].values).sum()
        reused = painter.pixels(film[index]).astype(int)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        np.testing.assert_array_equal(reused, np.asarray(canvas.buffer_rgba()).astype(int))
    assert len(crosses) == 0


@pytest.mark.parametrize("odd", [np.inf, np.nan])
def test_cells_that_have_room_for_a_digit_alone_hold_no_nan(odd: float) -> None:
    layer = Conv1D(1, 17)
    layer.build((None, 18, 1))
    # No product of extremes is 0 × ∞, but there is such a product.
    layer.set_weights([np.array([1.0, -1, *[0] * 15]).reshape(17, 1, 1), np.zeros(1)])
    x = np.ones((1, 18, 1))
    digits = {grid.name: grid.mode for grid in animate(layer, x).film.scenes[0].grids}
    x[0, 5] = odd
    words = {grid.name: grid.mode for grid in animate(layer, x).film.scenes[0].grids}
    assert (digits["products"], words["products"]) == ("numbers", "cells")


def test_an_image_says_that_they_are_purple() -> None:
    x = np.ones((1, 200, 150, 1))
    x[0, 0, 0, 0] = np.nan
    animation = animate(Conv2D(1, 3), x, every=9999)
    assert "purple" in " ".join(label.text for label in animation.film.scenes[0].labels)
    colours = animation.frame(0).axes[0].images[0].get_array()
    np.testing.assert_allclose(colours[0, 0], to_rgb(LIGHT.negative))


def test_a_weight_that_is_nan_stands_in_the_matrix_and_a_place_without_a_weight_is_empty() -> None:
    layer = Conv1D(1, 3)
    layer.build((None, 6, 1))
    layer.set_weights([np.array([np.nan, 2, -np.inf]).reshape(3, 1, 1), np.zeros(1)])
    words = said(convlab.matrix_map(layer, (None, 6, 1)).figure())
    # Four outputs, in the matrix and again in its transpose.
    assert [words.count(word) for word in ("NaN", "2", "−∞", "0")] == [8, 8, 8, 0]

"""What matplotlib draws: the right words in the right cells, and nothing beside the cells."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import convlab
from convlab.plots.painter import Painter
from convlab.plots.scene import Grid, number
from tests.plots.figures import animated, animations, figures, small


def written(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def pixels_of(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).astype(int)


def texts_in(figure: Figure, grid: Grid) -> list[str]:
    """What stands in a grid's cells, row by row."""
    inside = [
        text
        for text in written(figure)
        if grid.x < text.get_position()[0] < grid.right
        and grid.y < text.get_position()[1] < grid.bottom
    ]
    placed = sorted(inside, key=lambda text: text.get_position()[::-1])
    return [text.get_text() for text in placed]


@pytest.mark.parametrize("index", [0, 5, 11])
def test_cells_show_the_numbers_of_the_step(index: int) -> None:
    animation = small()
    step, (scene,) = animation.film[index], animation.film.scenes
    figure = animation.frame(index)
    for grid in scene.grids:
        values = step.looks[grid.name].values
        assert texts_in(figure, grid) == [word for word in grid.texts(values) if word]


def test_negative_numbers_have_a_true_minus_sign() -> None:
    animation = small()
    words = [text.get_text() for text in written(animation.frame(0))]
    cells = [word for word in words if word.lstrip("−").replace(".", "").isdigit()]
    assert any(word.startswith("−") for word in cells)
    assert not any("-" in word for word in words if "=" not in word or "Σ" in word)


def test_numbers_fit_their_cells() -> None:
    for name, animation in animations().items():
        figure = animation.frame(len(animation) // 2)
        renderer = FigureCanvasAgg(figure).get_renderer()
        scene = animation.film.scenes[animation.film[len(animation) // 2].scene]
        for grid in scene.grids:
            for text in written(figure):
                x, y = text.get_position()
                if grid.x < x < grid.right and grid.y < y < grid.bottom:
                    box = text.get_window_extent(renderer)
                    assert box.width <= grid.width - 1, (name, grid.name, text.get_text())
                    assert box.height <= grid.height, (name, grid.name, text.get_text())


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_nothing_is_cut_off_and_no_words_overlap(language: str) -> None:
    with convlab.use_language(language):
        for name, figure in figures():
            renderer = FigureCanvasAgg(figure).get_renderer()
            width, height = figure.get_size_inches() * figure.dpi
            boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in written(figure)]
            for word, box in boxes:
                assert box.x0 >= 0 and box.x1 <= width, (name, word)
                assert box.y0 >= 0 and box.y1 <= height, (name, word)
            for place, (word, box) in enumerate(boxes):
                for other, beside in boxes[place + 1 :]:
                    overlap = box.shrunk(0.94, 0.6).overlaps(beside.shrunk(0.94, 0.6))
                    assert not overlap, (name, word, other)


def test_drawing_only_what_changed_gives_the_same_picture() -> None:
    for name, animation in animations(theme="dark").items():
        film = animation.film
        painter = Painter(film.scenes, "dark")
        for index in [0, len(film) - 1, len(film) // 2]:
            reused = painter.pixels(film[index]).astype(int)
            fresh = pixels_of(painter.figure(film[index]))
            np.testing.assert_array_equal(reused, fresh, err_msg=f"{name}, step {index}")


def test_zeros_are_hatched_and_the_window_is_framed() -> None:
    animation = animated(convlab.Conv2D(1, 2, dilation_rate=2, padding="same"), (1, 3, 4, 1))
    figure = animation.frame(0)
    hatched = [c for c in figure.axes[0].collections if c.get_hatch() and len(c.get_paths())]
    assert [len(collection.get_paths()) for collection in hatched] == [30 - 12]
    (marks,) = [c for c in figure.axes[0].collections if c.get_zorder() == 4 and c.get_paths()]
    assert len(marks.get_paths()) == 4


def test_without_numbers_a_bar_marks_each_negative_cell() -> None:
    animation = animations()["cells"]
    figure = animation.frame(0)
    (scene,) = animation.film.scenes
    values = animation.film[0].looks["input0"].values
    visible = scene.grids[0].levels(values) < 0
    assert len(figure.axes[0].lines[0].get_xdata()) == visible.sum() > 100


def test_an_image_is_darker_for_lesser_numbers() -> None:
    animation = animations()["image"]
    figure = animation.frame(0)
    values = animation.film[0].looks["input0"].values
    shades = figure.axes[0].images[0].get_array().mean(axis=2)
    order = np.argsort(values.ravel())
    assert (np.diff(shades.ravel()[order]) >= 0).all()


def test_labels_of_a_user_are_no_formulas() -> None:
    animation = small(title=r"price $x_1$ and \frac{")
    (title,) = [t for t in written(animation.frame(0)) if t.get_text().startswith("price")]
    assert not title.get_parse_math()
    pixels_of(animation.frame(0))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.004, "−4e−3"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (12345.0, "1.2e4"), (-7.5, "−7.5")],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown

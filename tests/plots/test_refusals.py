"""What cannot be drawn is refused in words, with a way out."""

from __future__ import annotations

import numpy as np
import pytest

import convlab
from convlab.errors import ArgumentError, ShapeError
from tests.plots.figures import small

LAYER = convlab.Conv2D(2, 3)
IMAGE = np.ones((1, 6, 6, 2))


def test_too_many_steps_are_refused_and_the_way_out_works() -> None:
    large = np.ones((1, 100, 100, 1))
    with pytest.raises(ArgumentError, match="9604 steps") as caught:
        convlab.animate(convlab.Conv2D(1, 3), large)
    (choice,) = caught.value.choices
    assert len(convlab.animate(convlab.Conv2D(1, 3), large, **choice)) <= 3000


def test_wrong_shapes_get_the_layers_own_error() -> None:
    with pytest.raises(ShapeError, match="must have 4 axes"):
        convlab.animate(LAYER, np.ones((6, 6)))
    with pytest.raises(ShapeError):
        convlab.diagram(LAYER, (1, 2))
    with pytest.raises(ShapeError):
        convlab.coverage_map(LAYER, (None, 2, 2, 1))
    with pytest.raises(ShapeError):
        convlab.matrix_map(LAYER, (None, None, 8, 1))


@pytest.mark.parametrize(
    ("choice", "argument"),
    [
        ({"filters": 2}, "filters"),
        ({"filters": ()}, "filters"),
        ({"filters": (0, -1)}, "filters"),
        ({"channels": (0, 5)}, "channels"),
        ({"sample": 1}, "sample"),
        ({"every": 0}, "every"),
        ({"view": "sideways"}, "view"),
        ({"theme": "blue"}, "theme"),
    ],
)
def test_a_choice_that_does_not_exist_is_named(choice: dict, argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        convlab.animate(LAYER, IMAGE, **choice)
    assert caught.value.parameters["argument"] == argument


def test_views_belong_to_the_transposed_layer() -> None:
    with pytest.raises(ArgumentError, match="Only a transposed layer"):
        convlab.animate(LAYER, IMAGE, view="scatter")


def test_an_output_without_positions_is_refused() -> None:
    layer = convlab.Conv2DTranspose(1, 2, strides=2, padding="same", output_padding=0)
    assert layer.compute_output_shape((1, 1, 1, 1)) == (1, 0, 0, 1)
    with pytest.raises(ArgumentError, match="no positions"):
        convlab.animate(layer, np.ones((1, 1, 1, 1)))


@pytest.mark.parametrize("index", [12, -13, 1.5, "first"])
def test_a_step_that_does_not_exist_is_refused(index: object) -> None:
    with pytest.raises(ArgumentError, match="from 0 to 11"):
        small().frame(index)


def test_the_last_step_is_minus_one() -> None:
    def words(figure) -> list[str]:
        return [text.get_text() for text in figure.axes[0].texts]

    assert words(small().frame(-1)) == words(small().frame(11))


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_refusals_are_said_in_both_languages(language: str) -> None:
    with convlab.use_language(language), pytest.raises(ArgumentError) as caught:
        convlab.animate(convlab.Conv2D(1, 3), np.ones((1, 100, 100, 1)))
    with convlab.use_language(language):
        assert "every=4" in str(caught.value)

"""What cannot be drawn is refused in words, with a way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import convlab
from convlab import explanation
from convlab.errors import ArgumentError, ShapeError
from convlab.plots.checks import chosen
from convlab.plots.film import step_count
from tests.plots.figures import small

LAYER = convlab.Conv2D(2, 3)
IMAGE = np.ones((1, 6, 6, 2))


def test_too_many_steps_are_refused_and_the_way_out_works() -> None:
    large = np.ones((1, 100, 100, 1))
    with pytest.raises(ArgumentError, match="9,604 steps") as caught:
        convlab.animate(convlab.Conv2D(1, 3), large)
    (choice,) = caught.value.choices
    assert 2400 < len(convlab.animate(convlab.Conv2D(1, 3), large, **choice)) <= 3000


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
    with pytest.raises(ArgumentError, match="Only a transposed layer has several") as caught:
        convlab.animate(LAYER, IMAGE, view="scatter")
    assert caught.value.choices == ({"view": "both"},)


PAIR = ("Conv2D", {"filters": 1, "kernel_size": 2})


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("thing", [[convlab.Conv2D(1, 2)], PAIR, convlab.Conv2D, None, "Conv2D"])
def test_a_picture_takes_one_layer_and_says_nothing_of_lists(thing: object, language: str) -> None:
    calls = [
        *(getattr(convlab, name) for name in ("animate", "diagram", "coverage_map", "matrix_map")),
        *(getattr(explanation, name) for name in ("frames", "stamps", "coverage", "matrices")),
    ]
    for call in calls:
        if call is convlab.diagram and isinstance(thing, list):
            continue  # Layers one after the other are a network, which has a diagram.
        with convlab.use_language(language), pytest.raises(ArgumentError) as caught:
            call(thing, IMAGE if call.__name__ in ("animate", "frames", "stamps") else (1, 6, 6, 2))
        with convlab.use_language(language):
            assert caught.value.code == "only_a_layer" and caught.value.choices == ()
            assert type(thing).__name__ in str(caught.value)
            assert "list of" not in str(caught.value) and "清單" not in str(caught.value)


@pytest.mark.parametrize("call", [convlab.animate, explanation.frames, explanation.stamps])
def test_an_empty_batch_has_no_sample(call) -> None:
    layer = convlab.Conv2DTranspose(1, 2)
    with pytest.raises(ShapeError, match=r"batch is empty: x has the shape \(0, 6, 6, 2\)"):
        call(layer, np.ones((0, 6, 6, 2)))


@pytest.mark.parametrize(
    ("value", "drawn"),
    [(np.int64(1), (1,)), (np.array([1, 0]), (1, 0)), ((n for n in (1, 0, 1)), (1, 0)),
     ({1}, (1,)), (range(2), (0, 1)), (True, (1,))],
)  # fmt: skip
def test_whatever_counts_chooses_channels_and_filters(value: object, drawn: tuple) -> None:
    assert chosen("channels", value, 2) == drawn


@pytest.mark.parametrize(
    ("value", "offered"),
    [((0, 5), (0, 1)), ((1, -1), (1, 0)), ("1", 1), (np.array([0.0, 1.0]), (0, 1)), ((), 0)],
)
def test_of_several_numbers_the_wrong_ones_alone_are_changed(value: object, offered) -> None:
    with pytest.raises(ArgumentError, match="channels must be an integer from 0 to 1") as caught:
        chosen("channels", value, 2)
    assert caught.value.choices == ({"channels": offered},)


def test_more_channels_than_a_picture_can_hold_are_refused() -> None:
    layer, x = convlab.Conv2D(1, 1), np.ones((1, 1, 1, 40))
    with pytest.raises(ArgumentError, match="names 40, but at most 32") as caught:
        convlab.animate(layer, x, channels=range(40))
    assert caught.value.choices == ({"channels": tuple(range(32))},)
    FigureCanvasAgg(convlab.animate(layer, x, channels=range(32)).frame(0)).draw()


def test_filters_are_those_that_the_activation_leaves() -> None:
    layer = convlab.Conv2D(4, 2, activation="glu")
    with pytest.raises(ArgumentError, match="filters must be an integer from 0 to 1"):
        convlab.animate(layer, IMAGE, filters=2)
    assert convlab.animate(layer, IMAGE, filters=1).film[-1].looks["a"]


@pytest.mark.parametrize("activation", [lambda z: z.sum(), lambda z: np.repeat(z, 2, axis=1)])
def test_an_activation_that_leaves_no_positions_is_refused(activation) -> None:
    layer = convlab.Conv2D(4, 2, activation=activation)
    with pytest.raises(ArgumentError, match=r"must return an array .* shape \(1, 5, 5, 4\)"):
        convlab.animate(layer, IMAGE)


def test_a_picture_that_no_screen_shows_is_refused_and_a_smaller_one_drawn() -> None:
    for call in (convlab.coverage_map, convlab.matrix_map):
        with pytest.raises(ShapeError, match="at most 1,000,000 can be drawn") as caught:
            call(convlab.Conv2D(1, 3), (None, 10**6, 4, 1))
        (choice,) = caught.value.choices
        call(convlab.Conv2D(1, 3), **choice)
        assert choice["input_shape"][2:] == (4, 1)
    x = np.broadcast_to(np.float32(1), (1, 4, 4, 1))
    with pytest.raises(ShapeError, match=r"With x of shape .* would have [0-9,]+ cells"):
        convlab.animate(convlab.Conv2D(1, 3, dilation_rate=1500, padding="same"), x)


def test_a_title_however_long_is_cut_in_no_time_and_can_be_written(tmp_path: Path) -> None:
    animation = small(title="x" * 10**6 + "\ud800")
    animation.save(tmp_path / "film.html")
    (label,) = [label for label in animation.film.scenes[0].labels if label.text.startswith("xx")]
    assert label.text.endswith("…") and len(label.text) < 200


@pytest.mark.parametrize("call", [convlab.coverage_map, convlab.matrix_map])
def test_unknown_sizes_are_offered_such_as_the_window_fits_into(call) -> None:
    with pytest.raises(ShapeError, match=r"\(None, 8, 8, 1\) would do") as caught:
        call(convlab.Conv2D(1, 5), (None, None, 8, 1))
    call(convlab.Conv2D(1, 5), **caught.value.choices[0])
    # Of size 1 this layer makes nothing.
    halving = convlab.Conv2DTranspose(1, 2, strides=2, padding="same", output_padding=0)
    with pytest.raises(ShapeError, match=r"\(None, 2, 4, 1\) would do"):
        call(halving, (None, None, 4, 1))


def test_an_empty_input_or_output_cannot_be_drawn() -> None:
    layer = convlab.Conv2D(1, 3, padding="same")
    for call in (convlab.coverage_map, convlab.matrix_map):
        with pytest.raises(ArgumentError, match="no positions"):
            call(layer, (None, 0, 8, 1))
    with pytest.raises(ArgumentError, match="no positions"):
        convlab.matrix_map(convlab.Conv2DTranspose(1, 3), (None, 0, 4, 1))
    with pytest.raises(ArgumentError, match="no positions"):
        convlab.animate(convlab.Conv2DTranspose(1, 3), np.ones((1, 0, 4, 1)))


@pytest.mark.parametrize("theme", [3, np.array(["light", "dark"]), "blue", ["light"]])
@pytest.mark.parametrize("name", ["diagram", "coverage_map", "matrix_map"])
def test_a_drawing_has_the_two_themes(name: str, theme: object) -> None:
    with pytest.raises(ArgumentError, match="theme must be one of 'light', 'dark'") as caught:
        getattr(convlab, name)(LAYER, (None, 6, 6, 2), theme=theme)
    assert {"theme": "light"} in caught.value.choices


STEPS = [  # Each kind of act, with one filter and with several.
    (convlab.Conv1D(3, 2), (1, 9, 2), {}),
    (convlab.Conv2D(3, 2), (1, 5, 6, 2), {"filters": (0, 2)}),
    (convlab.SeparableConv2D(2, 2, depth_multiplier=3), (1, 5, 6, 2), {"filters": (0, 1)}),
    (convlab.Conv2DTranspose(2, 2, strides=2), (1, 3, 4, 2), {"filters": (0, 1)}),
    (convlab.Conv2DTranspose(2, 2, strides=2), (1, 3, 4, 2), {"view": "scatter"}),
    (convlab.Conv2DTranspose(2, 2, strides=2), (1, 3, 4, 2), {"view": "zeros"}),
]


@pytest.mark.parametrize(("layer", "shape", "choices"), STEPS)
@pytest.mark.parametrize("every", [1, 2, 3, 7, 1000])
def test_steps_are_counted_before_they_are_made(layer, shape, choices, every) -> None:
    animation = convlab.animate(layer, np.ones(shape), every=every, **choices)
    made, view = animation._made, choices.get("view", "both")
    assert step_count(made.geometry, animation._selection, view) == len(animation)


def test_a_film_of_just_so_many_steps_is_shown(monkeypatch) -> None:
    length = len(small())
    monkeypatch.setattr("convlab.plots.animation.MOST_STEPS", length)
    assert len(small()) == length
    monkeypatch.setattr("convlab.plots.animation.MOST_STEPS", length - 1)
    with pytest.raises(ArgumentError, match="12 steps") as caught:
        small()
    assert caught.value.choices == ({"every": 2},)


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


def test_a_diagram_of_the_largest_sizes_takes_no_time() -> None:
    most = 2**63 - 1
    layer = convlab.DepthwiseConv2D(2, data_format="channels_first")
    assert convlab.diagram(layer, (1, most, most, most)).figure()

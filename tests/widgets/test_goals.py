"""What an explorer is asked for besides: controls in focus, goals, tours."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

import convlab
from convlab import Explorer
from convlab.errors import ConvlabError
from convlab.i18n import LANGUAGES, catalogue
from convlab.layers import LAYERS
from convlab.widgets.controls import CONTROLS
from convlab.widgets.goals import goal_words
from convlab.widgets.settings import settings_of
from convlab.widgets.tours import TOURS


def opened(**given: Any) -> Explorer:
    return Explorer("Conv2D", layers=["Conv2D"], **given)


# Controls


def test_the_controls_are_given_in_the_order_in_which_they_are_named() -> None:
    assert opened(controls=("strides", "padding", "strides")).given["controls"] == [
        "strides",
        "padding",
    ]
    assert opened(controls=[]).given["controls"] == []
    assert opened().given["controls"] is None


@pytest.mark.parametrize("name", sorted({*CONTROLS} - {"depth_multiplier", "output_padding"}))
def test_every_control_of_the_layer_can_be_shown(name: str) -> None:
    assert opened(controls=[name]).given["controls"] == [name]


@pytest.mark.parametrize(
    "controls",
    [
        "padding",
        "pading",
        3,
        ["stride"],
        ["padding", "depth_multiplier"],
        [None],
        {"padding": 1},
        [[1]],
    ],
    ids=repr,
)
def test_a_control_that_there_is_not_is_refused_with_choices_that_work(controls: Any) -> None:
    with pytest.raises(ConvlabError) as caught:
        opened(controls=controls)
    assert "controls" in str(caught.value) and caught.value.choices
    for choice in caught.value.choices:
        opened(**choice)


def test_a_misspelt_control_is_offered_in_its_place() -> None:
    with pytest.raises(ConvlabError) as caught:
        opened(controls=["padding", "stride"])
    assert {"controls": ("padding", "strides")} in caught.value.choices


# Goals

SENTENCES = [
    ({"output_shape": (3, 3, 1)}, ["strides"],
     "Goal: an output of 3×3×1, by strides alone.",
     "目標：只調整 strides，讓輸出變成 3×3×1。"),
    ({"a": 7, "position": (1, 2, 0)}, ["kernel", "padding"],
     "Goal: a = 7 at (1, 2, 0), by the numbers of the kernel and padding alone.",
     "目標：只調整 卷積核的數字、padding，讓輸出 (1, 2, 0) 的 a 等於 7。"),
    ({"parameters": 10, "padding": "same"}, None,
     'Goal: 10 parameters and padding="same".',
     '目標：讓參數剛好 10 個，而且 padding 等於 "same"。'),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "controls", "english", "chinese"), SENTENCES)
def test_a_goal_is_a_sentence_in_both_languages(
    goal: Any, controls: Any, english: str, chinese: str
) -> None:
    assert goal_words(goal, controls, "en") == english
    assert goal_words(goal, controls, "zh_TW") == chinese


def test_a_goal_is_reached_when_what_is_shown_is_what_it_asks_for() -> None:
    explorer = opened(controls=["strides"], goal={"output_shape": (2, 3, 1)})
    assert not explorer.reached
    explorer.strides = 2
    assert explorer.reached
    explorer.set_state({"shown": {**explorer.shown, "strides": [1, 1]}})
    assert not explorer.reached


def test_a_number_is_reached_at_the_place_that_is_meant() -> None:
    explorer = opened(goal={"a": 7, "position": (1, 1, 0)})
    kernel = np.zeros((3, 3, 1, 1))
    explorer.weights = [kernel, np.array([7.0])]
    assert not explorer.reached
    explorer.position = (1, 1, 0)
    assert explorer.reached
    explorer.weights = [kernel, np.array([7.01])]
    assert not explorer.reached
    here = opened(goal={"z": 7}, position=(2, 0, 0))
    here.weights = [kernel, np.array([7.0])]
    assert here.reached


@pytest.mark.parametrize("controls", [["strides"], ["padding"], ["padding", "strides"],
                                      ["kernel_size", "dilation_rate"]])  # fmt: skip
def test_a_goal_is_refused_just_where_no_setting_of_the_controls_reaches_it(
    controls: list[str],
) -> None:
    """Against every setting, tried one by one on the real layer."""
    numbers = {"strides": range(1, 9), "kernel_size": range(1, 8), "dilation_rate": range(1, 9)}
    values = [
        ["valid", "same"] if name == "padding" else list(product(numbers[name], repeat=2))
        for name in controls
    ]
    shapes = set()
    for chosen in product(*values):
        change: dict[str, Any] = {"kernel_size": 3, **dict(zip(controls, chosen, strict=True))}
        try:
            shapes.add(convlab.Conv2D(1, **change).compute_output_shape((1, 5, 7, 1))[1:])
        except ConvlabError:
            continue
    refused = 0
    for shape in product(range(1, 9), range(1, 9), [1]):
        try:
            opened(controls=controls, goal={"output_shape": shape})
        except ConvlabError:
            refused += 1
            assert shape not in shapes
        else:
            assert shape in shapes
    assert refused


UNREACHABLE: list[dict[str, Any]] = [
    {"controls": ["strides"], "goal": {"output_shape": (9, 9, 1)}},
    {"controls": ["padding", "strides"], "goal": {"output_shape": (3, 3, 2)}},
    {"controls": ["kernel_size"], "goal": {"parameters": 12}},
    {"controls": ["padding"], "goal": {"strides": 2}},
    {"controls": ["use_bias"], "goal": {"a": 1000.0}},
    {"controls": [], "goal": {"z": 7.25, "position": (0, 0, 0)}},
    {"controls": ["padding"], "goal": {"position": (6, 0, 0)}},
    {"controls": ["activation"], "goal": {"a": -3.0, "output_shape": (4, 4, 1)}},
    {"goal": {"output_shape": (200, 3, 1)}},
    {"goal": {"parameters": 10**8}},
]


@pytest.mark.parametrize("given", UNREACHABLE, ids=repr)
def test_a_goal_out_of_reach_is_refused_with_choices_that_work(given: dict[str, Any]) -> None:
    for language in LANGUAGES:
        with convlab.use_language(language), pytest.raises(ConvlabError) as caught:
            opened(**given)
        assert len(str(caught.value)) > 20
    assert caught.value.choices
    for choice in caught.value.choices:
        assert opened(**{**given, **choice}).given["goal"]


NO_GOALS: list[Any] = [
    3, "3x3", [], {}, {1: 2}, {"shape": (3, 3, 1)}, {"output_shape": 3}, {"output_shape": (3, 3)},
    {"output_shape": (3, 3, 0)}, {"output_shape": ("3", 3, 1)}, {"position": (-1, 0, 0)},
    {"a": "7"}, {"a": float("nan")}, {"a": True}, {"parameters": 2.5}, {"strides": 0},
    {"padding": "sideways"}, {"depth_multiplier": 2}, {"activation": "nothing"},
]  # fmt: skip


@pytest.mark.parametrize("goal", NO_GOALS, ids=repr)
def test_what_is_no_goal_is_refused_with_choices_that_work(goal: Any) -> None:
    with pytest.raises(ConvlabError) as caught:
        opened(goal=goal)
    assert len(str(caught.value)) > 20 and caught.value.choices
    for choice in caught.value.choices:
        opened(**choice)


def test_a_goal_for_a_real_layer_is_about_its_own_numbers() -> None:
    layer = convlab.Conv2D(1, 3, dtype="float64")
    x = np.random.default_rng(4).normal(size=(6, 7, 2))
    a = layer(x[None])[0]
    explorer = Explorer.from_layer(layer, x, controls=["strides"], goal={"a": float(a[0, 3, 0])})
    assert not explorer.reached
    explorer.position = (0, 3, 0)
    assert explorer.reached
    with pytest.raises(ConvlabError) as caught:
        Explorer.from_layer(layer, x, controls=["strides"], goal={"a": 12345.0})
    for choice in caught.value.choices:
        Explorer.from_layer(layer, x, **{"controls": ["strides"], "goal": {"a": 12345.0}, **choice})
    link = Explorer("Conv2D", controls=[], use_bias=False).link()
    assert Explorer.from_link(link, controls=[], goal={"use_bias": False}).reached


@pytest.mark.parametrize("name", LAYERS)
def test_what_an_explorer_shows_is_a_goal_that_can_be_reached(name: str) -> None:
    explorer = Explorer(name, strides=1, activation="relu")
    goal: dict[str, Any] = {"output_shape": explorer.output_shape}
    goal |= {"parameters": explorer.layer().count_params(), "strides": 1}
    assert Explorer(name, strides=1, controls=[], goal=goal).reached
    assert not Explorer(name, strides=1, goal={**goal, "use_bias": False, "parameters": 9}).reached


# Tours


@pytest.mark.parametrize("tour", TOURS)
def test_a_tour_has_a_sentence_for_each_step_in_both_languages(tour: str) -> None:
    layers, steps = TOURS[tour]
    assert {*layers} <= {*LAYERS} and len(steps) > 3
    for step in steps:
        assert all(catalogue()[step["say"]][language] for language in LANGUAGES)


@pytest.mark.parametrize(
    ("tour", "name"), [(t, n) for t, (names, _) in TOURS.items() for n in names]
)
def test_every_step_of_a_tour_can_be_gone_to_from_any_other(tour: str, name: str) -> None:
    explorer = Explorer(name, tour=tour, channels=2)
    steps = explorer.given["tour"]
    assert json.loads(json.dumps(steps)) == steps
    assert all(step["set"].keys() == steps[0]["set"].keys() for step in steps)
    assert {**explorer.shown, **steps[0]["set"]} == explorer.shown
    for number in (len(steps) - 1, 0, 2, 1):
        explorer.tour_step = number
        assert explorer.shown["tour_step"] == number
        assert {**explorer.shown, **steps[number]["set"]} == explorer.shown


def test_the_tour_of_padding_shows_where_the_odd_zero_goes() -> None:
    explorer = Explorer("Conv2D", tour="padding")
    explorer.tour_step = 4
    axes = explorer.layer().geometry((1, *explorer.input.shape)).stages[0].axes
    assert [(axis.before, axis.after) for axis in axes] == [(0, 1), (0, 1)]
    assert None in axes[0].sources(explorer.position[0])


def test_a_step_of_ones_own_says_lights_and_sets() -> None:
    own = [
        {"say": "tours.window_1", "light": "input"},
        {"say": "Look here.", "light": "strides", "set": {"strides": 2, "position": (1, 1, 0)}},
        {"say": {"en": "Done.", "zh_TW": "完成。"}, "set": {"view": "zeros", "layer": "Conv1D"}},
    ]
    explorer = Explorer("Conv2D", tour=own)
    steps = explorer.given["tour"]
    assert steps[1]["say"] == {"en": "Look here.", "zh_TW": "Look here."}
    assert [step["set"]["strides"] for step in steps] == [[1, 1], [2, 2], [2]]
    assert [step["set"]["layer"] for step in steps] == ["Conv2D", "Conv2D", "Conv1D"]
    assert explorer.layer_name == "Conv2D"


NO_TOURS: list[Any] = [
    "windows", "channels", 3, [], {}, ["window"], [{"say": 3}], [{"say": "a", "light": "moon"}],
    [{"say": "a", "set": 3}], [{"say": "a", "set": {1: 2}}], [{"say": {"en": "a"}}], [{"more": 1}],
    [{"say": "a", "set": {"strides": 0}}], [{"say": "a", "set": {"stride": 2}}],
    [{"say": "a", "set": {"strides": 2, "dilation_rate": 2, "sizes": 16}},
     {"say": "b", "set": {"kernel_size": 50}}],
]  # fmt: skip


@pytest.mark.parametrize("tour", NO_TOURS, ids=repr)
def test_what_is_no_tour_is_refused_with_choices_that_work(tour: Any) -> None:
    with pytest.raises(ConvlabError) as caught:
        Explorer("DepthwiseConv2D", tour=tour)
    assert len(str(caught.value)) > 20 and caught.value.choices
    for choice in caught.value.choices:
        Explorer(**{"layer": "DepthwiseConv2D", "tour": tour, **choice})


def test_a_browser_at_another_step_is_followed() -> None:
    explorer = Explorer("Conv2D", tour="window")
    explorer.set_state({"shown": {**explorer.shown, "tour_step": 3, "pytorch": True}})
    assert (explorer.tour_step, explorer.pytorch) == (3, True)
    with pytest.raises(ConvlabError, match="0 to 5"):
        explorer.tour_step = 6


@pytest.mark.parametrize("name", sorted({"strides", *settings_of("Conv2D")} - {"activation"}))
def test_what_a_control_sets_can_be_asked_for_as_a_goal_of_it_alone(name: str) -> None:
    change = {"padding": "same", "data_format": "channels_first", "use_bias": False}
    value = change.get(name, 1 if name != "sizes" else 9)
    assert opened(controls=[name], goal={name: value}).given["goal"]

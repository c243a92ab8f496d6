"""The explorer from Python's side: traits, arrays, refusals, the page, the still picture."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
import traitlets

import convlab
from convlab.errors import ConvlabError
from convlab.layers import LAYERS
from convlab.widgets.explorer import Explorer
from convlab.widgets.ranges import checked, ranges_for
from convlab.widgets.settings import SETTINGS, settings_of, starting
from convlab.widgets.traits import STATE
from convlab.widgets.values import FILLS

# What a Conv2D has of all that can be set.
ALIVE = {*STATE, "input", "weights"} - ({*SETTINGS} - {*settings_of("Conv2D")})
each_layer = pytest.mark.parametrize("name", LAYERS)


def told(explorer: Explorer, **changes: Any) -> None:
    """What the browser sends: the whole of what it shows."""
    explorer.set_state({"shown": {**explorer.shown, **changes}})


@each_layer
def test_the_layer_is_the_real_one_with_the_weights_shown(name: str) -> None:
    explorer = Explorer(name)
    layer = explorer.layer()
    assert type(layer) is getattr(convlab, name)
    assert layer(explorer.input[None]).shape[1:] == explorer.output_shape
    for shown, real in zip(explorer.weights, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(shown, real)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@each_layer
def test_an_explorer_on_a_real_layer_shows_its_numbers(name: str, data_format: str) -> None:
    own = {"filters": 3} if name != "DepthwiseConv2D" else {"depth_multiplier": 2}
    layer = getattr(convlab, name)(kernel_size=2, data_format=data_format, dtype="float64", **own)
    sizes = (7,) if layer.rank == 1 else (5, 6)
    shape = (2, 2, *sizes) if data_format == "channels_first" else (2, *sizes, 2)
    x = np.random.default_rng(3).normal(size=shape)
    expected = layer(x)[0]
    explorer = Explorer.from_layer(layer, x)
    np.testing.assert_array_equal(explorer.input, x[0])
    np.testing.assert_array_equal(explorer.layer()(explorer.input[None])[0], expected)
    assert explorer.layer() is not layer


def test_setting_a_trait_tells_the_browser_and_the_browser_sets_traits() -> None:
    explorer = Explorer("Conv2D")
    explorer.padding, explorer.kernel_size = "SAME", 2
    assert explorer.shown["padding"] == "same"
    assert explorer.shown["kernel_size"] == [2, 2]
    told(explorer, strides=[2, 3], filters=2, position=[0, 1, 1], language="zh_TW")
    assert (explorer.strides, explorer.filters, explorer.language) == ((2, 3), 2, "zh_TW")
    assert explorer.position == (0, 1, 1)


def test_the_browser_may_change_the_layer() -> None:
    explorer = Explorer("Conv2D")
    start = Explorer("Conv1D").shown
    explorer.set_state({"shown": {**start, "steps": None}})
    assert explorer.layer_name == "Conv1D"
    assert explorer.kernel_size == (3,)
    assert explorer.layer()(explorer.input[None]).shape == (1, 8, 1)


def test_another_layer_keeps_what_it_can() -> None:
    explorer = Explorer("Conv2D", kernel_size=(2, 3), channels=2)
    explorer.layer_name = "DepthwiseConv2D"
    assert explorer.kernel_size == (2, 3)
    assert explorer.channels == 2
    explorer.layer_name = "Conv1D"
    assert explorer.kernel_size == (3,)
    assert explorer.position == (0, 0)


NONSENSE = [
    {"kernel_size": (9, 1)},
    {"kernel_size": "wide"},
    {"kernel_size": (3, 3, 3)},
    {"strides": 0},
    {"strides": 2, "dilation_rate": 2},
    {"padding": "causal"},
    {"padding": None},
    {"groups": 3},
    {"filters": -1},
    {"filters": 1000},
    {"activation": "threshold"},
    {"activation": "nothing"},
    {"sizes": (2, 2)},
    {"sizes": (5, 50)},
    {"channels": 0},
    {"data_format": "sideways"},
    {"layer_name": "Conv3D"},
    {"depth_multiplier": 2},
    {"output_padding": 1},
    {"position": (9, 9, 9)},
    {"position": "first"},
    {"view": "sideways"},
    {"true_convolution": "yes"},
    {"true_convolution": 1},
    {"pytorch": None},
    {"tour_step": 1},
    {"gradient": 3},
    {"speed": 0},
    {"speed": 2.5},
    {"language": "fr"},
    {"preset": "unknown"},
    {"own": [1, 2]},
    {"own": {(0, 0, 0): float("nan")}},
    {"colour": "red"},
    {"input": np.ones((2, 2, 1))},
    {"input": np.full((5, 7, 1), np.nan)},
    {"input": "x"},
    {"weights": [np.ones((3, 3, 1, 1))]},
    {"weights": [np.ones((3, 3)), np.ones(1)]},
]


@pytest.mark.parametrize("settings", NONSENSE, ids=repr)
def test_nonsense_is_refused_in_words_and_changes_nothing(settings: dict[str, Any]) -> None:
    explorer = Explorer("Conv2D")
    before = json.dumps([explorer.shown, explorer.values])
    with pytest.raises(ConvlabError) as caught:
        explorer.change(**settings)
    assert len(str(caught.value)) > 20
    assert json.dumps([explorer.shown, explorer.values]) == before
    assert explorer.layer()(explorer.input[None]).shape == (1, 3, 5, 1)


class Foreign:
    """An array of another library that cannot be read here."""

    def __array__(self, *_: Any) -> None:
        raise RuntimeError("Can't call numpy() on a tensor that requires grad")


ODD: list[Callable[[], Any]] = [
    lambda: None,
    lambda: "",
    lambda: "text",
    lambda: (),
    lambda: {},
    lambda: {1: 2},
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: -1,
    lambda: 10**30,
    lambda: 2.5,
    lambda: 1j,
    lambda: b"x",
    lambda: True,
    lambda: object(),
    lambda: Foreign(),
    lambda: np.int64(2),
    lambda: np.float64(2),
    lambda: np.bool_(True),
    lambda: np.array(2),
    lambda: np.array(None),
    lambda: np.array([]),
    lambda: np.array([["a"]]),
    lambda: np.zeros((3, 3)),
    lambda: np.ma.array([1, 2], mask=[0, 1]),
    lambda: iter([1, 2]),
    lambda: (i for i in ()),
    count,
    lambda: [[1], [1, 2]],
    lambda: (None, None),
    lambda: [np.nan, 1],
]


@pytest.fixture(scope="module")
def one() -> Explorer:
    """Refusals leave it as it was, so that one is enough."""
    explorer = Explorer("Conv2D", layers=["Conv2D"], true_convolution=True, gradient="own")
    explorer.own = {(0, 1, 0): 2.0}
    return explorer


def refusal_of(explorer: Explorer, name: str, value: Any) -> ConvlabError | None:
    try:
        setattr(explorer, name, value)
    except ConvlabError as error:
        return error
    return None


@pytest.mark.parametrize("name", sorted(ALIVE))
def test_an_odd_value_is_taken_or_refused_with_choices_that_work(one: Explorer, name: str) -> None:
    """Taken is what counts as a number, a flag or a list of numbers; the state stays plain JSON."""
    start = {key: getattr(one, key) for key in ALIVE}
    refused = 0
    for make in ODD:
        before = json.dumps([one.shown, one.values])
        error = refusal_of(one, name, make())
        if error is not None:
            refused += 1
            assert len(str(error)) > 20
            assert json.dumps([one.shown, one.values]) == before
            assert error.choices, (make(), str(error))
        for choice in error.choices if error else ():
            one.change(**{name: make(), **choice})
            one.change(**start)
        json.dumps([one.shown, one.values])
        one.change(**start)
    # Keras takes any value as a flag.
    assert refused > 20 or name == "use_bias"


@pytest.mark.parametrize("odd", [500, None, "x", np.ones(2)], ids=repr)
def test_a_setting_that_the_layer_has_not_is_refused_with_the_layers_that_have_it(odd: Any) -> None:
    explorer = Explorer("Conv2D")
    with pytest.raises(ConvlabError, match="no argument 'depth_multiplier'") as caught:
        explorer.depth_multiplier = odd
    assert caught.value.choices == ()
    with pytest.raises(ConvlabError) as caught:
        explorer.depth_multiplier = 2
    assert caught.value.choices
    for choice in caught.value.choices:
        explorer.change(depth_multiplier=2, **choice)
        assert explorer.depth_multiplier == 2
        explorer.layer_name = "Conv2D"


def test_weights_are_read_back_as_they_were_set_with_the_kernel_flipped() -> None:
    explorer = Explorer("SeparableConv2D", true_convolution=True)
    random = np.random.default_rng(5)
    weights = [random.normal(size=weight.shape) for weight in explorer.weights]
    explorer.weights = weights
    for one, other in zip(explorer.weights, weights, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(explorer.layer().get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    explorer.true_convolution = False
    np.testing.assert_array_equal(explorer.weights[0], weights[0][::-1, ::-1])


BOUNDS = [
    ("Conv2D", "filters", 64),
    ("Conv2D", "channels", 64),
    ("Conv2D", "sizes", 64),
    ("Conv2D", "kernel_size", 31),
    ("Conv2D", "strides", 16),
    ("Conv1D", "sizes", 64),
    ("Conv1D", "dilation_rate", 16),
    ("Conv2DTranspose", "sizes", 64),
    ("Conv2DTranspose", "kernel_size", 31),
    ("DepthwiseConv2D", "depth_multiplier", 64),
]


@pytest.mark.parametrize(("layer", "name", "most"), BOUNDS)
def test_the_bound_that_is_named_is_the_true_one(layer: str, name: str, most: int) -> None:
    settings = {"padding": "same", "strides": 1, name: most}
    explorer = Explorer(layer, layers=[layer], **settings)
    assert str(most) in str(getattr(explorer, name))
    with pytest.raises(ConvlabError) as caught:
        Explorer(layer, layers=[layer], **{**settings, name: most + 1})
    assert caught.value.parameters["most"] == most
    for choice in caught.value.choices:
        Explorer(layer, layers=[layer], **{**settings, name: most + 1, **choice})


USUAL = {
    "sizes": 16, "kernel_size": 7, "strides": 8, "dilation_rate": 8, "channels": 8, "filters": 8,
    "groups": 8, "depth_multiplier": 8, "output_padding": 7
}  # fmt: skip


@each_layer
def test_the_usual_reach_is_there_without_asking(name: str) -> None:
    own = {"sizes": 8, "filters": 4} if name == "Conv2DTranspose" else {}
    for setting in set(settings_of(name)) & USUAL.keys():
        explorer = Explorer(name, layers=[name])
        explorer.padding = "same"
        beside = {"filters": 8, "channels": 8} if setting == "groups" else {}
        beside = {"strides": 8} if setting == "output_padding" else beside
        most = {**USUAL, **own}[setting]
        explorer.change(**{"strides": 1, **beside, setting: most})
        assert str(most) in str(getattr(explorer, setting))
        with pytest.raises(ConvlabError):
            explorer.change(**{setting: most + 1})


def test_more_numbers_than_can_be_shown_are_refused_with_fewer() -> None:
    given = {"sizes": (64, 64), "channels": 8, "filters": 8}
    with pytest.raises(ConvlabError, match="at most 24000 are shown") as caught:
        Explorer("Conv2D", **given)
    assert len(caught.value.choices) > 1
    for choice in caught.value.choices:
        Explorer("Conv2D", layers=["Conv2D"], **{**given, **choice})


@each_layer
def test_no_setting_in_reach_has_too_many_numbers(name: str) -> None:
    asked = {"sizes": (40,) if LAYERS[name].rank == 1 else (40, 40)}
    for ranges in (ranges_for(name, {}), ranges_for(name, asked)):
        most = {argument: reach[1] for argument, reach in ranges.items()}
        for still in ("strides", "dilation_rate"):
            wanted = {**starting(name), "padding": "same", **most, still: 1, "groups": 1}
            wanted = {argument: wanted[argument] for argument in settings_of(name)}
            if "output_padding" in wanted:
                wanted |= {"output_padding": None, "padding": "valid"}
            assert checked(name, wanted, ranges)


def test_each_way_out_of_several_refusals_works() -> None:
    given = {"kernel_size": 9, "strides": 2, "dilation_rate": 2, "filters": 50, "groups": 7}
    with pytest.raises(ConvlabError) as caught:
        Explorer("Conv2D", **given)
    assert caught.value.choices
    for choice in caught.value.choices:
        Explorer("Conv2D", layers=["Conv2D"], **{**given, **choice})


REASONS: list[tuple[dict[str, Any], str]] = [
    ({"position": (9, 9, 9)}, "whose shape is (3, 5, 1): (0, 0, 0) to (2, 4, 0)"),
    ({"position": (0, 0)}, "whose shape is (3, 5, 1)"),
    ({"speed": 50}, "steps per second from 1 to 20"),
    ({"own": {(0, 0): 1.0}}, "such as (0, 0, 0)"),
    ({"own": {"first": 1.0}}, "such as (0, 0, 0)"),
    ({"input": np.full((5, 7, 1), np.inf)}, "holds inf at index (0, 0, 0)"),
    ({"input": [[[1.0]], [[1.0, 2.0]]]}, "type given was list, which cannot be read"),
    ({"input": np.ones((5, 7))}, "axes height, width, channels"),
    ({"input": np.ma.ones((5, 7, 1))}, "input.filled(0)"),
    ({"weights": [np.ones((3, 3, 1, 1)), [np.nan]]}, "holds nan at index (0,)"),
    ({"weights": [np.ones((3, 3, 1, 1)), Foreign()]}, "the type given was Foreign"),
]


@pytest.mark.parametrize(("settings", "reason"), REASONS)
def test_the_reason_is_the_reason(settings: dict[str, Any], reason: str) -> None:
    explorer = Explorer("Conv2D", layers=["Conv2D"])
    with pytest.raises(ConvlabError) as caught:
        explorer.change(**settings)
    assert reason in str(caught.value)
    for choice in caught.value.choices:
        explorer.change(**{**settings, **choice})


def test_a_batch_without_a_sample_is_refused_in_words() -> None:
    with pytest.raises(ConvlabError, match="without a sample"):
        Explorer.from_layer(convlab.Conv2D(1, 3), np.ones((0, 5, 5, 1)))


def test_a_layer_given_beside_its_settings_comes_first() -> None:
    explorer = Explorer("Conv2D", kernel_size=5)
    explorer.change(sizes=(8,), layer_name="Conv1D", position=(3, 0))
    assert (explorer.sizes, explorer.kernel_size, explorer.position) == ((8,), (5,), (3, 0))


CARRIED: list[tuple[str, dict[str, Any], str, dict[str, Any], dict[str, Any]]] = [
    ("Conv2D", {"sizes": (9, 7)}, "Conv2DTranspose", {"sizes": (8, 7)}, {"sizes": (9, 7)}),
    ("Conv2D", {"sizes": (5, 12), "padding": "same"}, "Conv1D",
     {"sizes": (12,), "padding": "same"}, {}),
    ("Conv1D", {"padding": "causal", "strides": 2}, "Conv2D",
     {"padding": "valid", "strides": (1, 2), "sizes": (5, 10)}, {"padding": "causal"}),
    ("SeparableConv2D", {"strides": 2, "dilation_rate": 1, "filters": 3}, "Conv2D",
     {"strides": (2, 2), "filters": 3}, {}),
    ("Conv2D", {"filters": 4, "channels": 4, "groups": 2}, "DepthwiseConv2D", {"channels": 4}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "settings", "other", "after", "lost"), CARRIED)
def test_another_layer_takes_what_it_can_and_says_what_it_could_not(
    layer: str, settings: dict[str, Any], other: str, after: dict[str, Any], lost: dict[str, Any]
) -> None:
    explorer = Explorer(layer, **settings)
    explorer.layer_name = other
    assert {name: getattr(explorer, name) for name in after} == after
    assert explorer.carried == lost
    assert explorer.shown["carried"].keys() == lost.keys()
    explorer.activation = "relu"
    assert explorer.carried == {}


def test_a_setting_waits_for_a_layer_that_has_it() -> None:
    explorer = Explorer("Conv2D", filters=4, channels=4, groups=2)
    explorer.layer_name = "DepthwiseConv2D"
    explorer.layer_name = "Conv2D"
    assert (explorer.filters, explorer.groups, explorer.carried) == (4, 2, {})


def test_the_position_and_the_own_gradient_follow_the_data_format() -> None:
    explorer = Explorer("Conv2D", filters=2, position=(2, 3, 1), own={(0, 0, 0): 2.0})
    explorer.data_format = "channels_first"
    assert (explorer.position, explorer.own) == ((1, 2, 3), {})
    explorer.change(data_format="channels_last", own={(0, 1, 0): 1.0}, filters=1)
    assert (explorer.position, explorer.own) == ((2, 3, 0), {"0|1|0": 1.0})
    explorer.layer_name = "Conv1D"
    assert (explorer.position, explorer.own) == ((3, 0), {})


def test_a_single_trait_refuses_with_the_layers_own_error() -> None:
    explorer = Explorer("Conv2D", strides=2)
    with pytest.raises(convlab.ConvlabError, match="cannot both exceed 1") as caught:
        explorer.dilation_rate = 2
    assert isinstance(caught.value, traitlets.TraitError)
    assert caught.value.choices == ({"dilation_rate": (1, 1)}, {"strides": (1, 1)})
    assert explorer.dilation_rate == (1, 1)
    explorer.change(strides=1, dilation_rate=2)
    assert explorer.output_shape == (1, 3, 1)


def test_a_browser_that_sends_nonsense_changes_nothing() -> None:
    explorer = Explorer("Conv2D")
    before = dict(explorer.shown)
    with pytest.raises(traitlets.TraitError):
        told(explorer, kernel_size=[9, 9])
    assert explorer.shown == before
    assert explorer.kernel_size == (3, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Explorer("Dense"),
        lambda: Explorer("Conv2D", kernel_size=(9, 9)),
        lambda: Explorer("Conv2D", sizes=(65, 64)),
        lambda: Explorer("DepthwiseConv2D", groups=2),
        lambda: Explorer("Conv2D", layers=["Conv2D", "Conv9D"]),
        lambda: Explorer.from_layer("Conv2D", np.ones((5, 5, 1))),  # type: ignore[arg-type]
        lambda: Explorer.from_layer(convlab.Conv2D(1, 3), np.ones((5, 5))),
        lambda: Explorer.from_layer(convlab.Conv2D(1, 41), np.ones((64, 64, 1))),
        lambda: Explorer.from_layer(convlab.Conv2D(1, 3, activation=np.abs), np.ones((5, 5, 1))),
    ],
)
def test_what_cannot_be_shown_is_refused_at_once(make: Any) -> None:
    with pytest.raises(ConvlabError):
        make()


def test_a_larger_layer_stretches_the_reach() -> None:
    explorer = Explorer("Conv2D", sizes=(16, 16), kernel_size=7, channels=3)
    explorer.kernel_size = (6, 7)
    assert explorer.output_shape == (11, 10, 1)
    assert explorer.given["ranges"]["Conv2D"] == {}
    explorer = Explorer("Conv2D", sizes=(20, 20), kernel_size=9)
    assert explorer.given["ranges"]["Conv2D"]["kernel_size"] == [1, 9]
    explorer.change(kernel_size=(1, 9), sizes=(20, 9))
    assert explorer.output_shape == (20, 1, 1)


def test_true_convolution_flips_the_kernel_of_the_real_layer() -> None:
    explorer = Explorer("Conv2D", sizes=(5, 2), kernel_size=(2, 1), use_bias=False)
    explorer.input = np.arange(10.0).reshape(5, 2, 1)
    explorer.weights = [np.array([1.0, 2.0]).reshape(2, 1, 1, 1)]

    def column() -> list[float]:
        column: list[float] = explorer.layer()(explorer.input[None])[0, :, 0, 0].tolist()
        return column

    assert column() == [4, 10, 16, 22]
    explorer.true_convolution = True
    assert column() == [2, 8, 14, 20]


def test_a_size_that_shrinks_and_grows_again_loses_no_number() -> None:
    explorer = Explorer("Conv1D", sizes=8)
    explorer.input = np.arange(8.0)[:, None] + 0.5
    explorer.sizes = 4
    explorer.sizes = 8
    assert explorer.input[:, 0].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]


def test_the_position_stays_inside_an_output_that_shrinks() -> None:
    explorer = Explorer("Conv2D", position=(2, 4, 0))
    explorer.kernel_size = (5, 5)
    assert explorer.position == (0, 2, 0)


def test_the_page_is_one_file_without_an_outside_address() -> None:
    page = Explorer("Conv2D").to_html().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.findall(r"https?:|//[a-z]|@import|src=|url\((?!#)", page.split("<script type")[0])
    assert not re.findall(r"https?:", page)


def test_text_of_a_user_is_escaped() -> None:
    page = Explorer("Conv1D", layers=["Conv1D"]).to_html(title="</title><script>alert(1)</script>")
    assert "<script>alert" not in page
    step = {"say": "</script><b>"}
    explorer = Explorer("Conv1D", layers=["Conv1D"], tour=[step])
    assert "</script><b>" not in explorer.to_html()


@each_layer
def test_the_still_picture_is_the_same_bytes_and_well_formed(name: str) -> None:
    first, second = (Explorer(name)._repr_mimebundle_()[0] for _ in range(2))
    assert first["image/svg+xml"] == second["image/svg+xml"]
    assert first["text/plain"] == second["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in first
    picture = ET.fromstring(first["image/svg+xml"])
    texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    explorer = Explorer(name)
    y = explorer.layer()(explorer.input[None])[0].ravel()[0]
    assert f"{y:.3g}".replace("-", "−") in texts


def test_a_still_picture_frames_the_window() -> None:
    explorer = Explorer("Conv2D", position=(1, 2, 0))
    assert explorer.picture().count('stroke-width="2.5"') == 3 * 3 + 1
    assert "輸入" in Explorer("Conv2D", language="zh_TW").picture()


@pytest.mark.parametrize("rank", [1, 2])
def test_a_named_kernel_has_the_rank_of_its_layer(rank: int) -> None:
    for name, kernel in FILLS["kernel"][str(rank)].items():
        assert name == "waves" or len(kernel["line"]) == 3**rank


def test_a_preset_brings_its_numbers_and_yields_to_what_is_said_beside_it() -> None:
    explorer = Explorer("Conv1D", preset="correlation")
    assert explorer.layer_name == "Conv2D"
    assert explorer.layer()(explorer.input[None])[0, :, 0, 0].tolist() == [4, 10, 16, 22]
    assert explorer.shown["kernel_size"] == [2, 1]
    beside = Explorer("Conv2D", preset="correlation", use_bias=True, position=(2, 0, 0))
    assert (beside.use_bias, beside.position, beside.preset) == (True, (2, 0, 0), "correlation")


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConvlabError, match="correlaton") as caught:
        Explorer("Conv2D", preset="correlaton")
    assert {"preset": "correlation"} in caught.value.choices
    with pytest.raises(ConvlabError, match="causal"):
        Explorer("Conv2D", layers=["Conv2D"], preset="causal")


def test_a_change_refused_halfway_takes_all_of_it_back() -> None:
    explorer = Explorer("Conv2D")
    before = json.dumps([explorer.shown, explorer.values])
    with pytest.raises(ConvlabError):
        explorer.change(preset="not_inverse", view="sideways")
    with pytest.raises(ConvlabError):
        explorer.change(strides=2, input=np.ones((9, 9, 1)), weights=[1])
    assert json.dumps([explorer.shown, explorer.values]) == before


def test_a_refused_preset_shows_the_start_and_what_was_wished() -> None:
    explorer = Explorer("Conv2D", kernel_size=2, preset="stride_dilation")
    explorer.change(preset="", kernel_size=3)
    explorer.preset = "stride_dilation"
    assert (explorer.strides, explorer.dilation_rate) == ((1, 1), (1, 1))
    assert explorer.shown["wish"]["strides"] == [2, 1]
    explorer.padding = "same"
    assert explorer.shown["wish"] == {}


def test_python_does_not_answer_a_browser_that_is_right() -> None:
    """An answer would arrive while the hand is moving on, and move the slider back."""
    explorer = Explorer("Conv2D")
    answers = []
    explorer.observe(lambda change: answers.append(change.new), "shown")
    sent = {**explorer.shown, "strides": [2, 1], "filters": 2, "position": [0, 0, 1], "speed": 7}
    explorer.set_state({"shown": sent})
    assert answers == [sent]

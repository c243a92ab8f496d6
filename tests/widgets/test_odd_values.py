"""The widgets with odd values of every argument: they open, or refuse in words with ways out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from random import Random
from typing import Any

import numpy as np
import pytest

import convlab
from convlab.choices import applied
from convlab.errors import OMIT, ConvlabError
from convlab.layers import LAYERS
from convlab.widgets.settings import settings_of
from tests.odd import VALUES, held

EVERY = {"true": 2}.get(os.environ.get("CI", ""), 12)
TRAITS = ("layer_name", "position", "speed", "own", "view", "true_convolution", "gradient",
          "partial", "pytorch", "preset", "tour_step", "language")  # fmt: skip


def calculated(layers: Any = None, input_shape: Any = None, **changes: Any) -> None:
    """A calculator; what is offered about a layer is given to a layer like it."""
    if changes:
        name = changes.pop("layer", "Conv2D")
        own = {"filters": 2, "kernel_size": 2, **changes}
        known = LAYERS[name].declared_arguments()
        layers = (name, {key: value for key, value in own.items() if key in known})
    if changes and 0 in (input_shape or ()):
        return  # In the calculator a 0 is a size that is not known, and it says so.
    calculator = convlab.Calculator(layers, input_shape)
    assert calculator.record.layers and calculator.code


@cache
def shared(layer: str) -> Any:
    return convlab.Explorer(layer, layers=["Conv2D", "Conv1D"])


def opened(**settings: Any) -> None:
    convlab.Explorer("Conv2D", layers=["Conv2D"], **settings)


def chosen(layer: Any) -> None:
    convlab.Explorer(layer, layers=["Conv2D"])


def changed(**settings: Any) -> None:
    """A change that is refused leaves everything as it was."""
    explorer = shared("Conv2D")
    explorer.change(layer_name="Conv2D", data_format="channels_last", preset="")
    before = dict(explorer.shown)
    try:
        explorer.change(**settings)
    except convlab.ConvlabError:
        assert explorer.shown == before
        raise
    assert explorer.layer()(explorer.input[None]).shape[1:] == explorer.output_shape


def from_layer(layer: Any = None, x: Any = None, **settings: Any) -> None:
    convlab.Explorer.from_layer(layer, x, layers=["Conv2D"], **settings)


def linked(link: Any = "#layer=Conv2D", **more: Any) -> None:
    convlab.Explorer.from_link(link, layers=["Conv2D"], **more)


def targets() -> Iterator[tuple[str, Callable[..., object], dict[str, Any], str]]:
    layers = {"layers": lambda: convlab.Conv2D(2, 2), "input_shape": lambda: (None, 8, 8, 1)}
    for argument in layers:
        yield f"Calculator {argument}", calculated, layers, argument
    for argument in ("layer",):
        yield f"Explorer {argument}", chosen, {}, argument
    for argument in (*settings_of("Conv2D"), *TRAITS, "depth_multiplier", "stride", "input"):
        yield f"Explorer({argument}=)", opened, {}, argument
        yield f"Explorer.change({argument}=)", changed, {}, argument
    yield "Explorer.change(weights=)", changed, {}, "weights"
    real = {"layer": lambda: convlab.Conv2D(2, 2), "x": lambda: np.ones((1, 4, 5, 2))}
    for argument in ("controls", "goal", "tour"):
        yield f"Explorer({argument}=)", opened, {}, argument
        yield f"Explorer.from_link({argument}=)", linked, {}, argument
    yield "Explorer.from_link link", linked, {}, "link"
    for argument in (*real, "at", "filters", "channels", "sizes", "position", "preset"):
        yield f"Explorer.from_layer {argument}", from_layer, real, argument


TARGETS = {name: partial(dict, call=c, usual=u, argument=a) for name, c, u, a in targets()}


@pytest.mark.parametrize("name", TARGETS)
def test_an_odd_value_opens_or_is_refused_in_words(name: str) -> None:
    target, every = TARGETS[name](), int(os.environ.get("ODD", EVERY))
    wrong = []
    for said in list(VALUES)[Random(name).randrange(every) :: every]:
        found = held(target["call"], {**target["usual"], target["argument"]: VALUES[said]})
        if found:
            wrong.append(f"{name}={said}: {found}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)


NEAREST = [
    ({"speed": 2.4}, {"speed": 2}),
    ({"speed": float("inf")}, {"speed": 20}),
    ({"position": (1.0, 4.0, 9.0)}, {"position": (1, 4, 0)}),
    ({"preset": None}, {"preset": ""}),
    ({"own": {(0, 0, 0): 10**400, (1, 1, 0): 2}}, {"own": {"1|1|0": 2}}),
    ({"output_padding": 1}, {"output_padding": OMIT}),
    ({"speeds": 50}, {"speed": 20, "speeds": OMIT}),
    ({"goal": {"strides": 99}}, {"goal": {"strides": (8, 8)}}),
    ({"goal": {"padding": "smae", "strides": 2}}, {"goal": {"padding": "same", "strides": (2, 2)}}),
    ({"goal": {"z": float("nan"), "filters": 2}}, {"goal": {"filters": 2}}),
    ({"goal": {"stride": 2}}, {"goal": {"strides": (2, 2)}}),
    ({"goal": {"colour": 1, "filters": 2}}, {"goal": {"filters": 2}}),
    ({"layers": ["Conv1D", "Conv3D"]}, {"layers": ["Conv1D"]}),
]


@pytest.mark.parametrize(("given", "nearest"), NEAREST, ids=repr)
def test_the_nearest_that_an_explorer_offers_keeps_what_was_given(given: Any, nearest: Any) -> None:
    with pytest.raises(ConvlabError) as caught:
        convlab.Explorer("Conv2D", **given)
    assert caught.value.choices[0] == nearest
    for choice in caught.value.choices:
        convlab.Explorer("Conv2D", **applied(given, choice))


def test_an_input_that_is_too_large_is_offered_a_part_of_itself() -> None:
    large = np.arange(1800.0).reshape(20, 90, 1)
    with pytest.raises(ConvlabError) as caught:
        convlab.Explorer("Conv2D", input=large)
    np.testing.assert_array_equal(caught.value.choices[0]["input"], large[:16, :16])
    convlab.Explorer("Conv2D", **caught.value.choices[0])


def test_weights_in_pytorchs_order_are_offered_turned() -> None:
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    with pytest.raises(ConvlabError) as caught:
        convlab.Explorer("Conv2D", weights=[kernel, np.ones(1)])
    np.testing.assert_array_equal(caught.value.choices[0]["weights"][0][..., 0, 0], kernel[0, 0])


def test_no_numbers_at_all_are_no_nan() -> None:
    with pytest.raises(ConvlabError, match="real numbers"):
        convlab.Explorer("Conv2D", input=None)


def test_a_tour_sets_no_arrays() -> None:
    step = {"say": "x", "set": {"input": np.ones((5, 7, 1))}}
    with pytest.raises(ConvlabError, match="no argument 'input'"):
        convlab.Explorer("Conv2D", tour=[step])


@pytest.mark.parametrize("page", [None, 5, b"x"])
def test_a_page_is_a_text(page: Any) -> None:
    with pytest.raises(ConvlabError, match="page must be the text"):
        convlab.Explorer("Conv1D").link(page)


def test_a_layer_given_beside_a_link_comes_before_the_links() -> None:
    explorer = convlab.Explorer.from_link("#layer=Conv1D&padding=same", layer="Conv2D")
    assert explorer.layer_name == "Conv2D" and explorer.padding == "same"
    assert explorer.unread == ["layer=Conv1D"]


def test_digits_of_other_scripts_are_no_numbers_in_a_link() -> None:
    assert convlab.Explorer.from_link("#layer=Conv2D&filters=٣").unread == ["filters=٣"]


REAL = np.random.default_rng(0).normal(size=(1, 24, 24, 3))


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ({"kernel_size": 3}, {"kernel_size": OMIT}),
        ({"layer_name": "Conv1D"}, {"layer_name": OMIT}),
        ({"input": REAL[0]}, {"input": OMIT}),
        ({"filters": [64]}, {"filters": [63]}),
        ({"channels": [9]}, {"channels": [2]}),
        ({"at": (1.7, 3.0)}, {"at": (2, 3)}),
    ],
)
def test_what_a_real_layer_says_itself_is_not_given_again(given: Any, nearest: Any) -> None:
    layer = convlab.Conv2D(64, 7, strides=2)
    with pytest.raises(ConvlabError) as caught:
        convlab.Explorer.from_layer(layer, REAL, **given)
    assert caught.value.choices[0] == nearest and next(iter(given)) in str(caught.value)


def test_a_tour_on_a_real_layer_begins_with_its_first_step() -> None:
    layer = convlab.Conv2D(64, 7)
    explorer = convlab.Explorer.from_layer(layer, REAL, tour="channels")
    assert (explorer.channels, explorer.filters) == (3, 1)
    np.testing.assert_array_equal(explorer.weights[0][..., 0], layer.kernel[..., 0])

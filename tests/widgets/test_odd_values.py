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

"""Every public name with odd values of every argument: a result, or words with ways out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convlab
from convlab import (
    activations,
    constraints,
    exercises,
    initializers,
    kernels,
    regularizers,
)
from convlab.choices import applied
from convlab.errors import ConvlabError
from convlab.layers import CONVOLUTIONS
from tests.odd import VALUES, held

X = {1: np.ones((1, 6, 2)), 2: np.ones((1, 4, 5, 2))}


class Target(NamedTuple):
    """A public call, by keyword alone, with arguments that work."""

    name: str
    call: Callable[..., object]
    usual: dict[str, Callable[[], Any]]
    odd: tuple[str, ...]


def usual(**values: Any) -> dict[str, Callable[[], Any]]:
    return {name: partial(lambda value: value, value) for name, value in values.items()}


# Layers


def required(kind: type) -> dict[str, Any]:
    names = kind.declared_arguments()
    return {name: 2 for name in ("filters", "kernel_size") if name in names}


def make(kind: type, **arguments: Any) -> Any:
    return kind(**arguments)


def run(kind: type, x: Any = None, input_shape: Any = None, **arguments: Any) -> Any:
    """A layer made and called; a shape that was offered is given to the numbers of the input.

    What the constructor refuses, another target holds to its promise.
    """
    try:
        layer = kind(**{**required(kind), **arguments})
    except ConvlabError:
        return None
    if input_shape is not None:
        x = np.asarray(x).reshape(input_shape)
    return layer(x)


def shaped(method: str, kind: type, input_shape: Any = None, **arguments: Any) -> Any:
    try:
        layer = kind(**{**required(kind), **arguments})
    except ConvlabError:
        return None
    return getattr(layer, method)(input_shape)


def back(kind: type, grad_output: Any, shape: Any = None) -> Any:
    layer = kind(**required(kind))
    y = layer(X[kind.rank])
    return layer.backward(grad_output if shape is None else np.ones_like(y))


def built(kind: type) -> Any:
    layer = kind(**required(kind))
    layer.build(X[kind.rank].shape)
    return layer


def set_weights(kind: type, weights: Any) -> None:
    built(kind).set_weights(weights)


def set_one(kind: type, value: Any = None, weights: Any = None) -> None:
    layer = built(kind)
    if weights is None:
        layer.bias = value
    else:
        layer.set_weights(weights)


def from_config(kind: type, **config: Any) -> Any:
    layer = kind.from_config(config)
    return layer, repr(layer)


def whole_config(kind: type, config: Any) -> Any:
    """A config as one value; what is offered is about what stands in it."""
    try:
        return kind.from_config(config)
    except ConvlabError as error:
        for choice in error.choices:
            kind.from_config(applied(config, choice))
        return None


def layer_targets() -> Iterator[Target]:
    for name, kind in CONVOLUTIONS.items():
        own = usual(**required(kind))
        every = (
            *kind.declared_arguments(),
            "trainable",
            "dtype",
            "name",
            "stride",
            "groups",
            "x y",
        )
        yield Target(f"{name}()", partial(make, kind), own, every)
        yield Target(f"{name}.from_config", partial(from_config, kind), own, every)
        yield Target(f"{name}.from_config whole", partial(whole_config, kind), {}, ("config",))
        x = usual(x=X[kind.rank])
        yield Target(f"{name}(…)(x)", partial(run, kind), x, ("x", *every))
        for method in ("compute_output_shape", "geometry", "build"):
            shape = usual(input_shape=X[kind.rank].shape)
            call = partial(shaped, method, kind)
            yield Target(f"{name}.{method}", call, shape, ("input_shape", *every))
        yield Target(f"{name}.backward", partial(back, kind), {}, ("grad_output",))
        yield Target(f"{name}.set_weights", partial(set_weights, kind), {}, ("weights",))
        yield Target(f"{name}.bias =", partial(set_one, kind), {}, ("value",))


# What layers are made of


def by_word(function: Callable[[Any], Any], **given: Any) -> Any:
    """One value, under the word for it that an error uses."""
    (value,) = given.values()
    return function(value)


NOT_DRAWN = ("Configurable", "Initializer", "RandomInitializer", "GivenValues", "SeedGenerator")


def draw(kind: type, shape: Any = None, dtype: Any = None, **options: Any) -> Any:
    try:
        initializer = kind(**options)
    except ConvlabError:
        return None
    return initializer(shape, dtype)


def part_targets() -> Iterator[Target]:
    for module in (activations, initializers, regularizers, constraints):
        kind = module.__name__.rpartition(".")[2]
        for function in ("get", "deserialize", "serialize"):
            call = partial(by_word, getattr(module, function))
            yield Target(f"{kind}.{function}", call, {}, (kind[:-1],))
    for module in (initializers, regularizers, constraints):
        for name, kind in vars(module).items():
            if not (isinstance(kind, type) and hasattr(kind, "get_config")) or name[0] == "_":
                continue
            options = tuple(part_options(kind))
            if options:
                yield Target(f"{name}()", kind, {}, options)
            if module is initializers and name not in NOT_DRAWN:
                shape = usual(shape=(8, 1, 5) if name == "STFT" else (3, 2))
                odd = ("shape", "dtype", *options)
                yield Target(f"{name}(…)(shape)", partial(draw, kind), shape, odd)
    yield Target("set_random_seed", convlab.set_random_seed, {}, ("seed",))


def part_options(kind: type) -> list[str]:
    import inspect

    return [name for name in inspect.signature(kind).parameters if name not in ("args", "kwargs")]


# Explanations and pictures


def explained(layer: Any = None, input_shape: Any = None, **changes: Any) -> None:
    record = convlab.explain(layer, input_shape)
    assert str(record) and record._repr_markdown_() and record.to_dict()
    for refusal in [record, *getattr(record, "layers", ())]:
        for choice in getattr(refusal, "choices", ()):
            again = choice.settings.made()
            again.geometry(choice.settings.input_shape)


def explained_pair(name: Any = "Conv2D", input_shape: Any = None, **arguments: Any) -> None:
    explained((name, arguments), input_shape)


def explanation_targets() -> Iterator[Target]:
    layer = usual(layer=convlab.Conv2D(2, 2), input_shape=(None, 4, 5, 2))
    yield Target("explain", explained, layer, ("layer", "input_shape"))
    stack = usual(layer=[convlab.Conv2D(2, 2)] * 2, input_shape=(None, 4, 5, 2))
    yield Target("explain a stack", explained, stack, ("layer", "input_shape"))
    for name, kind in CONVOLUTIONS.items():
        shape = usual(input_shape=X[kind.rank].shape, **required(kind))
        odd = (*kind.declared_arguments(), "dtype", "stride", "input_shape")
        yield Target(f"explain {name}", partial(explained_pair, name), shape, odd)


# The language, exercises, kernels, samples


def in_language(language: Any) -> None:
    with convlab.use_language(language):
        pass


def set_language(language: Any) -> None:
    before = convlab.get_language()
    try:
        convlab.set_language(language)
    finally:
        convlab.set_language(before)


def word_targets() -> Iterator[Target]:
    yield Target("use_language", in_language, {}, ("language",))
    yield Target("set_language", set_language, {}, ("language",))
    yield Target("kernels.named_kernel", kernels.named_kernel, usual(name="blur"), ("name", "size"))
    for name in ("ask", "hint", "solution", "task"):
        yield Target(f"exercises.{name}", getattr(exercises, name), {}, ("exercise",))
    for name in exercises.names():
        check = partial(exercises.check, name)
        yield Target(f"exercises.check {name}", check, {}, ("answer",))
    yield Target("exercises.check", exercises.check, usual(answer=None), ("exercise",))


def picture_targets() -> Iterator[Target]:
    for name, argument, value in (
        ("show_pictures", "pictures", [np.eye(2)]),
        ("show_signals", "signals", [[1, 2]]),
    ):
        given = usual(**{argument: value}, titles=["one"])
        yield Target(name, getattr(convlab, name), given, (argument, "titles", "one_scale"))


# Networks


def network_targets() -> Iterator[Target]:
    """Not its call and its shapes: what a layer refuses there comes with the layer's choices."""
    layers = [convlab.Conv2D(2, 2, name="conv"), convlab.Flatten(name="flat")]
    network, shape = convlab.Network(layers), (None, 4, 5, 2)
    yield Target("read", convlab.read, usual(source=network), ("source",))
    yield Target("Network", convlab.Network, usual(layers=layers), ("layers", "outputs"))
    given = usual(layer=network, input_shape=shape)
    yield Target("explain a network", explained, given, ("input_shape",))
    yield Target("Network.code", network.code, usual(input_shape=shape), ("framework",))
    record = convlab.explain(layers[0], shape)
    yield Target("differences", record.differences, {}, ("framework",))


TARGETS = [
    *layer_targets(),
    *part_targets(),
    *explanation_targets(),
    *word_targets(),
    *picture_targets(),
    *network_targets(),
]
COMPLETED = [
    target
    for target in TARGETS
    if target.name.startswith((*CONVOLUTIONS, "explain"))
    and not target.name.endswith(("(x)", ".build"))
]
"""Where an error's choices are completed by what a second mistake needs.

Making weights comes after: what an initializer cannot do is not known when a shape is refused.
"""

BY_NAME = {target.name: target for target in TARGETS}
assert len(BY_NAME) == len(TARGETS)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVLAB_PROGRESS", os.devnull)


EVERY = {"true": 3}.get(os.environ.get("CI", ""), 12)
"""Each n-th odd value is tried, another one first for each argument; ``ODD=1`` tries them all."""


@pytest.mark.parametrize("name", BY_NAME)
def test_one_odd_value_gives_a_result_or_words_with_ways_out(name: str) -> None:
    target, every = BY_NAME[name], int(os.environ.get("ODD", EVERY))
    wrong = []
    for argument in target.odd:
        first = Random(name + argument).randrange(every)
        for said in list(VALUES)[first::every]:
            found = held(target.call, {**target.usual, argument: VALUES[said]})
            if found:
                wrong.append(f"{name} {argument}={said}: {found}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)


def test_the_net_holds_what_breaks_its_promise() -> None:
    def works_with_two_alone(number: Any) -> None:
        if number == 3:
            raise TypeError("raw")
        if number != 2:
            raise ConvlabError("not_called", layer="x", choices=[{"number": number + 1}])

    assert held(works_with_two_alone, usual(number=2)) is None
    assert held(works_with_two_alone, usual(number=1)) is None
    assert "raw" in str(held(works_with_two_alone, usual(number=3)))
    assert "offers {'number': 1}" in str(held(works_with_two_alone, usual(number=0)))


@settings(max_examples=4000 if os.environ.get("CI") == "true" else 200)
@given(st.data())
def test_several_odd_values_give_a_result_or_words_with_ways_out(data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(COMPLETED))
    names = data.draw(st.lists(st.sampled_from(target.odd), min_size=1, max_size=4, unique=True))
    odd = {name: data.draw(st.sampled_from(sorted(VALUES))) for name in names}
    made = {**target.usual, **{name: VALUES[value] for name, value in odd.items()}}
    assert not (found := held(target.call, made)), f"{target.name} {odd}: {found}"

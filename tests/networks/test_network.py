"""A network computes what its layers compute one after the other, and finds the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convlab import (
    Add,
    Concatenate,
    Conv2D,
    Dense,
    Flatten,
    InputLayer,
    MaxPooling2D,
    Network,
)
from convlab.errors import ArgumentError, ConvlabError, ShapeError, StateError
from convlab.networks import Step, UnknownLayer

RNG = np.random.default_rng(7)


def block() -> Network:
    """A residual block whose convolution stands twice, and a branch beside it."""
    shared = Conv2D(3, 3, padding="same", activation="tanh", dtype="float64")
    return Network(
        [
            Step("sum", Add(dtype="float64"), ("twice", "in")),
            Step("in", InputLayer((5, 4, 3), dtype="float64")),
            Step("once", shared, ("in",)),
            Step("twice", shared, ("once",)),
            Step("beside", Conv2D(2, 1, dtype="float64"), ("once",)),
            Step("joined", Concatenate(dtype="float64"), ("sum", "beside")),
            Step("flat", Flatten(dtype="float64"), ("joined",)),
            Step("out", Dense(2, dtype="float64"), ("flat",)),
        ]
    )


def test_steps_stand_behind_their_sources_and_else_as_given() -> None:
    names = [step.name for step in block().steps]
    assert names == ["in", "once", "twice", "beside", "sum", "joined", "flat", "out"]


def test_a_network_computes_what_its_layers_do_by_hand() -> None:
    network, x = block(), RNG.normal(size=(2, 5, 4, 3))
    y = network(x)
    shared, beside, dense = (network.layers[place] for place in (2, 3, 6))
    once = shared(x)
    both = np.concatenate([shared(once) + x, beside(once)], axis=-1)
    np.testing.assert_allclose(y, both.reshape(2, -1) @ dense.weights[0] + dense.weights[1])


def test_gradients_are_those_of_finite_differences() -> None:
    network, x = block(), RNG.normal(size=(2, 5, 4, 3))
    dy = RNG.normal(size=network(x).shape)
    dx = network.backward(dy)
    found = [np.copy(gradient) for gradient in network.gradients]
    weights = network.get_weights()

    def loss(values: list[Any], given: Any) -> float:
        network.set_weights(values)
        return float((network(given) * dy).sum())

    def slope(change: Any) -> float:
        return (loss(*change(1e-5)) - loss(*change(-1e-5))) / 2e-5

    for place, gradient in enumerate(found):
        direction = RNG.normal(size=gradient.shape)
        moved = lambda e, p=place, d=direction: (  # noqa: E731
            [w + e * d if i == p else w for i, w in enumerate(weights)],
            x,
        )
        assert slope(moved) == pytest.approx((gradient * direction).sum(), rel=1e-6)
    direction = RNG.normal(size=x.shape)
    assert slope(lambda e: (weights, x + e * direction)) == pytest.approx(
        (dx * direction).sum(), rel=1e-6
    )


def test_several_inputs_and_outputs_are_lists() -> None:
    network = Network(
        [
            Step("a", InputLayer((4, 4, 1))),
            Step("b", InputLayer((4, 4, 2))),
            Step("both", Concatenate(), ("a", "b")),
            Step("conv", Conv2D(5, 3), ("both",)),
        ],
        outputs=["conv", "both"],
    )
    assert network.input_shape == [(None, 4, 4, 1), (None, 4, 4, 2)]
    assert network.compute_output_shape() == [(None, 2, 2, 5), (None, 4, 4, 3)]
    x = [np.ones((2, 4, 4, 1)), np.ones((2, 4, 4, 2))]
    y = network(x)
    assert [each.shape for each in y] == [(2, 2, 2, 5), (2, 4, 4, 3)]
    back = network.backward([np.zeros_like(y[0]), y[1]])
    assert [each.tolist() for each in back] == [each.tolist() for each in x]
    with pytest.raises(ShapeError, match="a', 'b'"):
        network(x[0])


def test_shapes_are_those_of_the_call() -> None:
    network = block()
    shapes = network.shapes()
    outputs = network.outputs_of(np.ones((3, 5, 4, 3)))
    assert {name: (3, *shape[1:]) for name, shape in shapes.items()} == {
        name: output.shape for name, output in outputs.items()
    }


def test_building_by_shapes_makes_the_weights_of_a_call() -> None:
    network = Network([Conv2D(4, 3), MaxPooling2D(2), Flatten(), Dense(10)])
    assert not network.built
    network.build((None, 8, 8, 2))
    assert [weight.shape for weight in network.weights] == [(3, 3, 2, 4), (4,), (36, 10), (10,)]


def test_an_error_names_its_step() -> None:
    network = Network([Conv2D(1, 3, name="first"), Conv2D(1, 9, name="second")])
    with pytest.raises(ShapeError) as caught:
        network.compute_output_shape((None, 8, 8, 1))
    assert "'second'" in caught.value.__notes__[0]


BROKEN: list[tuple[Any, str]] = [
    (3, "int"),
    ("Conv2D", "str"),
    ([Conv2D(1, 1), 3], "int"),
    ([], "no layer"),
    ([Step("a", Flatten(), ("b",))], "'b'"),
    ([Step("a", Flatten(), ("b",)), Step("b", Flatten(), ("a",))], "circle"),
    ([Step("a", Flatten()), Step("a", Flatten())], "two steps"),
]


@pytest.mark.parametrize(("layers", "word"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_network_is_refused_in_words(layers: Any, word: str) -> None:
    with pytest.raises(ArgumentError, match=word):
        Network(layers)


def test_an_unknown_layer_has_a_shape_and_computes_nothing() -> None:
    unknown = UnknownLayer("attention", "MultiHeadAttention", (None, 4, 4, 2))
    network = Network([InputLayer((4, 4, 1)), unknown, Conv2D(1, 3)])
    assert network.compute_output_shape() == (None, 2, 2, 1)
    with pytest.raises(StateError, match="MultiHeadAttention"):
        network(np.ones((1, 4, 4, 1)))
    with pytest.raises(StateError, match="does not tell"):
        Network([UnknownLayer("x", "X")]).compute_output_shape((None, 4))


def test_a_call_comes_before_the_way_back() -> None:
    with pytest.raises(ConvlabError, match="call"):
        Network([Flatten()]).backward(np.ones((1, 1)))

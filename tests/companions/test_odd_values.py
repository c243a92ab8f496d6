"""Every companion with odd values of every argument: a result, or words with ways out."""

import os
from functools import partial
from math import prod
from random import Random

import numpy as np
import pytest

from convlab.companions import COMPANIONS
from convlab.errors import ConvlabError
from convlab.layers.common import REQUIRED
from tests.odd import VALUES, held

USUAL = {
    "pool_size": 2,
    "units": 2,
    "target_shape": (-1, 2),
    "dims": (2, 3, 1),
    "activation": "relu",
    "rate": 0.5,
    "scale": 2.0,
    "init_values": 0.5,
    "projection_dim": 2,
}
MERGES = ("Add", "Multiply", "Maximum", "Concatenate")
WITHOUT_DEFAULT = {"InputLayer": {"shape": (4, 5, 2)}}


def usual(name):
    declared = COMPANIONS[name].declared_arguments()
    required = [key for key, value in declared.items() if value is REQUIRED]
    return {key: USUAL[key] for key in required} | WITHOUT_DEFAULT.get(name, {})


def sample(name):
    x = np.ones((1, 6, 2)) if name.endswith("1D") else np.ones((1, 4, 5, 2))
    return [x, x] if name in MERGES else x


def made(name, /, **arguments):
    return COMPANIONS[name](**{**usual(name), **arguments})


def shaped(name, method, /, input_shape=None, **arguments):
    """What the constructor refuses, another call holds to its promise."""
    try:
        layer = made(name, **arguments)
    except ConvlabError:
        return
    getattr(layer, method)(input_shape)


class NoRoom(Exception):
    """Nobody can try a shape of that size."""


def filled(shape):
    """An array of a shape that was offered, if there is room for it."""
    sizes = [1 if size is None else size for size in shape]
    if prod(sizes) > 1 << 20:
        raise NoRoom
    return np.ones(sizes)


def called(name, /, x=None, input_shape=None, **arguments):
    try:
        layer = made(name, **arguments)
    except ConvlabError:
        return
    if input_shape is not None:
        try:
            x = [filled(each) for each in input_shape] if name in MERGES else filled(input_shape)
        except NoRoom:
            return
    layer(x)


def back(name, grad_output, shape=None):
    layer = made(name)
    y = layer(sample(name))
    layer.backward(grad_output if shape is None else np.ones_like(y))


def weighed(name, weights=None):
    layer = made(name)
    x = sample(name)
    layer.build([each.shape for each in x] if name in MERGES else x.shape)
    layer.set_weights(weights)


def configured(name, /, **config):
    layer = COMPANIONS[name].from_config({**usual(name), **config})
    assert repr(layer)


def targets():
    for name, kind in COMPANIONS.items():
        every = (*kind.declared_arguments(), "trainable", "dtype", "name", "activity_regularizer")
        x = sample(name)
        shape = [each.shape for each in x] if name in MERGES else x.shape
        yield f"{name}()", partial(made, name), {}, (*every, "stride", "x y")
        yield f"{name}.from_config", partial(configured, name), {}, every
        yield f"{name}(…)(x)", partial(called, name), {"x": lambda x=x: x}, ("x", *every)
        for method in ("compute_output_shape", "build", "axes", "multiply_adds", "weight_shapes"):
            given = {"input_shape": lambda shape=shape: shape}
            call = partial(shaped, name, method)
            yield f"{name}.{method}", call, given, ("input_shape", *every)
        yield f"{name}.backward", partial(back, name), {}, ("grad_output",)
        yield f"{name}.set_weights", partial(weighed, name), {}, ("weights",)


TARGETS = {name: rest for name, *rest in targets()}
EVERY = int(os.environ.get("ODD", 12))
"""Each n-th odd value is tried, another one first for each argument; ``ODD=1`` tries them all."""


@pytest.mark.parametrize("name", TARGETS)
def test_one_odd_value_gives_a_result_or_words_with_ways_out(name):
    call, given, odd = TARGETS[name]
    wrong = []
    for argument in odd:
        first = Random(name + argument).randrange(EVERY)
        for said in list(VALUES)[first::EVERY]:
            found = held(call, {**given, argument: VALUES[said]})
            if found:
                wrong.append(f"{name} {argument}={said}: {found}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)

"""What a network's outputs see, against the gradient that flows back from each of them.

With positive weights everywhere the gradient of one output is above 0 exactly where it sees.
"""

from __future__ import annotations

import numpy as np
import pytest

from convlab import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    InputLayer,
    Multiply,
    Network,
    Reshape,
    UpSampling2D,
    ZeroPadding2D,
    explain,
)
from convlab.errors import ShapeError
from convlab.networks import Step

SIZES = (15, 12)
ONES = {"kernel_initializer": "ones", "dtype": "float64"}
FINER = (
    lambda rng: UpSampling2D(tuple(rng.integers(1, 4, 2)), dtype="float64"),
    lambda rng: UpSampling2D((2, 1), interpolation="bilinear", dtype="float64"),
    lambda rng: Conv2DTranspose(1, tuple(rng.integers(2, 4, 2)), strides=2, **ONES),
)
STEADY = (
    lambda rng: Conv2D(1, tuple(rng.integers(1, 4, 2)), padding="same", **ONES),
    lambda rng: Conv2D(1, 3, padding="valid", **ONES),
    lambda rng: ZeroPadding2D(((1, 0), (0, 2)), dtype="float64"),
    lambda rng: BatchNormalization(dtype="float64"),
    lambda rng: Activation("softplus", dtype="float64"),
)
COARSER = (
    lambda rng: Conv2D(1, (3, 2), strides=(2, 1), padding="same", **ONES),
    lambda rng: AveragePooling2D((2, 3), padding="same", dtype="float64"),
    lambda rng: AveragePooling2D(3, strides=2, dtype="float64"),
)
SHRINKING = (lambda rng: Cropping2D(((1, 0), (2, 1)), dtype="float64"),)


def random_network(rng, phases) -> Network:
    """Layers on earlier steps, phase by phase; steps of one shape are merged now and then."""
    steps = [Step("in", InputLayer((*SIZES, 1), dtype="float64"))]
    for makers in phases:
        fresh = [steps[-1]]
        for _ in range(3):
            source = fresh[rng.integers(len(fresh))]
            made = makers[rng.integers(len(makers))](rng)
            step = Step(str(len(steps)), made, (source.name,))
            if computes([*steps, step]):
                fresh.append(step)
                steps = merged([*steps, step], rng)
    return Network(leading_to(steps))


def leading_to(steps: list[Step]) -> list[Step]:
    """The last step and those that it depends on."""
    wanted, kept = {steps[-1].name}, []
    for step in reversed(steps):
        if step.name in wanted:
            kept.append(step)
            wanted |= set(step.sources)
    return kept[::-1]


def computes(steps: list[Step]) -> bool:
    try:
        Network(steps).shapes()
    except ShapeError:
        return False
    return True


def merged(steps: list[Step], rng) -> list[Step]:
    """With the last step and an earlier one of its shape as one, where there is one."""
    shapes = Network(steps).shapes()
    last = steps[-1].name
    alike = [step.name for step in steps[:-1] if shapes[step.name] == shapes[last]]
    if not alike:
        return steps
    kind = (Add, Multiply, Concatenate)[rng.integers(3)]
    other = alike[rng.integers(len(alike))]
    both = Step(f"merge {last}", kind(dtype="float64"), (last, other))
    if kind is not Concatenate:
        return [*steps, both]
    mix = Step(f"mix {last}", Conv2D(1, 1, **ONES), (both.name,))
    return [*steps, both, mix]


def extents(network: Network, rng):
    """For some outputs: their position, and (first, last) of what they see in each direction."""
    y = network(np.full((1, *SIZES, 1), 0.5))
    for _ in range(16):
        place = tuple(map(int, rng.integers(y.shape[1:-1])))
        dy = np.zeros_like(y)
        dy[(0, *place, 0)] = 1.0
        rows = np.nonzero(network.backward(dy)[0, :, :, 0])
        if rows[0].size:
            yield place, [(int(row.min()), int(row.max())) for row in rows]


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("phases", [(FINER + STEADY, COARSER + STEADY), (COARSER, FINER, STEADY)])
def test_inside_the_input_a_span_is_exactly_what_is_seen(seed, phases):
    rng = np.random.default_rng(seed)
    network = random_network(rng, phases)
    fields = explain(network).steps[-1].fields
    for place, seen in extents(network, rng):
        for field, at, own, size in zip(fields, place, seen, SIZES, strict=True):
            if field.size is None or field.at_most:
                continue
            first, last = field.span(at)
            if first >= 0 and last < size:
                assert own == (first, last), (place, network)


@pytest.mark.parametrize("seed", range(24))
def test_no_output_sees_more_than_its_span(seed):
    every = FINER + STEADY + COARSER + SHRINKING
    rng = np.random.default_rng(100 + seed)
    network = random_network(rng, (every, every))
    fields = explain(network).steps[-1].fields
    for place, seen in extents(network, rng):
        for field, at, (first, last) in zip(fields, place, seen, strict=True):
            if field.size is not None:
                assert field.span(at)[0] <= first and last <= field.span(at)[1]


def test_branches_that_look_to_either_side_see_both_sides_together():
    sides = {"left": ((2, 0), (0, 0)), "right": ((0, 2), (0, 0))}
    steps = [Step("in", InputLayer((*SIZES, 1), dtype="float64"))]
    for name, ends in sides.items():
        steps.append(Step(f"pad {name}", ZeroPadding2D(ends, dtype="float64"), ("in",)))
        steps.append(Step(name, Conv2D(1, (3, 1), **ONES), (f"pad {name}",)))
    network = Network([*steps, Step("sum", Add(dtype="float64"), tuple(sides))])
    fields = explain(network).steps[-1].fields
    assert [(field.size, field.start) for field in fields] == [(5, -2), (1, 0)]
    for place, seen in extents(network, np.random.default_rng(0)):
        if 2 <= place[0] < SIZES[0] - 2:
            spans = [field.span(at) for field, at in zip(fields, place, strict=True)]
            assert spans == seen


def test_behind_a_global_pooling_and_a_flattening_everything_is_seen():
    conv = Conv2D(1, 3, padding="same", **ONES)
    ends = {"pooled": GlobalAveragePooling2D(dtype="float64"), "flat": Flatten(dtype="float64")}
    for end in ends.values():
        network = Network([InputLayer((*SIZES, 1), dtype="float64"), conv, end])
        fields = explain(network).steps[-1].fields
        assert [field.span(0) for field in fields] == [(-1, 15), (-1, 12)]
        assert [field.jump for field in fields] == [0, 0]


def test_of_unknown_sizes_everything_is_said_in_words():
    record = explain([Conv2D(4, 3), GlobalAveragePooling2D(), Dense(2)], (None, None, None, 1))
    assert [field.size for field in record.steps[-1].fields] == [None, None]
    assert "everything" in str(record)


@pytest.mark.parametrize("pooling", [GlobalAveragePooling2D(keepdims=True), AveragePooling2D(5)])
def test_a_number_that_is_spread_lets_every_place_see_everything(pooling):
    steps = [
        Step("in", InputLayer((9, 9, 4))),
        Step("conv", Conv2D(4, 3, strides=2, padding="same"), ("in",)),
        Step("all", pooling, ("conv",)),
        Step("gate", Conv2D(4, 1, activation="sigmoid"), ("all",)),
        Step("scaled", Multiply(), ("conv", "gate")),
    ]
    fields = explain(Network(steps)).steps[-1].fields
    assert [(field.size, field.jump) for field in fields] == [(None, 2), (None, 2)]


def test_behind_another_shape_all_outputs_see_the_same():
    layers = [Conv2D(2, 3), Reshape((7, 14)), Conv2D(1, 1)]
    record = explain(layers, (None, 9, 9, 1))
    assert record.steps[1].fields == explain(layers[:2], (None, 9, 9, 1)).steps[1].fields
    assert [field.jump for field in record.steps[1].fields] == [0, 0]


def test_a_dense_layer_along_a_direction_sees_all_of_it():
    first = Conv2D(2, 3, data_format="channels_first")
    record = explain([first, Dense(5)], (None, 1, 9, 8))
    assert [field.size for field in record.steps[-1].fields] == [3, None]
    last = explain([Conv2D(2, 3), Dense(5)], (None, 9, 8, 1))
    assert [field.size for field in last.steps[-1].fields] == [3, 3]


def test_side_by_side_along_a_direction_everything_may_be_seen():
    steps = [
        Step("in", InputLayer((9, 8, 1))),
        Step("one", Conv2D(1, 3), ("in",)),
        Step("tall", Concatenate(axis=1), ("one", "one")),
    ]
    fields = explain(Network(steps)).steps[-1].fields
    assert [field.size for field in fields] == [None, 3]


def test_behind_a_stride_a_finer_grid_sees_at_most_so_much():
    record = explain([AveragePooling2D(2), UpSampling2D(2), Conv2D(1, 1)], (None, 8, 8, 1))
    assert [field.at_most for (field, _) in record.fields] == [False, True, True]
    assert "≤ 3" in str(record)
    assert (
        not explain([UpSampling2D(2), AveragePooling2D(2)], (None, 8, 8, 1)).fields[-1][0].at_most
    )

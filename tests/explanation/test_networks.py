"""The explanation of a network: a record a step, sums, words for what cannot be."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from convlab import (
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    InputLayer,
    MaxPooling2D,
    Multiply,
    Network,
    Reshape,
    UpSampling2D,
    explain,
    use_language,
)
from convlab.companions import COMPANIONS
from convlab.errors import ArgumentError, ShapeError
from convlab.explanation import CompanionExplanation, Refusal, Unreached
from convlab.i18n import Term
from convlab.networks import Step, UnknownLayer
from tools.keras.companions import COUNTS, draw


def two_branches(*, strides: int = 1) -> Network:
    return Network(
        [
            Step("in", InputLayer((8, 6, 4))),
            Step("wide", Conv2D(4, 3, padding="same", strides=strides), ("in",)),
            Step("bn", BatchNormalization(), ("wide",)),
            Step("sum", Add(), ("bn", "in")),
            Step("beside", Conv2D(2, 1), ("in",)),
            Step("joined", Concatenate(), ("sum", "beside")),
            Step("pooled", GlobalAveragePooling2D(), ("joined",)),
            Step("scores", Dense(3), ("pooled",)),
        ],
        name="two branches",
        notes=[Term("reasons.same_shape")],
    )


# Numbers, against what the network itself computes


def test_shapes_parameters_and_outputs_are_those_of_the_network() -> None:
    network = two_branches()
    record = explain(network)
    outputs = network.outputs_of(np.ones((1, 8, 6, 4)))
    for step in record.steps:
        assert step.output_shape == (None, *outputs[step.name].shape[1:])
    assert record.parameters == network.count_params()
    trained = sum(w.size for layer in network.layers for w in layer.trainable_weights)
    assert record.trainable == trained < record.parameters
    kept = [outputs[step.name].nbytes for step in record.steps]
    assert record.activation_bytes == sum(kept)
    assert record.largest is not None
    assert outputs[record.largest.name].nbytes == max(kept)


def test_a_layer_that_stands_twice_counts_its_weights_once_and_its_sums_twice() -> None:
    shared = Conv2D(4, 3, padding="same")
    record = explain(Network([shared, shared]), (None, 5, 5, 4))
    assert record.parameters == 4 * 4 * 9 + 4
    assert record.multiply_adds == 2 * 25 * 4 * 4 * 9


def test_multiply_adds_of_a_network_by_hand() -> None:
    layers = [Conv2D(2, 3), MaxPooling2D(2), BatchNormalization(), Flatten(), Dense(5)]
    record = explain(layers, (None, 8, 8, 1))
    assert [one.multiply_adds for one in record.accepted] == [36 * 18, 0, 18, 0, 18 * 5]
    assert record.multiply_adds == 36 * 18 + 18 + 18 * 5
    assert explain(layers[:3], (None, None, 8, 1)).multiply_adds is None


@pytest.mark.parametrize("name", COUNTS)
def test_every_companion_is_explained_by_itself(name: str) -> None:
    for number in range(4):
        arguments, shape, _, _ = draw(name, number)
        layer = COMPANIONS[name](**arguments)
        record = explain(layer, shape)
        assert isinstance(record, CompanionExplanation)
        assert record.output_shape == layer.compute_output_shape(shape)
        assert {weight.name: weight.shape for weight in record.weights} == layer.weight_shapes(
            shape
        )
        for axis in record.axes:
            (size,) = [step.value for step in axis.steps if step.symbol == "out"]
            assert size == axis.axis.output_size and size in record.output_shape
        assert record.axes or record.reason is not None
        assert str(record) and record._repr_markdown_() and json.dumps(record.to_dict())


# Reasons


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (Flatten(), (None, 13, 13, 32), "13 × 13 × 32 = 5,408"),
        (Reshape((6, 4)), (None, 24), "24 and 6 × 4 both hold 24 numbers"),
        (Dense(10), (None, 5408), "kernel (5,408, 10): each unit sees everything"),
        (Dense(10), (None, 7, 7, 3), "kernel (3, 10), the same at each position"),
        (Add(), [(None, 4, 4, 2)] * 2, "equal shapes, number by number"),
        (
            Multiply(),
            [(None, 4, 4, 2), (None, 1, 1, 2)],
            "number by number; 1 × 1 × 2 is spread over 4 × 4 × 2",
        ),
        (Concatenate(), [(None, 4, 64), (None, 4, 32)], "64 + 32 = 96 channels, side by side"),
        (Concatenate(axis=1), [(None, 4, 3), (None, 5, 3)], "4 + 5 = 9 along axis 1"),
        (
            BatchNormalization(),
            (None, 4, 4, 2),
            "the shape stays; 4 numbers a channel, 2 of them trained",
        ),
        (GlobalAveragePooling2D(), (None, 7, 5, 2), "one number for each map of 7 × 5"),
        (Dropout(0.5), (None, 7), "the shape stays"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_layer_without_windows_says_why_in_one_sentence(layer, shape, said: str) -> None:
    assert str(explain(layer, shape).reason) == said


def test_a_pooling_reckons_as_a_convolution_does() -> None:
    (height, width) = explain(MaxPooling2D((2, 3)), (None, 9, 9, 1)).axes
    assert str(height.steps[3]).startswith("n′ = ⌊(n + p₀ + p₁ − e) / s⌋ + 1")
    assert (height.steps[3].value, width.steps[3].value) == (4, 3)


def test_a_companion_has_its_differences_to_pytorch_too() -> None:
    assert "MaxPool2d(2, ceil_mode=True)" in str(
        explain(MaxPooling2D(2, padding="same"), (None, 9, 9, 3)).differences()
    )
    assert "x[0] + x[1]" in str(explain(Add(), [(None, 4, 2)] * 2).differences())


# The page


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_the_page_holds_a_row_a_step_the_sums_and_the_notes(language: str) -> None:
    with use_language(language):
        record = explain(two_branches())
        said = str(record)
        rows = [line.split()[0] for line in said.splitlines() if line]
        assert [name for name in rows if name in {s.name for s in record.steps}] == [
            step.name for step in record.steps
        ]
        assert f"{record.parameters:,}" in said and f"{record.trainable:,}" in said
        assert said.endswith(str(record.notes[0]))
        separator = {"en": "bn, in", "zh_TW": "bn、in"}[language]
        assert separator in said and separator in record._repr_markdown_()


def test_plain_data_of_a_network_is_json() -> None:
    told = json.loads(json.dumps(explain(two_branches()).to_dict()))
    assert [step["name"] for step in told["steps"]][:2] == ["in", "wide"]
    assert told["steps"][3]["sources"] == ["bn", "in"]
    assert told["steps"][1]["receptive_fields"]["in"][0]["size"] == 3
    assert told["parameters"] == told["trainable"] + 8


# Inputs


def test_several_inputs_take_a_list_of_shapes_and_are_seen_apart() -> None:
    network = Network(
        [
            Step("left", InputLayer((9, 9, 2))),
            Step("right", InputLayer((9, 9, 1))),
            Step("conv", Conv2D(2, 3, padding="same"), ("left",)),
            Step("both", Concatenate(), ("conv", "right")),
        ]
    )
    for shapes in (None, [(None, 9, 9, 2), (None, 9, 9, 1)]):
        record = explain(network, shapes)
        assert record.output_shape == (None, 9, 9, 3)
        seen = record.steps[-1].seen
        assert seen is not None
        assert {name: fields[0].size for name, fields in seen.items()} == {"left": 3, "right": 1}
        assert "left: 3, right: 1" in str(record)
    with pytest.raises(ShapeError, match="one item for each input"):
        explain(network, (None, 9, 9, 2))


def test_a_shape_that_nothing_tells_is_asked_for() -> None:
    with pytest.raises(ArgumentError, match="does not tell the shape"):
        explain(Network([Conv2D(1, 3)]))
    assert explain([Conv2D(1, 3)]).refusal is not None


def test_a_list_may_begin_with_its_input() -> None:
    for first in (InputLayer((9, 8, 1)), ("InputLayer", {"shape": (9, 8, 1)})):
        record = explain([first, ("Conv2D", {"filters": 2, "kernel_size": 3}), Flatten()])
        assert record.output_shape == (None, 7 * 6 * 2)


def test_another_shape_than_the_inputs_is_refused_in_words() -> None:
    record = explain(two_branches(), (None, 8, 6, 5))
    assert record.refusal is not None and record.refusal.error.code == "other_input"
    assert [type(step.record) for step in record.steps[1:]] == [Unreached] * 7


def test_a_merge_alone_takes_a_list_of_shapes() -> None:
    assert explain(Add(), [(None, 3, 4), (None, 1, 4)]).output_shape == (None, 3, 4)
    assert explain([Add()], [(None, 3, 4)] * 2).output_shape == (None, 3, 4)


# Refusals


def test_what_depends_on_a_refused_step_is_not_reached_and_other_branches_go_on() -> None:
    record = explain(two_branches(strides=2))
    kinds = {step.name: type(step.record) for step in record.steps}
    assert kinds["sum"] is Refusal and kinds["joined"] is kinds["scores"] is Unreached
    assert kinds["beside"] is not Unreached and kinds["bn"] is not Unreached
    assert "not reached: sum gives no output" in str(record)


def test_a_map_that_is_too_small_tells_how_it_became_so() -> None:
    record = explain(small(), (None, 16, 8, 1))
    assert record.refusal is not None
    said = "The width is 1 here: 8 → 6 (one) → 4 (two) → 2 (pool) → 1 (again)."
    assert str(record.refusal.history) == said and said in str(record)
    with use_language("zh_TW"):
        assert "這裡的寬度只剩 1：8 → 6 (one)" in str(record)


def small() -> list:
    return [
        Conv2D(2, 3, name="one"),
        Conv2D(2, 3, name="two"),
        MaxPooling2D(2, name="pool"),
        MaxPooling2D((1, 2), name="again"),
        Conv2D(2, (1, 2), name="last"),
    ]


def test_earlier_steps_are_offered_and_each_mends_the_network() -> None:
    layers = small()
    record = explain(layers, (None, 16, 8, 1))
    assert record.refusal is not None
    offered = [choice for choice in record.refusal.choices if choice.step]
    assert {"one", "two", "pool", "again"} >= {choice.step for choice in offered if choice.changes}
    assert "without the earlier step again" in [str(choice) for choice in offered]
    for choice in offered:
        mended, shape = [], (None, 16, 8, 1)
        for layer in layers:
            if "input_shape" in choice.changes:
                shape = choice.changes["input_shape"]
            elif layer.name == choice.step:
                layer = choice.settings.made() if choice.changes else None
            mended += [layer] if layer else []
        assert explain(mended, shape).refusal is None, choice


def test_a_larger_input_is_the_least_that_works() -> None:
    record = explain(small(), (None, 16, 9, 1))
    assert record.refusal is not None
    shapes = [choice.changes.get("input_shape") for choice in record.refusal.choices]
    (larger,) = [shape for shape in shapes if shape is not None]
    assert larger == (None, 19, 12, 1)
    assert explain(small(), larger).refusal is None
    less = (None, *(size - 1 for size in larger[1:3]), 1)
    assert explain(small(), less).refusal is not None


def test_branches_that_do_not_meet_are_offered_strides_and_filters() -> None:
    network = Network(
        [
            Step("in", InputLayer((16, 16, 8))),
            Step("main", Conv2D(16, 3, strides=2, padding="same"), ("in",)),
            Step("short", Conv2D(8, 1), ("in",)),
            Step("sum", Add(), ("main", "short")),
        ]
    )
    refusal = explain(network).refusal
    assert refusal is not None
    offered = [(choice.step, dict(choice.changes)) for choice in refusal.choices]
    assert ("short", {"strides": 2, "filters": 16}) in offered
    told = refusal.to_dict()
    assert told["in_step"] == [step for step, _ in offered]


# What is not known


def test_an_unknown_layer_hands_on_the_shape_that_its_source_tells() -> None:
    unknown = UnknownLayer("what", "Attention", output_shape=(None, 4, 4, 6), parameters=7)
    record = explain(Network([Conv2D(2, 3), unknown, Conv2D(1, 3)]), (None, 6, 6, 1))
    assert record.output_shape == (None, 2, 2, 1)
    assert record.parameters == 20 + 7 + 55 and record.multiply_adds is None
    assert [step.seen is None for step in record.steps] == [False, True, True]
    assert "Attention" in str(record) and json.dumps(record.to_dict())


def test_behind_an_unknown_shape_the_rows_hold_dashes() -> None:
    unknown = UnknownLayer("what", "Attention")
    record = explain(Network([Conv2D(2, 3), unknown, Dense(1)]), (None, 6, 6, 1))
    assert [type(step.record) for step in record.steps[1:]] == [Unreached, Unreached]
    assert record.output_shape == (None, 4, 4, 2) and record.refusal is None
    (row,) = [line for line in str(record).splitlines() if line.startswith("what")]
    assert row.count("—") == 6


def test_start_and_stride_are_exact_fractions() -> None:
    (field, _) = explain([UpSampling2D(3), Conv2D(1, 2)], (None, 4, 4, 1)).fields[-1]
    assert (field.jump, field.reach) == (Fraction(1, 3), Fraction(1))

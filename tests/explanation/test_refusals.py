"""What a layer refuses: its own error, and choices that it does take."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import convlab
from convlab import Conv1D, Conv2D, errors, explain, use_language
from convlab.explanation import Explanation, Refusal, names_of
from convlab.layers import LAYERS

SHAPE = (None, 9, 8, 3)

REFUSED = [
    ("Conv2D", {"kernel_size": 3}, SHAPE, "filters"),
    ("Conv2D", {}, SHAPE, "filters"),
    ("Conv2D", {"filters": 2.5, "kernel_size": 3}, SHAPE, "filters"),
    ("Conv2D", {"filters": float("nan"), "kernel_size": 3}, SHAPE, "filters"),
    ("Conv2D", {"filters": np.array([1, 2]), "kernel_size": 3}, SHAPE, "filters"),
    ("Conv2D", {"filters": 8, "kernel_size": (10, 3)}, SHAPE, "kernel_size"),
    ("Conv2D", {"filters": 8, "kernel_size": (3, 3, 3)}, SHAPE, "kernel_size"),
    ("Conv2D", {"filters": 8, "kernel_size": "33"}, SHAPE, "kernel_size"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "padding": "causal"}, SHAPE, "padding"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 3}, SHAPE, "groups"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2}, SHAPE, "groups"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "filtres": 2}, SHAPE, "filtres"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "activation": "rellu"}, SHAPE, "activation"),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "name": "a/b"}, SHAPE, "name"),
    ("Conv2D", {"filters": 8, "kernel_size": 3}, (9, 8, 3), "input_shape"),
    ("Conv2D", {"filters": 8, "kernel_size": 3}, (None, 9, 8, None), "input_shape"),
    ("Conv2D", {"filters": 8, "kernel_size": 3}, (None, 0, 8, 1), "kernel_size"),
    ("Conv2D", {"filters": 8, "kernel_size": 3}, 5, "input_shape"),
    ("Conv2d", {"filters": 8, "kernel_size": 3}, SHAPE, "layer"),
    ("Conv1D", {"filters": 8, "kernel_size": 3}, SHAPE, "input_shape"),
    ("Conv1D", {"filters": 8, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, (None, 9, 3),
     "dilation_rate"),
    ("Conv2DTranspose", {"filters": 8, "kernel_size": 3, "output_padding": 1}, SHAPE,
     "output_padding"),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 0}, SHAPE, "depth_multiplier"),
    ("SeparableConv2D", {"filters": 8, "kernel_size": 30, "strides": 0}, SHAPE, "strides"),
]  # fmt: skip


def computes(choice):
    """Whether the choice's settings make a layer that takes the shape, asked of the engine."""
    chosen = choice.settings
    kind = LAYERS[chosen.layer] if isinstance(chosen.layer, str) else chosen.layer
    layer = kind(**chosen.arguments)
    layer.compute_output_shape(chosen.input_shape)
    layer.build(chosen.input_shape)
    return True


@pytest.mark.parametrize(("name", "arguments", "shape", "culprit"), REFUSED)
def test_a_refused_setting_gets_the_engines_error_and_choices_that_work(
    name, arguments, shape, culprit
):
    refusal = explain((name, arguments), shape)
    assert isinstance(refusal, Refusal)
    assert refusal.error.parameters["argument"] == culprit
    assert refusal.choices
    for choice in refusal.choices:
        assert computes(choice), choice
        assert choice.changes or choice.left_out, choice


def test_the_text_is_the_engines_own_in_the_readers_language():
    arguments = {"filters": 8, "kernel_size": 10}
    with pytest.raises(errors.ShapeError) as caught:
        Conv2D(**arguments).build(SHAPE)
    refusal = explain(("Conv2D", arguments), SHAPE)
    assert str(caught.value) in str(refusal)
    with use_language("zh_TW"):
        assert str(caught.value) in str(refusal)
        assert "Conv2D 不接受這組設定" in str(refusal)
        assert refusal.to_dict()["text"] == str(caught.value)


def test_a_choice_mends_a_second_error_behind_the_first():
    arguments = {"filters": 0, "kernel_size": 10, "groups": 2}
    refusal = explain(("Conv2D", arguments), SHAPE)
    assert all(map(computes, refusal.choices))
    assert {"filters", "kernel_size", "groups"} & set(refusal.choices[0].changes)


def test_a_layer_that_is_refused_its_input_keeps_its_arguments():
    refusal = explain(Conv2D(4, (3, 10), activation="relu"), SHAPE)
    assert [dict(choice.changes) for choice in refusal.choices] == [
        {"kernel_size": (3, 8)},
        {"padding": "same"},
    ]
    assert all(map(computes, refusal.choices))


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_a_built_layer_offers_the_channels_that_it_was_built_with(data_format):
    first = data_format == "channels_first"
    layer = Conv1D(2, 3, data_format=data_format)
    layer.build((None, 4, 9) if first else (None, 9, 4))
    refusal = explain(layer, (None, 5, 9) if first else (None, 9, 5))
    assert refusal.error.code == "other_channels"
    (choice,) = refusal.choices
    assert choice.changes == {"input_shape": (None, 4, 9) if first else (None, 9, 4)}


def test_a_choice_renames_a_mistyped_argument():
    refusal = explain(("Conv2D", {"filters": 2, "kernelsize": 3}), SHAPE)
    assert {"kernel_size": 3} in [dict(choice.changes) for choice in refusal.choices]


def test_in_a_stack_the_shape_is_not_for_choice():
    narrow = ("Conv2D", {"filters": 3, "kernel_size": 3})
    record = explain([Conv2D(3, 8), narrow, narrow], (None, 9, 8, 3))
    assert len(record.layers) == 2
    assert record.refusal is record.layers[1]
    own = [choice for choice in record.refusal.choices if choice.step is None]
    assert own and all("input_shape" not in choice.changes for choice in own)
    assert all(map(computes, record.refusal.choices))


def test_a_layer_of_another_rank_in_a_stack_is_offered_its_sisters():
    record = explain([Conv2D(3, 3), ("Conv1D", {"filters": 4, "kernel_size": 2})], SHAPE)
    offered = {choice.changes["layer"] for choice in record.refusal.choices if not choice.step}
    assert "Conv2D" in offered
    assert all(map(computes, record.refusal.choices))


@pytest.mark.parametrize("thing", [5, "Conv2D", None, [5], [Conv2D(1, 1), "x"], ("Conv2D", 5)])
def test_anything_but_layers_is_refused_at_once(thing):
    with pytest.raises(errors.ArgumentError, match="one of convlab's layers"):
        explain(thing, SHAPE)


WILD = st.one_of(
    st.integers(-1, 6),
    st.tuples(st.integers(0, 4), st.integers(-1, 12)),
    st.none(),
    st.sampled_from(["same", "valid", "causal", "sam", "", 2.5, True, (), [3]]),
)
ARGUMENTS = ["filters", "kernel_size", "strides", "padding", "dilation_rate", "groups",
             "depth_multiplier", "output_padding", "use_bias", "data_format"]  # fmt: skip
SHAPES = st.one_of(
    st.lists(st.none() | st.integers(-1, 9), min_size=0, max_size=5).map(tuple),
    st.tuples(st.none(), st.integers(0, 9), st.integers(1, 9), st.integers(1, 4)),
)


@settings(max_examples=300, phases=[Phase.explicit, Phase.generate])
@given(st.sampled_from(list(LAYERS)), st.dictionaries(st.sampled_from(ARGUMENTS), WILD), SHAPES)
def test_whatever_is_asked_for_there_is_an_answer(name, arguments, shape):
    record = explain((name, arguments), shape)
    if isinstance(record, Explanation):
        assert record.output_shape == record.made.compute_output_shape(shape)
    else:
        assert record.choices
        assert all(map(computes, record.choices))
    assert str(record)


def test_names_of_lists_what_the_engine_takes():
    assert {"relu", "softmax", "gelu"} <= set(names_of("activation"))
    for name in names_of("initializer"):
        assert callable(convlab.initializers.get(name))


def test_the_six_nearest_settings_are_offered_in_the_order_of_the_error():
    given = {"filters": 8, "kernel_size": 3, "kernel_initializer": ""}
    with pytest.raises(errors.ConvlabError) as caught:
        Conv2D(**given)
    wanted = [dict(choice) for choice in caught.value.choices]
    offered = [dict(choice.changes) for choice in explain(("Conv2D", given), SHAPE).choices]
    assert len(wanted) > 6 and offered == wanted[:6]

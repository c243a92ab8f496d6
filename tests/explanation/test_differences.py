"""How layers differ from their twins in PyTorch: the rules, and what PyTorch did with them."""

import json
from itertools import product

import numpy as np
import pytest

import convlab
from convlab import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Flatten,
    InputLayer,
    MaxPooling1D,
    PReLU,
    errors,
    explain,
    use_language,
)
from convlab.explanation.differences import differences
from convlab.i18n import LANGUAGES, catalogue
from tools.keras.store import read_json
from tools.torch_differences import FILE, settings, wrong


def abouts(layer, shape, kind="values"):
    return [item.about for item in differences(layer, shape).items if item.kind == kind]


def numbers(layer, shape, about):
    """The numbers of one difference."""
    return next(i.numbers for i in differences(layer, shape).items if i.about == about)


# What PyTorch did, recorded


@pytest.fixture(scope="module")
def recorded():
    return read_json(FILE)[1]


def test_pytorch_gives_keras_numbers_for_every_program_and_for_the_usual_call_just_where_said(
    recorded,
):
    assert len(recorded) > 3000
    assert [row["case"] for row in recorded if wrong(row)] == []


def test_programs_and_words_are_those_that_ran_in_pytorch(recorded):
    found = [(setting.name, setting.found) for setting in settings()]
    assert [name for name, _ in found] == [row["case"] for row in recorded]
    for (name, record), row in zip(found, recorded, strict=True):
        said = [item.about for item in record.items if item.kind == "values"]
        assert said == row["said"], name
        assert [*record.program] == row["program"], name
        assert [*record.usual] == row["usual"], name


# Pads


@pytest.mark.parametrize(
    ("n", "k", "s", "pads", "both", "shift"),
    [(224, 7, 2, (2, 3), 3, 1), (4, 3, 2, (0, 1), 1, 1), (9, 3, 3, (0, 0), 1, 1)],
)
def test_same_with_a_stride_is_shifted_in_pytorch(n, k, s, pads, both, shift):
    layer = Conv1D(8, k, strides=s, padding="same")
    assert numbers(layer, (None, n, 3), "same_shifted") == {
        "axes": convlab.i18n.Choices([convlab.i18n.Term("axis.steps")]),
        "before": pads[0],
        "after": pads[1],
        "both": both,
        "shift": shift,
    }


def correlated(row, kernel, s, before, after):
    padded = np.pad(row, (before, after))
    starts = range(0, len(padded) - len(kernel) + 1, s)
    return [float(padded[start : start + len(kernel)] @ kernel) for start in starts]


@pytest.mark.parametrize(("n", "k", "s"), [*product(range(1, 12), (1, 2, 3, 4, 7), (2, 3))])
def test_the_pads_that_are_named_give_keras_numbers_and_the_usual_ones_do_not(n, k, s):
    layer, row = Conv1D(1, k, strides=s, padding="same"), np.arange(1.0, n + 1)
    kernel = np.arange(1.0, k + 1)
    layer.build((None, n, 1))
    layer.set_weights([kernel.reshape(k, 1, 1), np.zeros(1)])
    y = layer(row.reshape(1, n, 1)).ravel().tolist()
    for item in differences(layer, (None, n, 1)).items:
        if item.about in ("same_shifted", "same_longer"):
            named = item.numbers
            assert correlated(row, kernel, s, named["before"], named["after"]) == y
            assert correlated(row, kernel, s, named["both"], named["both"]) != y
        if item.about.startswith("same_fits"):
            assert correlated(row, kernel, s, item.numbers["both"], item.numbers["both"]) == y


def test_a_number_that_fits_names_the_next_size_where_it_does_not():
    layer = Conv1D(1, 3, strides=2, padding="same")
    fits = numbers(layer, (None, 5, 1), "same_fits")
    assert (fits["both"], fits["next"], fits["pads"]) == (1, 6, (0, 1))


def test_directions_with_the_same_numbers_are_told_once_under_both_names():
    items = differences(Conv2D(1, 3, strides=2, padding="same"), (None, 8, 8, 1)).items
    assert [str(items[0].numbers["axes"]), items[1].kind] == ["height axis, width axis", "order"]


def test_an_even_kernel_at_stride_1_needs_the_word_same():
    layer = Conv1D(1, 2, padding="same")
    assert abouts(layer, (None, 6, 1)) == []
    even = numbers(layer, (None, 6, 1), "even_kernel")
    assert (even["before"], even["after"]) == (0, 1)
    assert 'padding="same"' in differences(layer, (None, 6, 1)).program[0]


def test_nothing_is_said_of_a_plain_convolution_but_orders_and_starts():
    found = differences(Conv2D(8, 3), (None, 9, 12, 3))
    kinds = {item.about: item.kind for item in found.items}
    assert found.same_values
    assert kinds == {
        "channels": "order",
        "weight_order": "order",
        "kernel_start": "training",
        "bias_start": "training",
    }


def test_pads_of_an_unknown_size_are_told_size_by_size_and_no_program_is_written():
    found = differences(Conv1D(1, 3, strides=2, padding="same"), (None, None, 1))
    assert found.items[0].numbers["cases"] == "n = 3: (1, 1); n = 4: (0, 1)"
    assert (found.program, found.usual, found.same_values) == ((), (), False)


def test_an_unknown_size_does_not_matter_to_a_kernel_of_1_or_a_pool_of_2():
    wide = (None, None, 4)
    assert differences(Conv1D(1, 1, strides=2, padding="same"), wide).same_values
    assert "ceil_mode=True" in differences(MaxPooling1D(2, padding="same"), wide).program[0]


def test_an_even_kernel_beside_a_stride_makes_the_output_longer_whatever_the_size():
    layer = Conv2D(1, 2, strides=(1, 2), padding="same")
    known, unknown = (abouts(layer, (None, size, 4, 1)) for size in (5, None))
    assert known == unknown == ["same_longer"]


# Crops


@pytest.mark.parametrize(
    ("n", "k", "s", "op", "about", "torch"),
    [
        (12, 3, 2, None, "crop_shifted", (1, 1)),
        (12, 3, 2, 0, "crop_fits", (1, 0)),
        (12, 3, 2, 1, "crop_shifted", (1, 1)),
        (12, 4, 2, None, "crop_fits", (1, 0)),
        (12, 4, 2, 1, "crop_shifted", (2, 1)),
        (12, 1, 3, None, "crop_fits", (0, 2)),
    ],
)
def test_a_transposed_same_layer_names_pytorchs_arguments_of_its_size(n, k, s, op, about, torch):
    layer = Conv1DTranspose(1, k, strides=s, padding="same", output_padding=op)
    padding, extra = torch
    named = numbers(layer, (None, n, 1), about)
    assert (named["padding"], named["extra"]) == torch
    size = (n - 1) * s - 2 * padding + k + extra  # the formula of PyTorch's documentation
    assert layer.compute_output_shape((None, n, 1))[1] == size


def test_no_arguments_of_pytorch_crop_an_odd_number_at_stride_1():
    layer = Conv1DTranspose(1, 2, padding="same")
    assert abouts(layer, (None, 5, 1)) == ["no_crop"]
    assert "nn.ZeroPad1d((0, -1))" in differences(layer, (None, 5, 1)).program[0]


def test_output_padding_none_is_not_0_where_the_stride_is_longer_than_the_kernel():
    longer, usual = (Conv1DTranspose(1, 2, strides=s) for s in (5, 2))
    assert numbers(longer, (None, 4, 1), "valid_longer")["added"] == 3
    assert abouts(usual, (None, 4, 1)) == []


def test_what_is_cropped_to_nothing_has_no_program():
    layer = Conv1DTranspose(1, 4, padding="same", output_padding=0)
    assert abouts(layer, (None, 1, 1)) == ["empty"]
    assert differences(layer, (None, 1, 1)).program == ()


def test_each_example_shows_a_difference():
    windows = product((1, 2, 3, 4, 5), (1, 2, 3), range(1, 9))
    layers = [
        (kind(1, k, strides=s, padding="same"), (None, n, 1))
        for k, s, n in windows
        for kind in (Conv1D, Conv1DTranspose)
    ]
    pools = [
        (kind(k, strides=s, padding="same"), (None, n, 1))
        for k, s, n in product((2, 3, 4, 5), (1, 2, 3), range(1, 9))
        for kind in (MaxPooling1D, convlab.AveragePooling1D)
    ]
    found = [i for layer in [*layers, *pools] for i in differences(*layer).items if i.example]
    assert len(found) > 100
    assert all(item.kind == "values" for item in found)
    assert [item for item in found if item.example.keras == item.example.torch] == []


# Orders and starts


def test_a_transposed_kernel_turns_into_channels_then_filters():
    named = numbers(Conv2DTranspose(5, (2, 3)), (None, 4, 6, 7), "weight_order")
    assert (named["keras"], named["torch"]) == ((2, 3, 5, 7), (7, 5, 2, 3))


def test_a_depthwise_kernel_turns_so_that_channel_c_makes_outputs_cm_to_cm_plus_m():
    named = numbers(DepthwiseConv2D((2, 3), depth_multiplier=4), (None, 4, 6, 7), "weight_order")
    kernel = np.arange(2 * 3 * 7 * 4).reshape(2, 3, 7, 4)
    turned = eval(named["source"], {"kernel": kernel})
    assert turned.shape == named["torch"] == (28, 1, 2, 3)
    assert turned[5 * 4 + 2, 0, 1, 2] == kernel[1, 2, 5, 2]


def test_the_turned_rows_of_a_dense_kernel_read_what_pytorch_flattens():
    rng = np.random.default_rng(3)
    x, kernel = rng.normal(size=(2, 4, 5, 3)), rng.normal(size=(60, 6))
    rows = numbers(Flatten(), (None, 4, 5, 3), "flatten_order")["rows"]
    turned = eval(rows, {"kernel": kernel})
    np.testing.assert_allclose(
        np.moveaxis(x, -1, 1).reshape(2, -1) @ turned, x.reshape(2, -1) @ kernel, atol=1e-12
    )


def test_starts_are_told_with_this_layers_numbers():
    start = numbers(Conv2D(64, 3), (None, 9, 9, 3), "kernel_start")
    assert (start["keras"], start["torch"]) == ("0.09975", "0.1925")  # √(6/603) and 1/√27
    other = numbers(Dense(2, kernel_initializer="he_normal"), (None, 5), "other_start")
    assert other["keras"] == "HeNormal"


def test_penalties_are_named_as_things_to_do_oneself():
    layer = Dense(2, kernel_regularizer="l2", bias_constraint="non_neg")
    assert str(numbers(layer, (None, 5), "regularizers")["arguments"]) == "'kernel_regularizer'"
    assert str(numbers(layer, (None, 5), "constraints")["arguments"]) == "'bias_constraint'"


@pytest.mark.parametrize(
    ("layer", "call"),
    [
        (Conv2D(66, (3, 5), groups=3), "xavier_uniform_(weight)"),
        (Conv2DTranspose(4, (3, 5)), "xavier_uniform_(weight)"),
        (DepthwiseConv2D((3, 5), depth_multiplier=2), "uniform_(weight, -0.2828, 0.2828)"),
    ],
)
def test_pytorchs_xavier_is_named_only_where_its_fans_are_those_of_keras(layer, call):
    # Keras counts a depthwise kernel's fans over all channels: 15 * (3 + 2).
    assert numbers(layer, (None, 9, 9, 3), "kernel_start")["call"] == call


def test_a_bias_that_does_not_start_at_0_is_told_so():
    items = differences(Dense(2, bias_initializer="ones"), (None, 5)).items
    assert [item.numbers["keras"] for item in items if item.about == "other_start"] == ["Ones"]


# The record

DILATED = explain(
    ("Conv2D", {"filters": 1, "kernel_size": 3, "strides": 2, "dilation_rate": 2}), (None, 9, 9, 1)
)


def test_of_a_stride_with_a_dilation_it_is_said_that_pytorch_takes_both():
    found = DILATED.differences()
    assert [str(item) for item in found.items] == [
        "Keras refuses strides=(2, 2) together with dilation_rate=(2, 2); PyTorch takes both."
    ]


def test_another_refusal_raises_its_own_error():
    refusal = explain(Conv2D(1, 5), (None, 3, 3, 1))
    with pytest.raises(errors.ShapeError) as caught:
        refusal.differences()
    assert caught.value is refusal.error


def test_an_explanation_has_the_record_of_its_layer():
    layer = Conv2D(8, 3, strides=2, padding="same")
    found = explain(layer, (None, 8, 9, 3)).differences("pytorch")
    assert str(found) == str(differences(layer, (None, 8, 9, 3)))


def test_a_record_is_plain_data_and_tells_its_kinds_in_order():
    found = differences(Conv2D(8, 3, strides=2, padding="same"), (None, 8, 9, 3))
    record = json.loads(json.dumps(found.to_dict()))
    kinds = [item["kind"] for item in record["items"]]
    assert kinds == ["values", "call", "order", "order", "training", "training"]
    assert record["items"][0]["example"]["keras"] == [2, 4, 6, 8]
    assert record["program"] == list(found.program)


def test_a_layer_without_differences_says_so():
    assert "No difference" in str(differences(convlab.ELU(), (None, 5)))


ODD = [
    (Conv1D(1, 3, strides=2, padding="same"), (None, None, 1)),
    (MaxPooling1D(2, padding="same"), (None, None, 1)),
    (MaxPooling1D(3, strides=2, padding="same"), (None, None, 1)),
    (MaxPooling1D(3, strides=1, padding="same"), (None, 6, 1)),
    (Conv1D(1, 3, strides=2, padding="same"), (None, 5, 1)),
    (Conv1D(1, 1, strides=2, padding="same"), (None, 5, 1)),
    (Conv1D(1, 2, strides=3, padding="causal"), (None, 5, 1)),
    (Conv2D(1, 3, activation=np.tanh), (None, 5, 5, 1)),
    (Dense(1, kernel_initializer="ones", bias_constraint="non_neg"), (None, 5)),
    (convlab.Dropout(0.5, noise_shape=(None, 1)), (None, 5)),
    (convlab.BatchNormalization(axis=1), (None, 3, None)),
    (convlab.BatchNormalization(), (3,)),
    (InputLayer((3,)), (None, 3)),
    (PReLU(), (None, 3, 4)),
    (Dense(3, lora_rank=2), (None, 4)),
    (Flatten(), (None, None, 5, 3)),
]


def test_every_sentence_of_the_catalogue_is_said_in_both_languages():
    found = [setting.found for setting in settings()]
    found += [differences(layer, shape) for layer, shape in ODD]
    found.append(DILATED.differences())
    said = {item.about for record in found for item in record.items}
    entries = {key.partition(".")[2] for key in catalogue() if key.startswith("differences.")}
    examples = {i.example.about for r in found for i in r.items if i.example}
    page = {"in_pytorch", "none", "program", "example", "given"}
    page |= {f"kind_{item.kind}" for record in found for item in record.items}
    assert said | examples | page == entries
    for language in LANGUAGES:
        with use_language(language):
            assert not [record.layer for record in found if "{" in str(record).split("\nlayer")[0]]


# What cannot be


def test_another_framework_is_refused_with_the_one_that_there_is():
    with pytest.raises(errors.ArgumentError) as caught:
        differences(Dense(2), (None, 5), "tensorflow")
    assert caught.value.choices == ({"framework": "pytorch"},)


@pytest.mark.parametrize("nothing", [None, "Conv2D", [Dense(2)]])
def test_no_layer_is_refused_in_words(nothing):
    with pytest.raises(errors.ArgumentError):
        differences(nothing, (None, 5))


@pytest.mark.parametrize("shape", [(None, 5), (None, 2, 2, 1), None, 7])
def test_a_shape_that_the_layer_refuses_is_refused(shape):
    with pytest.raises(errors.ShapeError):
        differences(Conv2D(1, 3), shape)


def test_sizes_may_come_as_a_list_of_numpys_integers():
    given = [None, *np.array([4, 5, 3])]
    found = differences(convlab.BatchNormalization(), given)
    assert found.input_shape == (None, 4, 5, 3)
    assert found.program[0] == "layer = nn.BatchNorm2d(3, eps=0.001, momentum=0.01)"


def test_a_callers_subclass_is_told_as_the_layer_of_keras():
    class Block(Conv2D):
        def __init__(self, filters):
            super().__init__(filters, 3)

    assert differences(Block(4), (None, 5, 5, 1)).layer == "Conv2D"

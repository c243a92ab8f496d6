"""Stacks and their receptive fields, coverage, matrices; and how records show themselves."""

import functools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import convlab
from convlab import Conv1D, Conv2D, Conv2DTranspose, SeparableConv2D, errors, explain, use_language
from convlab.explanation import coverage, decompositions, matrices
from convlab.explanation.pages import bytes_text
from convlab.explanation.writing import html, page

ROOT = Path(__file__).parents[2]


def influence(layers, x_shape):
    """For each output position, the input positions that change it: by changing each one."""
    size = x_shape[1]

    def through(x):
        for layer in layers:
            x = layer(x)
        return x[..., 0]

    changed = through(np.eye(size).reshape(size, *x_shape[1:]))
    return [set(map(int, np.flatnonzero(column))) for column in changed.T]


def ones(kind, *arguments, **named):
    """A layer of weights 1 along steps; a transposed one, two-dimensional, of width 1."""
    return kind(*arguments, kernel_initializer="ones", use_bias=False, dtype="float64", **named)


STACKS = [
    [ones(Conv1D, 1, 3)],
    [ones(Conv1D, 1, 3), ones(Conv1D, 1, 3, strides=2)],
    [ones(Conv1D, 1, 2, strides=2), ones(Conv1D, 1, 3), ones(Conv1D, 1, 2)],
    [ones(Conv1D, 1, 3, dilation_rate=2), ones(Conv1D, 1, 2, strides=3)],
    [ones(Conv1D, 1, 3, padding="same"), ones(Conv1D, 1, 4, padding="causal")],
    [ones(Conv1D, 1, 4, strides=3, padding="same"), ones(Conv1D, 1, 3, padding="same")],
]


@pytest.mark.parametrize("stack", STACKS, ids=range(len(STACKS)))
def test_an_output_is_changed_by_its_receptive_field_alone(stack):
    record = explain(stack, (None, 17, 1))
    (field,) = record.fields[-1]
    inside = 0
    for output, seen in enumerate(influence(stack, (None, 17, 1))):
        first, last = field.span(output)
        assert seen <= set(range(first, last + 1))
        if first >= 0 and last < 12:
            inside += 1
            assert (min(seen), max(seen)) == (first, last)
            assert last - first + 1 == field.size
    assert inside


def test_receptive_fields_worked_out_by_hand():
    record = explain([Conv2D(1, (3, 2)), Conv2D(1, 3, strides=2), Conv2D(1, 3)], (None, 28, 20, 1))
    rows = [[(int(f.size), f.jump, f.start) for f in row] for row in record.fields]
    assert rows == [[(3, 1, 0), (2, 1, 0)], [(5, 2, 0), (4, 2, 0)], [(9, 2, 0), (8, 2, 0)]]


def test_a_transposed_layer_sees_as_many_inputs_as_stamps_overlap():
    layer = Conv2DTranspose(1, (3, 4), strides=2, padding="same")
    record = explain([layer], (None, 5, 6, 1))
    axes = layer.geometry((None, 5, 6, 1)).stages[0].axes
    for field, axis in zip(record.fields[0], axes, strict=True):
        seen = [[i for i in axis.sources(o) if i is not None] for o in range(axis.output_size)]
        assert max(map(len, seen)) == field.size
        for output, positions in enumerate(seen):
            first, last = field.span(output)
            assert set(positions) == set(range(max(first, 0), min(last, axis.input_size - 1) + 1))


def fields_of(step):
    return step["receptive_fields"].values()


def test_of_a_field_behind_an_unknown_padding_only_the_start_is_unknown():
    strided = Conv1D(1, 3, strides=2, padding="same")
    record = explain([strided, Conv1D(1, 5, dilation_rate=2), strided], (None, None, 1))
    known = explain([strided, Conv1D(1, 5, dilation_rate=2), strided], (None, 64, 1))
    for (open_field,), (field,) in zip(record.fields, known.fields, strict=True):
        assert (open_field.size, open_field.jump) == (field.size, field.jump)
        assert open_field.start is None and field.start is not None
    told = [field for step in record.to_dict()["steps"] for (field,) in fields_of(step)]
    assert [field["size"] for field in told] == [3, 19, 23]
    assert told[0]["start"] is None
    assert "—" in str(record)


def test_a_stack_adds_up():
    record = explain([Conv2D(8, 3), SeparableConv2D(4, 3)], (None, 9, 10, 3))
    assert record.output_shape == (None, 5, 6, 4)
    assert record.parameters == 224 + 8 * 9 + 32 + 4
    assert record.multiply_adds == 7 * 8 * 216 + 5 * 6 * (72 + 32)
    assert explain([Conv2D(8, 3)], (None, None, 9, 1)).multiply_adds is None


def test_an_empty_stack_hands_its_input_on():
    record = explain([], (None, 9, 1))
    assert (record.output_shape, record.parameters, record.refusal) == ((None, 9, 1), 0, None)
    assert "(None, 9, 1)" in str(record)


def test_coverage_needs_sizes():
    with pytest.raises(errors.ShapeError, match="every size") as caught:
        coverage(Conv1D(1, 3), (None, None, 2))
    assert caught.value.choices[0]["input_shape"] == (None, 4, 2)


def test_coverage_counts_the_taps_that_touch_a_position():
    layer = ones(Conv2D, 1, (2, 3), strides=(1, 2), padding="same")
    x = np.zeros((1, 5, 6, 1))
    layer(x)
    reads = layer.backward(np.ones((1, 5, 3, 1)))[0, :, :, 0]
    assert coverage(layer, x.shape).counts.tolist() == reads.tolist()
    back = ones(Conv2DTranspose, 1, (3, 4), strides=2)
    assert (
        coverage(back, (None, 3, 4, 1)).counts.tolist()
        == back(np.ones((1, 3, 4, 1)))[0, :, :, 0].tolist()
    )


LAYERS = [
    Conv1D(10, 3, strides=2, padding="causal", groups=5),
    Conv2D(2, (2, 3), strides=(2, 1), padding="same", data_format="channels_first"),
    SeparableConv2D(3, (2, 3), depth_multiplier=2),
    Conv2DTranspose(2, (3, 2), strides=(2, 3), padding="same"),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_the_matrix_of_a_layer_does_what_the_layer_does(layer):
    x = np.random.default_rng(0).standard_normal((1, 4, 5, 6)[: layer.rank + 2])
    parts = matrices(layer, x.shape)
    first = layer.data_format == "channels_first"
    y = (np.moveaxis(x, 1, -1) if first else x).ravel()
    for part in parts:
        y = part.values @ y
    expected = np.moveaxis(layer(x), 1, -1) if first else layer(x)
    assert np.abs(y - expected.ravel()).max() < 1e-5


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_the_wiring_of_a_matrix_names_its_weights(layer):
    for part, kernel in zip(matrices(layer, (1, 4, 5, 6)[: layer.rank + 2]), layer.weights,
                            strict=False):  # fmt: skip
        placed = np.append(kernel.ravel(), 0)[part.wiring]
        assert np.array_equal(part.values, placed.astype(float))


def test_the_transposed_layers_matrix_is_the_transpose():
    kernel = np.random.default_rng(0).standard_normal((3, 2, 4, 5))
    forward = Conv2D(5, (3, 2), strides=2, padding="same", use_bias=False)
    back = Conv2DTranspose(4, (3, 2), strides=2, padding="same", use_bias=False)
    forward.build((None, 6, 8, 4))
    back.build((None, 3, 4, 5))
    forward.set_weights([kernel])
    back.set_weights([kernel])
    (one,), (other,) = matrices(forward, (None, 6, 8, 4)), matrices(back, (None, 3, 4, 5))
    assert np.array_equal(one.values, other.values.T)


def test_a_matrix_larger_than_memory_is_refused():
    with pytest.raises(errors.NotEnoughMemoryError, match="A matrix"):
        matrices(Conv2D(8, 3), (None, 2000, 2000, 3))


def test_a_transposed_layer_has_no_cheaper_kin_in_keras():
    (alone,) = decompositions(Conv2DTranspose(2, 3), (None, 4, 5, 3))
    assert (alone.kind, alone.parameters) == ("standard", 54)
    assert alone.to_dict()["multiply_adds"] == 4 * 5 * 54


RECORDS = [
    explain(Conv2D(8, (3, 5), strides=2, padding="same"), (None, 28, 20, 3)),
    explain(Conv1D(8, 3, padding="causal", use_bias=False), (4, None, 3)),
    explain(SeparableConv2D(8, 3, data_format="channels_first"), (None, 3, 28, 20)),
    explain(Conv2DTranspose(8, 1, strides=2, output_padding=(0, 1)), (None, 8, 7, 3)),
    explain(Conv2DTranspose(8, 1, strides=3, padding="same"), (None, 8, 7, 3)),
    explain(("Conv2D", {"filters": 8, "kernel_size": 9}), (None, 8, 20, 3)),
    explain([Conv2D(8, 3), Conv2DTranspose(2, 2, 2), Conv2D(2, 99)], (None, 8, 20, 3)),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_is_plain_data_and_shows_itself_in_both_languages(record):
    assert json.loads(json.dumps(record.to_dict()))
    english = record._repr_markdown_(), str(record), html(page(record))
    assert repr(record) == str(record)
    with use_language("zh_TW"):
        chinese = record._repr_markdown_(), str(record), html(page(record))
    assert all(one != other for one, other in zip(english, chinese, strict=True))


def test_markdown_sets_formulas_for_mathjax():
    shown = RECORDS[0]._repr_markdown_()
    assert r"$n' = \left\lceil \frac{n}{s} \right\rceil" in shown
    assert "| `kernel` | `(3, 5, 3, 8)` | 360 |" in shown


def test_equal_directions_are_told_once():
    square, oblong = (str(explain(Conv2D(8, 3), (None, *sizes, 3))) for sizes in ((9, 9), (9, 8)))
    assert "height axis, width axis" in square
    assert square.count("effective kernel") == 1
    assert oblong.count("effective kernel") == 2


def test_plain_columns_stay_aligned_in_chinese():
    with use_language("zh_TW"):
        lines = str(RECORDS[0]).splitlines()
    start = lines.index(next(line for line in lines if line.startswith("有效卷積核")))
    assert lines[start].index("e =") + 5 == lines[start + 1].index("n′ =") + 4


def test_added_zeros_are_called_so():
    assert "below 0: zeros added" in str(RECORDS[4])
    assert "below 0" not in str(explain(Conv2DTranspose(1, 3), (None, 4, 5, 1)))


def test_what_a_user_wrote_is_escaped():
    arguments = {"filters": 1, "kernel_size": 1, "padding": "<b>*|`"}
    refusal = explain(("Conv2D", arguments), (None, 4, 4, 1))
    assert "&lt;b&gt;*|" in html(page(refusal))
    assert r"\<b\>\*\|\`" in refusal._repr_markdown_()


def test_memory_is_told_in_the_unit_that_suits_it():
    sizes = [0, 1023, 1024, 1536 * 1024, 3 << 30, 1 << 65, None]
    shown = ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "3.0 GiB", "32.0 EiB", "—"]
    assert [bytes_text(size) for size in sizes] == shown


def test_only_records_have_a_page():
    with pytest.raises(TypeError, match="int"):
        page(5)


@pytest.mark.parametrize(
    "statements",
    [
        "import convlab.explanation; import convlab",
        "import convlab; convlab.explain; import convlab.explanation",
        "from convlab import explain; import convlab, convlab.explanation.layers",
    ],
)
def test_explain_is_the_function_whatever_was_imported_first(statements):
    check = "assert convlab.explain is convlab.explanation.explain"
    statements += f"; import convlab.explanation; {check}; {check}"
    subprocess.run([sys.executable, "-c", statements], cwd=ROOT, check=True)


def test_the_code_for_keras_names_every_object_by_its_module():
    layer = Conv1D(
        4, 3, kernel_initializer="he_normal", kernel_regularizer=convlab.regularizers.L1(0.5)
    )
    assert explain(layer, (None, 9, 2)).code == (
        "keras.layers.Conv1D(filters=4, kernel_size=(3,), "
        "kernel_initializer=keras.initializers.HeNormal(), "
        "kernel_regularizer=keras.regularizers.L1(l1=0.5))"
    )


def test_a_layer_with_functions_of_the_readers_own_is_explained_too():
    def doubled(z):
        return 2 * z

    plain = explain(Conv1D(2, 3, activation=doubled), (None, 9, 1))
    assert plain.code == "keras.layers.Conv1D(filters=2, kernel_size=(3,), activation=doubled)"
    partial = Conv1D(2, 10, kernel_initializer=functools.partial(np.ones))
    unknown = (
        "keras.layers.Conv1D(filters=2, kernel_size=(10,))"
        "  # Cannot be written here: kernel_initializer (partial)"
    )
    assert explain(partial, (None, 12, 1)).code == unknown
    assert len(explain(partial, (None, 9, 1)).choices) == 2

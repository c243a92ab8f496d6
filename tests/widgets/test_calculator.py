"""The calculator from Python: what it takes and refuses, and both ways to the browser."""

import ast
import html
import json
from itertools import count

import ipywidgets
import numpy as np
import pytest

import convlab
from convlab import (
    Calculator,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv2D,
    SeparableConv2D,
    use_language,
)
from convlab.errors import OMIT, ArgumentError, ConvlabError, DTypeError, ShapeError
from convlab.i18n import LANGUAGES
from convlab.widgets.given import SHOWN, further_arguments, shaping_arguments
from convlab.widgets.records import LARGEST, calculator_records
from tests.odd import Foreign


@pytest.fixture(autouse=True)
def no_widgets_are_left():
    yield
    ipywidgets.Widget.close_all()


def told(calculator, **changes):
    """The browser tells of a change."""
    calculator.set_state({"shown": {**calculator.shown, **changes}})


def with_argument(calculator, index, **arguments):
    layers = json.loads(json.dumps(calculator.shown["layers"]))
    layers[index]["arguments"] |= arguments
    return {"layers": layers}


# Both ways


def test_python_hears_what_the_browser_changes():
    calculator = Calculator(Conv2D(8, 3), (None, 28, 20, 3))
    heard = []
    calculator.observe(lambda change: heard.append(change.name), ["layers", "input_shape"])
    told(calculator, **with_argument(calculator, 0, kernel_size=[3, 5], strides=[2, 1]))
    assert calculator.record.output_shape == (None, 13, 16, 8)
    assert calculator.layers[0][1]["kernel_size"] == (3, 5)
    assert "layers" in heard
    told(calculator, input_shape=[None, None, 20, 4])
    assert calculator.input_shape == (None, None, 20, 4)
    assert calculator.record.output_shape == (None, None, 16, 8)


def test_the_browser_hears_what_python_sets():
    calculator = Calculator()
    calculator.layers = [Conv2D(4, 3), DepthwiseConv2D(5)]
    calculator.input_shape = (None, 9, 12, 2)
    shown = calculator.shown
    assert [layer["layer"] for layer in shown["layers"]] == ["Conv2D", "DepthwiseConv2D"]
    assert shown["layers"][1]["arguments"]["kernel_size"] == [5, 5]
    assert shown["input_shape"] == [None, 9, 12, 2]
    calculator.language = "zh_TW"
    assert calculator.shown["language"] == "zh_TW"


STATES = [
    {"layers": [{"layer": "Conv2D"}]},
    {"layers": []},
    {"layers": 3},
    {"layers": [{"layer": "Reshape", "arguments": {}, "more": {}}]},
    {"input_shape": [None, 9]},
    {"input_shape": [None, 0, 9, 1]},
    {"language": "fr"},
]


@pytest.mark.parametrize("state", STATES, ids=repr)
def test_what_the_browser_cannot_mean_is_answered_with_what_stands(state):
    calculator = Calculator(Conv2D(4, 3), (None, 9, 8, 2))
    before = dict(calculator.shown)
    told(calculator, **state)
    assert calculator.shown == before
    assert calculator.record.output_shape == (None, 7, 6, 4)


def test_an_argument_of_another_kind_is_answered_with_what_stands():
    calculator = Calculator(Conv2D(4, 3), (None, 9, 8, 2))
    for wrong in ({"filters": 0}, {"filters": "4"}, {"padding": "full"}, {"kernel_size": [1]}):
        told(calculator, **with_argument(calculator, 0, **wrong))
        assert calculator.record.output_shape == (None, 7, 6, 4)


def test_a_refused_value_leaves_everything_as_it_was():
    calculator = Calculator(Conv2D(4, 3), (None, 9, 8, 2))
    before = dict(calculator.shown)
    for name, value in [
        ("layers", ["Conv2D"]),
        ("layers", Conv1D(2, 3)),
        ("input_shape", (None, 9, 8)),
        ("input_shape", 3),
        ("language", "fr"),
    ]:
        with pytest.raises(ConvlabError):
            setattr(calculator, name, value)
        assert calculator.shown == before
    with pytest.raises(ConvlabError):
        calculator.change([Conv2D(2, 3)], (None, 9, 3))
    assert calculator.shown == before


def test_layers_of_other_directions_come_with_their_shape():
    calculator = Calculator()
    calculator.change([Conv1D(2, 3), Conv1D(4, 3)], (None, 30, 5))
    assert calculator.record.output_shape == (None, 26, 4)


def test_the_record_is_made_once_for_each_state():
    calculator = Calculator([Conv2D(2, 3)] * 3)
    assert calculator.record is calculator.record
    told(calculator, selected=1)
    assert calculator.record.output_shape == (None, 22, 22, 2)


def test_it_links_to_other_widgets_and_is_laid_out_with_them():
    calculator, text = Calculator(), ipywidgets.Text()
    ipywidgets.dlink((calculator, "layers"), (text, "value"), lambda pairs: pairs[-1][0])
    calculator.layers = DepthwiseConv2D(3)
    assert text.value == "DepthwiseConv2D"
    assert calculator in ipywidgets.VBox([calculator, text]).children


# What it is given


def test_arguments_that_do_not_fit_together_are_shown():
    calculator = Calculator(pair(strides=2, dilation_rate=(1, 2)))
    assert calculator.record.refusal.error.code == "dilated_strides"
    assert calculator.shown["layers"][0]["arguments"]["dilation_rate"] == [1, 2]


def test_both_data_formats():
    layer = Conv2D(2, 3, data_format="channels_first")
    calculator = Calculator(layer, (None, 3, 28, 20))
    assert calculator.record.output_shape == (None, 2, 26, 18)
    assert Calculator(layer).record.input_shape == (None, 1, 28, 28)


def test_large_and_unknown_sizes_are_kept():
    calculator = Calculator(Conv2D(10**6, 3), (7, 10**7, None, 10**6))
    assert calculator.record.output_shape == (7, 10**7 - 2, None, 10**6)


OTHER_THINGS = [
    ["Conv2D"],
    "Conv2D",
    b"Conv2D",
    ["Conv2D", {"filters": 2, "kernel_size": 3}],
    ("Conv2D", 3),
    {"Conv2D": {}},
    Conv2D,
    3,
    float("nan"),
    np.array(3),
    np.ones((2, 2)),
    Foreign(),
]


@pytest.mark.parametrize("layers", OTHER_THINGS, ids=repr)
def test_anything_but_layers_is_refused(layers):
    with pytest.raises(ArgumentError, match="convlab's layers"):
        Calculator(layers)


@pytest.mark.parametrize("ordered", [list, tuple, iter])
def test_layers_come_in_any_order_that_can_be_walked(ordered):
    pair = ("Conv2D", {"filters": 5, "kernel_size": 3, "padding": "SAME"})
    calculator = Calculator(ordered([Conv2D(2, 3), pair]), iter([None, 9, 8, 4]))
    assert calculator.record.output_shape == (None, 7, 6, 5)
    paddings = [own["padding"] for _, own in calculator.layers]
    assert paddings == ["valid", "same"]


def test_more_layers_than_there_is_room_for_are_refused_with_the_first_twelve():
    for layers in ([Conv2D(n, 1) for n in range(1, 15)], (Conv2D(n, 1) for n in count(1))):
        with pytest.raises(ArgumentError, match="more than the 12 layers") as caught:
            Calculator(layers)
        (choice,) = caught.value.choices
        filters = [layer.made.filters for layer in Calculator(**choice).record.layers]
        assert filters == list(range(1, 13))


@pytest.mark.parametrize("named", [True, False])
def test_a_layer_that_only_explain_knows_is_refused_in_words(named):
    layer = convlab.Reshape((-1,))
    given = ("Reshape", {"target_shape": (-1,)}) if named else layer
    for layers in (given, [Conv1D(2, 3), given]):
        with pytest.raises(ArgumentError, match=r"'Reshape' was given: .* convlab.explain"):
            Calculator(layers, (None, 9, 2))
    assert convlab.explain(given, (None, 9, 2)).output_shape == (None, 18)


@pytest.mark.parametrize(
    ("layer", "argument"),
    [
        (Conv2D(2, 3, lora_rank=2), "lora_rank"),
        (("Dense", {"units": 3, "lora_rank": 2}), "lora_rank"),
        (convlab.Dropout(0.5, noise_shape=(None, 1)), "noise_shape"),
    ],
)
def test_what_counts_and_has_no_dial_is_refused_and_taken_without(layer, argument):
    with pytest.raises(ArgumentError, match=argument) as caught:
        Calculator(layer)
    assert caught.value.choices == ({argument: None},)


LENET = [
    Conv2D(6, 5, padding="same", activation="tanh"),
    convlab.AveragePooling2D(2),
    convlab.Conv2D(16, 5, activation="tanh"),
    convlab.MaxPooling2D(),
    convlab.Flatten(),
    convlab.Dense(120, activation="tanh"),
    convlab.Dropout(0.25),
    convlab.BatchNormalization(),
    convlab.Dense(10, activation="softmax"),
]


def test_a_network_with_pooling_and_dense_goes_both_ways():
    calculator = Calculator(LENET, (None, 28, 28, 1))
    assert calculator.record.output_shape == (None, 10)
    assert calculator.record.parameters == 156 + 2416 + 48_120 + 480 + 1210
    other = Calculator.from_link(calculator.link())
    assert (other.unread, other.shown) == ([], calculator.shown)
    assert Calculator(calculator.layers, calculator.input_shape).shown == calculator.shown
    told(calculator, **with_argument(calculator, 3, pool_size=[3, 3]))
    assert calculator.record.layers[3].output_shape == (None, 3, 3, 16)
    assert "MaxPooling2D(pool_size=(3, 3)),\n" in calculator.code
    assert "Dropout(rate=0.25)" in calculator.code


def test_a_layer_that_needs_the_directions_behind_flatten_is_shown_with_its_refusal():
    calculator = Calculator([Conv2D(2, 3), convlab.Flatten(), Conv2D(4, 3)], (None, 9, 9, 1))
    assert calculator.record.refusal.error.code == "input_shape"
    assert len(calculator.shown["layers"]) == 3


def test_layers_that_take_any_directions_take_those_of_the_shape():
    assert Calculator(convlab.Dense(3)).input_shape == (None, 784)
    dense = [convlab.Flatten(), convlab.Dense(3)]
    assert Calculator(dense, (None, 9, 8, 2)).record.output_shape == (None, 3)
    for shape in [(None,), (None, 2, 3, 4, 5)]:
        with pytest.raises(ShapeError, match=r"2 to 4 sizes|at least 2 sizes") as caught:
            Calculator(convlab.Dense(3), shape)
        assert Calculator(convlab.Dense(3), **caught.value.choices[0]).record.refusal is None
    with pytest.raises(ShapeError):
        Calculator([convlab.Flatten(), Conv2D(3, 3)], (None, 784))


def test_an_empty_list_is_refused_with_the_usual_layer():
    with pytest.raises(ArgumentError, match="layers holds no layer") as caught:
        Calculator([])
    (choice,) = caught.value.choices
    assert Calculator(**choice).code == Calculator().code


def test_layers_of_different_directions_are_refused_in_the_words_of_explain():
    layers = [Conv2D(2, 3), Conv1D(3, 5)]
    refusal = convlab.explain(layers, (None, 9, 8, 4)).refusal
    with pytest.raises(ShapeError) as caught:
        Calculator(layers, (None, 9, 8, 4))
    assert str(caught.value) == str(refusal.error)


SHAPES = [
    (32, 20, 3),
    (),
    [None, 9, 8, None],
    (None, 9, 8, 0),
    (None, 9, 8, 3, 3),
    (1, -1, 8, 3),
    (1, 2.5, 8, 3),
    (1, float("nan"), 8, 3),
    ("a", 9, 8, 3),
    [[1], [2, 3]],
    np.array(3),
    3,
    "1983",
    b"1983",
    {1: 2},
    Foreign(),
]


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
def test_a_shape_that_the_first_layer_refuses_is_refused_in_the_words_of_explain(shape):
    layer = Conv2D(2, 3)
    refusal = convlab.explain(layer, shape)
    for layers in (layer, [layer, Conv2D(1, 1)]):
        with pytest.raises(ShapeError) as caught:
            Calculator(layers, shape)
        assert str(caught.value) == str(refusal.error)
        assert caught.value.choices == tuple(map(as_choice, refusal.choices))
    if [*refusal.choices[0].changes] == ["input_shape"]:
        assert Calculator(layer, **refusal.choices[0].changes).record.refusal is None


def test_a_wrong_shape_is_refused_where_the_arguments_do_not_fit_together_either():
    dilated = ("Conv2D", {"filters": 1, "kernel_size": 3, "strides": 2, "dilation_rate": 2})
    with pytest.raises(ShapeError, match="must hold 4 sizes"):
        Calculator(dilated, (9, 8, 3))


def test_a_size_of_0_stands_for_an_unknown_one_and_is_refused():
    for padding in ("valid", "same"):
        layer = Conv2D(2, 3, padding=padding)
        with pytest.raises(ShapeError, match="a size of 0") as caught:
            Calculator(layer, (0, 0, 8, 3))
        assert caught.value.choices == ({"input_shape": (0, None, 8, 3)},)
        assert Calculator(layer, **caught.value.choices[0]).record.refusal is None


def test_a_built_layer_keeps_to_its_channels():
    layer = Conv2D(2, 3)
    layer.build((None, 9, 8, 4))
    with pytest.raises(ShapeError, match="built for 4 channels"):
        Calculator(layer, (None, 9, 8, 3))


def pair(layer="Conv2D", **arguments):
    return layer, {"filters": 2, "kernel_size": 3, **arguments}


BAD_PAIRS = [
    pair(filters=0),
    pair(filters=None),
    pair(filters=float("nan")),
    pair(kernel_size=(3, 3, 3)),
    pair(strides="2"),
    pair(padding="causal"),
    pair(padding=3),
    pair(activation="relu6x"),
    pair(kernel_initializer=3),
    pair(filtrs=3),
    pair("Conv2"),
    ("Conv2D", {}),
    ("DepthwiseConv2D", {"kernel_size": -1}),
]


def as_choice(choice):
    return {**choice.changes, **dict.fromkeys(choice.left_out, OMIT)}


@pytest.mark.parametrize("bad", BAD_PAIRS, ids=repr)
def test_a_pair_that_no_control_can_show_is_refused_in_the_words_of_explain(bad):
    shape = (None, 9, 8, 3)
    refusal = convlab.explain(bad, shape)
    with pytest.raises(ConvlabError) as caught:
        Calculator(bad, shape)
    assert type(caught.value) is type(refusal.error)
    assert str(caught.value) == str(refusal.error)
    assert caught.value.choices == tuple(map(as_choice, refusal.choices))
    with pytest.raises(ConvlabError) as caught:
        Calculator([Conv2D(3, 1), bad])
    assert str(caught.value) == str(refusal.error)


def test_a_pair_is_taken_as_explain_takes_it():
    arguments = {"filters": np.int64(6), "kernel_size": [3, 5], "activation": "relu", "name": "a"}
    calculator = Calculator(("SeparableConv2D", arguments), (None, 9, 8, 4))
    assert calculator.record.output_shape == (None, 7, 4, 6)
    assert calculator.shown["layers"][0]["arguments"]["activation"] == "relu"
    assert "activation='relu', name='a')," in calculator.code


def test_the_layers_are_pairs_that_another_calculator_takes():
    layers = [Conv2D(4, 3, kernel_initializer="he_normal"), Conv2DTranspose(2, 3, strides=2)]
    calculator = Calculator(layers, (None, 9, 8, 4))
    other = Calculator(calculator.layers, calculator.input_shape)
    assert other.shown == calculator.shown
    assert other.code == calculator.code


# What shapes nothing


class Halved:
    """Something of the reader's own to call, all of which look alike."""

    def __call__(self, values):
        return 0.5

    def __repr__(self):
        return "Halved"


OBJECTS = {
    "activation": [lambda z: z, np.tanh, Halved()],
    "kernel_initializer": [np.ones((3, 3, 4, 2)), lambda shape, dtype=None: np.zeros(shape)],
    "bias_initializer": [convlab.initializers.Constant(np.ones(2))],
    "kernel_regularizer": [Halved(), lambda weights: 0.0, convlab.regularizers.L2(0.5)],
    "bias_constraint": [lambda weights: weights],
}
EACH_OBJECT = [(name, one) for name, some in OBJECTS.items() for one in some]


@pytest.mark.parametrize(("argument", "value"), EACH_OBJECT, ids=range(len(EACH_OBJECT)))
def test_an_object_of_the_readers_own_is_kept(argument, value):
    layer = Conv2D(2, 3, **{argument: value})
    calculator = Calculator([layer, Conv2D(5, 3)], (None, 9, 8, 4))
    first = calculator.shown["layers"][0]
    source = first["more"].get(argument) or first["arguments"][argument]
    assert " at 0x" not in source
    json.dumps(calculator.shown)
    told(calculator, **with_argument(calculator, 0, filters=3))
    made = calculator.record.layers[0].made
    assert made.filters == 3
    assert getattr(made, argument) is getattr(layer, argument)
    # Doubled and moved in the browser it is still itself.
    told(calculator, layers=[*calculator.shown["layers"], calculator.shown["layers"][0]])
    assert getattr(calculator.record.layers[2].made, argument) is getattr(layer, argument)


def test_objects_that_look_alike_are_told_apart():
    layers = [Conv2D(2, 3, activation=Halved()) for _ in range(2)]
    calculator = Calculator(layers, (None, 9, 8, 2))
    told(calculator, selected=1)
    for layer, record in zip(layers, calculator.record.layers, strict=True):
        assert record.made.activation is layer.activation


def test_every_further_argument_has_its_choices_and_the_browser_can_choose_each():
    records = calculator_records()["rules"]["layers"]
    idle = {"lora_rank", "lora_alpha", "noise_shape", "quantization_config", "synchronized"}
    idle |= {"renorm", "renorm_clipping", "renorm_momentum"}
    for name, kind in SHOWN.items():
        assert set(records[name]["more"]) == set(further_arguments(name))
        assert {*shaping_arguments(name), *further_arguments(name), *idle} >= {
            *kind.declared_arguments()
        }
    calculator = Calculator(SeparableConv2D(2, 3))
    for argument, sources in records["SeparableConv2D"]["more"].items():
        for source in sources[1:]:
            layer = {**calculator.shown["layers"][0], "more": {argument: source}}
            told(calculator, layers=[layer])
            assert calculator.shown["layers"][0]["more"] == {argument: source}
            assert argument in calculator.code, source


def test_a_source_that_makes_nothing_is_answered_with_what_stands():
    calculator = Calculator()
    for source in ("open('x')", "'nothing'", "(", "__import__('os')", "# lambda"):
        layer = {**calculator.shown["layers"][0], "more": {"kernel_initializer": source}}
        told(calculator, layers=[layer])
        assert calculator.shown["layers"][0]["more"] == {}


# Code, link, still


def test_the_code_is_that_of_the_record():
    """Run as Keras would, with convlab's layers in Keras' place."""

    class Keras:
        layers = convlab
        Input = staticmethod(lambda shape: shape)
        Sequential = staticmethod(list)

    calculator = Calculator(
        [Conv2D(8, (3, 5), groups=2), Conv2DTranspose(2, 3, 2)], (None, 9, 8, 4)
    )
    scope = {"keras": Keras}
    exec(calculator.code, scope)
    shape, *layers = scope["model"]
    shape = (None, *shape)
    for layer in layers:
        shape = layer.compute_output_shape(shape)
    assert shape == calculator.record.output_shape


def test_the_code_holds_the_layers_before_a_refused_one():
    calculator = Calculator([Conv2D(8, 3), Conv2D(8, 9), Conv2D(2, 1)], (None, 10, 8, 3))
    assert calculator.code.count("keras.layers.") == 1


def test_what_cannot_be_written_is_a_comment_behind_the_comma():
    calculator = Calculator([pair(activation=lambda z: z, name="#)"), Conv2D(1, 1)])
    assert "kernel_size=(3, 3), name='#)'),  # Cannot be written" in calculator.code
    (expression,) = ast.parse(calculator.code).body
    assert len(expression.value.args[0].elts) == 3


STACKS = [
    [Conv2D(8, 3)],
    [Conv2D(8, (3, 5), strides=2, padding="same"), DepthwiseConv2D(3, use_bias=False)],
    [Conv2DTranspose(2, 3, 2, output_padding=1, name="a&b=c#,"), SeparableConv2D(4, 9)],
    [Conv2D(4, 3, data_format="channels_first", activation="glu", dtype="float64")] * 12,
    [Conv1D(200, 31, padding="causal", groups=20, kernel_regularizer="l2")],
    [convlab.ZeroPadding2D(((1, 2), (0, 3))), convlab.MaxPooling2D(3, strides=2), *LENET[4:]],
    [
        convlab.Cropping1D((1, 2)),
        convlab.UpSampling1D(3),
        convlab.GlobalMaxPooling1D(keepdims=True),
    ],
    [Conv2D(2, 3), convlab.BatchNormalization(axis=-2, momentum=0.5, epsilon=1e-7, scale=False)],
]


@pytest.mark.parametrize("number", range(len(STACKS)))
def test_a_link_opens_what_it_was_made_of(number):
    calculator = Calculator(STACKS[number])
    other = Calculator.from_link(calculator.link("page.html"))
    assert other.shown == calculator.shown
    assert other.unread == []


def test_a_link_carries_no_objects():
    calculator = Calculator(Conv2D(2, 3, activation=lambda z: z), (None, 9, 8, 1))
    other = Calculator.from_link(calculator.link())
    assert other.shown["layers"][0]["arguments"]["activation"] == "linear"


LINKS = {
    "#input=none,9,8": ["input"],
    "#input=none,0,8,1": ["input=none,0,8,1"],
    "#layer=Reshape": ["layer=Reshape"],
    "#input=none,-9,8,1": ["input=none,-9,8,1"],
    "#layer=ZeroPadding2D&padding=1,2,3": ["padding=1,2,3"],
    "#layer=Flatten&layer=Conv2D&layer=MaxPooling1D": ["layer=MaxPooling1D"],
    "#filters=3": ["filters=3"],
    "#layer=Conv2D&filters=0": ["filters=0"],
    "#layer=Conv2D&filters=3&filters=4": ["filters=4"],
    "#layer=Conv2D&padding=full&kernel_size=3,3,3": ["padding=full", "kernel_size=3,3,3"],
    "#layer=Conv2D&layer=Conv1D": ["layer=Conv1D"],
    "#layer=Conv2D&name='a/b'&dtype=open('x')": ["name='a/b'", "dtype=open('x')"],
    "#layer=Conv2D&use_bias=1&activation=%ff&%": ["use_bias=1", "activation=%ff", "%"],
    "#" + "&".join(["layer=Conv2D"] * 13): ["layer=Conv2D"],
    "#language=fr&language": ["language=fr", "language"],
}


@pytest.mark.parametrize("link", LINKS)
def test_what_a_link_cannot_mean_is_named_and_left_out(link):
    calculator = Calculator.from_link(link)
    assert calculator.unread == LINKS[link]
    assert calculator.record.layers


def test_a_link_is_a_text():
    with pytest.raises(DTypeError, match="link"):
        Calculator.from_link(3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_widget_the_report_and_the_code_are_still_there(language):
    with use_language(language):
        calculator = Calculator([Conv2D(2, 3, name="<b>")], (None, 9, 8, 4))
    data, _ = calculator._repr_mimebundle_()
    assert data["text/plain"] == "Calculator([Conv2D], (None, 9, 8, 4))"
    assert "application/vnd.jupyter.widget-view+json" in data
    still = data["text/html"]
    assert {"en": "multiply-adds", "zh_TW": "乘加次數"}[language] in still
    assert f"<pre>{html.escape(calculator.code)}</pre>" in still
    assert calculator.model_id not in still


def test_without_a_widget_a_refusal_and_its_choices_are_still_there():
    calculator = Calculator(Conv2D(2, 9), (None, 9, 8, 4))
    still = calculator.still()["text/html"]
    assert html.escape(str(calculator.record.refusal.error)) in still
    assert "kernel_size=(9, 8)" in still


# What it weighs


def test_a_second_calculator_carries_neither_code_nor_rules():
    one, other = Calculator(), Calculator()
    assert one.module is other.module
    assert len(json.dumps(other.get_state(), default=str)) < 3_000


def test_the_bundle_is_at_most_45_kb():
    assert len(Calculator.script().encode()) <= 45_000


def test_every_number_of_the_rules_has_a_reach():
    for layer in calculator_records()["rules"]["layers"].values():
        numbers = {
            name for name, value in layer["start"].items() if not isinstance(value, str | bool)
        }
        assert numbers == set(layer["ranges"])
        assert all(most <= LARGEST for _, most in layer["ranges"].values())

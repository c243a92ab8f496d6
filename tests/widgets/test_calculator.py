"""The calculator without a browser: every control moved at random, every state shown."""

import ast
import html
import os
import re
import time
from dataclasses import replace
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
    set_language,
    use_language,
)
from convlab.errors import OMIT, ArgumentError, ConvlabError, ShapeError
from convlab.explanation import Choice, Refusal, Settings
from convlab.i18n import LANGUAGES
from convlab.layers import LAYERS
from convlab.widgets.fields import defaults, per_axis
from tests.odd import Foreign

# All of them where the whole suite must run; a fifth is enough to notice a slip while writing.
MOVES = 10_000 if os.environ.get("CI") == "true" else 2_000


def inner(box):
    for child in getattr(box, "children", ()):
        yield child
        yield from inner(child)


def controls_of(calculator):
    """Everything that a hand could move just now."""
    kinds = (ipywidgets.IntSlider, ipywidgets.BoundedIntText, ipywidgets.Dropdown, ipywidgets.Text,
             ipywidgets.Checkbox, ipywidgets.ToggleButtons, ipywidgets.Button)  # fmt: skip
    return [
        control
        for control in inner(calculator)
        if isinstance(control, kinds) and control.layout.display != "none"
    ]


def move(control, random):
    """Put a control somewhere else, as a hand could."""
    if isinstance(control, ipywidgets.Button):
        if not control.disabled:
            control.click()
    elif isinstance(control, ipywidgets.IntSlider):
        control.value = int(random.integers(control.min, control.max + 1))
    elif isinstance(control, ipywidgets.BoundedIntText):
        control.value = int(random.integers(control.min, 30)) if random.random() < 0.95 else 99_999
    elif isinstance(control, ipywidgets.Checkbox):
        control.value = not control.value
    elif isinstance(control, ipywidgets.Text):
        control.value = str(random.choice(["", "first", "a/b", "<b>&\"'"]))
    else:
        control.index = int(random.integers(len(control.options)))


def shown(calculator):
    return calculator._report.value, calculator._code.value, calculator._refused.value


def check_state(calculator):
    """Nothing blank; a refusal shows the engine's text and a button for each choice."""
    report, code, refused = shown(calculator)
    record = calculator.record
    assert str(record.input_shape) in report
    assert "keras.Sequential" in code
    assert len(record.accepted) == code.count("keras.layers.")
    visible = calculator._refusal.layout.display != "none"
    assert visible == (record.refusal is not None)
    if record.refusal is None:
        assert len(record.layers) == len(calculator._stack)
        assert str(record.output_shape) in report
    else:
        assert re.search("<p>.{20,}</p>", refused)
        buttons = [button for button in calculator._choices if button.layout.display != "none"]
        assert [button.description for button in buttons] == list(map(str, record.refusal.choices))
        assert buttons


def test_thousands_of_moves_of_the_controls_leave_no_blank_and_no_error():
    random = np.random.default_rng(0)
    calculator, refused, seen = Calculator(), 0, set()
    for _ in range(MOVES):
        available = controls_of(calculator)
        move(available[int(random.integers(len(available)))], random)
        check_state(calculator)
        refused += calculator.record.refusal is not None
        seen |= {layer.layer for layer in calculator.record.accepted}
    assert seen == set(LAYERS)
    assert MOVES / 20 < refused < MOVES * 19 / 20


def field(calculator, name):
    return next(each for each in calculator._fields if each.name == name).controls


def test_a_slider_changes_the_record():
    calculator = Calculator(Conv2D(8, 3), (None, 28, 20, 3))
    field(calculator, "kernel_size")[1].value = 5
    field(calculator, "strides")[0].value = 2
    assert calculator.record.output_shape == (None, 13, 16, 8)
    assert "(None, 13, 16, 8)" in calculator._report.value


def test_a_choice_is_one_click_away():
    calculator = Calculator([Conv2D(8, 3), Conv2D(4, 9, activation="relu")], (None, 10, 8, 3))
    assert calculator.record.refusal.error.code == "window_too_large"
    calculator._choices[1].click()
    assert calculator.record.refusal is None
    assert calculator.record.layers[1].code == (
        "keras.layers.Conv2D(filters=4, kernel_size=(9, 9), padding='same', activation='relu')"
    )
    assert calculator._kind.value == "Conv2D"
    assert field(calculator, "padding")[0].value == "same"


def test_every_choice_of_a_state_is_legal_when_clicked():
    for number in range(2):
        calculator = Calculator(Conv2D(8, 3), (None, 9, 8, 1))
        field(calculator, "strides")[0].value = 2
        field(calculator, "dilation_rate")[1].value = 2
        assert calculator.record.refusal.error.code == "dilated_strides"
        calculator._choices[number].click()
        assert calculator.record.refusal is None


def test_another_layer_keeps_what_it_can():
    calculator = Calculator(Conv2D(6, (3, 5), strides=(2, 1), padding="same"), (None, 9, 8, 4))
    calculator._kind.value = "Conv2DTranspose"
    assert calculator.record.layers[0].code == (
        "keras.layers.Conv2DTranspose("
        "filters=6, kernel_size=(3, 5), strides=(2, 1), padding='same')"
    )
    offered = [value for _, value in field(calculator, "output_padding")[0].options]
    assert offered == [None, (0, 0), (1, 0)]
    calculator._kind.value = "DepthwiseConv2D"
    assert field(calculator, "filters")[0].layout.display == "none"
    assert calculator.record.output_shape == (None, 5, 8, 4)


def test_a_layer_of_one_direction_takes_its_neighbours_along():
    calculator = Calculator([Conv2D(6, (3, 5)), DepthwiseConv2D(3)], (None, 9, 8, 4))
    calculator._kind.value = "Conv1D"
    assert [layer.layer for layer in calculator.record.layers] == ["Conv1D", "Conv1D"]
    assert calculator.record.input_shape == (None, 9, 4)
    assert calculator._sizes[1].layout.display == "none"
    assert calculator._sizes[0].description == "steps"
    calculator._kind.value = "SeparableConv2D"
    assert calculator.record.input_shape == (None, 9, 8, 4)


def test_both_data_formats_for_all_layers():
    calculator = Calculator([Conv2D(6, 3), Conv2D(5, 3)], (None, 9, 8, 4))
    calculator._format.value = "channels_first"
    assert calculator.record.input_shape == (None, 4, 9, 8)
    assert calculator.record.output_shape == (None, 5, 5, 4)


def test_a_size_of_0_is_an_unknown_one():
    calculator = Calculator(Conv2D(6, 3), (None, None, 8, 4))
    assert calculator._sizes[0].value == 0
    assert calculator.record.output_shape == (None, None, 6, 6)


def test_five_layers_at_most_and_one_at_least():
    calculator = Calculator()
    for _ in range(7):
        calculator._add.click()
    assert len(calculator.record.layers) == 5
    assert calculator._add.disabled
    for _ in range(7):
        calculator._remove.click()
    assert len(calculator.record.layers) == 1
    assert calculator._remove.disabled


def test_a_layer_behind_a_refused_one_waits():
    calculator = Calculator([Conv2D(8, 3), Conv2D(8, 9), Conv2D(8, 3)], (None, 10, 8, 3))
    calculator._tabs.index = 2
    assert "Layer 3 waits until layer 2 is legal." in calculator._report.value


def test_texts_follow_the_language_at_the_next_change():
    calculator = Calculator()
    assert calculator._add.description == "add a layer"
    set_language("zh_TW")
    calculator._add.click()
    assert calculator._add.description == "加一層"
    assert calculator._sizes[0].description == "高度"
    assert "乘加次數" in calculator._report.value
    assert "複製 Keras 程式碼" in calculator._code.value


def test_a_calculator_shows_the_layers_that_it_is_given():
    layers = [
        Conv1D(200, 31, padding="causal", groups=20, kernel_initializer="he_normal"),
        Conv1D(3, 2, dtype="float64", kernel_regularizer=convlab.regularizers.L2(0.3)),
    ]
    calculator = Calculator(layers, (7, 40, 20))
    assert calculator.record.input_shape == (7, 40, 20)
    assert "kernel_size=(31,)" in calculator.code
    assert "HeNormal" in str(calculator._stack[0].arguments["kernel_initializer"])
    assert field(calculator, "filters")[0].max == 200
    assert "dtype='float64'" in calculator.code


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


def test_a_name_stands_in_the_code_and_is_escaped_on_the_page():
    calculator = Calculator()
    field(calculator, "name")[0].value = "<b>"
    assert "name='<b>'" in calculator.code
    assert "name=&#x27;&lt;b&gt;&#x27;" in calculator._code.value
    field(calculator, "name")[0].value = "a/b"
    assert calculator.record.refusal.error.parameters["argument"] == "name"


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
    assert field(calculator, "padding")[0].value == "valid"
    calculator._tabs.index = 1
    assert field(calculator, "padding")[0].value == "same"


def test_more_layers_than_there_is_room_for_are_refused_with_the_first_five():
    for layers in ([Conv2D(n, 1) for n in range(1, 8)], (Conv2D(n, 1) for n in count(1))):
        with pytest.raises(ArgumentError, match="more than the 5 layers") as caught:
            Calculator(layers)
        (choice,) = caught.value.choices
        filters = [layer.made.filters for layer in Calculator(**choice).record.layers]
        assert filters == [1, 2, 3, 4, 5]


def test_an_empty_list_is_refused_with_the_usual_layer():
    with pytest.raises(ArgumentError, match="layers holds no layer") as caught:
        Calculator([])
    (choice,) = caught.value.choices
    assert Calculator(**choice).code == Calculator().code


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
    assert field(calculator, "activation")[0].value == "relu"
    assert "activation='relu', name='a')," in calculator.code


def test_arguments_that_do_not_fit_together_are_shown_with_a_way_out():
    calculator = Calculator(pair(strides=2, dilation_rate=(1, 2)))
    assert calculator.record.refusal.error.code == "dilated_strides"
    assert [one.value for one in field(calculator, "dilation_rate")] == [1, 2]
    calculator._choices[0].click()
    assert calculator.record.refusal is None


def test_layers_of_other_directions_are_shown_with_a_way_out():
    calculator = Calculator([Conv2D(2, 3), Conv1D(3, 5)], (None, 9, 8, 4))
    calculator._tabs.index = 1
    field(calculator, "filters")[0].value = 7
    assert calculator._stack[1].arguments["kernel_size"] == (5,)
    assert calculator.record.refusal.error.code == "input_shape"
    calculator._choices[0].click()
    assert calculator.record.refusal is None
    assert len(calculator.record.layers) == 2


def test_a_size_larger_than_any_slider_keeps_its_value():
    calculator = Calculator(Conv2D(10**6, 3), (None, 10**7, 8, 10**6))
    calculator._sizes[1].value = 9
    assert calculator.record.output_shape == (None, 10**7 - 2, 7, 10**6)
    assert "kernel_size=(3, 3)" in calculator.code
    assert len(field(Calculator(Conv2DTranspose(1, 3, 1000)), "output_padding")[0].options) < 50


def test_a_size_leaves_each_layers_data_format_as_it_was():
    calculator = Calculator([Conv2D(2, 1), Conv2D(2, 1, data_format="channels_first")])
    calculator._tabs.index = 1
    calculator._sizes[0].value = 9
    assert calculator.record.input_shape == (None, 9, 28, 1)


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
def test_an_object_of_the_readers_own_is_kept_and_shown(argument, value):
    layer = Conv2D(2, 3, **{argument: value})
    calculator = Calculator([layer, Conv2D(5, 3)], (None, 9, 8, 4))
    check_state(calculator)
    assert calculator.code.count("Conv2D(") == 2
    (control,) = field(calculator, argument)
    assert control.label == str(control.value) and 0 < len(control.label) <= 60
    assert " at 0x" not in control.label
    field(calculator, "filters")[0].value = 3
    assert getattr(calculator.record.layers[0].made, argument) is getattr(layer, argument)
    control.index = 0
    control.index = len(control.options) - 1
    calculator._kind.value = "SeparableConv2D"
    calculator._kind.value = "Conv2D"
    check_state(calculator)


def test_objects_that_look_alike_are_told_apart():
    layers = [Conv2D(2, 3, activation=Halved()) for _ in range(2)]
    calculator = Calculator(layers, (None, 9, 8, 2))
    for layer, record in zip(layers, calculator.record.layers, strict=True):
        assert record.made.activation is layer.activation


def test_one_calculators_own_values_are_not_offered_in_another():
    menu = field(Calculator(), "kernel_initializer")[0].options
    Calculator(Conv2D(2, 3, kernel_initializer=convlab.initializers.Constant(7.0)))
    assert field(Calculator(), "kernel_initializer")[0].options == menu


def test_the_first_axis_behind_the_batch_may_hold_the_channels():
    layer = Conv2D(2, 3, data_format="channels_first")
    calculator = Calculator(layer, (None, 3, 28, 20))
    assert calculator.record.input_shape == (None, 3, 28, 20)
    assert [control.value for control in calculator._sizes] == [28, 20]
    assert calculator._channels.value == 3
    assert Calculator(layer).record.input_shape == (None, 1, 28, 28)


@pytest.mark.parametrize(("dropped", "selected"), [(0, 0), (1, 1), (2, 1)])
def test_dropping_a_layer_selects_the_one_that_took_its_place(dropped, selected):
    calculator = Calculator([Conv2D(filters, 1) for filters in (2, 3, 4)])
    calculator._tabs.index = dropped
    calculator._remove.click()
    left = [filters for number, filters in enumerate((2, 3, 4)) if number != dropped]
    assert calculator._tabs.index == selected
    assert field(calculator, "filters")[0].value == left[selected]


def test_a_new_layer_is_the_selected_one():
    calculator = Calculator([Conv2D(2, 1), Conv2D(3, 1)])
    calculator._add.click()
    assert calculator._tabs.index == 2
    field(calculator, "filters")[0].value = 9
    assert [layer.made.filters for layer in calculator.record.layers] == [2, 3, 9]


def test_a_refusal_tells_the_layers_number():
    calculator = Calculator([Conv2D(8, 3), Conv2D(8, 9)], (None, 10, 8, 3))
    assert "<h4>2  Conv2D refuses" in calculator._refused.value


def test_a_choice_may_change_the_input_shape():
    calculator = Calculator(Conv2D(4, 3, groups=2), (None, 9, 8, 4))
    record = calculator.record
    legal = record.accepted[0]
    settings = Settings("Conv2D", calculator._current.arguments, (5, 7, 6, 2))
    refusal = Refusal(settings, ShapeError("no_channels"), (Choice({}, settings),))
    calculator._record = replace(record, layers=(refusal,))
    calculator._choices[0].click()
    assert calculator.record.input_shape == (5, 7, 6, 2)
    assert calculator.record.accepted[0].code == legal.code


def test_a_name_that_is_taken_away_is_gone():
    calculator = Calculator()
    for name in ("first", ""):
        field(calculator, "name")[0].value = name
        assert ("name='first'" in calculator.code) == bool(name)
    assert "name=" not in calculator.code


def test_one_direction_is_not_named_and_two_are():
    calculator = Calculator(Conv1D(2, 3))
    assert field(calculator, "kernel_size")[0].description == "kernel_size"
    calculator._kind.value = "Conv2D"
    labels = [control.description for control in field(calculator, "kernel_size")]
    assert labels == ["kernel_size · height", "kernel_size · width"]


def test_another_rank_keeps_the_first_windows_and_repeats_the_last():
    assert per_axis(3, 2) == (3, 3)
    assert per_axis((5,), 2) == (5, 5)
    assert per_axis((5, 7), 1) == (5,)
    assert per_axis((5, 7), 3) == (5, 7, 7)


def test_what_cannot_be_written_is_a_comment_behind_the_comma():
    calculator = Calculator([pair(activation=lambda z: z, name="#)"), Conv2D(1, 1)])
    assert "kernel_size=(3, 3), name='#)'),  # Cannot be written" in calculator.code
    (expression,) = ast.parse(calculator.code).body
    assert len(expression.value.args[0].elts) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_widget_the_report_and_the_code_are_still_there(language):
    with use_language(language):
        calculator = Calculator([Conv2D(2, 3, name="<b>")], (None, 9, 8, 4))
    data = calculator._repr_mimebundle_()
    assert data["text/plain"] == "Calculator([Conv2D], (None, 9, 8, 4))"
    assert "application/vnd.jupyter.widget-view+json" in data
    still = data["text/html"]
    assert calculator._report.value in still
    assert "<button" not in still and "onclick" not in still
    assert f"<pre>{html.escape(calculator.code)}</pre>" in still
    assert calculator.model_id not in still


def test_without_a_widget_a_refusal_and_its_choices_are_still_there():
    calculator = Calculator(Conv2D(2, 9), (None, 9, 8, 4))
    still = calculator._repr_mimebundle_()["text/html"]
    assert html.escape(str(calculator.record.refusal.error)) in still
    assert "kernel_size=(9, 8)" in still
    calculator._choices[0].click()
    assert "kernel_size=(9, 8)" in calculator.code
    assert "refuses" not in calculator._repr_mimebundle_()["text/html"]


def test_every_argument_of_every_layer_has_its_control():
    calculator = Calculator()
    names = {each.name for each in calculator._fields} | {"data_format"}
    for layer in LAYERS:
        assert set(defaults(layer)) <= names


def test_an_update_of_five_layers_takes_less_than_50_ms():
    calculator = Calculator([Conv2D(8, 3)] * 5, (None, 60, 50, 3))
    (slider, _), times = field(calculator, "kernel_size"), []
    for turn in range(30):
        start = time.perf_counter()
        slider.value = 1 + turn % 9
        times.append(time.perf_counter() - start)
    assert np.median(times) < 0.050

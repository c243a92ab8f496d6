"""The calculator without a browser: every control moved at random, every state shown."""

import os
import re
import time

import ipywidgets
import numpy as np
import pytest

import convlab
from convlab import Calculator, Conv1D, Conv2D, Conv2DTranspose, DepthwiseConv2D, set_language
from convlab.errors import ArgumentError
from convlab.layers import LAYERS
from convlab.widgets.fields import defaults

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
    assert len(Calculator([Conv2D(1, 1)] * 7).record.layers) == 5


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


def test_anything_but_layers_is_refused():
    with pytest.raises(ArgumentError, match="convlab's layers"):
        Calculator(["Conv2D"])


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

"""The calculator in hand: keys, fields, refusals, links, languages; for everybody, in one view."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import convlab
from convlab import Conv1D, Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D
from convlab.widgets.given import SHOWN, defaults
from tests.browser.axe import CORNERS, bring_axe, calm, serious
from tests.browser.stacks import (
    DEPTHS,
    ROOT,
    assert_true_to_explain,
    control_of,
    open_up,
    show,
    state_of,
)
from tests.browser.test_explorer_eyes import FRAME, come_to

STACK = [
    Conv2D(16, 3, padding="same", activation="relu"),
    SeparableConv2D(32, 3, strides=2),
    Conv2D(10, (5, 3)),
]


def calculator(**more: Any) -> convlab.Calculator:
    return convlab.Calculator(STACK, (None, 32, 40, 3), **more)


def kinds_of(page: Page) -> list[str]:
    return [layer["layer"] for layer in state_of(page)["layers"]]


# Layers


def test_layers_are_added_doubled_moved_and_dropped(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "later").click()
    assert kinds_of(offline) == ["SeparableConv2D", "Conv2D", "Conv2D"]
    assert state_of(offline)["selected"] == 1
    control_of(offline, "double").click()
    control_of(offline, "add").click()
    assert kinds_of(offline) == ["SeparableConv2D", *["Conv2D"] * 4]
    assert state_of(offline)["selected"] == 4
    control_of(offline, "earlier").click()
    control_of(offline, "layer.0").click()
    control_of(offline, "drop").click()
    assert kinds_of(offline) == ["Conv2D"] * 4
    assert_true_to_explain(state_of(offline))


def test_there_are_one_to_twelve_layers(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Calculator(Conv2D(2, 1)))
    assert control_of(offline, "drop").is_disabled()
    for _ in range(11):
        control_of(offline, "add").click()
    assert control_of(offline, "add").is_disabled()
    assert control_of(offline, "double").is_disabled()
    assert len(kinds_of(offline)) == 12
    assert_true_to_explain(state_of(offline))


def test_a_block_is_dragged_to_another_place(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "layer.1").drag_to(control_of(offline, "layer.2"))
    assert kinds_of(offline) == ["Conv2D", "Conv2D", "SeparableConv2D"]


def test_keys_walk_and_move_and_drop(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    come_to(control_of(offline, "layer.0"))
    keys = offline.keyboard
    keys.press("ArrowRight")
    assert offline.evaluate("document.activeElement.dataset.name") == "layer.1"
    keys.press("Alt+ArrowLeft")
    assert kinds_of(offline) == ["SeparableConv2D", "Conv2D", "Conv2D"]
    assert offline.evaluate("document.activeElement.dataset.name") == "layer.0"
    keys.press("Delete")
    assert kinds_of(offline) == ["Conv2D", "Conv2D"]
    keys.press("Home")
    assert state_of(offline)["selected"] == -1
    keys.press("Tab")
    assert offline.evaluate("document.activeElement.dataset.name") == "add"
    keys.press("Enter")
    assert len(kinds_of(offline)) == 3


def test_another_kind_keeps_what_it_can(offline: Page, tmp_path: Path) -> None:
    own = {"filters": 6, "kernel_size": (3, 5), "strides": (2, 1), "padding": "same"}
    pair = ("Conv2D", {**own, "name": "first"})
    show(offline, tmp_path, convlab.Calculator(pair, (None, 9, 8, 4)))
    control_of(offline, "layer").select_option("Conv2DTranspose")
    (told,) = state_of(offline)["layers"]
    kept = {name: told["arguments"][name] for name in own}
    assert kept == {**own, "kernel_size": [3, 5], "strides": [2, 1]}
    open_up(offline, "all")
    assert control_of(offline, "name").input_value() == "first"


def test_a_layer_of_one_direction_takes_the_others_along(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "layer").select_option("Conv1D")
    assert kinds_of(offline) == ["Conv1D", "SeparableConv1D", "Conv1D"]
    assert state_of(offline)["input_shape"] == [None, 40, 3]
    control_of(offline, "layer").select_option("DepthwiseConv2D")
    assert state_of(offline)["input_shape"] == [None, 28, 40, 3]
    assert_true_to_explain(state_of(offline))


def test_every_layer_and_every_argument_can_be_dialled(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Calculator())
    offered = control_of(offline, "layer").evaluate("one => [...one.options].map(o => o.value)")
    assert sorted(offered) == sorted(SHOWN)
    groups = offline.locator(f"{ROOT} optgroup").evaluate_all("all => all.map(one => one.label)")
    assert groups == ["Convolution", "Pooling", "Shape, dense and others"]
    open_up(offline, "all")
    for kind in SHOWN:
        control_of(offline, "layer").select_option(kind)
        names = offline.eval_on_selector_all(
            f"{ROOT} .rows [data-name]", "all => all.map(one => one.dataset.name.split('.')[0])"
        )
        assert {*names} >= {*defaults(kind), "dtype", "name", "trainable"}


# Numbers


def test_a_field_takes_large_numbers_and_says_what_it_cannot_use(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, calculator())
    field = control_of(offline, "filters.number")
    for wrong in ("0", "-3", "1.5", "100001", ""):
        field.fill(wrong)
        assert "1 to 100,000" in offline.inner_text(f"{ROOT} .wrong >> nth=0")
        assert state_of(offline)["layers"][0]["arguments"]["filters"] == 16
    field.press("Tab")
    assert field.input_value() == "16"
    assert offline.inner_text(f"{ROOT} .wrong >> nth=0") == ""
    field.fill("3000")
    assert state_of(offline)["rows"][0]["output_shape"][-1] == 3000
    assert control_of(offline, "filters").get_attribute("max") == "3000"


def test_an_empty_size_is_unknown(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Calculator(Conv2D(4, 3), (None, 9, 8, 3)))
    control_of(offline, "input").click()
    control_of(offline, "sizes.0.number").fill("")
    assert state_of(offline)["input_shape"] == [None, None, 8, 3]
    assert "(None, 8, 3) → (None, 6, 4)" in offline.inner_text(f"{ROOT} .totals")
    control_of(offline, "sizes.0.number").fill("100000")
    assert state_of(offline)["rows"][0]["output_shape"] == [None, 99_998, 6, 4]


def test_counts_are_whole_to_the_last_digit(offline: Page, tmp_path: Path) -> None:
    layers = [Conv2D(99_999, 7, padding="same")] * 2
    show(offline, tmp_path, convlab.Calculator(layers, (None, 99_999, 99_999, 99_999)))
    record = assert_true_to_explain(state_of(offline))
    assert record.multiply_adds is not None and record.multiply_adds > 2**53
    assert f"{record.multiply_adds:,}" in offline.inner_text(f"{ROOT} .totals")


def test_the_format_is_the_whole_stacks(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "input").click()
    control_of(offline, "data_format=channels_first").check(force=True)
    state = state_of(offline)
    assert state["input_shape"] == [None, 3, 32, 40]
    assert {layer["arguments"]["data_format"] for layer in state["layers"]} == {"channels_first"}
    assert_true_to_explain(state)


def test_what_is_told_is_what_explain_tells(offline: Page, tmp_path: Path) -> None:
    """Line by line: reckoning, weights, multiply-adds, bytes, the dense layer."""
    layers = [
        Conv2D(4, (3, 5), strides=2, padding="same"),
        Conv2DTranspose(6, 4, strides=3, dtype="float64"),
        SeparableConv2D(9, 3, depth_multiplier=2, use_bias=False),
        DepthwiseConv2D(3, strides=2, padding="same"),
    ]
    shapes = [(None, 31, 17, 3), (None, None, 17, 3)]
    for shape in shapes:
        stack = convlab.Calculator(layers, shape)
        show(offline, tmp_path, stack)
        open_up(offline, "depth.costs")
        for index, record in enumerate(stack.record.accepted):
            control_of(offline, f"layer.{index}").click()
            told = offline.inner_text(f"{ROOT} .reasons")
            lines = [line for axis in record.axes for line in axis.steps]
            for step in lines:
                assert step.written(brief=True) in told
            for weight in record.weights:
                assert re.search(rf"{weight.name}\s+{re.escape(str(weight.shape))}\s", told)
            assert record.multiply_adds_step.value is None or (
                f"= {record.multiply_adds:,}" in told
            )
            costs = str(record).partition("for one sample")[2]
            for line in costs.splitlines()[2:]:
                *_, words = re.split(r"\s{2,}", line.strip())
                assert words in told, words


LENET = [
    Conv2D(6, 5, padding="same", activation="tanh"),
    convlab.MaxPooling2D(3, padding="same"),
    convlab.AveragePooling2D(2),
    convlab.BatchNormalization(center=False),
    convlab.Flatten(),
    convlab.Dense(120, activation="tanh"),
    convlab.Dropout(0.25),
    convlab.Dense(10),
]


def test_a_network_is_told_layer_by_layer_and_written_for_pytorch(
    offline: Page, tmp_path: Path
) -> None:
    stack = convlab.Calculator(LENET, (None, 29, 30, 1))
    show(offline, tmp_path, stack)
    open_up(offline, "depth.costs", "depth.code")
    for index, record in enumerate(stack.record.accepted):
        control_of(offline, f"layer.{index}").click()
        told = offline.inner_text(f"{ROOT} .reasons")
        assert record.reason is None or str(record.reason) in told
        for axis in record.axes:
            assert all(step.written(brief=True) in told for step in axis.steps)
        for weight in record.weights:
            assert re.search(rf"{weight.name}\s+{re.escape(str(weight.shape))}\s", told)
        assert f"= {record.multiply_adds:,}" in told
    assert_true_to_explain(state_of(offline))
    control_of(offline, "code.pytorch").click()
    code = offline.inner_text(f"{ROOT} pre")
    for line in (
        "nn.ConstantPad2d((0, 0, 0, 1), float('-inf')),",
        "nn.AvgPool2d((2, 2), stride=(2, 2)),",
        "# BatchNormalization with these arguments is no module of PyTorch",
        "nn.Flatten(),",
        "nn.Linear(150, 120, bias=True),\n    nn.Tanh(),\n    nn.Dropout(0.25),",
    ):
        assert line in code, line


# Refusals


def test_a_layer_behind_flatten_that_needs_directions_has_ways_out(
    offline: Page, tmp_path: Path
) -> None:
    layers = [Conv2D(4, 3), convlab.Flatten(), convlab.Dense(8)]
    show(offline, tmp_path, convlab.Calculator(layers, (None, 9, 8, 3)))
    control_of(offline, "layer.2").click()
    control_of(offline, "layer").select_option("MaxPooling2D")
    assert "must hold 4 sizes (batch, height, width, channels)" in offline.inner_text(
        f"{ROOT} .refusal p"
    )
    texts = offline.locator(".ways button").all_inner_texts()
    assert texts[:2] == ["without 3 MaxPooling2D", "without 2 Flatten"]
    offline.locator(".ways button").nth(1).click()
    assert kinds_of(offline) == ["Conv2D", "MaxPooling2D"]
    assert state_of(offline)["refused"] is None
    assert_true_to_explain(state_of(offline))


def test_a_refusal_further_on_is_told_at_the_dial_that_caused_it(
    offline: Page, tmp_path: Path
) -> None:
    layers = [Conv2D(16, 3), Conv2D(16, 3, strides=2), Conv2D(8, 5)]
    show(offline, tmp_path, convlab.Calculator(layers, (None, 14, 14, 3)))
    control_of(offline, "kernel_size.number").fill("9")
    assert state_of(offline)["refused"]["layer"] == 2
    said = offline.inner_text(f"{ROOT} .refusal p")
    assert said.startswith("Layer 3, Conv2D, now refuses")
    texts = offline.locator(".ways button").all_inner_texts()
    assert texts == [
        "3 Conv2D: kernel_size=(2, 2)",
        '3 Conv2D: padding="same"',
        "kernel_size=(3, 3)",
    ]
    # The picture keeps what was.
    assert offline.locator(f"{ROOT} .past svg").count() == 1
    offline.locator(".ways button").nth(1).click()
    assert state_of(offline)["refused"] is None
    assert_true_to_explain(state_of(offline))


def test_a_stack_that_opens_refused_shows_all_its_dials_and_scrolls_nowhere(
    phone: Page, tmp_path: Path
) -> None:
    layers = [Conv2D(8, 3), ("Conv2D", {"filters": 9, "kernel_size": 3, "groups": 2})]
    show(phone, tmp_path, convlab.Calculator(layers, (None, 28, 28, 1)))
    assert phone.evaluate("scrollY") == 0
    top = phone.evaluate("document.querySelector('.refusal').getBoundingClientRect().top")
    for dial in phone.locator(f"{ROOT} .dials :is(input, select):visible").all():
        assert dial.evaluate("dial => dial.getBoundingClientRect().bottom") <= top


def test_the_last_way_leads_back(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    before = state_of(offline)
    control_of(offline, "kernel_size.number").fill("200")
    control_of(offline, "padding=valid").check(force=True)
    assert state_of(offline)["refused"]["code"] == "window_too_large"
    offline.locator(".ways button").last.click()
    assert state_of(offline)["rows"] != []
    assert state_of(offline)["refused"] is None
    assert state_of(offline)["input_shape"] == before["input_shape"]


# Code, links, language


def test_the_code_for_keras_is_python_s(offline: Page, tmp_path: Path) -> None:
    layers = [
        *STACK,
        Conv2D(
            8, 3, groups=2, activation=lambda z: z, kernel_regularizer=convlab.regularizers.L2(0.3)
        ),
        Conv2DTranspose(2, 3, 2, output_padding=1),
        convlab.ZeroPadding2D(((1, 2), (0, 3))),
        convlab.MaxPooling2D(3, padding="same"),
        convlab.Flatten(),
        convlab.Dense(3, activation="softmax"),
        convlab.Dropout(0.25),
    ]
    stack = convlab.Calculator(layers, (None, 32, 40, 3))
    stack.layers = [(name, {**own, "name": f"l{i}"}) for i, (name, own) in enumerate(stack.layers)]
    show(offline, tmp_path, stack)
    open_up(offline, "depth.code")
    lines = offline.locator(f"{ROOT} pre code span").all_inner_texts()
    assert [line.rstrip() for line in lines] == [line.rstrip() for line in stack.code.splitlines()]


def test_the_code_for_pytorch_holds_every_layer(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Calculator(STACK, (None, None, 40, 3)))
    open_up(offline, "depth.code")
    control_of(offline, "code.pytorch").click()
    code = offline.inner_text(f"{ROOT} pre")
    assert "nn.Conv2d(3, 16, (3, 3), stride=(1, 1), dilation=(1, 1), padding=(1, 1)" in code
    assert "nn.Conv2d(16, 32, (1, 1), bias=True)" in code and "nn.ReLU()" in code
    control_of(offline, "layer.1").click()
    control_of(offline, "padding=same").check(force=True)
    assert "size that is not known" in offline.inner_text(f"{ROOT} pre")
    assert "NaN" not in offline.inner_text(f"{ROOT} pre")


def test_the_address_holds_the_stack_and_python_reads_it(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "kernel_size.number").fill("5")
    control_of(offline, "padding=valid").check(force=True)
    open_up(offline, "all")
    control_of(offline, "name").fill("it's")
    offline.wait_for_function("() => location.hash.includes('name=')")
    state, address = state_of(offline), offline.url
    read = convlab.Calculator.from_link(address)
    assert read.unread == []
    assert [layer["arguments"] for layer in read.shown["layers"]] == [
        layer["arguments"] for layer in state["layers"]
    ]
    assert read.layers[0][1]["name"] == "it's"
    offline.reload()
    offline.wait_for_selector(f"{ROOT}[data-state]")
    assert state_of(offline)["layers"] == state["layers"]


@pytest.mark.parametrize("number", range(3))
def test_a_link_from_python_opens_the_same_here(offline: Page, tmp_path: Path, number: int) -> None:
    stack = [
        calculator(),
        convlab.Calculator([Conv1D(9, 7, padding="causal")] * 12, (3, None, 4)),
        convlab.Calculator(Conv2DTranspose(2, 3, 2, output_padding=(1, 0)), (None, 5, 5, 1)),
    ][number]
    show(offline, tmp_path, convlab.Calculator(), stack.link())
    state = state_of(offline)
    assert state["input_shape"] == stack.shown["input_shape"]
    assert state["layers"] == [
        {"layer": one["layer"], "arguments": one["arguments"]} for one in stack.shown["layers"]
    ]


def test_what_a_link_cannot_mean_is_named(offline: Page, tmp_path: Path) -> None:
    link = "#input=none,9&layer=Conv2D&filters=0&<b>=1&layer=Reshape&kernel_size=5,5"
    show(offline, tmp_path, calculator(), link)
    said = offline.inner_text(f"{ROOT} .notice")
    for part in ("input", "filters=0", "layer=Reshape"):
        assert part in said
    assert offline.locator(f"{ROOT} b").count() == 0
    assert state_of(offline)["layers"][0]["arguments"]["kernel_size"] == [5, 5]


def test_the_language_switches_while_it_runs(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    control_of(offline, "layer.1").click()
    open_up(offline, "all", "depth.costs", "menu")
    control_of(offline, "language=zh_TW").check(force=True)
    # What is read aloud follows a little later.
    offline.wait_for_function("() => !document.body.innerText.includes('multiply')")
    words = offline.inner_text(ROOT)
    assert "感受野" in words and "乘加次數" in words and "multiply" not in words
    assert state_of(offline)["selected"] == 1
    assert offline.get_attribute(ROOT, "lang") == "zh-Hant-TW"
    control_of(offline, "kernel_size.number").fill("99")
    assert "卷積核" in offline.inner_text(f"{ROOT} .refusal")


def test_a_state_of_another_version_is_taken_as_far_as_it_is_known(
    offline: Page, tmp_path: Path
) -> None:
    stack = calculator()
    layers = stack.shown["layers"]
    layers[0]["arguments"]["wings"] = 2
    layers[1]["layer"] = "Reshape"
    del layers[2]["arguments"]["strides"]
    stack._take(shown={"layers": layers, "colour": "red"})
    show(offline, tmp_path, stack)
    assert kinds_of(offline) == ["Conv2D", "Conv2D"]
    assert "wings" in offline.inner_text(f"{ROOT} .notice")
    assert "Reshape" in offline.inner_text(f"{ROOT} .notice")
    assert_true_to_explain(state_of(offline))


# For everybody, in one view


def refuse(page: Page) -> None:
    control_of(page, "kernel_size.number").fill("99")
    control_of(page, "padding=valid").check(force=True)


def test_a_page_is_accessible_and_fits(offline: Page, tmp_path: Path) -> None:
    """In both languages, light and dark, on a telephone and on a desk, all of it open."""
    for stack in (calculator(), convlab.Calculator(Conv1D(2, 3), (None, None, 3))):
        show(offline, tmp_path, stack, "#strange=1")
        bring_axe(offline)
        open_up(offline, "menu", "all", *(f"depth.{name}" for name in DEPTHS))
        for language, scheme, width in CORNERS:
            calm(offline, scheme)
            offline.set_viewport_size({"width": width, "height": 700})
            control_of(offline, f"language={language}").check(force=True)
            offline.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
            assert serious(offline) == [], (language, scheme, width)


def test_a_refusal_is_accessible(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    bring_axe(offline)
    schemes: list[Any] = ["light", "dark"]
    for scheme in schemes:
        calm(offline, scheme)
        refuse(offline)
        assert offline.locator(".ways button").count() > 1
        assert serious(offline) == [], scheme


def test_every_control_has_a_name_for_a_screen_reader(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, calculator())
    open_up(offline, "menu", "all")
    nameless = offline.locator(f"{ROOT} :is(button, input, select):visible").evaluate_all(
        """all => all.filter(one => !(one.ariaLabel || one.textContent.trim() ||
            [...(one.labels ?? [])].some(label => label.textContent.trim())) || !one.dataset.name)
            .map(one => one.outerHTML)"""
    )
    assert nameless == []


# The chosen block, and the line that ends with the stack's output, are on screen and uncovered.
UNSEEN = """() => {
const all = document.querySelectorAll('[aria-selected=true].block, .totals');
return [...all].filter(one => {
    const box = one.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1
        || box.right > innerWidth + 1 || !(met && one.contains(met));
}).map(one => one.className);
}"""


@pytest.mark.parametrize("place", ["desk", "telephone"])
def test_the_output_is_seen_while_any_dial_is_moved(
    offline: Page, phone: Page, tmp_path: Path, place: str
) -> None:
    page = offline if place == "desk" else phone
    show(page, tmp_path, calculator())
    open_up(page, "all")
    moved = 0
    for block in ("input", "layer.0", "layer.1", "layer.2"):
        control_of(page, block).click()
        names = page.eval_on_selector_all(
            f"{ROOT} .rows :is(input, select)",
            """all => all.filter(one => one.checkVisibility() && (one.type !== 'radio' ||
                one.checked)).map(one => one.dataset.name)""",
        )
        for name in names:
            control = control_of(page, name)
            if not control.is_visible():
                continue
            if control.get_attribute("type") == "radio":
                control = page.locator(f'{ROOT} [data-name="{name}"]:checked')
            come_to(control)
            control.press("ArrowRight" if control.get_attribute("type") != "number" else "ArrowUp")
            page.evaluate(f"async () => {{ {FRAME}; }}")
            assert page.evaluate(UNSEEN) == [], (block, name)
            moved += 1
            if state_of(page)["refused"]:
                way = page.locator(".ways button").last
                box, size = way.bounding_box(), page.viewport_size
                assert box and size and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
                way.click()
    assert moved > 40


def test_a_finger_s_targets_are_forty_pixels(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, calculator())
    open_up(phone, "all", "menu", "depth.code")
    small = phone.locator(f"{ROOT} :is(button, select, input):visible").evaluate_all(
        """all => all.map(one => [one.dataset.name ?? one.textContent,
            (one.type === 'checkbox' ? one.closest('label') : one).getBoundingClientRect()])
            .filter(([, box]) => box.height < 40 || box.width < 40).map(([name]) => name)"""
    )
    assert small == []

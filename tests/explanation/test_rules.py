"""The rules that the browser is sent: they say what geometry and the layers say."""

from __future__ import annotations

from itertools import product
from math import isnan, prod
from typing import Any

import numpy as np
import pytest

from convlab.errors import ConvlabError
from convlab.explanation.costs import multiply_adds
from convlab.explanation.formulas import evaluate, tree
from convlab.explanation.rules import layer_rules, rules
from convlab.geometry import Axis, TransposedAxis
from convlab.geometry.fields import ReceptiveField
from convlab.layers import LAYERS
from tools.browser.settings import drawn, input_shape, judged, layer_of, quoted

RULES = rules()
WORDS = {
    f"{name}_{value}": 0
    for name, values in {
        "padding": ["valid", "same", "causal"],
        "data_format": ["channels_first", "channels_last"],
        "activation": ["linear", "relu", "glu"],
        "op": ["none"],
    }.items()
    for value in values
}
each_layer = pytest.mark.parametrize("name", LAYERS)
Settings = dict[str, Any]
Numbers = dict[str, Any]


# The trees read as the browser reads them.


def reckoned(lines: list[Any], numbers: Numbers) -> Numbers:
    for symbol, formula in lines:
        numbers = {**numbers, symbol: evaluate(formula, numbers)}
    return numbers


def direction(name: str, settings: Settings, index: int) -> Numbers:
    given: Numbers = dict(WORDS)
    for letter, argument in RULES["letters"].items():
        value = settings.get(argument, ())
        if value is None:
            given["op_none"] = 1
        elif value:
            given[letter] = value[index]
    case = settings["padding"]
    kind = "convolution"
    if layer_rules(name)["transposed"]:
        kind, case = "transposed", f"{case} {'none' if given['op_none'] else 'given'}"
    numbers = reckoned([*RULES[kind][case], *RULES["measures"]], given)
    if given["n"] > 0:
        return numbers
    # Nothing is known of what depends on an unknown size: as in the browser it is not a number.
    return reckoned(RULES["unknown" if isnan(given["n"]) else "empty"].get(case, []), numbers)


def directions(name: str, settings: Settings) -> list[Numbers]:
    return [direction(name, settings, index) for index in range(LAYERS[name].rank)]


def whole(settings: Settings, axes: list[Numbers]) -> Numbers:
    found: Numbers = {**WORDS, "batch": 1}
    for argument, value in settings.items():
        if isinstance(value, str):
            found[f"{argument}_{value}"] = 1
        elif isinstance(value, int | float):
            found[argument] = value
    for symbol in axes[0]:
        values = [axis[symbol] for axis in axes]
        found |= {f"most_{symbol}": max(values), f"product_{symbol}": prod(values)}
        found |= {f"first_{symbol}": values[0], f"last_{symbol}": values[-1]}
    return found


def refused(name: str, settings: Settings) -> tuple[dict[str, Any], int, list[Numbers]] | None:
    """The first rule that holds, the direction that it holds in, and the numbers."""
    axes = directions(name, settings)
    layer = whole(settings, axes)
    numbers = [{**layer, **axis, **{w: layer[w] | axis[w] for w in WORDS}} for axis in axes]
    for rule in layer_rules(name)["refusals"]:
        for index, known in enumerate(numbers if rule["scope"] == "axis" else [layer]):
            if evaluate(rule["when"], known):
                return rule, index, [layer, *numbers]
    return None


def said(word: Any, settings: Settings, numbers: Numbers, index: int) -> Any:
    match word:
        case {"setting": argument}:
            return str(settings[argument])
        case {"number": formula}:
            return str(known(evaluate(formula, numbers)))
        case {"tuple": formulas}:
            found = [evaluate(formula, numbers) for formula in formulas]
            return str(tuple(map(known, found)))
        case {"ones": True}:
            return str((1,) * len(settings["sizes"]))
        case {"axis": True}:
            name = (["steps"], ["height", "width"])[len(settings["sizes"]) - 1][index]
            return {"term": f"axis.{name}", "with": {}}
        case {"term": key, "with": words}:
            return {
                "term": key,
                "with": {k: said(w, settings, numbers, index) for k, w in words.items()},
            }
    return {"list": [str(number) for number in listed(word, numbers)]}


def known(number: Any) -> Any:
    """The number, or ``None`` while it is unknown."""
    return None if isnan(number) else number


def listed(each: Any, numbers: Numbers) -> list[int]:
    every = range(1, int(evaluate(each["most"], numbers)) + 1)
    found = [n for n in every if evaluate(each["where"], {**numbers, each["each"]: n})]
    return [n for n in found if n <= each["few"] or n == found[-1]]


def choices(rule: Any, settings: Settings, numbers: list[Numbers]) -> list[Settings]:
    found = []
    for change in rule["choices"]:
        argument, to = change["setting"], change["to"]
        if not evaluate(change.get("when", 1), numbers[0]):
            continue
        value: Any = to
        if to is not None and not isinstance(to, str):
            value = tuple(evaluate(to, axis) for axis in numbers[1:])
            value = value if isinstance(settings[argument], tuple) else value[0]
        found.append({argument: value})
    if "nearest" in rule:
        argument, now = rule["nearest"]["setting"], settings[rule["nearest"]["setting"]]
        near = sorted(listed(rule["nearest"], numbers[0]), key=lambda n: abs(n - now))
        found += [{argument: number} for number in near]
    return [c for c in found if any(settings[a] != value for a, value in c.items())]


# What they say.


@each_layer
def test_the_rules_give_the_layers_verdict_and_its_words(name: str) -> None:
    refusals = 0
    for settings in drawn(name, 11_000):
        verdict, told = judged(name, settings), refused(name, settings)
        assert (told is None) != isinstance(verdict, ConvlabError), settings
        if told is not None and isinstance(verdict, ConvlabError):
            rule, index, numbers = told
            known = numbers[index + 1] if rule["scope"] == "axis" else numbers[0]
            words = {w: said(v, settings, known, index) for w, v in rule["words"].items()}
            assert (rule["code"], words) == (verdict.code, quoted(verdict)), settings
            refusals += 1
    assert 1_000 < refusals < 10_000


@each_layer
def test_the_rules_offer_what_the_layer_offers_in_its_order(name: str) -> None:
    for settings in drawn(name, 2_000, seed=1):
        verdict, told = judged(name, settings), refused(name, settings)
        if told is None or not isinstance(verdict, ConvlabError):
            continue
        rule, _, numbers = told
        raw, offered = choices(rule, settings, numbers), list(verdict.choices)
        assert [c for c in raw if c in offered] == [c for c in offered if c in raw], settings
        # What needs no other change is offered as it is, what is not offered needs one.
        if any(len(choice) == 1 for choice in offered):
            assert all(choice in raw for choice in offered), settings
        for choice in raw:
            if choice not in offered:
                assert isinstance(judged(name, {**settings, **choice}), ConvlabError), settings


@each_layer
def test_the_reckoning_gives_geometrys_numbers(name: str) -> None:
    compared = 0
    for settings in drawn(name, 6_000, seed=2):
        geometry = judged(name, settings)
        if isinstance(geometry, ConvlabError):
            continue
        for axis, numbers in zip(geometry.stages[0].axes, directions(name, settings), strict=True):
            assert numbers["out"] == axis.output_size
            assert numbers["e"] == axis.effective_kernel
            if isinstance(axis, TransposedAxis):
                ends = axis.full_size, axis.crop_before, axis.crop_after
                assert tuple(numbers[x] for x in ("full", "c0", "c1")) == ends
            else:
                ends = axis.before, axis.after, axis.tail
                assert tuple(numbers[x] for x in ("p0", "p1", "t")) == ends
            compared += 1
    assert compared > 2_000


def wired(view: str, numbers: Numbers, windows: int) -> tuple[list[Any], list[list[int]]]:
    wiring = RULES["wiring"][view]
    places: list[Any] = []
    for slot in range(int(evaluate(wiring["slots"], numbers))):
        known = {**numbers, "slot": slot}
        known["place"] = evaluate(wiring["place"], known)
        places.append(known["place"] if evaluate(wiring["inside"], known) else None)
    taps = [
        [int(evaluate(wiring["slot"], {**numbers, "o": w, "i": w, "j": j})) for j in range(k)]
        for k in [numbers["k"]]
        for w in range(windows)
    ]
    return places, taps


def fed(places: list[Any], taps: list[list[int]]) -> list[tuple[Any, ...]]:
    return [tuple(places[slot] for slot in row) for row in taps]


def few(name: str, count: int) -> Any:
    """Axes of geometry with the rules' numbers."""
    for settings in drawn(name, count, seed=3):
        geometry = judged(name, settings)
        if not isinstance(geometry, ConvlabError):
            yield from zip(geometry.stages[0].axes, directions(name, settings), strict=True)


def test_the_window_lies_where_geometry_says() -> None:
    for axis, numbers in [*few("Conv1D", 600), *few("Conv2D", 400)]:
        places, taps = wired("window", numbers, axis.output_size)
        assert fed(places, taps) == [axis.sources(o) for o in range(axis.output_size)]
        assert len(places) == axis.padded_size and places.count(None) == axis.before + axis.after


def test_stamps_and_zeros_lie_where_geometry_says() -> None:
    unreached = 0
    for axis, numbers in few("Conv2DTranspose", 500):
        places, stamps = wired("stamps", numbers, axis.input_size)
        assert fed(places, stamps) == [axis.targets(i) for i in range(axis.input_size)]
        # All outputs stand on the line, also those that no stamp reaches.
        assert [o for o in places if o is not None] == list(range(axis.output_size))
        unreached += axis.crop_after < 0
        places, taps = wired("gather", numbers, axis.output_size)
        assert fed(places, taps) == [axis.sources(o) for o in range(axis.output_size)]
        line = Axis(axis.inserted.size, 1, 1, 1, axis.inserted.before, axis.inserted.after)
        zeros = [line.sources(slot)[0] for slot in range(line.output_size or 0)]
        stands = {axis.inserted_position(i): i for i in range(axis.input_size)}
        assert places == [None if zero is None else stands.get(zero) for zero in zeros]
    assert unreached > 10


@each_layer
def test_parameters_and_multiply_adds_are_those_of_the_layer(name: str) -> None:
    for settings in drawn(name, 400, seed=4):
        geometry = judged(name, settings)
        if isinstance(geometry, ConvlabError):
            continue
        numbers = whole(settings, directions(name, settings))
        layer = layer_of(name, settings)
        layer.build(input_shape(settings))
        assert evaluate(layer_rules(name)["parameters"], numbers) == layer.count_params()
        products = sum(multiply_adds(stage) or 0 for stage in geometry.stages)
        assert evaluate(layer_rules(name)["multiply_adds"], numbers) == products


def test_the_receptive_field_grows_as_geometry_says() -> None:
    kinds = {"Conv1D": "convolution", "Conv2DTranspose": "transposed"}
    stacks = zip(few("Conv1D", 200), few("Conv2DTranspose", 200), strict=False)
    for pair in stacks:
        field, numbers = ReceptiveField(), {"r": 1, "jump": 1, "start": 0, "unit": 1}
        for name, (axis, own) in zip(kinds, pair, strict=True):
            field = field.through(axis)
            numbers = reckoned(RULES["field"][kinds[name]], {**own, **numbers})
            numbers = {symbol: numbers[symbol] for symbol in ("r", "jump", "start", "unit")}
            assert all((numbers[part] * numbers["unit"]) % 1 == 0 for part in ("jump", "start"))
            assert (numbers["r"] - 1, numbers["jump"]) == (field.reach, field.jump)
            assert numbers["start"] == field.start


def test_a_symmetric_pad_is_the_smallest_that_gives_the_size_of_same() -> None:
    found = 0
    for n, k, s, d in product(range(1, 17), range(1, 8), range(1, 9), range(1, 4)):
        numbers = direction("Conv1D", same(n, k, s, d), 0)
        laid = reckoned(RULES["symmetric"], numbers)
        pads = [q for q in range(30) if Axis(n, k, s, d, q, q).output_size == numbers["out"]]
        assert (laid["q"] if laid["out"] == numbers["out"] else None) == next(iter(pads), None)
        assert laid["out"] == Axis(n, k, s, d, laid["q"], laid["q"]).output_size
        found += bool(pads)
    assert 1_000 < found < 2_600


def same(n: int, k: int, s: int, d: int) -> Settings:
    numbers = {"sizes": n, "kernel_size": k, "strides": s, "dilation_rate": d}
    return {"padding": "same", **{name: (number,) for name, number in numbers.items()}}


@each_layer
def test_an_impulse_in_one_weight_lights_the_outputs_that_the_links_name(name: str) -> None:
    for settings in drawn(name, 40, seed=5):
        sliding = ("sizes", "kernel_size", "strides", "dilation_rate")
        plain = dict.fromkeys(sliding, (1,) * LAYERS[name].rank)
        settings |= {**plain, "padding": "valid", "data_format": "channels_last"}
        settings |= {"activation": "linear", "use_bias": False}
        settings |= {"output_padding": None} if "output_padding" in settings else {}
        if not isinstance(judged(name, settings), ConvlabError):
            assert_links(name, settings)


def assert_links(name: str, settings: Settings) -> None:
    numbers = whole(settings, directions(name, settings))
    layer = layer_of(name, settings)
    layer.build(input_shape(settings))
    for place, stage in enumerate(layer_rules(name)["stages"]):
        shape = layer.weights[place].shape
        assert [evaluate(length, numbers) for length in stage["kernel"]] == list(shape[-2:])
        for f in range(int(evaluate(stage["outputs"], numbers))):
            for c in range(int(evaluate(stage["met"], numbers))):
                known = {**numbers, "f": f, "c": c}
                channel, a, b = (evaluate(stage[part], known) for part in ("channel", "a", "b"))
                lit = outputs_of(layer, place, int(channel), int(a), int(b), numbers)
                assert lit == [f], (settings, f, c)


def outputs_of(layer: Any, place: int, channel: int, a: int, b: int, numbers: Numbers) -> list[int]:
    """The outputs of a stage that one weight carries one channel to, through the real layer."""
    weights = [np.zeros_like(weight) for weight in layer.weights]
    weights[place][..., a, b] = 1.0
    x = np.zeros((1, *(1,) * layer.rank, numbers["channels"]))
    if len(weights) == 1:
        x[..., channel] = 1.0
        layer.set_weights(weights)
        return [int(f) for f in np.flatnonzero(layer(x))]
    # Of two stages the other is made to let each number through, one after the other.
    depth = numbers["depth_multiplier"]
    if place == 1:
        weights[0][..., channel // depth, channel % depth] = 1.0
        layer.set_weights(weights)
        return [int(f) for f in np.flatnonzero(layer(x + 1.0))]
    x[..., channel] = 1.0
    return [f for f in range(numbers["channels"] * depth) if lets_through(layer, weights, x, f)]


def lets_through(layer: Any, weights: list[Any], x: Any, middle: int) -> bool:
    weights[1][...] = 0.0
    weights[1][..., middle, 0] = 1.0
    layer.set_weights(weights)
    return bool(np.any(layer(x)))


@pytest.mark.parametrize("expression", ["n / 2", "n ** 2", "x.y", "floor(n)", "root(n, 2)", "'n'"])
def test_a_formula_outside_of_the_grammar_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        tree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 2 * 3 - 4",
        "1 < 2 <= 2 == 2",
        "not 2 < 1 and (0 == 1 or 1 <= 1)",
        "5 if 2 < 1 else 7 if 1 else 8",
        "min(3, max(-2, 1))",
    ],
)
def test_a_tree_has_the_value_that_python_gives_the_expression(expression: str) -> None:
    assert evaluate(tree(expression), {}) == eval(expression)

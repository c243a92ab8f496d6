"""The rules on what an explorer never shows: sizes unknown or 0, any batch, many groups; costs."""

from __future__ import annotations

from math import nan
from random import Random
from typing import Any

import pytest

from convlab.explanation import Explanation, Refusal, explain
from convlab.explanation.formulas import evaluate
from convlab.explanation.rules import layer_rules, rules
from convlab.geometry import TransposedAxis
from convlab.layers import LAYERS
from tests.explanation.test_rules import directions, known, reckoned, refused, said, whole
from tools.browser.settings import Settings, drawn, quoted

RULES = rules()
EACH = 2_000
COUNTS = ("batch", "channels")
each_layer = pytest.mark.parametrize("name", LAYERS)


def odd(name: str, seed: int = 0) -> Any:
    """Settings with the batch, and some sizes None or 0."""
    random = Random(f"{name} {seed}")
    for settings in drawn(name, EACH, seed=seed):
        sizes = tuple(random.choice([None, 0, n, n, n, n]) for n in settings["sizes"])
        own = {"sizes": sizes, "batch": random.choice([None, 1, 32])}
        if random.random() < 0.05:
            own["channels"] = random.choice([None, 0])
        yield {**settings, **own}


def explained(name: str, settings: Settings) -> Explanation | Refusal:
    own = {a: v for a, v in settings.items() if a not in ("sizes", "channels", "batch")}
    inside = list(settings["sizes"])
    place = 0 if settings["data_format"] == "channels_first" else len(inside)
    inside.insert(place, settings["channels"])
    return explain((name, own), (settings["batch"], *inside))


def numbered(settings: Settings) -> Settings:
    """As the browser reckons: what is unknown is not a number."""
    sizes = tuple(nan if n is None else n for n in settings["sizes"])
    counts = {name: nan if settings[name] is None else settings[name] for name in COUNTS}
    return {**settings, "sizes": sizes, **counts}


@each_layer
def test_a_refusal_is_the_layers_whatever_is_unknown_or_0(name: str) -> None:
    refusals = 0
    for settings in odd(name):
        record, told = explained(name, settings), refused(name, numbered(settings))
        # An empty output is refused by the explorer alone.
        told = None if told and told[0]["code"] == "explorer_empty" else told
        assert (told is None) == isinstance(record, Explanation), settings
        if told is not None and isinstance(record, Refusal):
            rule, index, numbers = told
            own = numbers[index + 1] if rule["scope"] == "axis" else numbers[0]
            words = {w: said(v, settings, own, index) for w, v in rule["words"].items()}
            assert (rule["code"], words) == (record.error.code, quoted(record.error)), settings
            refusals += 1
    assert 300 < refusals < EACH - 300


@each_layer
def test_the_reckoning_knows_what_geometry_knows(name: str) -> None:
    compared = 0
    for settings in odd(name, seed=1):
        record = explained(name, settings)
        if isinstance(record, Refusal):
            continue
        axes = record.geometry.stages[0].axes
        for axis, numbers in zip(axes, directions(name, numbered(settings)), strict=True):
            assert known(numbers["out"]) == axis.output_size, settings
            if isinstance(axis, TransposedAxis):
                assert (numbers["c0"], numbers["c1"]) == (axis.crop_before, axis.crop_after)
            else:
                assert (known(numbers["p0"]), known(numbers["p1"])) == (axis.before, axis.after)
            compared += axis.input_size is None or axis.input_size == 0
    assert compared > 100


@each_layer
def test_output_and_costs_are_those_of_explain(name: str) -> None:
    layer, compared = layer_rules(name), 0
    for settings in drawn(name, EACH, seed=2):
        record = explained(name, {**settings, "batch": None})
        if isinstance(record, Refusal):
            continue
        numbers = whole(settings, directions(name, settings)) | {"itemsize": 4}
        numbers |= {part: evaluate(layer[part], numbers) for part in ("parameters",)}
        found = reckoned([*layer["costs"], *RULES["costs"]], numbers)
        assert found["parameters"] == record.parameters
        memory, dense = record.bytes, record.dense
        kinds = ("input_bytes", "output_bytes", "weight_bytes")
        sizes = (memory.input, memory.output, memory.weights)
        assert tuple(found[kind] for kind in kinds) == sizes
        assert dense is not None and found["dense"] == dense.parameters
        assert reckoned(layer["products"], numbers)["M"] == record.multiply_adds
        assert output_of(layer, settings, numbers) == list(record.output_shape[1:])
        assert [*layer["weights"], "bias"][: len(record.weights)] == [
            w.name for w in record.weights
        ]
        compared += 1
    assert compared > 500


def output_of(layer: Any, settings: Settings, numbers: Any) -> list[Any]:
    places = [evaluate(place, numbers) for place in layer["output"]["places"]]
    channels = evaluate(layer["output"]["channels"], numbers)
    first = settings["data_format"] == "channels_first"
    return [channels, *places] if first else [*places, channels]


def test_of_many_groups_a_few_are_named_and_the_largest() -> None:
    random = Random(5)
    for _ in range(300):
        filters, channels = (random.randint(1, 40) * random.randint(1, 40) for _ in "fc")
        settings = {
            **next(drawn("Conv1D", 1)),
            **{"filters": filters, "channels": channels, "groups": random.randint(1, 99)},
            **{"padding": "same", "strides": (1,), "dilation_rate": (1,)},
            **{"activation": "linear", "batch": nan},
        }
        record, told = explained("Conv1D", {**settings, "batch": None}), refused("Conv1D", settings)
        assert (told is None) == isinstance(record, Explanation)
        if told is not None and isinstance(record, Refusal):
            rule, _, (numbers, *_) = told
            words = {w: said(v, settings, numbers, 0) for w, v in rule["words"].items()}
            assert words == quoted(record.error)

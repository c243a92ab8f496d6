"""Where convlab differs from Keras on purpose, and why: rules over the scenarios of the survey.

A rule reads the scenario and what Keras did with it, never what convlab does.
"""

import json
import re
from collections.abc import Callable
from typing import Any

Scenario = dict[str, Any]

REAL_NUMBERS = ("float", "int", "uint", "bool")
FLOATS = ("float32", "float64")
WHOLE = ("filters", "groups", "depth_multiplier", "kernel_size", "strides", "dilation_rate")
INTEGERS_REFUSED = [
    f"{layer} inputs" for layer in ("DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
]

DELIBERATE: dict[str, Callable[[Scenario], bool]] = {
    "a size is an integer from 0 up, or None; a kernel needs a channel": lambda s: (
        _accepted(s) and any(not _is_shape(*shape) for shape in _shapes(s))
    ),
    "an array holds real numbers": lambda s: (
        _accepted(s) and any(not d.startswith(REAL_NUMBERS) for d in _found(s, "$full", 2))
    ),
    "layers compute in float32 or float64": lambda s: (
        _accepted(s)
        and s["about"].endswith(" dtype")
        and (s["accepts"]["dtype"] not in FLOATS or "mixed" in str(_value(s)))
    ),
    "a whole number is an int: no float, no bytes, no lone array": lambda s: (
        _accepted(s) and _changed(s) in WHOLE and not _is_whole(_tried(s))
    ),
    "the base classes are no choice": lambda s: _value(s) in ("Regularizer", "Constraint"),
    "a window that does not fit is refused, also in a later call": lambda s: (
        _accepted(s)
        and s["about"].endswith(" inputs")
        and "same" not in str(s)
        and any(shape[1] < 2 for shape in _found(s, "$full", 0))
    ),
    "what stands for nothing known is refused, not handed back": lambda s: (
        _accepted(s) and s["make"][1] == "deserialize"
    ),
    "a number is given as a number, and a finite one": lambda s: (
        _accepted(s)
        and s["make"][1] in ("MinMaxNorm", "VarianceScaling")
        and _value(s) in (None, {"$float": "nan"}, {"$float": "inf"})
    ),
    "the shape of an initializer is a sequence": lambda s: (
        _accepted(s) and s["make"][0] == "initializers" and s["steps"] == [["call", 3]]
    ),
    "JAX refuses integers in three layers, and takes them in the other two": lambda s: (
        not _accepted(s)
        and s["about"] in INTEGERS_REFUSED
        and any(d.startswith(("int", "uint", "bool")) for d in _found(s, "$full", 2))
    ),
    "Keras normalizes columns of a NumPy array along the wrong axis": lambda s: (
        s["make"][1] == "OrthogonalRegularizer" and _value(s) == "columns"
    ),
}


def _accepted(scenario: Scenario) -> bool:
    return "accepts" in scenario


def _value(scenario: Scenario) -> Any:
    """The last named argument of what is made: the one that is tried."""
    named = scenario["make"][3]["$dict"]
    return named[-1][1] if named else None


def _tried(scenario: Scenario) -> Any:
    """The value of the argument that the scenario is about."""
    return dict(scenario["make"][3]["$dict"]).get(_changed(scenario))


def _changed(scenario: Scenario) -> str:
    return str(scenario["about"]).rpartition(" ")[2]


def _is_whole(value: Any) -> bool:
    text = json.dumps(value)
    lone = re.search(r'"\$array": \["int64", \d', text)
    return not (lone or re.search(r'float|\$bytes|\["bool|\d\.\d', text))


def _found(value: Any, tag: str, place: int) -> list[Any]:
    """Every ``content[place]`` of a ``{tag: content}`` anywhere inside."""
    if isinstance(value, dict):
        here = [value[tag][place]] if tag in value else []
        return here + [f for item in value.values() for f in _found(item, tag, place)]
    if isinstance(value, list):
        return [f for item in value for f in _found(item, tag, place)]
    return []


def _shapes(scenario: Scenario) -> list[tuple[Any, int, int]]:
    """What is given as a shape, with the input's own, with the channels' place and the rank."""
    steps = [s[1] for s in scenario["steps"] if s[0] in ("build", "compute_output_shape") and s[1:]]
    arrays = [{"$tuple": shape} for shape in _found(scenario["steps"], "$full", 0)]
    if not scenario["about"].endswith((" shapes", " inputs")):
        return []
    channel = 1 if "channels_first" in json.dumps(scenario["make"]) else -1
    rank = 3 if scenario["about"].startswith("Conv1D") else 4
    return [(given, channel, rank) for given in (*steps, *arrays)]


def _is_shape(given: Any, channel: int, rank: int) -> bool:
    sizes = given.get("$tuple") if isinstance(given, dict) else given
    if not isinstance(sizes, list) or len(sizes) != rank:
        return False
    known = [size for size in sizes if size is not None]
    return all(_is_size(size) for size in known) and bool(sizes[channel] != 0)


def _is_size(size: Any) -> bool:
    if isinstance(size, dict):
        return "$scalar" in size
    return isinstance(size, int) and size >= 0


def is_deliberate(scenario: Scenario) -> bool:
    """Whether one of the rules is about this scenario."""
    return any(rule(scenario) for rule in DELIBERATE.values())

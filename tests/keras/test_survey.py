"""What Keras refuses and what it takes, replayed against convlab."""

import collections
import json
import re
import warnings

import pytest

from tools.keras.replay import describe, replay
from tools.keras.store import DATA, read_json

_, SCENARIOS = read_json(DATA / "survey.json.gz")

GROUPS = collections.defaultdict(list)
for _scenario in SCENARIOS:
    GROUPS[_scenario["about"]].append(_scenario)

# Where convlab differs on purpose: (why, which scenarios). A rule reads the scenario, never what
# convlab did with it.
REAL_NUMBERS = ("float", "int", "uint", "bool")
DELIBERATE = {
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
FLOATS = ("float32", "float64")
WHOLE = ("filters", "groups", "depth_multiplier", "kernel_size", "strides", "dilation_rate")
INTEGERS_REFUSED = [
    f"{layer} inputs" for layer in ("DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
]


def _accepted(scenario):
    return "accepts" in scenario


def _value(scenario):
    """The last named argument of what is made: the one that is tried."""
    named = scenario["make"][3]["$dict"]
    return named[-1][1] if named else None


def _tried(scenario):
    """The value of the argument that the scenario is about."""
    return dict(scenario["make"][3]["$dict"]).get(_changed(scenario))


def _changed(scenario):
    return scenario["about"].rpartition(" ")[2]


def _is_whole(value):
    text = json.dumps(value)
    lone = re.search(r'"\$array": \["int64", \d', text)
    return not (lone or re.search(r'float|\$bytes|\["bool|\d\.\d', text))


def _found(value, tag, place):
    """Every ``content[place]`` of a ``{tag: content}`` anywhere inside."""
    if isinstance(value, dict):
        here = [value[tag][place]] if tag in value else []
        return here + [f for item in value.values() for f in _found(item, tag, place)]
    if isinstance(value, list):
        return [f for item in value for f in _found(item, tag, place)]
    return []


def _shapes(scenario):
    """What is given as a shape, with the input's own, with the channels' place and the rank."""
    steps = [s[1] for s in scenario["steps"] if s[0] in ("build", "compute_output_shape") and s[1:]]
    arrays = [{"$tuple": shape} for shape in _found(scenario["steps"], "$full", 0)]
    if not scenario["about"].endswith((" shapes", " inputs")):
        return []
    channel = 1 if "channels_first" in json.dumps(scenario["make"]) else -1
    rank = 3 if scenario["about"].startswith("Conv1D") else 4
    return [(given, channel, rank) for given in (*steps, *arrays)]


def _is_shape(given, channel, rank):
    sizes = given.get("$tuple") if isinstance(given, dict) else given
    if not isinstance(sizes, list) or len(sizes) != rank:
        return False
    known = [size for size in sizes if size is not None]
    return all(_is_size(size) for size in known) and sizes[channel] != 0


def _is_size(size):
    if isinstance(size, dict):
        return "$scalar" in size
    return isinstance(size, int) and size >= 0


def _is_deliberate(scenario):
    return any(rule(scenario) for rule in DELIBERATE.values())


@pytest.mark.parametrize("about", GROUPS)
def test_errors_come_where_keras_raises_and_nowhere_else(about):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy arguments warn, and so they should
        objections = [replay(s, is_deliberate=_is_deliberate(s)) for s in GROUPS[about]]
    wrong = [objection for objection in objections if objection]
    assert not wrong, f"{len(wrong)} of {len(GROUPS[about])}:\n" + "\n".join(wrong)


def test_the_survey_is_as_large_as_it_claims():
    errors = [s for s in SCENARIOS if s.get("raises") in ("ValueError", "TypeError")]
    accepted = [s for s in SCENARIOS if "accepts" in s]
    assert len(errors) >= 300 and len(accepted) >= 100
    assert len({describe(s) for s in SCENARIOS}) == len(SCENARIOS)


def test_every_deliberate_difference_is_one():
    for why, rule in DELIBERATE.items():
        assert any(replay(s) for s in SCENARIOS if rule(s)), why


def test_few_scenarios_are_left_out_as_deliberate():
    assert sum(map(_is_deliberate, SCENARIOS)) < 0.1 * len(SCENARIOS)

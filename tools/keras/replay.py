"""Recorded cases, held against convlab: what the tests do offline and ``compare`` does live."""

import json
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.tolerances import FLOAT32, assert_close, tolerance_of
from tools.keras.backend import convlab_namespace
from tools.keras.deliberate import is_deliberate
from tools.keras.encoding import decode
from tools.keras.scenario import Outcome, run, stages
from tools.keras.store import DATA, Reader, read_json

Array = NDArray[Any]


@dataclass(frozen=True)
class Case:
    """One recorded setting."""

    row: dict[str, Any]
    default_config: dict[str, Any]
    arrays: Reader

    @property
    def name(self) -> str:
        """The case's name, like ``Conv2D-17``."""
        return str(self.row["case"])

    @property
    def layer(self) -> str:
        """The layer's class."""
        return self.name.partition("-")[0]

    @property
    def config(self) -> dict[str, Any]:
        """What ``get_config`` of Keras says, after a journey through JSON."""
        return {**self.default_config, **self.row["config"]}

    @property
    def tolerance(self) -> float:
        """That of float32 where Keras used it inside: in tanh, and in the factor of L1."""
        config = self.config
        coarse = self.row["y"][0] == "float32" or '"L1"' in json.dumps(config)
        inside = config["activation"] == "tanh"
        return FLOAT32 if coarse or inside else tolerance_of(self.row["dtype"])

    def array(self, place: list[Any]) -> Array:
        """Return an array of the record, in the layer's dtype."""
        return self.arrays.get(place, self.row["dtype"])

    @property
    def weights(self) -> list[Array]:
        """Return the weights that the layer was given."""
        return [self.array(place) for _, place in self.row["weights"]]

    @property
    def inputs(self) -> Array:
        """Return the input of the one call."""
        return self.array(self.row["x"])

    def make(self) -> Any:
        """Return convlab's layer with the arguments as the setting gave them, unbuilt."""
        namespace = convlab_namespace()
        return getattr(namespace.layers, self.layer)(**decode(self.row["arguments"], namespace))

    def make_built(self) -> Any:
        """Return convlab's layer, built, with the recorded weights."""
        layer = self.make()
        layer.build((None, *self.row["input_shape"][1:]))
        layer.set_weights(self.weights)
        return layer


def recorded(name: str, directory: Path = DATA) -> list[Case]:
    """The settings that a file holds: ``"cases"``, those of the five layers, or ``"siblings"``."""
    head, rows = read_json(directory / f"{name}.json.gz")
    arrays, defaults = Reader(directory / f"{name}.npz"), head["default_configs"]
    return [Case(row, defaults[row["case"].partition("-")[0]], arrays) for row in rows]


def check_shapes(case: Case) -> None:
    """Hold output shapes, weight shapes, and the number of parameters: exactly."""
    layer = case.make()
    for given, expected in case.row["shapes"]:
        found = layer.compute_output_shape(tuple(given))
        assert list(found) == expected, f"{case.name}: {given} gives {found}, not {expected}"
    layer.build((None, *case.row["input_shape"][1:]))
    expected_shapes = [tuple(place[2]) for _, place in case.row["weights"]]
    assert [w.shape for w in layer.get_weights()] == expected_shapes, case.name
    assert layer.count_params() == case.row["count_params"], case.name


def check_numbers(case: Case) -> None:
    """Hold the output and the losses, before and after the call."""
    layer = case.make_built()
    losses = case.row["losses"]
    kept = case.row["weight_losses"]
    assert len(layer.losses) == kept, f"{case.name}: {len(layer.losses)} losses, not {kept}"
    outputs = layer(case.inputs)
    assert outputs.dtype == case.row["dtype"], f"{case.name}: {outputs.dtype}"
    assert_close(outputs, case.array(case.row["y"]), case.tolerance, f"{case.name}: output")
    assert_close(np.array(layer.losses), np.array(losses), case.tolerance, f"{case.name}: losses")


def check_gradients(case: Case) -> None:
    """Hold the gradients of the input and of every weight, penalties included."""
    layer = case.make_built()
    layer(case.inputs)
    of_input = layer.backward(case.array(case.row["dy"]))
    expected = [case.array(place) for place in case.row["gradients"]]
    names = ["x", *(name for name, _ in case.row["weights"])]
    found = [of_input, *layer.gradients]
    for name, gradient, wanted in zip(names, found, expected, strict=True):
        assert_close(gradient, wanted, case.tolerance, f"{case.name}: gradient of {name}")


def check_config(case: Case) -> None:
    """Hold ``get_config``, and the layer that ``from_config`` makes of Keras' own config."""
    layer = case.make()
    given = "name" in decode(case.row["arguments"], convlab_namespace())
    found = {**layer.get_config()} | ({} if given else {"name": case.config["name"]})
    assert_same_config(json.loads(json.dumps(found)), case.config, case.name)
    again = type(layer).from_config(case.config)
    assert_same_config(json.loads(json.dumps(again.get_config())), case.config, case.name)
    again.build((None, *case.row["input_shape"][1:]))
    again.set_weights(case.weights)
    assert_close(again(case.inputs), case.array(case.row["y"]), case.tolerance, case.name)


def assert_same_config(found: Any, expected: Any, where: str) -> None:
    """Compare configs exactly, but for floats that Keras kept in float32."""
    if isinstance(expected, dict) and isinstance(found, dict):
        assert found.keys() == expected.keys(), f"{where}: {set(found) ^ set(expected)}"
        for key, value in expected.items():
            assert_same_config(found[key], value, f"{where}.{key}")
    elif isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-6), f"{where}: {found}, not {expected}"
    else:
        assert found == expected, f"{where}: {found!r}, not {expected!r}"


def objection(scenario: dict[str, Any], outcome: Outcome) -> str | None:
    """Say what convlab did wrong in a scenario of the survey, or None.

    Where Keras raises ValueError or TypeError, convlab raises one of them at the same step or an
    earlier one. What Keras takes, convlab takes, with the same shapes. Whatever convlab raises is
    a ValueError or a TypeError, also where Keras stumbles into something else.
    """
    order = stages(scenario)
    name = describe(scenario)
    if outcome.raised and not issubclass(outcome.raised, ValueError | TypeError):
        if scenario.get("raises") == outcome.error:
            return None  # AttributeError of an attribute that is not there yet, and the like
        return f"{name}: {outcome.error} instead of a ValueError: {outcome.message}"
    if "accepts" in scenario:
        if outcome.raised:
            return f"{name}: Keras takes it; {order[outcome.step or 0]}: {outcome.message}"
        return _difference(name, outcome.seen, scenario["accepts"])
    if scenario["raises"] not in ("ValueError", "TypeError"):
        return None
    place = order[scenario["step"]]
    if outcome.raised is None:
        return f"{name}: Keras raises {scenario['raises']} in {place}; nothing is raised here"
    if (outcome.step or 0) > scenario["step"]:
        return f"{name}: Keras raises in {place}, here only in {order[outcome.step or 0]}"
    return None


def _difference(name: str, found: dict[str, Any], expected: dict[str, Any]) -> str | None:
    """What is seen differently; an automatic name may carry another number."""
    for key, value in expected.items():
        if key == "name" and str(found.get(key)).startswith(str(value)):
            continue
        if key not in found or found[key] != value:
            return f"{name}: {key} is {found.get(key)!r}, in Keras {value!r}"
    return None


def replay(scenario: dict[str, Any]) -> str | None:
    """Run a scenario in convlab and return the objection to it, if any.

    Where convlab differs deliberately, only the kind of what it raises is left to object to.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy arguments warn, and so they should
        outcome = run(scenario, convlab_namespace())
    legal = outcome.raised is None or issubclass(outcome.raised, ValueError | TypeError)
    return None if legal and is_deliberate(scenario) else objection(scenario, outcome)


def describe(scenario: dict[str, Any]) -> str:
    """Return the scenario in a line."""
    family, made, positional, named = scenario["make"]
    arguments = [*positional, *(f"{k}={_short(v)}" for k, v in named["$dict"])]
    steps = [f"{stage}({', '.join(map(_short, given))})" for stage, *given in scenario["steps"]]
    shown = ", ".join(map(str, arguments))
    return f"#{scenario['number']} {family}.{made}({shown}) {' '.join(steps)}"


def _short(value: Any) -> str:
    return json.dumps(value)[:120]

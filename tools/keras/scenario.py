"""A few steps with a layer, run in Keras or in convlab alike: where does it stop, and with what?"""

import math
from dataclasses import dataclass
from typing import Any

from tools.keras.encoding import attribute, decode

ATTRIBUTES = (
    "filters kernel_size strides dilation_rate padding data_format groups depth_multiplier "
    "output_padding name dtype trainable built"
).split()


@dataclass(frozen=True)
class Outcome:
    """How a scenario ended: at which step it raised, or what its last step returned."""

    step: int | None
    raised: type[BaseException] | None
    message: str
    seen: Any

    @property
    def error(self) -> str | None:
        """Name the builtin class by which a caller would catch what was raised."""
        if self.raised is None:
            return None
        return next(k.__name__ for k in self.raised.__mro__ if k.__module__ == "builtins")


def run(scenario: dict[str, Any], namespace: Any) -> Outcome:
    """Make the object, then take the steps, until one raises or all are done."""
    made: Any = None
    seen: Any = None
    for index, (stage, *arguments) in enumerate([["constructor"], *scenario["steps"]]):
        try:
            if stage == "constructor":
                made = _make(scenario, namespace)
            else:
                values = [decode(argument, namespace) for argument in arguments]
                seen = _step(made, stage, values, namespace)
        except Exception as error:
            return Outcome(index, type(error), str(error), None)
    return Outcome(None, None, "", {"last": seen} | _attributes(made))


def stages(scenario: dict[str, Any]) -> list[str]:
    """Return the names of the steps, the constructor first."""
    return ["constructor", *(step[0] for step in scenario["steps"])]


def _make(scenario: dict[str, Any], namespace: Any) -> Any:
    family, name, positional, named = scenario["make"]
    arguments = decode(positional, namespace), decode(named, namespace)
    return attribute(namespace, family, name)(*arguments[0], **arguments[1])


def _step(made: Any, stage: str, values: list[Any], namespace: Any) -> Any:
    if stage == "call":
        return _described(made(*values))
    if stage == "fresh_set_weights":
        weights = made.get_weights()
        return made.set_weights(weights[: len(weights) + values[0]])
    if stage == "rebuild":
        return type(made).from_config(made.get_config()).count_params()
    if stage in ("kernel", "bias", "losses", "weights"):
        found = getattr(made, stage)
        return len(found) if isinstance(found, list) else None
    result = getattr(made, stage)(*values)
    return _plain(result) if stage == "compute_output_shape" else _described(result)


def _described(result: Any) -> Any:
    """Reduce an array to its shape, and keep plain numbers."""
    if hasattr(result, "shape"):
        return [int(size) for size in result.shape]
    return result if isinstance(result, int | str | None) else None


def _attributes(made: Any) -> dict[str, Any]:
    if hasattr(made, "shape"):
        return {"shape": _described(made)}
    found = {name: getattr(made, name) for name in ATTRIBUTES if hasattr(made, name)}
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    number = float(value)
    if not math.isfinite(number):
        return str(number)
    return int(value) if number.is_integer() else number

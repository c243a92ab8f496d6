"""Python arguments as JSON and back, whatever their type: a wrong argument is data too.

JSON knows no tuple, no NaN, no NumPy scalar and no regularizer, and the difference between
``[3, 3]`` and ``(3, 3)`` is what the records are about. A value that JSON lacks becomes a
dictionary with one key that starts with ``$``.

>>> from tools.keras.encoding import decode, encode
>>> encode({"kernel_size": (3, 2), "filters": 4})
{'$dict': [['kernel_size', {'$tuple': [3, 2]}], ['filters', 4]]}
>>> decode(encode((1, [2.5, None], float("inf"))), None)
(1, [2.5, None], inf)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Make:
    """An object to be made: ``Make("regularizers", "L2", {"l2": 0.1})``."""

    family: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Get:
    """An attribute to be taken as it is: ``Get("activations", "relu")``."""

    family: str
    name: str


@dataclass(frozen=True)
class Full:
    """An array of one value, which need not be written out."""

    shape: tuple[int, ...]
    value: Any = 1
    dtype: str = "float32"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "identity": lambda x: x,
    "twice": lambda x: x * 2,
    "no_penalty": lambda w: 0.0 * w.sum(),
    "ones": lambda shape, dtype=None: np.ones(shape, dtype),
    "no_arguments": lambda: None,
}


def encode(value: Any) -> Any:
    """Return ``value`` as something that ``json.dumps`` takes and that `decode` turns back."""
    if value is None or (isinstance(value, bool | int | str) and type(value) in (bool, int, str)):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    for known, tag, content in _ENCODERS:
        if isinstance(value, known):
            return {tag: content(value)}
    raise TypeError(f"no encoding for {value!r}")


def decode(value: Any, namespace: Any) -> Any:
    """Return the Python value; `Make` and `Get` look their names up in ``namespace``.

    ``namespace.layers.Conv2D``, ``namespace.regularizers.L2`` and so on must be there; it may be
    None where neither occurs.
    """
    if isinstance(value, list):
        return [decode(item, namespace) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    return _DECODERS[tag](content, namespace)


def attribute(namespace: Any, family: str, name: str) -> Any:
    """Return ``namespace.<family>.<name>``, where the name may itself be dotted."""
    found = getattr(namespace, family)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _pairs(mapping: dict[Any, Any]) -> list[list[Any]]:
    return [[encode(key), encode(item)] for key, item in mapping.items()]


def _function_name(value: Any) -> str:
    (name,) = (name for name, function in FUNCTIONS.items() if function is value)
    return name


_ENCODERS: list[tuple[Any, str, Callable[[Any], Any]]] = [
    (Make, "$make", lambda v: [v.family, v.name, encode(v.arguments)]),
    (Get, "$get", lambda v: [v.family, v.name]),
    (Full, "$full", lambda v: [list(v.shape), encode(v.value), v.dtype]),
    (tuple, "$tuple", lambda v: [encode(item) for item in v]),
    (set, "$set", lambda v: [encode(item) for item in sorted(v)]),
    (dict, "$dict", _pairs),
    (range, "$range", lambda v: [v.start, v.stop, v.step]),
    (bytes, "$bytes", lambda v: v.decode("ascii")),
    (complex, "$complex", lambda v: [v.real, v.imag]),
    (np.ndarray, "$array", lambda v: [str(v.dtype), encode(v.tolist())]),
    (np.generic, "$scalar", lambda v: [str(v.dtype), encode(v.item())]),
    (np.dtype, "$dtype", str),
    (type, "$type", lambda v: v.__name__),
    (Callable, "$function", _function_name),
    (object, "$object", lambda v: None),
]

_TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, object)}

_DECODERS: dict[str, Callable[[Any, Any], Any]] = {
    "$make": lambda v, n: attribute(n, v[0], v[1])(**decode(v[2], n)),
    "$get": lambda v, n: attribute(n, v[0], v[1]),
    "$full": lambda v, n: np.full(v[0], decode(v[1], n), v[2]),
    "$tuple": lambda v, n: tuple(decode(item, n) for item in v),
    "$set": lambda v, n: {decode(item, n) for item in v},
    "$dict": lambda v, n: {decode(key, n): decode(item, n) for key, item in v},
    "$range": lambda v, n: range(*v),
    "$bytes": lambda v, n: v.encode("ascii"),
    "$complex": lambda v, n: complex(*v),
    "$array": lambda v, n: np.array(decode(v[1], n), v[0]),
    "$scalar": lambda v, n: np.dtype(v[0]).type(decode(v[1], n)),
    "$dtype": lambda v, n: np.dtype(v),
    "$type": lambda v, n: _TYPES.get(v) or np.dtype(v).type,
    "$function": lambda v, n: FUNCTIONS[v],
    "$float": lambda v, n: float(v),
    "$object": lambda v, n: object(),
}

"""How a Keras config says which outputs a layer was called on: the forms of Keras 2 and Keras 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..layers.common import Shape
from .keras_places import Place


class Ref(NamedTuple):
    """An output of a call of a layer; its shape, where the config tells it."""

    layer: str
    call: int
    output: int
    path: str
    shape: Shape | None = None


class Call(NamedTuple):
    """What a layer was called on: ``Ref`` records and constants in order; and named options."""

    operands: tuple[Any, ...]
    options: Mapping[str, Any]

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(each for each in self.operands if isinstance(each, Ref))


def calls_of(entry: Place) -> list[Call]:
    """The calls of a layer in a functional config."""
    return [_call(each) for each in entry.get("inbound_nodes", []).items]


def refs_of(place: Place) -> list[Ref]:
    """References in any nesting of lists and dicts; those of a dict by the order of its keys."""
    if _is_ref(place.value):
        return [_ref(place)]
    return [ref for each in _parts(place) for ref in refs_of(each)]


def _parts(place: Place) -> list[Place]:
    if isinstance(place.value, Mapping):
        return [place[key] for key in sorted(place.mapping)]
    return place.items


def _is_ref(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > 2 and isinstance(value[0], str)


def _ref(place: Place, shape: Shape | None = None) -> Ref:
    if len(place.items) < 3:
        raise place.refusal("history")
    name, call, output = place.items[:3]
    return Ref(name.text, call.index, output.index, place.path, shape)


def _call(place: Place) -> Call:
    if place.has("args"):
        named = place.get("kwargs", {})
        operands = [each for arg in place["args"].items for each in _operands(arg)]
        also = [ref for key in named.mapping if key != "mask" for ref in _tensors(named[key])]
        return Call((*operands, *also), named.mapping)
    return _old_call(place)


# Keras 3


def _operands(place: Place) -> Iterator[Any]:
    """The references and constants in an argument, in order."""
    value = place.value
    if isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        yield from _operands(place["items"])
    elif isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        yield from _tensors(place)
    elif any(True for _ in _tensors(place)):
        for each in _parts(place):
            yield from _operands(each)
    else:
        yield constant_of(value)


def _tensors(place: Place) -> Iterator[Ref]:
    value = place.value
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        config = place["config"]
        shape = config.get("shape")
        sizes = None if shape.value is None else shape.sizes
        yield _ref(config["keras_history"], sizes)
    elif isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        for each in place["items"].items:
            yield from _tensors(each)
    elif isinstance(value, list | tuple | Mapping):
        for each in _parts(place):
            yield from _tensors(each)


def constant_of(value: Any) -> Any:
    """A number or an array of numbers as such; anything else as it stands."""
    if isinstance(value, Mapping) and value.get("class_name") in ("__numpy__", "__tensor__"):
        config = value.get("config")
        value = config.get("value") if isinstance(config, Mapping) else None
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError, OverflowError):
        return value
    numbers = not isinstance(value, str | bool) and value is not None
    return array.tolist() if numbers and np.isfinite(array).all() else value


# Keras 2


def _old_call(place: Place) -> Call:
    """``[[name, call, output, options], …]``, or one of them alone."""
    tensors = [place] if _is_ref(place.value) else list(_old_tensors(place))
    operands: list[Any] = []
    options: dict[str, Any] = {}
    for each in tensors:
        own = each.items[3] if len(each.items) > 3 else Place({}, each.path)
        constant = each.items[0].value == "_CONSTANT_VALUE"
        operands.append(constant_of(each.items[2].value) if constant else _ref(each))
        options.update(own.mapping)
        operands += [refs_of(own[key])[0] for key in own.mapping if _is_ref(own[key].value)]
    return Call(tuple(operands), options)


def _old_tensors(place: Place) -> Iterator[Place]:
    for each in _parts(place):
        if _is_ref(each.value):
            yield each
        else:
            yield from _old_tensors(each)

"""A layer or a network as a program for Keras."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ArgumentError
from ..explanation import keras_call
from ..i18n import text
from ..layers.common import BaseLayer, name_prefix
from ..networks import Network, UnknownLayer
from .keras_order import order_in_keras
from .merging import unknown
from .plan import Entry, Names, Node, Plan, plan_of
from .source import WIDTH, assembled, call, double_quoted, fitted, function, indented

_NAMES = Names("inputs", frozenset(["keras", "model", "layer", "load", "weights", "x"]), False)

_IMPORTS = {
    "keras": "import keras",
    "LayerScale": "from keras.src.applications.convnext import LayerScale",
}


def keras_program(source: BaseLayer | Network, input_shape: Any = None) -> str:
    """The program; its layer or model is called ``layer`` or ``model``.

    ``set_weights`` puts in what convlab's ``get_weights`` gives; where that is not enough, the
    program has a function ``load``. Raises ``ArgumentError`` where branches meet and the shape has
    to be given.
    """
    if isinstance(source, Network):
        return _model(plan_of(source, input_shape, _NAMES))
    made, notes = _made(source)
    lines = [*notes, *fitted(f"layer = {made}"), *_build(source, input_shape)]
    measured = _is_measured(source)
    load = ["layer.set_weights(weights)", "layer.finalize_state()"] if measured else []
    return assembled(_IMPORTS, [lines, _load(load)])


def _build(layer: BaseLayer, input_shape: Any) -> list[str]:
    """What makes the weights, where there are some and the shape is known."""
    known = (layer.get_build_config() or {}).get("input_shape")
    shape = known if input_shape is None else input_shape
    if shape is None or not layer.weight_shapes(shape):
        return []
    return [f"layer.build({(None, *tuple(shape)[1:])})"]


def _made(layer: BaseLayer, name: str = "") -> tuple[str, list[str]]:
    """The call that makes a layer, and comments about it."""
    made, comment = keras_call(layer)
    notes = [comment] if comment else []
    activation = getattr(layer, "activation", None)
    if activation is not None and f"activation={activation.name}" in made:
        notes.append(f"# {text('programs.own_function', name=activation.name)}")
    if name:
        made = f"{made[:-1]}{'' if made.endswith('()') else ', '}name={name!r})"
    return double_quoted(made.replace("keras.layers.LayerScale", "LayerScale")), notes


def _is_measured(layer: object) -> bool:
    """Whether Keras computes with statistics only after they were finalized."""
    return type(layer).__name__ == "Normalization" and getattr(layer, "mean", None) is None


def _load(lines: list[str]) -> list[str]:
    said = f'"""{text("programs.load_keras")}"""'
    return function("load(weights)", [said, *lines]) if lines else []


def _model(plan: Plan) -> str:
    known = all(node.kind for node in plan.nodes)
    if plan.is_chain and known:
        return _sequential(plan)
    unread = [entry for entry in plan.entries if entry.shape is None]
    if unread:
        raise ArgumentError("no_input_shape", argument="input_shape", value=None)
    return _functional(plan)


# A chain


def _sequential(plan: Plan) -> str:
    inside = [f"{_input(entry)}," for entry in plan.entries if entry.shape is not None]
    nodes = [node for node in plan.nodes if node.kind != "InputLayer"]
    for node in nodes:
        made, notes = _made(node.layer, _own_name(node))
        inside += [*notes, *fitted(f"{made},", WIDTH - 8)]
    lines = ["model = keras.Sequential(", *indented(["[", *indented(inside), "]"]), ")"]
    measured = [
        f"model.layers[{place}].finalize_state()"
        for place, node in enumerate(nodes)
        if _is_measured(node.layer)
    ]
    load = ["model.set_weights(weights)", *measured] if measured else []
    return assembled(_IMPORTS, [lines, _load(load)])


def _input(entry: Entry) -> str:
    assert entry.shape is not None
    dtype = None if entry.dtype == "float32" else f'"{entry.dtype}"'
    return call("keras.Input", shape=entry.shape[1:], dtype=dtype)


def _own_name(node: Node) -> str:
    """The name of a step, unless it is one that Keras would give by itself."""
    automatic = re.fullmatch(rf"{name_prefix(node.kind)}(_\d+)*_*", node.name)
    return "" if automatic else node.name


# Branches that meet


def _functional(plan: Plan) -> str:
    load = _loading(plan)
    variables = {**plan.variables("x"), **{entry.name: entry.name for entry in plan.entries}}
    lines = [f"{entry.name} = {_input(entry)}" for entry in plan.entries]
    seen: dict[int, str] = {}
    for node in plan.nodes:
        taken = [variables[source] for source in node.sources]
        if node.kind == "InputLayer":
            variables[node.name] = taken[0]
        elif isinstance(node.layer, UnknownLayer):
            variables[node.name] = taken[0]
            lines += unknown(node)
        else:
            made, before = _called(plan, node, seen, named=bool(load))
            given = f"[{', '.join(taken)}]" if node.layer.merges else taken[0]
            lines += [*before, *fitted(f"{variables[node.name]} = {made}({given})")]
    ends = [variables[name] for name in plan.outputs]
    starts = [entry.name for entry in plan.entries]
    lines.append(f"model = keras.Model({_one_or_list(starts)}, {_one_or_list(ends)})")
    return assembled(_IMPORTS, [lines, _load(load)])


def _one_or_list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _called(plan: Plan, node: Node, seen: dict[int, str], named: bool) -> tuple[str, list[str]]:
    """The layer as it is called at a step, and the lines before: one that is shared has a name."""
    if id(node.layer) in seen:
        return seen[id(node.layer)], []
    name = node.name if named and node.weights else _own_name(node)
    made, notes = _made(node.layer, name)
    if sum(other.layer is node.layer for other in plan.nodes) == 1:
        return made, notes
    own = seen[id(node.layer)] = f"{node.name}_layer"
    return own, [*notes, *fitted(f"{own} = {made}")]


def _loading(plan: Plan) -> list[str]:
    """What loads the weights, where Keras has another order of layers than the network."""
    first = {id(node.layer): node for node in reversed(plan.nodes)}
    weighted = [
        id(layer) for layer in plan.layers if id(layer) in first and first[id(layer)].weights
    ]
    in_keras = [layer for layer in order_in_keras(plan) if first[layer].weights]
    nodes = [first[layer] for layer in weighted if layer in in_keras]
    measured = [node for node in nodes if _is_measured(node.layer)]
    if in_keras == weighted and not measured and not plan.is_shared:
        return []
    lines = []
    for node in nodes:
        begin, end = min(node.weights.values()), max(node.weights.values()) + 1
        lines.append(f'model.get_layer("{node.name}").set_weights(weights[{begin}:{end}])')
    return lines + [f'model.get_layer("{node.name}").finalize_state()' for node in measured]

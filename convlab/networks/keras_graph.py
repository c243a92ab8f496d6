"""A Keras model's config as steps: functional or sequential, nested, with shared layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..companions import InputLayer
from ..errors import ArgumentError
from ..i18n import Choices, Term
from .keras_calls import Call, Ref, calls_of, refs_of
from .keras_layers import (
    KINDS,
    MODELS,
    Notes,
    Part,
    class_of,
    is_keras,
    is_model,
    is_operation,
    name_of,
    parts_of,
    unknown,
)
from .keras_operations import operation_parts
from .keras_places import MOST_STEPS, Place
from .network import AnyLayer, Network, Step
from .unknown import UnknownLayer

Path = tuple[str, ...]
"""The names of a layer and of the models around it, from outside in."""

Node = tuple[str, int]
"""A layer's name and the number of a call."""


class Outputs(NamedTuple):
    """The names of the steps whose outputs a call gives, and the step of a single layer."""

    names: Sequence[str]
    step: Step | None = None


class Graph:
    """Steps and layers as they are found."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.layers: dict[Path, AnyLayer] = {}
        self.notes: Notes = {}
        self.told: dict[int, Any] = {}
        """The shape for which Keras built a layer, by the layer's identity."""
        self._parts: dict[Path, tuple[Part, ...]] = {}
        self._models: dict[Path, _Functional] = {}
        self._named: Counter[str] = Counter()
        self._calls = 0

    def network(self, entry: Place) -> Network:
        """The network of a model's entry, or of a single layer's."""
        if is_model(entry):
            outputs = self.model(entry, (), None)
        else:
            outputs = self.layer(entry, (name_of(entry),), None, ()).names
        steps = self.steps.values()
        return Network(steps, outputs=outputs, name=name_of(entry), notes=self.notes)

    def model(self, entry: Place, path: Path, given: Sequence[str] | None) -> Sequence[str]:
        """Its outputs, given what it is called on; ``None`` for a network's own inputs."""
        config, kind = entry["config"], class_of(entry)
        if kind not in MODELS or not is_keras(entry):
            self.notes[Term("keras.own_model", kind=kind)] = None
        if config.has("input_layers") or kind in ("Functional", "Model"):
            if path not in self._models:
                self._models[path] = _Functional(self, config, path)
            return self._models[path].outputs(given)
        return self._sequential(config, path, given)

    # Sequential models

    def _sequential(self, config: Place, path: Path, given: Sequence[str] | None) -> Sequence[str]:
        entries = _listed(config if isinstance(config.value, list | tuple) else config["layers"])
        if not entries:
            raise config.refusal("layers")
        names = self._begun(entries, config, path) if given is None else given
        check_inputs(names, 1, config)
        for entry, later in zip(entries, [*entries[1:], Place({})], strict=True):
            if class_of(entry) != "InputLayer":
                found = self.called(entry, path, Call((), {}), names)
                names = found.names
                tell_shape(found, _built_for(later))
        return names

    def _begun(self, entries: list[Place], config: Place, path: Path) -> list[str]:
        """The step of the input, if anything tells the shape that it has."""
        first = entries[0]
        if class_of(first) == "InputLayer":
            return list(self.layer(first, (*path, name_of(first)), None, ()).names)
        told = _first_of(first).get("config").get("batch_input_shape")
        if told.value is None and config.has("build_input_shape"):
            told = config["build_input_shape"]
        if told.value is None:
            return [""]
        name = f"{name_of(first)}_input"
        layer = InputLayer(batch_shape=told.sizes, name=name.replace("/", "_"))
        return [self.step((*path, name), layer, ())]

    # Layers

    def called(self, entry: Place, path: Path, call: Call, sources: Sequence[str]) -> Outputs:
        """A call of a layer or of a model."""
        self._calls += 1
        check_count(self._calls)
        inner = (*path, name_of(entry))
        if is_model(entry):
            return Outputs(self.model(entry, inner, sources))
        return self.layer(entry, inner, call, sources)

    def layer(self, entry: Place, path: Path, call: Call | None, sources: Sequence[str]) -> Outputs:
        """The steps of one call of a layer."""
        parts = self._parts_of(entry, path, call)
        if len(sources) > 1 and any(not each.layer.merges for each in parts if each.takes is None):
            parts = self._parts[path] = (Part("", unknown(entry)),)
        made: dict[int | str, str] = dict(enumerate(sources))
        check_operands(parts, len(sources), entry)
        for part in parts:
            taken = sources if part.takes is None else [made[each] for each in part.takes]
            made[part.name] = self.step(
                (*path, part.name) if part.name else path, part.layer, taken
            )
        self.layers[path] = parts[-1].layer
        self.told[id(parts[-1].layer)] = _built_for(entry).value
        name = made[""]
        return Outputs([name], self.steps[name])

    def _parts_of(self, entry: Place, path: Path, call: Call | None) -> tuple[Part, ...]:
        if is_operation(entry):
            return operation_parts(entry, call or Call((), {}))
        if path not in self._parts:
            self._parts[path] = parts_of(entry, call, self.notes)
        return self._parts[path]

    def step(self, path: Path, layer: AnyLayer, sources: Sequence[str]) -> str:
        """Add a step; return its name, which is free."""
        name = free = "/".join(path)
        while free in self.steps:
            self._named[name] += 1
            free = f"{name} ({self._named[name] + 1})"
        self.steps[free] = Step(free, layer, tuple(each for each in sources if each))
        return free


class _Functional:
    """The graph of one functional model."""

    def __init__(self, graph: Graph, config: Place, path: Path) -> None:
        self.graph, self.config, self.path = graph, config, path
        self.entries = {name_of(each): each for each in _listed(config["layers"])}
        if len(self.entries) < len(config["layers"].items):
            raise config["layers"].refusal("names")
        self.calls = {name: calls_of(entry) for name, entry in self.entries.items()}
        self.shapes = {
            self._node(ref): ref.shape
            for calls in self.calls.values()
            for call in calls
            for ref in call.refs
        }
        self.found: dict[Node, Outputs] = {}
        self.order: list[Node] | None = None

    def outputs(self, given: Sequence[str] | None) -> list[str]:
        begun = [self._checked(ref) for ref in self._ends("input_layers")]
        if given is not None:
            check_inputs(given, len(begun), self.config)
        self.found = {}
        for at, ref in enumerate(begun):
            names = self._input(ref) if given is None else [given[at]]
            self.found[ref.layer, 0] = Outputs(names)
        self.order = self._order() if self.order is None else self.order
        for node in self.order:
            self.found[node] = self._called(*node)
        return [self.name_of(ref, last=True) for ref in self._ends("output_layers")]

    def _ends(self, key: str) -> list[Ref]:
        refs = refs_of(self.config[key])
        if not refs:
            raise self.config[key].refusal("history")
        return refs

    def _input(self, ref: Ref) -> Sequence[str]:
        path, entry = (*self.path, ref.layer), self.entries[ref.layer]
        if class_of(entry) != "InputLayer":
            raise ArgumentError("config_begin", argument=ref.path, value=ref.layer)
        return self.graph.layer(entry, path, None, ()).names

    def _called(self, name: str, number: int) -> Outputs:
        entry, calls = self.entries[name], self.calls[name]
        if not calls and _takes_inputs(entry):
            raise entry.get("inbound_nodes", []).refusal("sources")
        call = calls[number] if calls else Call((), {})
        sources = [self.name_of(ref) for ref in call.refs]
        if calls and not sources:
            raise entry["inbound_nodes"].refusal("sources")
        check_all_from_layers(entry, call)
        found = self.graph.called(entry, self.path, call, sources)
        tell_shape(found, Place(self.shapes.get((name, number, 0))))
        return found

    # References

    def _checked(self, ref: Ref) -> Ref:
        if ref.layer not in self.entries:
            names = Choices(list(self.entries)[:12])
            raise ArgumentError("config_layer", argument=ref.path, value=ref.layer, legal=names)
        return ref

    def _node(self, ref: Ref, last: bool = False) -> tuple[str, int, int]:
        """The call that a reference means: models of Keras 2 count one of their own before it."""
        name, number = ref.layer, ref.call
        entry = self.entries[self._checked(ref).layer]
        count = max(len(self.calls[name]), 1)
        model = is_model(entry)
        ahead = model and number and (number >= count or self._counts_own(entry, last))
        number -= bool(ahead)
        if number >= count:
            raise ArgumentError(
                "config_call", argument=ref.path, value=number, layer=name, count=count
            )
        return name, number, ref.output

    def _counts_own(self, entry: Place, last: bool) -> bool:
        """Whether a model's calls are counted from 1: in Keras 3, at the outputs alone."""
        return not is_new(entry) or (last and entry["config"].has("input_layers"))

    def name_of(self, ref: Ref, last: bool = False) -> str:
        """The name of the step that a reference means."""
        name, number, output = self._node(ref, last)
        found = self.found[name, number]
        if output < len(found.names):
            return found.names[output]
        step = found.step
        if step is None or not isinstance(step.layer, UnknownLayer):
            count = len(found.names)
            raise ArgumentError(
                "config_output", argument=ref.path, value=output, layer=name, count=count
            )
        return self._further(step, (name, number, output))

    def _further(self, step: Step, node: tuple[str, int, int]) -> str:
        """A step for a further output of an unknown layer."""
        name = f"{step.name}:{node[2]}"
        if name not in self.graph.steps:
            layer = UnknownLayer(name, step.layer.kind, self.shapes.get(node), 0)  # type: ignore[union-attr]
            self.graph.steps[name] = Step(name, layer, step.sources)
        return name

    # Order

    def _order(self) -> list[Node]:
        """All calls, each behind those that it takes from; else as the config lists them."""
        order: list[Node] = []
        begun: set[Node] = set()
        done = set(self.found)
        for name, calls in self.calls.items():
            waiting: list[Node] = [(name, at) for at in reversed(range(max(len(calls), 1)))]
            while waiting:
                node = waiting[-1]
                if node in done:
                    waiting.pop()
                    continue
                ahead = [each for each in self._before(node) if each not in done]
                if ahead:
                    self._check_circle(node, ahead, begun)
                    waiting += reversed(ahead)
                else:
                    order.append(waiting.pop())
                    done.add(node)
        return order

    def _before(self, node: Node) -> list[Node]:
        calls = self.calls[node[0]]
        refs = calls[node[1]].refs if calls else ()
        return [self._node(ref)[:2] for ref in refs]

    def _check_circle(self, node: Node, ahead: list[Node], begun: set[Node]) -> None:
        begun.add(node)
        circle = [each for each in ahead if each in begun]
        if circle:
            path = f"{self.config.path}.layers"
            raise ArgumentError("config_circle", argument=path, value=circle[0][0])


def _built_for(entry: Place) -> Place:
    """The shape of the input for which Keras built a layer, if the entry tells it."""
    built = entry.get("build_config")
    return built["input_shape"] if built.has("input_shape") else Place(None)


def tell_shape(outputs: Outputs, shape: Place) -> None:
    """Let an unknown layer know the shape of its output, if anything tells it."""
    layer = outputs.step.layer if outputs.step else None
    if isinstance(layer, UnknownLayer) and layer.output_shape is None and shape.value:
        layer.output_shape = shape.sizes


def _takes_inputs(entry: Place) -> bool:
    """Whether a layer computes from inputs, as all do but those that begin a network."""
    return class_of(entry) != "InputLayer" and not is_operation(entry)


def is_new(entry: Place) -> bool:
    """Whether an entry of a functional config is in Keras 3's form."""
    nodes = entry.get("inbound_nodes", []).items
    return bool(nodes) and nodes[0].has("args")


def _listed(place: Place) -> list[Place]:
    """The entries of a list of layers."""
    if isinstance(place.value, list | tuple):
        check_count(len(place.value))
    return place.items


def _first_of(entry: Place) -> Place:
    """The first layer, of a model inside, too."""
    while is_model(entry) and entry["config"].has("layers") and entry["config"]["layers"].items:
        entry = entry["config"]["layers"].items[0]
    return entry


def check_count(count: int) -> None:
    if count > MOST_STEPS:
        raise ArgumentError("config_steps", argument="config", value=count, most=MOST_STEPS)


def check_all_from_layers(entry: Place, call: Call) -> None:
    """A layer of Keras takes outputs of layers, beside masks and truths that are left out."""
    others = [each for each in call.operands if not isinstance(each, Ref)]
    kind = class_of(entry)
    merges = kind in KINDS and KINDS[kind].merges
    stray = [each for each in others if merges or not (each is None or isinstance(each, bool))]
    if stray and (is_model(entry) or (kind in KINDS and not is_operation(entry))):
        raise entry["inbound_nodes"].refusal("sources")


def check_operands(parts: Sequence[Part], count: int, entry: Place) -> None:
    """A layer that stands for a sum of several has as many inputs as its sum."""
    needed = max(
        (each for part in parts for each in part.takes or () if isinstance(each, int)), default=-1
    )
    if needed >= count:
        raise ArgumentError("config_inputs", argument=entry.path, value=count, count=needed + 1)


def check_inputs(given: Sequence[str], count: int, config: Place) -> None:
    """A model is called on as many inputs as it has."""
    if len(given) != count:
        raise ArgumentError("config_inputs", argument=config.path, value=len(given), count=count)

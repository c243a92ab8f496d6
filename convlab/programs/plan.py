"""What a program has to do, in whatever framework: its inputs, its steps, where its weights are."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from keyword import iskeyword
from typing import Any

from ..companions import ELU, Activation, Dropout, InputLayer, LeakyReLU, ReLU
from ..errors import ArgumentError
from ..explanation import keras_kind
from ..layers import Layer
from ..layers.common import BaseLayer, Shape, SlidingLayer, name_prefix
from ..networks import AnyLayer, Network, Step, UnknownLayer


@dataclass(frozen=True)
class Entry:
    """An input: its name in the program, its shape in Keras, its dtype."""

    name: str
    shape: Shape | None
    dtype: str


@dataclass(frozen=True)
class Node:
    """A step: its name in the program, its layer, its sources' names, the shape that it takes.

    That is a list of shapes where the layer merges. ``weights`` holds the place of each weight in
    the list of all.
    """

    name: str
    layer: Any
    sources: tuple[str, ...]
    input_shape: Any
    weights: Mapping[str, int]

    @property
    def kind(self) -> str:
        """The name of the layer's class in Keras; "" for a layer that is not known."""
        return "" if isinstance(self.layer, UnknownLayer) else keras_kind(self.layer).__name__


@dataclass(frozen=True)
class Plan:
    """A layer or a model, as ``noun`` says, ready to be written."""

    noun: str
    entries: tuple[Entry, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    layers: tuple[AnyLayer, ...]
    """In the order of their weights."""

    @property
    def is_chain(self) -> bool:
        """Whether each step takes what the one before it gives, and nothing else."""
        names = [*(entry.name for entry in self.entries), *(node.name for node in self.nodes)]
        sources = [*(node.sources for node in self.nodes), self.outputs]
        return sources == [(name,) for name in names] and not self.is_shared

    @property
    def is_shared(self) -> bool:
        """Whether a layer stands in several steps."""
        return len({id(node.layer) for node in self.nodes}) < len(self.nodes)

    def is_brief(self, name: str) -> bool:
        """Whether only the next step takes a value, or, of the last one, only the caller."""
        order = [node.name for node in self.nodes]
        order = [self.entries[0].name, *order] if len(self.entries) == 1 else order
        taking = [node.name for node in self.nodes for source in node.sources if source == name]
        taking += ["" for output in self.outputs if output == name]
        return name in order and taking == [*order, ""][order.index(name) + 1 :][:1]

    def variables(self, working: str) -> dict[str, str]:
        """A variable for each value: ``working`` where it is brief, else its name."""
        names = [*(entry.name for entry in self.entries), *(node.name for node in self.nodes)]
        return {name: working if self.is_brief(name) else name for name in names}


@dataclass(frozen=True)
class Names:
    """How a framework's programs call things: an only input ``entry``; what is ``taken`` already.

    A program that does not ``need_shapes`` can be written while they are not known.
    """

    entry: str
    taken: Container[str] = ()
    need_shapes: bool = True

    def legal(self, wishes: Iterable[str], also: Iterable[str] = ()) -> list[str]:
        """A name of Python's for each wish, all different.

        >>> Names("x", {"relu"}).legal(["conv (2)", "relu", "3", "conv_2"])
        ['conv_2', 'relu_', '_3', 'conv_2_']
        """
        found: dict[str, None] = dict.fromkeys(also)
        for wish in wishes:
            name = re.sub(r"\W+", "_", wish).strip("_") or "step"
            name = f"_{name}" if name[0].isdigit() else name
            while name in found or name in self.taken or iskeyword(name):
                name += "_"
            found[name] = None
        return [*found][len([*also]) :]


def plan_of(source: BaseLayer | Network, input_shape: Any, names: Names) -> Plan:
    """The plan of a layer or a network for inputs of this shape.

    Raises ``ArgumentError`` where the shape has to be given, and what a layer raises for it.
    """
    if isinstance(source, Network):
        return _Planner(source, input_shape, names).plan()
    shape = _known_shape(source) if input_shape is None else input_shape
    if shape is None:
        raise ArgumentError("program_shape", argument="input_shape", value=None, layer=source.name)
    source.compute_output_shape(shape)
    shapes = [tuple(each) for each in shape] if source.merges else [tuple(shape)]
    numbers = range(1, len(shapes) + 1)
    called = [f"{names.entry}{each}" for each in numbers] if source.merges else [names.entry]
    entries = [Entry(name, each, source.dtype) for name, each in zip(called, shapes, strict=True)]
    kind = keras_kind(source).__name__
    wish = "conv" if isinstance(source, Layer) else name_prefix(kind)
    (name,) = names.legal([wish], called)
    taken = shapes if source.merges else shapes[0]
    node = Node(name, source, tuple(called), taken, _places([source], [taken])[id(source)])
    return Plan("layer", tuple(entries), (node,), (name,), (source,))


class _Planner:
    """The plan of a network, piece by piece; steps by their names."""

    def __init__(self, network: Network, input_shape: Any, names: Names) -> None:
        self.network = network
        self.begun = [step for step in network.steps if not step.sources]
        shape = _shape_of_network(network, self.begun) if input_shape is None else input_shape
        if shape is None and names.need_shapes:
            raise ArgumentError("no_input_shape", argument="input_shape", value=None)
        self.shapes = {} if shape is None else network.shapes(shape)
        alone = len(self.begun) == 1
        self.given = [shape] if alone else shape or [None] * len(self.begun)
        steps = [step.name for step in network.steps]
        legal = names.legal(steps, [names.entry] if alone else ())
        self.called = dict(zip(steps, legal, strict=True))
        self.values = {**self.called, **self._inputs(names.entry if alone else None)}

    def _inputs(self, entry: str | None) -> dict[str, str]:
        """The name of each input, by the step that takes it."""
        own = [self.called[step.name] + "_input" * (not _begins(step)) for step in self.begun]
        self.entered = {
            step.name: entry or name for step, name in zip(self.begun, own, strict=True)
        }
        return {step.name: self.entered[step.name] for step in self.begun if _begins(step)}

    def plan(self) -> Plan:
        entries = [
            Entry(self.entered[step.name], shape and tuple(shape), self._dtype(step))
            for step, shape in zip(self.begun, self.given, strict=True)
        ]
        shapes = dict(zip(self.entered, [entry.shape for entry in entries], strict=True))
        taken = {step.name: self._taken(step, shapes) for step in self.network.steps}
        layers = self.network.layers
        first = {id(step.layer): taken[step.name] for step in reversed(self.network.steps)}
        places = _places(layers, [first[id(layer)] for layer in layers]) if self.shapes else {}
        nodes = [
            Node(
                self.called[step.name],
                step.layer,
                tuple(self.values[source] for source in step.sources) or (self.entered[step.name],),
                taken[step.name],
                places.get(id(step.layer), {}),
            )
            for step in self.network.steps
            if not _begins(step)
        ]
        outputs = tuple(self.values[name] for name in self.network.outputs)
        return Plan("model", tuple(entries), tuple(nodes), outputs, layers)

    def _taken(self, step: Step, shapes: Mapping[str, Any]) -> Any:
        known = [self.shapes.get(source) for source in step.sources] or [shapes[step.name]]
        return known if step.layer.merges else known[0]

    def _dtype(self, step: Step) -> str:
        """That of what takes the input first: no digit is lost before it."""
        taking = [other.layer for other in self.network.steps if step.name in other.sources]
        layer = taking[0] if _begins(step) and taking else step.layer
        return str(getattr(layer, "dtype", "float32"))


def _begins(step: Step) -> bool:
    return isinstance(step.layer, InputLayer) and not step.sources


def _places(layers: Iterable[AnyLayer], shapes: Iterable[Any]) -> dict[int, dict[str, int]]:
    """The place of each weight among all, by its layer."""
    place, found = count(), {}
    for layer, shape in zip(layers, shapes, strict=True):
        names = layer.weight_shapes(shape) if isinstance(layer, BaseLayer) else ()
        found[id(layer)] = {name: next(place) for name in names}
    return found


_OF_ANY_SHAPE = (Activation, Dropout, ELU, LeakyReLU, ReLU)


def _known_shape(layer: BaseLayer) -> Any:
    """The shape of an input as far as the layer tells it; ``None`` where its rank is not known."""
    if isinstance(layer, InputLayer):
        return layer.batch_shape
    shape = (layer.get_build_config() or {}).get("input_shape")
    if not isinstance(layer, SlidingLayer):
        return (None, None) if shape is None and keras_kind(layer) in _OF_ANY_SHAPE else shape
    unknown = (None,) * (layer.rank + 2)
    if shape is None:
        return None if isinstance(layer, Layer) else unknown
    place = 1 if layer.data_format == "channels_first" else -1
    sizes = list(unknown)
    sizes[place] = shape[place]
    return tuple(sizes)


def _shape_of_network(network: Network, begun: list[Step]) -> Any:
    if network.input_shape is not None:
        return network.input_shape
    layers = [step.layer for step in begun]
    shapes = [
        (layer.get_build_config() or {}).get("input_shape")
        for layer in layers
        if isinstance(layer, BaseLayer)
    ]
    if len(shapes) < len(layers) or None in shapes:
        return None
    return shapes[0] if len(shapes) == 1 else shapes

"""``explain``: a layer or a network on the shape of its input, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias, overload

from ..arguments import check_is_layer, is_size, items_of
from ..companions import InputLayer
from ..errors import ConvlabError
from ..geometry import Size
from ..geometry.fields import ReceptiveField
from ..i18n import Term
from ..layers.common import BaseLayer
from ..networks import Network, UnknownLayer
from .layers import (
    LayerExplanation,
    LayerLike,
    Refusal,
    Shape,
    UnknownExplanation,
    explain_one,
)
from .mending import Mender
from .places import Place
from .seeing import Fields, Seen, begun, seen_behind
from .settings import Settings
from .writing import Shown


@dataclass(frozen=True)
class Unreached:
    """A layer without an input whose shape is known: ``reason`` says why."""

    layer: str
    reason: Term


StepRecord: TypeAlias = LayerExplanation | Refusal | Unreached


@dataclass(frozen=True)
class StepExplanation:
    """A step in its place: its name, the steps it takes from, what there is to say of its layer.

    ``seen`` is what one of its outputs sees of each input of the network; ``None`` where that is
    not known. ``again`` is whether its layer stood in an earlier step: its weights count once.
    """

    name: str
    sources: tuple[str, ...]
    record: StepRecord
    seen: Seen | None = None
    again: bool = False

    @property
    def layer(self) -> str:
        """The name of the layer's class."""
        return self.record.layer

    @property
    def explained(self) -> LayerExplanation | None:
        """What there is to say of the layer; ``None`` where it is refused or not reached."""
        return self.record if isinstance(self.record, LayerExplanation) else None

    @property
    def output_shape(self) -> Shape | None:
        """The shape behind the step, where there is one."""
        return None if self.explained is None else self.explained.output_shape

    @property
    def fields(self) -> Fields:
        """What one output sees of the only, or of the first, input: a field for each direction."""
        return () if not self.seen else next(iter(self.seen.values()))

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        place = {"name": self.name, "sources": list(self.sources), "layer": self.layer}
        if isinstance(self.record, Unreached):
            return {**place, "not_reached": str(self.record.reason)}
        fields = {name: list(map(_field_dict, own)) for name, own in (self.seen or {}).items()}
        return {**place, **self.record.to_dict(), "receptive_fields": fields}


def _field_dict(field: ReceptiveField) -> dict[str, Any]:
    start = None if field.start is None else float(field.start)
    told = {"size": field.size, "jump": float(field.jump), "start": start}
    return {**told, "at_most": field.at_most}


@dataclass(frozen=True, repr=False)
class NetworkExplanation(Shown):
    """A network, or layers one after the other, the shapes flowing through them.

    What depends on a step that is refused is not reached; other branches go on. ``input_shapes``
    holds a shape for each input, ``outputs`` names the steps whose outputs are the network's.
    """

    steps: tuple[StepExplanation, ...]
    input_shapes: tuple[Shape, ...]
    outputs: tuple[str, ...]
    name: str = ""
    notes: tuple[Term, ...] = ()

    @property
    def layers(self) -> tuple[LayerExplanation | Refusal, ...]:
        """The records of the steps that were reached."""
        records = (step.record for step in self.steps)
        return tuple(record for record in records if not isinstance(record, Unreached))

    @property
    def accepted(self) -> tuple[Any, ...]:
        """The explanations of the layers that take what they are given."""
        return tuple(step.explained for step in self.steps if step.explained is not None)

    @property
    def refusal(self) -> Refusal | None:
        """The first layer that is refused, if any."""
        return next((layer for layer in self.layers if isinstance(layer, Refusal)), None)

    @property
    def fields(self) -> tuple[Fields, ...]:
        """Behind each accepted layer what one of its outputs sees of the (first) input."""
        return tuple(step.fields for step in self.steps if step.explained is not None)

    @property
    def input_shape(self) -> Any:
        """The input's shape; a list for several inputs."""
        return self.input_shapes[0] if len(self.input_shapes) == 1 else list(self.input_shapes)

    @property
    def output_shape(self) -> Any:
        """The output's shape, or a list of them; where one is missing, that of the last step."""
        reached = {step.name: step.output_shape for step in self.steps if step.output_shape}
        if not all(name in reached for name in self.outputs) or not self.outputs:
            return [*self.input_shapes[:1], *reached.values()][-1]
        shapes = [reached[name] for name in self.outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def parameters(self) -> Size:
        """All single weights; a layer that stands in several steps counts once."""
        return _sum(one.parameters for one in self._once)

    @property
    def trainable(self) -> Size:
        """Those of them that are trained."""
        return _sum(one.trainable for one in self._once)

    @property
    def _once(self) -> Iterator[LayerExplanation]:
        return (step.explained for step in self.steps if step.explained and not step.again)

    @property
    def multiply_adds(self) -> Size:
        """Those of all steps, for one sample."""
        return _sum(one.multiply_adds for one in self.accepted)

    @property
    def activation_bytes(self) -> Size:
        """Memory for the outputs of all steps, for one sample: what training keeps."""
        return _sum(one.bytes.output for one in self.accepted)

    @property
    def largest(self) -> StepExplanation | None:
        """The step with the largest output; ``None`` while a size is unknown."""
        if self.activation_bytes is None:
            return None
        sized = [(step.explained.bytes.output or 0, step) for step in self.steps if step.explained]
        return max(sized, key=lambda each: each[0], default=(0, None))[1]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        return {
            "name": self.name,
            "input_shape": _listed_shape(self.input_shape),
            "output_shape": _listed_shape(self.output_shape),
            "outputs": list(self.outputs),
            "steps": [step.to_dict() for step in self.steps],
            "parameters": self.parameters,
            "trainable": self.trainable,
            "multiply_adds": self.multiply_adds,
            "activation_bytes": self.activation_bytes,
            "largest": None if self.largest is None else self.largest.name,
            "notes": [str(note) for note in self.notes],
        }


def _sum(counts: Iterable[Size]) -> Size:
    """A sum; unknown as soon as a summand is."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _listed_shape(shape: Any) -> list[Any]:
    return [list(each) for each in shape] if isinstance(shape, list) else list(shape)


# From what was given to its explanation


@overload
def explain(layer: LayerLike, input_shape: Any = None) -> LayerExplanation | Refusal: ...
@overload
def explain(
    layer: Network | Sequence[LayerLike], input_shape: Any = None
) -> NetworkExplanation: ...
def explain(
    layer: LayerLike | Network | Sequence[LayerLike], input_shape: Any = None
) -> LayerExplanation | Refusal | NetworkExplanation:
    """Explain a layer or a network on an input shape: shapes and why, costs, receptive fields.

    ``layer`` is a layer, or ``(name, arguments)`` for one that may not exist, or a list of such, or
    a ``Network``. ``input_shape`` includes the batch; sizes may be ``None``; a merge and a network
    of several inputs take a list of shapes. It may be left out where an ``InputLayer`` tells it.
    What a layer refuses becomes a ``Refusal``, with the error and legal settings nearby, not an
    exception. Raises ``ArgumentError`` for anything but layers, and where a network's input shape
    is missing. ``explanation_of`` raises instead.

    >>> from convlab import Conv2D, Dense, Flatten
    >>> record = explain(Conv2D(8, 3, strides=2), (None, 28, 20, 3))
    >>> record.output_shape, record.parameters, record.multiply_adds
    ((None, 13, 9, 8), 224, 25272)
    >>> refusal = explain(("Conv2D", {"filters": 8, "kernel_size": 5}), (None, 28, 3, 3))
    >>> [dict(choice.changes) for choice in refusal.choices]
    [{'kernel_size': (5, 3)}, {'padding': 'same'}]
    >>> network = explain([Conv2D(8, 3), Flatten(), Dense(10)], (None, 28, 28, 1))
    >>> network.output_shape, network.parameters
    ((None, 10), 54170)
    >>> print(network.accepted[1].reason)
    26 × 26 × 8 = 5,408
    """
    if isinstance(layer, Network):
        return _explain_network(layer, input_shape)
    shape = _listed(input_shape)
    if isinstance(layer, BaseLayer) or _is_named(layer):
        return explain_one(layer, _begun_with(layer) if shape is None else shape)  # type: ignore[arg-type]
    return _explain_chain(_layers_in(layer), shape)


_MOST_LAYERS = 10_000
"""An endless iterable stops here."""


def _layers_in(given: object) -> list[Any]:
    no_items = isinstance(given, str | bytes | Mapping) or getattr(given, "ndim", 1) == 0
    if not isinstance(given, Iterable) or no_items:
        check_is_layer(given, BaseLayer)
        raise AssertionError
    return list(islice(given, _MOST_LAYERS))


def _listed(input_shape: Any) -> Any:
    """A shape that can be read more than once, as an iterator cannot."""
    return items_of(input_shape) if isinstance(input_shape, Iterator) else input_shape


def _is_named(layer: object) -> bool:
    pair = isinstance(layer, tuple) and len(layer) == 2
    return pair and isinstance(layer[0], str) and isinstance(layer[1], Mapping)  # type: ignore[index]


def _begun_with(layer: Any) -> Any:
    """The shape that an ``InputLayer`` tells; ``None`` for any other layer."""
    if _is_named(layer) and layer[0] == InputLayer.__name__:
        try:
            layer = Settings.asked(layer[0], layer[1], None).made()
        except ConvlabError:
            return None
    return layer.batch_shape if isinstance(layer, InputLayer) else None


def _explain_chain(layers: Sequence[LayerLike], input_shape: Any) -> NetworkExplanation:
    """Layers one after the other; those without a name are numbered."""
    for layer in layers:
        if not (_is_named(layer) or isinstance(layer, UnknownLayer)):
            check_is_layer(layer, BaseLayer)
    shape = _begun_with(layers[0]) if layers and input_shape is None else input_shape
    places: list[Place] = []
    for layer in layers:
        places.append(Place(_free_name(layer, places), layer, tuple(p.name for p in places[-1:])))
    given = {place.name: shape for place in places[:1]}
    outputs = tuple(place.name for place in places[-1:])
    several = bool(places) and places[0].merges and isinstance(shape, list)
    shapes = tuple(map(_sizes, shape if several else [shape]))
    return NetworkExplanation(_walk(places, given), shapes, outputs)


def _free_name(layer: LayerLike, before: Sequence[Place]) -> str:
    own = layer[1].get("name") if isinstance(layer, tuple) else layer.name
    taken = {place.name for place in before}
    if isinstance(own, str) and own not in taken:
        return own
    return str(len(before) + 1)


def _explain_network(network: Network, input_shape: Any) -> NetworkExplanation:
    given = network.input_shapes(_listed(input_shape))
    places = [Place(step.name, step.layer, step.sources) for step in network.steps]
    shapes = tuple(_sizes(shape) for shape in given.values())
    steps = _walk(places, given)
    return NetworkExplanation(steps, shapes, network.outputs, network.name, network.notes)


def _sizes(input_shape: Any) -> Shape:
    """A shape, legal or not, as far as plain data can hold it."""
    return tuple(
        size if size is None else int(size) if is_size(size) else str(size)  # type: ignore[misc]
        for size in items_of(input_shape)
    )


# The walk


def _walk(places: Sequence[Place], given: Mapping[str, Any]) -> tuple[StepExplanation, ...]:
    """Each step on what its sources put out; ``given`` holds the shapes of the inputs."""
    first = any(place.channels_first for place in places)
    found: dict[str, StepExplanation] = {}
    met: set[int] = set()
    for place in places:
        record = _record(place, found, given)
        seen = _seen(place, record, found, first)
        again = id(place.layer) in met
        # A pair makes a layer of its own wherever it stands.
        met |= set() if isinstance(place.layer, tuple) else {id(place.layer)}
        found[place.name] = StepExplanation(place.name, place.sources, record, seen, again)
    return _mended(tuple(found.values()), places, given)


def _mended(
    steps: tuple[StepExplanation, ...], places: Sequence[Place], given: Mapping[str, Any]
) -> tuple[StepExplanation, ...]:
    """The steps, refusals with what would mend them earlier in the network."""
    if not any(isinstance(step.record, Refusal) and step.sources for step in steps):
        return steps
    mender = Mender(places, given)
    return tuple(
        replace(step, record=mender.mended(step.name, step.record))
        if isinstance(step.record, Refusal)
        else step
        for step in steps
    )


def _record(
    place: Place, found: Mapping[str, StepExplanation], given: Mapping[str, Any]
) -> StepRecord:
    for source in place.sources:
        if found[source].output_shape is None:
            return Unreached(place.kind, Term("reasons.not_reached", step=source))
    taken = [found[source].output_shape for source in place.sources] or [given[place.name]]
    if isinstance(place.layer, UnknownLayer):
        return _unknown(place.layer, tuple(_sizes(shape) for shape in taken))
    # An input of a merge that has no sources is given as the merge takes it.
    shape = taken if place.merges and place.sources else taken[0]
    return explain_one(place.layer, shape, fixed_shape=bool(place.sources))


def _unknown(layer: UnknownLayer, shapes: tuple[Shape, ...]) -> StepRecord:
    if layer.output_shape is None:
        return Unreached(layer.kind, Term("reasons.unknown_shape"))
    return UnknownExplanation(layer, shapes, (), (), 4)


def _seen(
    place: Place, record: StepRecord, found: Mapping[str, StepExplanation], first: bool
) -> Seen | None:
    if not isinstance(record, LayerExplanation):
        return None
    taken = [found[source].seen for source in place.sources] or [
        begun(place.name, record.input_shape)
    ]
    known = [seen for seen in taken if seen is not None]
    return seen_behind(record, known, first) if len(known) == len(taken) else None

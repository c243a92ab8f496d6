"""A network: layers, each with the layers that it takes its input from."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from typing import Any, TypeAlias

from .. import arguments
from ..companions import InputLayer
from ..errors import ArgumentError, ConvlabError, ShapeError, StateError
from ..i18n import Choices, Term, text
from ..layers.common import Array, BaseLayer, Shape
from .unknown import UnknownLayer

AnyLayer: TypeAlias = BaseLayer | UnknownLayer


@dataclass(frozen=True)
class Step:
    """A layer in its place.

    ``sources`` names the steps whose outputs it takes, in order; a step without any takes an input
    of the network's. A layer may stand in several steps: it then has the same weights in all.
    """

    name: str
    layer: AnyLayer
    sources: tuple[str, ...] = ()


class Network:
    """Layers in order, with their merges; called on a batch, it computes.

    ``layers`` is a list of layers, one after the other, or of ``Step`` records, in any order.
    ``outputs`` names the steps whose outputs are the network's; else those that no other step
    takes. ``notes`` is what somebody who uses it should know. Raises ``ArgumentError`` for what is
    no layer, for a name that stands twice or nowhere, and for a circle.

    >>> import numpy as np
    >>> from convlab import Conv2D, Dense, Flatten, MaxPooling2D
    >>> network = Network([Conv2D(4, 3), MaxPooling2D(2), Flatten(), Dense(10)])
    >>> network(np.ones((1, 8, 8, 1))).shape, network.count_params()
    ((1, 10), 410)
    >>> network.compute_output_shape((None, 10, 10, 1))
    (None, 10)
    """

    def __init__(
        self,
        layers: Iterable[AnyLayer | Step],
        *,
        outputs: Iterable[str] | None = None,
        name: str = "network",
        notes: Iterable[Term] = (),
    ) -> None:
        given = _steps(layers)
        self.steps = _in_order(given)
        self.layers: tuple[AnyLayer, ...] = _each_once(step.layer for step in given)
        self.inputs = tuple(step.name for step in self.steps if not step.sources)
        self.outputs = self._last() if outputs is None else _known(outputs, self.steps)
        self.name = name
        self.notes = tuple(notes)
        self._workers: dict[str, AnyLayer] = {}

    def _last(self) -> tuple[str, ...]:
        taken = {source for step in self.steps for source in step.sources}
        return tuple(step.name for step in self.steps if step.name not in taken)

    # Shapes

    @property
    def input_shape(self) -> Any:
        """What its ``InputLayer`` takes; a list for several inputs, ``None`` where one has none."""
        begun = [step.layer for step in self.steps if not step.sources]
        shapes = [layer.batch_shape for layer in begun if isinstance(layer, InputLayer)]
        if len(shapes) < len(begun):
            return None
        return shapes[0] if len(shapes) == 1 else shapes

    def shapes(self, input_shape: Any = None) -> dict[str, Shape]:
        """The shape behind each step, by its name; sizes that are ``None`` stay ``None``.

        ``input_shape`` may be left out where ``InputLayer`` tells it; several inputs take a list.
        Raises ``ShapeError`` where a layer would, with a note that names its step.
        """
        given = iter(self.input_shapes(input_shape).values())
        found: dict[str, Shape] = {}
        for step in self.steps:
            with _at(step):
                taken = self._taken(step, found, given)
                found[step.name] = step.layer.compute_output_shape(taken)
        return found

    def compute_output_shape(self, input_shape: Any = None) -> Any:
        """The output's shape for an input's; a list of them for several outputs."""
        found = self.shapes(input_shape)
        return _one_or_all([found[name] for name in self.outputs])

    def input_shapes(self, input_shape: Any = None) -> dict[str, Any]:
        """The shape that each input is given, by its step's name; checked only for their number.

        ``input_shape`` as ``shapes`` takes it. Raises ``ArgumentError`` where there is none.
        """
        shape = self.input_shape if input_shape is None else input_shape
        if shape is None:
            raise ArgumentError("no_input_shape", argument="input_shape", value=None)
        return dict(zip(self.inputs, self._one_each(shape, "input_shape"), strict=True))

    def _one_each(self, given: Any, argument: str) -> Iterator[Any]:
        """What was given for the network's inputs, one by one."""
        if len(self.inputs) == 1:
            return iter([given])
        items = given if isinstance(given, list | tuple) else [given]
        if len(items) != len(self.inputs):
            names = Choices(self.inputs)
            raise ShapeError(
                "one_for_each_input", argument=argument, value=len(items), inputs=names
            )
        return iter(items)

    @staticmethod
    def _taken(step: Step, found: dict[str, Any], given: Iterator[Any]) -> Any:
        """What a step takes of what was found so far, or of the network's inputs."""
        taken = [found[source] for source in step.sources] or [next(given)]
        return taken if step.layer.merges else taken[0]

    # Weights

    def build(self, input_shape: Any = None) -> None:
        """Make the weights of all layers that have none yet, for inputs of this shape."""
        given = iter(self.input_shapes(input_shape).values())
        found: dict[str, Any] = {}
        for step in self.steps:
            with _at(step):
                taken = self._taken(step, found, given)
                if not step.layer.built:
                    step.layer.build(taken)
                found[step.name] = step.layer.compute_output_shape(taken)

    @property
    def built(self) -> bool:
        """Whether every layer has its weights."""
        return all(layer.built for layer in self.layers)

    @property
    def weights(self) -> list[Array]:
        """The weights of all layers, layer by layer."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def gradients(self) -> list[Array]:
        """Those that ``backward`` found, in the order of ``weights``."""
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def get_weights(self) -> list[Array]:
        """Copies of the weights, layer by layer."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Copy values into the weights, in the order of ``get_weights``; nothing is broadcast.

        Raises ``ShapeError`` for another number of arrays or another shape, ``StateError`` before
        ``build``.
        """
        arguments.check_built(self.built, "set_weights", self.name)
        shapes = [weight.shape for weight in self.weights]
        values = iter(arguments.check_weights(weights, shapes, self.name))
        for layer in self.layers:
            if isinstance(layer, BaseLayer):
                layer.set_weights([next(values) for _ in layer.weights])

    def count_params(self) -> int:
        """The number of single weights. Raises ``StateError`` before ``build``."""
        arguments.check_built(self.built, "count_params", self.name)
        return sum(weight.size for weight in self.weights)

    # The call and the way back

    def __call__(self, x: Any, *, training: bool | None = None) -> Any:
        """The output for a batch; lists for several inputs or outputs. Builds layers at first.

        Raises what a layer raises, with a note that names its step.
        """
        outputs = self.outputs_of(x, training=training)
        return _one_or_all([outputs[name] for name in self.outputs])

    def outputs_of(self, x: Any, *, training: bool | None = None) -> dict[str, Array]:
        """Every step's output for a batch, by the step's name."""
        given = self._one_each(x, "x")
        outputs: dict[str, Array] = {}
        self._workers = {}
        used: set[int] = set()
        for step in self.steps:
            with _at(step):
                worker = copy(step.layer) if id(step.layer) in used else step.layer
                taken = self._taken(step, outputs, given)
                outputs[step.name] = worker(taken, training=training)
            self._workers[step.name] = worker
            used.add(id(step.layer))
        return outputs

    def backward(self, grad_output: Any) -> Any:
        """The gradient of the last call's input, given that of its output; lists for several.

        Fills the ``gradients`` of every layer; those of a layer that stands in several steps are
        summed. Raises ``StateError`` before the first call.
        """
        arguments.check_called(bool(self._workers), self.name)
        errors: dict[str, Any] = dict.fromkeys(self._workers, None)
        for name, error in zip(self.outputs, self._errors(grad_output), strict=True):
            errors[name] = _sum(errors[name], error)
        found: dict[int, list[Array]] = {}
        inputs = {}
        for step in reversed(self.steps):
            taken = self._back(step, errors, found)
            inputs.update({} if step.sources else {step.name: taken[0]})
        return _one_or_all([inputs[name] for name in self.inputs])

    def _errors(self, grad_output: Any) -> list[Any]:
        if len(self.outputs) == 1:
            return [grad_output]
        if not isinstance(grad_output, list | tuple) or len(grad_output) != len(self.outputs):
            raise ShapeError(
                "one_for_each_output", argument="grad_output", outputs=Choices(self.outputs)
            )
        return list(grad_output)

    def _back(self, step: Step, errors: dict[str, Any], found: dict[int, list[Array]]) -> list[Any]:
        """Take one step back: the gradients of what it took, added to those of its sources."""
        worker, error = self._workers[step.name], errors[step.name]
        if error is None:
            raise StateError("not_an_output", layer=step.name, outputs=Choices(self.outputs))
        with _at(step):
            back = worker.backward(error)
        taken = back if step.layer.merges else [back]
        for source, each in zip(step.sources, taken, strict=False):
            errors[source] = _sum(errors[source], each)
        own = found.get(id(step.layer))
        sums = worker.gradients if own is None else _sums(own, worker.gradients)
        found[id(step.layer)] = step.layer.gradients = sums
        return taken

    def code(self, framework: str = "keras", input_shape: Any = None) -> str:
        """The network as a program for ``framework``: ``"keras"``, ``"pytorch"`` or ``"numpy"``.

        As a layer's ``code``; ``input_shape`` may be left out where the network knows it. Raises
        ``ArgumentError`` for another framework, and where the shape has to be given.

        >>> from convlab import Dense
        >>> network = Network([InputLayer((4,)), Dense(2, activation="relu"), Dense(1)])
        >>> print(network.code())
        import keras
        <BLANKLINE>
        model = keras.Sequential(
            [
                keras.Input(shape=(4,)),
                keras.layers.Dense(units=2, activation="relu"),
                keras.layers.Dense(units=1),
            ]
        )
        """
        # By name, on first use: networks compute, and know nothing of programs.
        found: str = import_module("..programs", __package__).program(self, framework, input_shape)
        return found

    def __repr__(self) -> str:
        lines = (f"  {step.name}: {step.layer!r}{_from(step)}" for step in self.steps)
        return "\n".join([f"Network {self.name!r}", *lines])


def _from(step: Step) -> str:
    return f" of {', '.join(step.sources)}" if len(step.sources) > 1 else ""


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one + other


def _sums(some: Sequence[Array], others: Sequence[Array]) -> list[Array]:
    return [one + other for one, other in zip(some, others, strict=True)]


def _one_or_all(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items


class _at:
    """Name the step in what a layer raises."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ConvlabError):
            error.add_note(text("errors.in_step", step=self.step.name))


# From what was given to steps in order


def _steps(layers: Iterable[AnyLayer | Step]) -> list[Step]:
    """Steps as they are; layers as a chain, each named after itself."""
    found: dict[str, Step] = {}
    last: tuple[str, ...] = ()
    for each in _listed(layers):
        step = each if isinstance(each, Step) else _chained(each, found, last)
        if step.name in found:
            raise ArgumentError("step_twice", argument="layers", value=step.name)
        found[step.name], last = step, (step.name,)
    if not found:
        raise ArgumentError("no_steps", argument="layers", value=[])
    return list(found.values())


def _listed(layers: Any) -> Iterable[Any]:
    whole = isinstance(layers, str | bytes) or getattr(layers, "ndim", 1) == 0
    if isinstance(layers, Iterable) and not whole:
        return layers
    return [layers]  # It is refused as no layer.


def _chained(layer: Any, taken: Container[str], last: tuple[str, ...]) -> Step:
    if not isinstance(layer, UnknownLayer):
        arguments.check_is_layer(layer, BaseLayer, "not_layers")
    return Step(_free(layer.name, taken), layer, last)


def _free(name: str, taken: Container[str]) -> str:
    """A name for a layer that stands somewhere else, too."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _in_order(steps: list[Step]) -> tuple[Step, ...]:
    """Sources before those that take from them; else in the order given."""
    _check_sources(steps)
    found: dict[str, Step] = {}
    waiting = steps
    while waiting:
        later = []
        for step in waiting:
            if all(source in found for source in step.sources):
                found[step.name] = step
            else:
                later.append(step)
        waiting = later
    return tuple(found.values())


def _check_sources(steps: list[Step]) -> None:
    names = {step.name for step in steps}
    for step in steps:
        for source in step.sources:
            if source not in names:
                raise ArgumentError("no_source", argument="sources", value=source, step=step.name)
    try:
        TopologicalSorter({step.name: step.sources for step in steps}).prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ArgumentError("circle", argument="sources", value=circle) from None


def _known(outputs: Iterable[str], steps: Iterable[Step]) -> tuple[str, ...]:
    names = [step.name for step in steps]
    wanted = (outputs,) if isinstance(outputs, str) else arguments.items_of(outputs) or (outputs,)
    for name in wanted:
        if not isinstance(name, str) or name not in names:
            raise ArgumentError("no_step", argument="outputs", value=name, legal=Choices(names))
    return wanted


def _each_once(layers: Iterable[AnyLayer]) -> tuple[AnyLayer, ...]:
    return tuple({id(layer): layer for layer in layers}.values())

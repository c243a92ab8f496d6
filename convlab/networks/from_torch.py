"""A network from PyTorch: a module that is a layer, or a Sequential of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NoReturn

from .. import companions
from ..errors import ArgumentError, ConvlabError, ShapeError
from ..i18n import Choices, Term, text
from ..layers import Layer
from ..layers.common import BaseLayer, Shape
from .network import AnyLayer, Network, Step
from .torch_kinds import TRANSLATIONS
from .torch_modules import INPUT, Part, Place, classes_of, dtype_of, is_lazy, kind_of
from .unknown import UnknownLayer


def recognised(source: object) -> bool:
    """Whether ``source`` is a module of PyTorch's."""
    return bool(classes_of(source))


def network_of(source: object) -> Network:
    """The network that ``source`` holds: channels first as in PyTorch, and as after ``eval()``.

    Raises ``ArgumentError`` for a module whose ``forward`` is its own, and for an argument that
    Keras' layers cannot follow.
    """
    kind = kind_of(source)
    if kind not in TRANSLATIONS and kind != "Sequential" and not is_lazy(source):
        _refuse(source)
    dtype, narrow = dtype_of(source)
    modules = list(_modules(source, "" if kind == "Sequential" else type(source).__name__))
    reading = _Reading(dtype, _first_shape(kind_of(module) for _, module in modules))
    for name, module in modules:
        reading.add(name, module)
    notes = [*_general_notes(source, reading.steps, narrow), *reading.notes]
    return Network(reading.steps, name=type(source).__name__, notes=dict.fromkeys(notes))


def _refuse(module: Any) -> NoReturn:
    parts = [name for name, part in module._modules.items() if part is not None]
    raise ArgumentError(
        "torch_module" if parts else "torch_layer",
        argument="source",
        value=type(module).__name__,
        parts=Choices([f"module.{name}" for name in parts]),
    )


def _modules(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The layers of (nested) Sequentials, with their names in the outermost."""
    if kind_of(module) != "Sequential":
        yield name, module
        return
    for key, each in module._modules.items():
        yield from _modules(each, f"{name}.{key}".lstrip("."))


def _first_shape(kinds: Iterable[str | None]) -> Shape | None:
    """The input's shape as far as the first class with a number of directions tells it."""
    for kind in kinds:
        if kind in (None, "Flatten", "Unflatten"):
            return None
        if kind[-2:-1].isdigit() and kind != "BatchNorm1d":  # That one takes rows, too.
            return (None,) * (int(kind[-2]) + 2)
    return None


def _general_notes(source: Any, steps: list[Step], narrow: str | None) -> Iterator[Term]:
    layers = [step.layer for step in steps]
    if any(getattr(layer, "data_format", None) == "channels_first" for layer in layers):
        yield Term("torch.channels_first")
    trained = (companions.BatchNormalization, companions.Dropout)
    if source.training and any(isinstance(layer, trained) for layer in layers):
        yield Term("torch.training")
    if narrow is not None:
        yield Term("torch.narrow", dtype=narrow)


class _Reading:
    """The steps so far, and the shape behind each as far as it is known."""

    def __init__(self, dtype: str, first: Shape | None) -> None:
        self.dtype = dtype
        self.first = first
        self.steps: list[Step] = []
        self.notes: list[Term] = []
        self._shapes: dict[str, Shape | None] = {}
        self._made: dict[int, list[tuple[Part, AnyLayer]]] = {}

    @property
    def _last(self) -> tuple[str, ...]:
        """The step before, if there is one."""
        return tuple(step.name for step in self.steps[-1:])

    @property
    def _known(self) -> Shape | None:
        """The shape behind the step before."""
        return self._shapes[self.steps[-1].name] if self.steps else self.first

    def add(self, name: str, module: Any) -> None:
        """Add what a module becomes; one that stands twice becomes the same layers twice."""
        if id(module) not in self._made:
            self._made[id(module)] = list(self._layers(name, module))
        made = self._made[id(module)]
        if not self.steps and sum(INPUT in part.sources for part, _ in made) > 1:
            # A network has an input for each step without a source.
            begin = Part(companions.Activation, {"activation": "linear"})
            self._stand(f"{name}.{INPUT}", begin, self._layer(begin, f"{name}.{INPUT}"), ())
        names = {INPUT: self._last}
        for part, layer in made:
            step = _step_name(name, part)
            sources = [names[source] for source in part.sources] or [self._last]
            self._stand(step, part, layer, tuple(chain(*sources)))
            names[part.suffix] = (step,)

    def _layers(self, name: str, module: Any) -> Iterator[tuple[Part, AnyLayer]]:
        own = type(module).__name__
        if is_lazy(module):
            raise ArgumentError("torch_lazy", argument="module", value=own, step=name)
        place = Place(name, module, self.dtype, self._known)
        if place.kind not in TRANSLATIONS:
            self.notes.append(place.note("unknown", kind=own))
            count = sum(values.numel() for values in module.parameters())
            yield Part(UnknownLayer), UnknownLayer(name, own, parameters=count)
            return
        for part in TRANSLATIONS[place.kind](place):
            self.notes += part.notes
            yield part, self._layer(part, _step_name(name, part))

    def _layer(self, part: Part, name: str) -> AnyLayer:
        """A layer with its weights."""
        try:
            layer: BaseLayer = part.kind(**part.arguments, dtype=self.dtype, name=name)
            if part.built_for is None:
                layer.built = not part.waits  # Without weights there is nothing to build.
            else:
                layer.build(part.built_for)
                layer.set_weights(part.weights)
        except ConvlabError as error:
            error.add_note(text("errors.in_step", step=name))
            raise
        return layer

    def _stand(self, name: str, part: Part, layer: AnyLayer, sources: tuple[str, ...]) -> None:
        self.steps.append(Step(name, layer, sources))
        taken = [self._shapes[each] for each in sources] or [self.first]
        self._shapes[name] = _shape_behind(layer, part, taken)


def _step_name(module: str, part: Part) -> str:
    return f"{module}.{part.suffix}" if part.suffix else module


def _shape_behind(layer: AnyLayer, part: Part, taken: list[Shape | None]) -> Shape | None:
    """A layer's output shape, as far as it is known."""
    told = isinstance(layer, Layer) and taken == [None]
    shapes: list[Any] = [part.built_for] if told else taken
    if isinstance(layer, UnknownLayer) or None in shapes:
        return None
    try:
        found: Shape = layer.compute_output_shape(shapes if layer.merges else shapes[0])
    except ShapeError:
        return None  # The call says it, with all sizes.
    return found

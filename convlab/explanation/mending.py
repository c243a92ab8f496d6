"""Where a network's step is refused: how its map became so small, and what mends it earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeAlias

from ..arguments import AXIS_NAMES, is_size, items_of
from ..companions import InputLayer
from ..errors import ConvlabError, ShapeError
from ..geometry import Size
from ..i18n import Term
from ..layers.common import BaseLayer
from ..networks import UnknownLayer
from .layers import Refusal, Shape
from .places import Place
from .settings import Choice, Settings

Shapes: TypeAlias = dict[str, Shape | None]
"""The shape behind each step; ``None`` where it is refused or not reached."""

_MOST_CHOICES = 4
_MOST_TRIED = 24
_MOST_ADDED = 4096
_MOST_SIZES = 12


class Mender:
    """A network's shapes, and how they would be with one step changed or left out."""

    def __init__(self, places: Sequence[Place], given: Mapping[str, Any]) -> None:
        self._places = {place.name: place for place in places}
        self._given = given
        self._layers = {place.name: _made(place) for place in places}
        self._shapes: Shapes = self._run({}, given)

    def mended(self, name: str, refusal: Refusal) -> Refusal:
        """A refusal with its history, and with choices about earlier steps, each tried out."""
        if not isinstance(refusal.error, ShapeError) or not self._places[name].sources:
            return refusal
        earlier = islice(self._choices(name, refusal), _MOST_CHOICES)
        choices = (*refusal.choices, *earlier, *self._larger(name))
        return replace(refusal, choices=choices, history=self._history(name, refusal))

    # Trying out

    def _run(self, changed: Mapping[str, BaseLayer | None], given: Mapping[str, Any]) -> Shapes:
        """All shapes with other layers in some steps; ``None`` leaves a step out."""
        found: Shapes = {}
        for name, place in self._places.items():
            taken = [found[source] for source in place.sources] or [given[name]]
            if name in changed and changed[name] is None:
                found[name] = taken[0]
            else:
                found[name] = _output(changed.get(name) or self._layers[name], place, taken)
        return found

    def _works(self, name: str, shapes: Shapes) -> bool:
        """Whether a refused step is accepted now, and everything else still is."""
        kept = all(shapes[other] is not None for other, old in self._shapes.items() if old)
        return shapes[name] is not None and kept

    def _choices(self, name: str, refusal: Refusal) -> Iterator[Choice]:
        for step, settings, changes in islice(self._candidates(name, refusal), _MOST_TRIED):
            try:
                wanted = settings.changed(changes)
                layer = wanted.made() if changes else None
            except ConvlabError:
                continue
            if self._works(name, self._run({step: layer}, self._given)):
                yield Choice(changes, wanted, step=step)

    def _candidates(
        self, name: str, refusal: Refusal
    ) -> Iterator[tuple[str, Settings, dict[str, Any]]]:
        """Changes of the steps before, the nearest first; without any the step is left out."""
        alike = refusal.error.parameters.get("value") if refusal.error.code in _MERGES else None
        for step in self._before(name):
            layer = self._layers[step]
            if not isinstance(layer, BaseLayer) or layer.merges:
                continue
            taken = self._taken(step)
            for changes in _changes(layer, alike):
                yield step, Settings.of_layer(layer, taken), changes

    def _taken(self, step: str) -> Any:
        sources = self._places[step].sources
        return self._shapes[sources[0]] if sources else self._given[step]

    def _before(self, name: str) -> list[str]:
        """The steps that a step depends on, the nearest first."""
        wanted, found = set(self._places[name].sources), []
        for step in reversed(self._places):
            if step in wanted:
                found.append(step)
                wanted |= set(self._places[step].sources)
        return found

    # A larger input

    def _larger(self, name: str) -> Iterator[Choice]:
        """The input with the fewest positions more that the network takes."""
        (start, given), *others = self._given.items()
        shape = tuple(items_of(given))
        if others or not all(map(is_size, shape)):
            return
        layer = self._layers[start]
        argument = "batch_shape" if isinstance(layer, InputLayer) else "input_shape"

        def works(added: int) -> bool:
            larger = _larger(shape, added, self._first)
            changed = {start: InputLayer(batch_shape=larger)} if argument == "batch_shape" else {}
            return self._works(name, self._run(changed, {start: larger}))

        added = _least(works)
        if added is not None and isinstance(layer, BaseLayer):
            changes = {argument: _larger(shape, added, self._first)}
            yield Choice(changes, Settings.of_layer(layer, shape).changed(changes), step=start)

    @property
    def _first(self) -> bool:
        formats = (getattr(layer, "data_format", None) for layer in self._layers.values())
        return "channels_first" in formats

    # History

    def _history(self, name: str, refusal: Refusal) -> Term | None:
        """How the direction that the error names became as small as it is."""
        axis = refusal.error.parameters.get("axis")
        shape = self._taken(name)
        direction = axis.key.removeprefix("axis.") if isinstance(axis, Term) else ""
        names = AXIS_NAMES.get(len(shape) - 2, ())
        if direction not in names:
            return None
        place = names.index(direction) + (2 if self._first else 1)
        sizes = [(size, step) for size, step in self._sizes(name, place, len(shape))]
        told = [f"{size}" + (f" ({step})" if step else "") for size, step in sizes]
        if len(told) < 2:
            return None
        shown = ["…", *told[-_MOST_SIZES:]] if len(told) > _MOST_SIZES else told
        return Term(
            "reasons.small_here",
            direction=Term(f"axis.{direction}_size"),
            size=sizes[-1][0],
            sizes=" → ".join(shown),
        )

    def _sizes(self, name: str, place: int, rank: int) -> list[tuple[Size, str]]:
        """The sizes on the way to a step, each with the step that made it, where it changed."""
        step, found = name, []
        while sources := self._places[step].sources:
            step, shape = sources[0], self._taken(step)
            if shape is None or len(shape) != rank:
                break
            found.append((shape[place], step))
        else:
            shape = tuple(items_of(self._given[step]))
            found += [(shape[place], "")] if len(shape) == rank else []
        steps = found[::-1]
        return [each for at, each in enumerate(steps) if at == 0 or each[0] != steps[at - 1][0]]


_MERGES = ("do_not_merge",)


def _made(place: Place) -> BaseLayer | UnknownLayer | None:
    if not isinstance(place.layer, tuple):
        return place.layer
    try:
        made: BaseLayer = Settings.asked(*place.layer, None).made()
    except ConvlabError:
        return None
    return made


def _output(layer: Any, place: Place, taken: list[Any]) -> Shape | None:
    if layer is None or None in taken:
        return None
    if isinstance(layer, UnknownLayer):
        return layer.output_shape
    shape = taken if layer.merges and place.sources else taken[0]
    try:
        layer.weight_shapes(shape)
        found: Shape = layer.compute_output_shape(shape)
    except ConvlabError:
        return None
    return found


def _changes(layer: Any, alike: Any) -> Iterator[dict[str, Any]]:
    """What of a layer may be to blame; ``alike`` are the shapes that do not merge, if it is that.

    ``{}``: the layer itself.
    """
    known = type(layer).declared_arguments()
    if "strides" in known:
        if layer.padding == "valid":
            yield {"padding": "same"}
        if alike is None and max(layer.strides) > 1:
            yield {"strides": 1}
    if "pool_size" in known:
        yield {}
    if alike is not None:
        yield from _aligned(known, alike)


def _aligned(known: Mapping[str, Any], shapes: Any) -> Iterator[dict[str, Any]]:
    """The strides and filters that may let branches meet, alone and together."""
    sizes = dict.fromkeys(size for shape in shapes for size in shape[1:] if size)
    strides = [{"strides": stride} for stride in (1, 2) if "strides" in known]
    filters = [{"filters": size} for size in sizes if "filters" in known]
    yield from strides
    yield from filters
    yield from ({**stride, **count} for stride in strides for count in filters)


def _larger(shape: Shape, added: int, first: bool) -> Shape:
    """A shape with so many positions more along every direction."""
    places = range(2, len(shape)) if first else range(1, len(shape) - 1)
    return tuple(
        size + added if size is not None and at in places else size for at, size in enumerate(shape)
    )


def _least(works: Callable[[int], bool]) -> int | None:
    """The least number from 1 up that works, if what works goes on working; ``None``: none does."""
    high = 1
    while not works(high):
        high *= 2
        if high > _MOST_ADDED:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high

"""``convlab.Explorer``: the widget, and what Python can do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import traitlets
from numpy.typing import ArrayLike

from ..choices import working
from ..errors import OMIT, ArgumentError, ConvlabError, DTypeError
from ..i18n import get_language
from ..layers import LAYERS, Layer
from .arrays import simple
from .checks import check_known, plain, simple_setting, taken, tuples, with_choices, without
from .controls import checked_controls
from .crops import crop_of
from .goals import checked_goal
from .links import Read, hash_of, named, read
from .modules import static
from .ranges import ranges_for, usual_ranges, widest
from .reach import Bench, holds
from .records import explorer_records
from .settings import (
    SETTINGS,
    Settings,
    layer_class,
    make_layer,
    settings_of,
    starting,
)
from .still import still
from .tensors import ExplorerTensors
from .theme import style_sheet
from .tours import rehearsed, tour_steps, tours_about
from .values import LETTERS, Array


class Explorer(ExplorerTensors):
    """One layer under the hand: every number, every argument, every product.

    ``layer`` is the Keras name of any of the five layers, ``settings`` are its shape-giving
    arguments, ``sizes`` and ``channels`` of the one sample, and any other trait:

    - the arguments by Keras' names, in Keras' forms; ``sizes``, a tuple of one size for each
      sliding axis; ``channels``; ``layer_name``
    - ``position``, the index of the output cell that is looked at, in the layer's data format
    - ``true_convolution`` (the kernel flipped), ``view`` of a transposed layer (``"scatter"`` or
      ``"zeros"``), ``gradient`` (``"off"``, ``"ones"``, ``"one"``, ``"own"``; ``own`` holds the own
      values by index), ``partial`` (gradients up to the position), ``pytorch`` (its padding beside
      Keras'), ``speed`` (steps per second), ``preset`` (the name of a misconception; setting it
      opens it, with its own layer, settings and numbers, before the other settings of the same
      call), ``tour_step``, ``language``

    ``controls`` are the names of the dials to show, ``None`` for all. ``goal`` is what is to be
    reached with them: any of ``output_shape``, ``position``, ``z``, ``a`` (at the position),
    ``parameters``, and settings. ``tour`` is the name of a tour (``"window"``, ``"padding"``,
    ``"channels"``) or a list of steps ``{"say": …, "light": …, "set": {…}}``.

    ``input`` and ``weights`` are arrays, read and set. ``layers`` are the names to choose from.
    Another layer keeps the settings that it can; ``carried`` are the others, as they were before.
    Raises a ``ConvlabError`` for a setting that the layer refuses or the explorer cannot show, and
    for a goal that the controls cannot reach; a trait set to such a value raises it too and leaves
    everything as it was.

    >>> explorer = Explorer("Conv2D", sizes=(4, 6), padding="same", strides=2)
    >>> explorer.layer()(explorer.input[None]).shape
    (1, 2, 3, 1)
    """

    bundle = "explorer"

    # AnyWidget gives a class that has none of its own this name for the browser's side.
    _anywidget_id: ClassVar[str] = "convlab.widgets.Explorer"

    def __init__(
        self,
        layer: str = "Conv2D",
        *,
        layers: Sequence[str] | None = None,
        controls: Sequence[str] | None = None,
        goal: Mapping[str, Any] | None = None,
        tour: Any = None,
        **settings: Any,
    ) -> None:
        name = layer_class(layer).__name__
        names = _layer_names(list(LAYERS) if layers is None else layers)
        names += [name] if name not in names else []
        settings = {key: simple_setting(key, value) for key, value in settings.items()}
        own = {key: value for key, value in settings.items() if key in SETTINGS}
        check_known(own, settings_of(name), name, partial(_try_out, name))
        canonical = taken(name, {**starting(name), **own}, widest(name))
        starts = {other: canonical if other == name else starting(other) for other in names}
        ranges = {other: ranges_for(other, start) for other, start in starts.items()}
        super().__init__(ranges, layer_name=name, **canonical, language=get_language())
        with self.hold_sync():
            self.change(**(settings if "preset" in settings else without(settings, own)))
            self._give(checked_controls(controls, names), tour)
            self._aim(goal)

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The rules, texts and presets that all explorers share."""
        return explorer_records()

    @classmethod
    def style(cls) -> str:
        """The style sheet of every explorer."""
        return style_sheet() + static("explorer.css")

    # What it was asked for

    def _give(self, controls: tuple[str, ...] | None, tour: Any) -> None:
        steps = None if tour is None else self._rehearsed(tour)
        usual = {name: usual_ranges(name) for name in self._ranges}
        self.given = {
            "layers": list(self._ranges),
            "ranges": {
                name: {a: list(r) for a, r in ranges.items() if r != usual[name][a]}
                for name, ranges in self._ranges.items()
            },
            "controls": controls if controls is None else list(controls),
            "goal": None,
            "tour": steps,
            "whole": None,
        }

    def _aim(self, goal: Any) -> None:
        """Take a goal that the numbers that are shown, and the controls, can reach."""
        found = checked_goal(goal, self._bench(self.given["controls"]))
        self.given = {**self.given, "goal": found if found is None else plain(found)}

    def _rehearsed(self, tour: Any) -> list[dict[str, Any]]:
        """The steps of a tour, each with all that any of them sets; the first one is shown."""
        before, values = self._state(), self.values
        steps = tour_steps(tour, self.layer_name)
        try:
            found = rehearsed(steps, self._show_step, lambda: self.shown)
        except ConvlabError as error:
            raise with_choices(error, tours_about(self.layer_name)) from error
        finally:
            with self.hold_sync(), self._quietly():
                self._take(before)
                self.values = values
        self._show_step(found[0]["set"])
        return found

    @traitlets.observe("tour_step")
    def _go_to_step(self, change: Any) -> None:
        """What the browser does when a step is gone to."""
        steps = self.given.get("tour") or ()
        if not self._quiet and change.new < len(steps):
            self._show_step(steps[change.new]["set"])

    def _show_step(self, settings: Mapping[str, Any]) -> None:
        """Show what a step sets; one number for a place is meant along every axis."""
        given = {("layer_name" if key == "layer" else key): v for key, v in settings.items()}
        place = tuples(given.pop("position", None))
        self.change(**given)
        if isinstance(place, int):
            spatial = (place,) * len(self.sizes)
            place = (0, *spatial) if self.data_format == "channels_first" else (*spatial, 0)
        if place is not None:
            self.change(position=place)

    def _bench(self, controls: Sequence[str] | None) -> Bench:
        dials = controls if controls is None else tuple(controls)
        return Bench(self.layer_name, self._settings(), self._ranges, dials, self._results)

    def _results(self, name: str, settings: Settings, flipped: bool) -> dict[str, Array]:
        """z and a of a layer with these settings on the numbers that are shown."""
        layer = self._layer_of(name, {**settings, "activation": "linear"}, flipped)
        x = self._input_of(settings)
        z = layer(x[None])
        return {"z": z[0], "a": make_layer(name, settings).activation(z)[0]}

    @property
    def reached(self) -> bool:
        """Whether what is shown now is what the goal asks for; without a goal never.

        >>> explorer = Explorer("Conv2D", sizes=5, controls=["padding"], goal={"padding": "same"})
        >>> explorer.reached
        False
        >>> explorer.padding = "same"
        >>> explorer.reached
        True
        """
        goal = self.given.get("goal")
        if not goal:
            return False
        bench = self._bench(None)
        flipped = self.true_convolution
        outcome = bench.outcome(self.layer_name, self._settings(), flipped, goal)
        at_place = "position" not in goal or list(self.position) == list(goal["position"])
        return at_place and holds(goal, outcome, self.position)

    # From elsewhere, and to elsewhere

    @classmethod
    def from_layer(
        cls,
        layer: Layer,
        x: ArrayLike,
        at: Sequence[int] | None = None,
        filters: Sequence[int] | None = None,
        channels: Sequence[int] | None = None,
        **settings: Any,
    ) -> Explorer:
        """An explorer on a real layer and an input: one sample, or a batch whose first is taken.

        A larger input than can be shown opens on a crop around ``at``, a place of the layer's
        output (its middle), of the size ``sizes``; many channels and filters on the first ones, or
        on those of the lists of indices. Inside the crop, away from its edges and with all
        channels, an output is the real layer's. The layer is built if it was not; it is copied and
        never changed afterwards.

        >>> import convlab, numpy as np
        >>> explorer = Explorer.from_layer(convlab.Conv1D(2, 3), np.ones((1, 8, 2)))
        >>> explorer.layer_name, explorer.sizes, explorer.filters
        ('Conv1D', (8,), 2)
        """
        asked = {"at": at, "filters": filters, "channels": channels}
        given: dict[str, Any] = {
            "layer": layer,
            "x": x,
            **{n: v for n, v in asked.items() if v is not None},
        }
        given |= settings
        try:
            return cls._on(**given)
        except ConvlabError as error:
            raise with_choices(error, working(error, given, lambda g: cls._on(**g))) from error

    @classmethod
    def _on(
        cls,
        layer: Layer,
        x: ArrayLike,
        at: Any = None,
        filters: Any = None,
        channels: Any = None,
        sizes: Any = None,
        goal: Any = None,
        tour: Any = None,
        **settings: Any,
    ) -> Explorer:
        _check_free(settings)
        found = crop_of(layer, x, at, filters, channels, sizes)
        try:
            explorer = cls(found.name, **{**found.settings, **settings})
        except ConvlabError as error:
            raise with_choices(error, found.own_choices(error.choices)) from error
        with explorer.hold_sync():
            explorer.input, explorer.weights = found.input, found.weights
            if "position" not in settings:
                explorer.position = found.position
            explorer.given = {**explorer.given, "whole": found.whole}
            if tour is not None:
                explorer.given = {**explorer.given, "tour": explorer._rehearsed(tour)}
            explorer._aim(goal)
        return explorer

    def link(self, page: str = "") -> str:
        """The address of a page that shows this: ``page``, ``#``, and what differs from the start.

        >>> Explorer("Conv1D", strides=2, language="en").link("conv.html")
        'conv.html#layer=Conv1D&strides=2&language=en'
        """
        if not isinstance(page, str):
            raise DTypeError("explorer_link", argument="page", kind=type(page).__name__)
        return page + hash_of(self.shown, self._pools)

    @classmethod
    def from_link(cls, link: str, **more: Any) -> Explorer:
        """The explorer of a link; ``more`` is given to it besides, and comes before the link.

        What cannot be read, or is not legal, is left out; ``unread`` names it.

        >>> explorer = Explorer.from_link("#layer=Conv1D&strides=2&padding=sideways")
        >>> explorer.layer_name, explorer.strides, explorer.unread
        ('Conv1D', (2,), ['padding=sideways'])
        """
        if not isinstance(link, str):
            raise DTypeError("explorer_link", argument="link", kind=type(link).__name__)
        first = layer_class(more["layer"]).__name__ if "layer" in more else "Conv2D"
        names = [first] if "layer" in more else _layer_names(more.get("layers") or list(LAYERS))
        found = read(link, sorted(names, key=lambda name: name != first))
        settings = {name: one for name, one in found.values.items() if name in SETTINGS}
        explorer = cls(**{**settings, **without(more, ("goal",)), "layer": found.layer})
        with explorer.hold_sync():
            explorer._open_link(found, more)
            explorer._aim(more.get("goal"))
        return explorer

    def _open_link(self, found: Read, more: Mapping[str, Any]) -> None:
        """Show all that a link says besides, as far as it is legal."""
        told, unread = without(found.values, more), list(found.unread)
        self._replace(len(self.sizes), {kind: told.pop(kind) for kind in LETTERS if kind in told})
        together = {name: told.pop(name) for name in SETTINGS if name in told}
        for change in (together, *({name: value} for name, value in told.items())):
            try:
                with self._quietly():
                    self._take(change)
            except ConvlabError:
                unread += [found.parts[name] for name in change]
        self._note(unread=named(unread))
        self._publish()

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: one line, and a picture."""
        line = f"Explorer({self.layer_name!r}, ...)"
        return {"text/plain": line, "image/svg+xml": self.picture()}

    def picture(self) -> str:
        """A still picture as SVG: input, kernel and output at the position that is looked at."""
        output = self.layer()(self.input[None])[0]
        kernel, place = self.weights[0], self.position
        return still(self._geometry, self.input, kernel, output, place, self.language)

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in settings_of(self.layer_name))
        return f"Explorer({self.layer_name!r}, {', '.join(shown)})"


_FIXED = ("layer_name", "kernel_size", "groups", "depth_multiplier", "use_bias", "input", "weights")
"""What a real layer and its input say themselves."""


def _check_free(settings: Mapping[str, Any]) -> None:
    for name in _FIXED:
        if name in settings:
            omitted = [{name: OMIT}]
            raise ArgumentError(
                "explorer_fixed", argument=name, value=settings[name], choices=omitted
            )


def _try_out(name: str, own: Mapping[str, Any]) -> None:
    taken(name, {**starting(name), **own}, widest(name))


def _layer_names(names: object) -> list[str]:
    given = simple(names)
    listed = list(given) if isinstance(given, list | tuple) else []
    if not listed or not all(isinstance(name, str) and name in LAYERS for name in listed):
        known = [name for name in listed if isinstance(name, str) and name in LAYERS]
        choices = [{"layers": each} for each in (known, list(LAYERS)) if each]
        raise ArgumentError("explorer_layers", argument="layers", value=given, choices=choices)
    return [str(name) for name in listed]

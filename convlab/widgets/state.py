"""What an explorer shows: changes that belong together, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

from .. import arguments
from ..errors import ConvlabError
from ..layers import LAYERS
from .checks import (
    check_known,
    nearest_index,
    plain,
    simple_setting,
    tupled,
    tuples,
)
from .presets import LESSONS
from .ranges import Range, carried_over, checked
from .settings import (
    SETTINGS,
    Settings,
    legal,
    output_shape,
    starting,
)
from .traits import LEGAL, STATE, ExplorerTraits
from .values import START

_PLAIN_VIEW = {
    "true_convolution": False,
    "gradient": "off",
    "view": "scatter",
    "pytorch": False,
    "own": {},
}


class ExplorerState(ExplorerTraits):
    """What follows when a trait changes, and what the browser is told."""

    def __init__(self, ranges: Mapping[str, Mapping[str, Range]], **state: Any) -> None:
        """``ranges`` by layer: those that may be chosen. ``state`` is legal already."""
        self._ranges = ranges
        self._quiet = True
        self._notes: dict[str, Any] = {"wish": {}, "carried": {}, "unread": []}
        super().__init__(values={rank: dict(kinds) for rank, kinds in START.items()})
        self._take(state)
        self._format = self.data_format
        self._take({"position": (0,) * len(self.output_shape)})
        self._quiet = False
        self._publish()

    @property
    def carried(self) -> Settings:
        """What the last change of layer could not keep, as it was before.

        >>> from convlab import Explorer
        >>> explorer = Explorer("Conv2D", sizes=(5, 12))
        >>> explorer.layer_name = "Conv2DTranspose"
        >>> explorer.sizes, explorer.carried
        ((5, 8), {'sizes': (5, 12)})
        """
        return dict(self._notes["carried"])

    @property
    def unread(self) -> list[str]:
        """The parts of a link that could not be read, as they stood in it."""
        return list(self._notes["unread"])

    def change(self, **settings: Any) -> None:
        """Set several traits at once; all of them, or, where one is refused, none.

        >>> from convlab import Explorer
        >>> explorer = Explorer("Conv2D")
        >>> explorer.change(strides=2, padding="same")
        >>> explorer.output_shape
        (3, 4, 1)
        """
        settings |= arguments.read_once(settings)
        check_known(settings, LEGAL, "Explorer", self._rehearse)
        given = {name: simple_setting(name, value) for name, value in settings.items()}
        before = self._all()
        # A preset and a layer bring settings of their own; a place is one of the output they make.
        order = (("preset",), ("layer_name",), SETTINGS, STATE)
        with self.hold_sync():
            try:
                for names in order:
                    self._take({name: given.pop(name) for name in names if name in given})
                for name in ("input", "weights"):
                    if name in given:
                        setattr(self, name, given[name])
            except Exception as error:
                self._restore(*before)
                if isinstance(error, ConvlabError):
                    # What a layer offers besides, such as a shape, is no setting of an explorer.
                    error.choices = tuple(one for one in error.choices if one.keys() <= {*LEGAL})
                raise

    def _rehearse(self, settings: Mapping[str, Any]) -> None:
        """Raise what a change would be refused with; nothing stays changed."""
        before = self._all()
        with self.hold_sync():
            self.change(**settings)
            self._restore(*before)

    def _all(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        return self._state(), self.values, self._notes

    def _restore(
        self, state: Mapping[str, Any], values: dict[str, Any], notes: dict[str, Any]
    ) -> None:
        with self._quietly():
            self._take(state)
            self.values, self._notes = values, notes

    def _state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STATE}

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Changes that belong together and are right as they stand: told once, at the end."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet, self._format = False, self.data_format
            self._publish()

    def _note(self, **notes: Any) -> None:
        """What the state has to say beside what it shows; never changed in place."""
        self._notes = {**self._notes, **notes}

    def _take(self, settings: Mapping[str, Any]) -> None:
        with self.hold_trait_notifications():
            for name, value in settings.items():
                # To traitlets 2.0 is no news where 2 stands, so nobody would validate it.
                if isinstance(value, float) and name in SETTINGS and value == getattr(self, name):
                    self._try_out({name: value})
                # True is none, too, where 1 stands: the 1 stays.
                old = getattr(self, name)
                if not (value is True and isinstance(old, int) and old == 1):
                    setattr(self, name, value)

    # What follows from a change

    @traitlets.observe("preset")
    def _open(self, change: Any) -> None:
        """What the browser does when a preset is chosen; one that is refused shows the start."""
        lesson = next((one for one in LESSONS if one["id"] == change.new), None)
        if self._quiet or lesson is None:
            return
        name, wish = lesson["layer"], {}
        try:
            wanted = {**starting(name), **lesson["settings"]}
            settings = checked(name, wanted, self._ranges[name])
        except ConvlabError:
            settings, wish = starting(name), lesson["settings"]
        position = lesson["position"] or self._carried_position(name, settings)
        view = {**_PLAIN_VIEW, **lesson["view"]}
        with self.hold_sync(), self._quietly():
            self._replace(LAYERS[name].rank, lesson["values"] or {})
            self._take({"layer_name": name, **settings, **view, "position": position})
            self._note(wish=plain(wish), carried={})

    def _replace(self, rank: int, pools: Mapping[str, Any]) -> None:
        self.values = {**self.values, str(rank): {**self.values[str(rank)], **pools}}

    def _carried_position(self, name: str, settings: Settings) -> tuple[int, ...]:
        """The place that is looked at, in the other layer's format and inside its output."""
        old, rank = self.position, LAYERS[name].rank
        first = self.data_format == "channels_first"
        channel, spatial = (old[0], old[1:]) if first else (old[-1], old[:-1])
        spatial = (0, *spatial)[-rank:]
        first = settings["data_format"] == "channels_first"
        index = (channel, *spatial) if first else (*spatial, channel)
        return nearest_index(index, output_shape(legal(name, settings), settings["activation"]))

    @traitlets.observe("layer_name")
    def _carry_over(self, change: Any) -> None:
        """Another layer keeps the settings that it can."""
        if self._quiet:
            return
        before = {name: getattr(self, name) for name in SETTINGS}
        settings, lost = carried_over(change.new, before, self._ranges[change.new])
        position = self._carried_position(change.new, settings)
        with self.hold_sync(), self._quietly():
            self._take({**settings, "own": {}, "position": position})
            self._note(wish={}, carried=lost)

    @traitlets.observe(*STATE)
    def _publish(self, change: Any = None) -> None:
        if self._quiet:
            return
        if change is not None and change.name in SETTINGS:
            self._note(wish={}, carried={})
        self._keep_place()
        told = {"layer": self.layer_name, **self._state()}
        del told["layer_name"]
        self.shown = plain({**told, **self._notes, "carried": plain(self._notes["carried"])})

    def _keep_place(self) -> None:
        """Hold the position inside the output, and its axes in the order of the data format."""
        position, own = self.position, self.own
        if self._format != self.data_format:
            first = self.data_format == "channels_first"
            ends = (position[-1], *position[:-1]), (*position[1:], position[0])
            position, own = ends[0] if first else ends[1], {}
            self._format = self.data_format
        self._quiet = True
        try:
            self._take({"own": own, "position": nearest_index(position, self.output_shape)})
        finally:
            self._quiet = False

    @traitlets.observe("shown")
    def _adopt(self, change: Any) -> None:
        """Take over what the browser says; what is not legal is answered with what stands."""
        told = dict(change.new)
        told["layer_name"] = told.pop("layer", None)
        known = {name: tuples(told[name]) for name in STATE if name in told}
        notes = {
            "wish": dict(told.get("wish") or {}),
            "carried": tupled(told.get("carried") or {}),
            "unread": [str(part) for part in told.get("unread") or ()],
        }
        if known == {name: getattr(self, name) for name in known}:
            self._notes = notes
            return
        with self._quietly():
            self._take(known)
            self._notes = notes

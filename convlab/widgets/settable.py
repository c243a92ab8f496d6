"""What widgets have in common whose settings are traits that may refuse a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from ..choices import working
from ..errors import ConvlabError
from .checks import check_known, refused, with_choices
from .lens_settings import plain
from .modules import ModuleWidget

Settings = dict[str, Any]


class Setting(traitlets.Any):
    """Any value, which the validator takes or refuses: ``None`` too, which traitlets lets pass."""

    allow_none = False


class SettableWidget(ModuleWidget):
    """A widget whose ``names`` are traits that change together, and are told as ``shown``.

    A subclass says in ``_resolved`` what is legal, and holds each name to it::

        _valid = traitlets.validate(*NAMES)(SettableWidget.found_legal)
        _follow = traitlets.observe(*NAMES)(SettableWidget.followed)
    """

    names: ClassVar[tuple[str, ...]]

    shown = traitlets.Dict().tag(sync=True)

    _quiet = False
    """Whether settings that belong together, and are legal, are being put in place."""
    _found: Settings
    """All that a change which was found legal leads to."""

    def _resolved(self, before: Settings, changes: Mapping[str, Any]) -> Settings:
        """All settings after some have changed; raises a ``ConvlabError`` for what is not legal."""
        raise NotImplementedError

    def _settings(self) -> Settings:
        return {name: getattr(self, name) for name in self.names}

    def _change(self, settings: Settings) -> None:
        """Several traits at once; all of them, or, where one is refused, none."""
        check_known(settings, self.names, type(self).__name__, self._tried)
        self._take(self._tried(settings))

    def _tried(self, changes: Mapping[str, Any]) -> Settings:
        try:
            return self._resolved(self._settings(), changes)
        except ConvlabError as error:
            # What a layer offers besides, such as another shape, is no setting.
            own = [one for one in error.choices if one.keys() <= {*self.names}]
            attempt = lambda wanted: self._resolved(self._settings(), wanted)  # noqa: E731
            choices = working(with_choices(error, own), changes, attempt)
            raise with_choices(error, choices) from error

    def _take(self, found: Settings) -> None:
        """Settle on legal settings, and tell the browser once."""
        self._quiet = True
        try:
            with self.hold_sync(), self.hold_trait_notifications():
                for name, value in found.items():
                    setattr(self, name, value)
                self.shown = plain(found)
        finally:
            self._quiet = False

    def found_legal(self, proposal: Any) -> Any:
        """The validator of every setting: what is refused leaves everything as it was."""
        if self._quiet:
            return proposal.value
        name = proposal.trait.name
        try:
            self._found = self._tried({name: proposal.value})
        except ConvlabError as error:
            raise refused(error) from error
        return self._found[name]

    def followed(self, change: Any) -> None:
        """Put in place all that a legal change leads to."""
        if not self._quiet:
            self._take(self._found)

    @traitlets.observe("shown")
    def _adopt(self, change: Any) -> None:
        """Take over what the browser says; what is not legal is answered with what stands."""
        if self._quiet:
            return
        before = self._settings()
        told = plain(before)
        new = {n: v for n, v in change.new.items() if n in self.names and v != told[n]}
        try:
            self._take(self._resolved(before, new))
        except ConvlabError:
            self._take(before)

"""Names and configurations, and the objects they stand for: the form in which Keras exchanges them.

A configuration is a mapping ``{"module", "class_name", "config", "registered_name"}``. What convlab
writes, Keras reads, and the other way round, so the module is Keras' public one.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Self

import numpy as np

from .errors import ArgumentError, choose_one
from .i18n import Choices, Term

Configuration = dict[str, Any]


class Configurable:
    """An object that its constructor's arguments describe completely.

    >>> class Scale(Configurable):
    ...     def __init__(self, factor=2.0):
    ...         self.factor = factor
    >>> Scale(3.0).get_config()
    {'factor': 3.0}
    >>> Scale.from_config({"factor": 3.0})
    Scale(factor=3.0)
    """

    def get_config(self) -> Configuration:
        """The constructor's arguments that are kept under their own names, as plain values."""
        return {name: plain(value) for name, value in self._options()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The object that ``get_config`` described. Raises ``ArgumentError`` for unknown keys."""
        legal = list(inspect.signature(cls).parameters)
        for option in config:
            if option not in legal:
                raise ArgumentError(
                    "unknown_option",
                    argument=option,
                    value=option,
                    owner=cls.__name__,
                    legal=Choices(legal) if legal else Term("errors.no_options"),
                    choices=[{"argument": name} for name in legal],
                )
        return cls(**{option: revived(value) for option, value in config.items()})

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self._options())
        return f"{type(self).__name__}({options})"

    def _options(self) -> Iterable[tuple[str, Any]]:
        names = inspect.signature(type(self)).parameters
        return [(name, getattr(self, name)) for name in names if hasattr(self, name)]


def plain(value: Any) -> Any:
    """``value`` with arrays written as Keras writes them into a configuration.

    >>> plain(np.array([1.0, 2.0]))
    {'class_name': '__numpy__', 'config': {'value': [1.0, 2.0], 'dtype': 'float64'}}
    """
    if isinstance(value, np.ndarray) and value.ndim:
        array = {"value": value.tolist(), "dtype": value.dtype.name}
        return {"class_name": "__numpy__", "config": array}
    if isinstance(value, np.generic | np.ndarray):
        return value.item()
    return value


def revived(value: Any) -> Any:
    """The inverse of ``plain``.

    >>> revived(plain(np.array([1.0, 2.0])))
    array([1., 2.])
    """
    if isinstance(value, Mapping) and value.get("class_name") in ("__numpy__", "__tensor__"):
        return np.array(value["config"]["value"], dtype=value["config"]["dtype"])
    return value


class Registry:
    """What the names of one kind of argument stand for, such as every initializer.

    ``kind`` is the word for one of them, ``legal`` the names to offer in an error, ``entries`` what
    a name stands for, aliases included: a class, or an object ready for use.
    """

    def __init__(self, kind: str, legal: Iterable[str], entries: Mapping[str, Any]) -> None:
        self.kind = kind
        self.legal = sorted(legal)
        self.entries = entries

    def get(self, identifier: Any, argument: str) -> Any:
        """The object for a name, a configuration, a class or anything callable; None for None."""
        if identifier is None:
            return None
        if isinstance(identifier, str | Mapping):
            return self.deserialize(identifier, argument=argument)
        if inspect.isclass(identifier):
            return identifier()
        if callable(identifier):
            return identifier
        raise ArgumentError(
            "not_an_identifier",
            argument=argument,
            value=identifier,
            example=self.legal[0],
            choices=[{argument: name} for name in self.legal],
        )

    def deserialize(
        self,
        config: str | Mapping[str, Any],
        custom_objects: Mapping[str, Any] | None = None,
        argument: str = "",
    ) -> Any:
        """The object that a name or a configuration describes."""
        argument = argument or self.kind
        if isinstance(config, str):
            return self._made(config, {}, custom_objects, argument)
        name, options = config.get("class_name"), config.get("config") or {}
        if name == "function" and config.get("module"):
            name, options = options, {}
        known = {**self.entries, **(custom_objects or {})}.get(name) if _is_name(name) else None
        foreign = config.get("module", "") is None and name in self.entries
        needs_class = config.get("class_name") != "function"
        if not _is_name(name) or not isinstance(options, Mapping) or foreign:
            self._refuse_configuration(config, argument)
        if known is not None and needs_class and not inspect.isclass(known):
            self._refuse_configuration(config, argument)
        return self._made(name, options, custom_objects, argument)

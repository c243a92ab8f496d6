"""Names and configurations, and the objects they stand for: the form in which Keras exchanges them.

A configuration is a mapping ``{"module", "class_name", "config", "registered_name"}``. What convlab
writes, Keras reads, and the other way round, so the module is Keras' public one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from numbers import Real
from types import FunctionType
from typing import Any, NoReturn, Self

import numpy as np

from .errors import ArgumentError, choose_one, not_one_of
from .i18n import Choices, Term

Configuration = dict[str, Any]


def checked_number(value: Any, argument: str, near: Sequence[float] = (0.0, 1.0)) -> Any:
    """``value`` as a Python number, if it is a real one.

    >>> checked_number(np.float32(0.5), "mean")
    0.5
    """
    number = (
        value.item() if isinstance(value, np.generic | np.ndarray) and not value.ndim else value
    )
    if not isinstance(number, Real):
        raise ArgumentError(
            "number", argument=argument, value=value, choices=[{argument: each} for each in near]
        )
    return number


def checked_choice(value: Any, argument: str, legal: Sequence[Any]) -> Any:
    """``value`` itself, if it is one of the ``legal`` words, or of two truths."""
    if not isinstance(value, str | bool) or value not in legal:
        raise not_one_of(argument, value, legal)
    return value


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
        legal = list(_parameters(cls))
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
        names = _parameters(type(self))
        return [(name, getattr(self, name)) for name in names if hasattr(self, name)]


def _parameters(kind: Any) -> tuple[str, ...]:
    """The names of a constructor's arguments."""
    # A notebook that reloads its code gives a class that exists another constructor.
    return _read_parameters(kind, kind.__init__)


@lru_cache(maxsize=256)
def _read_parameters(kind: Any, constructor: Any) -> tuple[str, ...]:
    import inspect  # Here, because most never need it, and it takes long to load.

    return tuple(inspect.signature(kind).parameters)


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


def of_keras(thing: object) -> bool:
    """Whether an object is Keras' own: it is taken by its name, for its arrays are not NumPy's."""
    kind = thing if isinstance(thing, type | FunctionType) else type(thing)
    return str(getattr(kind, "__module__", "")).partition(".")[0] in ("keras", "tf_keras")


def parts_of(thing: Any) -> tuple[Any, Mapping[str, Any]]:
    """The name and the options of a configuration, or of an object that has one."""
    if isinstance(thing, Mapping):
        name, config = thing.get("class_name"), thing.get("config")
    else:
        name = getattr(thing, "__name__", type(thing).__name__)
        config = (
            thing.get_config()
            if hasattr(thing, "get_config") and not isinstance(thing, type)
            else {}
        )
    return name, config if isinstance(config, Mapping) else {}


class Registry:
    """What the names of one kind of argument stand for, such as every initializer.

    ``kind`` is the word for one of them. ``named`` gives each name to offer in an error the class,
    or the object ready for use, that it stands for; ``aliases`` gives the names to accept silently
    besides these and the classes' own. ``narrow`` maps names that suit few weights to the beginning
    of the arguments for which they are never offered.
    """

    def __init__(
        self,
        kind: str,
        named: Mapping[str, Any],
        aliases: Mapping[str, Any] | None = None,
        narrow: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.legal = sorted(named)
        self._narrow = narrow or {}
        own_names = {entry.__name__: entry for entry in named.values()}
        self.entries = {**named, **own_names, **(aliases or {})}

    def get(self, identifier: Any, argument: str) -> Any:
        """The object for a name, a configuration, a class or anything callable; None for None."""
        if identifier is None:
            return None
        if isinstance(identifier, str | Mapping):
            return self.deserialize(identifier, argument=argument)
        if of_keras(identifier):
            name, config = parts_of(identifier)
            return _made(self._find(name, self.entries, argument), config)
        if isinstance(identifier, type):
            try:
                return identifier()
            except Exception:  # It needs arguments, or is something else altogether.
                self.refuse("not_an_identifier", identifier, argument)
        if callable(identifier):
            return identifier
        self.refuse("not_an_identifier", identifier, argument)

    def deserialize(
        self,
        config: str | Mapping[str, Any],
        custom_objects: Mapping[str, Any] | None = None,
        argument: str = "",
    ) -> Any:
        """The object that a name or a configuration describes.

        ``custom_objects`` are the caller's own classes and functions by name. A configuration
        whose module is None was written for one of those.
        """
        argument = argument or self.kind
        own, all_entries = custom_objects or {}, {**self.entries, **(custom_objects or {})}
        if isinstance(config, str):
            return _made(self._find(config, all_entries, argument), {})
        if not isinstance(config, Mapping):
            self.refuse("configuration", config, argument)
        name, options = config.get("class_name"), config.get("config")
        options = {} if options is None else options
        entries = own if config.get("module", "") is None else all_entries
        if name == "function" and isinstance(options, str) and "module" in config:
            return _made(self._find(options, entries, argument), {})
        classes = {key: entry for key, entry in entries.items() if isinstance(entry, type)}
        if name == "function" or not isinstance(name, str) or not isinstance(options, Mapping):
            self.refuse("configuration", config, argument)
        return _made(self._find(name, classes, argument), options)

    def serialize(self, thing: Any) -> Any:
        """The configuration of an object, or the name of a function; None and names stay."""
        if thing is None or isinstance(thing, str):
            return thing
        if isinstance(thing, type) or not (hasattr(thing, "get_config") or _name_of(thing)):
            self.refuse("not_serializable", thing, self.kind)
        kind = type(thing)
        if not hasattr(thing, "get_config"):
            return described("builtins", kind.__name__, _name_of(thing), kind.__name__)
        options = thing.get_config()
        if not isinstance(options, Mapping):
            self.refuse("not_serializable", thing, self.kind)
        config = {option: plain(value) for option, value in options.items()}
        if self.entries.get(kind.__name__) is kind:
            return described(f"keras.{self.kind}s", kind.__name__, config)
        module = None if kind.__module__ == "__main__" else kind.__module__
        return described(module, kind.__name__, config, kind.__name__)

    def _find(self, name: str, entries: Mapping[str, Any], argument: str) -> Any:
        if name not in entries:
            nearest = choose_one(argument, name, self._offered(argument))
            raise ArgumentError(
                "unknown_name",
                argument=argument,
                value=name,
                legal=Choices([choice[argument] for choice in nearest]),
                choices=nearest,
            )
        return entries[name]

    def refuse(self, code: str, value: object, argument: str) -> NoReturn:
        offered = self._offered(argument)
        choices = [{argument: name} for name in offered]
        raise ArgumentError(
            code, argument=argument, value=value, example=offered[0], choices=choices
        )

    def _offered(self, argument: str) -> list[str]:
        return [
            name
            for name in self.legal
            if name not in self._narrow or not argument.startswith(self._narrow[name])
        ]


def _made(entry: Any, options: Mapping[str, Any]) -> Any:
    made: Any = entry.from_config(options) if hasattr(entry, "from_config") else entry
    return made


def _name_of(thing: object) -> str | None:
    return getattr(thing, "__name__", None)


def described(
    module: str | None, class_name: str, config: Any, registered: str | None = None
) -> Configuration:
    """A configuration; ``registered`` is None for what Keras itself provides."""
    return {
        "module": module,
        "class_name": class_name,
        "config": config,
        "registered_name": registered,
    }

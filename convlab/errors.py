"""What can go wrong, as data: a code, its parameters, the nearest legal choices.

The sentence is written only when somebody reads it, in the language in force at that moment, from
``i18n/catalogue/errors.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .i18n import Choices, text


class _Omit:
    """The value of an argument that a choice leaves out; a layer treats it as not given."""

    def __repr__(self) -> str:
        return "OMIT"

    def __reduce__(self) -> str:
        return "OMIT"


OMIT = _Omit()


class ConvlabError(ValueError):
    """An input that convlab cannot use.

    ``code`` names the rule (an entry of ``errors.toml``), ``parameters`` holds the argument, the
    value and whatever the sentence quotes, ``choices`` the nearest legal settings as mappings from
    argument to value, ready to be passed on with all else that the caller gave; the value ``OMIT``
    leaves an argument out.

    >>> error = ArgumentError("one_of", argument="padding", value="sam", legal="'same'")
    >>> print(error)
    padding must be one of 'same', but 'sam' was given.
    """

    def __init__(
        self, code: str, /, choices: Iterable[Mapping[str, Any]] = (), **parameters: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.choices = tuple(dict(choice) for choice in choices)
        self.parameters = parameters

    def __str__(self) -> str:
        return text(f"errors.{self.code}", **self.parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.code, self.choices, self.parameters))


def _restore(
    kind: type[ConvlabError], code: str, choices: Any, parameters: dict[str, Any]
) -> ConvlabError:
    return kind(code, choices=choices, **parameters)


class ArgumentError(ConvlabError):
    """A layer's argument is outside what Keras allows."""


class ShapeError(ConvlabError):
    """An array's shape does not fit the layer."""


class DTypeError(ConvlabError, TypeError):
    """A value is of a type that cannot be computed with."""


class StateError(ConvlabError):
    """A call came too early: nothing is built, or nothing has been computed yet."""


class NoWeightError(StateError, AttributeError):
    """A weight was asked for before ``build``: to ``hasattr`` there is none."""


class NotEnoughMemoryError(ConvlabError, MemoryError):
    """The result would need more memory than this machine has."""


def choose_one(argument: str, value: object, legal: Iterable[str]) -> list[dict[str, str]]:
    """The legal names nearest to what was typed, best first, each as a setting.

    >>> choose_one("padding", "smae", ["valid", "same"])
    [{'padding': 'same'}]
    """
    from difflib import get_close_matches  # Here, because only an error needs it.

    names = list(legal)
    typed = "" if value is None else str(value).lower()
    near = get_close_matches(typed, names, n=3, cutoff=0.5)
    return [{argument: name} for name in near or names]


def not_one_of(argument: str, value: object, legal: Sequence[Any]) -> ArgumentError:
    """The refusal of a value that is none of the ``legal`` names, truths or None.

    >>> print(not_one_of("padding", "smae", ["valid", "same"]))
    padding must be one of 'valid', 'same', but 'smae' was given.
    """
    names = [name for name in legal if isinstance(name, str)]
    truths = [{argument: truth} for truth in legal if isinstance(truth, bool)]
    near = truths or choose_one(argument, value, names)
    return ArgumentError(
        "one_of", argument=argument, value=value, legal=Choices(legal), choices=near
    )

"""From an error's first proposal to settings that work: every further error mended on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import OMIT, ConvlabError

Settings = Mapping[str, Any]

_PATIENCE = 16
"""How many errors in a row are mended on the way to a legal setting."""


def applied(given: Settings, choice: Settings) -> dict[str, Any]:
    """What the caller gave with a choice in force; what is to be omitted is gone.

    >>> applied({"stride": 2, "filters": 4}, {"strides": 2, "stride": OMIT})
    {'filters': 4, 'strides': 2}
    """
    return {name: value for name, value in {**given, **choice}.items() if value is not OMIT}


def working(
    error: ConvlabError, given: Settings, attempt: Callable[[dict[str, Any]], object]
) -> list[dict[str, Any]]:
    """The error's choices as far as they work, each once; whatever else they need is added.

    ``attempt`` takes complete settings and raises a ``ConvlabError`` where they do not work; of
    such an error the first choice is followed. Choices that need nothing else come before all
    others; where following takes back what a choice proposed, it counts only if no other is left.

    >>> def even(settings):
    ...     if settings["size"] % 2:
    ...         raise ConvlabError("odd", choices=[{"size": settings["size"] + 1}])
    >>> working(ConvlabError("small", choices=[{"size": 3}]), {"size": 0, "name": "x"}, even)
    [{'size': 4}]
    """
    followed = [(choice, _followed(given, choice, attempt)) for choice in error.choices]
    found = [(choice, reached) for choice, reached in followed if reached]
    kept = [(choice, reached) for choice, reached in found if _keeps(choice, reached, given)]
    alone = [(choice, reached) for choice, reached in kept if reached.keys() <= choice.keys()]
    return _each_once(reached for _, reached in alone or kept or found)


def _keeps(choice: Settings, reached: Settings, given: Settings) -> bool:
    """Whether what was reached still holds what the choice proposed."""
    return all(
        repr(reached.get(name, given.get(name, OMIT))) == repr(value)
        for name, value in choice.items()
    )


def _followed(
    given: Settings, choice: Settings, attempt: Callable[[dict[str, Any]], object]
) -> dict[str, Any] | None:
    settings = applied(given, choice)
    for _ in range(_PATIENCE):
        try:
            attempt(settings)
        except ConvlabError as error:
            if not error.choices:
                return None
            settings = applied(settings, error.choices[0])
        else:
            return changes(given, settings)
    return None


def changes(given: Settings, settings: Settings) -> dict[str, Any]:
    """What differs from what was given: new values by name, ``OMIT`` for what is gone.

    What somebody gave may not compare at all (an array, NaN), so its looks are compared.
    """
    new = {
        name: value
        for name, value in settings.items()
        if name not in given or repr(value) != repr(given[name])
    }
    return new | {name: OMIT for name in given if name not in settings}


def _each_once(choices: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({repr(choice): choice for choice in choices}.values())

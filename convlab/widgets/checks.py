"""What an explorer's settings are tested with, and how a refusal of one is told."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import traitlets

from .. import arguments
from ..choices import working
from ..errors import OMIT, ArgumentError, ConvlabError
from .arrays import simple
from .ranges import Range, checked, mended
from .settings import Settings


class RefusedSetting(ArgumentError, traitlets.TraitError):
    """The layer's own error, for a trait: traitlets takes a whole change back on seeing it."""


def without(given: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def refused(error: ConvlabError) -> RefusedSetting:
    return RefusedSetting(error.code, choices=error.choices, **error.parameters)


def with_choices(error: ConvlabError, choices: Iterable[Mapping[str, Any]]) -> ConvlabError:
    return type(error)(error.code, choices=choices, **error.parameters)


def taken(name: str, wanted: Mapping[str, Any], ranges: Mapping[str, Range]) -> Settings:
    """``wanted`` in canonical form, or a refusal of which each choice has been tried here."""
    try:
        return checked(name, wanted, ranges)
    except ConvlabError as error:
        raise with_choices(error, mended(name, wanted, ranges)) from error


def simple_setting(name: str, value: Any) -> Any:
    return value if name in ("input", "weights", "own") else simple(value)


def check_known(
    given: Mapping[str, Any],
    legal: Sequence[str],
    owner: str,
    attempt: Callable[[dict[str, Any]], object] = dict,
) -> None:
    """Refuse a name that is not ``legal``: renamed where ``attempt`` takes that, else left out."""
    unknown = {name: value for name, value in given.items() if name not in legal}
    try:
        arguments.check_keywords(unknown, legal, owner, [name for name in given if name in legal])
    except ConvlabError as error:
        omitted = dict.fromkeys(unknown, OMIT)
        error.choices = tuple(working(error, given, attempt)) or (omitted,)
        raise


def nearest_index(value: object, shape: tuple[int, ...]) -> tuple[int, ...]:
    given = list(value) if isinstance(value, tuple | list | np.ndarray) else []
    padded = [*given, *(0,) * len(shape)][: len(shape)]
    pairs = zip(padded, shape, strict=True)
    return tuple(arguments.nearest_count(i, 0, most=size - 1) for i, size in pairs)


def is_index(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(i, int | np.integer) for i in value)


def index_text(index: object, axes: int) -> str:
    """``"0|1|0"`` for an index, however it is written; no text for what is none."""
    parts = index.split("|") if isinstance(index, str) else index
    try:
        numbers = [int(part) if isinstance(part, str) else operator.index(part) for part in parts]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return ""
    right = len(numbers) == axes and min(numbers) >= 0
    return "|".join(map(str, numbers)) if right else ""


def is_finite(value: object) -> bool:
    try:
        return isinstance(value, int | float) and isfinite(value)
    except OverflowError:  # An integer that no float holds.
        return False


def inner(nested: object, *keys: str) -> object:
    for key in keys:
        nested = nested.get(key) if isinstance(nested, Mapping) else None
    return nested


def plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON would bring it back: lists for tuples, so that equal states are equal."""
    return {name: _lists(value) for name, value in state.items()}


def _lists(value: Any) -> Any:
    return [*map(_lists, value)] if isinstance(value, tuple) else value


def tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def tupled(settings: Mapping[str, Any]) -> Settings:
    return {name: tuples(value) for name, value in settings.items()}

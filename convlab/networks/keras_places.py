"""A value of a config together with the way to it, so that what is broken can be named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from reprlib import Repr
from typing import Any

from ..errors import ArgumentError
from ..i18n import Choices, Term

MOST_VALUES = 1_000_000
MOST_LEVELS = 150
MOST_STEPS = 10_000
"""Bounds of a config, far beyond any network in use: nobody waits for what is none."""

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


class Shown:
    """A value of any size, as short as a sentence wants it."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return _SHORT.repr(self.value)


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands; what is asked of it is refused by its place."""

    value: Any
    path: str = "config"

    def refusal(self, expected: str) -> ArgumentError:
        """The refusal of a value in whose place ``expected``, a word of the catalogue, belongs."""
        what = Term(f"keras.{expected}")
        return ArgumentError(
            "config_value",
            argument=self.path,
            value=Shown(self.value),
            expected=what,
        )

    @property
    def mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, Mapping) or not all(isinstance(k, str) for k in self.value):
            raise self.refusal("mapping")
        return self.value

    @property
    def items(self) -> list[Place]:
        if not isinstance(self.value, list | tuple):
            raise self.refusal("list")
        return [Place(each, f"{self.path}[{at}]") for at, each in enumerate(self.value)]

    @property
    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.refusal("name")
        return self.value

    @property
    def index(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.refusal("index")
        return self.value

    @property
    def sizes(self) -> tuple[int | None, ...]:
        """A shape: sizes from 0 up, ``None`` where unknown."""
        return tuple(None if each.value is None else each.index for each in self.items)

    def __getitem__(self, key: str) -> Place:
        """What stands under a key. Raises ``ArgumentError`` where nothing does."""
        if key not in self.mapping:
            raise ArgumentError(
                "config_key",
                argument=self.path,
                value=key,
                present=Choices(list(self.mapping)[:12]),
            )
        return Place(self.mapping[key], f"{self.path}.{key}")

    def get(self, key: str, default: Any = None) -> Place:
        """What stands under a key, or a default in its place."""
        return Place(self.mapping.get(key, default), f"{self.path}.{key}")

    def has(self, *keys: str) -> bool:
        return isinstance(self.value, Mapping) and all(key in self.value for key in keys)


def check_size(config: Any) -> None:
    """Refuse what is too deep or too large to be a network; a circle is too deep."""
    waiting: list[Iterator[Any]] = [iter([config])]
    count = 0
    while waiting:
        try:
            value = next(waiting[-1])
        except StopIteration:
            waiting.pop()
            continue
        count += 1
        if count > MOST_VALUES:
            raise ArgumentError("config_large", argument="config", value=count, most=MOST_VALUES)
        if isinstance(value, Mapping | list | tuple):
            if len(waiting) > MOST_LEVELS:
                raise ArgumentError("config_deep", argument="config", value=None, most=MOST_LEVELS)
            waiting.append(iter(value.values() if isinstance(value, Mapping) else value))

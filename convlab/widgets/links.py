"""The state of an explorer as the hash of a link, and back.

A hash is ``#`` and parts ``name=value`` joined by ``&``, in the order of ``PROPERTIES``. The layer
and the language are always written, any other property where it differs from the start: a setting
from the layer's own start, the position from the first place, another from its ``start`` here. Of
the pools only those of the layer's rank are written, of the settings only those of the layer. By
kind a value is

- a word: itself; a number: as JSON writes it; a flag: ``true`` or ``false``
- numbers: joined by commas, ``5,7``; None: ``none``
- own: JSON, a mapping from index to number, keys sorted, no spaces
- a pool: the name of its fill where its block is null, else JSON of ``{"fill":…,"block":…}``

and then percent-encoded as encodeURIComponent does, commas excepted. A reader takes parts in any
order. It leaves out, and names as it stands in the link, each part that

- has no ``=``, a name that is no property, or a name that stands in the link twice (both)
- cannot be decoded, or does not read as its kind
- is a setting that the layer has not, or out of reach, or a pool of an unknown fill
- is refused by the layer together with the others: as few settings as possible are left out,
  and of as many those whose names come first in ``PROPERTIES``
- is a place outside of the output, or any other value that is not legal

A preset in a link is a caption: it sets nothing, as all that it sets is in the link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from ..errors import ConvlabError
from ..layers import LAYERS
from .ranges import checked, widest
from .settings import PER_AXIS, SETTINGS, Settings, settings_of, starting
from .values import LETTERS, START, is_pool, short

_LONGEST = 60
_MOST = 20

_KINDS = {
    **dict.fromkeys(PER_AXIS, "numbers"),
    "output_padding": "numbers",
    **dict.fromkeys(("padding", "data_format", "activation"), "word"),
    **dict.fromkeys(("filters", "depth_multiplier", "groups", "channels"), "number"),
    "use_bias": "flag",
}
SAFE = "-_.!~*'(),"

PROPERTIES: list[dict[str, Any]] = [
    {"name": "layer", "kind": "word", "start": None},
    *({"name": name, "kind": _KINDS[name], "start": None} for name in SETTINGS),
    *({"name": kind, "kind": "pool", "start": START["2"][kind]} for kind in LETTERS),
    {"name": "position", "kind": "numbers", "start": None},
    {"name": "speed", "kind": "number", "start": 3},
    {"name": "own", "kind": "own", "start": {}},
    {"name": "view", "kind": "word", "start": "scatter"},
    {"name": "true_convolution", "kind": "flag", "start": False},
    {"name": "gradient", "kind": "word", "start": "off"},
    {"name": "partial", "kind": "flag", "start": False},
    {"name": "pytorch", "kind": "flag", "start": False},
    {"name": "preset", "kind": "word", "start": ""},
    {"name": "tour_step", "kind": "number", "start": 0},
    {"name": "language", "kind": "word", "start": None},
]
"""Each property once; where ``start`` is None the layer says it, or it is always written."""

_KIND_OF = {one["name"]: one["kind"] for one in PROPERTIES}


def hash_of(shown: Mapping[str, Any], pools: Mapping[str, Any]) -> str:
    """The hash of a state and of the pools of its layer's rank.

    >>> from .explorer import Explorer
    >>> explorer = Explorer("Conv2D", padding="same", sizes=(4, 6), language="en")
    >>> explorer.link()
    '#layer=Conv2D&padding=same&sizes=4,6&language=en'
    """
    parts = []
    for one in PROPERTIES:
        name, kind = one["name"], one["kind"]
        value = pools[name] if kind == "pool" else shown[name]
        own = name not in SETTINGS or name in settings_of(shown["layer"])
        if own and not _is_start(one, value, shown["layer"]):
            parts.append(f"{name}={quote(_written(kind, value), safe=SAFE)}")
    return "#" + "&".join(parts)


def _is_start(one: Mapping[str, Any], value: Any, layer: str) -> bool:
    if one["name"] in SETTINGS:
        start = starting(layer)[one["name"]]
        return bool(value == (list(start) if isinstance(start, tuple) else start))
    if one["name"] == "position":
        return not any(value)
    return one["start"] is not None and bool(value == one["start"])


def _written(kind: str, value: Any) -> str:
    if kind == "numbers":
        return "none" if value is None else ",".join(map(str, value))
    if kind == "pool" and value["block"] is None:
        return str(value["fill"])
    if kind == "word":
        return str(value)
    if kind == "own":
        value = {index: short(value[index]) for index in sorted(value)}
    return json.dumps(value, separators=(",", ":"))


_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def read_value(kind: str, text: str) -> Any:
    """A value from its text; raises a ``ValueError`` for any other text."""
    if kind == "word":
        return text
    if kind == "numbers":
        numbers = None if text == "none" else tuple(map(_whole, text.split(",")))
        return numbers
    if kind == "number":
        return _whole(text)
    if kind == "flag":
        return {"true": True, "false": False}[text]
    if kind == "pool" and not text.startswith("{"):
        return {"fill": text, "block": None}
    return json.loads(text, parse_constant=_refuse)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError(text)
    return int(text)


def _refuse(text: str) -> None:
    raise ValueError(text)


def _parts(link: str) -> Iterator[tuple[str, str, Any]]:
    """(part, name, value) of a link's hash; without a name what cannot be read."""
    parts = [part for part in link.partition("#")[2].split("&") if part]
    names = [part.partition("=")[0] for part in parts]
    for part, name in zip(parts, names, strict=True):
        try:
            if names.count(name) > 1 or "=" not in part or _PERCENT.search(part):
                raise ValueError(part)
            text = unquote(part.partition("=")[2], errors="strict")
            yield part, name, read_value(_KIND_OF[name], text)
        except (ValueError, KeyError, RecursionError):
            yield part, "", None


class Read(NamedTuple):
    """The layer of a link, what it sets by name, its parts by name, and those left out."""

    layer: str
    values: dict[str, Any]
    parts: dict[str, str]
    unread: list[str]


def read(link: str, layers: Sequence[str]) -> Read:
    """A link as far as it can be read and its settings are legal.

    ``layers`` are the layers that may be chosen, first the one of a link that says none.

    >>> found = read("#layer=Conv1D&sizes=9&strides=wide&groups=2&color=red", ("Conv1D",))
    >>> found.values, found.unread
    ({'sizes': (9,)}, ['strides=wide', 'color=red', 'groups=2'])
    """
    values, unread, parts = dict[str, Any](), list[str](), dict[str, str]()
    for part, name, value in _parts(link):
        if name:
            values[name], parts[name] = value, part
        else:
            unread.append(part)
    layer = values.pop("layer", layers[0])
    if layer not in layers:
        unread.append(parts["layer"])
        layer = layers[0]
    for name in _refused(layer, values):
        unread.append(parts[name])
        del values[name]
    return Read(layer, values, parts, unread)


def named(unread: list[str]) -> list[str]:
    """Parts of a link to show: so many, and each so long, as can be read."""
    found = [part if len(part) <= _LONGEST else part[:_LONGEST] + "…" for part in unread]
    return found if len(found) <= _MOST else [*found[:_MOST], "…"]


def _refused(layer: str, found: Mapping[str, Any]) -> list[str]:
    """The names of settings and pools that cannot stand."""
    rank = LAYERS[layer].rank
    wrong = [name for name in found if name in LETTERS and not is_pool(found[name], name, rank)]
    given = {name: found[name] for name in SETTINGS if name in found}
    alone = [name for name in given if not _stands_alone(layer, name, given[name])]
    return [*wrong, *alone, *_fewest(layer, {n: v for n, v in given.items() if n not in alone})]


def _stands_alone(layer: str, name: str, value: Any) -> bool:
    """Whether the layer has the setting, and the explorer such a value."""
    if name not in settings_of(layer):
        return False
    try:
        checked(layer, {**starting(layer), name: value}, widest(layer))
    except ConvlabError as error:
        return not (error.code in _OWN and error.parameters.get("argument") == name)
    return True


_OWN = ("window", "count", "one_of", "explorer_reach")


def _fewest(layer: str, given: Settings) -> tuple[str, ...]:
    """The fewest settings without which the layer takes the others."""
    for count in range(len(given) + 1):
        for names in combinations(given, count):
            kept = {name: value for name, value in given.items() if name not in names}
            if _is_legal(layer, kept):
                return names
    return tuple(given)


def _is_legal(layer: str, settings: Settings) -> bool:
    try:
        checked(layer, {**starting(layer), **settings}, widest(layer))
    except ConvlabError:
        return False
    return True

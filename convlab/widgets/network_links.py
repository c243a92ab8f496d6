"""The settings of a network explorer as the hash of a link, and back; no numbers of the network.

Parts and encoding are those of ``links``, in the order of ``network_settings.PROPERTIES``; pairs
are written as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from ..errors import DTypeError
from .links import SAFE, read_value
from .network_settings import PROPERTIES

_KIND_OF = {one["name"]: one["kind"] for one in PROPERTIES}


def hash_of(shown: Mapping[str, Any]) -> str:
    """What differs from the start.

    >>> start = {one["name"]: one["start"] for one in PROPERTIES}
    >>> hash_of(start | {"shift": [0, -2], "off": [[0, 3]], "language": "en"})
    '#shift=0,-2&off=%5B%5B0,3%5D%5D&language=en'
    """
    parts = []
    for one in PROPERTIES:
        name, kind, value = one["name"], one["kind"], shown[one["name"]]
        if value != one["start"]:
            parts.append(f"{name}={quote(_written(kind, value), safe=SAFE)}")
    return "#" + "&".join(parts)


def _written(kind: str, value: Any) -> str:
    if kind == "word":
        return str(value)
    text = json.dumps(value, separators=(",", ":"))
    return text.strip("[]") if kind == "numbers" else text


def read(link: object) -> dict[str, Any]:
    """What a link says, as far as it can be read; nothing of it is tested.

    >>> read("#shift=0,-2&scale=shared&noise&colour=red")
    {'shift': (0, -2), 'scale': 'shared'}
    """
    if not isinstance(link, str):
        raise DTypeError("explorer_link", argument="link", kind=type(link).__name__)
    found = {}
    for part in link.partition("#")[2].split("&"):
        name, sign, text = part.partition("=")
        try:
            found[name] = _read(_KIND_OF[name], unquote(text, errors="strict")) if sign else None
        except (ValueError, KeyError, RecursionError):
            continue
    return {name: value for name, value in found.items() if value is not None}


def _read(kind: str, text: str) -> Any:
    if kind == "pairs":
        return json.loads(text)
    if kind == "numbers":
        return tuple(map(_whole, text.split(",")))
    return read_value(kind, text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        raise ValueError(text)
    return int(text)

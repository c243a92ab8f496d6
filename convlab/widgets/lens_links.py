"""The settings of a lens as the hash of a link, and back; the picture is never part of it.

Parts and encoding are those of ``links``, in the order of ``lens_settings.PROPERTIES``; a kernel is
written as its name, or as JSON of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from ..errors import DTypeError
from .lens_settings import PROPERTIES
from .links import SAFE, read_value
from .values import short

_KIND_OF = {one["name"]: one["kind"] for one in PROPERTIES}


def hash_of(shown: Mapping[str, Any]) -> str:
    """What differs from the start.

    >>> hash_of({one["name"]: one["start"] for one in PROPERTIES} | {"kernel": [[1, 2.5]]})
    '#kernel=%5B%5B1,2.5%5D%5D'
    """
    parts = []
    for one in PROPERTIES:
        name, value = one["name"], shown[one["name"]]
        if value != one["start"]:
            parts.append(f"{name}={quote(_written(value), safe=SAFE)}")
    return "#" + "&".join(parts)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = json.dumps(short(value), separators=(",", ":"))
    return text if isinstance(value, list) and isinstance(value[0], list) else text.strip("[]")


def read(link: object) -> dict[str, Any]:
    """What a link says, as far as it can be read; nothing of it is tested.

    >>> read("#strides=2,1&kernel=blur&padding&colour=red")
    {'strides': (2, 1), 'kernel': 'blur'}
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
    if kind == "kernel":
        return json.loads(text) if text.startswith("[") else text
    return read_value(kind, text)

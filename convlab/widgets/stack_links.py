"""A calculator's stack as the hash of a link, and back.

A hash is ``#`` and parts ``name=value`` joined by ``&``: ``input``, the shape; ``layer``, a layer's
name, once for each, and behind each its arguments that differ from where a new layer starts;
``language``. A value is

- a shape or numbers: joined by commas, an unknown one ``none``; None: ``none``
- a flag: ``true`` or ``false``; a number, a word: itself
- any argument that shapes nothing: Python's source

and then percent-encoded as encodeURIComponent does, commas excepted. A reader leaves out, and
names, each part that it cannot read, or that alone is not legal. Layers that do not go together are
shown with their refusal.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from ..errors import ConvlabError
from ..i18n import LANGUAGES
from .given import (
    MOST_LAYERS,
    canonical,
    defaults,
    further_arguments,
    rank_of,
    shaping_arguments,
)
from .settings import ACTIVATIONS
from .stacks import NOTE

_SAFE = "-_.!~*'(),"
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def stack_hash(shown: Mapping[str, Any], starts: Mapping[str, Mapping[str, Any]]) -> str:
    """The hash of a state; ``starts`` are the arguments of new layers by name."""
    parts = [("input", _written(shown["input_shape"]))]
    for layer in shown["layers"]:
        name, start = layer["layer"], starts[layer["layer"]]
        parts.append(("layer", name))
        arguments = layer["arguments"].items()
        parts += [(key, _written(value)) for key, value in arguments if value != start[key]]
        parts += layer["more"].items()
    parts.append(("language", shown["language"]))
    told = [(key, text) for key, text in parts if not text.startswith(NOTE)]
    return "#" + "&".join(f"{key}={quote(text, safe=_SAFE)}" for key, text in told)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_written, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


class ReadStack(NamedTuple):
    """What a link says, as far as it can be read, and the parts left out."""

    layers: list[tuple[str, dict[str, Any]]]
    input_shape: tuple[int | None, ...] | None
    language: str | None
    unread: list[str]


def read_stack(link: str) -> ReadStack:
    """A link as far as it can be read.

    >>> found = read_stack("#input=none,9,1&layer=Conv1D&filters=2&stride=2&kernel_size=x")
    >>> found.layers, found.input_shape, found.unread
    ([('Conv1D', {'filters': 2})], (None, 9, 1), ['stride=2', 'kernel_size=x'])
    """
    layers: list[tuple[str, dict[str, Any]]] = []
    told: dict[str, Any] = {}
    unread = []
    for part, name, text in _parts(link):
        try:
            if name == "layer":
                layers.append((_layer(text, layers), {}))
            elif name in ("input", "language") and name not in told:
                told[name] = _shape(text) if name == "input" else _language(text)
            else:
                layer, own = layers[-1]
                own[name] = _new(own, name) and _argument(layer, name, text)
        except (ConvlabError, ValueError, KeyError, IndexError, SyntaxError):
            unread.append(part)
    return ReadStack(layers, told.get("input"), told.get("language"), unread)


def _parts(link: str) -> Iterator[tuple[str, str, str]]:
    for part in filter(None, link.partition("#")[2].split("&")):
        name, sign, text = part.partition("=")
        try:
            broken = not sign or _PERCENT.search(part)
            yield part, "" if broken else name, unquote(text, errors="strict")
        except UnicodeDecodeError:
            yield part, "", ""


def _layer(name: str, before: Sequence[tuple[str, Any]]) -> str:
    ranks = {rank_of(other) for other in [name, *(other for other, _ in before)]} - {0}
    if len(before) == MOST_LAYERS or len(ranks) > 1:
        raise ValueError(name)
    return name


def _language(text: str) -> str:
    return LANGUAGES[LANGUAGES.index(text)]


def _shape(text: str) -> tuple[int | None, ...]:
    found = tuple(_whole(size) for size in text.split(","))
    if (found[0] or 0) < 0 or any(size is not None and size < 1 for size in found[1:]):
        raise ValueError(text)
    return found


def _whole(text: str) -> int | None:
    if not re.fullmatch(r"none|-?\d{1,15}", text):
        raise ValueError(text)
    return None if text == "none" else int(text)


def _new(own: Mapping[str, Any], name: str) -> bool:
    if name in own:
        raise ValueError(name)
    return True


def _argument(layer: str, name: str, text: str) -> Any:
    if name in further_arguments(layer) and not text.startswith(NOTE):
        value = literal_eval(text)
    elif name not in shaping_arguments(layer):
        raise ValueError(name)
    else:
        value = _shaping(defaults(layer)[name], name, text)
    canonical(layer, name, value)
    return value


def _shaping(usual: Any, name: str, text: str) -> Any:
    if isinstance(usual, bool):
        return {"true": True, "false": False}[text]
    if isinstance(usual, tuple) or usual is None:
        return None if text == "none" else _nested(usual, _several(text))
    if isinstance(usual, int):
        return _whole(text)
    if name == "activation" and text not in ACTIVATIONS:
        raise ValueError(text)
    return text


def _nested(usual: Any, numbers: tuple[int | None, ...]) -> tuple[Any, ...]:
    """In pairs, where those of the argument are."""
    pairs = usual and isinstance(usual[0], tuple)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True)) if pairs else numbers


def _several(text: str) -> tuple[int | None, ...]:
    return tuple(_whole(number) for number in text.split(","))

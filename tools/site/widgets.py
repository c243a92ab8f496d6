"""A notebook's saved widgets → files from which a page brings them to life."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from .scripts import Scripts
from .shelf import Shelf

STATES = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"

_REFERENCE = "IPY_MODEL_"
_BUNDLE = re.compile(r"browser/src/(\w+)/index\.ts")
_UNSEEN = {"layout", "tabbable", "tooltip"}


@dataclass
class Widgets:
    """The models of one page by id, each put on the shelf when it is first asked for.

    A model's file holds its traits, and names other models by their files. A module's file names
    its code, its style and its records.
    """

    models: Mapping[str, Mapping[str, Any]]
    shelf: Shelf
    scripts: Scripts
    files: dict[str, str] = field(default_factory=dict)

    def box(self, model: str, still: str) -> str:
        """The place of a widget, with what stands there until it wakes, or where it never does."""
        kind, file = self.kind(model), self.file(model)
        code = self.scripts.file(f"{kind}.js")
        return (
            f'<div class="widget" data-kind="{kind}" data-file="{file}" data-code="{code}">'
            f'<div class="still">{still}</div></div>'
        )

    def kind(self, model: str) -> str:
        """Which widget it is, as its bundle is named."""
        module = self.models[model]["module"].removeprefix(_REFERENCE)
        return _unpacked(self.models[module]["packed"])[0]

    def file(self, model: str) -> str:
        """The file of a model on the shelf."""
        if model not in self.files:
            traits = self.models[model]
            made = self._module(traits["packed"]) if "packed" in traits else self._traits(traits)
            self.files[model] = self.shelf.put_json(made)
        return self.files[model]

    def _traits(self, traits: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._renamed(value)
            for name, value in traits.items()
            if not name.startswith("_") and name not in _UNSEEN
        }

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(_REFERENCE):
            return _REFERENCE + self.file(value.removeprefix(_REFERENCE))
        return value

    def _module(self, packed: str) -> dict[str, str]:
        kind, shared = _unpacked(packed)
        return {
            "code": self.scripts.file(f"{kind}.js"),
            "style": self.shelf.put(shared["style"].encode(), "css", kind),
            "records": self.shelf.put_json(shared["records"], kind),
        }


def saved(notebook: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The traits of every widget that a notebook keeps, by id."""
    kept = notebook["metadata"].get("widgets", {}).get(STATES, {"state": {}})
    return {name: model["state"] for name, model in kept["state"].items()}


def _unpacked(packed: str) -> tuple[str, dict[str, Any]]:
    """The kind of a module, and its style and records."""
    shared = json.loads(zlib.decompress(base64.b64decode(packed)))
    named = _BUNDLE.search(shared.pop("code"))
    assert named, "a module's code says which folder it was made from"
    return named[1], shared


def picture(source: str, words: str) -> str:
    """A still that is a file."""
    return f'<img src="{source}" alt="{escape(words)}" loading="lazy" decoding="async">'

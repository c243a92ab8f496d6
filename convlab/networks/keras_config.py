"""What is given as a Keras config: JSON text, an entry with its class, a bare ``get_config()``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import ArgumentError, ConvlabError
from ..i18n import Choices, Term
from ..layers.common import REQUIRED, BaseLayer
from .keras_graph import Graph
from .keras_layers import KINDS, MODELS, class_of, is_keras
from .keras_places import Place, Shown, check_size
from .network import Network


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ArgumentError("config_deep", argument="config", value=None, most=1000) from None
    except json.JSONDecodeError as error:
        raise ArgumentError(
            "not_json",
            argument="source",
            value=Shown(error.doc),
            line=error.lineno,
            column=error.colno,
        ) from None
    except ValueError:  # No UTF-8, or an integer of thousands of digits.
        raise ArgumentError(
            "not_json", argument="source", value=Shown(text), line=1, column=1
        ) from None


def entry_of(config: Any) -> Place:
    """A config as an entry with a class and its own config."""
    check_size(config)
    place = Place(config)
    if place.has("class_name"):
        return place
    if place.has("layers"):
        functional = place.has("input_layers", "output_layers")
        return Place({"class_name": MODELS[0] if functional else MODELS[2], "config": config})
    if isinstance(config, list | tuple):
        return Place({"class_name": "Sequential", "config": config})
    return Place({"class_name": _told_class(place), "config": config})


def network_and_graph(entry: Place, version: Any = None) -> tuple[Network, Graph]:
    """The network of an entry, without weights; ``version`` is that of the Keras that wrote it."""
    kind = class_of(entry)
    if kind in MODELS and is_keras(entry) and not _holds_layers(entry):
        raise ArgumentError("model_without_layers", argument=f"{entry.path}.config", value=kind)
    graph = Graph()
    network = graph.network(entry)
    written = entry.get("keras_version", version).value
    old = str(written.decode() if isinstance(written, bytes) else written)[:1] in ("1", "2")
    if old and any(_is_hard(layer) for layer in network.layers):
        network.notes += (Term("keras.hard_sigmoid"),)
    return network, graph


def _is_hard(layer: object) -> bool:
    return getattr(getattr(layer, "activation", None), "name", None) == "hard_sigmoid"


def _holds_layers(entry: Place) -> bool:
    config = entry["config"]
    return isinstance(config.value, list | tuple) or config.has("layers")


# The class of a bare get_config()

_COMMON = {"name", "trainable", "dtype", "autocast", "activity_regularizer", "batch_input_shape"}


def _told_class(config: Place) -> str:
    """The one class that has exactly these arguments, or whose automatic name the layer bears."""
    given = {*config.mapping} - _COMMON
    near = [name for name, kind in KINDS.items() if given and _takes(kind, config.mapping)]
    missing = {name: len({*KINDS[name].declared_arguments()} - _COMMON - given) for name in near}
    best = [name for name in near if missing[name] == min(missing.values())]
    own = str(config.get("name").value).rstrip("0123456789").rstrip("_").replace("_", "")
    named = [name for name in near if name.lower() == own] or best
    if len(named) != 1:
        raise ArgumentError(
            "no_class",
            argument="source",
            value=Shown(dict(config.mapping)),
            legal=Choices(named or ["Conv2D", "Dense"]),
        )
    return named[0]


def _takes(kind: type[BaseLayer], config: Mapping[str, Any]) -> bool:
    """Whether a class has all that is required, and takes all that is given."""
    required = {name for name, value in kind.declared_arguments().items() if value is REQUIRED}
    try:
        return required <= config.keys() and bool(kind.from_config(dict(config)))
    except ConvlabError:
        return False

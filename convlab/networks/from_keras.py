"""A network from Keras: a layer or model object, a config, a ``.keras`` file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import ArgumentError
from . import keras_files
from .keras_config import entry_of, network_and_graph, parsed
from .keras_graph import Graph
from .keras_graph import Path as Names
from .keras_layers import FAMILIES, is_model
from .keras_weights import fill
from .network import Network
from .unknown import UnknownLayer


def recognised(source: object) -> bool:
    """Whether ``source`` is an object of Keras', or a dict, a text or a path.

    >>> recognised({"class_name": "Flatten"}), recognised(3)
    (True, False)
    """
    return isinstance(source, Mapping | str | Path) or bool(_names_of_keras(source))


def network_of(source: object) -> Network:
    """The network that ``source`` holds. Raises ``ArgumentError`` for what is none.

    >>> network_of('{"class_name": "Flatten", "config": {"name": "flat"}}')
    Network 'flat'
      flat: Flatten()
    """
    if isinstance(source, Mapping):
        return network_and_graph(entry_of(source))[0]
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        return network_and_graph(entry_of(parsed(source)))[0]
    if isinstance(source, str | Path):
        return keras_files.network_of(Path(source))
    return _of_object(source)


# Objects of Keras', which nobody imports here


def _names_of_keras(source: object) -> list[str]:
    """The names of the classes of an object that are Keras' own, the nearest first."""
    own = (kind for kind in type(source).__mro__ if _is_of_keras(kind))
    return [kind.__name__ for kind in own]


def _is_of_keras(kind: type) -> bool:
    return str(kind.__module__).partition(".")[0] in FAMILIES


def _of_object(source: Any) -> Network:
    """A layer or model with the weights that it has."""
    names = _names_of_keras(source)
    kind = type(source).__name__
    if "Layer" not in names:
        raise ArgumentError("no_keras_layer", argument="source", value=kind)
    entry = entry_of(_entry_of_object(source, kind, names))
    network, graph = network_and_graph(entry)
    found = _inside(source, () if is_model(entry) else (network.steps[0].name,))
    _tell(graph, found)
    weights = {path: each.get_weights() for path, each in found.items() if each.built}
    if any(weights.values()):
        fill(network, graph, weights)
    return network


def _entry_of_object(source: Any, kind: str, names: list[str]) -> dict[str, Any]:
    try:
        config = source.get_config()
    except Exception as error:  # Whatever a class of the caller's own raises.
        if "Model" in names:
            raise ArgumentError("model_without_config", argument="source", value=kind) from error
        config = {}
    holds = isinstance(config, Mapping) and "layers" in config
    if "Model" in names and not (holds and _calls_as_keras(source)):
        raise ArgumentError("model_in_code", argument="source", value=kind)
    own = [name for name in names if name in ("Functional", "Sequential")][:1] if holds else []
    config = {"name": source.name, **config}
    shape = getattr(source, "_build_shapes_dict", None) or {}
    return {
        "module": "keras" if own else type(source).__module__,
        "class_name": own[0] if own else kind,
        "config": config,
        "build_config": {"input_shape": shape.get("input_shape")},
    }


def _calls_as_keras(source: object) -> bool:
    """Whether no class of the caller's own says how the model is called."""
    own = (each for each in type(source).__mro__ if not _is_of_keras(each))
    return not any("call" in vars(each) for each in own)


def _inside(thing: Any, path: Names) -> dict[Names, Any]:
    """The layers of a model, of models inside too; a layer itself."""
    inner = getattr(thing, "layers", None)
    if not path or (isinstance(inner, list | tuple) and "Model" in _names_of_keras(thing)):
        return {
            at: each
            for layer in inner or ()
            for at, each in _inside(layer, (*path, layer.name)).items()
        }
    return {path: thing}


def _tell(graph: Graph, found: Mapping[Names, Any]) -> None:
    """Let unknown layers know the shape of their output."""
    for path, layer in graph.layers.items():
        if isinstance(layer, UnknownLayer) and layer.output_shape is None and path in found:
            with suppress(Exception):  # A layer that was never called, or in several places.
                layer.output_shape = tuple(found[path].output.shape)

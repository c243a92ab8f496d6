"""Weights of Keras into the layers of a network: from a live model, or as a file holds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..companions import InputLayer
from ..errors import ConvlabError, NotEnoughMemoryError
from ..i18n import Term
from ..layers.common import Array, BaseLayer, Shape
from .keras_graph import Graph, Path
from .keras_layers import class_of, is_model, is_operation, name_of
from .keras_places import Place
from .network import AnyLayer, Network
from .unknown import UnknownLayer

Found = Mapping[Path, Sequence[Any]]
"""What was found for each layer: arrays, or what gives one when it is read with ``[()]``."""


# The tree of a .keras file


def of_tree(entry: Place, tree: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """The weights where Keras saves them: ``layers/conv2d_1/vars/0``, counted class by class."""
    if not is_model(entry):
        yield path, _own(tree)
        return
    inner: Mapping[str, Any] = next((tree[name] for name in _FOLDERS if name in tree), {})
    counted: Counter[str] = Counter()
    for each in entries_of(entry):
        name = _snake(class_of(each))
        folder = f"{name}_{counted[name]}" if counted[name] else name
        counted[name] += not is_operation(each)
        if not is_operation(each) and folder in inner:
            yield from of_tree(each, inner[folder], (*path, name_of(each)))


_FOLDERS = ("layers", "_layer_checkpoint_dependencies")


def entries_of(entry: Place) -> list[Place]:
    """The entries of the layers of a model."""
    config = entry["config"]
    return (config if isinstance(config.value, list | tuple) else config["layers"]).items


def _snake(name: str) -> str:
    """``batch_normalization`` of ``BatchNormalization``, as Keras names folders."""
    word = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", word).lower()


def _own(group: Mapping[str, Any]) -> list[Any]:
    """The arrays of a group; of groups inside, too, which are those of an unknown layer."""
    own = group.get("vars", {})
    arrays = [own[key] for key in sorted(own, key=lambda key: (len(key), key))]
    further = [name for name in group if name != "vars" and not name.startswith("seed_generator")]
    return arrays + [array for name in further for array in _own(group[name])]


# The groups of an old .h5 file


def of_groups(
    network: Network, graph: Graph, groups: Mapping[str, Sequence[Any]]
) -> dict[Path, list[Any]]:
    """The weights of each layer from those of the outermost ones: first all that are trained."""
    inputs = _inputs(network, graph)
    found: dict[Path, list[Any]] = {}
    for name, arrays in groups.items():
        if isinstance(graph.layers.get((name,)), UnknownLayer):
            found[name,] = list(arrays)
        places = list(_places_within(name, graph, inputs))
        if len(places) == len(arrays):
            in_file = sorted(range(len(places)), key=lambda at: places[at][1])
            placed = dict(zip(in_file, arrays, strict=True))
            for at, (path, _) in enumerate(places):
                found.setdefault(path, []).append(placed[at])
    return found


_MEASURED = frozenset("moving_mean moving_variance mean variance count".split())


def _places_within(
    name: str, graph: Graph, inputs: Mapping[int, Any]
) -> Iterator[tuple[Path, bool]]:
    """The layer of each weight, and whether the weight is not trained."""
    for path, layer in graph.layers.items():
        if path[0] == name and isinstance(layer, BaseLayer):
            for weight in _shapes(layer, inputs.get(id(layer))) or ():
                fixed = weight in _MEASURED or (weight == "kernel" and _is_adapted(layer))
                yield path, fixed or not layer.trainable


# Into the layers


def fill(network: Network, graph: Graph, weights: Found) -> None:
    """Build every layer for which there are weights that fit, and copy them; note the others."""
    inputs = _inputs(network, graph)
    for path, layer in graph.layers.items():
        if isinstance(layer, UnknownLayer) and path in weights:
            layer.parameters = sum(map(_size, weights[path]))
        elif isinstance(layer, BaseLayer) and not layer.built and path in weights:
            _fill(layer, inputs.get(id(layer)), weights[path])
    for each in network.layers:
        if isinstance(each, BaseLayer) and not each.built:
            _build_empty(each, inputs.get(id(each)), network)


def _build_empty(layer: BaseLayer, taken: Any, network: Network) -> None:
    """Build a layer that has no weights; of others note that none were found."""
    if _shapes(layer, taken) == {}:
        layer.build(taken)
    else:
        network.notes += (Term("keras.no_weights", layer=layer.name),)


def _size(array: Any) -> int:
    return int(np.prod(array.shape, dtype=np.int64))


def _inputs(network: Network, graph: Graph) -> dict[int, Any]:
    """The shape, or list of shapes, that each layer takes where it first stands, by its identity.

    Behind a layer that tells no shape it is that for which Keras built the layer.
    """
    shapes: dict[str, Shape | None] = {}
    found: dict[int, Any] = {}
    for step in network.steps:
        layer = step.layer
        sources = [shapes[source] for source in step.sources]
        if isinstance(layer, InputLayer) and not sources:
            sources = [layer.batch_shape]
        known = bool(sources) and None not in sources
        taken = (sources if layer.merges else sources[0]) if known else graph.told.get(id(layer))
        if taken is not None:
            found.setdefault(id(layer), taken)
        shapes[step.name] = _shape_behind(layer, taken)
    return found


def _shape_behind(layer: AnyLayer, taken: Any) -> Shape | None:
    try:
        shape: Shape = layer.compute_output_shape(taken)
    except ConvlabError:
        return None
    return shape


def _shapes(layer: BaseLayer, taken: Any) -> dict[str, tuple[int, ...]] | None:
    """The shapes of the weights by their names; ``None`` where they cannot be known."""
    try:
        return None if taken is None else layer.weight_shapes(taken)
    except ConvlabError:
        return None


def _fill(layer: BaseLayer, taken: Any, found: Sequence[Any]) -> None:
    """Build a layer with its weights, if they are of the shapes that it has here."""
    shapes = [*(_shapes(layer, taken) or {}).values()]
    # Files hold a kernel with what LoRA added to it.
    added = [np.zeros(shape) for shape in shapes[len(found) :]] if _is_adapted(layer) else []
    values = [*found, *added]
    if taken is not None and [tuple(each.shape) for each in values] == shapes:
        with suppress(NotEnoughMemoryError):
            layer.build(taken)
            layer.set_weights([_read(each) for each in values])


def _is_adapted(layer: BaseLayer) -> bool:
    return getattr(layer, "lora_rank", None) is not None


def _read(array: Any) -> Array:
    return np.asarray(array[()], np.float64 if array.dtype == "float64" else np.float32)

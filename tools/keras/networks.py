"""Networks of real Keras, read by convlab: ``keras.applications``, and small ones with numbers.

Of the large ones configs, shapes and counts are recorded; ``live`` computes with some of them.
"""

import json
import lzma
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import convlab
from convlab.networks import UnknownLayer
from convlab.networks.keras_config import entry_of, network_and_graph
from convlab.networks.keras_weights import fill, of_groups, of_tree
from convlab.networks.network import Network
from tests.tolerances import FLOAT32, assert_close
from tools.keras import small_networks
from tools.keras.backend import forget_compiled, keras, versions
from tools.keras.store import DATA, Pools, Reader, read_json, write_json

Array = NDArray[Any]

LEAST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
"""The smallest legal input, where it is not 32."""
WITHOUT_TOP = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "MobileNetV3Small",
    "ResNet50",
    "VGG16",
)
COMPUTED = (
    "ConvNeXtTiny DenseNet121 EfficientNetB0 InceptionResNetV2 MobileNetV3Small NASNetMobile"
    " ResNet50".split()
)
LIVE = 1e-4
"""The largest difference, as a share of the largest output."""


# keras.applications


def applications() -> list[str]:
    """The names of all architectures."""
    found = vars(keras().applications)
    return sorted(name for name, each in found.items() if callable(each) and name[:1].isupper())


def application(name: str, top: bool, **more: Any) -> Any:
    """An architecture at its smallest legal input."""
    keras().utils.clear_session(free_memory=False)
    size = LEAST.get(name, 32)
    make = getattr(keras().applications, name)
    return make(weights=None, include_top=top, input_shape=(size, size, 3), **more)


def _application_rows() -> Iterator[dict[str, Any]]:
    wanted = [(name, True) for name in applications()] + [(name, False) for name in WITHOUT_TOP]
    drawing = keras().initializers.VarianceScaling
    # Hundreds of millions of numbers, of which the shapes are wanted: they need not be random.
    with patch.object(drawing, "__call__", lambda _, shape, dtype: keras().ops.zeros(shape, dtype)):
        for name, top in wanted:
            yield _application_row(name, top)


def _application_row(name: str, top: bool) -> dict[str, Any]:
    model = application(name, top)
    return {
        "name": name,
        "top": top,
        "config": json.loads(model.to_json()),
        "steps": {"/".join(path): _told(each) for path, each in inside(model)},
        "total": model.count_params(),
    }


def inside(model: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All operations and layers of a model and of the models inside, with their paths."""
    for each in getattr(model, "operations", None) or model.layers:
        if hasattr(each, "layers"):
            yield from inside(each, (*path, each.name))
        elif not (path and type(each).__name__ == "InputLayer"):
            yield (*path, each.name), each


def _told(each: Any) -> list[Any]:
    """The shape of the first output, and the number of weights."""
    count = each.count_params() if hasattr(each, "count_params") else 0
    return [list(each._inbound_nodes[0].outputs[0].shape), count]


def write_applications(path: Path) -> None:
    """One line for each model, together: what repeats takes no room."""
    lines = [json.dumps(row, separators=(",", ":")) for row in _application_rows()]
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))


def read_applications(path: Path = DATA / "applications.json.xz") -> list[dict[str, Any]]:
    """What ``write_applications`` wrote."""
    return [json.loads(line) for line in lzma.decompress(path.read_bytes()).splitlines()]


def check_application(row: dict[str, Any]) -> None:
    """Every layer's output shape and number of weights, and the total."""
    network = convlab.read(row["config"])
    shapes, counts = network.shapes(), counts_of(network)
    for name, (shape, count) in row["steps"].items():
        assert [list(shapes[name]), counts[name]] == [shape, count], f"{row['name']}: {name}"
    assert sum(counts.values()) == row["total"], row["name"]
    assert not any(isinstance(layer, UnknownLayer) for layer in network.layers), row["name"]


def counts_of(network: Network) -> dict[str, int]:
    """The number of weights of each layer, at its first step; nothing is built for it."""
    shapes = network.shapes()
    counts: dict[str, int] = {}
    seen: set[int] = set()
    for step in network.steps:
        taken = [shapes[source] for source in step.sources] or [shapes[step.name]]
        given = taken if step.layer.merges else taken[0]
        counts[step.name] = 0 if id(step.layer) in seen else _count(step.layer, given)
        seen.add(id(step.layer))
    return counts


def _count(layer: Any, given: Any) -> int:
    if isinstance(layer, UnknownLayer):
        return layer.parameters or 0
    return sum(int(np.prod(shape)) for shape in layer.weight_shapes(given).values())


# Small networks


def record(directory: Path = DATA) -> None:
    """Record ``applications.json.xz``, ``networks.json.gz`` and ``networks.npz``."""
    keras()
    write_applications(directory / "applications.json.xz")
    forget_compiled()
    pools = Pools()
    rows = [_row(name, make, pools) for name, make in small_networks.ALL.items()]
    write_json(directory / "networks.json.gz", {"versions": versions()}, rows)
    pools.save(directory / "networks.npz")


def _row(name: str, make: Callable[[], Any], pools: Pools) -> dict[str, Any]:
    keras().utils.clear_session(free_memory=False)
    rng = np.random.default_rng([7, *name.encode()])
    model = make()
    _randomize(model, rng)
    x = [_eighths(rng, (2, *tensor.shape[1:])) for tensor in model.inputs]
    y = _flat(model(_as_taken(model, x), training=False))
    return {
        "case": name,
        "config": _without_code(json.loads(model.to_json())),
        "weights": {"/".join(path): _places(each, pools) for path, each in inside(model)},
        "tree": {path: pools.add(each) for path, each in tree_of(model).items()},
        "groups": {
            each: [pools.add(array) for array in arrays]
            for each, arrays in groups_of(model).items()
        },
        "total": model.count_params(),
        "steps": {"/".join(path): _told(each) for path, each in inside(model)},
        "x": [pools.add(each) for each in x],
        "y": [pools.add(np.asarray(each)) for each in y],
    }


def _without_code(value: Any) -> Any:
    """A config without the code of lambdas, which is another in every Python and folder."""
    if isinstance(value, dict):
        return {key: "" if key == "code" else _without_code(each) for key, each in value.items()}
    return [_without_code(each) for each in value] if isinstance(value, list) else value


def _places(each: Any, pools: Pools) -> list[Any]:
    return [pools.add(array) for array in each.get_weights()] if hasattr(each, "weights") else []


def _eighths(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return (rng.integers(-8, 9, shape) / 8).astype("float32")


def _randomize(model: Any, rng: np.random.Generator) -> None:
    """Weights in eighths; variances above 0."""
    for weight in model.weights:
        value = _eighths(rng, weight.shape)
        value = np.abs(value) + 0.125 if "variance" in weight.name else value
        weight.assign(np.zeros_like(value) if "count" in weight.name else value)
    for _, layer in inside(model):
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def _as_taken(model: Any, x: list[Array]) -> Any:
    if isinstance(model._inputs_struct if hasattr(model, "_inputs_struct") else None, dict):
        return dict(zip(sorted(model._inputs_struct), x, strict=True))
    return x if len(x) > 1 else x[0]


def _flat(y: Any) -> list[Any]:
    if isinstance(y, dict):
        return [y[key] for key in sorted(y)]
    return list(y) if isinstance(y, list | tuple) else [y]


def tree_of(model: Any) -> dict[str, Array]:
    """The arrays in a ``.keras`` file by their paths."""
    import h5py

    found: dict[str, Array] = {}

    def visit(path: str, each: Any) -> None:
        if isinstance(each, h5py.Dataset) and "seed" not in path:
            found[path] = each[()]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        model.save_weights(path)
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    return found


def groups_of(model: Any) -> dict[str, list[Array]]:
    """The arrays in an ``.h5`` file by outermost layers, in its order."""
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.h5")
        model.save(path)
        with h5py.File(path, "r") as file:
            root = file["model_weights"]
            return {
                name: [root[name][each][()] for each in root[name].attrs["weight_names"]]
                for name in root
                if name != "top_level_model_weights"
            }


# convlab


def recorded(directory: Path = DATA) -> tuple[list[dict[str, Any]], Reader]:
    """A row for each small network, and the arrays."""
    return read_json(directory / "networks.json.gz")[1], Reader(directory / "networks.npz")


def check(row: dict[str, Any], arrays: Reader, source: str = "weights") -> None:
    """Hold the small network of one row against convlab, its weights from one of three places."""
    entry = entry_of(row["config"])
    network, graph = network_and_graph(entry)
    if source == "tree":
        tree = nested({path: arrays.get(at, "float32") for path, at in row["tree"].items()})
        fill(network, graph, dict(of_tree(entry, tree, ())))
    elif source == "groups":
        groups = {
            name: [arrays.get(at, "float32") for at in each] for name, each in row["groups"].items()
        }
        fill(network, graph, of_groups(network, graph, groups))
    else:
        weights = row["weights"].items()
        fill(
            network,
            graph,
            {
                tuple(path.split("/")): [arrays.get(at, "float32") for at in each]
                for path, each in weights
            },
        )
    check_steps(network, row)
    check_numbers(network, row, arrays)


def nested(flat: dict[str, Array]) -> dict[str, Any]:
    """Groups within groups, as in the file."""
    tree: dict[str, Any] = {}
    for path, array in flat.items():
        *groups, name = path.split("/")
        place = tree
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = array
    return tree


def check_steps(network: Network, row: dict[str, Any]) -> None:
    """Every layer's output shape, and the total number of weights."""
    shapes = network.shapes()
    for name, (shape, _) in row["steps"].items():
        assert list(shapes[name]) == shape, f"{row['case']}: {name}"
    assert sum(counts_of(network).values()) == row["total"], row["case"]


def check_numbers(network: Network, row: dict[str, Any], arrays: Reader) -> None:
    if any(isinstance(layer, UnknownLayer) for layer in network.layers):
        return
    x = [arrays.get(at, "float32") for at in row["x"]]
    y = network(x if len(x) > 1 else x[0])
    found = y if isinstance(y, list) else [y]
    for each, at in zip(found, row["y"], strict=True):
        assert_close(each, arrays.get(at, "float32"), FLOAT32, row["case"])


# Live


def live() -> Iterator[tuple[str, float, Network, Any]]:
    """Large models with random weights: the largest difference as a share of the largest output."""
    for name in COMPUTED:
        forget_compiled()
        rng = np.random.default_rng([8, *name.encode()])
        model = application(name, True, classes=7, classifier_activation=None)
        _vary(model, rng)
        x = rng.uniform(0, 1, (2, *model.input_shape[1:])).astype("float32")
        network = convlab.read(model)
        y = np.asarray(model(x))
        yield name, float(np.abs(network(x) - y).max() / np.abs(y).max()), network, model


def _vary(model: Any, rng: np.random.Generator) -> None:
    """Statistics and biases that matter; kernels as Keras begins them."""
    for weight in model.weights:
        if len(weight.shape) == 1:
            lowest, highest = (
                (0.5, 1.5) if "variance" in weight.name or "gamma" in weight.name else (-0.1, 0.1)
            )
            weight.assign(rng.uniform(lowest, highest, weight.shape))


def live_fails() -> Iterator[str]:
    """What convlab computes otherwise than Keras, of models and of their files."""
    for name, difference, network, model in live():
        if not difference <= LIVE:
            yield f"{name}: the largest difference is {difference} of the largest output"
        if network.count_params() != model.count_params():
            yield f"{name}: {network.count_params()} weights, not {model.count_params()}"
    yield from _files_fail()


def _files_fail() -> Iterator[str]:
    for name, make in small_networks.ALL.items():
        keras().utils.clear_session(free_memory=False)
        model = make()
        _randomize(model, np.random.default_rng(9))
        expected = _answer(convlab.read(model))
        for ending in ("keras", "h5"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, f"model.{ending}")
                model.save(path)
                found = _answer(convlab.read(path))
            same = [np.allclose(*pair, atol=1e-5) for pair in zip(expected, found, strict=False)]
            if len(found) != len(expected) or not all(same):
                yield f"{name}: its .{ending} file gives another network than the model itself"


def _answer(network: Network) -> list[Array]:
    """What it computes for one input; of one with unknown layers, the weights."""
    if any(isinstance(layer, UnknownLayer) for layer in network.layers):
        return network.get_weights()
    shapes = network.input_shape if isinstance(network.input_shape, list) else [network.input_shape]
    x = [_eighths(np.random.default_rng(4), (2, *shape[1:])) for shape in shapes]
    y = network(x if len(x) > 1 else x[0])
    return y if isinstance(y, list) else [y]

"""Random legal settings of the companions, through real Keras, and held against convlab.

As with the convolutions: seeded, so that a number names a setting for ever, and the sizes of all
axes differ wherever the layer lets them.
"""

import inspect
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.tolerances import FLOAT32, assert_close, tolerance_of
from tools.keras import settings
from tools.keras.backend import (
    convlab_namespace,
    forget_compiled,
    keras,
    keras_namespace,
    versions,
)
from tools.keras.cases import SMOOTH
from tools.keras.encoding import decode, encode
from tools.keras.replay import assert_same_config
from tools.keras.settings import Random
from tools.keras.store import DATA, Pools, Reader, read_json, write_json

Array = NDArray[Any]
Shape = tuple[int, ...]
Drawn = tuple[dict[str, Any], Any]
"""Arguments, and the shape of the input; of a merge, a list of shapes."""

SEED = 20260
GRADIENT_EVERY = 3
COUNTS = {
    **dict.fromkeys("MaxPooling1D AveragePooling1D".split(), 60),
    **dict.fromkeys("MaxPooling2D AveragePooling2D".split(), 100),
    **dict.fromkeys("GlobalMaxPooling1D GlobalAveragePooling1D".split(), 25),
    **dict.fromkeys("GlobalMaxPooling2D GlobalAveragePooling2D".split(), 30),
    **dict.fromkeys("ZeroPadding1D Cropping1D UpSampling1D".split(), 25),
    **dict.fromkeys("ZeroPadding2D Cropping2D".split(), 50),
    "UpSampling2D": 90,
    **dict.fromkeys("Flatten Reshape".split(), 50),
    "Dense": 110,
    **dict.fromkeys("BatchNormalization LayerNormalization".split(), 90),
    **dict.fromkeys("Normalization Rescaling".split(), 50),
    "LayerScale": 25,
    "Activation": 60,
    **dict.fromkeys("ReLU LeakyReLU ELU Softmax".split(), 30),
    "PReLU": 50,
    "Dropout": 15,
    **dict.fromkeys("Add Multiply Concatenate".split(), 60),
    "Permute": 25,
    "Maximum": 40,
}


# Settings


def draw(layer: str, number: int) -> tuple[dict[str, Any], Any, str, Random]:
    """One setting; ``layer`` and ``number`` alone decide which."""
    rng = np.random.default_rng([SEED, list(COUNTS).index(layer), number])
    arguments, shape = _DRAWS[layer](rng)
    dtype = "float64" if rng.random() < 0.25 else "float32"
    if dtype != "float32":
        arguments["dtype"] = dtype
    if rng.random() < 0.12:
        arguments["activity_regularizer"] = str(rng.choice(["l1", "l2"]))
    return arguments, shape, dtype, rng


def _sizes(rng: Random, count: int, least: Sequence[int] = ()) -> Shape:
    """Sizes that all differ, each from its ``least`` up."""
    low = [*least, *[1] * (count - len(least))]
    while True:
        sizes = tuple(each + int(rng.integers(0, 5)) for each in low)
        if len(set(sizes)) == count:
            return sizes


def _batched(rng: Random, inner: Shape) -> Shape:
    return (int(rng.choice([1, 2, 3])), *inner)


def _maps(rng: Random, rank: int, least: Sequence[int] = (), formats: bool = True) -> Drawn:
    """A data format, and maps of these sizes at least."""
    *sizes, channels = _sizes(rng, rank + 1, least)
    if formats and rng.random() < 0.35:
        return {"data_format": "channels_first"}, _batched(rng, (channels, *sizes))
    given = {"data_format": "channels_last"} if formats and rng.random() < 0.3 else {}
    return given, _batched(rng, (*sizes, channels))


def _pooling(rank: int) -> Callable[[Random], Drawn]:
    def drawn(rng: Random) -> Drawn:
        pool = tuple(int(v) for v in rng.choice(np.arange(1, 5), size=rank, replace=False))
        arguments: dict[str, Any] = {"pool_size": _spelt(rng, pool)}
        if rng.random() < 0.6:
            strides = rng.choice(np.arange(1, 5), size=rank, replace=False)
            arguments["strides"] = _spelt(rng, tuple(map(int, strides)))
        padding = str(rng.choice(["valid", "same"]))
        if padding == "same" or rng.random() < 0.5:
            arguments["padding"] = padding
        given, shape = _maps(rng, rank, pool if padding == "valid" else ())
        return arguments | given, shape

    return drawn


def _spelt(rng: Random, value: Any) -> Any:
    if len(value) == 1 and rng.random() < 0.5:
        return value[0]
    return list(value) if rng.random() < 0.25 else value


def _global(rank: int) -> Callable[[Random], Drawn]:
    def drawn(rng: Random) -> Drawn:
        given, shape = _maps(rng, rank)
        return given | ({"keepdims": True} if rng.random() < 0.5 else {}), shape

    return drawn


def _ends(rng: Random, rank: int) -> tuple[Any, list[int]]:
    """Both ends of each axis in one of the ways in which they may be written, and their sums."""
    kind = rng.random()
    if kind < 0.2:
        both = int(rng.integers(0, 3))
        return both, [2 * both] * rank
    pairs = [tuple(map(int, rng.integers(0, 4, 2))) for _ in range(rank)]
    if rank == 1:
        return pairs[0], [sum(pairs[0])]
    if kind < 0.4:
        return tuple(pair[0] for pair in pairs), [2 * pair[0] for pair in pairs]
    return (pairs if kind < 0.5 else tuple(pairs)), [sum(pair) for pair in pairs]


def _framing(argument: str, rank: int) -> Callable[[Random], Drawn]:
    def drawn(rng: Random) -> Drawn:
        ends, sums = _ends(rng, rank)
        least = [each + 1 for each in sums] if argument == "cropping" else ()
        formats = (argument, rank) != ("cropping", 1)
        given, shape = _maps(rng, rank, least, formats)
        return {argument: ends} | given, shape

    return drawn


def _upsampling(rank: int) -> Callable[[Random], Drawn]:
    def drawn(rng: Random) -> Drawn:
        size: Any = tuple(int(v) for v in rng.integers(1, 5, rank))
        given, shape = _maps(rng, rank, formats=rank == 2)
        if rank == 1:
            return {"size": size[0]}, shape
        if rng.random() < 0.6:
            given["interpolation"] = "bilinear"
        return {"size": size} | given, shape

    return drawn


def _free(rng: Random, least: int = 2, most: int = 4) -> Shape:
    """A shape of any number of axes."""
    return _batched(rng, _sizes(rng, int(rng.integers(least, most + 1)) - 1))


def _flatten(rng: Random) -> Drawn:
    shape = _free(rng, least=1)
    return ({"data_format": "channels_first"} if rng.random() < 0.4 else {}), shape


def _reshape(rng: Random) -> Drawn:
    shape = _free(rng)
    target = list(rng.permutation(shape[1:]).tolist())
    if rng.random() < 0.5:
        target.insert(0, 1)
    if rng.random() < 0.6:
        target[int(rng.integers(len(target)))] = -1
    return {"target_shape": tuple(target)}, shape


def _permute(rng: Random) -> Drawn:
    shape = _free(rng)
    order = rng.permutation(np.arange(1, len(shape))).tolist()
    return {"dims": order if rng.random() < 0.3 else tuple(order)}, shape


def _dense(rng: Random) -> Drawn:
    shape = _free(rng)
    units = int(rng.integers(1, 6))
    arguments: dict[str, Any] = {"units": units}
    names = [name for name in settings.ACTIVATIONS if name != "glu"]
    if rng.random() < 0.5:
        arguments["activation"] = str(rng.choice(names))
    if rng.random() < 0.25:
        arguments["use_bias"] = False
    return arguments | _penalties(rng, ("kernel", "bias")), shape


def _penalties(rng: Random, weights: Sequence[str]) -> dict[str, Any]:
    return {
        f"{weight}_regularizer": str(rng.choice(["l1", "l2"]))
        for weight in weights
        if rng.random() < 0.2
    }


def _learned(rng: Random) -> dict[str, Any]:
    arguments: dict[str, Any] = {name: False for name in ("center", "scale") if rng.random() < 0.2}
    if rng.random() < 0.5:
        arguments["epsilon"] = float(rng.choice([1e-5, 0.125, 1.0]))
    return arguments | _penalties(rng, ("gamma", "beta"))


def _batch_norm(rng: Random) -> Drawn:
    shape = _free(rng)
    arguments = _learned(rng)
    if rng.random() < 0.4:
        arguments["axis"] = int(rng.integers(1, len(shape)))
    return arguments, shape


def _layer_norm(rng: Random) -> Drawn:
    count = int(rng.integers(1, 4))
    shape = _batched(rng, _sizes(rng, count, (3,) * count))
    arguments = _learned(rng)
    if rng.random() < 0.6:
        axes = [int(axis) for axis in rng.permutation(np.arange(1, len(shape)))]
        arguments["axis"] = axes[0] if rng.random() < 0.4 else axes[: int(rng.integers(1, 4))]
    return arguments, shape


def _normalization(rng: Random) -> Drawn:
    shape = _free(rng)
    arguments: dict[str, Any] = {"invert": True} if rng.random() < 0.3 else {}
    kind = rng.random()
    axis: Any = None if kind < 0.2 else int(rng.integers(1, len(shape)))
    if kind > 0.8 and len(shape) > 2:
        axis = (1, len(shape) - 1)
    if kind < 0.2 or kind > 0.5:
        arguments["axis"] = axis
    kept = (-1,) if "axis" not in arguments else () if axis is None else np.atleast_1d(axis)
    if rng.random() < 0.6:
        sizes = [shape[at] for at in kept] if rng.random() < 0.7 else []
        arguments["mean"] = (rng.integers(-8, 8, sizes) / 8).tolist()
        arguments["variance"] = (rng.integers(1, 16, sizes) / 8).tolist()
    return arguments, shape


def _rescaling(rng: Random) -> Drawn:
    shape = _free(rng)
    scale = rng.integers(1, 16, shape[-1] if rng.random() < 0.4 else ()) / 8
    arguments = {"scale": scale.tolist()}
    if rng.random() < 0.6:
        arguments["offset"] = float(rng.integers(-8, 8) / 8)
    return arguments, shape


def _layer_scale(rng: Random) -> Drawn:
    shape = _free(rng)
    return {"init_values": 0.25, "projection_dim": shape[-1]}, shape


def _activation(rng: Random) -> Drawn:
    shape = _free(rng)
    names = [name for name in settings.ACTIVATIONS if name != "glu"]
    return {"activation": str(rng.choice(names))}, shape


def _relu(rng: Random) -> Drawn:
    arguments = {
        "max_value": float(rng.choice([0.5, 1.0, 6.0])),
        "negative_slope": float(rng.choice([0.0, 0.125, 0.5])),
        "threshold": float(rng.choice([0.25, 1.0])),
    }
    return {name: value for name, value in arguments.items() if rng.random() < 0.5}, _free(rng)


def _sloped(argument: str) -> Callable[[Random], Drawn]:
    def drawn(rng: Random) -> Drawn:
        given = {argument: float(rng.choice([0.0, 0.125, 0.5, 2.0]))}
        return (given if rng.random() < 0.7 else {}), _free(rng)

    return drawn


def _softmax(rng: Random) -> Drawn:
    shape = _free(rng)
    axes = [int(axis) for axis in rng.permutation(np.arange(1, len(shape)))]
    kind = rng.random()
    if kind < 0.3:
        return {}, shape
    return {"axis": axes[0] if kind < 0.7 else axes[:2]}, shape


def _prelu(rng: Random) -> Drawn:
    shape = _free(rng)
    arguments: dict[str, Any] = _penalties(rng, ("alpha",))
    if rng.random() < 0.6:
        shared = [axis for axis in range(1, len(shape)) if rng.random() < 0.5]
        arguments["shared_axes"] = shared
    return arguments, shape


def _dropout(rng: Random) -> Drawn:
    return {"rate": float(rng.choice([0.0, 0.25, 0.5]))}, _free(rng)


def _elementwise(rng: Random) -> Drawn:
    """Inputs of one shape, or some of them spread, or with fewer axes."""
    shape = _free(rng)
    shapes = [shape] * int(rng.integers(1, 4))
    for place in range(1, len(shapes)):
        kind, other = rng.random(), list(shape)
        if kind < 0.4:
            other[int(rng.integers(1, len(shape)))] = 1
        elif kind < 0.6 and len(shape) > 2:
            del other[1]
        shapes[place] = tuple(other)
    return {}, shapes


def _concatenate(rng: Random) -> Drawn:
    shape = _free(rng)
    axis = int(rng.integers(1, len(shape)))
    shapes = []
    for _ in range(int(rng.integers(1, 4))):
        other = list(shape)
        other[axis] = int(rng.integers(1, 5))
        shapes.append(tuple(other))
    last = axis == len(shape) - 1
    return ({} if last and rng.random() < 0.5 else {"axis": axis}), shapes


_DRAWS: dict[str, Callable[[Random], Drawn]] = {
    **{f"{kind}Pooling{rank}D": _pooling(rank) for kind in ("Max", "Average") for rank in (1, 2)},
    **{
        f"Global{kind}Pooling{rank}D": _global(rank)
        for kind in ("Max", "Average")
        for rank in (1, 2)
    },
    **{f"ZeroPadding{rank}D": _framing("padding", rank) for rank in (1, 2)},
    **{f"Cropping{rank}D": _framing("cropping", rank) for rank in (1, 2)},
    **{f"UpSampling{rank}D": _upsampling(rank) for rank in (1, 2)},
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "Normalization": _normalization,
    "Rescaling": _rescaling,
    "LayerScale": _layer_scale,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _sloped("negative_slope"),
    "ELU": _sloped("alpha"),
    "Softmax": _softmax,
    "PReLU": _prelu,
    "Dropout": _dropout,
    "Add": _elementwise,
    "Multiply": _elementwise,
    "Concatenate": _concatenate,
    "Permute": _permute,
    "Maximum": _elementwise,
}


# Keras


def record(directory: Path = DATA) -> None:
    """Record ``companions.json.gz`` and ``companions.npz``."""
    keras()
    pools, rows = Pools(), []
    for layer, count in COUNTS.items():
        forget_compiled()
        print(layer, file=sys.stderr, flush=True)
        rows += [_row(layer, number, pools) for number in range(count)]
    names = [*COUNTS, "InputLayer"]
    head = {"versions": versions(), "signatures": {name: _signature(name) for name in names}}
    write_json(directory / "companions.json.gz", head, rows)
    pools.save(directory / "companions.npz")


def _class(layer: str) -> Any:
    if layer == "LayerScale":  # It stands in no list of layers.
        from keras.src.applications.convnext import LayerScale

        return LayerScale
    return getattr(keras().layers, layer)


def _signature(layer: str) -> list[Any]:
    """(name, default) of each argument; a required one alone."""
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    found = []
    for name, parameter in list(inspect.signature(_class(layer).__init__).parameters.items())[1:]:
        if parameter.kind not in kinds:
            required = parameter.default is inspect.Parameter.empty
            found.append([name] if required else [name, encode(parameter.default)])
    return found


def _row(layer: str, number: int, pools: Pools) -> dict[str, Any]:
    """Run one setting in Keras: what went in, and everything that came out."""
    keras().utils.clear_session(free_memory=False)
    arguments, shape, dtype, rng = draw(layer, number)
    made = _class(layer)(**decode(encode(arguments), keras_namespace()))
    config = made.get_config()
    merged = isinstance(shape, list)
    gradients = number % GRADIENT_EVERY == 0
    numbers = _numbers(rng, dtype, exact=not (gradients and _has_corners(arguments)))
    x: Any = [numbers(each, 2) for each in shape] if merged else numbers(shape, 2)
    made.build(shape)
    weights = [_weight(weight, numbers) for weight in made.weights]
    made.set_weights(weights)
    if layer == "Normalization":
        made.finalize_state()
    y = np.asarray(made(x))
    row = {
        "case": f"{layer}-{number}",
        "arguments": encode(arguments),
        "dtype": dtype,
        "config": config,
        "weights": [pools.add(np.asarray(value, dtype)) for value in weights],
        "count_params": made.count_params(),
        "x": [pools.add(each) for each in x] if merged else pools.add(x),
        "y": pools.add(y),
        "shapes": _shapes(made, shape),
        "losses": [float(loss) for loss in made.losses],
    }
    if gradients:
        dy = numbers(y.shape, 1)
        row["dy"] = pools.add(dy)
        row["gradients"] = [pools.add(each) for each in _gradients(made, x, dy)]
    return row


def _has_corners(arguments: dict[str, Any]) -> bool:
    """Whether a sum of multiples of 1/8 may land where the gradient is a convention."""
    odd = arguments.get("activation", "linear") not in SMOOTH
    return odd or any("regularizer" in name for name in arguments)


def _numbers(rng: Random, dtype: str, exact: bool) -> Callable[[Sequence[int], int], Array]:
    exact = exact and rng.random() < 0.7

    def numbers(shape: Sequence[int], scale: int) -> Array:
        if exact:
            odd = 2 * rng.integers(-4 * scale, 4 * scale, shape) + 1  # never zero
            return np.asarray(odd / 8).astype(dtype)
        return np.asarray(rng.normal(size=shape) * scale / 2).astype(dtype)

    return numbers


def _weight(weight: Any, numbers: Callable[[Sequence[int], int], Array]) -> Array:
    """A variance is above 0, and Keras counts in integers."""
    values = numbers(tuple(weight.shape), 1)
    if "int" in str(weight.dtype):
        return np.zeros(weight.shape, weight.dtype)
    return np.abs(values) + values.dtype.type(0.125) if "variance" in weight.name else values


def _gradients(layer: Any, x: Any, dy: Array) -> list[Array]:
    """The gradients of ``sum(y * dy) + sum(losses)``: each input's first, then each weight's."""
    import jax
    import jax.numpy as jnp

    weights = [w for w in layer.weights if type(layer).__name__ != "Normalization"]

    def objective(x: Any, values: list[Any]) -> Any:
        mapping = list(zip(weights, values, strict=True))
        with keras().StatelessScope(state_mapping=mapping, collect_losses=True):
            return jnp.sum(layer(x) * dy) + sum(layer.losses)

    inputs = [jnp.asarray(each) for each in x] if isinstance(x, list) else jnp.asarray(x)
    values = [jnp.asarray(weight) for weight in weights]
    of_input, of_weights = jax.jit(jax.grad(objective, argnums=(0, 1)))(inputs, values)
    listed = of_input if isinstance(of_input, list) else [of_input]
    return [np.asarray(each) for each in (*listed, *of_weights)]


def _shapes(layer: Any, shape: Any) -> list[Any]:
    """Shapes, known and with unknown sizes, each with what ``compute_output_shape`` says, if so."""
    shapes = shape if isinstance(shape, list) else [shape]
    unknown = [[(None, *each[1:]) for each in shapes], [(None,) * len(each) for each in shapes]]
    found = []
    for each in ([tuple(one) for one in shapes], *unknown):
        given = each if isinstance(shape, list) else each[0]
        try:
            told = list(layer.compute_output_shape(given))
        except Exception:
            continue
        found.append([[list(one) for one in each], [None if s is None else int(s) for s in told]])
    return found


# convlab


def recorded(directory: Path = DATA) -> tuple[dict[str, Any], list[dict[str, Any]], Reader]:
    """The head, a row for each setting, and the arrays."""
    head, rows = read_json(directory / "companions.json.gz")
    return head, rows, Reader(directory / "companions.npz")


def check(row: dict[str, Any], arrays: Reader) -> None:
    """Hold everything that one row says against convlab."""
    namespace = convlab_namespace()
    kind = getattr(namespace.layers, row["case"].partition("-")[0])
    layer = kind(**decode(row["arguments"], namespace))
    _check_shapes(layer, row)
    _check_numbers(layer, row, arrays)
    if "gradients" in row:
        _check_gradients(layer, row, arrays)
    _check_config(layer, row, arrays)


def input_of(row: dict[str, Any], arrays: Reader) -> Any:
    if isinstance(row["x"][0], list):
        return [arrays.get(place, row["dtype"]) for place in row["x"]]
    return arrays.get(row["x"], row["dtype"])


def _tolerance(row: dict[str, Any]) -> float:
    """That of float32 where Keras used it inside."""
    inside = json.dumps(row["config"])
    means = row["case"].startswith(("GlobalAverage", "BatchNorm", "LayerNorm"))
    coarse = means or row["y"][0] == "float32" or '"L1"' in inside or '"tanh"' in inside
    return FLOAT32 if coarse else tolerance_of(row["dtype"])


def _check_shapes(layer: Any, row: dict[str, Any]) -> None:
    merged = isinstance(row["x"][0], list)
    for given, expected in row["shapes"]:
        shapes = [tuple(each) for each in given]
        found = layer.compute_output_shape(shapes if merged else shapes[0])
        assert list(found) == expected, f"{row['case']}: {given} gives {found}, not {expected}"


def _check_numbers(layer: Any, row: dict[str, Any], arrays: Reader) -> None:
    case, x = row["case"], input_of(row, arrays)
    shape = [each.shape for each in x] if isinstance(x, list) else x.shape
    expected = [tuple(place[2]) for place in row["weights"]]
    assert [*layer.weight_shapes(shape).values()] == expected, case
    layer.build(shape)
    layer.set_weights([arrays.get(place, row["dtype"]) for place in row["weights"]])
    assert layer.count_params() == row["count_params"], case
    y = layer(x)
    assert y.dtype == row["dtype"], f"{case}: {y.dtype}"
    assert_close(y, arrays.get(row["y"], row["dtype"]), _tolerance(row), f"{case}: output")
    assert_close(np.array(layer.losses), np.array(row["losses"]), FLOAT32, f"{case}: losses")


def _check_gradients(layer: Any, row: dict[str, Any], arrays: Reader) -> None:
    """After the call: the gradient of each input, then of each weight, penalties included."""
    of_input = layer.backward(arrays.get(row["dy"], row["dtype"]))
    found = [*(of_input if isinstance(of_input, list) else [of_input]), *layer.gradients]
    for index, place in enumerate(row["gradients"]):
        wanted, where = arrays.get(place, row["dtype"]), f"{row['case']}: gradient {index}"
        assert_close(found[index], wanted, _tolerance(row), where)


def _check_config(layer: Any, row: dict[str, Any], arrays: Reader) -> None:
    """What Keras' config says, ours does, and Keras' makes a layer that computes the same."""
    config, case = row["config"], row["case"]
    found = json.loads(json.dumps(layer.get_config()))
    found = {name: value for name, value in found.items() if name in config}
    assert_same_config(found | {"name": config["name"]}, config, case)
    again = type(layer).from_config(config)
    x = input_of(row, arrays)
    again.build([each.shape for each in x] if isinstance(x, list) else x.shape)
    again.set_weights([arrays.get(place, row["dtype"]) for place in row["weights"]])
    y = arrays.get(row["y"], row["dtype"])
    assert_close(again(x), y, _tolerance(row), f"{case}: from Keras' config")

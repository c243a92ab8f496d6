"""Activations, initializers, regularizers and constraints by themselves, and how they serialize."""

from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from tools.keras.backend import keras, keras_namespace, versions
from tools.keras.encoding import Get, Make, attribute, decode, encode
from tools.keras.settings import ACTIVATIONS
from tools.keras.store import Pools, write_json

Array = NDArray[Any]
SEED = 7

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "relu": [
        {"negative_slope": 0.25},
        {"max_value": 2.0},
        {"threshold": 0.75},
        {"negative_slope": 0.25, "max_value": 2.0, "threshold": 0.75},
        {"negative_slope": 0.25, "max_value": 2.0},
        {"negative_slope": 0.25, "threshold": -0.75},
        {"max_value": 6.0, "threshold": 0.75},
    ],
    "leaky_relu": [{"negative_slope": 0.5}, {"negative_slope": 0.0}],
    "elu": [{"alpha": 0.5}],
    "celu": [{"alpha": 0.5}, {"alpha": 2.0}],
    "gelu": [{"approximate": True}],
    "squareplus": [{"b": 1.0}],
    "soft_shrink": [{"threshold": 0.25}],
    "hard_shrink": [{"threshold": 0.25}],
    "threshold": [{"threshold": 0.5, "default_value": -2.0}],
    "softmax": [{"axis": 1}, {"axis": 0}],
    "log_softmax": [{"axis": 1}, {"axis": 0}],
    "sparsemax": [{"axis": 1}],
    "glu": [{"axis": 1}],
}
ROWS = ("softmax", "log_softmax", "sparsemax", "glu")
CORNERS = (-6.0, -3.0, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0, 3.0, 6.0)


def record(directory: Path) -> None:
    """Record ``parts.json.gz`` and ``parts.npz``."""
    pools, rows = Pools(), []
    for name, options in _activations():
        rows.append(_activation(name, options, pools))
    rows += [_penalty(made, value, pools) for made in PENALTIES for value in _penalized(made)]
    rows += [_projection(made, shape, pools) for made, shape in PROJECTIONS]
    rows += [_filling(made, shape, pools) for made, shape in FILLINGS]
    rows += [_drawing(made, shape) for made in DRAWINGS for shape in KERNELS]
    rows += [_serialization(family, value) for family, value in IDENTIFIERS]
    write_json(directory / "parts.json.gz", {"versions": versions()}, rows)
    pools.save(directory / "parts.npz")


# --- activations -----------------------------------------------------------------------------


def _activations() -> list[tuple[str, dict[str, Any]]]:
    """Each as the layers call it, then with options; threshold has no defaults."""
    plain: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in ACTIVATIONS]
    return plain + [(name, options) for name, some in OPTIONS.items() for options in some]


def _activation(name: str, options: dict[str, Any], pools: Pools) -> dict[str, Any]:
    """The values on a grid, with corners and far ends, and the gradient for random ``dy``."""
    import jax
    import jax.numpy as jnp

    function = getattr(keras().activations, name)
    x = _rows() if name in ROWS else _grid()
    y, pull_back = jax.vjp(lambda v: function(v, **options), jnp.asarray(x))
    dy = np.random.default_rng(SEED).normal(size=y.shape).astype(y.dtype)
    (dx,) = pull_back(jnp.asarray(dy))
    arrays = {"x": x, "y": np.asarray(y), "dy": dy, "dx": np.asarray(dx)}
    return {
        "part": "activation",
        "name": name,
        "options": options,
        **{key: pools.add(array) for key, array in arrays.items()},
    }


def _grid() -> Array:
    """Numbers between the corners of every activation, the corners, and far ends, in this order."""
    between = np.linspace(-8, 8, 97) + 0.013
    far = np.array([-700.0, -100, -40, -20, 20, 40, 100, 700])
    return np.concatenate([between, far, CORNERS])


def _rows() -> Array:
    rng = np.random.default_rng(SEED)
    ordinary = rng.normal(size=(3, 4, 6)) * 2
    ordinary[0, 1] += 900  # the exponential of this is infinite
    ordinary[1, 2, 3] = -900
    return ordinary


# --- regularizers and constraints ----------------------------------------------------------------

PENALTIES = [
    Make("regularizers", "L1"),
    Make("regularizers", "L1", {"l1": 0.25}),
    Make("regularizers", "L2"),
    Make("regularizers", "L2", {"l2": 0.25}),
    Make("regularizers", "L1L2"),
    Make("regularizers", "L1L2", {"l1": 0.25, "l2": 0.5}),
    Make("regularizers", "L1L2", {"l1": 0.25}),
    Make("regularizers", "L1L2", {"l1": None, "l2": 0.1}),
    Make("regularizers", "OrthogonalRegularizer"),
    Make("regularizers", "OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}),
    Make("regularizers", "OrthogonalRegularizer", {"factor": 0.5, "mode": "rows"}),
]


def _penalized(made: Make) -> list[Array]:
    rng = np.random.default_rng(SEED)
    matrices = [rng.normal(size=(4, 3)), rng.normal(size=(2, 5))]
    others = [rng.normal(size=(3, 2, 2, 4)), rng.normal(size=5)]
    return matrices + ([] if made.name == "OrthogonalRegularizer" else others)


def _penalty(made: Make, value: Array, pools: Pools) -> dict[str, Any]:
    import jax
    import jax.numpy as jnp

    regularizer = decode(encode(made), keras_namespace())
    penalty, gradient = jax.value_and_grad(regularizer)(jnp.asarray(value))
    return {
        "part": "regularizer",
        "object": encode(made),
        "x": pools.add(value),
        "penalty": float(penalty),
        "gradient": pools.add(np.asarray(gradient)),
    }


_AXES: list[Any] = [0, 1, -1, [0, 1], [0, 1, 2]]
PROJECTIONS: list[tuple[Make, tuple[int, ...]]] = [
    *[(Make("constraints", n), (3, 2, 4, 5)) for n in "MaxNorm UnitNorm NonNeg MinMaxNorm".split()],
    *[(Make("constraints", n), (6,)) for n in "MaxNorm UnitNorm NonNeg MinMaxNorm".split()],
    *[(Make("constraints", "MaxNorm", {"max_value": 1, "axis": a}), (3, 2, 4, 5)) for a in _AXES],
    *[(Make("constraints", "MaxNorm", {"max_value": 50.0, "axis": a}), (3, 2, 4)) for a in _AXES],
    *[(Make("constraints", "UnitNorm", {"axis": a}), (3, 2, 4, 5)) for a in _AXES],
    *[
        (
            Make("constraints", "MinMaxNorm", {"min_value": low, "max_value": high, "axis": a} | r),
            (3, 2, 4, 5),
        )
        for low, high in ((0.5, 1.0), (4.0, 9.0))
        for r in ({}, {"rate": 0.25})
        for a in _AXES
    ],
]


def _projection(made: Make, shape: tuple[int, ...], pools: Pools) -> dict[str, Any]:
    value = np.random.default_rng(SEED).normal(size=shape)
    value[0] = 0  # a norm of nothing is where the epsilon counts
    projected = decode(encode(made), keras_namespace())(value)
    return {
        "part": "constraint",
        "object": encode(made),
        "x": pools.add(value),
        "y": pools.add(np.asarray(projected)),
    }


# --- initializers ----------------------------------------------------------------------------

FILLINGS: list[tuple[Make, tuple[int, ...]]] = [
    (Make("initializers", "Zeros"), (3, 2, 4)),
    (Make("initializers", "Ones"), (3, 2, 4)),
    (Make("initializers", "Constant"), (3, 2)),
    (Make("initializers", "Constant", {"value": 0.375}), (3, 2)),
    (Make("initializers", "Constant", {"value": -2}), (3,)),
    (Make("initializers", "Constant", {"value": True}), (3,)),
    (Make("initializers", "Identity"), (3, 3)),
    (Make("initializers", "Identity", {"gain": 2.5}), (3, 5)),
    (Make("initializers", "Identity", {"gain": -1}), (4, 2)),
]


def _filling(made: Make, shape: tuple[int, ...], pools: Pools) -> dict[str, Any]:
    initializer = decode(encode(made), keras_namespace())
    values = np.asarray(initializer(shape, dtype="float64"))
    default = np.asarray(initializer(shape))
    return {
        "part": "filling",
        "object": encode(made),
        "shape": list(shape),
        "values": pools.add(values),
        "default_dtype": str(default.dtype),
    }


_SCALED = [f"{who}{how}" for who in ("Glorot", "He", "Lecun") for how in ("Uniform", "Normal")]
DRAWINGS = [
    *[Make("initializers", name, {"seed": 1}) for name in _SCALED],
    Make("initializers", "RandomNormal", {"seed": 1}),
    Make("initializers", "RandomNormal", {"mean": 3.0, "stddev": 0.5, "seed": 1}),
    Make("initializers", "RandomUniform", {"seed": 1}),
    Make("initializers", "RandomUniform", {"minval": -2.0, "maxval": 5.0, "seed": 1}),
    Make("initializers", "TruncatedNormal", {"seed": 1}),
    Make("initializers", "TruncatedNormal", {"mean": -1.0, "stddev": 2.0, "seed": 1}),
    *[
        Make(
            "initializers",
            "VarianceScaling",
            {"scale": 2.5, "mode": mode, "distribution": distribution, "seed": 1},
        )
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("uniform", "truncated_normal", "untruncated_normal", "normal")
    ],
    Make("initializers", "VarianceScaling", {"distribution": "UNIFORM", "seed": 1}),
    Make("initializers", "VarianceScaling", {"input_axes": [0], "output_axes": [-1], "seed": 1}),
    Make("initializers", "GlorotUniform", {"input_axes": [0], "output_axes": [-1], "seed": 1}),
]
# Kernels of Conv1D, Conv2D, a grouped Conv2D, a depthwise and a transposed layer; a matrix, a bias.
KERNELS = [(5, 40, 60), (3, 5, 30, 40), (3, 5, 10, 60), (7, 5, 100, 4), (3, 5, 40, 30), (90, 80)]
KERNELS += [(8000,)]


def _drawing(made: Make, shape: tuple[int, ...]) -> dict[str, Any]:
    """From which distribution Keras draws: what its initializer asks of its generator."""
    from keras.src.initializers import random_initializers as source

    asked: dict[str, Any] = {"part": "drawing", "object": encode(made), "shape": list(shape)}

    def asking(distribution: str) -> Any:
        def draw(shape: Any, **parameters: Any) -> Array:
            kept = {k: float(v) for k, v in parameters.items() if k not in ("dtype", "seed")}
            asked.update(distribution=distribution, **kept)
            return np.zeros(shape)

        return draw

    names = ("uniform", "normal", "truncated_normal")
    with mock.patch.multiple(source.random, **{name: asking(name) for name in names}):
        decode(encode(made), keras_namespace())(shape)
    return asked


# --- names and configs -----------------------------------------------------------------------

_NAMES = {
    "activations": ACTIVATIONS,
    "initializers": (
        "zeros ones zero one Zeros Ones normal uniform random_normal RandomNormal random_uniform "
        "RandomUniform truncated_normal TruncatedNormal variance_scaling VarianceScaling "
        "glorot_uniform GlorotUniform glorot_normal GlorotNormal he_uniform HeUniform he_normal "
        "HeNormal lecun_uniform LecunUniform lecun_normal LecunNormal orthogonal Orthogonal "
        "OrthogonalInitializer identity Identity IdentityInitializer"
    ).split(),
    "regularizers": ("l1 l2 l1l2 L1 L2 L1L2 orthogonal_regularizer OrthogonalRegularizer").split(),
    "constraints": (
        "max_norm MaxNorm non_neg NonNeg unit_norm UnitNorm min_max_norm MinMaxNorm"
    ).split(),
}
_CLASSES = {
    "initializers": "Zeros GlorotUniform HeNormal Orthogonal Constant",
    "regularizers": "L1 L2 L1L2 OrthogonalRegularizer",
    "constraints": "MaxNorm NonNeg UnitNorm MinMaxNorm",
}
_CONFIGS = {
    "initializers": [
        {"class_name": "Ones", "config": {}},
        {"class_name": "HeNormal", "config": {"seed": 3}},
        {"class_name": "Constant", "config": {"value": 2.0}},
        {"class_name": "random_normal", "config": {"stddev": 2.0}},
        {
            "module": "keras.initializers",
            "class_name": "RandomUniform",
            "config": {"minval": -1.0, "maxval": 1.0, "seed": None},
            "registered_name": None,
        },
    ],
    "regularizers": [
        {"class_name": "L2", "config": {"l2": 0.5}},
        {"class_name": "l1", "config": {"l1": 0.5}},
        {
            "module": "keras.regularizers",
            "class_name": "L1L2",
            "config": {"l1": 0.5, "l2": 0.25},
            "registered_name": None,
        },
    ],
    "constraints": [
        {"class_name": "MaxNorm", "config": {"max_value": 5, "axis": [0, 1]}},
        {
            "module": "keras.constraints",
            "class_name": "UnitNorm",
            "config": {"axis": 1},
            "registered_name": None,
        },
    ],
}
IDENTIFIERS: list[tuple[str, Any]] = [
    *[(family, name) for family, names in _NAMES.items() for name in names],
    ("activations", None),
    *[("activations", Get("activations", name)) for name in ("relu", "swish", "softmax")],
    *[(f, Get(f, name)) for f, names in _CLASSES.items() for name in names.split()],
    *[(made.family, made) for made in [*PENALTIES, *DRAWINGS]],
    *[(made.family, made) for made, _ in [*PROJECTIONS, *FILLINGS]],
    *[(family, config) for family, configs in _CONFIGS.items() for config in configs],
]


def _serialization(family: str, identifier: Any) -> dict[str, Any]:
    """What ``serialize(get(identifier))`` of a family says, and the aliases of the same object."""
    namespace = keras_namespace()
    found = attribute(namespace, family, "get")(decode(encode(identifier), namespace))
    return {
        "part": "serialization",
        "family": family,
        "identifier": encode(identifier),
        "serialized": attribute(namespace, family, "serialize")(found),
    }

"""What Keras refuses, and what it surprisingly takes: wrong arguments, one at a time.

A scenario makes an object and takes steps with it. The record says at which step Keras raised and
what, or what it answered. Values that only Keras' backend stumbles over are recorded the same way:
the tests decide what convlab owes each of them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tools.keras.backend import forget_compiled, keras, keras_namespace, versions
from tools.keras.encoding import FUNCTIONS, Full, Get, Make, encode
from tools.keras.scenario import run
from tools.keras.store import write_json

NAN, INF = float("nan"), float("inf")
Step = list[Any]
Scenario = dict[str, Any]

# Arguments that work, and an input for them: height, width and channels all differ.
BASE: dict[str, dict[str, Any]] = {
    "Conv1D": {"filters": 4, "kernel_size": 2, "kernel_initializer": "zeros"},
    "Conv2D": {"filters": 4, "kernel_size": (2, 3), "kernel_initializer": "zeros"},
    "DepthwiseConv2D": {"kernel_size": (2, 3), "depthwise_initializer": "zeros"},
    "SeparableConv2D": {
        "filters": 4,
        "kernel_size": (2, 3),
        "depthwise_initializer": "zeros",
        "pointwise_initializer": "zeros",
    },
    "Conv2DTranspose": {"filters": 4, "kernel_size": (2, 3), "kernel_initializer": "zeros"},
}
SHAPES = {name: (2, 7, 6) if name == "Conv1D" else (2, 7, 5, 6) for name in BASE}
PARTS = {
    "DepthwiseConv2D": ("depthwise", "bias"),
    "SeparableConv2D": ("depthwise", "pointwise", "bias"),
}


def record(directory: Path) -> None:
    """Record ``survey.json.gz``: a line a scenario."""
    namespace = keras_namespace()
    rows = []
    for number, scenario in enumerate(scenarios()):
        if number % 500 == 0:
            forget_compiled()
            print(f"{number} scenarios", file=sys.stderr, flush=True)
        keras().utils.clear_session(free_memory=False)
        outcome = run(scenario, namespace)
        if outcome.raised is None:
            found: dict[str, Any] = {"accepts": outcome.seen}
        else:
            found = {"raises": outcome.error, "step": outcome.step}
        rows.append({"number": number, **scenario, **found})
    write_json(directory / "survey.json.gz", {"versions": versions()}, rows)


def scenarios() -> Iterator[Scenario]:
    """Yield every scenario, always in the same order."""
    sections = [_combinations, _shapes, _inputs, _weights, _configs]
    for layer in BASE:
        for name, argument in _arguments(layer):
            yield {"about": f"{layer} {name}", **argument}
        for section in sections:
            yield from ({"about": f"{layer} {section.__name__[1:]}", **s} for s in section(layer))
    yield from ({"about": s["make"][0], **s} for s in _objects())


# --- one wrong argument ----------------------------------------------------------------------

WINDOWS: list[Any] = [
    *[None, True, False, 0, -1, 1, 2, 2.0, 2.5, 0.0, NAN, INF, "2", "ab", "", b"2", 1j],
    *[[], (), [2], (2,), [2, 2], (2, 2), (2, 2, 2), [[2, 2]], ((2,), (2,)), [2, [2]]],
    *[(0, 1), (1, 0), (-1, 2), (2, -1), (None, 2), (2, None), (NAN, 2), (INF, 2), (2.0, 2)],
    *[(2.5, 2), ("2", "2"), ("a", 2), (True, 2), (False, 2), (1j, 2), {1, 2}, {1: 5, 2: 6}],
    *[range(1, 3), np.int64(2), np.int32(1), np.float32(2), np.array([2, 2]), np.array(2)],
    *[np.array([2.0, 2.0]), np.array([[2, 2]]), (np.int64(2), np.int8(1)), (np.float64(2), 2)],
    *[object(), np.bool_(True), [np.array(2), 2]],
]
COUNTS: list[Any] = [
    *[None, True, False, 0, -1, -4, 1, 2, 2.0, 2.5, 0.5, NAN, INF, -INF, "2", "", b"2", 1j],
    *[[2], (2,), (2, 2), [], {}, {2}, range(2), np.int64(2), np.int32(2), np.uint8(2)],
    *[np.float32(2), np.float64(2.5), np.array(2), np.array([2]), np.array([2, 2]), object()],
    *[np.bool_(True), np.int64(0), np.int64(-2)],
]
NAMES: dict[str, list[Any]] = {
    "padding": [
        *["SAME", "Valid", "sAmE", "causal", "CAUSAL", "full", "reflect", ""],
        *[" same", "same ", "v"],
        *[None, 0, 1, True, 1.5, b"same", [1, 1], (1, 1), ((1, 1), (1, 1)), [], {}, ["same"]],
        *[Get("layers", "Conv2D"), np.str_("same")],
    ],
    "data_format": [
        *["CHANNELS_LAST", "Channels_First", "channels", "NHWC", "last", "", " channels_last"],
        *[None, 0, 1, True, False, 1.5, b"channels_last", ["channels_last"], {}, np.str_("")],
        *[np.str_("channels_first")],
    ],
    "activation": [
        *["ReLU", "RELU", "Relu", "relu ", "", "none", "None", "nope", "Sigmoid", "leakyrelu"],
        *["swish", "hard_swish", "LeakyReLU", "softmax", "threshold", "PReLU", "sparsemax"],
        *[0, 1, True, False, 1.5, [], {}, ["relu"], ("relu",), {"class_name": "relu"}, b"relu"],
        *[Get("activations", "relu"), FUNCTIONS["twice"], FUNCTIONS["no_arguments"], NAN],
        *[{"class_name": "nope", "config": {}}, np.str_("relu"), object()],
    ],
    "use_bias": [None, 0, 1, 2.5, "", "no", [], [0], np.bool_(True), np.bool_(False), NAN],
    "name": ["a/b", "/", "", " ", "中文", "a b", 1, 0, True, 1.5, b"a", [], ("a",), np.str_("a")],
    "trainable": [1, 0, None, "yes", "", [], 1.5, np.bool_(True), False],
    "autocast": [None, 0, "x", False],
    "dtype": [
        *["float16", "bfloat16", "mixed_float16", "int32", "int64", "uint8", "bool", "complex64"],
        *["complex128", "string", "foo", "", "double", "float", "half", "Float32", "FLOAT64", "f4"],
        *["int8", "float128", "<f4", None, 32, 1.5, True, [], {}, ("float32",), b"float32"],
        *[float, int, bool, complex, str, object, np.float32, np.float64, np.int32],
        *[np.dtype("float32"), np.dtype("float64"), np.dtype("int64"), np.str_("float32")],
        {"class_name": "DTypePolicy", "config": {"name": "float64"}},
        {"class_name": "DTypePolicy", "config": {"name": "foo"}},
        {"class_name": "Nope", "config": {}},
        {"name": "float32"},
    ],
    "activity_regularizer": ["l1", "l1_l2", "L2", "nope", "", 1, 0.1, True, [], {}, "orthogonal"],
}
OBJECTS: dict[str, list[Any]] = {
    "initializer": [
        *["Zeros", "ZEROS", "zero", "ones ", "glorotuniform", "Glorot_Uniform", "xavier", ""],
        *["random", "nope", "constant", "Constant", "identity", "orthogonal", "variance_scaling"],
        *["he_uniform", "OrthogonalInitializer", "normal", "uniform", "Initializer", "stft"],
        *[None, 0, 1, 0.5, True, False, NAN, [], [1], (1, 2), {}, b"zeros", object()],
        *[Get("initializers", "Zeros"), Make("initializers", "Zeros"), FUNCTIONS["ones"]],
        *[np.zeros(3), np.float32(1), np.str_("zeros"), np.zeros((2, 3, 6, 4))],
        *[{"class_name": "Ones", "config": {}}, {"class_name": "Nope", "config": {}}],
        *[{"class_name": "Ones"}, {"config": {}}, {"class_name": "Ones", "config": {"a": 1}}],
        *[{"class_name": "Constant", "config": {"value": 2}}, Get("initializers", "Constant")],
    ],
    "regularizer": [
        *["l1", "L1", "l2", "L2", "l1_l2", "L1_L2", "l1l2", "L1L2", "L1l2", "orthogonal", "", "l3"],
        *["orthogonal_regularizer", "OrthogonalRegularizer", "Regularizer", "nope", "l2 "],
        *[0, 1, 0.01, True, False, NAN, [], {}, (0.1,), b"l2", object(), Get("regularizers", "L2")],
        *[{"class_name": "L2", "config": {"l2": 0.1}}, {"class_name": "L9", "config": {}}],
        *[{"class_name": "L2", "config": {"l2": -1}}, {"class_name": "L2", "config": {"l": 1}}],
        *[FUNCTIONS["no_penalty"], Make("regularizers", "OrthogonalRegularizer")],
    ],
    "constraint": [
        *["max_norm", "MaxNorm", "maxnorm", "MAX_NORM", "non_neg", "NonNeg", "nonneg", "unit_norm"],
        *["UnitNorm", "min_max_norm", "MinMaxNorm", "Constraint", "nope", "", "max_norm "],
        *[0, 1, 2.0, True, False, [], {}, (2,), b"max_norm", object()],
        Get("constraints", "NonNeg"),
        *[{"class_name": "MaxNorm", "config": {}}, {"class_name": "Nope", "config": {}}],
        *[FUNCTIONS["identity"], {"class_name": "MaxNorm", "config": {"max": 1}}],
    ],
}
UNKNOWN: dict[str, list[Any]] = {
    "foo": [1],
    "kernel": [3],
    "filter": [3],
    "stride": [2],
    "dilation": [1],
    "bias": [True],
    "batch_size": [3],
    "weights": [[]],
    "seed": [1],
    "rank": [2],
    "Padding": ["same"],
    "batch_input_shape": [(1, 7, 6)],
    "input_shape": [(7, 6), None],
    "input_dim": [6],
}


def _arguments(layer: str) -> Iterator[tuple[str, Scenario]]:
    """Each argument with each value, its name beside it."""
    counts = {"filters", "groups", "depth_multiplier"}
    windows = {"kernel_size", "strides", "dilation_rate", "output_padding"}
    tried = {**dict.fromkeys(sorted(windows), WINDOWS), **dict.fromkeys(sorted(counts), COUNTS)}
    tried |= {**NAMES, **UNKNOWN}
    for part in PARTS.get(layer, ("kernel", "bias")):
        tried |= {f"{part}_{kind}": values for kind, values in OBJECTS.items()}
    for name, values in tried.items():
        for value in values:
            yield name, _scenario(layer, {name: value}, _usual(layer))


def _scenario(layer: str, changed: dict[str, Any], steps: list[Step]) -> Scenario:
    arguments = {**BASE[layer], **changed}
    return _made(["layers", layer, [], encode(arguments)], steps)


def _made(make: list[Any], steps: list[Step]) -> Scenario:
    return {"make": make, "steps": [[stage, *map(encode, values)] for stage, *values in steps]}


def _usual(layer: str) -> list[Step]:
    shape = SHAPES[layer]
    return [["build", (None, *shape[1:])], ["call", Full(shape)], ["losses"]]


# --- arguments that do not go together -------------------------------------------------------


def _combinations(layer: str) -> Iterator[Scenario]:
    """Arguments legal one by one."""
    two = layer != "Conv1D"
    pairs = [(1, 2), (2, 1), (2, 3), (3, 3), (1, 1)] if two else [(1,), (2,), (3,)]
    for strides in pairs:
        for dilation in pairs:
            changed = {"strides": strides, "dilation_rate": dilation, "kernel_size": 1}
            yield _scenario(layer, changed, _usual(layer))
    if layer in ("Conv1D", "Conv2D"):
        for filters in (1, 2, 3, 4, 6, 9, 12):
            for groups in (1, 2, 3, 4, 5, 6, 12):
                yield _scenario(layer, {"filters": filters, "groups": groups}, _usual(layer))
    if layer == "Conv2DTranspose":
        yield from _output_paddings(layer)
    for padding in ("valid", "same", "causal"):
        for kernel_size in (4, 6, 7, 8, 9):
            for rate in (1, 2, 3):
                fits = {"padding": padding, "kernel_size": kernel_size, "dilation_rate": rate}
                yield _scenario(layer, fits, _usual(layer))
                asked: list[Step] = [["compute_output_shape", (None, *SHAPES[layer][1:])]]
                yield _scenario(layer, fits, asked)
    glu = {"activation": "glu", "filters": 3} if layer != "DepthwiseConv2D" else None
    yield _scenario(layer, glu or {"activation": "glu"}, _usual(layer))
    yield _scenario(layer, {"data_format": "channels_first", "kernel_size": 9}, _usual(layer))


def _output_paddings(layer: str) -> Iterator[Scenario]:
    for strides in (1, (1, 2), (2, 3), (3, 1)):
        pairs = [(0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (3, 3), [0, 0]]
        for output_padding in (None, 0, 1, 2, *pairs):
            for padding in ("valid", "same"):
                changed = {"strides": strides, "output_padding": output_padding}
                yield _scenario(layer, {**changed, "padding": padding}, _usual(layer))


# --- shapes and inputs -----------------------------------------------------------------------


def _shapes(layer: str) -> Iterator[Scenario]:
    """Shapes given to ``build`` and ``compute_output_shape``, right and wrong."""
    channels = SHAPES[layer][-1]
    inner = SHAPES[layer][1:-1]
    unknown = [None] * len(inner)
    shapes: list[Any] = [
        *[(None, *inner, channels), (0, *inner, channels), [None, *inner, channels]],
        *[(None, *unknown, channels), (3, *inner, None), (None, *unknown, 0)],
        *[inner, (*inner, channels), (None, 1, *inner, channels), (), (None,), None, 7, "ab", 1.5],
        *[(None, 0, *inner[1:], channels), (None, -1, *inner[1:], channels)],
        *[(-1, *inner, channels)],
        *[(None, 7.0, *inner[1:], channels), (None, 7.5, *inner[1:], channels), (NAN, *inner, 6)],
        *[(None, "7", *inner[1:], channels), (None, *inner, "6"), (None, *inner, 6.0)],
        *[(None, *inner, -1), (None, *inner, 0), (None, NAN, *inner[1:], 6), (2.0, *inner, 6)],
        *[(None, *map(np.int64, inner), np.int64(channels)), (True, *inner, channels)],
        *[{"x": (None, *inner, channels)}, [(None, *inner, channels)]],
        *[(None, 10**12, *inner[1:], 6)],
        *[(None, *inner, 1), (None, 1, *inner[1:], channels), np.array((2, *inner, channels))],
    ]
    for changed in ({}, {"padding": "same"}, {"data_format": "channels_first"}):
        for shape in shapes:
            yield _scenario(layer, changed, [["compute_output_shape", shape]])
            yield _scenario(layer, changed, [["build", shape], ["count_params"]])
    right = (None, *inner, channels)
    other = (None, *inner, channels - 1)
    yield _scenario(layer, {}, [["compute_output_shape"]])
    yield _scenario(layer, {}, [["build"]])
    yield _scenario(layer, {}, [["build", right], ["compute_output_shape", other]])
    yield _scenario(layer, {}, [["build", right], ["build", right]])
    yield _scenario(layer, {}, [["build", right], ["build", other]])


def _inputs(layer: str) -> Iterator[Scenario]:
    """Inputs of every kind, to a fresh layer and to one that knows its channels."""
    shape = SHAPES[layer]
    inner, channels = shape[1:-1], shape[-1]
    nested: list[Any] = np.ones(shape).tolist()
    wrong: list[Any] = [
        *[None, 1, 1.5, "x", b"x", True, [], (), {}, nested, object(), [Full(shape)]],
        *[(Full(shape),), {"x": Full(shape)}, np.float32(1), np.array(1.0), np.array("x")],
        *[Full(inner), Full((*inner, channels)), Full((1, *shape)), Full((1, 1, *shape))],
        *[Full(shape, 1, kind) for kind in ("int8", "int64", "uint8", "bool")],
        *[Full(shape, 1, kind) for kind in ("float16", "float64")],
        *[Full(shape, 1, kind) for kind in ("complex64", "complex128", "object", "<U1", "S1")],
        *[Full(shape, NAN), Full(shape, INF), Full(shape, None, "object"), Full(shape, "a", "<U1")],
        *[Full(shape, "a", "object"), Full((0, *inner, channels))],
        *[Full((2, 0, *inner[1:], channels))],
        *[Full((2, *inner, 0)), Full((2, *inner, channels - 1)), Full((2, *inner, 1))],
        *[Full((2, 1, *inner[1:], channels)), Full((0, 0, *inner[1:], channels)), Full((0,))],
        *[Full(shape, 1, "datetime64[s]"), Full((1, *inner, channels))],
    ]
    for value in wrong:
        yield _scenario(layer, {}, [["call", value]])
        yield _scenario(layer, {}, [["build", (None, *shape[1:])], ["call", value]])
        yield _scenario(layer, {"padding": "same"}, [["call", value]])
    yield _scenario(layer, {}, [["call"]])
    yield _scenario(layer, {}, [["call", Full(shape), Full(shape)]])
    larger = Full((3, *(size + 2 for size in inner), channels))
    yield _scenario(layer, {}, [["call", Full(shape)], ["call", larger]])
    first = {"data_format": "channels_first"}
    yield _scenario(layer, first, [["call", Full((2, channels, *inner))]])
    yield _scenario(layer, first, [["call", Full((2, channels, *inner))], ["call", Full(shape)]])


# --- weights and configs ---------------------------------------------------------------------


def _weights(layer: str) -> Iterator[Scenario]:
    build: Step = ["build", (None, *SHAPES[layer][1:])]
    for stage in ("count_params", "get_weights", "weights", "losses", "kernel", "bias"):
        yield _scenario(layer, {}, [[stage]])
        yield _scenario(layer, {}, [build, [stage]])
    yield _scenario(layer, {}, [["set_weights", []]])
    yield _scenario(layer, {"use_bias": False}, [build, ["count_params"], ["weights"]])
    yield _scenario(layer, {}, [build, ["fresh_set_weights", 0], ["count_params"]])
    yield _scenario(layer, {}, [build, ["fresh_set_weights", -1]])
    bias = 6 if layer == "DepthwiseConv2D" else 4
    shapes: dict[str, list[tuple[int, ...]]] = {
        "Conv1D": [(2, 6, 4)],
        "Conv2D": [(2, 3, 6, 4)],
        "DepthwiseConv2D": [(2, 3, 6, 1)],
        "SeparableConv2D": [(2, 3, 6, 1), (1, 1, 6, 4)],
        "Conv2DTranspose": [(2, 3, 4, 6)],
    }
    kernels = shapes[layer]
    right: list[Any] = [Full(shape) for shape in (*kernels, (bias,))]
    swapped = Full((*kernels[0][:-2], kernels[0][-1], kernels[0][-2]))
    rest = right[1:]
    for weights in (
        *[right, tuple(right), [swapped, *rest], right[:-1], [*right, Full((1,))]],
        *[[], None, 1, "ab"],
        *[[*right[:-1], Full((bias, 1))], [*right[:-1], Full((1,))], [*right[:-1], Full(())]],
        *[[*right[:-1], 1.0], [*right[:-1], [1.0] * bias], [*right[:-1], None], right[::-1]],
        *[[Full(kernels[0], 1, "float64"), *rest], [Full(kernels[0], 1, "int64"), *rest]],
        *[[Full(kernels[0], 1, "complex64"), *rest], [Full(kernels[0], "a", "<U1"), *rest]],
        *[[Full(kernels[0], NAN), *rest], [Full((1, *kernels[0])), *rest]],
        *[[Full(kernels[0][1:]), *rest], Full((len(right),)), {0: right[0]}],
    ):
        yield _scenario(layer, {}, [build, ["set_weights", weights], ["count_params"]])
    yield _scenario(layer, {}, [build, ["set_weights"]])


def _configs(layer: str) -> Iterator[Scenario]:
    """Configs that ``from_config`` may meet, and a round trip."""
    steps = _usual(layer)
    yield _scenario(layer, {}, [["get_config"], ["rebuild"]])
    yield _scenario(layer, {}, [["build", (None, *SHAPES[layer][1:])], ["get_config"]])
    good = BASE[layer]
    odd: list[Any] = [
        *[good, {}, None, [], "ab", 1, {**good, "foo": 1}, {**good, "kernel_size": [2, 2]}],
        *[{**good, "dtype": "float64"}, {**good, "dtype": {"class_name": "Nope", "config": {}}}],
        *[{**good, "kernel_size": 0}, {**good, "padding": "nope"}, {**good, "activation": "nope"}],
        *[{"kernel_size": 2}, {**good, "name": "a/b"}, {**good, "trainable": 1}],
        *[{**good, "strides": 2, "dilation_rate": 2}, {**good, "class_name": layer}],
        {"class_name": layer, "config": good},
        {**good, "bias_initializer": {"class_name": "Nope", "config": {}}},
        {**good, "bias_initializer": {"class_name": "Constant", "config": {"value": 2.0}}},
        {**good, "activation": {"class_name": "function", "config": "relu"}},
        {**good, "activation": {"module": "builtins", "class_name": "function", "config": "relu"}},
        {
            **good,
            "dtype": {
                "module": "keras",
                "class_name": "DTypePolicy",
                "config": {"name": "float64"},
                "registered_name": None,
            },
        },
    ]
    for config in odd:
        yield _made(["layers", f"{layer}.from_config", [encode(config)], encode({})], steps)
    positional: list[list[Any]] = [[], [4], [4, 2], [4, 2, 1], [4, 2, 1, "same"], [2, 1, "same"]]
    for given in (*positional, [4, 2, "same"], [4, 2, 1, 1]):
        yield _made(["layers", layer, encode(given), encode({})], steps)
    yield _made(["layers", layer, [4, 2], encode({"kernel_size": 2})], steps)


# --- the objects that the arguments name -----------------------------------------------------


def _objects() -> Iterator[Scenario]:
    """Regularizers, constraints, initializers and activations with wrong arguments."""
    matrix, kernel = Full((3, 4)), Full((3, 2, 4, 5))
    factors: list[Any] = [
        None,
        0,
        1,
        -1,
        0.5,
        -0.5,
        NAN,
        INF,
        -INF,
        True,
        "1",
        [1],
        1j,
        np.float32(0.5),
    ]
    factors += [np.int64(1), np.array(0.5)]
    own = {"L1": ["l1"], "L2": ["l2"], "L1L2": ["l1", "l2"], "OrthogonalRegularizer": ["factor"]}
    for name, arguments in own.items():
        for argument in (*arguments, "foo"):
            for factor in factors:
                yield _object("regularizers", name, {argument: factor}, [["call", matrix]])
    for mode in ("rows", "columns", "ROWS", "row", "", None, 1):
        yield _object("regularizers", "OrthogonalRegularizer", {"mode": mode}, [["call", matrix]])
    for value in (kernel, Full((5,)), Full(())):
        yield _object("regularizers", "OrthogonalRegularizer", {}, [["call", value]])
        yield _object("regularizers", "L2", {}, [["call", value]])
    yield from _constraints(kernel)
    yield from _initializers()
    yield from _identifiers()
    for name, value in (("glu", Full((2, 3))), ("glu", Full((2, 4))), ("softmax", Full(()))):
        yield _made(["activations", name, [encode(value)], encode({})], [])
    for options in ({"axis": 2}, {"axis": -3}, {"axis": 1.5}, {"axis": "a"}, {"foo": 1}):
        for name in ("softmax", "log_softmax", "glu", "sparsemax"):
            yield _made(["activations", name, [encode(Full((2, 4)))], encode(options)], [])
    for name in ("relu", "elu", "threshold", "tanh", "gelu"):
        yield _made(["activations", name, [], encode({})], [])
        yield _made(["activations", name, [encode(Full((2, 4)))], encode({"foo": 1})], [])


def _object(family: str, name: str, arguments: dict[str, Any], steps: list[Step]) -> Scenario:
    return _made([family, name, [], encode(arguments)], steps)


def _constraints(kernel: Full) -> Iterator[Scenario]:
    axes = [0, 3, -1, -4, 4, 9, [0, 1], (0, 1), [0, 4], [0, 0], [], (), None, 1.5, "0", True]
    for name in ("MaxNorm", "UnitNorm", "MinMaxNorm"):
        for axis in axes:
            yield _object("constraints", name, {"axis": axis}, [["call", kernel]])
        yield _object("constraints", name, {"foo": 1}, [["call", kernel]])
    yield _object("constraints", "NonNeg", {"axis": 0}, [["call", kernel]])
    for value in (None, "a", -1, 0, NAN, [1], True):
        yield _object("constraints", "MaxNorm", {"max_value": value}, [["call", kernel]])
        for argument in ("min_value", "max_value", "rate"):
            yield _object("constraints", "MinMaxNorm", {argument: value}, [["call", kernel]])


def _initializers() -> Iterator[Scenario]:
    call: list[Step] = [["call", (3, 4)]]
    seeds = [None, 0, 1, -1, 1.5, "a", True, [1], NAN, np.int64(1), 2**31, 2**40, {}, object()]
    for name in ("GlorotUniform", "RandomNormal", "Orthogonal", "TruncatedNormal"):
        for seed in seeds:
            yield _object("initializers", name, {"seed": seed}, call)
        yield _object("initializers", name, {"foo": 1}, call)
    for scale in (0, 0.0, -1, 0.5, NAN, INF, None, "a", True, [1]):
        yield _object("initializers", "VarianceScaling", {"scale": scale}, call)
    for mode in ("fan_in", "FAN_IN", "fan", "", None, 1):
        yield _object("initializers", "VarianceScaling", {"mode": mode}, call)
    for distribution in ("Uniform", "normal", "NORMAL", "truncated", "", None, 1, "gaussian"):
        yield _object("initializers", "VarianceScaling", {"distribution": distribution}, call)
    for value in (None, "a", [1, 2], True, NAN, 1j, np.ones(2), np.ones((3, 4)), np.float32(2)):
        yield _object("initializers", "Constant", {"value": value}, call)
    for shape in ((3, 4), (3,), (), (2, 3, 4), [3, 4], 3, None, (0, 4), (-1, 4), (2.0, 3), ("a",)):
        for name in "Zeros GlorotUniform Identity Orthogonal RandomNormal Constant".split():
            yield _object("initializers", name, {}, [["call", shape]])
    for dtype in ("float64", "float16", "int32", "foo", None, np.float32, float, 1):
        for name in ("Ones", "GlorotUniform"):
            yield _object("initializers", name, {}, [["call", (3, 4), dtype]])
    for name, value in (("stddev", -1.0), ("stddev", "a"), ("stddev", 0), ("mean", "a")):
        yield _object("initializers", "RandomNormal", {name: value}, call)
    for low, high in ((1.0, 0.0), (0, 1), ("a", 1), (0.5, 0.5), (None, 1)):
        yield _object("initializers", "RandomUniform", {"minval": low, "maxval": high}, call)


def _identifiers() -> Iterator[Scenario]:
    """``get`` of each family, with everything that an argument may hold."""
    values: list[Any] = [None, "", "nope", 0, 1.5, True, [], {}, (), b"l2", object(), np.str_("l2")]
    values += [{"class_name": "Nope", "config": {}}, {"class_name": "L2"}, {"config": {}}]
    values += [{"class_name": "L2", "config": None}, {"class_name": 1, "config": {}}]
    for family in ("activations", "initializers", "regularizers", "constraints"):
        for value in values:
            yield _made([family, "get", [encode(value)], encode({})], [])
            yield _made([family, "deserialize", [encode(value)], encode({})], [])

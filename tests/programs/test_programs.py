"""Programs of layers and networks: they compute what convlab computes, and say what they cannot."""

from __future__ import annotations

import ast
import functools
from typing import Any

import numpy as np
import pytest

import convlab
from convlab import (
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    InputLayer,
    MaxPooling2D,
    Network,
    ReLU,
)
from convlab.companions import COMPANIONS
from convlab.errors import ArgumentError, ShapeError
from convlab.layers import CONVOLUTIONS
from convlab.networks import Step, UnknownLayer
from convlab.programs import merging, numpy_layers, torch_layers
from tests.tolerances import FLOAT64, assert_close
from tools.keras import companions, settings
from tools.keras.programs import FRAMEWORKS, Case, agreed, cases, check, fingerprint, run

CASES = {case.name: case for case in cases()}
AGREED = agreed()
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
RNG = np.random.default_rng(5)

UNCHANGED = "run `python -m tools.keras.programs` where Keras and PyTorch are installed"


# Against convlab, Keras and PyTorch


@each_case
def test_a_program_is_the_one_that_was_seen_to_agree(case: Case) -> None:
    marks = {framework: fingerprint(case.program(framework)) for framework in FRAMEWORKS}
    assert marks == AGREED.get(case.name), UNCHANGED


@each_case
def test_numpy_gives_the_numbers_of_the_layer(case: Case) -> None:
    check(case, "numpy", case.program("numpy"))


def test_a_wrong_program_does_not_agree() -> None:
    case = CASES["Conv2D-0"]
    wrong = case.program("numpy").replace("return ", "return 1.001 * ")
    with pytest.raises(AssertionError, match="Conv2D-0"):
        check(case, "numpy", wrong)


@pytest.mark.parametrize("batch", [0, 1, 5])
def test_a_numpy_program_takes_any_batch(batch: int) -> None:
    network = lenet()
    network.build()
    x = RNG.normal(size=(batch, 28, 28, 1)).astype("float32")
    found = run("numpy", network.code("numpy"), network.get_weights(), x)
    assert_close(found, network(x), 1e-5)


def test_of_unknown_sizes_a_program_pads_what_comes() -> None:
    layer = Conv2D(2, 3, strides=2, padding="same", dtype="float64")
    layer.build((None, None, None, 1))
    program = layer.code("numpy")
    for sizes in [(4, 7), (7, 4), (1, 2)]:
        x = RNG.normal(size=(1, *sizes, 1))
        assert_close(run("numpy", program, layer.get_weights(), x), layer(x), FLOAT64)


def test_every_layer_can_be_written() -> None:
    every = {*CONVOLUTIONS, *COMPANIONS}
    assert {*torch_layers.LAYERS, *merging.KINDS} == every
    assert {*numpy_layers.LAYERS, *merging.KINDS} == every
    assert {*settings.ORDER, *companions.COUNTS, "InputLayer"} == every


# What stands in them


def lenet() -> Network:
    return Network(
        [
            InputLayer((28, 28, 1)),
            Conv2D(6, 5, padding="same", activation="tanh", name="conv1"),
            AveragePooling2D(2, name="pool1"),
            Conv2D(16, 5, activation="tanh", name="conv2"),
            AveragePooling2D(2, name="pool2"),
            Flatten(name="flat"),
            Dense(10, activation="softmax", name="scores"),
        ]
    )


def test_a_chain_of_convolutions_is_permuted_once_for_each_change_of_layout() -> None:
    program = lenet().code("pytorch")
    forward = program[program.index("def forward") : program.index("model = ")]
    assert forward.splitlines()[1:] == [
        "        x = x.permute(0, 3, 1, 2)  # PyTorch wants the channels first",
        "        x = torch.tanh(self.conv1(x))",
        "        x = F.avg_pool2d(x, 2)",
        "        x = torch.tanh(self.conv2(x))",
        "        x = F.avg_pool2d(x, 2)",
        "        x = x.permute(0, 2, 3, 1).flatten(1)",
        "        return F.softmax(self.scores(x), dim=-1)",
        "",
        "",
    ]


def test_a_chain_of_pytorchs_own_layers_is_a_sequential() -> None:
    network = Network([InputLayer((8,)), Dense(4, "relu"), Dropout(0.5), Dense(2)])
    assert network.code("pytorch").splitlines()[3:9] == [
        "model = nn.Sequential(",
        "    nn.Linear(8, 4),",
        "    nn.ReLU(),",
        "    nn.Dropout(0.5),",
        "    nn.Linear(4, 2),",
        ")",
    ]


def test_a_layer_that_is_pytorchs_own_is_one_line() -> None:
    layer = Conv2D(8, 3, padding="same", data_format="channels_first")
    lines = layer.code("pytorch", (None, 3, 9, 9)).splitlines()
    assert lines[3] == "layer = nn.Conv2d(3, 8, kernel_size=3, padding=1)"


def test_pads_that_differ_at_both_ends_are_written_out() -> None:
    program = Conv2D(8, 3, strides=2, padding="same").code("pytorch", (None, 28, 28, 3))
    assert "x = F.pad(x, (0, 1, 0, 1))" in program
    assert "F.pad" not in Conv2D(8, 3, padding="same").code("pytorch", (None, 28, 28, 3))


def test_branches_that_meet_take_the_functional_way() -> None:
    steps = [
        Step("image", InputLayer((8, 8, 4))),
        Step("conv", Conv2D(4, 3, padding="same"), ("image",)),
        Step("sum", Add(), ("conv", "image")),
    ]
    assert Network(steps).code().splitlines()[2:] == [
        "inputs = keras.Input(shape=(8, 8, 4))",
        "x = keras.layers.Conv2D(",
        '    filters=4, kernel_size=(3, 3), padding="same", name="conv"',
        ")(inputs)",
        'x = keras.layers.Add(name="sum")([x, inputs])',
        "model = keras.Model(inputs, x)",
    ]


def test_steps_whose_names_mean_something_else_get_other_ones() -> None:
    names = ["relu", "class", "np", "第 1 層", "2", "train"]
    steps = [Step("in", InputLayer((3,)))]
    for name in names:
        steps += [Step(name, Dense(3, activation="relu"), (steps[-1].name,))]
    network = Network(steps, outputs=names)
    network.build()
    x = RNG.normal(size=(2, 3)).astype("float32")
    for found, wanted in zip(
        run("numpy", network.code("numpy"), network.get_weights(), x), network(x), strict=True
    ):
        assert_close(found, wanted, 1e-5)
    for framework in FRAMEWORKS:
        ast.parse(network.code(framework))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_words_alone_change_with_the_language(framework: str) -> None:
    for name in ("AveragePooling2D-1", "Conv2DTranspose-1", "UpSampling2D-2", "Network-chain"):
        case = CASES[name]
        with convlab.use_language("zh_TW"):
            chinese = case.source.code(framework, case.shape)
        assert bare(chinese) == bare(case.program(framework))


def bare(program: str) -> str:
    """A program without comments and docstrings."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            del node.body[0]
    return ast.unparse(tree)


def test_no_line_is_longer_than_a_formatter_makes_it() -> None:
    programs = [case.program(framework) for case in CASES.values() for framework in FRAMEWORKS]
    assert max(len(line) for program in programs for line in program.splitlines()) <= 88


# What cannot be written


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_function_of_the_readers_own_is_named_in_a_comment(framework: str) -> None:
    layer = Conv2D(2, 3, activation=lambda z: z)
    program = layer.code(framework, (None, 5, 5, 1))
    assert "# Cannot be written here: activation (<lambda>)" in program
    ast.parse(program)


OPTIONS: dict[str, tuple[Any, str]] = {
    "celu": ({"alpha": 2.0}, "nn.CELU(2.0)"),
    "gelu": ({"approximate": True}, 'nn.GELU(approximate="tanh")'),
    "relu": ({"max_value": 0.5, "negative_slope": 0.1}, ".clamp(max=0.5) - 0.1 * "),
    "soft_shrink": ({"threshold": 0.25}, "nn.Softshrink(0.25)"),
    "softmax": ({"axis": 1}, "nn.Softmax(dim=1)"),
    "threshold": ({"threshold": 0.5, "default_value": -1.0}, "nn.Threshold(0.5, -1.0)"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_activation_with_options_is_written_with_them(name: str) -> None:
    options, in_pytorch = OPTIONS[name]
    activation = functools.partial(getattr(convlab.activations, name), **options)
    layer = Dense(3, activation=activation, dtype="float64")
    x = RNG.normal(size=(2, 4))
    y = layer(x)
    assert_close(run("numpy", layer.code("numpy"), layer.get_weights(), x), y, FLOAT64)
    assert in_pytorch in layer.code("pytorch")


def test_a_named_function_of_the_readers_own_has_to_be_defined() -> None:
    def doubled(z: Any) -> Any:
        return 2 * z

    lines = Dense(3, activation=doubled).code().splitlines()
    assert lines[2] == "# doubled is a function of your own: define it above."
    assert lines[3] == "layer = keras.layers.Dense(units=3, activation=doubled)"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_an_unknown_layer_keeps_its_place(framework: str) -> None:
    unknown = UnknownLayer("attention", "MultiHeadAttention", (None, 4, 2))
    program = Network([InputLayer((4, 2)), unknown, Dense(3)]).code(framework)
    assert "# MultiHeadAttention is a layer that convlab does not know" in program
    assert "raise NotImplementedError('attention')" in program.replace('"', "'")
    ast.parse(program)


# Refusals


@pytest.mark.parametrize("source", [ReLU(), Network([ReLU()])], ids=["layer", "network"])
@pytest.mark.parametrize("framework", ["torch", "", None, 3])
def test_a_framework_that_is_none_is_refused_with_those_that_are(
    source: Any, framework: Any
) -> None:
    with pytest.raises(ArgumentError, match="'keras', 'pytorch', 'numpy'") as caught:
        source.code(framework)
    assert {choice["framework"] for choice in caught.value.choices} <= set(FRAMEWORKS)


@pytest.mark.parametrize("framework", ["pytorch", "numpy"])
@pytest.mark.parametrize(
    "source",
    [Conv2D(2, 3), Dense(2), Add(), Network([Conv2D(2, 3)])],
    ids=lambda s: type(s).__name__,
)
def test_a_shape_that_is_needed_is_asked_for(source: Any, framework: str) -> None:
    with pytest.raises(ArgumentError, match="give input_shape"):
        source.code(framework)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_shape_that_does_not_fit_is_refused_as_the_layer_refuses_it(framework: str) -> None:
    with pytest.raises(ShapeError):
        Conv2D(2, 9).code(framework, (None, 5, 5, 1))


def test_what_was_built_needs_no_shape() -> None:
    layer = MaxPooling2D(2)
    assert "F.max_pool2d(x, 2)" in layer.code("pytorch")
    dense = Dense(2)
    dense.build((None, 4))
    assert "nn.Linear(4, 2)" in dense.code("pytorch")
    assert "layer = nn.ReLU()" in ReLU().code("pytorch")
    norm = BatchNormalization()
    norm.build((None, 6, 4))
    assert "nn.BatchNorm1d(4," in norm.code("pytorch")

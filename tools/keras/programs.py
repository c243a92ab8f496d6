"""Programs that convlab writes, run: Keras' in Keras, PyTorch's in PyTorch, NumPy's in NumPy.

Programs of random layers and networks, seeded as the settings of the records are, are run and held
against convlab, and the fingerprint of each that agreed is recorded. So a test that has neither
Keras nor PyTorch notices a program that has changed and was not run again, which
``python -m tools.keras.programs`` does.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from tests.tolerances import FLOAT32, assert_close
from tools.keras import companions, random_networks, settings
from tools.keras.backend import convlab_namespace, forget_compiled, keras
from tools.keras.encoding import decode, encode
from tools.keras.store import DATA

Array = NDArray[Any]

FRAMEWORKS = ("keras", "pytorch", "numpy")
CONVOLUTIONS, COMPANIONS, NETWORKS = 14, 7, 32
"""How many settings of each layer, and how many networks."""
SEED = 20262
FLOAT64 = 1e-10
UNKNOWN_EVERY = 3  # one setting in three of a layer that slides is written for sizes of any length


@dataclass(frozen=True)
class Case:
    """A layer or a network with weights, the shape that its program is told, and an input.

    ``exact`` where all is in float64.
    """

    name: str
    source: Any
    shape: Any
    x: Any
    exact: bool

    def program(self, framework: str) -> str:
        """The program, in English."""
        import convlab

        with convlab.use_language("en"):
            text: str = self.source.code(framework, self.shape)
        return text


def cases() -> Iterator[Case]:
    """The same ones every time."""
    for layer in settings.ORDER:
        for number in range(CONVOLUTIONS):
            yield _convolution(layer, number)
    for layer in companions.COUNTS:
        for number in range(COMPANIONS):
            yield _companion(layer, number)
    for name in settings.ACTIVATIONS:
        made = convlab_namespace().layers.Activation(name)
        yield case_of(f"Activation-{name}", made, (2, 3, 4), np.random.default_rng(SEED))
    for number in range(NETWORKS):
        network, shape, rng = random_networks.draw(number)
        yield case_of(f"Network-{number}", network, shape, rng)
    for name, (source, shape) in random_networks.deliberate().items():
        yield case_of(name, source, shape, np.random.default_rng(SEED))


def _convolution(layer: str, number: int) -> Case:
    setting = settings.draw(layer, number)
    arguments = decode(encode(setting.arguments), convlab_namespace())
    made = getattr(convlab_namespace().layers, layer)(**arguments)
    return _told(number, case_of(setting.name, made, setting.input_shape, setting.rng))


def _companion(layer: str, number: int) -> Case:
    arguments, shape, _, rng = companions.draw(layer, number)
    made = getattr(convlab_namespace().layers, layer)(
        **decode(encode(arguments), convlab_namespace())
    )
    return _told(number, case_of(f"{layer}-{number}", made, shape, rng))


def _told(number: int, case: Case) -> Case:
    """The case, or one whose program does not know the sizes."""
    layer = case.source
    if number % UNKNOWN_EVERY != 1 or not layer.rank:
        return case
    shape: list[int | None] = [None] * len(case.shape)
    channels = 1 if getattr(layer, "data_format", "") == "channels_first" else -1
    shape[channels] = case.shape[channels]
    return replace(case, shape=tuple(shape))


def case_of(name: str, source: Any, shape: Any, rng: np.random.Generator) -> Case:
    """A case with weights and an input at random."""
    layers = getattr(source, "layers", [source])
    exact = all(layer.dtype == "float64" for layer in layers)
    shapes = shape if isinstance(shape, list) else [shape]
    dtype = "float64" if exact else "float32"
    arrays = [np.asarray(rng.normal(size=each), dtype) for each in shapes]
    source.build(shape)
    for layer in layers:
        layer.set_weights(_weights(layer, rng))
    return Case(name, source, shape, arrays if isinstance(shape, list) else arrays[0], exact)


def _weights(layer: Any, rng: np.random.Generator) -> list[Array]:
    """Of a size that lets sums neither grow nor vanish; a variance is above 0."""
    shapes = layer.weight_shapes(layer.get_build_config()["input_shape"])
    values = {
        name: rng.normal(size=each) / max(np.prod(each[:-1]), 1) ** 0.5
        for name, each in shapes.items()
    }
    return [np.abs(v) + 0.125 if "variance" in name else v for name, v in values.items()]


# Running


def run(framework: str, program: str, weights: list[Array], x: Any) -> Any:
    """What a program computes."""
    scope: dict[str, Any] = {"__name__": "program"}
    exec(compile(program, "<program>", "exec"), scope)
    return _RUNS[framework](scope, weights, x)


def _in_numpy(scope: dict[str, Any], weights: list[Array], x: Any) -> Any:
    return (scope.get("layer") or scope["network"])(x, weights)


def _in_pytorch(scope: dict[str, Any], weights: list[Array], x: Any) -> Any:
    import torch

    module = scope.get("layer") or scope["model"]
    if weights:
        scope["load"](weights)
    tensors = [torch.as_tensor(each) for each in (x if isinstance(x, list) else [x])]
    with torch.no_grad():
        y = module(*tensors)
    return [each.numpy() for each in y] if isinstance(y, tuple) else y.numpy()


def _in_keras(scope: dict[str, Any], weights: list[Array], x: Any) -> Any:
    made = scope.get("layer") or scope["model"]
    y = None
    if "load" in scope:
        scope["load"](weights)
    elif weights:
        if not made.built:
            made.build(x.shape)
        made.set_weights(weights)
    y = made(x)
    return [np.asarray(each) for each in y] if isinstance(y, list | tuple) else np.asarray(y)


_RUNS: dict[str, Callable[[dict[str, Any], list[Array], Any], Any]] = {
    "keras": _in_keras,
    "pytorch": _in_pytorch,
    "numpy": _in_numpy,
}


def check(case: Case, framework: str, program: str) -> None:
    """Hold what a program computes against convlab."""
    found = run(framework, program, case.source.get_weights(), case.x)
    expected = case.source(case.x)
    alone = isinstance(expected, np.ndarray)
    for mine, wanted in [(found, expected)] if alone else zip(found, expected, strict=True):
        exact = case.exact and mine.dtype == "float64"
        coarse = framework == "keras" and _is_coarse(case)
        tolerance = FLOAT64 if exact and not coarse else FLOAT32
        assert_close(mine, wanted, tolerance, f"{case.name} in {framework}")


def _is_coarse(case: Case) -> bool:
    """Whether Keras on JAX uses float32 inside, as in the records."""
    means = ("GlobalAverage", "BatchNorm", "LayerNorm")
    return any(
        type(layer).__name__.startswith(means)
        or getattr(getattr(layer, "activation", None), "name", None) == "tanh"
        for layer in getattr(case.source, "layers", [case.source])
    )


def _zeros_at_first() -> Any:
    """Let weights begin as zeros: JAX would compile each shape drawn, and they are replaced."""
    from keras.src.backend import random

    def zeros(shape: Any, *_: Any, dtype: Any = None, **__: Any) -> Array:
        return np.zeros(shape, dtype or "float32")

    return mock.patch.multiple(random, normal=zeros, truncated_normal=zeros, uniform=zeros)


def fingerprint(program: str) -> str:
    """A short word for a text: another one for another text."""
    return hashlib.sha256(program.encode()).hexdigest()[:12]


# The record


def agreed(directory: Path = DATA) -> dict[str, dict[str, str]]:
    """The fingerprint of each program that was seen to agree, by case and framework."""
    path = directory / "programs.json"
    found: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    return found


def record(directory: Path = DATA, anew: bool = True) -> None:
    """Run the programs and note in ``programs.json`` those that agree; say which do not.

    Unless all are run ``anew``, those that agreed before are not run again.
    """
    keras()
    known = {} if anew else agreed(directory)
    found: dict[str, dict[str, str]] = {}
    for place, case in enumerate(cases()):
        with _zeros_at_first():
            found[case.name] = _agreeing(case, known.get(case.name, {}))
        if place % 25 == 24:
            forget_compiled()
            print(f"{place + 1} settings", file=sys.stderr, flush=True)
    lines = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in found.items()]
    (directory / "programs.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    count = sum(map(len, found.values()))
    print(f"{count} of {len(found) * len(FRAMEWORKS)} programs of {len(found)} settings agree")


def _agreeing(case: Case, known: dict[str, str]) -> dict[str, str]:
    found = {}
    for framework in FRAMEWORKS:
        program = case.program(framework)
        mark = fingerprint(program)
        try:
            if mark != known.get(framework):
                check(case, framework, program)
            found[framework] = mark
        except Exception as error:
            print(f"{case.name} in {framework}: {type(error).__name__}: {error}"[:700], flush=True)
    return found


if __name__ == "__main__":
    record(anew=False)

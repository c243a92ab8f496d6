"""Programs that convlab writes, run: Keras' in Keras, PyTorch's in PyTorch, NumPy's in NumPy.

``python -m tools.keras.programs record`` runs the programs of random layers and networks, seeded as
the settings of the records are, holds what they compute against convlab, and notes the fingerprint
of each program that agreed. Tests then notice a program that has changed and was not run again.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.tolerances import FLOAT32, assert_close
from tools.keras import companions, networks, settings
from tools.keras.backend import convlab_namespace
from tools.keras.encoding import decode, encode

Array = NDArray[Any]

DATA = Path(__file__).parents[2] / "tests" / "programs" / "data" / "agreed.json"
FRAMEWORKS = ("keras", "pytorch", "numpy")
CONVOLUTIONS, COMPANIONS, NETWORKS = 16, 8, 36
"""How many settings of each layer, and how many networks."""
FLOAT64 = 1e-10


@dataclass(frozen=True)
class Case:
    """A layer or a network with weights, and an input; ``exact`` where all is in float64."""

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
    for number in range(NETWORKS):
        network, shape, rng = networks.draw(number)
        yield case_of(f"Network-{number}", network, shape, rng)


def _convolution(layer: str, number: int) -> Case:
    setting = settings.draw(layer, number)
    arguments = decode(encode(setting.arguments), convlab_namespace())
    made = getattr(convlab_namespace().layers, layer)(**arguments)
    return case_of(setting.name, made, setting.input_shape, setting.rng)


def _companion(layer: str, number: int) -> Case:
    arguments, shape, _, rng = companions.draw(layer, number)
    made = getattr(convlab_namespace().layers, layer)(
        **decode(encode(arguments), convlab_namespace())
    )
    return case_of(f"{layer}-{number}", made, shape, rng)


def case_of(name: str, source: Any, shape: Any, rng: np.random.Generator) -> Case:
    """A case with weights and an input at random."""
    layers = getattr(source, "layers", [source])
    exact = all(layer.dtype == "float64" for layer in layers)
    shapes = shape if isinstance(shape, list) else [shape]
    arrays = [rng.normal(size=each).astype("float64" if exact else "float32") for each in shapes]
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
    """Hold a program against convlab."""
    found = run(framework, program, case.source.get_weights(), case.x)
    expected = case.source(case.x)
    pairs = (
        [(found, expected)]
        if isinstance(expected, np.ndarray)
        else zip(found, expected, strict=True)
    )
    for mine, wanted in pairs:
        tolerance = FLOAT64 if case.exact and mine.dtype == "float64" else FLOAT32
        assert_close(mine, wanted, tolerance, f"{case.name} in {framework}")


def fingerprint(program: str) -> str:
    return hashlib.sha256(program.encode()).hexdigest()[:16]


def main(framework: str) -> int:
    failed = 0
    for case in cases():
        try:
            check(case, framework, case.program(framework))
        except Exception as error:
            failed += 1
            print(f"{case.name}: {type(error).__name__}: {str(error)[:600]}", flush=True)
    print(failed)
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))

"""Real PyTorch's answers: written down for the tests, and held against convlab live."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convlab
from tools.keras.store import Pools, Reader, read_json, write_json
from tools.torch import layers, networks
from tools.torch.check import Answers, assert_equal
from tools.torch.standins import standing_in

Array = NDArray[Any]

DATA = Path(__file__).parents[2] / "tests" / "networks" / "data"
EVERY = 3
"""Of kinds with many cases one in so many is recorded; all are compared live."""
COUNTS = {**layers.COUNTS, "network": networks.COUNT}


def is_recorded(kind: str, number: int) -> bool:
    """Whether a case belongs to the record, which is to be small."""
    return number % EVERY == 0 or COUNTS[kind] < 60


def cases() -> Iterator[tuple[str, Any, layers.Shape]]:
    """The name, the module and the input's shape of every case, in evaluation mode and float64."""
    import torch

    torch.manual_seed(layers.SEED)
    for kind, count in layers.COUNTS.items():
        for number in range(count):
            name, arguments, shape = layers.draw(kind, number)
            yield f"{kind}-{number}", networks.made(name, arguments).double().eval(), shape
    for number in range(networks.COUNT):
        module, shape = networks.draw(number)
        yield f"network-{number}", module.double().eval(), shape


def answers_of(case: str, module: Any, shape: layers.Shape) -> Answers:
    """Random weights for a module, a random batch, and what PyTorch makes of them."""
    import torch

    rng = layers.random_of(case, 0)
    with torch.no_grad():
        for name, values in [*module.named_parameters(), *module.named_buffers()]:
            if values.dtype.is_floating_point:
                fresh = _numbers(rng, tuple(values.shape))
                values.copy_(torch.from_numpy(np.abs(fresh) + 0.5 if "var" in name else fresh))
    x = torch.from_numpy(_numbers(rng, shape)).requires_grad_()
    y = module(x)
    dy = torch.from_numpy(_numbers(rng, tuple(y.shape)))
    y.backward(dy)
    gradients = {name: values.grad.numpy() for name, values in module.named_parameters()}
    x_, y_, dy_, dx = (each.detach().numpy() for each in (x, y, dy, x.grad))
    return Answers(x_, y_, dy_, dx, gradients)


def _numbers(rng: layers.Random, shape: layers.Shape) -> Array:
    # Numbers that float32 holds take half the room in a record.
    return np.asarray(rng.normal(size=shape).astype(np.float32), np.float64)


def compare() -> int:
    """Print every case in which convlab differs from PyTorch here; return how many there are."""
    import torch

    print("stored:", json.dumps(read_json(DATA / "torch.json.gz")[0]["versions"]))
    print("here:  ", json.dumps({"torch": torch.__version__}))
    wrong, count = 0, 0
    for case, module, shape in cases():
        count += 1
        try:
            answers = answers_of(case, module, shape)
            assert_equal(convlab.read(module), module, answers)
        except (AssertionError, convlab.ConvlabError) as error:
            wrong += 1
            print(f"{case}: {module}: {error}"[:2000])
    print(f"{count} cases, {wrong} disagreements")
    return wrong


def record(directory: Path = DATA) -> None:
    """Record ``torch.json.gz`` and ``torch.npz``."""
    import torch

    pools, rows = Pools(), []
    for case, module, shape in cases():
        answers = answers_of(case, module, shape)
        kind, _, number = case.partition("-")
        if is_recorded(kind, int(number)):
            rows.append(_row(case, module, answers, pools))
    print(f"{len(rows)} cases", file=sys.stderr)
    directory.mkdir(parents=True, exist_ok=True)
    write_json(directory / "torch.json.gz", {"versions": {"torch": torch.__version__}}, rows)
    pools.save(directory / "torch.npz")


def _row(case: str, module: Any, answers: Answers, pools: Pools) -> dict[str, Any]:
    arrays = {name: _added(getattr(answers, name), pools) for name in ("x", "y", "dy", "dx")}
    gradients = {name: _added(each, pools) for name, each in answers.gradients.items()}
    return {"case": case, "module": _described(module, pools, {}), **arrays, "gradients": gradients}


def _added(array: Array, pools: Pools) -> list[Any]:
    """Stored as float32 where that holds the same numbers."""
    narrow = array.astype(np.float32)
    return pools.add(narrow if np.array_equal(narrow, array) else array)


def _described(module: Any, pools: Pools, met: dict[int, int]) -> dict[str, Any]:
    """What stands in a module: its classes, its plain attributes, its arrays, its parts."""
    if id(module) in met:
        return {"again": met[id(module)]}
    met[id(module)] = len(met)
    held = {**module._parameters, **module._buffers}
    return {
        "classes": [
            [kind.__module__, kind.__name__] for kind in type(module).__mro__ if kind is not object
        ],
        "attributes": {
            name: value for name, value in vars(module).items() if not name.startswith("_")
        },
        "arrays": {
            name: None if values is None else _added(values.detach().numpy(), pools)
            for name, values in held.items()
            if values is None or values.dtype.is_floating_point
        },
        "parts": {name: _described(part, pools, met) for name, part in module._modules.items()},
    }


def recorded(directory: Path = DATA) -> tuple[list[dict[str, Any]], Reader]:
    """A row for each case, and the arrays."""
    return read_json(directory / "torch.json.gz")[1], Reader(directory / "torch.npz")


def replay(row: dict[str, Any], arrays: Reader) -> None:
    """Read a module that stands in for PyTorch's, and hold the network against its numbers."""
    module = standing_in(row["module"], arrays)
    numbers = {name: _wide(arrays, row[name]) for name in ("x", "y", "dy", "dx")}
    gradients = {name: _wide(arrays, place) for name, place in row["gradients"].items()}
    assert_equal(convlab.read(module), module, Answers(**numbers, gradients=gradients))


def _wide(arrays: Reader, place: list[Any]) -> Array:
    return np.asarray(arrays.get(place), np.float64)

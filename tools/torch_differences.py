"""Run in PyTorch what ``differences`` says, against recorded Keras; write the verdicts down.

``python -m tools.torch_differences`` in an environment that has PyTorch. For every recorded setting
of every layer the program must give Keras' numbers, and the usual program must give them just where
the record says so. Tests then hold today's programs against those that were run.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.explanation.differences import Differences, differences
from tests.tolerances import FLOAT32, assert_close
from tools.keras import companions, replay
from tools.keras.backend import convlab_namespace
from tools.keras.encoding import decode
from tools.keras.store import DATA, write_json

Array = NDArray[Any]
FILE = DATA / "differences.json.gz"


@dataclass(frozen=True)
class Setting:
    """A layer as recorded, with what it took and gave in Keras."""

    name: str
    layer: Any
    x: Any
    weights: Sequence[Array]
    y: Array

    @property
    def shape(self) -> Any:
        """That of the input; a list for a merge."""
        return [each.shape for each in self.x] if isinstance(self.x, list) else self.x.shape

    @property
    def found(self) -> Differences:
        """What convlab says of it."""
        return differences(self.layer, self.shape)

    @property
    def named_weights(self) -> Mapping[str, Array]:
        """Keras' arrays by name."""
        names = self.layer.weight_shapes(self.shape)
        return dict(zip(names, map(np.asarray, self.weights), strict=True))


def settings() -> Iterator[Setting]:
    """All recorded settings: the convolutions', then the companions'."""
    for file in ("cases", "siblings"):
        for case in replay.recorded(file):
            y = case.array(case.row["y"])
            yield Setting(case.name, case.make(), case.inputs, case.weights, y)
    namespace = convlab_namespace()
    _, rows, arrays = companions.recorded()
    for row in rows:
        kind = getattr(namespace.layers, row["case"].partition("-")[0])
        x, weights = companions.input_of(row, arrays), row["weights"]
        given = [arrays.get(place, row["dtype"]) for place in weights]
        made, y = kind(**decode(row["arguments"], namespace)), arrays.get(row["y"], row["dtype"])
        yield Setting(row["case"], made, x, given, y)


def run(program: Sequence[str], x: Any, weights: Mapping[str, Array]) -> Array:
    """What a program makes of an input in PyTorch."""
    import torch
    from torch import nn

    given = list(map(torch.from_numpy, x)) if isinstance(x, list) else torch.from_numpy(x)
    names = {"torch": torch, "nn": nn, "x": given, **weights}
    # oneDNN computes zeros for the last row of some inputs with one channel (PyTorch 2.13).
    with torch.backends.mkldnn.flags(enabled=False):
        exec("\n".join(program), names)
    y: Array = names["y"].detach().numpy()
    return y


def verdict(program: Sequence[str], x: Any, weights: Mapping[str, Array], y: Array) -> str:
    """``same``: y; ``other``; ``refused`` by PyTorch; ``none``: there is no program."""
    if not program:
        return "none"
    try:
        found = run(program, x, weights)
    except (RuntimeError, ValueError, TypeError, IndexError):
        return "refused"
    try:
        assert_close(found, y, FLOAT32)
    except AssertionError:
        return "other"
    return "same"


def row_of(setting: Setting) -> dict[str, Any]:
    """What is said of a setting, and what came out.

    The program is held against recorded Keras; the usual one against the program, with other
    numbers, for the recorded ones are few and small.
    """
    found = setting.found
    verdicts = [verdict(found.program, setting.x, setting.named_weights, setting.y)]
    if verdicts == ["same"]:
        verdicts.append(_usual_verdict(found, setting))
    return {
        "case": setting.name,
        "said": [item.about for item in found.items if item.kind == "values"],
        "program": found.program,
        "usual": found.usual,
        "verdicts": verdicts,
    }


def _usual_verdict(found: Differences, setting: Setting) -> str:
    """As ``verdict``; ``blind`` where the output does not depend on the input: it tells nothing."""
    x, weights = _other_numbers(setting, 1)
    y = run(found.program, x, weights)
    told = verdict(found.usual, x, weights, y)
    again = verdict(found.program, _other_numbers(setting, 2)[0], weights, y)
    return "blind" if (told, again) == ("same", "same") else told


def _other_numbers(setting: Setting, seed: int) -> tuple[Any, Mapping[str, Array]]:
    """Random inputs, several samples of them, and weights."""
    rng = np.random.default_rng(seed)

    def like(array: Array, shape: Sequence[int]) -> Array:
        return np.asarray(rng.normal(size=tuple(shape)), array.dtype)

    x = setting.x
    many = [like(each, (5, *each.shape[1:])) for each in (x if isinstance(x, list) else [x])]
    weights = {name: like(array, array.shape) for name, array in setting.named_weights.items()}
    above = {name: np.asarray(np.abs(each)) for name, each in weights.items() if "variance" in name}
    return many if isinstance(x, list) else many[0], weights | above


def wrong(row: Mapping[str, Any]) -> bool:
    """Whether PyTorch does not do what the record says."""
    program, *usual = row["verdicts"]
    if program == "none" or usual in (["none"], ["blind"]):
        return False
    return bool(program != "same" or (usual == ["same"]) == bool(row["said"]))


def main() -> int:
    """Run all settings; write the verdicts, or say what is wrong."""
    rows = [row_of(setting) for setting in settings()]
    counts = Counter((row["case"].partition("-")[0], *row["verdicts"]) for row in rows)
    for kind, count in sorted(counts.items()):
        print(*kind, count)
    faults = [row for row in rows if wrong(row)]
    for row in faults:
        print(row, file=sys.stderr)
    if not faults:
        import torch

        write_json(FILE, {"torch": torch.__version__, "numpy": np.__version__}, rows)
    return min(len(faults), 1)


if __name__ == "__main__":
    raise SystemExit(main())

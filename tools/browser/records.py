"""The records that the units of the browser side compare with: what the engine says and computes.

One file, ``.build/browser.json``. A line of places is one text, a character for each (``.`` for
none), so that tens of thousands of settings stay small.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from convlab import activations
from convlab.errors import ConvlabError
from convlab.explanation.axes import explain_axis
from convlab.explanation.costs import multiply_adds
from convlab.explanation.rules import rules
from convlab.geometry import AnyAxis, Geometry, TransposedAxis
from convlab.layers import LAYERS
from convlab.widgets.records import calculator_records

from . import stacks
from .networks import networks
from .settings import Settings, arguments_of, drawn, input_shape, judged, layer_of, quoted

_ROOT = Path(__file__).parents[2]
FILE = _ROOT / ".build" / "browser.json"
EACH = 11_000
NETWORKS = 80
STACKS = 1_000
_Key = tuple[AnyAxis, str, int | None]
_FIRST = 0x100
"""From here on no character needs an escape in JSON."""


def write() -> Path:
    """Write the records, unless they are newer than the code; return where they are."""
    written = FILE.stat().st_mtime if FILE.exists() else 0
    if all(source.stat().st_mtime < written for source in _sources()):
        return FILE
    FILE.parent.mkdir(exist_ok=True)
    record = {
        "rules": rules(),
        "sums": _sums(),
        "activations": _activations(),
        "networks": [*networks(NETWORKS)],
        "calculator": calculator_records(),
        "stacks": _stacks(),
        **_verdicts(),
    }
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    FILE.write_text(text, encoding="utf-8")
    return FILE


def _sources() -> Iterator[Path]:
    yield from (_ROOT / "convlab").rglob("*.py")
    yield from Path(__file__).parent.glob("*.py")


# Stacks


def _stacks() -> list[dict[str, Any]]:
    """States of a calculator, and what is said of each."""
    random = Random(16)
    states = [stacks.drawn(random) for _ in range(STACKS)]
    return [{"state": state, **stacks.judged(state)} for state in states]


# Verdicts


def _verdicts() -> dict[str, Any]:
    """Each layer's settings by position, and last a refusal or the numbers of its axes."""
    axes: dict[_Key, int] = {}
    found = {
        name: [
            [*settings.values(), _verdict(name, settings, axes)] for settings in drawn(name, EACH)
        ]
        for name in LAYERS
    }
    names = {name: [*arguments_of(name), "sizes", "channels"] for name in LAYERS}
    return {"names": names, "settings": found, "axes": [_axis(*key) for key in axes]}


def _verdict(name: str, settings: Settings, axes: dict[_Key, int]) -> dict[str, Any]:
    verdict = judged(name, settings)
    if isinstance(verdict, ConvlabError):
        return {"code": verdict.code, "words": quoted(verdict), "choices": verdict.choices}
    extra = settings.get("output_padding") or (None,) * len(settings["sizes"])
    keys = [
        (axis, settings["padding"], op)
        for axis, op in zip(verdict.stages[0].axes, extra, strict=True)
    ]
    numbers = [axes.setdefault(key, len(axes)) for key in keys]
    return {"axes": numbers, **_costs(settings, verdict)}


def _axis(axis: AnyAxis, padding: str, output_padding: int | None) -> dict[str, Any]:
    """``ways``: under each tap of a window the input, or of a stamp the output."""
    steps = explain_axis("height", axis, padding, output_padding).steps
    transposed = isinstance(axis, TransposedAxis)
    windows = axis.input_size if transposed else axis.output_size
    way = axis.targets if transposed else axis.sources
    found = {
        "numbers": {step.symbol: step.value for step in steps},
        "ways": " ".join(_line(way(window)) for window in range(windows or 0)),
    }
    if axis.kernel == _WRITTEN_OUT:
        found["lines"] = [step.written(brief=True) for step in steps]
    return found


_WRITTEN_OUT = 4
"""The lines of reckoning are compared for one kernel: they are long."""


def _line(places: Iterable[int | None]) -> str:
    return "".join("." if place is None else chr(_FIRST + place) for place in places)


def _costs(settings: Settings, geometry: Geometry) -> dict[str, int]:
    biases = geometry.stages[-1].filters if settings["use_bias"] else 0
    return {
        "parameters": sum(stage.parameters for stage in geometry.stages) + biases,
        "products": sum(multiply_adds(stage) or 0 for stage in geometry.stages),
    }


# Sums


def _sums() -> list[dict[str, Any]]:
    """Small layers on one sample: sums and gradients, all with channels last, a series as a row."""
    random = np.random.default_rng(3)
    found: list[dict[str, Any]] = []
    for name in LAYERS:
        plain = {"activation": "linear", "data_format": "channels_last"}
        for settings in drawn(name, 120, seed=6):
            own = {**settings, **plain, "sizes": tuple(min(n, 8) for n in settings["sizes"])}
            geometry = judged(name, own)
            if isinstance(geometry, Geometry) and _is_small(geometry):
                found.append({"layer": name, "settings": own, **_sum(name, own, random)})
    return found


def _is_small(geometry: Geometry) -> bool:
    return max(size or 0 for size in geometry.output_shape[1:-1]) < 20


def _sum(name: str, settings: Settings, random: np.random.Generator) -> dict[str, Any]:
    layer = layer_of(name, settings)
    layer.build(input_shape(settings))
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.weights])
    x = random.normal(size=input_shape(settings))
    z = layer(x)
    dz = random.normal(size=z.shape)
    dx = layer.backward(dz)
    weights = [_plane(weight) if weight.ndim > 1 else _tensor(weight) for weight in layer.weights]
    slopes = [_plane(one) if one.ndim > 1 else _tensor(one) for one in layer.gradients]
    whole = {"x": x, "z": z, "dz": dz, "dx": dx}
    parts = {
        key: _tensor(value if value.ndim == 4 else value[:, None]) for key, value in whole.items()
    }
    samples = {key: {**part, "shape": part["shape"][1:]} for key, part in parts.items()}
    return {**samples, "weights": weights, "gradients": slopes}


def _plane(kernel: Any) -> dict[str, Any]:
    return _tensor(kernel if kernel.ndim == 4 else kernel[None])


def _tensor(array: Any) -> dict[str, Any]:
    return {"shape": array.shape, "data": array.ravel().tolist()}


# Activations

_KINKS = [0.0, -1.0, 1.0, 3.0, -3.0, 6.0, 0.5, -0.5]


def names() -> list[str]:
    """The activations that need nothing but a tensor.

    >>> len(names()), "threshold" in names()
    (29, False)
    """
    found = [getattr(activations, name) for name in dir(activations)]
    every = {one.name for one in found if isinstance(one, activations.Activation)}
    return sorted(every - {"threshold"})


def _activations() -> list[dict[str, Any]]:
    """Each activation along each axis, with the way back: at kinks, near 0, and far from it."""
    random = np.random.default_rng(4)
    values = [*_KINKS, *random.normal(scale=3, size=24), *random.normal(scale=20, size=16)]
    z = random.permutation(np.array(values)).reshape(2, 4, 6)
    return [_activation(name, z, axis, random) for name in names() for axis in range(3)]


def _activation(name: str, z: Any, axis: int, random: np.random.Generator) -> dict[str, Any]:
    activation = activations.get(name)
    turned = np.moveaxis(z, axis, -1)
    a = activation(turned)
    dy = random.normal(size=a.shape)
    whole = {"z": turned, "a": a, "dy": dy, "dz": activation.gradient(turned, dy)}
    parts = {key: _tensor(np.moveaxis(value, -1, axis)) for key, value in whole.items()}
    return {"name": name, "along": axis, **parts}

"""Stacks of layers drawn at random, as a calculator has them, and what ``explain`` says of them."""

from __future__ import annotations

from random import Random
from typing import Any

import convlab
from convlab.explanation import NetworkExplanation
from convlab.widgets.records import calculator_records
from convlab.widgets.settings import ACTIVATIONS

RULES: dict[str, dict[str, Any]] = calculator_records()["rules"]["layers"]
FLATTENING = ("Flatten", "GlobalMaxPooling", "GlobalAveragePooling")


def drawn(random: Random) -> dict[str, Any]:
    """A state: up to twelve layers of any arguments, about half of them going together."""
    rank = random.choice([0, 1, 1, 2, 2, 2, 2])
    data_format = random.choice(["channels_last", "channels_last", "channels_first"])
    layers: list[dict[str, Any]] = [
        {"layer": kind, "arguments": _arguments(kind, data_format, random), "more": {}}
        for kind in _kinds(rank, random)
    ]
    most = random.choice([12, 64, 500, 100_000])
    sizes = [random.choice([None, *[random.randint(1, most)] * 9]) for _ in range(rank)]
    channels = random.choice([1, 3, 4, 8, 64, random.randint(1, 3_000)])
    formats = [one["arguments"].get("data_format") for one in layers]
    first = "channels_first" in formats
    inside = [channels, *sizes] if first else [*sizes, channels]
    shape = [random.choice([None, 1, 32]), *inside]
    return {"input_shape": shape, "layers": layers, "selected": 0, "language": "en", "unread": []}


def _kinds(rank: int, random: Random) -> list[str]:
    """Layers with directions, then mostly such without; now and then in another order."""
    count = random.choice([1, 1, 2, 3, 5, 12])
    sliding = [name for name, one in RULES.items() if one["rank"] == rank]
    if random.random() < 0.7:
        sliding = [name for name in sliding if not name.startswith(FLATTENING)]
    free = [name for name, one in RULES.items() if one["rank"] == 0]
    ahead = random.choice([0, count, max(count - 2, 1)]) if rank else 0
    found = random.choices(sliding, k=ahead) if ahead else []
    found += random.choices(free, k=count - ahead)
    if random.random() < 0.15:
        random.shuffle(found)
    return found


def _arguments(kind: str, data_format: str, random: Random) -> dict[str, Any]:
    start, options = RULES[kind]["start"], RULES[kind]["options"]
    rank, few = RULES[kind]["rank"], random.choice([1, 1, 2, 3])

    def each(most: int) -> list[int]:
        return [random.randint(1, most) for _ in range(rank)]

    values: dict[str, Any] = {
        "filters": random.choice([4, 8, 12, 16, random.randint(1, 3_000)]),
        "units": random.choice([1, 10, 64, random.randint(1, 3_000)]),
        "kernel_size": each(random.choice([3, 5, 12])),
        "pool_size": each(random.choice([2, 3, 7])),
        "strides": each(few) if random.random() < 0.5 else [1] * rank,
        "padding": random.choice([*options.get("padding", []), "same", "same"]),
        "size": each(4) if rank > 1 else random.randint(1, 4),
        "interpolation": random.choice(["nearest", "bilinear"]),
        "cropping": _ends(rank, random),
        "dilation_rate": each(few) if random.random() < 0.3 else [1] * rank,
        "output_padding": random.choice([None, None, [random.randint(0, 2) for _ in range(rank)]]),
        "depth_multiplier": random.randint(1, 4),
        "groups": random.choice([1, 1, 1, 2, 4, 5]),
        "activation": random.choice([*ACTIVATIONS, "glu", "relu"]),
        "axis": random.choice([-1, -1, -1, 1, 3, random.randint(-4, 3)]),
        **{flag: random.random() < 0.5 for flag in ("use_bias", "keepdims", "center", "scale")},
        "data_format": data_format,
    }
    if kind.startswith("ZeroPadding"):
        values["padding"] = _ends(rank, random)
    if start.get("strides") is None and random.random() < 0.5:
        values["strides"] = None
    return {name: values[name] for name in RULES[kind]["arguments"]}


def _ends(rank: int, random: Random) -> list[Any]:
    most = random.choice([0, 1, 2, 9])
    pairs = [[random.randint(0, most) for _ in range(2)] for _ in range(rank)]
    return pairs if rank > 1 else pairs[0] if pairs else []


# What explain says


def explained(state: dict[str, Any]) -> NetworkExplanation:
    layers = [(one["layer"], _shaping(one)) for one in state["layers"]]
    return convlab.explain(layers, tuple(state["input_shape"]))


def _shaping(layer: dict[str, Any]) -> dict[str, Any]:
    # Dropout's rate shapes nothing, and it has no default.
    needed = {"rate": 0.5} if layer["layer"] == "Dropout" else {}
    return {**needed, **_tupled(layer["arguments"])}


def _tupled(own: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in own.items()}


def rows_of(record: NetworkExplanation) -> list[dict[str, Any]]:
    return [
        {
            "output_shape": list(layer.output_shape),
            "parameters": layer.parameters,
            "multiply_adds": layer.multiply_adds,
            "reach": [field.size for field in fields],
            "jump": [float(field.jump) for field in fields],
            "start": [None if f.start is None else float(f.start) for f in fields],
        }
        for layer, fields in zip(record.accepted, record.fields, strict=True)
    ]


def judged(state: dict[str, Any]) -> dict[str, Any]:
    """The rows of a state as far as layers are accepted, and the first refusal."""
    record = explained(state)
    refusal = record.refusal
    refused = refusal and {"layer": len(record.accepted), "code": refusal.error.code}
    return {"rows": rows_of(record), "refused": refused}

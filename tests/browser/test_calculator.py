"""The calculator on a page without Python: every row is explain's, every refusal its error."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page

import convlab
from convlab.explanation import StackExplanation
from convlab.layers import LAYERS
from convlab.widgets.records import calculator_records
from convlab.widgets.settings import ACTIVATIONS, arguments_of

ROOT = ".convlab-calculator"
COUNT = int(os.environ.get("CONVLAB_MOVES", 10_000 if os.environ.get("CI") == "true" else 300))
ROUND = 50

# Keeps the model that the page's calculator is rendered with: in the place where bundles are kept.
KEEP = """() => {
    const load = async code => {
        const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        const bundle = (await import(address)).default;
        return { render: props => { window.model = props.model; return bundle.render(props); } };
    };
    window.convlab = new (class extends Map {
        get(code) { return super.get(code) ?? load(code); }
    })();
}"""

# What a person sees of each state; and, where one is refused, what a click on one way leads to.
TELL = """async ([states, pick]) => {
    const root = document.querySelector('.convlab-calculator'), seen = [];
    for (const state of states) {
        model.set('shown', state);
        const told = root.dataset.state, said = root.querySelector('.refusal p')?.textContent ?? '';
        const ways = [...root.querySelectorAll('.ways button')];
        if (ways.length) {
            ways[pick % ways.length].click();
            await new Promise(done => setTimeout(done, 80));
        }
        seen.push([told, said, ways.length, root.dataset.state]);
    }
    return seen;
}"""


def show(page: Page, folder: Path, calculator: convlab.Calculator, link: str = "") -> None:
    """Open the calculator's own page."""
    path = folder / "calculator.html"
    path.write_text(calculator.to_html(), encoding="utf-8")
    page.goto("about:blank")
    page.goto(path.as_uri() + link)
    page.wait_for_selector(f"{ROOT}[data-state]")


def state_of(page: Page) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(page.get_attribute(ROOT, "data-state") or "{}")
    return state


def explained(state: dict[str, Any]) -> StackExplanation:
    layers = [(one["layer"], _tupled(one["arguments"])) for one in state["layers"]]
    return convlab.explain(layers, tuple(state["input_shape"]))


def _tupled(own: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in own.items()}


def rows_of(record: StackExplanation) -> list[dict[str, Any]]:
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


def assert_true_to_explain(state: dict[str, Any]) -> StackExplanation:
    record = explained(state)
    assert state["rows"] == rows_of(record), state
    refusal = record.refusal
    told = state["refused"]
    assert (told is None) == (refusal is None), state
    if refusal is not None:
        assert (told["layer"], told["code"]) == (len(record.accepted), refusal.error.code)
    return record


# Stacks at random


def drawn(random: Random) -> dict[str, Any]:
    """A state: up to twelve layers of any arguments, about half of them going together."""
    rank = random.choice([1, 2, 2])
    kinds = [name for name, kind in LAYERS.items() if kind.rank == rank]
    data_format = random.choice(["channels_last", "channels_last", "channels_first"])
    layers = [
        {"layer": kind, "arguments": _arguments(kind, data_format, random), "more": {}}
        for kind in random.choices(kinds, k=random.choice([1, 1, 2, 3, 5, 12]))
    ]
    most = random.choice([12, 64, 500, 100_000])
    sizes = [random.choice([None, *[random.randint(1, most)] * 9]) for _ in range(rank)]
    channels = random.choice([1, 3, 4, 8, 64, random.randint(1, 3_000)])
    inside = [channels, *sizes] if data_format == "channels_first" else [*sizes, channels]
    shape = [random.choice([None, 1, 32]), *inside]
    return {"input_shape": shape, "layers": layers, "selected": 0, "language": "en", "unread": []}


def _arguments(kind: str, data_format: str, random: Random) -> dict[str, Any]:
    start = calculator_records()["rules"]["layers"][kind]["start"]
    own = {name: start[name] for name in arguments_of(kind)}
    rank, options = LAYERS[kind].rank, calculator_records()["rules"]["layers"][kind]["options"]
    few = random.choice([1, 1, 2, 3])

    def each(most: int) -> list[int]:
        return [random.randint(1, most) for _ in range(rank)]

    values: dict[str, Any] = {
        "filters": random.choice([4, 8, 12, 16, random.randint(1, 3_000)]),
        "kernel_size": each(random.choice([3, 5, 12])),
        "strides": each(few) if random.random() < 0.5 else [1] * rank,
        "padding": random.choice([*options["padding"], "same", "same"]),
        "dilation_rate": each(few) if random.random() < 0.3 else [1] * rank,
        "output_padding": random.choice([None, None, [random.randint(0, 2) for _ in range(rank)]]),
        "depth_multiplier": random.randint(1, 4),
        "groups": random.choice([1, 1, 1, 2, 4, 5]),
        "activation": random.choice([*ACTIVATIONS, "glu", "relu"]),
        "use_bias": random.random() < 0.5,
        "data_format": data_format,
    }
    return {name: values[name] for name in own}


def batches(count: int) -> Iterator[list[dict[str, Any]]]:
    random = Random(count)
    for _ in range(0, count, ROUND):
        yield [drawn(random) for _ in range(ROUND)]


def test_every_row_is_explains_and_every_refusal_its_error_and_every_way_leads_out(
    offline: Page, tmp_path: Path
) -> None:
    offline.add_init_script(f"({KEEP})()")
    show(offline, tmp_path, convlab.Calculator())
    refused, kinds, deepest = 0, set[str](), 0
    for number, states in enumerate(batches(COUNT)):
        for told, said, ways, after in offline.evaluate(TELL, [states, number]):
            state = json.loads(told)
            record = assert_true_to_explain(state)
            deepest = max(deepest, len(record.accepted))
            if record.refusal is None:
                assert said == ""
                continue
            refused += 1
            kinds.add(record.refusal.error.code)
            assert str(record.refusal.error) in said
            assert ways, state
            left = json.loads(after)
            assert left["refused"] is None, (state, left)
            assert_true_to_explain(left)
    assert COUNT / 5 < refused < COUNT * 4 / 5
    assert deepest == 12
    assert kinds >= {"window_too_large", "dilated_strides", "channels_by_groups", "odd_glu"}

"""The numbers of the pools, the presets, and the records that all explorers share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convlab import Explorer
from convlab.errors import ConvlabError
from convlab.kernels import named_kernel
from convlab.layers import LAYERS
from convlab.widgets.labels import labels_of
from convlab.widgets.presets import LESSONS
from convlab.widgets.ranges import checked, usual_ranges
from convlab.widgets.records import explorer_records
from convlab.widgets.settings import ACTIVATIONS, make_layer, settings_of, starting
from convlab.widgets.values import FILLS, START, filled, is_pool, numbers, pasted

# What each fill stands for, as a loop would say it.
INPUTS: dict[str, Callable[[int, int, int], float]] = {
    "ramp": lambda r, c, k: (2 * r + c + 3 * k) % 10,
    "checkerboard": lambda r, c, k: (r + c + k) % 2,
    "wave": lambda r, c, k: round(4 * np.sin((c + 2 * k) * 0.9)),
}


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("name", INPUTS)
def test_a_fill_gives_each_place_its_number(name: str, rank: int) -> None:
    if name not in FILLS["input"][str(rank)]:
        return
    shape = (1 if rank == 1 else 64, 64, 64)
    found = filled("input", rank, name, shape)
    for place in [(0, 0, 0), (0, 63, 63), (0, 5, 2), (shape[0] - 1, 9, 1)]:
        assert found[place] == INPUTS[name](*place)


def test_an_impulse_and_a_digit_have_an_end() -> None:
    impulse = filled("input", 2, "impulse", (20, 20, 2))
    assert np.argwhere(impulse).tolist() == [[2, 2, 0], [2, 2, 1]]
    assert filled("input", 1, "impulse", (1, 9, 1))[0, :, 0].tolist() == [0, 0, 1, *(0,) * 6]
    digit = filled("input", 2, "digit", (20, 20, 1))[..., 0]
    assert digit[1].tolist()[:8] == [0, 7, 5, 0, 0, 8, 6, 0]
    assert not digit[8:].any() and not digit[:, 8:].any()


@pytest.mark.parametrize("name", ["identity", "blur", "sharpen", "edges", "emboss"])
def test_a_named_kernel_stands_in_the_corner_of_every_slice(name: str) -> None:
    kernel = filled("kernel", 2, name, (5, 5, 2, 3))
    for a, b in np.ndindex(2, 3):
        np.testing.assert_array_equal(kernel[:3, :3, a, b], named_kernel(name))
    assert not kernel[3:].any() and not kernel[:, 3:].any()


@pytest.mark.parametrize("kind", ["kernel", "pointwise"])
def test_the_first_weights_are_small_and_of_both_signs(kind: str) -> None:
    shape = (3, 3, 4, 4) if kind == "kernel" else (8, 4)
    found = filled(kind, 2, "waves", shape)
    assert {*found.ravel()} == {-2, -1, 0, 1, 2}
    assert found.ravel()[0] == -1


def test_a_block_stands_before_the_fill_where_it_holds_a_number() -> None:
    pool = {"fill": "ramp", "block": [None, [[7], None, [None, 5]]]}
    found = numbers("input", 2, pool, (3, 3, 2))
    expected = filled("input", 2, "ramp", (3, 3, 2))
    expected[1, 0, 0], expected[1, 2, 1] = 7, 5
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(numbers("input", 2, pool, (1, 2, 1)), expected[:1, :2, :1])


def test_what_is_pasted_is_there_and_the_rest_stays() -> None:
    random = np.random.default_rng(3)
    pool, expected = dict(START["2"]["kernel"]), filled("kernel", 2, "waves", (4, 4, 3, 3))
    for shape in [(2, 4, 1, 2), (4, 1, 3, 3), (1, 1, 1, 1)]:
        new = random.normal(size=shape)
        pool = pasted(pool, new)
        expected[tuple(slice(0, n) for n in shape)] = new
    np.testing.assert_array_equal(numbers("kernel", 2, pool, (4, 4, 3, 3)), expected)
    assert is_pool(json.loads(json.dumps(pool)), "kernel", 2)


NO_POOLS: list[Any] = [
    None,
    {},
    {"fill": "ramp"},
    {"fill": "nothing", "block": None},
    {"fill": ["ramp"], "block": None},
    {"fill": "ramp", "block": 3},
    {"fill": "ramp", "block": [[[[1]]]]},
    {"fill": "ramp", "block": [[["1"]]]},
    {"fill": "ramp", "block": [[[True]]]},
    {"fill": "ramp", "block": [[[float("nan")]]]},
    {"fill": "ramp", "block": [[[float("inf")]]]},
    {"fill": "ramp", "block": None, "more": 1},
]


@pytest.mark.parametrize("pool", NO_POOLS, ids=repr)
def test_what_is_no_pool_is_refused_and_changes_nothing(pool: Any) -> None:
    explorer = Explorer("Conv2D", layers=["Conv2D"])
    before = explorer.values
    with pytest.raises(ConvlabError, match=r"2\.input") as caught:
        explorer.values = {**before, "2": {**before["2"], "input": pool}}
    assert explorer.values == before
    for choice in caught.value.choices:
        explorer.values = choice["values"]


def test_the_saved_state_of_an_explorer_is_small() -> None:
    explorer = Explorer("Conv2D", layers=["Conv2D"])
    state = json.dumps([explorer.given, explorer.shown, explorer.values])
    assert len(state) < 3_000
    explorer.input = np.arange(35.0).reshape(5, 7, 1)
    assert len(json.dumps(explorer.values)) < 2_000


def test_the_records_are_plain_json_and_never_change() -> None:
    before = json.dumps(explorer_records())
    explorer = Explorer("Conv2D", preset="correlation", strides=1, true_convolution=True)
    explorer.input = explorer.input + 1
    assert json.dumps(explorer_records()) == before
    assert START["2"]["input"] == {"fill": "ramp", "block": None}


@pytest.mark.parametrize("name", LAYERS)
def test_the_records_of_a_layer_are_what_the_layer_takes(name: str) -> None:
    record = explorer_records()["rules"]["layers"][name]
    assert record["start"] == starting(name)
    assert [*record["arguments"], "sizes", "channels"] == [*settings_of(name)]
    for argument, values in record["options"].items():
        for value in values:
            if argument in settings_of(name) and value != "glu":
                assert checked(name, {**starting(name), argument: value}, record["ranges"])
    refused = {"valid", "same", "causal"} - {*record["options"]["padding"]}
    for padding in refused:
        with pytest.raises(ConvlabError):
            make_layer(name, {**starting(name), "padding": padding})


def test_every_activation_of_one_tensor_is_there() -> None:
    assert {"linear", "softmax", "log_softmax", "sparsemax", "glu", "gelu"} <= {*ACTIVATIONS}
    assert "threshold" not in ACTIVATIONS and len(ACTIVATIONS) == len({*ACTIVATIONS}) >= 29


def test_a_halving_activation_halves_what_is_shown() -> None:
    explorer = Explorer("Conv2D", filters=4, position=(0, 0, 3))
    explorer.activation = "glu"
    assert explorer.output_shape == explorer.layer()(explorer.input[None]).shape[1:] == (3, 5, 2)
    assert explorer.position == (0, 0, 1)
    with pytest.raises(ConvlabError, match="glu") as caught:
        explorer.filters = 3
    for choice in caught.value.choices:
        explorer.change(**{"filters": 3, **choice})


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson["id"])
def test_a_preset_is_within_reach_and_has_its_words(lesson: dict[str, Any]) -> None:
    name = lesson["layer"]
    settings = {**starting(name), **lesson["settings"]}
    if lesson["id"] == "stride_dilation":
        with pytest.raises(ConvlabError, match="cannot both exceed 1"):
            checked(name, settings, usual_ranges(name))
    else:
        assert checked(name, settings, usual_ranges(name)) == settings
    for kind, pool in (lesson["values"] or {}).items():
        assert is_pool(pool, kind, LAYERS[name].rank)
    for language in ("en", "zh_TW"):
        assert labels_of("explorer")[language][f"explorer.preset_{lesson['id']}"]
        assert labels_of("explorer")[language][f"explorer.caption_{lesson['id']}"]


def test_the_labels_hold_the_sentence_of_every_refusal() -> None:
    codes = {refusal["code"] for refusal in explorer_records()["rules"]["refusals"]}
    assert len(codes) > 5
    for texts in labels_of("explorer").values():
        assert {f"errors.{code}" for code in codes} <= texts.keys()
        assert all("!r}" not in text for text in texts.values())

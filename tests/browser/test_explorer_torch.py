"""PyTorch beside Keras: what differs, and its code, against loops that know nothing of either."""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.activations import get as activation_of
from convlab.errors import ConvlabError
from convlab.layers import LAYERS
from tests.browser.hands import choose, control_of, open_depth, show, show_to_tell, state_of, tell
from tests.tolerances import FLOAT64, assert_close

Array = np.ndarray


def convolved(
    x: Array, w: Array, stride: list[int], dilation: list[int], pads: list[int], groups: int = 1
) -> Array:
    """PyTorch's convolution, channels first, as loops: x (c, *n), w (f, c / groups, *k)."""
    x = np.pad(x, [(0, 0), *((pad, pad) for pad in pads)])
    span = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)]
    out = [(n - e) // s + 1 for n, e, s in zip(x.shape[1:], span, stride, strict=True)]
    y = np.zeros((len(w), *out))
    per_in, per_out = w.shape[1], len(w) // groups
    for f, *place in np.ndindex(*y.shape):
        first = f // per_out * per_in
        for c, *tap in np.ndindex(*w.shape[1:]):
            at = [o * s + t * d for o, s, t, d in zip(place, stride, tap, dilation, strict=True)]
            y[(f, *place)] += x[(first + c, *at)] * w[(f, c, *tap)]
    return y


def scattered(
    x: Array, w: Array, stride: list[int], dilation: list[int], more: tuple[int, ...]
) -> Array:
    """PyTorch's transposed convolution with output_padding alone: x (c, *n), w (c, f, *k)."""
    assert all(0 <= m < max(s, d) or m == 0 for m, s, d in zip(more, stride, dilation, strict=True))
    sides = zip(x.shape[1:], stride, w.shape[2:], dilation, strict=True)
    y = np.zeros((w.shape[1], *((n - 1) * s + d * (k - 1) + 1 for n, s, k, d in sides)))
    for c, *place in np.ndindex(*x.shape):
        for f, *tap in np.ndindex(*w.shape[1:]):
            at = [o * s + t * d for o, s, t, d in zip(place, stride, tap, dilation, strict=True)]
            y[(f, *at)] += x[(c, *place)] * w[(c, f, *tap)]
    return np.pad(y, [(0, 0), *((0, m) for m in more)])


def first(array: Array) -> Array:
    return np.moveaxis(np.array(array, dtype=float), -1, 0)


def settings(layer: str, count: int) -> list[dict[str, Any]]:
    """Random settings that the layer takes."""
    random = np.random.default_rng(11)
    found: list[dict[str, Any]] = []
    rank = LAYERS[layer].rank
    while len(found) < count:
        numbers = {name: tuple(map(int, random.integers(1, most, rank)))
                   for name, most in [("sizes", 8), ("kernel_size", 5), ("strides", 4),
                                      ("dilation_rate", 3)]}  # fmt: skip
        wish = {**numbers, "channels": int(random.integers(1, 4))}
        try:
            convlab.Explorer(layer, **wish, padding="same")
        except ConvlabError:
            continue
        found.append(wish)
    return found


@pytest.mark.parametrize("layer", ["Conv1D", "Conv2D", "DepthwiseConv2D"])
def test_the_outputs_that_differ_are_marked_or_it_says_that_no_pad_fits(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    kinds = set()
    show_to_tell(offline, tmp_path, convlab.Explorer(layer))
    for wish in settings(layer, 60):
        tell(offline, convlab.Explorer(layer, **wish, padding="same", pytorch=True))
        said = offline.inner_text(".beside")
        beside = symmetric(state_of(offline))
        if beside is None:
            kinds.add("none")
            assert "no symmetric padding gives this size" in said, wish
            assert offline.locator(".differs").count() == 0
            continue
        here = np.moveaxis(real_sum(state_of(offline)), -1, 0)
        differ = ~np.isclose(beside, here, atol=1e-9)
        kinds.add("some" if differ.any() else "equal")
        count = re.search(r"(\d+) of (\d+) outputs differ", said)
        assert (int(count[1]) if count else 0) == differ.sum(), (wish, said)
        assert not count or int(count[2]) == differ.size
        assert offline.locator(".differs").count() == differ.sum(), wish
    assert kinds == {"none", "some", "equal"}


def real_sum(state: dict[str, Any]) -> Array:
    """The layer's outputs before the bias: the activation is linear."""
    return np.array(state["output"], dtype=float) - np.array(state["weights"][-1], dtype=float)


def symmetric(state: dict[str, Any]) -> Array | None:
    """What a pad of the same number at both ends gives, tried one after the other; or None."""
    arguments, x = state["arguments"], first(state["input"])
    kernel = np.array(state["weights"][0], dtype=float)
    groups = 1
    if state["layer"] == "DepthwiseConv2D":
        groups = kernel.shape[-2]
        kernel = kernel.reshape(*kernel.shape[:-2], 1, -1)
    w = np.moveaxis(kernel, (-1, -2), (0, 1))
    pads = []
    for size, k, s, d, out in zip(
        x.shape[1:], w.shape[2:], arguments["strides"], arguments["dilation_rate"],
        state["output_shape"][:-1], strict=True,
    ):  # fmt: skip
        fits = [pad for pad in range(40) if (size + 2 * pad - d * (k - 1) - 1) // s + 1 == out
                and size + 2 * pad > d * (k - 1)]  # fmt: skip
        if not fits:
            return None
        pads.append(fits[0])
    return convolved(x, w, arguments["strides"], arguments["dilation_rate"], pads, groups)


# The code


def torch_code(page: Page) -> str:
    open_depth(page, "code")
    control_of(page, "code.pytorch").click()
    return page.inner_text("pre code")


def steps_of(code: str) -> list[tuple[str, list[Any], dict[str, Any]]]:
    """The modules of a code as (name, arguments, keywords)."""
    tree = ast.parse(code, mode="eval").body
    assert isinstance(tree, ast.Call)
    calls = tree.args if tree.func.attr == "Sequential" else [tree]  # type: ignore[attr-defined]
    return [
        (
            call.func.attr,  # type: ignore[attr-defined]
            [ast.literal_eval(one) for one in call.args],  # type: ignore[attr-defined]
            {one.arg: ast.literal_eval(one.value) for one in call.keywords},  # type: ignore[attr-defined]
        )
        for call in calls
    ]


def padded(x: Array, pads: tuple[int, ...]) -> Array:
    """PyTorch's ZeroPad: the last axis' pads come first, and a negative one crops."""
    pairs = [pads[i : i + 2] for i in range(0, len(pads), 2)][::-1]
    x = np.pad(x, [(0, 0), *((max(a, 0), max(b, 0)) for a, b in pairs)])
    cuts = [slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, x.shape[1:], strict=True)]
    return x[(slice(None), *cuts)]


def run(code: str, state: dict[str, Any]) -> Array:
    """The code on the state's input and weights, channels first."""
    x, weights = first(state["input"]), [np.array(w, dtype=float) for w in state["weights"]]
    bias = weights.pop() if state["arguments"]["use_bias"] else None
    for name, given, more in steps_of(code):
        if name.startswith("ZeroPad"):
            x = padded(x, given[0])
        elif name.startswith("Conv"):
            kernel, stride = weights.pop(0), more.get("stride", (1,) * (x.ndim - 1))
            dilation = more.get("dilation", (1,) * (x.ndim - 1))
            assert given[0] == len(x) and tuple(given[2]) == kernel.shape[:-2]
            if name.startswith("ConvTranspose"):
                extra = more.get("output_padding", (0,) * len(stride))
                x = scattered(x, np.moveaxis(kernel, (-1, -2), (0, 1)), stride, dilation, extra)
            else:
                groups = more.get("groups", 1)
                if groups > 1 and state["layer"] in ("DepthwiseConv2D", "SeparableConv2D"):
                    kernel = kernel.reshape(*kernel.shape[:-2], 1, -1)
                w = np.moveaxis(kernel, (-1, -2), (0, 1))
                x = convolved(
                    x, w, stride, dilation, more.get("padding", (0,) * len(stride)), groups
                )
            assert len(x) == given[1]
            if more["bias"]:
                x = x + np.reshape(bias, (-1,) + (1,) * (x.ndim - 1))
        else:
            x = activation_of(state["arguments"]["activation"])(x)
    return x


@pytest.mark.parametrize("layer", LAYERS)
def test_the_code_for_pytorch_computes_what_the_layer_does(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    paddings = ["valid", "same", *(["causal"] if layer == "Conv1D" else [])]
    count = 0
    show_to_tell(offline, tmp_path, convlab.Explorer(layer))
    for wish, padding in product(settings(layer, 8), paddings):
        more = {"activation": "relu" if count % 3 else "linear", "use_bias": count % 4 != 1}
        try:
            explorer = convlab.Explorer(layer, **wish, padding=padding, **more)
        except ConvlabError:
            continue
        tell(offline, explorer)
        state = state_of(offline)
        code = torch_code(offline)
        assert_close(run(code, state), first(state["output"]), FLOAT64, code)
        count += 1
    assert count >= 10


def test_groups_stand_in_the_code_for_pytorch(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=4, filters=4, groups=2))
    code, state = torch_code(offline), state_of(offline)
    assert "groups=2" in code
    assert_close(run(code, state), first(state["output"]), FLOAT64)


def test_the_code_for_keras_makes_the_layer_shown(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2DTranspose", output_padding=(1, 0)))
    open_depth(offline, "code")
    code = offline.inner_text("pre code")
    name, _, body = code.removeprefix("keras.layers.").partition("(")
    given = dict(line.strip().rstrip(",").split("=") for line in body.strip(" )\n").splitlines())
    state = state_of(offline)
    assert name == state["layer"]
    assert {key: ast.literal_eval(value) for key, value in given.items()} == {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in state["arguments"].items()
    }


def test_the_switch_is_there_for_same_alone(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    assert control_of(offline, "pytorch").count() == 0
    choose(offline, "padding", "same")
    control_of(offline, "pytorch").check()
    assert "PyTorch" in offline.inner_text(".beside")
    choose(offline, "padding", "valid")
    assert offline.inner_text(".beside") == ""

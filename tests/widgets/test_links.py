"""The state of an explorer as a link: written, read, and what of it cannot be read."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from convlab import Explorer
from convlab.errors import ConvlabError
from convlab.layers import LAYERS
from convlab.widgets.links import PROPERTIES
from convlab.widgets.settings import SETTINGS, settings_of

NOT_IN_LINKS = {"wish", "carried", "unread"}


def state_of(explorer: Explorer) -> dict[str, Any]:
    shown = {name: one for name, one in explorer.shown.items() if name not in NOT_IN_LINKS}
    own = {*settings_of(explorer.layer_name)}
    return {name: one for name, one in shown.items() if name not in {*SETTINGS} - own}


def moved(name: str, random: Random) -> Explorer:
    """An explorer after some legal changes."""
    explorer = Explorer(name)
    changes: list[dict[str, Any]] = [
        {"padding": "same"}, {"strides": 2}, {"kernel_size": 2}, {"dilation_rate": 2},
        {"channels": 4, "filters": 4}, {"groups": 2}, {"activation": "relu"}, {"sizes": 7},
        {"use_bias": False}, {"data_format": "channels_first"}, {"output_padding": 1},
        {"depth_multiplier": 2}, {"gradient": "own"}, {"true_convolution": True},
        {"view": "zeros"}, {"speed": 9}, {"partial": True}, {"pytorch": True},
        {"language": "zh_TW"}, {"layer_name": random.choice(list(LAYERS))},
    ]  # fmt: skip
    for change in random.sample(changes, 9):
        try:
            explorer.change(**change)
        except ConvlabError:
            continue
    place = tuple(random.randrange(size) for size in explorer.output_shape)
    explorer.change(position=place, own={place: 2.5})
    explorer.weights = [np.round(w * random.random(), 2) for w in explorer.weights]
    return explorer


@pytest.mark.parametrize("name", LAYERS)
def test_a_link_opens_what_it_was_taken_from(name: str) -> None:
    for seed in range(12):
        explorer = moved(name, Random(seed))
        other = Explorer.from_link(explorer.link("page.html?x=1"))
        assert state_of(other) == state_of(explorer)
        assert other.unread == []
        np.testing.assert_array_equal(other.input, explorer.input)
        for one, two in zip(other.weights, explorer.weights, strict=True):
            np.testing.assert_array_equal(one, two)
        assert other.link("page.html?x=1") == explorer.link("page.html?x=1")


def test_a_link_lists_what_differs_from_the_layers_own_start() -> None:
    explorer = Explorer("Conv2DTranspose", language="en")
    assert explorer.link() == "#layer=Conv2DTranspose&language=en"
    explorer.change(strides=1, output_padding=None, padding="same", position=(1, 2, 0))
    assert explorer.link("a") == (
        "a#layer=Conv2DTranspose&strides=1,1&padding=same&position=1,2,0&language=en"
    )
    explorer.change(strides=2, output_padding=1, own={(0, 1, 0): 2.0})
    assert "output_padding=1,1" in explorer.link()
    assert "own=" + quote('{"0|1|0":2}') in explorer.link()


def test_every_property_is_listed_once_and_is_part_of_the_state() -> None:
    names = [one["name"] for one in PROPERTIES]
    assert len(names) == len({*names})
    shown = {*Explorer("Conv2D").shown} - NOT_IN_LINKS
    assert {*names} == shown | {"input", "kernel", "pointwise", "bias"}


def test_the_order_of_the_parts_does_not_matter() -> None:
    parts = "layer=Conv2D sizes=9,9 kernel_size=7,7 strides=2,2 position=1,1,0 input=digit".split()
    expected = Explorer.from_link("#" + "&".join(parts))
    assert expected.unread == [] and expected.position == (1, 1, 0)
    for seed in range(20):
        other = Explorer.from_link("#" + "&".join(Random(seed).sample(parts, len(parts))))
        assert other.shown == expected.shown
        np.testing.assert_array_equal(other.input, expected.input)


POOL = '{"fill":"ramp","block":[[[1e999]]]}'
UNREAD = [
    "color=red", "shown=1", "layer=Dense", "layer_name=Conv1D",
    "sizes", "sizes=", "sizes=5", "sizes=5,7,9", "sizes=-1,5", "sizes=5,1e3", "sizes=65,5",
    "sizes=none", "kernel_size=0,3", "padding=sideways", "padding=%E4%B8", "padding=%",
    "activation=threshold", "groups=2", "depth_multiplier=2", "use_bias=maybe",
    "position=9,9,9", "position=0,0", "speed=99", "speed=fast", "view=up", "preset=nothing",
    "tour_step=3", "language=fr", "gradient=ones&gradient=one",
    "own=%7B%22x%22%3A1%7D", "own=[1]", "own={", "own=" + "[" * 3000,
    "input=nothing", "input=%7B%7D", "input=NaN", f"input={quote(POOL)}",
]  # fmt: skip


@pytest.mark.parametrize("part", UNREAD, ids=lambda part: part[:30])
def test_what_cannot_be_read_is_named_and_left_out(part: str) -> None:
    plain = Explorer.from_link("#strides=2,2")
    explorer = Explorer.from_link(f"#{part}&strides=2,2")
    names = [one if len(one) <= 60 else one[:60] + "…" for one in part.split("&")]
    assert explorer.unread == explorer.shown["unread"] == names
    assert {**explorer.shown, "unread": []} == plain.shown


@pytest.mark.parametrize(
    ("parts", "left_out"),
    [
        (["strides=2,2", "dilation_rate=2,2"], ["strides=2,2"]),
        (["kernel_size=7,7", "sizes=16,16"], []),
        (["kernel_size=7,7"], ["kernel_size=7,7"]),
        (["channels=4", "groups=2", "filters=4"], []),
        (["channels=4", "groups=2"], ["groups=2"]),
    ],
)
def test_of_settings_that_are_refused_together_the_fewest_are_left_out(
    parts: list[str], left_out: list[str]
) -> None:
    for seed in range(4):
        shuffled = Random(seed).sample(parts, len(parts))
        assert Explorer.from_link("#" + "&".join(shuffled)).unread == left_out


def test_ten_thousand_characters_of_garbage_open_a_widget_with_words() -> None:
    random = Random(1)
    for letters in ("abc=&%#,{}[]\"'5<>\\", "".join(map(chr, range(1, 800)))):
        link = "#" + "".join(random.choice(letters) for _ in range(10_000))
        explorer = Explorer.from_link(link)
        assert explorer.unread
        assert len(json.dumps(explorer.unread)) < 10_000
        assert explorer.layer()(explorer.input[None]).shape[1:] == explorer.output_shape
        assert "<script>alert" not in Explorer.from_link("#<script>alert(1)</script>").to_html()


@pytest.mark.parametrize("link", [None, 3, b"#layer=Conv1D", ["#layer=Conv1D"]])
def test_what_is_no_text_is_no_link(link: Any) -> None:
    with pytest.raises(ConvlabError, match="must be the text of a link"):
        Explorer.from_link(link)


def test_what_is_given_besides_comes_before_the_link() -> None:
    link = "#layer=Conv2D&padding=same&sizes=6,6"
    explorer = Explorer.from_link(link, controls=["strides"], sizes=(8, 8), language="zh_TW")
    assert (explorer.sizes, explorer.padding, explorer.language) == ((8, 8), "same", "zh_TW")
    assert explorer.given["controls"] == ["strides"]
    assert Explorer.from_link("#layer=Conv2D", layers=["Conv1D"]).unread == ["layer=Conv2D"]


def test_a_preset_in_a_link_is_a_caption() -> None:
    explorer = Explorer("Conv2D", preset="same_uneven")
    explorer.strides = 1
    other = Explorer.from_link(explorer.link())
    assert (other.preset, other.strides, other.sizes) == ("same_uneven", (1, 1), (4, 6))

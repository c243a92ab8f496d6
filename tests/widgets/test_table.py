"""The table of wiring that the browser looks up: what geometry and the layers say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from convlab import use_language
from convlab.errors import ConvlabError
from convlab.geometry import Axis, Stage, TransposedAxis
from convlab.widgets.labels import labels
from convlab.widgets.presets import LESSONS
from convlab.widgets.ranges import (
    LAYERS,
    PER_AXIS,
    checked,
    legal,
    make_layer,
    ranges_for,
    starting,
    widest,
)
from convlab.widgets.table import key, links, refusal, table

each_layer = pytest.mark.parametrize("name", LAYERS)


def usual(name: str) -> dict[str, tuple[int, int]]:
    return ranges_for(name, starting(name))


def decoded(text: str) -> list[int | None]:
    """As the browser reads a line."""
    return [None if sign == "." else ord(sign) - 48 for sign in text]


def paths(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    for step, branch in tree.items():
        if isinstance(branch, dict):
            yield from paths(branch, (*path, step))
        else:
            yield (*path, step), branch


def axis_of(name: str, path: tuple[str, ...]) -> Axis | TransposedAxis:
    """Geometry's own record, asked on the last axis (the table was built on the first)."""
    kernel, stride, dilation, padding, *extra, size = path
    rank = LAYERS[name].rank
    values = {"kernel_size": kernel, "strides": stride, "dilation_rate": dilation}
    settings = {**starting(name), "channels": 1, "padding": padding}
    for argument, number in values.items():
        settings[argument] = (*(1,) * (rank - 1), int(number))
    if extra and extra[0] != "null":
        settings["output_padding"] = (0, int(extra[0]))
    layer = make_layer(name, settings)
    shape = (1, *(1,) * (rank - 1), int(size), 1)
    return layer.geometry(shape).stages[0].axes[-1]


@each_layer
def test_every_record_says_what_geometry_says(name: str) -> None:
    found = table(name, usual(name))
    legal_paths = [(path, leaf) for path, leaf in paths(found["axes"]) if leaf >= 0]
    assert len(legal_paths) > 300
    for path, leaf in legal_paths:
        axis, record = axis_of(name, path), found["records"][leaf]
        outputs = range(axis.output_size or 0)
        assert record[0] == axis.output_size
        assert record[3] == axis.effective_kernel
        taps = [decoded(row) for row in record[-1].split(" ")]
        places = decoded(record[-2])
        sources = [tuple(places[slot] for slot in row if slot is not None) for row in taps]
        assert sources == [axis.sources(output) for output in outputs], path
        if isinstance(axis, TransposedAxis):
            assert record[1:3] == [axis.crop_before, axis.crop_after]
            slots, stamps = decoded(record[5]), map(decoded, record[6].split(" "))
            targets = [tuple(slots[slot] for slot in row if slot is not None) for row in stamps]
            assert targets == [axis.targets(i) for i in range(axis.input_size or 0)], path
        else:
            assert record[1:3] == [axis.before, axis.after]
            assert record[4] == axis.tail
            assert places.count(None) == (axis.before or 0) + (axis.after or 0)


@each_layer
def test_the_table_gives_the_layers_verdict_on_any_setting(name: str) -> None:
    ranges, random = usual(name), np.random.default_rng(7)
    found = table(name, ranges)
    refused = 0
    for _ in range(600):
        settings = random_settings(name, ranges, found["options"]["padding"], random)
        told = told_by(found, settings)
        try:
            checked(name, settings, ranges)
            allowed = True
        except ConvlabError:
            allowed = False
        assert allowed == (told is None), settings
        refused += not allowed
    assert 20 < refused < 580


def random_settings(
    name: str, ranges: dict[str, tuple[int, int]], paddings: list[str], random: Any
) -> dict[str, Any]:
    settings = {**starting(name), "padding": str(random.choice(paddings))}
    for argument, (least, most) in ranges.items():
        rank = LAYERS[name].rank
        numbers = tuple(int(i) for i in random.integers(least, most + 1, rank))
        settings[argument] = numbers if argument in PER_AXIS else numbers[0]
        if argument == "output_padding":
            settings[argument] = None if random.integers(2) else numbers
    return settings


def told_by(found: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any] | None:
    """The refusal that the browser finds."""
    for names, refused in found["rules"]:
        number = refused.get(key(settings[name] for name in names))
        if number is not None:
            return found["refusals"][number]
    for axis in range(found["rank"]):
        path = [settings[name][axis] for name in PER_AXIS[1:]] + [settings["padding"]]
        if found["transposed"]:
            extra = settings["output_padding"]
            path.append(None if extra is None else extra[axis])
        leaf = found["axes"]
        for step in (*path, settings["sizes"][axis]):
            leaf = leaf[key([step])]
        if leaf < 0:
            return found["refusals"][-1 - leaf]
    return None


def rendered(told: dict[str, Any], language: str, axis: str) -> str:
    """As the browser fills a sentence in."""
    words = labels()[language]

    def word(value: Any) -> str:
        if not isinstance(value, dict):
            return value
        if "axis" in value:
            return words[f"axis.{axis}"]
        if "list" in value:
            return words["list.separator"].join(value["list"])
        return fill(value["term"], value["with"])

    def fill(entry: str, given: dict[str, Any]) -> str:
        return words[entry].format(**{name: word(value) for name, value in given.items()})

    return fill(f"errors.{told['code']}", told["with"])


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("Conv2D", {"kernel_size": (5, 1), "sizes": (3, 3)}),
        ("Conv2D", {"kernel_size": (1, 5), "sizes": (3, 3)}),
        ("Conv1D", {"kernel_size": (4,), "sizes": (3,)}),
        ("Conv2D", {"strides": (2, 1), "dilation_rate": (1, 3)}),
        ("Conv2D", {"channels": 4, "filters": 3, "groups": 2}),
        ("Conv2D", {"channels": 3, "filters": 4, "groups": 2}),
        ("Conv2DTranspose", {"strides": (1, 2), "output_padding": (1, 1)}),
    ],
)
def test_a_refusals_sentence_is_the_layers_own(
    name: str, changes: dict[str, Any], language: str
) -> None:
    settings = {**starting(name), **changes}
    told = told_by(table(name, usual(name)), settings)
    assert told is not None
    with pytest.raises(ConvlabError) as caught:
        legal(name, settings)
    with use_language(language):
        axis = getattr(caught.value.parameters.get("axis"), "key", "axis.none")
        expected = str(caught.value)
    # Along one axis the browser speaks of that axis alone; the sentence names no other.
    assert rendered(told, language, axis.removeprefix("axis.")) == expected


def test_a_choice_along_an_axis_leaves_its_index_open() -> None:
    with pytest.raises(ConvlabError) as caught:
        legal("Conv2D", {**starting("Conv2D"), "kernel_size": (9, 1)})
    choices = refusal(caught.value, along_an_axis=True)["choices"]
    assert ["kernel_size", 5, True] in choices[0]
    assert [["padding", "same"]] in choices


@each_layer
def test_the_links_say_which_channels_meet(name: str) -> None:
    """An impulse in one weight lights exactly the outputs that the links name."""
    found = table(name, usual(name))["links"]
    for chosen in product(*([1, 2, 3] for _ in found["by"])):
        settings = {**starting(name), **dict(zip(found["by"], chosen, strict=True))}
        record = found["stages"][0].get(key(chosen))
        try:
            stage = legal(name, settings).stages[0]
        except ConvlabError:
            assert record is None
            continue
        assert record == links(stage)
        assert_links(name, settings, record, stage)


def assert_links(name: str, settings: dict[str, Any], record: Any, stage: Stage) -> None:
    from convlab.layers.stages import apply_stage

    sizes = settings["sizes"]
    for f, met in enumerate(record["of"]):
        for channel, a, b in met:
            kernel = np.zeros(stage.kernel_shape)
            kernel[..., a, b] = 1.0
            x = np.zeros((1, *sizes, stage.channels))
            x[..., channel] = 1.0
            lit = apply_stage(stage, x, kernel).reshape(-1, stage.filters).max(axis=0) > 0
            assert list(np.flatnonzero(lit)) == [f]


@each_layer
def test_a_table_is_smaller_than_200_kB_even_at_its_widest(name: str) -> None:
    for ranges in (usual(name), widest(name)):
        text = json.dumps(table(name, ranges), separators=(",", ":"))
        assert len(text.encode()) < 200_000


@each_layer
def test_no_index_of_a_table_leaves_plain_ASCII(name: str) -> None:
    assert json.dumps(table(name, widest(name)), ensure_ascii=False).isascii()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson["id"])
def test_a_preset_is_within_reach_and_has_its_words(lesson: dict[str, Any]) -> None:
    name = lesson["layer"]
    settings = {**starting(name), **lesson["settings"]}
    if lesson["id"] == "stride_dilation":
        with pytest.raises(ConvlabError, match="cannot both exceed 1"):
            checked(name, settings, usual(name))
    else:
        assert checked(name, settings, usual(name)) == settings
    for language in ("en", "zh_TW"):
        assert labels()[language][f"explorer.preset_{lesson['id']}"]
        assert labels()[language][f"explorer.caption_{lesson['id']}"]

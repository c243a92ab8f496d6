"""Whatever is handed to a picture: it is drawn, or refused in words, with choices that work."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convlab
from convlab.errors import ConvlabError
from convlab.i18n import LANGUAGES
from tests.plots.figures import animated

FILM = animated(convlab.Conv2D(1, 2), (1, 2, 3, 1))
DRAWING = convlab.coverage_map(convlab.Conv1D(1, 3), (None, 8, 1))
LAYERS = [
    convlab.Conv1D(2, 3, padding="causal"),
    convlab.Conv2D(4, (2, 3), groups=2, strides=(1, 2)),
    convlab.Conv2D(4, 2, activation="glu"),
    convlab.DepthwiseConv2D(2, depth_multiplier=2, data_format="channels_first"),
    convlab.SeparableConv2D(3, 2, padding="same"),
    convlab.Conv2DTranspose(2, 3, strides=2),
]


def shape_of(layer: convlab.Layer) -> tuple[int, ...]:
    return (1, 2, 5, 6) if layer.data_format == "channels_first" else (1, *(5, 6)[: layer.rank], 2)


def read_only() -> np.ndarray:
    array = np.ones((1, 5, 6, 2))
    array.flags.writeable = False
    return array


class Foreign:
    """Of another library, with a shape of its own."""

    shape = ("a", None)

    def __repr__(self) -> str:
        return "Foreign()"


# Each is made anew for every call: a generator can be read once.
ODD: list[Callable[[], Any]] = [
    lambda: None, lambda: "", lambda: "light", lambda: "\0", lambda: "\ud800", lambda: "0",
    lambda: b"0", lambda: 0, lambda: 1, lambda: -1, lambda: True, lambda: 2, lambda: 10**12,
    lambda: -(10**30), lambda: 0.0, lambda: 0.5, lambda: -0.5, lambda: 1e-3, lambda: 1e300,
    lambda: float("nan"), lambda: float("inf"), lambda: -float("inf"), lambda: 1j,
    lambda: Fraction(1, 2), lambda: Decimal("NaN"), lambda: np.int64(1), lambda: np.int8(-1),
    lambda: np.uint8(1), lambda: np.float32(1), lambda: np.bool_(True), lambda: np.str_("dark"),
    lambda: np.array(1), lambda: np.array(np.nan), lambda: np.array([1]), lambda: np.array([0, 1]),
    lambda: np.array([]), lambda: np.array([[0, 1], [1, 0]]), lambda: np.array(["light", "a"]),
    lambda: np.array([None, 1]), lambda: [], lambda: (), lambda: [0], lambda: (1, 0, 1),
    lambda: [0, -1], lambda: [1, "a"], lambda: [[1], [0, 1]], lambda: {0}, lambda: {"a": 1},
    lambda: range(40), lambda: range(10**12), lambda: (n for n in (1, 0)),
    lambda: itertools.count(), lambda: itertools.repeat(0), lambda: Foreign(), lambda: Foreign,
    lambda: convlab.Conv2D, lambda: convlab.Conv2D(1, 2), lambda: ("Conv2D", {"filters": 1}),
    lambda: [convlab.Conv2D(1, 2)], lambda: np.ones(3), lambda: np.ones((5, 6)),
    lambda: np.ones((1, 5, 6, 2)), lambda: np.ones((2, 5, 2), int), lambda: read_only(),
    lambda: np.ones((0, 5, 6, 2)), lambda: np.ones((1, 0, 6, 2)), lambda: np.ones((1, 5, 6, 0)),
    lambda: np.ones((1, 2, 5, 6), bool), lambda: np.full((1, 5, 6, 2), np.inf),
    lambda: np.full((1, 5, 2), np.nan), lambda: np.ones((1, 5, 6, 2))[:, ::-1],
    lambda: np.ma.ones((1, 5, 6, 2)), lambda: np.ma.array(np.ones((1, 5, 2)), mask=True),
    lambda: np.ones((1, 60, 60, 2)), lambda: np.array([object()]), lambda: np.zeros(2, "M8[s]"),
    lambda: (None, 5, 6, 2), lambda: (0, 5, 6, 2), lambda: (None, None, 6, 2), lambda: (1, 5, 6),
    lambda: (None, None, None, None), lambda: (1, 0, 6, 2), lambda: (1, 1, 1, 2), lambda: (5, 6),
    lambda: (1, 300, 300, 2), lambda: (1, 10**9, 6, 2), lambda: (1, 10**9, 2), lambda: (1, 2, 3),
    lambda: (1, 5, 6, 10**9), lambda: [1, 5, 6, 2], lambda: np.array([1, 5, 6, 2]),
    lambda: (1, 5.0, 6, 2), lambda: (1, float("nan"), 6, 2), lambda: (1, "5", 6, 2),
    lambda: iter((1, 5, 6, 2)), lambda: "film.gif", lambda: "film.png", lambda: "a/film.svg",
    lambda: ".", lambda: "..", lambda: ".gif", lambda: "film.", lambda: "film.GIF",
    lambda: "x" * 300, lambda: "x" * 300 + ".png", lambda: Path("film.png"), lambda: b"film.png",
    lambda: "folder.png", lambda: "folder", lambda: "film.mp4",
]  # fmt: skip

PICTURES = {
    "animate": ["layer", "x", "sample", "filters", "channels", "view", "every", "title", "theme"],
    "diagram": ["layer", "input_shape", "theme"],
    "coverage_map": ["layer", "input_shape", "theme"],
    "matrix_map": ["layer", "input_shape", "theme"],
}
FILES = [(FILM, "film.gif", "fps"), (FILM, "film.png", "index"), (FILM, "film.png", "path"),
         (FILM, "film.html", "path"), (DRAWING, "drawing.png", "path")]  # fmt: skip


def call(name: str, arguments: dict[str, Any]) -> object:
    made = getattr(convlab, name)(**arguments)
    # What is only made when somebody looks must not fail either.
    if name == "animate":
        assert len(made.film) == len(made) >= 1
        assert made.film[-1].looks
    return made


def changed(arguments: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """A call with a choice applied: to its own arguments, to its layer's, or to its array."""
    arguments, others = dict(arguments), {}
    for key, value in choice.items():
        if key in arguments:
            arguments[key] = value
        elif key == "input_shape":
            arguments["x"] = np.ones([1 if size is None else size for size in value])
        else:
            others[key] = value
    if isinstance(layer := arguments.get("layer"), convlab.layers.Layer):
        # Anew, for the choice before this one has built it.
        arguments["layer"] = type(layer).from_config({**layer.get_config(), **others})
    else:
        assert not others
    return arguments


def answered(call: Callable[[dict[str, Any]], object], arguments: dict[str, Any]) -> bool:
    """Whether the call works; where it is refused, in two languages, every choice works."""
    try:
        call(arguments)
    except ConvlabError as error:
        refused = error
    else:
        return True
    for language in LANGUAGES:
        with convlab.use_language(language):
            assert str(refused)
    for choice in refused.choices:
        call(changed(arguments, choice))
    return False


@settings(max_examples=3000, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_an_odd_argument_is_drawn_or_refused_with_choices_that_work(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(PICTURES)))
    layer = data.draw(st.sampled_from(LAYERS))
    shape = shape_of(layer)
    arguments = {"layer": type(layer).from_config(layer.get_config())}
    if name == "animate":
        arguments |= {"x": np.ones(shape), "every": 7}
        arguments |= {"sample": 0, "filters": 0, "channels": None, "view": "both", "title": None}
        arguments |= {"theme": None}
    else:
        arguments |= {"input_shape": shape, "theme": "light"}
    odd = data.draw(st.sampled_from(PICTURES[name]))
    arguments[odd] = data.draw(st.sampled_from(ODD))()
    answered(lambda arguments: call(name, arguments), arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.png").mkdir()
    return tmp_path


@pytest.mark.parametrize(("picture", "path", "odd"), FILES)
def test_an_odd_file_is_written_or_refused_with_choices_that_work(
    picture: Any, path: str, odd: str, folder: Path
) -> None:
    before = set(folder.iterdir())
    written: set[str] = set()

    def save(arguments: dict[str, Any]) -> None:
        # Many refusals have the same choices: each is tried once.
        if repr(arguments) not in written:
            picture.save(**arguments)
            file = Path(os.fsdecode(arguments["path"]))
            assert file.stat().st_size > 100
            file.unlink()
            written.add(repr(arguments))

    for value in ODD:
        answered(save, {"path": path, odd: value()})
        assert set(folder.iterdir()) == before
    assert written

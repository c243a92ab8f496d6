"""Whatever is handed to a picture: it is drawn, or refused in words, with choices that work."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convlab
from convlab.choices import applied
from convlab.errors import ConvlabError
from convlab.i18n import LANGUAGES
from tests.odd import VALUES
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


class Foreign:
    """Of another library, with a shape of its own."""

    shape = ("a", None)


# Beside the odd values of all public calls, those that are odd for a picture alone.
ODD: dict[str, Callable[[], Any]] = {
    **VALUES,
    "theme": lambda: "dark", "Foreign": lambda: Foreign(), "numpy theme": lambda: np.str_("dark"),
    "numbers": lambda: [0, 1], "twice": lambda: (1, 0, 1), "one wrong": lambda: [0, -1],
    "one text": lambda: [1, "a"], "many numbers": lambda: range(40),
    "a great many": lambda: range(10**12), "counting for ever": lambda: itertools.count(),
    "0 for ever": lambda: itertools.repeat(0), "floats": lambda: np.array([0.0, 1.0]),
    "mask": lambda: np.array([True, False]), "int8": lambda: np.int8(-1), "1e300": lambda: 1e300,
    "0.001": lambda: 1e-3, "1/2": lambda: Fraction(1, 2), "-0.5": lambda: -0.5,
    "a line": lambda: np.ones((2, 5, 2), int), "an image": lambda: np.ones((1, 5, 6, 2)),
    "two axes": lambda: np.ones((5, 6)), "no channels": lambda: np.ones((1, 5, 6, 0)),
    "no height": lambda: np.ones((1, 0, 6, 2)), "channels first": lambda: np.ones((1, 2, 5, 6)),
    "infinite line": lambda: np.full((1, 5, 2), np.inf),
    "line of NaN": lambda: np.full((1, 5, 2), np.nan),
    "view": lambda: np.ones((1, 5, 6, 2))[:, ::-1],
    "masked image": lambda: np.ma.ones((1, 5, 6, 2)),
    "masked line": lambda: np.ma.array(np.ones((1, 5, 2)), mask=True),
    "many steps": lambda: np.ones((1, 60, 60, 2)), "a shape": lambda: (None, 5, 6, 2),
    "unknown size": lambda: (None, None, 6, 2), "all unknown": lambda: (None,) * 4,
    "small": lambda: (1, 1, 1, 2), "large": lambda: (1, 300, 300, 2), "sizes": lambda: (5, 6),
    "very large": lambda: (1, 10**9, 6, 2), "very long": lambda: (1, 10**9, 2),
    "very deep": lambda: (1, 5, 6, 10**9), "no height, a shape": lambda: (1, 0, 6, 2),
    "an array of sizes": lambda: np.array([1, 5, 6, 2]), "NaN high": lambda: (1, np.nan, 6, 2),
    "sizes once": lambda: iter((1, 5, 6, 2)), "a name": lambda: "film.png", "GIF": lambda: "a.GIF",
    "a folder that is not there": lambda: "a/film.svg", "here": lambda: ".", "above": lambda: "..",
    "ending alone": lambda: ".gif", "no ending": lambda: "film.", "long": lambda: "x" * 300,
    "long name": lambda: "x" * 300 + ".png", "path": lambda: Path("film.png"), "null": lambda: "\0",
    "name in bytes": lambda: b"film.png", "a folder's name": lambda: "folder.png",
    "folder": lambda: "folder", "film": lambda: "film.mp4",
}  # fmt: skip

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
    own = {key: value for key, value in choice.items() if key in arguments}
    others = {key: value for key, value in choice.items() if key not in arguments}
    arguments = applied(arguments, own)
    if "x" in arguments and "input_shape" in others:
        shape = others.pop("input_shape")
        arguments["x"] = np.ones([1 if size is None else size for size in shape])
    if isinstance(layer := arguments.get("layer"), convlab.layers.Layer):
        # Anew, for the choice before this one has built it.
        config = applied(layer.get_config(), others)
        arguments["layer"] = type(layer).from_config(config)
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
    arguments[odd] = ODD[data.draw(st.sampled_from(list(ODD)))]()
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

    for value in ODD.values():
        answered(save, {"path": path, odd: value()})
        assert set(folder.iterdir()) == before
    assert written

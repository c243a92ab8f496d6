"""No figure, in either language, has a character that its fonts lack."""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import convlab
from convlab.i18n import catalogue
from convlab.plots.scene import number
from convlab.plots.typeface import styled
from convlab.style import FONTS
from tests.plots.figures import animations, figures

ROOT = Path(__file__).parents[2]
OURS = files("convlab.plots") / "fonts" / "ConvlabSansTC-Regular.otf"
# Signs for HTML and terminals, never for a figure.
UNDRAWN = set("\n\t\ufe0f")


class Refusing(logging.Handler):
    """Of a formula's missing glyph matplotlib only keeps a log."""

    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage())


@pytest.fixture
def _strict_formulas():
    logger = logging.getLogger("matplotlib.mathtext")
    handler = Refusing()
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


@cache
def drawable() -> set[int]:
    dejavu = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return set(TTFont(OURS).getBestCmap()) | set(TTFont(dejavu).getBestCmap())


@pytest.mark.usefixtures("_strict_formulas")
@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_no_figure_lacks_a_glyph(language: str) -> None:
    with convlab.use_language(language):
        for _, figure in figures():
            FigureCanvasAgg(figure).draw()


@pytest.mark.usefixtures("_strict_formulas")
def test_formulas_beside_chinese_have_their_glyphs() -> None:
    with styled():
        figure = Figure()
        figure.text(
            0.1, 0.5, r"輸出 $\lfloor (n - k') / s \rfloor + 1$，總和 $\sum x \cdot w \times 2$"
        )
        FigureCanvasAgg(figure).draw()


@pytest.mark.usefixtures("_strict_formulas")
def test_a_missing_glyph_in_a_formula_is_found() -> None:
    with styled():
        figure = Figure()
        figure.text(0.1, 0.5, "輸出 \u2603 $x$", family=["Convlab Sans TC"])
        with pytest.raises(AssertionError, match="does not have a glyph"):
            FigureCanvasAgg(figure).draw()


def test_a_missing_glyph_in_a_text_is_found() -> None:
    with styled():
        figure = Figure()
        figure.text(0.1, 0.5, "\U00013000")
        with pytest.raises(UserWarning, match="missing from font"):
            FigureCanvasAgg(figure).draw()


def test_every_character_of_the_catalogue_can_be_drawn() -> None:
    said = {character for entry in catalogue().values() for character in "".join(entry.values())}
    assert {c for c in said - UNDRAWN if ord(c) not in drawable()} == set()


def test_every_word_of_a_cell_can_be_drawn() -> None:
    said = "".join(map(number, [np.inf, -np.inf, np.nan, -1234.5, 1e-9, -1e30]))
    assert {c for c in said if ord(c) not in drawable()} == set()


def test_every_character_of_the_lessons_can_be_drawn() -> None:
    lessons = [path.read_text(encoding="utf-8") for path in (ROOT / "lessons").glob("*.md")]
    assert {c for c in set("".join(lessons)) - UNDRAWN if ord(c) not in drawable()} == set()


def test_the_chinese_font_comes_first_and_its_licence_stands_beside_it() -> None:
    assert FONTS == ("Convlab Sans TC", "DejaVu Sans")
    assert TTFont(OURS)["name"].getDebugName(1) == FONTS[0]
    licence = (files("convlab.plots") / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_minus_sign_is_as_wide_as_a_digit() -> None:
    font = TTFont(OURS)
    widths = {font["hmtx"][font.getBestCmap()[ord(c)]][0] for c in "−0123456789"}
    assert len(widths) == 1


def test_the_texts_of_a_figure_are_in_the_language_in_force() -> None:
    animation = animations()["plane"]
    english = {t.get_text() for t in animation.frame(0).axes[0].texts}
    with convlab.use_language("zh_TW"):
        chinese = {t.get_text() for t in animation.frame(0).axes[0].texts}
    assert "kernel" in english and "卷積核" in chinese and "kernel" not in chinese

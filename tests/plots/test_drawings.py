"""Diagrams, heat maps and matrices: what they show is what the records say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import convlab
from convlab.errors import ArgumentError
from convlab.explanation import coverage, decompositions, matrices
from convlab.plots.drawing import few_colours, rendered
from convlab.style import THEMES, WIDTH
from tests.plots.figures import image_of, seeded


def words(drawing) -> list[str]:
    return [text.get_text() for text in drawing.figure().axes[0].texts if text.get_text()]


def test_a_separable_layer_stands_below_the_standard_one_with_the_ratio_derived() -> None:
    layer = convlab.SeparableConv2D(8, 3)
    said = words(convlab.diagram(layer, (None, 9, 9, 4)))
    standard, *_, separable = decompositions(layer, (None, 9, 9, 4))
    assert (standard.parameters, separable.parameters) == (288, 68)
    assert "= 36 + 32 = 68" in said and "68 / 288 = 17/72" in said
    assert f"{separable.multiply_adds:,}" in said and f"{standard.multiply_adds:,}" in said
    assert said.count("● this layer") == 1


@pytest.mark.parametrize("groups", [2, 4])
def test_a_grouped_layer_is_shown_with_its_own_groups(groups: int) -> None:
    said = words(convlab.diagram(convlab.Conv2D(8, 3, groups=groups), (None, 9, 9, 8)))
    assert f"{groups} groups: a filter sees its group only" in said


def test_of_all_groups_the_middle_ones_stand_for_the_others() -> None:
    said = words(convlab.diagram(convlab.Conv2D(8, 3), (None, 9, 9, 8)))
    assert [line for line in said if "groups" in line] == ["4 groups: a filter sees its group only"]


def test_a_transposed_layer_stands_above_the_convolution_it_reverses() -> None:
    said = words(convlab.diagram(convlab.Conv2DTranspose(3, 4, strides=2), (None, 7, 9, 16)))
    upper, lower = said.index("7 × 9 × 16"), said.index("4 × 4 × 16")
    assert upper < lower
    assert said.count("16 × 20 × 3") == said.count("7 × 9 × 16") == 2
    assert "3 × kernel" in said and "16 × kernel" in said and "4 × 4 × 3" in said


def test_unknown_sizes_are_question_marks() -> None:
    said = words(convlab.diagram(convlab.Conv1D(6, 3), (None, None, 4)))
    assert "? × 4" in said and "? × 6" in said


def test_a_heat_map_holds_the_counts() -> None:
    layer = convlab.Conv2DTranspose(1, 3, strides=2)
    said = words(convlab.coverage_map(layer, (None, 3, 4, 1)))
    counts = coverage(layer, (None, 3, 4, 1)).counts
    cells = [int(word) for word in said if word.isdigit()]
    assert cells == counts.ravel().tolist()
    assert "Written 1 to 4 times each. Outputs never written: 0." in said


def test_the_matrix_and_its_transpose_hold_the_weights_and_nothing_else() -> None:
    layer = seeded(convlab.Conv1D(1, 2), (1, 4, 1))
    said = words(convlab.matrix_map(layer, (None, 4, 1)))
    (matrix,) = matrices(layer, (None, 4, 1))
    weights = int((matrix.wiring >= 0).sum())
    numbers = [word for word in said if word.lstrip("−").replace(".", "").isdigit()]
    assert len(numbers) == 2 * weights == 12
    assert "matrix, 3 × 4" in said and "its transpose, 4 × 3" in said


def test_a_drawing_shows_itself_sharp_and_as_wide_as_a_notebook() -> None:
    drawing = convlab.diagram(convlab.Conv2D(8, 3), (None, 9, 9, 4), theme="dark")
    html = drawing._repr_html_()
    assert image_of(html).shape[1] == 2 * WIDTH
    assert f'width="{WIDTH}"' in html
    assert 'alt="diagram of Conv2D(filters=8, kernel_size=(3, 3))"' in html


def test_a_drawing_without_a_theme_has_a_form_for_each() -> None:
    layer, shape = convlab.Conv2D(8, 3), (None, 9, 9, 4)
    html = convlab.diagram(layer, shape)._repr_html_()
    alone = [convlab.diagram(layer, shape, theme=theme)._repr_html_() for theme in THEMES]
    images = re.findall('src="([^"]+)"', html)
    assert images == [re.findall('src="([^"]+)"', each)[0] for each in alone]
    # Without its style sheet only the light one is seen.
    assert re.findall('class="([a-z]+)"( hidden)?', html) == [("light", ""), ("dark", " hidden")]


def test_a_drawing_of_few_colours_looks_as_it_did() -> None:
    drawn = rendered(convlab.diagram(convlab.Conv2D(8, 3), (None, 9, 9, 4)).figure(), 2)
    shown = few_colours(drawn)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= 255
    assert np.abs(shown.astype(int) - drawn[..., :3]).max() < 16


def test_a_drawing_speaks_the_language_in_force() -> None:
    drawing = convlab.diagram(convlab.Conv2D(8, 3), (None, 9, 9, 4))
    with convlab.use_language("zh_TW"):
        assert "輸入" in words(drawing)
    assert "input" in words(drawing)


def test_a_drawing_is_saved_the_same_each_time(tmp_path: Path) -> None:
    drawing = convlab.coverage_map(convlab.Conv1D(1, 3), (None, 8, 1), theme="dark")
    for name in ("one.svg", "two.svg"):
        drawing.save(tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    drawing.save(tmp_path / "three.png")
    with pytest.raises(ArgumentError, match=r"\*\.png"):
        drawing.save(tmp_path / "four.gif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.svg", "three.png", "two.svg"]


def test_a_theme_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ArgumentError, match="theme must be one of"):
        convlab.diagram(convlab.Conv2D(8, 3), (None, 9, 9, 4), theme="blue")


def test_pyplot_is_not_needed() -> None:
    code = "import sys, convlab; convlab.animate; print('matplotlib.pyplot' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_counts_are_drawn_for_one_dimension_too() -> None:
    said = words(convlab.coverage_map(convlab.Conv1D(1, 3, strides=2), (None, 6, 1)))
    assert [word for word in said if word.isdigit()] == ["1", "1", "2", "1", "1", "0"]
    assert np.sum([int(word) for word in said if word.isdigit()]) == 6

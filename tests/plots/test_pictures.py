"""Pictures in a row, signals in a column: what is on show is what was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from convlab.plots import pictures
from convlab.style import LIGHT, WIDTH
from tests.plots.figures import image_of


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was displayed, in order."""
    images: list[Any] = []
    monkeypatch.setattr(pictures, "display", images.append)
    return images


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """What was drawn, in order."""
    drawn: list[Figure] = []
    monkeypatch.setattr(pictures, "_show", lambda figure, *_: drawn.append(figure))
    return drawn


def test_a_row_of_pictures_is_one_picture_as_wide_as_a_notebook(shown):
    pictures.show_pictures([np.eye(6), np.ones((6, 3, 3))], ["a\nb", "<c>"])
    (html,) = (image.data for image in shown)
    height, width, _ = image_of(html).shape
    assert width == WIDTH
    assert f'width="{width}" height="{height}"' in html
    assert 'alt="a b, &lt;c&gt;"' in html


def test_zero_is_the_middle_grey_only_where_there_are_negative_numbers():
    signed, plain = Figure().subplots(1, 2)
    pictures._draw(signed, np.array([[-2.0, 1.0]]), LIGHT.negative)
    pictures._draw(plain, np.array([[0.0, 1.0]]), LIGHT.negative)
    assert signed.images[0].get_clim() == (-2, 2)
    assert plain.images[0].get_clim() == (0, 1)
    assert not signed.axison


def test_pixels_are_never_blurred():
    axis = Figure().subplots()
    pictures._draw(axis, np.eye(3), LIGHT.negative)
    assert axis.images[0].get_interpolation() == "nearest"


def test_signals_are_as_sharp_as_a_fine_screen(shown):
    pictures.show_signals([np.arange(20.0)], ["one"])
    html = shown[0].data
    assert image_of(html).shape[1] == 2 * WIDTH
    assert f'width="{WIDTH}"' in html and 'alt="one"' in html


def test_signals_share_one_time_axis(figures):
    long, short = np.arange(20.0), np.ones((15, 2))
    pictures.show_signals([long, short], ["long", "short"])
    (figure,) = figures
    upper, lower = figure.axes
    assert upper.get_xlim() == lower.get_xlim()
    assert [len(axis.lines) for axis in figure.axes] == [1, 2]
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["long", "short"]
    np.testing.assert_array_equal(upper.lines[0].get_ydata(), long)


def test_a_signal_may_be_a_list_of_numbers(figures):
    pictures.show_signals([[0.5, 0.25], [np.float64(1), np.inf]], ["losses", "one is not finite"])
    titles = [axes.get_title(loc="left") for axes in figures[0].axes]
    assert titles[0] == "losses" and "∞" in titles[1]

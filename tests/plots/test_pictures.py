"""Pictures in a row, signals in a column: what is on show is what was given."""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.image import imread

from convlab.plots import pictures
from convlab.style import LIGHT, WIDTH


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, in order."""
    images = []
    monkeypatch.setattr(pictures, "display", images.append)
    return images


def test_a_row_of_pictures_is_one_jpeg_as_wide_as_a_notebook(shown):
    pictures.show_pictures([np.eye(6), np.ones((6, 3, 3))], ["a\nb", (6, 3, 3)])
    (image,) = shown
    assert imread(BytesIO(image.data), format="jpeg").shape[1] == image.width == WIDTH
    assert plt.get_fignums() == []


def test_zero_is_the_middle_grey_only_where_there_are_negative_numbers():
    _, (signed, plain) = plt.subplots(1, 2)
    pictures._draw(signed, np.array([[-2.0, 1.0]]), LIGHT.negative)
    pictures._draw(plain, np.array([[0.0, 1.0]]), LIGHT.negative)
    assert signed.images[0].get_clim() == (-2, 2)
    assert plain.images[0].get_clim() == (0, 1)
    assert not signed.axison
    plt.close("all")


def test_pixels_are_never_blurred():
    _, axis = plt.subplots()
    pictures._draw(axis, np.eye(3), LIGHT.negative)
    assert axis.images[0].get_interpolation() == "nearest"
    plt.close("all")


def test_signals_share_one_time_axis(monkeypatch):
    figures = []
    monkeypatch.setattr(plt, "show", lambda: figures.append(plt.gcf()))
    long, short = np.arange(20.0), np.ones((15, 2))
    pictures.show_signals([long, short], ["long", "short"])
    (figure,) = figures
    upper, lower = figure.axes
    assert upper.get_xlim() == lower.get_xlim()
    assert [len(axis.lines) for axis in figure.axes] == [1, 2]
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["long", "short"]
    np.testing.assert_array_equal(upper.lines[0].get_ydata(), long)
    plt.close("all")


def test_a_signal_may_be_a_list_of_numbers(monkeypatch):
    monkeypatch.setattr(pictures.plt, "show", lambda: None)
    pictures.show_signals([[0.5, 0.25], [np.float64(1), np.inf]], ["losses", "one is not finite"])
    titles = [axes.get_title(loc="left") for axes in pictures.plt.gcf().axes]
    pictures.plt.close()
    assert titles[0] == "losses" and "∞" in titles[1]

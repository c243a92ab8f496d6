"""Pictures in a row, signals in a column: what is on show is what was given."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from convlab import ConvlabError, show_pictures, show_signals
from convlab.plots import pictures
from convlab.style import LIGHT, WIDTH


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was displayed, in order."""
    found: list[str] = []
    monkeypatch.setattr(pictures, "display", lambda html: found.append(html.data))
    return found


def images_of(html: str) -> list[Any]:
    sources = re.findall(r'src="data:image/webp;base64,([^"]+)"', html)
    return [np.asarray(Image.open(BytesIO(b64decode(source))).convert("RGB")) for source in sources]


def paths_of(html: str) -> list[list[list[tuple[float, float]]]]:
    """The points of each path of each signal."""
    sources = re.findall(r'src="data:image/svg[^,]+,([^"]+)"', html)
    drawings = [re.findall(r'd="M([^"h]+)', b64decode(source).decode()) for source in sources]
    return [
        [[tuple(map(float, point.split())) for point in path.split("L")] for path in paths]
        for paths in drawings
    ]


def levels(image: Any) -> list[int]:
    return image[..., 0].ravel().tolist()


def test_a_row_of_pictures_is_as_wide_as_a_notebook_and_its_titles_are_text(shown):
    show_pictures([np.eye(6), np.ones((6, 3, 3))], ["a\nb", "<c>"])
    widths = [int(width) for width in re.findall(r' width="([0-9]+)"', shown[0])]
    heights = [int(height) for height in re.findall(r' height="([0-9]+)"', shown[0])]
    assert sum(widths) + 12 == pytest.approx(WIDTH, abs=2) or heights[0] == round(WIDTH / 2.4)
    assert abs(heights[0] - heights[1]) <= 1
    assert "a<br>b</figcaption>" in shown[0] and "&lt;c&gt;</figcaption>" in shown[0]
    assert 'alt="a b"' in shown[0]


def test_pixels_are_stored_as_they_are_and_enlarged_sharply(shown):
    show_pictures([np.array([[0, 1, 2], [4, 2, 0]])], ["a"])
    assert levels(images_of(shown[0])[0]) == [0, 64, 128, 255, 128, 0]
    assert "image-rendering:pixelated" in shown[0]


def test_zero_is_the_same_grey_in_all_pictures_of_a_row(shown):
    show_pictures([np.array([[0, 1]]), np.array([[-2, 0]])], ["plain", "signed"])
    plain, signed = map(levels, images_of(shown[0]))
    assert plain == [128, 255] and signed == [0, 128]
    show_pictures([np.array([[0, 1]])], ["alone"])
    assert levels(images_of(shown[1])[0]) == [0, 255]


def test_one_scale_shows_a_darker_picture_darker(shown):
    for one_scale in (False, True):
        show_pictures([np.array([[0, 1]]), np.array([[0, 2]])], ["a", "b"], one_scale=one_scale)
    assert [levels(image)[1] for html in shown for image in images_of(html)] == [255, 255, 128, 255]


def test_colours_of_integers_count_to_255(shown):
    show_pictures([np.full((2, 2, 3), 51), np.full((2, 2, 3), 0.2)], ["a", "b"])
    one, other = images_of(shown[0])
    assert (one == 51).all() and (other == 51).all()


def test_what_is_not_finite_is_purple_and_counted(shown):
    grey = np.array([[1.0, np.inf], [np.nan, -np.inf]])
    colour = np.ones((2, 2, 3))
    colour[0, 0, 1] = np.nan
    show_pictures([grey, colour, np.full((2, 2), np.nan)], ["a", "b", "c"])
    purple = np.round(np.array(to_rgb(LIGHT.negative)) * 255)
    counts = [int((image == purple).all(axis=2).sum()) for image in images_of(shown[0])]
    assert counts == [3, 1, 4]
    assert "a<br>(NaN: 1, −∞: 1, ∞: 1)" in shown[0]


def test_a_signal_is_drawn_number_by_number(shown):
    show_signals([[1.0, 3.0, 2.0]], ["one"])
    ((points,),) = paths_of(shown[0])
    assert [step for step, _ in points] == [0, 1, 2]
    heights = [height for _, height in points]
    # Down is up on a page, and the middle value lies in the middle.
    assert heights[0] > heights[2] > heights[1]
    assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2, abs=0.01)
    assert "1 … 3" in shown[0] and 'alt="one"' in shown[0]


def test_signals_share_one_time_axis_and_each_line_has_a_path(shown):
    show_signals([np.arange(20.0), np.ones((15, 2))], ["long", "short"])
    long, short = paths_of(shown[0])
    assert [len(long), len(short)] == [1, 2]
    assert [path[-1][0] for path in (*long, *short)] == [19, 14, 14]


def test_one_scale_draws_a_lower_signal_lower(shown):
    for one_scale in (False, True):
        show_signals([[0.0, 1.0], [0.0, 4.0]], ["low", "high"], one_scale=one_scale)
    assert all("0 … 1<" in html and "0 … 4<" in html for html in shown)
    rises = [[path[0][0][1] - path[0][1][1] for path in paths_of(html)] for html in shown]
    assert rises[0][0] == pytest.approx(rises[0][1])
    assert 4 * rises[1][0] == pytest.approx(rises[1][1], abs=0.05)


def test_a_gap_is_where_a_signal_is_not_finite(shown):
    show_signals([np.array([1, np.nan, 2, 3, np.inf]), np.ones(4)], ["one", "two"])
    one, two = paths_of(shown[0])
    assert [[step for step, _ in path] for path in one] == [[0], [2, 3]]
    assert len(two) == 1
    assert "one<br>(NaN: 1, ∞: 1)" in shown[0]


BROKEN = [
    (show_pictures, ([np.ones(3)], ["a"])),
    (show_pictures, ([np.ones((0, 3))], ["a"])),
    (show_pictures, (["cat"], ["a"])),
    (show_pictures, (3, "a")),
    (show_pictures, ([np.eye(2)], [])),
    (show_pictures, ([], [])),
    (show_pictures, (None, None)),
    (show_signals, ([np.ones((2, 2, 2))], ["a"])),
    (show_signals, ([[]], ["a"])),
    (show_signals, ([[1, 2]], ["a", "b"])),
    (show_signals, ([object()], ["a"])),
    (show_signals, ([[[1, 2], [3]]], ["a"])),
]


@pytest.mark.parametrize(("show", "given"), BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_shown_is_refused_in_words(show: Any, given: Any, shown: list[str]) -> None:
    with pytest.raises(ConvlabError) as caught:
        show(*given)
    assert str(caught.value) and not shown

"""Pictures as notebooks store them: exact where that is cheap, near enough where it is not."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from convlab.plots.stored import element, webp
from tests.plots.figures import image_of


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def photograph() -> np.ndarray:
    """Smooth, with a grain: what no lossless format makes small."""
    rows, columns = np.mgrid[:300, :400] / 40
    grain = np.random.default_rng(0).normal(0, 4, rows.shape)
    return (128 + 90 * np.sin(rows) * np.cos(columns) + grain).astype(np.uint8)


def stored(pixels: np.ndarray) -> np.ndarray:
    return image_of(f'<img src="{webp(pixels)}">')


@pytest.mark.parametrize("shape", [(3, 4), (9, 9), (9, 9, 3)])
def test_a_few_pixels_are_stored_exactly(shape: tuple[int, ...]) -> None:
    pixels = noise(shape)
    colours = np.atleast_3d(pixels)
    np.testing.assert_array_equal(stored(pixels), np.broadcast_to(colours, (*shape[:2], 3)))


def test_a_drawing_of_flat_squares_is_stored_exactly() -> None:
    squares = np.kron(noise((20, 20)), np.ones((30, 30), np.uint8))
    np.testing.assert_array_equal(stored(squares)[..., 0], squares)


def test_a_photograph_takes_three_fifths_of_a_jpeg_and_is_about_as_near_to_it() -> None:
    pixels, jpeg = photograph(), BytesIO()
    Image.fromarray(pixels).save(jpeg, "jpeg", quality=85)
    # Base64 takes four letters for three bytes.
    assert len(webp(pixels)) * 3 / 4 < 0.6 * len(jpeg.getvalue())
    errors = [
        np.square(one - pixels.astype(float)).mean()
        for one in (stored(pixels)[..., 0], np.asarray(Image.open(jpeg)))
    ]
    assert errors[0] < 1.25 * errors[1]


def test_an_opaque_picture_keeps_its_colours() -> None:
    pixels = np.full((5, 5, 4), 255, np.uint8)
    pixels[2, 3, :3] = 200, 30, 10
    np.testing.assert_array_equal(stored(pixels), pixels[..., :3])


def test_an_element_holds_its_place_on_the_page_and_says_what_it_shows() -> None:
    html = element(np.zeros((10, 40, 3), np.uint8), '"a" <b>', 20)
    assert re.search(r'width="20" height="5"', html)
    assert 'alt="&quot;a&quot; &lt;b&gt;"' in html

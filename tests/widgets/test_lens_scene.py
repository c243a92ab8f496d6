"""What a lens lays under its kernel beside a given picture, and what it finds in the output."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import numpy as np
import pytest

from convlab import ConvlabError, Lens
from convlab.kernels import named_kernel
from convlab.samples import photograph
from convlab.widgets.lens_scene import grain
from tests.tolerances import FLOAT32, assert_close

GREYS = np.random.default_rng(1).random((19, 23)).astype("float32")


@pytest.fixture(autouse=True)
def no_widgets_are_left() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


# Patterns


def test_stripes_repeat_after_their_period_and_turn_with_their_angle() -> None:
    upright = Lens("stripes", period=6, angle=0).image[..., 0]
    np.testing.assert_allclose(upright[:, 6:], upright[:, :-6], atol=1e-6)
    np.testing.assert_allclose(upright[0, :7], [1, 0.5, -0.5, -1, -0.5, 0.5, 1], atol=1e-6)
    assert np.ptp(upright, axis=0).max() == 0
    np.testing.assert_allclose(
        Lens("stripes", period=6, angle=90).image[..., 0], upright.T, atol=1e-6
    )


@pytest.mark.parametrize("name", ["blur", "edges", "sobel_x"])
@pytest.mark.parametrize("period", [2, 4, 8])
def test_the_gain_of_stripes_is_the_size_of_the_kernel_s_transform(name: str, period: int) -> None:
    taps = named_kernel(name).sum(axis=0)
    wanted = abs(taps @ np.exp(2j * np.pi * np.arange(3) / period))
    gain = Lens("stripes", name, period=period).gain
    assert gain == pytest.approx(wanted, rel=0.02, abs=1e-6)


def test_a_blur_as_wide_as_the_period_leaves_nothing() -> None:
    assert Lens("stripes", "blur", kernel_size=12, period=12).gain < 1e-6
    assert Lens("stripes", "sobel_x", period=12, angle=90).gain < 1e-6


def test_a_flat_picture_has_no_gain() -> None:
    assert np.isnan(Lens(np.ones((5, 5))).gain)


def test_a_pattern_keeps_its_settings_and_a_picture_gets_none() -> None:
    lens = Lens("stripes")
    with pytest.raises(ConvlabError, match="period"):
        lens.period = None
    assert lens.period == 8
    with pytest.raises(ConvlabError, match="angle"):
        Lens(GREYS).angle = 10


# Noise


def test_grain_is_even_over_its_numbers_and_not_the_same_in_neighbours() -> None:
    numbers = grain(60_000)
    assert abs(numbers.mean()) < 0.02 and abs(numbers.std() - 1) < 0.02
    # A normal distribution holds 68 and 95 of a hundred within one and two deviations.
    assert abs((abs(numbers) < 1).mean() - 0.68) < 0.02
    assert abs((abs(numbers) < 2).mean() - 0.95) < 0.02
    for apart in (1, 2, 128, 256):
        assert abs(np.corrcoef(numbers[apart:], numbers[:-apart])[0, 1]) < 0.02


def test_noise_is_counted_in_percent_of_white() -> None:
    for image, white in ((GREYS, 1), ((255 * GREYS).astype("uint8"), 255)):
        added = Lens(image, noise=40).image - Lens(image).image
        assert_close(added.ravel(), 0.4 * white * grain(GREYS.size), white * FLOAT32)
    assert_close(Lens(GREYS, noise=0).image, GREYS[..., None], 0)


# Moves


@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("move", [(0, 0), (4, 6), (3, 1), (0, 5)])
def test_the_output_follows_moves_that_are_multiples_of_the_stride_and_no_others(
    strides: int, move: tuple[int, int]
) -> None:
    follows = all(one % strides == 0 for one in move)
    for padding in ("valid", "same"):
        lens = Lens(GREYS, strides=strides, move=move, padding=padding)
        assert lens.largest_difference is not None
        assert (lens.largest_difference < 1e-5) == follows, padding
        assert np.abs(lens.difference).max() > 0.1 or move == (0, 0)


def test_only_windows_without_what_came_in_are_compared() -> None:
    image = np.zeros((12, 12))
    image[:, -1] = 1  # A move by 1 brings this column in on the left.
    image[5, 6] = 0.25
    lens = Lens(image, "identity", kernel_size=1, strides=2, move=(0, 1))
    assert lens.largest_difference == 0
    # Moved down, the dot leaves its odd row, which a stride of 2 does not see.
    lens.move = (1, 0)
    assert lens.largest_difference == 0.25


def test_a_moved_picture_comes_in_again_and_no_move_has_no_difference() -> None:
    lens = Lens(GREYS, "identity", kernel_size=1, move=(1, 2))
    np.testing.assert_array_equal(lens.image[1:, 2:, 0], GREYS[:-1, :-2])
    np.testing.assert_array_equal(lens.image[0, 2:, 0], GREYS[-1, :-2])
    assert lens.largest_difference == 0
    lens.move = None
    assert lens.difference is None and lens.largest_difference is None


def test_where_every_window_meets_the_border_nothing_is_compared() -> None:
    assert Lens(np.eye(5), kernel_size=5, padding="same", move=(1, 1)).largest_difference is None


# Marks


def test_the_marked_outputs_are_the_largest_and_half_a_kernel_apart() -> None:
    image = np.zeros((20, 20))
    image[5, 5], image[5, 7], image[5, 8], image[15, 12] = 1.0, 0.9, 0.8, 0.7
    lens = Lens(image, "identity", kernel_size=5, padding="same", marks=3)
    # The second largest lies within half a kernel of the first.
    assert lens.strongest == [(5, 5), (5, 8), (15, 12)]
    lens.kernel_size = 3
    assert lens.strongest == [(5, 5), (5, 7), (15, 12)]


def test_marks_are_as_far_apart_in_the_picture_whatever_the_stride() -> None:
    image = np.zeros((24, 24))
    image[5, 5], image[5, 7], image[5, 9] = 1.0, 0.9, 0.8
    lens = Lens(image, "identity", kernel_size=5, padding="same", strides=2, marks=2)
    assert lens.strongest == [(2, 2), (2, 4)]


def test_there_are_no_more_marks_than_outputs() -> None:
    assert Lens(np.eye(3), marks=12).strongest == [(0, 0)]
    assert Lens(np.eye(3)).strongest == []


def test_a_star_finds_the_other_stars_of_the_flag_through_noise() -> None:
    half = photograph().mean(axis=-1)[::2, ::2]
    cut = half[36:55, 24:43]
    lens = Lens(np.uint8(255 * half[:150, :128]), cut - cut.mean(), padding="same", marks=6)
    clean = lens.strongest
    lens.noise = 50
    assert clean[0] == lens.strongest[0] == (45, 33)
    for place in lens.strongest:
        assert min(np.hypot(*np.subtract(place, other)) for other in clean) < 3

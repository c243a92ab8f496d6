"""The palette: colours that can be read, and told apart by eyes that see fewer of them."""

from __future__ import annotations

from itertools import combinations

import pytest

from convlab.style import DARK, LIGHT, THEMES, Palette, mix

each_theme = pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES)

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: str) -> list[float]:
    shares = [channel / 255 for channel in bytes.fromhex(colour[1:])]
    return [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]


def luminance(colour: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> list[float]:
    rows = ([0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505])
    white = (0.9505, 1.0, 1.089)
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in rows]
    f = [max(v / w, 0.008856) ** (1 / 3) for v, w in zip(xyz, white, strict=True)]
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]


def difference_seen(one: str, other: str, deficiency: str) -> float:
    seen = []
    for colour in (one, other):
        channels = linear(colour)
        rows = DEFICIENCIES[deficiency]
        mixed = [sum(a * b for a, b in zip(row, channels, strict=True)) for row in rows]
        seen.append(lab([min(max(channel, 0), 1) for channel in mixed]))
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


@each_theme
def test_text_reads_well_on_its_ground(palette: Palette) -> None:
    for ground in (palette.paper, palette.surface):
        assert contrast(palette.ink, ground) > 7
        for colour in (palette.muted, palette.input, palette.output, palette.negative):
            assert contrast(colour, ground) > 4.5
        assert contrast(palette.kernel, ground) > 3


@each_theme
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_roles_differ_for_every_kind_of_colour_vision(palette: Palette, deficiency: str) -> None:
    roles = (palette.input, palette.kernel, palette.output, palette.padding)
    signs = (palette.positive, palette.negative)
    for one, other in [*combinations(roles, 2), signs]:
        assert difference_seen(one, other, deficiency) > 15


def test_a_difference_that_a_deuteranope_misses_is_found() -> None:
    assert difference_seen("#b00000", "#5a5a00", "deuteranopia") < 15
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_a_mixture_ends_in_its_two_colours() -> None:
    assert mix(LIGHT.paper, LIGHT.ink, 0) == LIGHT.paper
    assert mix(LIGHT.paper, LIGHT.ink, 1) == LIGHT.ink
    assert mix(DARK.paper, DARK.ink, 0.5) != DARK.paper

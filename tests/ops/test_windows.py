"""Padded regions, windows and tiles, against positions counted one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from convlab.geometry import Axis, convolution_axis
from convlab.ops import windows
from convlab.ops.windows import Tile

AXES = [
    (convolution_axis(5, 3, 2, 1, "same"), convolution_axis(6, 2, 1, 3, "same")),
    (convolution_axis(5, 2, 1, 1, "valid"), convolution_axis(6, 3, 2, 1, "valid")),
    (convolution_axis(5, 3, 1, 2, "causal"), convolution_axis(6, 4, 3, 1, "same")),
    (Axis(5, 1, before=3, after=4), Axis(6, 2, stride=2, before=1, after=-2)),
]


def test_padding_and_inputs_make_up_the_positions():
    for start, length, size in product(range(-9, 10), range(1, 9), range(7)):
        before, inside, after = windows.split_padding(slice(start, start + length), size)
        found = [None] * before + list(range(inside.start, inside.stop)) + [None] * after
        positions = range(start, start + length)
        assert found == [position if 0 <= position < size else None for position in positions]


def inputs():
    """The same numbers, contiguous or not."""
    x = np.random.default_rng(8).standard_normal((2, 5, 6, 3))
    channels_first = np.ascontiguousarray(x.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    return {
        "contiguous": x,
        "channels first": channels_first,
        "channels backwards": x[..., ::-1].copy()[..., ::-1],
        "every second channel": np.repeat(x, 2, axis=3)[..., ::2],
        "some of the channels": np.concatenate([x, x], axis=3)[..., :3],
        "every second column": np.repeat(x, 2, axis=2)[:, :, ::2],
    }


@pytest.mark.parametrize("axes", AXES, ids=str)
@pytest.mark.parametrize("name", inputs())
def test_a_window_holds_the_sources_of_its_output(axes, name):
    x = inputs()[name]
    rows, columns = (axis.output_size for axis in axes)
    for tile in windows.tiles(2, rows, columns, max_outputs=4):
        region = windows.padded_region(x, axes, tile)
        view = windows.window_view(region, axes, tile)
        for n, i, j in np.ndindex(*view.shape[:3]):
            row = axes[0].sources(tile.rows.start + i)
            column = axes[1].sources(tile.columns.start + j)
            for (k, height), (across, width) in product(enumerate(row), enumerate(column)):
                padding = height is None or width is None
                wanted = np.zeros(3) if padding else x[tile.samples][n, height, width]
                np.testing.assert_array_equal(view[n, i, j, k, across], wanted)


@pytest.mark.parametrize("name", inputs())
def test_a_region_is_a_view_of_contiguous_rows_without_padding(name):
    x = inputs()[name]
    tile = Tile(slice(0, 2), slice(1, 2), slice(0, 2))
    region = windows.padded_region(x, AXES[1], tile)
    assert np.shares_memory(region, x) == (name == "contiguous")
    assert not np.shares_memory(windows.padded_region(x, AXES[0], tile), x)


def test_tiles_cover_each_output_once_and_are_contiguous():
    sizes = range(1, 4), range(1, 5), range(1, 6), range(1, 30, 4), range(1, 6)
    for samples, rows, columns, max_outputs, min_tiles in product(*sizes):
        seen = np.zeros((samples, rows, columns), int)
        tiles = windows.tiles(samples, rows, columns, max_outputs, min_tiles)
        for tile in tiles:
            block = seen[tile]
            block += 1
            assert block.size <= max_outputs
            assert block.flags.c_contiguous
        assert (seen == 1).all()
        assert len(tiles) >= min(min_tiles, seen.size) / 2


def test_tiles_differ_in_size_by_little():
    assert [tile.rows.stop - tile.rows.start for tile in windows.tiles(1, 9, 10, 80)] == [5, 4]
    assert windows.tiles(0, 9, 10, 80) == windows.tiles(1, 0, 10, 80) == ()

"""Named kernels: the classics at size 3, and what each name promises at every size."""

import numpy as np
import pytest

from convlab.errors import ArgumentError
from convlab.kernels import KERNEL_NAMES, named_kernel

CLASSICS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "edges": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sharpen": [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
}


@pytest.mark.parametrize("name", CLASSICS)
def test_size_3_is_the_classic(name):
    assert named_kernel(name).tolist() == CLASSICS[name]


@pytest.mark.parametrize("size", range(1, 8))
def test_a_flat_image_keeps_its_grey_or_vanishes(size):
    sums = {name: named_kernel(name, size).sum() for name in KERNEL_NAMES}
    expected = dict.fromkeys(("identity", "blur", "sharpen", "emboss"), 1.0)
    expected |= dict.fromkeys(("edges", "sobel_x", "sobel_y"), 0.0)
    assert sums == pytest.approx(expected, abs=1e-12)


def test_kernels_are_fresh_arrays():
    named_kernel("blur")[...] = 7
    assert np.ptp(named_kernel("blur")) == 0


@pytest.mark.parametrize(("name", "size"), [("blurr", 3), ("blur", 0), ("blur", 2.5)])
def test_another_name_or_size_is_refused_with_a_choice(name, size):
    with pytest.raises(ArgumentError) as caught:
        named_kernel(name, size)
    assert caught.value.choices

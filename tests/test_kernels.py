"""Named kernels: the classics at size 3, and what each name promises at every size."""

import numpy as np
import pytest

from convlab.errors import ArgumentError
from convlab.kernels import KERNEL_NAMES, LARGEST_SIZE, named_kernel

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


ODD_NAMES = ["blurr", "", None, 3, b"blur", ["blur"], {}, np.array("blur"), np.ones(2), object()]
ODD_SIZES = [0, -1, 2.5, np.nan, np.inf, "3", None, [3], np.ones(2), np.array(2.5), 1001, 10**30]
REFUSED = [*((name, 3) for name in ODD_NAMES), *(("sobel_x", size) for size in ODD_SIZES)]


@pytest.mark.parametrize(("name", "size"), REFUSED)
def test_another_name_or_size_is_refused_with_choices_that_work(name, size):
    with pytest.raises(ArgumentError) as caught:
        named_kernel(name, size)
    assert caught.value.choices
    for choice in caught.value.choices:
        kernel = named_kernel(**{"name": name, "size": size, **choice})
        assert kernel.shape == (choice.get("size", size),) * 2


@pytest.mark.parametrize("name", KERNEL_NAMES)
def test_the_largest_size_still_has_finite_numbers(name):
    assert np.isfinite(named_kernel(name, LARGEST_SIZE)).all()

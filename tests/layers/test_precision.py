"""A float32 layer sums so that the result is as exact as float32 can hold."""

from __future__ import annotations

import numpy as np
import pytest

import convlab

# One float32 number is rounded by 6e-8; a sum in float32 is off by 3e-5 here.
ROUNDING = 1e-7


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(
    "sizes", [(3000, 3000), (9_000_000, 1), (1, 9_000_000)], ids=["square", "column", "row"]
)
def test_the_bias_gradient_of_millions_of_outputs_is_exact_to_float32(sizes, data_format):
    layer = convlab.Conv2D(1, 1, data_format=data_format)
    shape = (1, *sizes, 1) if data_format == "channels_last" else (1, 1, *sizes)
    y = layer(np.ones(shape, "float32"))
    layer.backward(np.full(y.shape, 0.1, "float32"))
    db = layer.gradients[-1]
    assert db.dtype == np.float32
    assert float(db[0]) == pytest.approx(float(np.float32(0.1)) * 9_000_000, rel=ROUNDING)

"""How close is close enough: the one place that says it.

Geometry and sums of small integers are exact and need no entry here: compare them with ``==`` or
``numpy.testing.assert_array_equal``.
"""

import numpy as np
from numpy.typing import ArrayLike

# Two float64 computations of one sum, in different orders of addition.
FLOAT64 = 1e-12
# Against Keras, which computed in float32 and in an order of its own.
FLOAT32 = 1e-5
# Against PyTorch in float64, through as many as eight layers with gradients.
PYTORCH = 1e-10
# A central difference of a map that is linear in the perturbed element: no truncation error, so
# steps are large and only the rounding of the difference is left.
CENTRAL_DIFFERENCE = 1e-7


def tolerance_of(dtype: np.dtype | type | str) -> float:
    """Return the tolerance for results computed in ``dtype`` (float32 or float64)."""
    return {"float32": FLOAT32, "float64": FLOAT64}[np.dtype(dtype).name]


def assert_close(
    actual: ArrayLike, expected: ArrayLike, tolerance: float, message: str = ""
) -> None:
    """Hold every element within ``tolerance`` times the largest expected magnitude (at least 1).

    Terms of a sum cancel, so the error of one element follows the size of the terms, not the size
    of the element. Shapes must be equal: nothing is broadcast.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"{message}: {actual.shape} is not {expected.shape}"
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(finite.max(initial=0.0)))
    np.testing.assert_allclose(
        actual, expected, rtol=0, atol=tolerance * scale, err_msg=message, equal_nan=True
    )

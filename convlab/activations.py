"""Activations: functions of a layer's sums z, each with the way back right below it.

``g(z)`` keeps the dtype of ``z``. ``g.gradient(z, grad_output)`` is the gradient of a loss by z,
where ``grad_output`` is its gradient by g(z): the product of grad_output with the Jacobian. Both
are those of Keras 3 on JAX, also at a kink, and both pass infinities and nan on in silence.

Below, σ is the sigmoid and Φ the cumulative distribution of the standard normal distribution.
"""

# NumPy's stubs say Any for most of its functions, and so would every formula here.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial, update_wrapper
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ArgumentError, ShapeError
from .registry import Registry, checked_number, described, of_keras, parts_of

Array = NDArray[Any]
Axis = int | tuple[int, ...]

_quiet = np.errstate(all="ignore")


class Activation:
    """A function of one array and, in ``gradient``, the way back through it.

    ``function`` may be anyone's: its way back is then its own attribute ``gradient``, a function of
    ``(z, grad_output)``, which is first asked for when a layer goes backward. ``halved`` is the
    axis that the function makes half as long, if it does.

    >>> def cube(z):
    ...     return z**3
    >>> cube.gradient = lambda z, grad_output: 3 * z**2 * grad_output
    >>> g = Activation(cube)
    >>> g.name, g(np.array([2.0])), g.gradient(np.array([2.0]), np.array([1.0]))
    ('cube', array([8.]), array([12.]))
    """

    def __init__(self, function: Callable[..., Array]) -> None:
        update_wrapper(self, function, updated=())
        self.function = function
        self.name = str(getattr(function, "__name__", type(function).__name__))
        self.halved: int | None = None
        self._backward: Callable[..., Array] | None = None

    def __call__(self, z: Any, **options: Any) -> Array:
        return self.function(z if isinstance(z, np.ndarray) else np.asarray(z), **options)

    def gradient(self, z: Array, grad_output: Array, **options: Any) -> Array:
        """The gradient by ``z``, given the gradient by ``g(z)``, both of their arrays' shape."""
        backward = self._backward or getattr(self.function, "gradient", None)
        if backward is None:
            raise ArgumentError("activation_gradient", argument="activation", value=self.name)
        return backward(z, grad_output, **options)

    def way_back(self, backward: Callable[..., Array]) -> Callable[..., Array]:
        """Decorate the function that computes ``gradient``."""
        self._backward = backward
        return backward

    def __repr__(self) -> str:
        return f"<activation {self.name}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        return self.name if _NAMES.get(self.name) is self else (Activation, (self.function,))


def _share_above(z: Array, bound: float) -> Array:
    """∂ max(z, bound) / ∂z: 1 above the bound, 0 below, and ½ on it, where both arguments tie."""
    return np.heaviside(z - bound, 0.5)


@Activation
def linear(z: Array) -> Array:
    """z, the same array.

    >>> linear([-1.0, 2.0])
    array([-1.,  2.])
    """
    return z


@linear.way_back
def _(z: Array, grad_output: Array) -> Array:
    return grad_output


@Activation
def relu(
    z: Array, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Array:
    """z above ``threshold``, else negative_slope · (z − threshold); at most ``max_value``.

    >>> relu([-2.0, 0.5, 8.0])
    array([0. , 0.5, 8. ])
    >>> relu([-2.0, 0.5, 8.0], negative_slope=0.1, max_value=6)
    array([-0.2,  0.5,  6. ])
    """
    positive = np.maximum(z, 0) if threshold == 0 else np.where(z > threshold, z, 0)
    if max_value is not None:
        positive = np.clip(positive, 0, max_value)
    if negative_slope:
        positive = positive - negative_slope * np.maximum(threshold - z, 0)
    return positive


@relu.way_back
def _(
    z: Array,
    grad_output: Array,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Array:
    if negative_slope == 0 and max_value is None:
        return np.where(z > threshold, grad_output, 0)
    slope = _relu_slope(z, negative_slope, max_value, threshold)
    return np.where(slope == 0, 0, grad_output * slope)


@_quiet
def _relu_slope(
    z: Array, negative_slope: float, max_value: float | None, threshold: float
) -> Array:
    """Keras composes relu differently for each set of options, so the slope at a kink differs."""
    below = np.where(z < threshold, negative_slope, 0).astype(z.dtype)
    if max_value is None:
        return np.where(z >= 0 if threshold == 0 else z > threshold, 1, below)
    if max_value == 6 and threshold == 0:
        return np.where(z > 0, z < 6, below)
    inside = _share_above(z, 0) * _share_above(max_value - np.maximum(z, 0), 0)
    return np.where(z > threshold, inside, below)


@Activation
def leaky_relu(z: Array, negative_slope: float = 0.2) -> Array:
    """z from 0 up, negative_slope · z below.

    >>> leaky_relu([-5.0, 2.0])
    array([-1.,  2.])
    """
    return np.where(z >= 0, z, negative_slope * z)


@leaky_relu.way_back
def _(z: Array, grad_output: Array, negative_slope: float = 0.2) -> Array:
    return np.where(z >= 0, grad_output, negative_slope * grad_output)


@Activation
def relu6(z: Array) -> Array:
    """min(max(z, 0), 6).

    >>> relu6([-1.0, 3.0, 7.0])
    array([0., 3., 6.])
    """
    return np.clip(z, 0, 6)


@relu6.way_back
def _(z: Array, grad_output: Array) -> Array:
    return np.where((z > 0) & (z < 6), grad_output, 0)


@Activation
@_quiet
def elu(z: Array, alpha: float = 1.0) -> Array:
    """z above 0, alpha · (eᶻ − 1) below.

    >>> elu([-1.0, 2.0]).round(3)
    array([-0.632,  2.   ])

    Source: Clevert et al., 2016, https://arxiv.org/abs/1511.07289
    """
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


@elu.way_back
@_quiet
def _(z: Array, grad_output: Array, alpha: float = 1.0) -> Array:
    return grad_output * np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@Activation
def selu(z: Array) -> Array:
    """1.0507 · elu(z, alpha=1.6733): keeps mean 0 and variance 1 from layer to layer.

    >>> selu([-1.0, 2.0]).round(3)
    array([-1.111,  2.101])

    Source: Klambauer et al., 2017, https://arxiv.org/abs/1706.02515
    """
    return _SELU_SCALE * elu(z, alpha=_SELU_ALPHA)


@selu.way_back
def _(z: Array, grad_output: Array) -> Array:
    return _SELU_SCALE * elu.gradient(z, grad_output, alpha=_SELU_ALPHA)


@Activation
@_quiet
def celu(z: Array, alpha: float = 1.0) -> Array:
    """z above 0, alpha · (e^(z / alpha) − 1) below: smooth at 0 for every alpha.

    >>> celu([-1.0, 2.0], alpha=2.0).round(3)
    array([-0.787,  2.   ])

    Source: Barron, 2017, https://arxiv.org/abs/1704.07483
    """
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0) / alpha)


@celu.way_back
@_quiet
def _(z: Array, grad_output: Array, alpha: float = 1.0) -> Array:
    return grad_output * np.exp(np.minimum(z, 0) / alpha)


@Activation
@_quiet
def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ).

    >>> sigmoid([-1.0, 0.0, 1.0]).round(3)
    array([0.269, 0.5  , 0.731])
    """
    # Only e to a negative number is taken: it cannot overflow, and small values keep their digits.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


@sigmoid.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * sigmoid(z) * sigmoid(-z)


@Activation
def log_sigmoid(z: Array) -> Array:
    """ln σ(z) = −softplus(−z).

    >>> log_sigmoid([-50.0, 0.0]).round(3)
    array([-50.   ,  -0.693])
    """
    return -softplus(-z)


@log_sigmoid.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * sigmoid(-z)


@Activation
@_quiet
def softplus(z: Array) -> Array:
    """ln(1 + eᶻ).

    >>> softplus([0.0, 50.0]).round(3)
    array([ 0.693, 50.   ])
    """
    return np.logaddexp(z, 0)


@softplus.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * sigmoid(z)


@Activation
@_quiet
def softsign(z: Array) -> Array:
    """z / (1 + |z|).

    >>> softsign([-1.0, 3.0])
    array([-0.5 ,  0.75])
    """
    return z / (1 + np.abs(z))


@softsign.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output / np.square(1 + np.abs(z))


@Activation
@_quiet
def squareplus(z: Array, b: float = 4) -> Array:
    """(z + √(z² + b)) / 2.

    >>> squareplus([-1.5, 0.0, 1.5])
    array([0.5, 1. , 2. ])

    Source: Barron, 2021, https://arxiv.org/abs/2112.11687
    """
    return (z + np.sqrt(np.square(z) + b)) / 2


@squareplus.way_back
@_quiet
def _(z: Array, grad_output: Array, b: float = 4) -> Array:
    return grad_output * (1 + z / np.sqrt(np.square(z) + b)) / 2


@Activation
def tanh(z: Array) -> Array:
    """(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ).

    >>> tanh([-1.0, 0.0]).round(3)
    array([-0.762,  0.   ])
    """
    return np.tanh(z)


@tanh.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * (1 - np.square(np.tanh(z)))


@Activation
@_quiet
def tanh_shrink(z: Array) -> Array:
    """z − tanh z.

    >>> tanh_shrink([-1.0, 0.0]).round(3)
    array([-0.238,  0.   ])
    """
    return z - np.tanh(z)


@tanh_shrink.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * np.square(np.tanh(z))


@Activation
def soft_shrink(z: Array, threshold: float = 0.5) -> Array:
    """z moved towards 0 by ``threshold``, and 0 where it would arrive.

    >>> soft_shrink([-2.0, 0.5, 1.0])
    array([-1.5,  0. ,  0.5])
    """
    return np.where(z > threshold, z - threshold, np.where(z < -threshold, z + threshold, 0))


@soft_shrink.way_back
def _(z: Array, grad_output: Array, threshold: float = 0.5) -> Array:
    return np.where((z > threshold) | (z < -threshold), grad_output, 0)


@Activation
def hard_shrink(z: Array, threshold: float = 0.5) -> Array:
    """z where |z| exceeds ``threshold``, else 0.

    >>> hard_shrink([-2.0, 0.5, 1.0])
    array([-2.,  0.,  1.])
    """
    return np.where(np.abs(z) > threshold, z, 0)


@hard_shrink.way_back
def _(z: Array, grad_output: Array, threshold: float = 0.5) -> Array:
    return np.where(np.abs(z) > threshold, grad_output, 0)


@Activation
def threshold(z: Array, threshold: float, default_value: float) -> Array:
    """z above ``threshold``, else ``default_value``; as a layer's activation through a ``partial``.

    >>> threshold([-2.0, 0.5, 1.0], threshold=0.5, default_value=-1.0)
    array([-1., -1.,  1.])
    """
    return np.where(z > threshold, z, default_value)


@threshold.way_back
def _(z: Array, grad_output: Array, threshold: float, default_value: float) -> Array:
    return np.where(z > threshold, grad_output, 0)


@Activation
def hard_tanh(z: Array) -> Array:
    """min(max(z, −1), 1).

    >>> hard_tanh([-2.0, 0.5, 1.5])
    array([-1. ,  0.5,  1. ])
    """
    return np.clip(z, -1, 1)


@hard_tanh.way_back
def _(z: Array, grad_output: Array) -> Array:
    return np.where(np.abs(z) > 1, 0, grad_output)


@Activation
def hard_sigmoid(z: Array) -> Array:
    """relu6(z + 3) / 6.

    >>> hard_sigmoid([-4.0, 0.0, 1.5])
    array([0.  , 0.5 , 0.75])
    """
    return np.clip(z + 3, 0, 6) / 6


@hard_sigmoid.way_back
def _(z: Array, grad_output: Array) -> Array:
    return relu6.gradient(z + 3, grad_output) / 6


@Activation
@_quiet
def hard_silu(z: Array) -> Array:
    """z · hard_sigmoid(z).

    >>> hard_silu([-4.0, 1.5, 6.0])
    array([-0.   ,  1.125,  6.   ])

    Source: Howard et al., 2019, https://arxiv.org/abs/1905.02244
    """
    return z * hard_sigmoid(z)


@hard_silu.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * hard_sigmoid(z) + z * hard_sigmoid.gradient(z, grad_output)


@Activation
def sparse_sigmoid(z: Array) -> Array:
    """min(max((z + 1) / 2, 0), 1).

    >>> sparse_sigmoid([-2.0, 0.5, 1.5])
    array([0.  , 0.75, 1.  ])

    Source: Blondel et al., 2019, https://arxiv.org/abs/1901.02324
    """
    return np.clip(z + 1, 0, 2) / 2


@sparse_sigmoid.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * _share_above(z, -1) * _share_above(-z, -1) / 2


@Activation
@_quiet
def sparse_plus(z: Array) -> Array:
    """0 up to −1, z from 1 on, and (z + 1)² / 4 between.

    >>> sparse_plus([-2.0, 0.0, 3.0])
    array([0.  , 0.25, 3.  ])

    Source: Blondel et al., 2019, https://arxiv.org/abs/1901.02324
    """
    return np.where(z >= 1, z, np.square(np.clip(z + 1, 0, 2)) / 4)


@sparse_plus.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * sparse_sigmoid(z)


@Activation
@_quiet
def exponential(z: Array) -> Array:
    """eᶻ.

    >>> exponential([0.0, 1.0]).round(3)
    array([1.   , 2.718])
    """
    return np.exp(z)


@exponential.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * np.exp(z)


@Activation
@_quiet
def silu(z: Array) -> Array:
    """z · σ(z); its other name is swish.

    >>> silu([-1.0, 0.0, 1.0]).round(3)
    array([-0.269,  0.   ,  0.731])

    Source: Ramachandran et al., 2017, https://arxiv.org/abs/1710.05941
    """
    return z * sigmoid(z)


@silu.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    return grad_output * sigmoid(z) * (1 + z * sigmoid(-z))


@Activation
@_quiet
def mish(z: Array) -> Array:
    """z · tanh(softplus(z)).

    >>> mish([-1.0, 0.0, 1.0]).round(3)
    array([-0.303,  0.   ,  0.865])

    Source: Misra, 2019, https://arxiv.org/abs/1908.08681
    """
    return z * np.tanh(softplus(z))


@mish.way_back
@_quiet
def _(z: Array, grad_output: Array) -> Array:
    gate = np.tanh(softplus(z))
    return grad_output * (gate + z * (1 - np.square(gate)) * sigmoid(z))


@Activation
@_quiet
def gelu(z: Array, approximate: bool = False) -> Array:
    """z · Φ(z), or nearly so: z · (1 + tanh(√(2/π) · (z + 0.044715 z³))) / 2.

    >>> gelu([-1.0, 0.0, 1.0]).round(3)
    array([-0.159,  0.   ,  0.841])

    Source: Hendrycks and Gimpel, 2016, https://arxiv.org/abs/1606.08415
    """
    return z * ((1 + np.tanh(_gelu_angle(z))) / 2 if approximate else _normal_cdf(z))


@gelu.way_back
@_quiet
def _(z: Array, grad_output: Array, approximate: bool = False) -> Array:
    if approximate:
        wave = np.tanh(_gelu_angle(z))
        steepness = _GELU_SCALE * (1 + 3 * _GELU_CUBE * np.square(z))
        return grad_output * (1 + wave + z * (1 - np.square(wave)) * steepness) / 2
    density = np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi)
    return grad_output * (_normal_cdf(z) + z * density)


_GELU_SCALE = math.sqrt(2 / math.pi)
_GELU_CUBE = 0.044715


def _gelu_angle(z: Array) -> Array:
    return _GELU_SCALE * (z + _GELU_CUBE * z**3)


def _normal_cdf(z: Array) -> Array:
    """Φ(z) = erfc(−z / √2) / 2."""
    # The C library's erfc is right to the last digit, and one call a number is as fast as a
    # rational approximation in NumPy, which has to try every branch on every number.
    scaled = z.ravel() * -math.sqrt(0.5)
    return np.fromiter(map(math.erfc, scaled.tolist()), z.dtype, z.size).reshape(z.shape) / 2


@Activation
@_quiet
def softmax(z: Array, axis: Axis = -1) -> Array:
    """eᶻ / Σ eᶻ along ``axis``, the last one: under channels_first that is the width.

    >>> softmax([[1.0, 1.0], [0.0, 1000.0]])
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    if not z.ndim:
        raise ShapeError("no_axis", argument="z", value=z.shape)
    exponentials = np.exp(z - _largest(z, axis))
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)


@softmax.way_back
@_quiet
def _(z: Array, grad_output: Array, axis: Axis = -1) -> Array:
    shares = softmax(z, axis=axis)
    mean = np.sum(grad_output * shares, axis=axis, keepdims=True)
    return shares * (grad_output - mean)


@Activation
@_quiet
def log_softmax(z: Array, axis: Axis = -1) -> Array:
    """z − ln Σ eᶻ along ``axis``, the last one.

    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    shifted = z - _largest(z, axis)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@log_softmax.way_back
@_quiet
def _(z: Array, grad_output: Array, axis: Axis = -1) -> Array:
    return grad_output - softmax(z, axis=axis) * np.sum(grad_output, axis=axis, keepdims=True)


def _largest(z: Array, axis: Axis) -> Array:
    """The maximum along ``axis``, which may be empty."""
    return np.max(z, axis=axis, keepdims=True, initial=-np.inf)


@Activation
@_quiet
def sparsemax(z: Array, axis: int = -1) -> Array:
    """max(z − τ, 0), where τ depends on the largest z along ``axis``, the last one.

    The paper's τ = (Σ z − 1) / k over the k largest z, those that stay above it, makes the outputs
    sum to 1. Keras up to 3.15 sums the running sums of these z instead, and so does this function:
    the two agree where k = 1 (https://github.com/keras-team/keras/issues/23425).

    >>> sparsemax([3.0, 1.0, 0.5])
    array([1., 0., 0.])

    Source: Martins and Astudillo, 2016, https://arxiv.org/abs/1602.02068
    """
    return np.maximum(z - _sparsemax_threshold(z, axis)[0], 0)


@sparsemax.way_back
@_quiet
def _(z: Array, grad_output: Array, axis: int = -1) -> Array:
    tau, tau_gradient = _sparsemax_threshold(z, axis)
    passed = grad_output * _share_above(z - tau, 0)
    return passed - tau_gradient * np.sum(passed, axis=axis, keepdims=True)


def _sparsemax_threshold(z: Array, axis: int) -> tuple[Array, Array]:
    """τ, and ∂τ/∂z."""
    order = np.argsort(-z, axis=axis, kind="stable")
    descending = np.take_along_axis(z, order, axis)
    running = np.cumsum(descending, axis=axis)
    shape = [1] * z.ndim
    shape[axis] = -1
    rank = np.arange(1, z.shape[axis] + 1).reshape(shape).astype(z.dtype)
    stays = descending - (running - 1) / rank > 0
    count = np.sum(stays, axis=axis, keepdims=True).astype(z.dtype)
    tau = (np.sum(running * stays, axis=axis, keepdims=True) - 1) / count
    # The z of rank r is part of the running sums r to k.
    gradient = np.empty_like(z)
    np.put_along_axis(gradient, order, stays * (count - rank + 1) / count, axis)
    return tau, gradient


@Activation
@_quiet
def glu(z: Array, axis: int = -1) -> Array:
    """a · σ(b), where a and b are the two halves of z along ``axis``, the last one.

    So a layer's output has half as many channels (half the width under channels_first) as its
    ``compute_output_shape`` says, as in Keras. Raises ``ShapeError`` for an odd number.

    >>> glu([1.0, 2.0, 0.0, 0.0])
    array([0.5, 1. ])

    Source: Dauphin et al., 2017, https://arxiv.org/abs/1612.08083
    """
    value, gate = _halves(z, axis)
    return value * sigmoid(gate)


@glu.way_back
@_quiet
def _(z: Array, grad_output: Array, axis: int = -1) -> Array:
    value, gate = _halves(z, axis)
    d_value, d_gate = grad_output * sigmoid(gate), sigmoid.gradient(gate, grad_output * value)
    return np.concatenate([d_value, d_gate], axis=axis)


glu.halved = -1


def _halves(z: Array, axis: int) -> list[Array]:
    size = z.shape[axis]
    if size % 2:
        even = [{"size": size - 1}, {"size": size + 1}]
        raise ShapeError("odd_glu", argument="z", value=z.shape, size=size, choices=even)
    return np.split(z, 2, axis)


swish, hard_swish = silu, hard_silu

_NAMES = {found.name: found for found in list(globals().values()) if isinstance(found, Activation)}
# threshold has two arguments that no name can give it.
_registry = Registry(
    "activation", _NAMES, {"swish": silu, "hard_swish": hard_silu}, narrow={"threshold": ""}
)


def get(identifier: Any, argument: str = "activation") -> Activation:
    """The activation for a name, a configuration or a callable; ``linear`` for None.

    A ``functools.partial`` of an activation here keeps its gradient. ``argument`` is the name under
    which an error speaks of it. Raises ``ArgumentError``.

    >>> get("swish")
    <activation silu>
    >>> get(partial(leaky_relu, negative_slope=0.1))([-5.0, 2.0])
    array([-0.5,  2. ])
    """
    if identifier is None:
        return linear
    if isinstance(identifier, Mapping) or of_keras(identifier):
        layer = _of_layer(identifier, argument)
        if layer is not None:
            return layer
    found = identifier if isinstance(identifier, type) else _registry.get(identifier, argument)
    if found is threshold:
        complete = [{argument: "hard_shrink"}, {argument: "soft_shrink"}, {argument: "relu"}]
        raise ArgumentError(
            "threshold_alone", argument=argument, value="threshold", choices=complete
        )
    return found if isinstance(found, Activation) else _own(found)


def _own(function: Callable[..., Array]) -> Activation:
    """A caller's function as an activation; one of ours with other options goes back with these."""
    own = Activation(function)
    if isinstance(function, partial) and isinstance(function.func, Activation):
        own.name = function.func.name
        own.way_back(partial(function.func.gradient, **function.keywords))
        own.halved = None if function.func.halved is None else function.keywords.get("axis", -1)
    return own


_LAYERS: dict[str, tuple[Activation, dict[str, Any]]] = {
    "ReLU": (relu, {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    "LeakyReLU": (leaky_relu, {"negative_slope": 0.3}),
    "ELU": (elu, {"alpha": 1.0}),
    "Softmax": (softmax, {"axis": -1}),
}
"""Keras' activation layers: the function that each applies, and its options with their defaults."""


def _of_layer(identifier: Any, argument: str) -> Activation | None:
    """The activation that one of Keras' activation layers applies, or its configuration."""
    name, config = parts_of(identifier)
    if name == "Activation" and "activation" in config:
        return get(config["activation"], argument)
    if name not in _LAYERS:
        return None
    function, defaults = _LAYERS[name]
    # Keras 2 called the slope of its LeakyReLU alpha.
    old = {"negative_slope": config["alpha"]} if name == "LeakyReLU" and "alpha" in config else {}
    options = {
        option: config.get(option, old.get(option, usual)) for option, usual in defaults.items()
    }
    for option, value in options.items():
        if value is not None:
            checked_number(value, option)
    return _own(partial(function, **options))


def _layer_config(activation: Activation) -> Any:
    """The layer of Keras' that applies one of our functions with other options, if there is one."""
    function = activation.function
    for name, (applied, defaults) in _LAYERS.items():
        if not isinstance(function, partial) or function.func is not applied or function.args:
            continue
        if set(function.keywords) <= set(defaults):
            # The function's own slope is 0.2, the layer's 0.3.
            usual = {"negative_slope": 0.2} if applied is leaky_relu else {}
            return described("keras.layers", name, {**defaults, **usual, **function.keywords})
    return None


def serialize(activation: Any) -> Any:
    """The activation's name, or the configuration of a caller's own.

    >>> serialize(swish)
    'silu'
    """
    if isinstance(activation, Activation):
        if _NAMES.get(activation.name) is activation:
            return activation.name
        layer = _layer_config(activation)
        if layer is not None:
            return layer
        activation = activation.function
    return _registry.serialize(activation)


def deserialize(
    config: str | Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """The activation that a name or a configuration describes.

    >>> deserialize("relu")
    <activation relu>
    """
    return _registry.deserialize(config, custom_objects)

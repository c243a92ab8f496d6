"""The layers against the definitions, loop by loop, over random legal settings."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import convlab
from tests import oracles, strategies
from tests.tolerances import CENTRAL_DIFFERENCE, FLOAT64, assert_close

QUIET = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(-1, keepdims=True),
}


def drawn(name, arguments, shape, seed=0):
    """A built layer with random weights, biases included, and an input."""
    rng = np.random.default_rng(seed)
    layer = getattr(convlab, name)(**arguments)
    layer.build(shape)
    layer.set_weights([rng.standard_normal(weight.shape) for weight in layer.weights])
    return layer, rng.standard_normal(shape)


def to_last(layer, x):
    return np.moveaxis(x, 1, -1) if layer.data_format == "channels_first" else x


def expected_output(layer, x):
    """What the definition gives, through activation and bias, in the layer's data format."""
    x, weights = to_last(layer, x), layer.get_weights()
    window = (layer.strides, layer.padding, layer.dilation_rate)
    match type(layer).__name__:
        case "Conv1D" | "Conv2D":
            z = oracles.convolution(x, weights[0], *window, layer.groups)
        case "DepthwiseConv1D" | "DepthwiseConv2D":
            z = oracles.depthwise(x, weights[0], *window)
        case "SeparableConv1D" | "SeparableConv2D":
            mixed = oracles.depthwise(x, weights[0], *window)
            z = mixed @ weights[1].reshape(-1, layer.filters)
        case "Conv1DTranspose" | "Conv2DTranspose":
            z = oracles.transposed(x, weights[0], *window, layer.output_padding)
    if layer.use_bias:
        z = z + weights[-1]
    z = np.moveaxis(z, -1, 1) if layer.data_format == "channels_first" else z
    return ACTIVATIONS[layer.activation.name](z) if z.size else z


@QUIET
@given(strategies.settings_of_any_layer())
def test_every_output_is_the_definition_s_sum(setting):
    layer, x = drawn(*setting)
    before = x.copy()
    y = layer(x)
    assert_close(y, expected_output(layer, x), FLOAT64, repr(layer))
    assert y.shape == layer.compute_output_shape(x.shape) == layer.geometry(x.shape).output_shape
    np.testing.assert_array_equal(x, before)


@QUIET
@given(strategies.settings_of_any_layer())
def test_the_gradients_are_the_adjoint_of_the_derivative(setting):
    """<J v, g> = <v, J' g> for a random direction v of the input and of every weight."""
    layer, x = drawn(*setting)
    rng = np.random.default_rng(1)
    g = rng.standard_normal(layer(x).shape)
    dx = layer.backward(g)
    step = 1e-6
    for value, gradient in zip([x, *layer.weights], [dx, *layer.gradients], strict=True):
        assert gradient.shape == value.shape
        v = rng.standard_normal(value.shape)
        value += step * v
        ahead = (layer(x) * g).sum()
        value -= 2 * step * v
        behind = (layer(x) * g).sum()
        value += step * v
        slope = (ahead - behind) / (2 * step)
        assert slope == pytest.approx((v * gradient).sum(), rel=1e-6, abs=1e-6)


@settings(QUIET, max_examples=60)
@given(strategies.settings_of_any_layer())
def test_the_sums_are_linear_so_every_single_gradient_is_a_central_difference(setting):
    """With large steps: without activation the map is linear in each element of them."""
    name, arguments, (batch, *rest) = setting
    layer, x = drawn(name, {**arguments, "activation": None}, (min(batch, 1), *rest))
    g = np.random.default_rng(1).standard_normal(layer(x).shape)
    dx = layer.backward(g)
    for value, gradient in zip([x, *layer.weights], [dx, *layer.gradients], strict=True):
        for index in np.ndindex(value.shape):
            kept = value[index]
            sums = []
            for shift in (16.0, -16.0):
                value[index] = kept + shift
                sums.append((layer(x) * g).sum())
            value[index] = kept
            slope = (sums[0] - sums[1]) / 32
            assert_close(gradient[index], slope, CENTRAL_DIFFERENCE, str(index))


@QUIET
@given(strategies.settings_of_any_layer())
def test_channels_first_is_the_same_numbers_transposed(setting):
    name, arguments, shape = setting
    if arguments["data_format"] == "channels_last":
        shape = (shape[0], shape[-1], *shape[1:-1])
    arguments = {**arguments, "activation": None, "data_format": "channels_first"}
    first, x = drawn(name, arguments, shape)
    last = getattr(convlab, name)(**{**arguments, "data_format": "channels_last"})
    moved = np.moveaxis(x, 1, -1)
    last.build(moved.shape)
    last.set_weights(first.get_weights())
    np.testing.assert_array_equal(first(x), np.moveaxis(last(moved), -1, 1))


@QUIET
@given(strategies.conv(2), strategies.SMALL)
def test_a_transposed_layer_is_the_adjoint_of_the_convolution(setting, filters):
    """<conv(x), y> = <x, conv'(y)> with one kernel, wherever the shapes come back."""
    _, arguments, shape = setting
    shared = {
        key: arguments[key]
        for key in ("kernel_size", "strides", "dilation_rate", "padding", "data_format", "dtype")
    }
    conv, x = drawn("Conv2D", {**shared, "filters": filters, "use_bias": False}, shape)
    y = np.random.default_rng(2).standard_normal(conv(x).shape)
    channels = conv.kernel.shape[2]
    for output_padding in [None, *range(max(conv.strides))]:
        back = convolution_back(shared, channels, output_padding)
        if back is None or back.compute_output_shape(y.shape) != x.shape:
            continue
        if output_padding is not None and shared["padding"] == "same":
            continue  # its crops follow a rule of their own: not the adjoint for an even kernel
        back.build(y.shape)
        back.set_weights([conv.kernel])
        assert (conv(x) * y).sum() == pytest.approx((x * back(y)).sum(), rel=1e-9, abs=1e-9)


def convolution_back(shared, channels, output_padding):
    if output_padding is not None and output_padding >= min(shared["strides"]):
        return None
    return convlab.Conv2DTranspose(
        channels, output_padding=output_padding, use_bias=False, **shared
    )

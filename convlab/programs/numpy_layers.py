"""Each layer in NumPy: what is done to the array, channels last, and the functions for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import activations
from ..geometry import Axis
from ..i18n import text
from .activating import called, note_on
from .chain import Chain, as_in_keras, channels_to_back
from .plan import Node
from .source import call
from .writing import EPSILON, StepWriter, statistics


class Writer(StepWriter):
    """A step, its weights' expressions, and the functions that it needs.

    ``functions`` tells of each whether it is needed in its dilated form.
    """

    def __init__(
        self, node: Node, chain: Chain, weights: Mapping[str, str], functions: dict[str, bool]
    ) -> None:
        super().__init__(node, chain)
        self.weights, self.functions = weights, functions

    def channels_to_back(self) -> None:
        rank = self.rank
        self.chain.reorder(channels_to_back(rank) if self.channels_first else as_in_keras(rank))

    def need(self, function: str, dilated: bool = False) -> str:
        """A function that the program then holds; its name."""
        self.functions[function] = self.functions.get(function, False) or dilated
        return function

    def run(self, function: str, *positional: Any, **named: Any) -> None:
        self.chain.apply(call(self.need(function), "{x}", *positional, **named), nests=True)

    def pad(self, axes: Sequence[Axis], value: str | None = None) -> None:
        """Zeros around, or another value, as the axes tell."""
        if any(axis.before is None or axis.before or axis.after for axis in axes):
            self.chain.apply(self.padded("{x}", axes, value))

    def padded(self, source: str, axes: Sequence[Axis], value: str | None = None) -> str:
        """An array with what is around it; where sizes are not known, that is found later."""
        if any(axis.before is None for axis in axes):
            windows = [tuple(getattr(axis, name) for axis in axes) for name in _REACH]
            return call(self.need("pad_same"), source, *windows, value=value)
        pads = ((0, 0), *((axis.before, axis.after) for axis in axes), (0, 0))
        return call("np.pad", source, pads, constant_values=value)

    @property
    def plus_bias(self) -> str:
        return f" + {self.weights['bias']}" if self.has("bias") else ""

    def spread(self, name: str, axes: Sequence[int]) -> str:
        """A weight of these axes, as it spreads over the array."""
        sizes = self.spread_sizes(axes)
        if len(sizes) == len(axes):
            return self.weights[name]
        index = ", ".join("None" if size == 1 else ":" for size in sizes)
        return f"{self.weights[name]}[{index}]"

    def constant(self, values: Any) -> str:
        """Numbers that the layer was given, as they spread in Keras."""
        if values.size == 1:
            return repr(float(values.reshape(())))
        return f"np.array({self.spread_values(values)})"


_REACH = ("effective_kernel", "stride")


# Convolutions


def convolution(writer: Writer) -> None:
    axes = writer.layer.geometry(writer.node.input_shape).stages[0].forward_axes
    writer.channels_to_back()
    writer.pad(axes)
    groups = getattr(writer.layer, "groups", 1)
    if groups > 1:
        writer.need(f"conv{len(axes)}d", _dilated(axes))
        source = _convolved(writer, "grouped_conv", axes, _with_adapter(writer), groups)
    else:
        depthwise = writer.node.kind.startswith("Depthwise")
        family = "depthwise_conv" if depthwise else "conv"
        source = _convolved(writer, family, axes, _with_adapter(writer))
    writer.chain.apply(source + writer.plus_bias)
    activate(writer, writer.layer.activation)


def separable(writer: Writer) -> None:
    axes = writer.layer.geometry(writer.node.input_shape).stages[0].forward_axes
    writer.channels_to_back()
    writer.pad(axes)
    kernel, mixing = (writer.weights[f"{each}wise_kernel"] for each in ("depth", "point"))
    writer.chain.apply(_convolved(writer, "depthwise_conv", axes, kernel))
    only = ", ".join("0" * len(axes))
    writer.chain.apply(f"{{x}} @ {mixing}[{only}]{writer.plus_bias}")
    activate(writer, writer.layer.activation)


def transposed(writer: Writer) -> None:
    axes = writer.layer.geometry(writer.node.input_shape).stages[0].forward_axes
    writer.channels_to_back()
    function = writer.need(f"conv{len(axes)}d_transpose", _dilated(axes))
    writer.chain.apply(call(function, "{x}", writer.weights["kernel"], **_steps(axes)))
    crops = [(axis.before or 0, axis.after or 0) for axis in axes]
    writer.crop([(place, (first, max(last, 0))) for place, (first, last) in enumerate(crops, 1)])
    added = [(0, 0), *((0, max(-last, 0)) for _, last in crops), (0, 0)]
    if any(map(any, added)):
        writer.chain.apply(f"np.pad({{x}}, {tuple(added)})")
    if writer.has("bias"):
        writer.chain.apply("{x}" + writer.plus_bias)
    activate(writer, writer.layer.activation)


def _convolved(writer: Writer, family: str, axes: Sequence[Axis], kernel: str, *more: Any) -> str:
    function = writer.need(f"{family}{len(axes)}d", _dilated(axes))
    return call(function, "{x}", kernel, *more, **_steps(axes))


def _steps(axes: Sequence[Axis]) -> dict[str, Any]:
    """Strides and dilation as the functions take them; those that are 1 are left out."""
    plural = len(axes) > 1
    found = {}
    for name, argument in (("stride", "strides" if plural else "stride"), ("dilation", "dilation")):
        sizes = tuple(getattr(axis, name) for axis in axes)
        if set(sizes) != {1}:
            found[argument] = sizes if plural else sizes[0]
    return found


def _dilated(axes: Sequence[Axis]) -> bool:
    return any(axis.dilation > 1 for axis in axes)


def _with_adapter(writer: Writer) -> str:
    """The kernel, with what LoRA adds to it."""
    kernel = writer.weights["kernel"]
    if not writer.has("lora_kernel_a"):
        return kernel
    product = " @ ".join(writer.weights[f"lora_kernel_{each}"] for each in "ab")
    scale = "" if writer.lora_scale == 1 else f"{writer.lora_scale} * "
    return f"{kernel} + {scale}{product}"


def dense(writer: Writer) -> None:
    writer.chain.reorder(as_in_keras(writer.rank))
    kernel = _with_adapter(writer)
    kernel = f"({kernel})" if " " in kernel else kernel
    writer.chain.apply(f"{{x}} @ {kernel}{writer.plus_bias}")
    activate(writer, writer.layer.activation)


# Pooling


def max_pooling(writer: Writer) -> None:
    axes = _pooled_axes(writer)
    writer.pad(axes, "-np.inf")
    writer.chain.apply(_pooled(writer, "max_pool", "{x}", axes))


def average_pooling(writer: Writer) -> None:
    axes = _pooled_axes(writer)
    if not any(axis.before is None or axis.before or axis.after for axis in axes):
        writer.chain.apply(_pooled(writer, "average_pool", "{x}", axes))
        return
    writer.chain.aside(f"# {text('programs.inputs_alone')}")
    writer.chain.aside(f"inside = {writer.padded('np.ones_like({x})', axes)}")
    writer.chain.aside(f"share = {_pooled(writer, 'average_pool', 'inside', axes)}")
    writer.pad(axes)
    writer.chain.apply(f"{_pooled(writer, 'average_pool', '{x}', axes)} / share")


def _pooled_axes(writer: Writer) -> list[Axis]:
    writer.channels_to_back()
    return list(writer.layer.axes(writer.node.input_shape))


def _pooled(writer: Writer, family: str, source: str, axes: Sequence[Axis]) -> str:
    sizes = tuple(axis.kernel for axis in axes)
    size = sizes if len(axes) > 1 else sizes[0]
    return call(writer.need(f"{family}{len(axes)}d"), source, size, **_steps(axes))


def global_pooling(writer: Writer) -> None:
    writer.reduce("max", "keepdims")


# Moved, repeated, reshaped


def zero_padding(writer: Writer) -> None:
    pads: list[Any] = [(0, 0)] * writer.rank
    for dim, pair in writer.ends(writer.layer.padding):
        pads[dim] = pair
    writer.chain.apply(f"np.pad({{x}}, {tuple(pads)})")


def cropping(writer: Writer) -> None:
    writer.crop(writer.ends(writer.layer.cropping))


def upsampling(writer: Writer) -> None:
    factors = [writer.layer.size] if writer.layer.rank == 1 else writer.layer.size
    for axis, factor in zip(writer.sliding_axes, factors, strict=True):
        dim = writer.chain.dim(axis)
        if factor > 1 and writer.layer.interpolation == "bilinear":
            writer.run("bilinear", factor, axis=dim)
        elif factor > 1:
            writer.chain.apply(f"{{x}}.repeat({factor}, axis={dim})")


def flatten(writer: Writer) -> None:
    writer.channels_to_back()
    writer.reshape(writer.layer.compute_output_shape(writer.node.input_shape)[1:])


def reshape(writer: Writer) -> None:
    writer.chain.reorder(as_in_keras(writer.rank))
    writer.reshape(writer.layer.compute_output_shape(writer.node.input_shape)[1:])


def permute(writer: Writer) -> None:
    writer.permute(writer.layer.dims)


# Normalization


def batch_normalization(writer: Writer) -> None:
    layer = writer.layer
    own = (layer.axis % writer.rank,)
    mean, variance = (writer.spread(f"moving_{each}", own) for each in ("mean", "variance"))
    writer.chain.apply(f"({{x}} - {mean}) / np.sqrt({variance} + {layer.epsilon})")
    _shift(writer, own)


def layer_normalization(writer: Writer) -> None:
    layer = writer.layer
    axes = [layer.axis] if isinstance(layer.axis, int) else layer.axis
    own = tuple(axis % writer.rank for axis in axes)
    writer.spread_over(own)
    dims = writer.chain.dims(own)
    writer.run("layer_normalization", dims[0] if len(dims) == 1 else dims, layer.epsilon)
    _shift(writer, own)


def _shift(writer: Writer, axes: Sequence[int]) -> None:
    """Times gamma, plus beta, if there are such weights."""
    gamma = f" * {writer.spread('gamma', axes)}" if writer.has("gamma") else ""
    beta = f" + {writer.spread('beta', axes)}" if writer.has("beta") else ""
    if gamma or beta:
        writer.chain.apply(f"{{x}}{gamma}{beta}")


def normalization(writer: Writer) -> None:
    layer = writer.layer
    kept = [axis % writer.rank for axis in layer.axis]
    if layer.mean is None:
        writer.spread_over(kept)
        mean, variance = (writer.spread(each, kept) for each in ("mean", "variance"))
        spread = f"np.maximum(np.sqrt({variance}), {EPSILON})"
    else:
        mean, spread = map(writer.constant, statistics(layer, writer.node.input_shape))
    back = f"{{x}} * {spread} + {mean}"
    writer.chain.apply(back if layer.invert else f"({{x}} - {mean}) / {spread}")


def rescaling(writer: Writer) -> None:
    scale, offset = np.asarray(writer.layer.scale), np.asarray(writer.layer.offset)
    more = f" + {writer.constant(offset)}" if offset.any() else ""
    writer.chain.apply(f"{{x}} * {writer.constant(scale)}{more}")


def layer_scale(writer: Writer) -> None:
    own = (writer.rank - 1,)
    writer.chain.apply(f"{{x}} * {writer.spread('gamma', own)}")


def prelu(writer: Writer) -> None:
    writer.chain.reorder(as_in_keras(writer.rank))
    alpha = writer.weights["alpha"]
    writer.chain.apply(f"np.maximum({{x}}, 0) - {alpha} * np.maximum(-{{x}}, 0)")


# Activations, and what passes numbers on


def activate(writer: Writer, activation: activations.Activation) -> None:
    """Apply an activation, or say that it cannot be written."""
    found = called(activation)
    if found is None:
        writer.chain.notes.append(note_on(activation))
    elif found.name != "linear":
        _run(writer, found.name, dict(found.options))


def _run(writer: Writer, name: str, options: dict[str, Any]) -> None:
    if name == "relu" and options:
        name = "general_relu"
    if name == "gelu":
        name = "gelu_tanh" if options.pop("approximate", False) else "gelu"
    if name in _ALONG:
        axis = options.pop("axis", -1)
        own = writer.chain.dim(axis) if isinstance(axis, int) else writer.chain.dims(axis)
        options = {} if own == -1 else {"axis": own}
    if name in _INLINE:
        writer.chain.apply(f"{_INLINE[name]}({{x}})", nests=True)
    else:
        given = {option: value for option, value in options.items() if value is not None}
        writer.run(name, **given)


_INLINE = {"exponential": "np.exp", "tanh": "np.tanh"}
_ALONG = ("glu", "log_softmax", "softmax", "sparsemax")


def activation(writer: Writer) -> None:
    activate(writer, writer.layer.activation)


def relu_layer(writer: Writer) -> None:
    usual = {"max_value": None, "negative_slope": 0, "threshold": 0}
    own = {name: getattr(writer.layer, name) for name in usual}
    _run(writer, "relu", {name: value for name, value in own.items() if value != usual[name]})


def leaky_relu_layer(writer: Writer) -> None:
    writer.run("leaky_relu", negative_slope=writer.layer.negative_slope)


def elu_layer(writer: Writer) -> None:
    writer.run("elu", alpha=None if writer.layer.alpha == 1 else writer.layer.alpha)


def softmax_layer(writer: Writer) -> None:
    _run(writer, "softmax", {"axis": writer.layer.axis})


def nothing(writer: Writer) -> None:
    """Pass the input on."""


LAYERS: dict[str, Callable[[Writer], None]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "DepthwiseConv1D", "DepthwiseConv2D"), convolution),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose"), transposed),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D"), max_pooling),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D"), average_pooling),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D"), global_pooling),
    **dict.fromkeys(("GlobalAveragePooling1D", "GlobalAveragePooling2D"), global_pooling),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D"), zero_padding),
    **dict.fromkeys(("Cropping1D", "Cropping2D"), cropping),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D"), upsampling),
    **dict.fromkeys(("Dropout", "InputLayer"), nothing),
    "Activation": activation,
    "BatchNormalization": batch_normalization,
    "Dense": dense,
    "ELU": elu_layer,
    "Flatten": flatten,
    "LayerNormalization": layer_normalization,
    "LayerScale": layer_scale,
    "LeakyReLU": leaky_relu_layer,
    "Normalization": normalization,
    "PReLU": prelu,
    "Permute": permute,
    "ReLU": relu_layer,
    "Rescaling": rescaling,
    "Reshape": reshape,
    "Softmax": softmax_layer,
}
"""What writes each layer with one input, by the layer's name."""

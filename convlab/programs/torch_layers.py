"""Each layer in PyTorch: what it keeps, what it does in ``forward``, where its weights go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..geometry import Axis, Size, Stage
from ..i18n import text
from .chain import Chain, as_in_keras, channels_to_back, channels_to_front
from .plan import Node
from .source import call, short
from .torch_activations import activate, leaky_relu, relu, softmax
from .writing import StepWriter, statistics


@dataclass
class Parts:
    """What a PyTorch program is made of besides ``forward``."""

    fields: dict[str, str] = field(default_factory=dict)
    """Attributes of the module, each with the source that makes it."""
    further: dict[str, None] = field(default_factory=dict)
    """Lines of the constructor behind them."""
    loads: dict[tuple[str, str], str] = field(default_factory=dict)
    """The weight that is copied into an attribute's tensor; "" is the module itself."""
    functions: dict[str, None] = field(default_factory=dict)
    trains: bool = False
    """Whether a layer does something else while it is trained."""


class Writer(StepWriter):
    """A step, and what it adds to the program."""

    def __init__(self, node: Node, chain: Chain, parts: Parts) -> None:
        super().__init__(node, chain)
        self.parts = parts

    def weight(self, name: str) -> str:
        return f"w[{self.node.weights[name]}]"

    def keep(self, source: str, suffix: str = "") -> str:
        """Make an attribute of the module; its name."""
        name = self.node.name + suffix
        self.parts.fields[name] = source
        return name

    def load(self, attribute: str, tensor: str, weight: str) -> None:
        self.parts.loads[attribute, tensor] = weight

    def run(self, attribute: str, module: str | None) -> None:
        """Apply an attribute that is a layer."""
        self.chain.apply(f"self.{attribute}({{x}})", module=module)

    def use(self, module: str, *loads: tuple[str, str], suffix: str = "") -> None:
        """Keep a layer of PyTorch's, load its tensors, and apply it."""
        name = self.keep(module, suffix)
        for tensor, weight in loads:
            self.load(name, tensor, weight)
        self.run(name, module)

    @property
    def dtype(self) -> str | None:
        return None if self.layer.dtype == "float32" else f"torch.{self.layer.dtype}"

    def channels_to_front(self) -> None:
        rank = self.rank
        self.chain.reorder(as_in_keras(rank) if self.channels_first else channels_to_front(rank))

    def activate(self) -> None:
        function = activate(self.chain, self.layer.activation)
        if function:
            self.parts.functions[function] = None

    def pad(self, axes: Sequence[Axis], value: str | None = None) -> str | None:
        """Pad where PyTorch's own padding cannot; its argument where it can."""
        pads = [(axis.before, axis.after) for axis in axes]
        if any(before is None or before != after for before, after in pads):
            self.chain.apply(self.padded("{x}", axes, value))
            return None
        before = [pad[0] or 0 for pad in pads]
        return short(before) if any(before) else None

    def padded(self, source: str, axes: Sequence[Axis], value: str | None = None) -> str:
        """An array with the zeros around it that the axes tell; of unknown sizes, found later."""
        if all(axis.before is not None for axis in axes):
            return call(
                "F.pad", source, _flat([(axis.before, axis.after) for axis in axes]), value=value
            )
        self.parts.functions["pad_same"] = None
        kernels, strides = (tuple(getattr(axis, name) for axis in axes) for name in _REACH)
        return call("pad_same", source, kernels, strides, value=value)

    # Numbers that spread over an array

    def buffer(self, name: str, source: str) -> None:
        self.parts.further[f'self.register_buffer("{name}", {source})'] = None

    def spread_weight(self, name: str, axes: Sequence[int]) -> str:
        sizes = self.spread_sizes(axes)
        weight = self.weight(name)
        return (
            weight if len(sizes) == len(axes) else f"{weight}.reshape({', '.join(map(str, sizes))})"
        )

    def parameter(self, name: str, axes: Sequence[int], begin: float) -> str:
        """Make a weight of its own that is loaded; its name."""
        self.spread_over(axes)
        made = call("torch.full", self.spread_sizes(axes), begin, dtype=self.dtype)
        return self.keep(f"nn.Parameter({made})", f"_{name}")

    def constant(self, name: str, values: Any) -> str:
        """Numbers that the layer was given, as they spread in Keras; several are a buffer."""
        if values.size == 1:
            return repr(float(values.reshape(())))
        own = f"{self.node.name}_{name}"
        self.buffer(own, call("torch.tensor", self.spread_values(values), dtype=self.dtype))
        return f"self.{own}"


_REACH = ("effective_kernel", "stride")


def _flat(pads: Sequence[tuple[Any, Any]]) -> tuple[Any, ...]:
    """Pads as PyTorch lists them: the last axis' first."""
    return tuple(each for pair in reversed(pads) for each in pair)


# Convolutions


def convolution(writer: Writer) -> None:
    stage = writer.layer.geometry(writer.node.input_shape).stages[0]
    writer.channels_to_front()
    kernel = _with_adapter(writer, "kernel")
    _convolve(writer, stage, f"{kernel}{_turned(stage)}", bias=writer.layer.use_bias)
    writer.activate()


def separable(writer: Writer) -> None:
    depthwise, pointwise = writer.layer.geometry(writer.node.input_shape).stages
    writer.channels_to_front()
    kernels = [writer.weight(name) for name in ("depthwise_kernel", "pointwise_kernel")]
    _convolve(writer, depthwise, f"{kernels[0]}{_turned(depthwise)}", False, "_depthwise")
    bias = writer.layer.use_bias
    _convolve(writer, pointwise, f"{kernels[1]}{_turned(pointwise)}", bias, "_pointwise")
    writer.activate()


def _convolve(writer: Writer, stage: Stage, kernel: str, bias: bool, suffix: str = "") -> None:
    axes = stage.forward_axes
    padding = writer.pad(axes)
    module = call(
        f"nn.Conv{len(axes)}d",
        stage.channels,
        stage.filters,
        kernel_size=short([axis.kernel for axis in axes]),
        **_unless_one(stride=[axis.stride for axis in axes]),
        padding=padding,
        **_unless_one(dilation=[axis.dilation for axis in axes], groups=[stage.groups]),
        bias=None if bias else False,
        dtype=writer.dtype,
    )
    loads = [("weight", kernel), *([("bias", writer.weight("bias"))] if bias else [])]
    writer.use(module, *loads, suffix=suffix)


def _unless_one(**windows: Sequence[int]) -> dict[str, str | None]:
    return {name: None if set(sizes) == {1} else short(sizes) for name, sizes in windows.items()}


def _turned(stage: Stage) -> str:
    """Keras' kernel as PyTorch has it: its last two axes first."""
    rank = len(stage.axes)
    sliding = ", ".join(map(str, range(rank)))
    if stage.kernel_shape[-1] != stage.filters and not stage.transposed:
        return f".permute({rank}, {rank + 1}, {sliding}).flatten(0, 1).unsqueeze(1)"
    return f".permute({rank + 1}, {rank}, {sliding})"


def _with_adapter(writer: Writer, name: str) -> str:
    """The kernel, with what LoRA adds to it."""
    kernel = writer.weight(name)
    if not writer.has("lora_kernel_a"):
        return kernel
    first, second = (writer.weight(f"lora_kernel_{each}") for each in "ab")
    scale = writer.lora_scale
    product = f"{first} @ {second}"
    return f"({kernel} + {product})" if scale == 1 else f"({kernel} + {scale} * ({product}))"


def transposed(writer: Writer) -> None:
    stage = writer.layer.geometry(writer.node.input_shape).stages[0]
    writer.channels_to_front()
    crops = [(axis.before or 0, axis.after or 0) for axis in stage.forward_axes]
    own = all(size is None or size > 0 for size in map(_size_of_stamps, stage.axes))
    padding = [before if own else 0 for before, _ in crops]
    kernel = f"{writer.weight('kernel')}{_turned(stage)}"
    bias = [("bias", writer.weight("bias"))] if writer.layer.use_bias else []
    writer.use(_stamps(writer, stage, padding), ("weight", kernel), *bias)
    left = [
        (place, (before - pad, max(after - pad, 0)))
        for place, pad, (before, after) in zip(range(2, 4), padding, crops, strict=False)
    ]
    writer.crop(left)
    writer.activate()


def _stamps(writer: Writer, stage: Stage, padding: Sequence[int]) -> str:
    """PyTorch's layer, which cuts off as much at both ends and may add something behind."""
    axes = stage.forward_axes
    added = [max(pad - (axis.after or 0), 0) for pad, axis in zip(padding, axes, strict=True)]
    return call(
        f"nn.ConvTranspose{len(axes)}d",
        stage.channels,
        stage.filters,
        kernel_size=short([axis.kernel for axis in axes]),
        **_unless_one(stride=[axis.stride for axis in axes]),
        padding=short(padding) if any(padding) else None,
        output_padding=short(added) if any(added) else None,
        bias=None if writer.layer.use_bias else False,
        **_unless_one(dilation=[axis.dilation for axis in axes]),
        dtype=writer.dtype,
    )


def _size_of_stamps(axis: Any) -> Size:
    """The output's size when as much is cut off behind as before, which PyTorch wants above 0."""
    added = max(axis.crop_before - axis.crop_after, 0)
    return None if axis.full_size is None else axis.full_size - 2 * axis.crop_before + added


def dense(writer: Writer) -> None:
    writer.chain.reorder(as_in_keras(writer.rank))
    layer = writer.layer
    bias = None if layer.use_bias else False
    size = writer.node.input_shape[-1]
    module = call("nn.Linear", size, layer.units, bias=bias, dtype=writer.dtype)
    loads = [("weight", f"{_with_adapter(writer, 'kernel')}.T")]
    loads += [("bias", writer.weight("bias"))] if layer.use_bias else []
    writer.use(module, *loads)
    writer.activate()


# Pooling


def max_pooling(writer: Writer) -> None:
    axes = _pooled_axes(writer)
    _pool(writer, axes, "max_pool", "MaxPool", writer.pad(axes, 'float("-inf")'))


def average_pooling(writer: Writer) -> None:
    axes = _pooled_axes(writer)
    if any(axis.before is None or axis.before != axis.after for axis in axes):
        _mean_of_inputs(writer, axes)
        return
    padding = writer.pad(axes)
    counted = {"count_include_pad": False} if padding else {}
    _pool(writer, axes, "avg_pool", "AvgPool", padding, **counted)


def _pooled_axes(writer: Writer) -> list[Axis]:
    writer.channels_to_front()
    return list(writer.layer.axes(writer.node.input_shape))


def _pool(
    writer: Writer, axes: Sequence[Axis], function: str, module: str, padding: Any, **more: Any
) -> None:
    named = {**_window(axes), "padding": padding, **more}
    size, rank = short([axis.kernel for axis in axes]), len(axes)
    writer.chain.apply(
        call(f"F.{function}{rank}d", "{x}", size, **named),
        module=call(f"nn.{module}{rank}d", size, **named),
    )


def _window(axes: Sequence[Axis]) -> dict[str, str | None]:
    kernel, stride = ([getattr(axis, name) for axis in axes] for name in ("kernel", "stride"))
    return {"stride": None if stride == kernel else short(stride)}


def _mean_of_inputs(writer: Writer, axes: Sequence[Axis]) -> None:
    """The mean over inputs and zeros, divided by the share of the inputs."""
    function, size = f"F.avg_pool{len(axes)}d", short([axis.kernel for axis in axes])
    writer.chain.aside(f"# {text('programs.inputs_alone')}")
    writer.chain.aside(f"inside = {writer.padded('torch.ones_like({x})', axes)}")
    writer.chain.aside(f"share = {call(function, 'inside', size, **_window(axes))}")
    writer.pad(axes)
    writer.chain.apply(f"{call(function, '{x}', size, **_window(axes))} / share")


def global_pooling(writer: Writer) -> None:
    writer.reduce("amax", "keepdim")


# Moved, repeated, reshaped


def zero_padding(writer: Writer) -> None:
    pads: list[Any] = [(0, 0)] * writer.rank
    for dim, pair in writer.ends(writer.layer.padding):
        pads[dim] = pair
    first = min([dim for dim, pair in enumerate(pads) if any(pair)], default=writer.rank - 1)
    writer.chain.apply(call("F.pad", "{x}", _flat(pads[first:])))


def cropping(writer: Writer) -> None:
    writer.crop(writer.ends(writer.layer.cropping))


def upsampling(writer: Writer) -> None:
    writer.channels_to_front()
    layer = writer.layer
    named = {
        "scale_factor": layer.size if layer.rank == 1 else short(layer.size),
        "mode": '"bilinear"' if layer.interpolation == "bilinear" else None,
    }
    writer.chain.apply(call("F.interpolate", "{x}", **named), module=call("nn.Upsample", **named))


def flatten(writer: Writer) -> None:
    chain, rank = writer.chain, writer.rank
    chain.reorder(channels_to_back(rank) if writer.channels_first else as_in_keras(rank))
    if rank == 1:
        chain.apply("{x}.unsqueeze(1)")
    elif rank > 2:
        chain.apply("{x}.flatten(1)", module="nn.Flatten()")
    chain.order = as_in_keras(2)


def reshape(writer: Writer) -> None:
    writer.chain.reorder(as_in_keras(writer.rank))
    writer.reshape(writer.layer.compute_output_shape(writer.node.input_shape)[1:])


def permute(writer: Writer) -> None:
    writer.permute(writer.layer.dims)


# Normalization


def batch_normalization(writer: Writer) -> None:
    chain, layer = writer.chain, writer.layer
    writer.parts.trains = True
    place = chain.dims([layer.axis])[0]
    if place > 1:
        chain.apply(f"{{x}}.movedim({place}, 1)")
    module = call(
        f"nn.BatchNorm{max(writer.rank - 2, 1)}d",
        writer.node.input_shape[layer.axis],
        eps=layer.epsilon,
        momentum=round(1 - layer.momentum, 9),
        dtype=writer.dtype,
    )
    name = _use_learned(writer, module)
    writer.load(name, "running_mean", writer.weight("moving_mean"))
    writer.load(name, "running_var", writer.weight("moving_variance"))
    if place > 1:
        chain.apply(f"{{x}}.movedim(1, {place})")


def _use_learned(writer: Writer, module: str) -> str:
    """Apply a normalization with or without its factor and its shift; its name."""
    name = writer.keep(module)
    for tensor, weight, argument in (("weight", "gamma", "scale"), ("bias", "beta", "center")):
        if writer.has(weight):
            writer.load(name, tensor, writer.weight(weight))
        else:
            writer.parts.further[f"self.{name}.{tensor} = None  # {argument}=False"] = None
    writer.run(name, module if writer.has("gamma") and writer.has("beta") else None)
    return name


def layer_normalization(writer: Writer) -> None:
    chain, axis, rank = writer.chain, writer.layer.axis, writer.rank
    chain.reorder(as_in_keras(rank))
    dims = chain.dims([axis] if isinstance(axis, int) else axis)
    last = tuple(range(rank - len(dims), rank))
    if dims != last:
        chain.apply(f"{{x}}.movedim({dims}, {last})")
    sizes = [writer.node.input_shape[dim] for dim in dims]
    shown = sizes[0] if len(sizes) == 1 else tuple(sizes)
    module = call("nn.LayerNorm", shown, eps=writer.layer.epsilon, dtype=writer.dtype)
    _use_learned(writer, module)
    if dims != last:
        chain.apply(f"{{x}}.movedim({last}, {dims})")


def normalization(writer: Writer) -> None:
    layer, name = writer.layer, writer.node.name
    if layer.mean is None:
        _measure(writer)
        mean, spread = f"self.{name}_mean", f"self.{name}_variance.sqrt().clamp(min=1e-07)"
    else:
        given = statistics(layer, writer.node.input_shape)
        mean, spread = map(writer.constant, ("mean", "spread"), given)
    back = f"{{x}} * {spread} + {mean}"
    writer.chain.apply(back if layer.invert else f"({{x}} - {mean}) / {spread}")


def _measure(writer: Writer) -> None:
    """Buffers for the statistics, which are loaded."""
    kept = [axis % writer.rank for axis in writer.layer.axis]
    writer.spread_over(kept)
    for name, begin in (("mean", "zeros"), ("variance", "ones")):
        own = f"{writer.node.name}_{name}"
        made = call(f"torch.{begin}", writer.spread_sizes(kept), dtype=writer.dtype)
        writer.buffer(own, made)
        writer.load("", own, writer.spread_weight(name, kept))


def rescaling(writer: Writer) -> None:
    scale, offset = np.asarray(writer.layer.scale), np.asarray(writer.layer.offset)
    more = f" + {writer.constant('offset', offset)}" if offset.any() else ""
    writer.chain.apply(f"{{x}} * {writer.constant('scale', scale)}{more}")


def layer_scale(writer: Writer) -> None:
    own = (writer.rank - 1,)
    name = writer.parameter("gamma", own, writer.layer.init_values)
    writer.load("", name, writer.spread_weight("gamma", own))
    writer.chain.apply(f"{{x}} * self.{name}")


def prelu(writer: Writer) -> None:
    shared = writer.layer.shared_axes or []
    own = tuple(axis for axis in range(1, writer.rank) if axis not in shared)
    if writer.chain.dims(own) == (1,):
        module = call("nn.PReLU", writer.node.input_shape[own[0]], dtype=writer.dtype)
        writer.use(module, ("weight", f"{writer.weight('alpha')}.flatten()"))
        return
    name = writer.parameter("alpha", own, 0.0)
    alpha = writer.weight("alpha")
    same = len(own) == writer.rank - 1
    writer.load("", name, alpha if same else f"{alpha}.reshape({writer.spread_sizes(own)})")
    writer.chain.apply(f"F.relu({{x}}) - self.{name} * F.relu(-{{x}})")


# Activations, and what passes numbers on


def activation(writer: Writer) -> None:
    writer.activate()


def relu_layer(writer: Writer) -> None:
    layer = writer.layer
    relu(writer.chain, layer.negative_slope, layer.max_value, layer.threshold)


def leaky_relu_layer(writer: Writer) -> None:
    leaky_relu(writer.chain, writer.layer.negative_slope)


def elu_layer(writer: Writer) -> None:
    alpha = writer.layer.alpha
    writer.chain.apply(f"F.elu({{x}}, {alpha})", nests=True, module=f"nn.ELU({alpha})")


def softmax_layer(writer: Writer) -> None:
    softmax(writer.chain, writer.layer.axis)


def dropout(writer: Writer) -> None:
    writer.parts.trains = True
    rate = writer.layer.rate
    writer.chain.apply(f"F.dropout({{x}}, {rate}, self.training)", module=f"nn.Dropout({rate})")


def nothing(writer: Writer) -> None:
    """Pass the input on."""


LAYERS: dict[str, Callable[[Writer], None]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "DepthwiseConv1D", "DepthwiseConv2D"), convolution),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose"), transposed),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D"), max_pooling),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D"), average_pooling),
    **{
        f"Global{each}Pooling{rank}D": global_pooling
        for each in ("Max", "Average")
        for rank in (1, 2)
    },
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D"), zero_padding),
    **dict.fromkeys(("Cropping1D", "Cropping2D"), cropping),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D"), upsampling),
    "Activation": activation,
    "BatchNormalization": batch_normalization,
    "Dense": dense,
    "Dropout": dropout,
    "ELU": elu_layer,
    "Flatten": flatten,
    "InputLayer": nothing,
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

"""What all five layers share: arguments, weights, the call, the way back, and the config."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from threading import RLock
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .. import activations, arguments, constraints, initializers, regularizers
from ..choices import applied, working
from ..errors import ConvlabError, NoWeightError, ShapeError
from ..geometry import AnyAxis, Axis, Geometry, Size, Stage, convolution_axis
from ..memory import check_memory, lack_of_memory
from .stages import apply_stages, stage_gradients, stage_inputs

Array = NDArray[np.floating]
Shape = tuple[Size, ...]

_names_given: Counter[str] = Counter()
_building = RLock()

REQUIRED = object()
"""Stands for the default of an argument that has none."""


def _automatic_name(class_name: str) -> str:
    """Keras' way: ``conv2d``, then ``conv2d_1``, …"""
    prefix = re.sub(r"(?<=.)(?=[A-Z][a-z])", "_", class_name).lower()
    number = _names_given[prefix]
    _names_given[prefix] += 1
    return f"{prefix}_{number}" if number else prefix


def declared(scope: dict[str, Any]) -> dict[str, Any]:
    """A constructor's own arguments, from its ``locals()``: the signature is their only list."""
    hidden = ("self", "__class__", "base")
    return {name: value for name, value in scope.items() if name not in hidden}


def keras_signature(constructor: Callable[..., None]) -> Callable[..., None]:
    """Let a constructor refuse in words what Python would refuse, and offer only what works.

    A missing argument is refused as ``None`` is. An error's choices are tried out together with
    all that was given; what does not work alone is completed.
    """
    code = constructor.__code__
    names = code.co_varnames[1 : code.co_argcount]
    usual = constructor.__defaults__ or ()
    defaults = dict(zip(names, (REQUIRED,) * (len(names) - len(usual)) + usual, strict=True))

    @wraps(constructor)
    def construct(layer: Layer, /, *values: Any, **named: Any) -> None:
        arguments.check_call(names, values, named, type(layer).__name__)
        every = {**dict(zip(names, values, strict=False)), **named}
        given = applied(every, arguments.read_once(every))
        try:
            bare(layer, given)
        except ConvlabError as error:
            tried = working(error, given, lambda wish: bare(_blank(type(layer)), wish))
            error.choices = tuple(tried)
            raise

    def bare(layer: Layer, given: Mapping[str, Any]) -> None:
        missing = {name: None for name, value in defaults.items() if value is REQUIRED}
        constructor(layer, **{**missing, **given})

    construct.__dict__.update(declared=defaults, bare=bare)
    return construct


def _blank(kind: type[Layer]) -> Layer:
    """A layer before its constructor ran; with a name, so that no automatic one is used up."""
    layer = kind.__new__(kind)
    layer.name = "tried"
    return layer


class Weight:
    """A weight as an attribute: read as the array itself, set by copying values into it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Layer | None, owner: type | None = None) -> Any:
        if layer is None:
            return self
        if not layer.built:
            raise NoWeightError("no_weight_yet", argument=self.name, value=None, layer=layer.name)
        return layer._weights.get(self.name)

    def __set__(self, layer: Layer, value: Any) -> None:
        arguments.check_built(layer.built, self.name, layer.name)
        arguments.check_has_weight(self.name, tuple(layer._weights), layer.name)
        values = {**layer._weights, self.name: value}
        layer.set_weights([values[name] for name in layer._weights])


class _Trace(NamedTuple):
    """What the last call leaves for the way back."""

    geometry: Geometry
    x: Array
    pre_activation: Array
    output_shape: Shape
    activity_gradient: Array | None
    weights: list[_Kept]


_COPIED_WEIGHTS = 1 << 16
"""Up to this size, a copy of the weights costs next to nothing beside the sums."""


class _Kept:
    """A weight as a call used it, whatever becomes of it afterwards.

    A large one is copied only before the layer itself changes it. What a caller changes in place
    is noticed by some of its elements.
    """

    __slots__ = ("_seen", "weight")

    def __init__(self, weight: Array) -> None:
        small = weight.size <= _COPIED_WEIGHTS
        self.weight = weight.copy() if small else weight
        self._seen = None if small else self._some()

    def keep(self) -> None:
        """Copy the weight while it is still as it was."""
        if self._seen is not None and self.unchanged:
            self.weight, self._seen = self.weight.copy(), None

    @property
    def unchanged(self) -> bool:
        return self._seen is None or np.array_equal(self._seen, self._some(), equal_nan=True)

    def _some(self) -> Array:
        return self.weight.ravel()[:: self.weight.size // 256].copy()


class Layer:
    """A convolution layer: stages that sum products, one bias, one activation.

    A subclass declares its signature, ``kernels`` (the weight of each stage and the prefix of the
    arguments that describe it) and ``_stages``. Arrays stand in ``data_format``; the output has
    the layer's ``dtype``.

    ``backward`` keeps hold of the last call's input, not of a copy: do not change it in between.
    Weights may change: the gradient is that of the weights which the call used.
    """

    rank: ClassVar[int]
    kernels: ClassVar[tuple[tuple[str, str], ...]]
    extras: ClassVar[tuple[str, ...]] = ()
    """Arguments that Keras takes beside those of its signature."""

    built: bool = False
    trainable: bool
    dtype: str
    name: str
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]
    padding: str
    data_format: str
    activation: activations.Activation
    use_bias: bool
    activity_regularizer: Any

    bias = Weight()

    def __init__(
        self,
        own: Mapping[str, Any] = MappingProxyType({}),
        /,
        *,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        extras = {name: unknown.pop(name, None) for name in self.extras}
        self._check_unknown(unknown, own)
        own = {**own, **{name: value for name, value in extras.items() if value is not None}}
        self._arguments = {
            argument: arguments.normal(argument, value, self.rank)
            for argument, value in own.items()
        }
        self.trainable = arguments.normal("trainable", trainable, self.rank)
        self.dtype = arguments.normal("dtype", dtype, self.rank)
        given_name = arguments.normal("name", name, self.rank) or self.__dict__.get("name")
        self.name = _automatic_name(type(self).__name__) if given_name is None else given_name
        self.__dict__.update(self._arguments)
        self._weights: dict[str, Array] = {}
        self.gradients: list[Array] = []
        self._activity: list[Any] = []
        self._trace: _Trace | None = None
        self._geometry: tuple[object, Geometry] | None = None
        self._check_arguments()

    def _check_unknown(self, unknown: dict[str, Any], own: Mapping[str, Any]) -> None:
        """Keras warns of ``input_shape`` and does nothing with it; the rest is refused."""
        for legacy in arguments.LEGACY:
            if unknown.pop(legacy, None) is not None:
                warnings.warn(arguments.legacy_warning(legacy), UserWarning, stacklevel=6)
        defaults = self.declared_arguments()
        given = [
            name
            for name, value in own.items()
            if value is not (None if defaults[name] is REQUIRED else defaults[name])
        ]
        common = ("trainable", "dtype", "name")
        arguments.check_keywords(unknown, (*own, *common), type(self).__name__, given)

    @classmethod
    def declared_arguments(cls) -> dict[str, Any]:
        """The arguments of the Keras layer with their defaults, ``REQUIRED`` where there is none.

        >>> from convlab import DepthwiseConv2D
        >>> list(DepthwiseConv2D.declared_arguments())[:3]
        ['kernel_size', 'strides', 'padding']
        """
        found: dict[str, Any] = cls._keras_constructor().declared
        return found

    @classmethod
    def _keras_constructor(cls) -> Any:
        """The nearest constructor with Keras' signature: a caller's subclass may have another."""
        own = (vars(kind).get("__init__") for kind in cls.__mro__)
        keras = (constructor for constructor in own if hasattr(constructor, "declared"))
        found = next(keras, None)
        arguments.check_one_of_five(found is not None, cls.__name__)
        return found

    def _check_arguments(self) -> None:
        """The rules between arguments; a subclass adds its own."""

    # Shapes

    @property
    def _layout(self) -> tuple[str, ...]:
        sliding = arguments.AXIS_NAMES[self.rank]
        first = self.data_format == "channels_first"
        return ("batch", "channels", *sliding) if first else ("batch", *sliding, "channels")

    def _parted(self, shape: Shape) -> tuple[Size, tuple[Size, ...], Size]:
        """A shape in the layer's data format as (batch, sizes, channels)."""
        if self.data_format == "channels_first":
            return shape[0], shape[2:], shape[1]
        return shape[0], shape[1:-1], shape[-1]

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        windows = zip(sizes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        axes = tuple(convolution_axis(*window, self.padding) for window in windows)
        if self.padding == "valid":
            arguments.check_windows_fit(axes, self.kernel_size)
        return axes

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        raise NotImplementedError

    def _filters(self, channels: Size, input_shape: Shape) -> int:
        """The number of channels of the output; only a depthwise layer's depends on the input."""
        return self._arguments["filters"]  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The output's shape for an input's; sizes that are ``None`` stay ``None``.

        Raises ``ShapeError`` where the layer would.
        """
        try:
            shape = self._normal_shape(input_shape)
            batch, sizes, channels = self._parted(shape)
            outputs = tuple(axis.output_size for axis in self._axes(sizes))
            filters = self._filters(channels, shape)
        except ShapeError as error:
            self._keep_working_choices(error, input_shape)
            raise
        if self.data_format == "channels_first":
            return (batch, filters, *outputs)
        return (batch, *outputs, filters)

    def geometry(self, input_shape: Any) -> Geometry:
        """The record of every index that the layer computes on an input of this shape.

        Raises ``ShapeError`` for a shape that the layer cannot take; works before ``build``.
        """
        try:
            return self._geometry_of(self._normal_shape(input_shape))
        except ShapeError as error:
            self._keep_working_choices(error, input_shape)
            raise

    def _geometry_of(self, shape: Shape) -> Geometry:
        """The geometry of a shape in canonical form; the last one is kept."""
        kept = self._geometry
        if kept is None or kept[0] != shape:
            kept = self._geometry = (shape, self._new_geometry(shape))
        return kept[1]

    def _normal_shape(self, input_shape: Any) -> Shape:
        valid = self.padding == "valid" and "output_padding" not in self._arguments
        windows = zip(self.kernel_size, self.dilation_rate, strict=True)
        covered = (Axis(None, kernel, 1, rate).effective_kernel for kernel, rate in windows)
        least = tuple(covered) if valid else (1,) * self.rank
        return arguments.normal_shape(input_shape, self._layout, least)

    def _keep_working_choices(self, error: ShapeError, input_shape: Any) -> None:
        """Try out an error's choices on this layer, and on one like it with other arguments."""
        given = {**self._arguments, "input_shape": input_shape}
        error.choices = tuple(working(error, given, self._try_out))

    def _try_out(self, settings: Mapping[str, Any]) -> None:
        wanted = {name: value for name, value in settings.items() if name != "input_shape"}
        layer = self
        if any(value is not self._arguments.get(name) for name, value in wanted.items()):
            layer = _blank(type(self))
            self._keras_constructor().bare(layer, {**wanted, "dtype": self.dtype})
        layer._new_geometry(layer._normal_shape(settings["input_shape"]))

    def _new_geometry(self, shape: Shape) -> Geometry:
        batch, sizes, channels = self._parted(shape)
        place = self._layout.index("channels")
        least = self._built_channels if self.built else self._arguments.get("groups", 1)
        known = arguments.check_channels(channels, shape, place, least)
        if self.built:
            arguments.check_same_channels(known, self._built_channels, shape, place)
        stages = self._stages(self._axes(sizes), known)
        geometry = Geometry(type(self).__name__, batch, self.data_format, stages)
        self._check_halves(geometry)
        return geometry

    def _check_halves(self, geometry: Geometry) -> None:
        """An activation that halves an axis needs an even number there."""
        halved = self.activation.halved
        if halved is not None:
            counts = {name: self._arguments[name] for name in _COUNTS if name in self._arguments}
            arguments.check_even(geometry.output_shape, halved, counts, self.data_format)

    # Weights

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of this shape; only its channel count is kept.

        The first call does it by itself. Raises ``ShapeError`` for a shape that the layer cannot
        take, ``StateError`` when it is built already.
        """
        arguments.check_not_built(self.built, self.name)
        stages = self.geometry(input_shape).stages
        fresh = {}
        for (name, role), stage in zip(self.kernels, stages, strict=True):
            fresh[name] = self._new_weight(role, stage.kernel_shape)
        if self.use_bias:
            fresh["bias"] = self._new_weight("bias", (stages[-1].filters,))
        for name, shape in self.adapter_shapes(stages).items():
            fresh[name] = self._new_adapter(name, shape)
        self._built_channels = stages[0].channels
        self._weights = fresh
        self.built = True

    def _new_weight(self, role: str, shape: tuple[int, ...]) -> Array:
        check_memory(shape, np.dtype(self.dtype).itemsize, "a_weight")
        argument = f"{role}_initializer"
        initializer = self._arguments[argument] or initializers.GlorotUniform()
        try:
            value = arguments.of_the_caller(argument, initializer, shape, dtype=self.dtype)
            (weight,) = arguments.check_weights([value], [shape], argument)
        except ConvlabError as error:
            # What it offers is about its own arguments, and nobody outside can try that.
            error.choices = ({argument: self.declared_arguments()[argument]},)
            raise
        return np.array(weight, dtype=self.dtype)

    def adapter_shapes(self, stages: tuple[Stage, ...]) -> dict[str, tuple[int, ...]]:
        """The shapes of weights beside the kernels and the bias, by name: those of LoRA."""
        return {}

    def _new_adapter(self, name: str, shape: tuple[int, ...]) -> Array:
        raise NotImplementedError

    def _effective_kernels(self, weights: list[Array]) -> list[Array]:
        """The kernel of each stage, made of these weights."""
        return weights[: len(self.kernels)]

    def _adapter_gradients(self, weights: list[Array], dkernel: Array) -> list[Array]:
        """The gradients of the weights beside the kernels and the bias."""
        return []

    @property
    def _frozen(self) -> tuple[int, ...]:
        """The weights, by index, that are not trained even where the layer is."""
        return ()

    @property
    def weights(self) -> list[Array]:
        """The weights themselves, kernels first, bias last; ``[]`` before ``build``."""
        return list(self._weights.values())

    @property
    def trainable_weights(self) -> list[Array]:
        """The weights that a training loop should change."""
        return [weight for index, weight in enumerate(self.weights) if self._trains(index)]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The weights that a training loop should leave alone."""
        return [weight for index, weight in enumerate(self.weights) if not self._trains(index)]

    def _trains(self, index: int) -> bool:
        return self.trainable and index not in self._frozen

    def get_weights(self) -> list[Array]:
        """Copies of the weights, kernels first, bias last."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Copy values into the weights, in the order of ``get_weights``; nothing is broadcast.

        Raises ``ShapeError`` for another number of arrays or another shape, ``DTypeError`` for what
        holds no real numbers, ``StateError`` before ``build``.
        """
        if not self.built and arguments.is_empty(weights):
            return
        arguments.check_built(self.built, "set_weights", self.name)
        shapes = [weight.shape for weight in self.weights]
        values = arguments.check_weights(weights, shapes, self.name)
        self._keep_what_was_used()
        for weight, value in zip(self.weights, values, strict=True):
            weight[...] = value

    def _keep_what_was_used(self) -> None:
        """Let the last call keep its own weights, before the layer changes them."""
        for kept in self._trace.weights if self._trace else ():
            kept.keep()

    def count_params(self) -> int:
        """The number of single weights. Raises ``StateError`` before ``build``."""
        arguments.check_built(self.built, "count_params", self.name)
        return sum(weight.size for weight in self.weights)

    def constrain(self) -> None:
        """Project every weight as its constraint says: what an optimizer does after each step."""
        self._keep_what_was_used()
        for weight, role in self._roles():
            argument = f"{role}_constraint"
            constraint = self._arguments[argument]
            if constraint is not None:
                value = arguments.of_the_caller(argument, constraint, weight)
                weight[...] = arguments.check_weights([value], [weight.shape], argument)[0]

    def _roles(self) -> list[tuple[Array, str]]:
        """Each weight with the prefix of the arguments that describe it."""
        roles = {**dict(self.kernels), "bias": "bias"}
        # What is beside them belongs to the kernel.
        return [(weight, roles.get(name, "kernel")) for name, weight in self._weights.items()]

    def _regularized(self) -> list[tuple[int, Array, Any]]:
        """(index, weight, regularizer) of the weights that are trained and carry a penalty."""
        found = enumerate(self._roles())
        every = [
            (index, weight, self._arguments[f"{role}_regularizer"])
            for index, (weight, role) in found
            if self._trains(index)
        ]
        return [each for each in every if each[2]]

    @property
    def losses(self) -> list[Any]:
        """The last call's activity penalty, then the weights' penalties; scalars."""
        return [*self._activity, *(_penalty(each[2], each[1]) for each in self._regularized())]

    # The call and the way back

    def __call__(self, x: Any, *, training: bool | None = None) -> Array:
        """The layer's output for a batch ``x`` in ``data_format``; builds the layer at first.

        ``training`` changes nothing, as in Keras' convolution layers.
        Raises ``DTypeError`` for anything but an array of real numbers, ``ShapeError`` for a shape
        that the layer cannot take.
        """
        x = arguments.normal_array(x, self.dtype)
        try:
            arguments.check_input_rank(x.shape, self._layout)
            geometry = self._geometry_of(x.shape)
        except ShapeError as error:
            self._keep_working_choices(error, x.shape)
            raise
        check_memory(geometry.output_shape, x.itemsize, "an_output")
        check_memory(geometry.frame_shape, x.itemsize, "a_frame")
        if not self.built:
            self._build_once(x.shape)
        x, kernels = self._channels_last(x), self._effective_kernels(self.weights)
        try:
            sums = apply_stages(geometry.stages, x, kernels, self._weights.get("bias"))
        except MemoryError as error:
            raise lack_of_memory(error) from None
        z = self._in_data_format(sums)
        y: Array = arguments.of_the_caller("activation", self.activation, z)
        if type(y) is not np.ndarray or (y.shape, y.dtype) != (z.shape, z.dtype):
            y = arguments.check_activated(y, z.shape, self.activation.name)
        activity_gradient = self._penalise_activity(y)
        used = [_Kept(weight) for weight in self._weights.values()]
        self._trace = _Trace(geometry, x, z, y.shape, activity_gradient, used)
        return y

    def _build_once(self, shape: Shape) -> None:
        """Build, unless another thread did meanwhile."""
        with _building:
            if not self.built:
                self.build(shape)

    def _penalise_activity(self, y: Array) -> Array | None:
        """Note the activity penalty of a call, an average over the batch; return its gradient."""
        if self.activity_regularizer is None:
            return None
        batch = max(len(y), 1)
        penalty = _penalty(self.activity_regularizer, y, "activity_regularizer")
        self._activity = [penalty / y.dtype.type(batch)]
        gradient: Array = self.activity_regularizer.gradient(y) / y.dtype.type(batch)
        return gradient

    def backward(self, grad_output: Any) -> Array:
        """The gradient of the last call's input, given that of its output.

        Fills ``gradients`` with the gradient of every weight, in the order of ``weights``. The
        penalties in ``losses`` are part of what is differentiated. Raises ``StateError`` before
        the first call, ``ShapeError`` for a gradient of another shape than the output.
        """
        arguments.check_called(self._trace is not None, self.name)
        assert self._trace is not None
        geometry, x, z, output_shape, activity_gradient, used = self._trace
        arguments.check_weights_kept(all(kept.unchanged for kept in used), self.name)
        dy = arguments.normal_array(grad_output, self.dtype, "grad_output")
        arguments.check_gradient_shape(dy.shape, output_shape)
        if activity_gradient is not None:
            dy = dy + activity_gradient
        errors = self._channels_last(self.activation.gradient(z, dy))
        gradients = [_sum_over_positions(errors)] if self.use_bias else []
        weights = [kept.weight for kept in used]
        kernels = self._effective_kernels(weights)
        try:
            inputs = stage_inputs(geometry.stages, x, kernels)
            steps = zip(geometry.stages[::-1], inputs[::-1], kernels[::-1], strict=True)
            for stage, each, kernel in steps:
                errors, dkernel = stage_gradients(stage, each, kernel, errors)
                gradients.insert(0, dkernel)
        except MemoryError as error:
            raise lack_of_memory(error) from None
        gradients += self._adapter_gradients(weights, gradients[0])
        for index, _, penalty in self._regularized():
            gradients[index] = gradients[index] + penalty.gradient(weights[index])
        self.gradients = gradients
        return self._in_data_format(errors)

    def _channels_last(self, x: Array) -> Array:
        return np.moveaxis(x, 1, -1) if self.data_format == "channels_first" else x

    def _in_data_format(self, x: Array) -> Array:
        return np.moveaxis(x, -1, 1) if self.data_format == "channels_first" else x

    # The config

    def get_config(self) -> dict[str, Any]:
        """Keras' config: plain values from which ``from_config`` makes the layer anew."""
        policy = {"module": "keras", "class_name": "DTypePolicy", "registered_name": None}
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": {**policy, "config": {"name": self.dtype}},
            **{name: _serialized(name, value) for name, value in self._arguments.items()},
        }

    def configuration_of(self, argument: str) -> Any:
        """One argument as ``get_config`` writes it; the dtype by its name.

        Raises ``ArgumentError`` for an object of the caller's own that has no configuration.
        """
        return _serialized(argument, getattr(self, argument))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A new layer, without weights, from a config of convlab's or of Keras', old ones too."""
        return cls(**arguments.normal_config(config, tuple(cls.declared_arguments())))

    def __repr__(self) -> str:
        defaults = self.declared_arguments()
        shown = (
            f"{name}={_shown(value)}"
            for name, value in self._arguments.items()
            if _shown(value) != _default(name, defaults.get(name, REQUIRED), self.rank)
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def _penalty(regularizer: Any, values: Array, argument: str = "regularizer") -> Any:
    found = arguments.of_the_caller(argument, regularizer, values)
    return arguments.check_penalty(found, argument)


_COUNTS = ("filters", "depth_multiplier")

_SERIALIZERS = {
    "activation": activations.serialize,
    "initializer": initializers.serialize,
    "regularizer": regularizers.serialize,
    "constraint": constraints.serialize,
}


def _serialized(argument: str, value: Any) -> Any:
    serialize = _SERIALIZERS.get(argument.rpartition("_")[2])
    return serialize(value) if serialize and value is not None else value


def _default(argument: str, value: Any, rank: int) -> str | None:
    """An argument's default as it would be shown; None where there is none."""
    if value is REQUIRED:
        return None
    return _shown(arguments.normal(argument, value, rank))


def _shown(value: Any) -> str:
    return repr(getattr(value, "name", value))


def _sum_over_positions(errors: Array) -> Array:
    """db[f] = the sum of dz[n,…,f] over all samples and positions, summed in double precision."""
    # Rows first: NumPy adds long runs quickly, and short ones slowly.
    rows = tuple(range(errors.ndim - 2))
    total: Array = errors.sum(axis=rows, dtype=np.float64).sum(axis=0)
    return total.astype(errors.dtype)

"""What every layer has, whatever it computes: arguments, weights, penalties, the config."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from threading import RLock
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import activations, arguments, constraints, initializers, regularizers
from ..choices import applied, working
from ..errors import ConvlabError, NoWeightError, ShapeError
from ..geometry import Size
from ..memory import check_memory

Array = NDArray[np.floating]
Shape = tuple[Size, ...]
Readers: TypeAlias = Mapping[str, Callable[[object, str, int], Any]]
"""By the argument's name: a function of value, name and rank, as those of ``arguments``."""

_names_given: Counter[str] = Counter()
_building = RLock()


class _Required:
    """Stands for the default of an argument that has none."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


def name_prefix(class_name: str) -> str:
    """How a layer's automatic name begins.

    >>> name_prefix("DepthwiseConv2D")
    'depthwise_conv2d'
    """
    return re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


def _automatic_name(class_name: str) -> str:
    """Keras' way: ``conv2d``, then ``conv2d_1``, …"""
    prefix = name_prefix(class_name)
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
    def construct(layer: BaseLayer, /, *values: Any, **named: Any) -> None:
        arguments.check_call(names, values, named, type(layer).__name__)
        every = {**dict(zip(names, values, strict=False)), **named}
        given = applied(every, arguments.read_once(every))
        try:
            bare(layer, given)
        except ConvlabError as error:
            tried = working(error, given, lambda wish: bare(_blank(type(layer)), wish))
            error.choices = tuple(tried)
            raise

    def bare(layer: BaseLayer, given: Mapping[str, Any]) -> None:
        missing = {name: None for name, value in defaults.items() if value is REQUIRED}
        constructor(layer, **{**missing, **given})

    construct.__dict__.update(declared=defaults, bare=bare)
    return construct


def _blank(kind: type[BaseLayer]) -> BaseLayer:
    """A layer before its constructor ran; with a name, so that no automatic one is used up."""
    layer = kind.__new__(kind)
    layer.name = "tried"
    return layer


class Weight:
    """A weight as an attribute: read as the array itself, set by copying values into it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: BaseLayer | None, owner: type | None = None) -> Any:
        if layer is None:
            return self
        if not layer.built:
            raise NoWeightError("no_weight_yet", argument=self.name, value=None, layer=layer.name)
        return layer._weights.get(self.name)

    def __set__(self, layer: BaseLayer, value: Any) -> None:
        arguments.check_built(layer.built, self.name, layer.name)
        arguments.check_has_weight(self.name, tuple(layer._weights), layer.name)
        values = {**layer._weights, self.name: value}
        layer.set_weights([values[name] for name in layer._weights])


class Trace(NamedTuple):
    """What the last call leaves for the way back; ``more`` is the layer's own."""

    inputs: Any
    output_shape: Shape
    activity_gradient: Array | None
    weights: list[Kept]
    more: Any = None


_COPIED_WEIGHTS = 1 << 16
"""Up to this size, a copy of the weights costs next to nothing beside the sums."""


class Kept:
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


class BaseLayer:
    """A layer of Keras': its arguments, weights, penalties and config.

    A subclass declares its signature and says what it computes.

    ``backward`` keeps hold of the last call's input, not of a copy: do not change it in between.
    Weights may change: the gradient is that of the weights which the call used.
    """

    rank: ClassVar[int]
    """The number of directions of the arguments that have a number for each."""
    merges: ClassVar[bool] = False
    """Whether it takes a list of inputs."""
    extras: ClassVar[tuple[str, ...]] = ()
    """Arguments that Keras takes beside those of its signature."""
    readers: ClassVar[Readers] = {}
    """How this layer reads arguments that mean something else elsewhere."""

    built: bool = False
    trainable: bool
    dtype: str
    name: str
    activity_regularizer: Any = None
    _built_shape: Any = None

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
            argument: self._normal(argument, value) for argument, value in own.items()
        }
        self.trainable = self._normal("trainable", trainable)
        self.dtype = self._normal("dtype", dtype)
        given_name = self._normal("name", name) or self.__dict__.get("name")
        self.name = _automatic_name(type(self).__name__) if given_name is None else given_name
        self.__dict__.update(self._arguments)
        self._weights: dict[str, Array] = {}
        self.gradients: list[Array] = []
        self._activity: list[Any] = []
        self._trace: Trace | None = None
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
        arguments.check_a_layer_itself(found is not None, cls.__name__)
        return found

    def _check_arguments(self) -> None:
        """The rules between arguments; a subclass adds its own."""

    @classmethod
    def _normal(cls, argument: str, value: object) -> Any:
        """An argument's canonical value. Raises ``ArgumentError`` for one that is illegal."""
        read = cls.readers.get(argument)
        if read is None:
            return arguments.normal(argument, value, cls.rank)
        return read(value, argument, cls.rank)

    # Shapes

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for an input's; sizes that are ``None`` stay ``None``.

        Raises ``ShapeError`` where the layer would.
        """
        raise NotImplementedError

    def weight_shapes(self, input_shape: Any) -> dict[str, tuple[int, ...]]:
        """The shape of each weight by its name, for an input of this shape; before ``build``, too.

        Raises ``ShapeError`` for a shape that the layer cannot take.
        """
        return self._weight_shapes(self._accepted(input_shape))

    def _weight_shapes(self, shape: Any) -> dict[str, tuple[int, ...]]:
        """Those for a shape in canonical form: kernels first, bias last."""
        return {}

    def _accepted(self, input_shape: Any) -> Any:
        """An input's shape in canonical form.

        Raises ``ShapeError`` for one that the layer cannot take; its choices work.
        """
        try:
            return self._checked(input_shape)
        except ShapeError as error:
            self._keep_working_choices(error, input_shape)
            raise

    def _checked(self, input_shape: Any) -> Any:
        """The same, with choices that nobody tried out yet."""
        raise NotImplementedError

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
        layer._checked(settings["input_shape"])

    # Weights

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of this shape; of it only what they depend on is kept.

        The first call does it by itself. Raises ``ShapeError`` for a shape that the layer cannot
        take, ``StateError`` when it is built already.
        """
        arguments.check_not_built(self.built, self.name)
        shape = self._accepted(input_shape)
        shapes = self._weight_shapes(shape)
        fresh = {name: self._new_weight(name, each) for name, each in shapes.items()}
        self._built_shape = shape
        self._keep_shape(shape)
        self._weights = fresh
        self.built = True

    def get_build_config(self) -> dict[str, Any] | None:
        """The ``input_shape`` that the layer was built for, in Keras' form; ``None`` before."""
        return {"input_shape": self._built_shape} if self.built else None

    def _keep_shape(self, shape: Any) -> None:
        """Note what later inputs must have in common with this one."""

    def _role(self, weight: str) -> str:
        """The prefix of the arguments that describe a weight."""
        return weight

    def _new_weight(self, name: str, shape: tuple[int, ...]) -> Array:
        check_memory(shape, np.dtype(self.dtype).itemsize, "a_weight")
        argument = f"{self._role(name)}_initializer"
        initializer = self._arguments[argument] or initializers.GlorotUniform()
        try:
            value = arguments.of_the_caller(argument, initializer, shape, dtype=self.dtype)
            (weight,) = arguments.check_weights([value], [shape], argument)
        except ConvlabError as error:
            # What it offers is about its own arguments, and nobody outside can try that.
            error.choices = ({argument: self.declared_arguments()[argument]},)
            raise
        return np.array(weight, dtype=self.dtype)

    @property
    def _frozen(self) -> tuple[int, ...]:
        """The weights, by index, that are not trained even where the layer is; -1 is the last."""
        return ()

    @property
    def weights(self) -> list[Array]:
        """The weights themselves, kernels first, bias last; ``[]`` before ``build``."""
        return list(self._weights.values())

    @property
    def trainable_weights(self) -> list[Array]:
        """The weights that a training loop should change."""
        return [weight for weight, trained in self._told_apart() if trained]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The weights that a training loop should leave alone."""
        return [weight for weight, trained in self._told_apart() if not trained]

    def _told_apart(self) -> list[tuple[Array, bool]]:
        return list(zip(self.weights, self.trains(len(self.weights)), strict=True))

    def trains(self, count: int) -> list[bool]:
        """Whether each of its ``count`` weights is trained; before ``build``, too."""
        frozen = {index % count for index in self._frozen} if count else set()
        return [self.trainable and index not in frozen for index in range(count)]

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
            constraint = self._arguments.get(argument)
            if constraint is not None:
                value = arguments.of_the_caller(argument, constraint, weight)
                weight[...] = arguments.check_weights([value], [weight.shape], argument)[0]

    def _roles(self) -> list[tuple[Array, str]]:
        """Each weight with the prefix of the arguments that describe it."""
        return [(weight, self._role(name)) for name, weight in self._weights.items()]

    def _regularized(self) -> list[tuple[int, Array, Any]]:
        """(index, weight, regularizer) of the weights that are trained and carry a penalty."""
        found = enumerate(zip(self._roles(), self.trains(len(self._weights)), strict=True))
        every = [
            (index, weight, self._arguments.get(f"{role}_regularizer"))
            for index, ((weight, role), trained) in found
            if trained
        ]
        return [each for each in every if each[2]]

    @property
    def losses(self) -> list[Any]:
        """The last call's activity penalty, then the weights' penalties; scalars."""
        return [*self._activity, *(_penalty(each[2], each[1]) for each in self._regularized())]

    # The call and the way back

    def __call__(self, x: Any, *, training: bool | None = None) -> Array:
        """The layer's output for a batch ``x``; builds the layer at first."""
        raise NotImplementedError

    def backward(self, grad_output: Any) -> Any:
        """The gradient of the last call's input, given that of its output."""
        raise NotImplementedError

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

    def _used(self) -> list[Kept]:
        """The weights as a call uses them."""
        return [Kept(weight) for weight in self._weights.values()]

    def _way_back(self, grad_output: Any) -> tuple[Trace, Array]:
        """What the last call left, and the gradient of its output with that of its penalty."""
        arguments.check_called(self._trace is not None, self.name)
        assert self._trace is not None
        trace = self._trace
        arguments.check_weights_kept(all(kept.unchanged for kept in trace.weights), self.name)
        dy = arguments.normal_array(grad_output, self.dtype, "grad_output")
        arguments.check_gradient_shape(dy.shape, trace.output_shape)
        if trace.activity_gradient is not None:
            dy = dy + trace.activity_gradient
        return trace, dy

    def _add_penalties(self, gradients: list[Array], weights: list[Array]) -> list[Array]:
        """The gradients of the weights that a call used, those of their penalties added."""
        for index, _, penalty in self._regularized():
            gradients[index] = gradients[index] + penalty.gradient(weights[index])
        return gradients

    # The program

    def code(self, framework: str = "keras", input_shape: Any = None) -> str:
        """The layer as a program for ``framework``: ``"keras"``, ``"pytorch"`` or ``"numpy"``.

        It takes and gives the same arrays. ``input_shape`` holds the batch, too; a layer that is
        built knows it. The weights of ``get_weights`` are put in by Keras' ``set_weights``, by the
        program's ``load`` where it has one, and are the second argument in NumPy. Raises
        ``ArgumentError`` for another framework, and where the shape has to be given.

        >>> from convlab import Conv2D
        >>> print(Conv2D(8, 3, padding="same").code())
        import keras
        <BLANKLINE>
        layer = keras.layers.Conv2D(filters=8, kernel_size=(3, 3), padding="same")
        """
        # By name, on first use: layers compute, and know nothing of programs.
        found: str = import_module("..programs", __package__).program(self, framework, input_shape)
        return found

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
            if _shown(value) != self._default(name, defaults.get(name, REQUIRED))
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    @classmethod
    def _default(cls, argument: str, value: Any) -> str | None:
        """An argument's default as it would be shown; None where there is none."""
        return None if value is REQUIRED else _shown(cls._normal(argument, value))


class SlidingLayer(BaseLayer):
    """A layer whose arrays have sliding directions and channels, in a ``data_format``."""

    data_format: str

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

    def _channels_last(self, x: Array) -> Array:
        return np.moveaxis(x, 1, -1) if self.data_format == "channels_first" else x

    def _in_data_format(self, x: Array) -> Array:
        return np.moveaxis(x, -1, 1) if self.data_format == "channels_first" else x


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


def _shown(value: Any) -> str:
    return repr(getattr(value, "name", value))

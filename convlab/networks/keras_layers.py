"""One layer of a Keras config as a layer of convlab's: old names and spellings, dtype policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .. import arguments
from ..companions import COMPANIONS, Activation, Add, Dropout, Rescaling
from ..errors import ArgumentError, ConvlabError
from ..i18n import Term, text
from ..layers import CONVOLUTIONS
from ..layers.common import BaseLayer
from .keras_calls import Call
from .keras_places import Place, Shown
from .network import AnyLayer
from .unknown import UnknownLayer

KINDS: dict[str, type[BaseLayer]] = {**CONVOLUTIONS, **COMPANIONS}
FAMILIES = ("keras", "tf_keras", "tensorflow")
MODELS = ("Functional", "Model", "Sequential")


class Part(NamedTuple):
    """A layer and what it takes: operands of the call by number, earlier parts by name."""

    name: str
    layer: AnyLayer
    takes: tuple[int | str, ...] | None = None
    """``None`` for all operands that are outputs of layers."""


Notes = dict[Term, None]
"""What somebody who uses the network should know, each once."""


# What an entry is


def class_of(entry: Place) -> str:
    """The name of its class."""
    return entry["class_name"].text


def is_keras(entry: Place) -> bool:
    """Whether a class is Keras' own: of a caller's own, only the name may be alike."""
    module = entry.get("module", "keras").value
    return isinstance(module, str) and module.partition(".")[0] in FAMILIES


def is_operation(entry: Place) -> bool:
    """Whether it is a bare operation, not a layer."""
    module, kind = entry.get("module").value, class_of(entry)
    if kind in ("TFOpLambda", "TensorFlowOpLayer", "SlicingOpLambda"):
        return True
    return "ops" in module.split(".") if isinstance(module, str) else _looks_bare(entry, kind)


def _looks_bare(entry: Place, kind: str) -> bool:
    """An old .h5 file names no modules, but bare operations have neither dtype nor trainable."""
    config = entry.get("config")
    bare = not any(config.has(key) for key in ("dtype", "trainable", "layers"))
    both = kind in ("Add", "Multiply", "Subtract") or config.has("newshape")
    return bare and (both or (kind not in KINDS and kind not in MODELS))


def is_model(entry: Place) -> bool:
    """Whether it holds layers itself, in a way that can be read."""
    config = entry.get("config")
    functional = config.has("layers", "input_layers", "output_layers")
    return functional or (class_of(entry) in MODELS and is_keras(entry))


def name_of(entry: Place) -> str:
    """The layer's name; a config by hand may have none, and Keras then makes one of the class."""
    holder = next((each for each in (entry, entry.get("config")) if each.has("name")), None)
    return class_of(entry).lower() if holder is None else holder["name"].text


# A layer


def parts_of(entry: Place, call: Call | None, notes: Notes) -> tuple[Part, ...]:
    """The layer of an entry; for some kinds several that compute the same together."""
    kind, name = class_of(entry), name_of(entry)
    made = _COMPOSED.get(kind) if is_keras(entry) else None
    try:
        if made is not None:
            found = made(entry["config"], call)
            if found is not None:
                return found
        return (Part("", _layer(entry, notes)),)
    except ConvlabError as error:
        error.add_note(text("errors.in_step", step=name))
        raise


def unknown(entry: Place) -> UnknownLayer:
    config = entry.get("config").value
    return UnknownLayer(name_of(entry), class_of(entry), config=config)


def _layer(entry: Place, notes: Notes) -> AnyLayer:
    config = entry["config"]
    kind = KINDS.get(_ALIASES.get(class_of(entry), class_of(entry)))
    if kind is None or not is_keras(entry):
        return _passing(entry, notes) or unknown(entry)
    given = _current(kind, config, notes)
    try:
        return kind.from_config(given)
    except ConvlabError as error:
        if not _beyond_us(error):
            raise
        reason = _Reason(error)
        notes[Term("keras.not_known", layer=name_of(entry), kind=kind.__name__, reason=reason)] = (
            None
        )
        return unknown(entry)


_BEYOND = ("only", "unknown_argument", "superfluous_argument", "unknown_name")


def _beyond_us(error: ConvlabError) -> bool:
    """Whether a refusal is of something that Keras may well have: a new or unusual argument."""
    bicubic = error.parameters.get("argument") == "interpolation" and error.code == "one_of"
    return bicubic or error.code in _BEYOND


class _Reason:
    """An error as part of a note: written when somebody reads it."""

    def __init__(self, error: ConvlabError) -> None:
        self.error = error

    def __format__(self, specification: str) -> str:
        return format(str(self.error), specification)


# Arguments as Keras 3 spells them

_ALIASES = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
}

_DROPPED = frozenset(
    "fused virtual_batch_size adjustment implementation input_dim input_dtype batch_input_shape"
    " batch_size".split()
)
"""What older Keras wrote, and what says nothing of the layer's sums."""

_RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}


def _current(kind: type[BaseLayer], config: Place, notes: Notes) -> dict[str, Any]:
    """A config as this layer takes it."""
    known = kind.declared_arguments()
    given: dict[str, Any] = {}
    for key, value in config.mapping.items():
        name = _RENAMED.get((kind.__name__, key), key)
        if not _says_nothing(kind.__name__, name, value, known):
            given[name] = _plain(kind.__name__, name, value)
    given["dtype"] = _dtype(kind.__name__, config.get("dtype").value, notes)
    if "/" in str(given.get("name")):
        given["name"] = str(given["name"]).replace("/", "_")
    for name in [*given]:
        if _is_replaceable(name) and not _usable(name, given[name], notes):
            del given[name]
    return given


def _says_nothing(kind: str, name: str, value: Any, known: Iterable[str]) -> bool:
    if kind == "InputLayer":
        return name in ("sparse", "ragged") and not value
    if name in known:
        return False
    # Keras 2 wrote of layers with two kernels what it would say of one.
    of_one_kernel = name.startswith("kernel_") and ("Depthwise" in kind or "Separable" in kind)
    return value is None or name in _DROPPED or of_one_kernel


def _plain(kind: str, name: str, value: Any) -> Any:
    """A value without the wrapping of older Keras."""
    if isinstance(value, Mapping) and value.get("type") == "ndarray":
        return value.get("value")
    one = isinstance(value, list | tuple) and len(value) == 1
    return value[0] if one and (kind, name) == ("BatchNormalization", "axis") else value


def _dtype(kind: str, value: Any, notes: Notes) -> Any:
    """The dtype to compute in: float32 for policies that convlab has not, with a note."""
    name = value
    if isinstance(value, Mapping):
        inner = value.get("config")
        name = inner.get("name") if isinstance(inner, Mapping) else None
    integers = isinstance(name, str) and name.startswith(("int", "uint", "bool", "string"))
    if kind == "InputLayer" and integers:
        return "float32"
    mixed = name in arguments.MIXED_POLICIES
    if mixed or (isinstance(name, str) and arguments.precision_of(name) is not None):
        notes[Term("keras.dtype", policy=name)] = None
        return "float32"
    return value


_REPLACEABLE = ("initializer", "regularizer", "constraint")


def _is_replaceable(name: str) -> bool:
    """Whether an argument is about how weights begin and are learned, not about the sums."""
    return name.rpartition("_")[2] in _REPLACEABLE


def _usable(name: str, value: Any, notes: Notes) -> bool:
    try:
        arguments.normal(name, value, 1)
    except ArgumentError as error:
        if error.code not in ("unknown_name", "unknown_option"):
            raise
        shown = value.get("class_name") if isinstance(value, Mapping) else value
        notes[Term("keras.replaced", argument=name, value=Shown(shown))] = None
        return False
    return True


# Layers that are several of ours, or none of ours but easily said

_ONLY_IN_TRAINING = frozenset(
    "GaussianNoise GaussianDropout AlphaDropout ActivityRegularization RandomFlip RandomRotation"
    " RandomZoom RandomTranslation RandomContrast RandomBrightness".split()
)


def _passing(entry: Place, notes: Notes) -> AnyLayer | None:
    """What changes numbers in training alone passes them on here."""
    kind, name = class_of(entry), name_of(entry)
    if not is_keras(entry) or kind not in ("Identity", *_ONLY_IN_TRAINING):
        return None
    if kind in _ONLY_IN_TRAINING:
        notes[Term("keras.training_only", kind=kind)] = None
    return Activation("linear", name=name.replace("/", "_"))


def _rank(call: Call | None, usual: int = 4) -> int:
    shape = call.refs[0].shape if call and call.refs else None
    return len(shape) if shape else usual


def _stochastic_depth(config: Place, call: Call | None) -> tuple[Part, ...]:
    mask = (None, *(1,) * (_rank(call) - 1))
    rate = config["drop_path_rate"].value
    return (Part("", Dropout(rate, noise_shape=mask, name=config["name"].text)),)


def _spatial_dropout(config: Place, call: Call | None) -> tuple[Part, ...]:
    """Whole channels are dropped."""
    first = config.get("data_format").value == "channels_first"
    ones = (1,) * (_rank(call) - 2)
    mask = (None, None, *ones) if first else (None, *ones, None)
    return (Part("", Dropout(config["rate"].value, noise_shape=mask, name=config["name"].text)),)


def _scaled_sum(config: Place, call: Call | None) -> tuple[Part, ...]:
    """inputs[0] + inputs[1] * scale, in InceptionResNetV2."""
    name = config["name"].text
    scaled = Rescaling(config["scale"].value, name=f"{name}_scaled")
    return Part("scaled", scaled, (1,)), Part("", Add(name=name), (0, "scaled"))


def difference(name: str) -> tuple[Part, ...]:
    """The first operand without the second."""
    negative = Rescaling(-1, name=f"{name}_negative")
    return Part("negative", negative, (1,)), Part("", Add(name=name), (0, "negative"))


def _subtract(config: Place, call: Call | None) -> tuple[Part, ...]:
    return difference(config["name"].text)


def _average(config: Place, call: Call | None) -> tuple[Part, ...] | None:
    if call is None:
        return None
    name, count = config["name"].text, len(call.refs)
    total = Part("sum", Add(name=f"{name}_sum"))
    return total, Part("", Rescaling(1 / count, name=name), ("sum",))


_COMPOSED = {
    "StochasticDepth": _stochastic_depth,
    "SpatialDropout1D": _spatial_dropout,
    "SpatialDropout2D": _spatial_dropout,
    "CustomScaleLayer": _scaled_sum,
    "Subtract": _subtract,
    "Average": _average,
}

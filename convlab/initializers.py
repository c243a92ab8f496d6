"""Initializers: the weights that a layer begins with.

Names, arguments and distributions are those of Keras 3, but NumPy draws other numbers from the same
seed. An initializer settles its seed when it is made, so each call repeats the last; for new
numbers at each call, give it a ``SeedGenerator``. ``set_random_seed`` repeats a whole notebook.
"""

# NumPy's stubs say Any for most of its functions, and so would every formula here.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .errors import ArgumentError, DTypeError, ShapeError
from .random import SeedGenerator, checked_seed, fresh_seed
from .registry import (
    Configurable,
    Configuration,
    Registry,
    checked_choice,
    checked_number,
    described,
)

Array = NDArray[Any]
Seed = int | SeedGenerator | Mapping[str, Any] | None

# The standard deviation of a standard normal distribution cut at ±2.
CUT_NORMAL_STDDEV = 0.87962566103423978

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


class Initializer(Configurable):
    """The base of all initializers, and of your own: override ``__call__``."""

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        """A new array of ``shape``; ``dtype`` None is float32."""
        raise NotImplementedError


class Constant(Initializer):
    """``value`` everywhere; an array is repeated along the axes that it lacks.

    >>> Constant(2.0)((2, 3))
    array([[2., 2., 2.],
           [2., 2., 2.]], dtype=float32)
    """

    def __init__(self, value: Any = 0.0) -> None:
        if np.asarray(value).dtype.kind not in "fiub":
            raise ArgumentError("number", argument="value", value=value, choices=[{"value": 0.0}])
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        sizes = _checked_shape(shape)
        value = np.asarray(self.value).astype(_checked_dtype(dtype))
        try:
            return np.broadcast_to(value, sizes).copy()
        except ValueError:
            raise ShapeError(
                "value_shape",
                argument="shape",
                value=sizes,
                given=value.shape,
                choices=[{"shape": value.shape}],
            ) from None


class GivenValues(Constant):
    """An array that the caller chose, for exactly its own shape."""

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        given = np.shape(self.value)
        if _checked_shape(shape) != given:
            raise ShapeError(
                "value_shape",
                argument="shape",
                value=tuple(shape),
                given=given,
                choices=[{"shape": given}],
            )
        return super().__call__(shape, dtype)


class Zeros(Initializer):
    """0 everywhere.

    >>> Zeros()((2,))
    array([0., 0.], dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        return np.zeros(_checked_shape(shape), _checked_dtype(dtype))


class Ones(Initializer):
    """1 everywhere.

    >>> Ones()((2,), dtype="float64")
    array([1., 1.])
    """

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        return np.ones(_checked_shape(shape), _checked_dtype(dtype))


class Identity(Initializer):
    """``gain`` on the diagonal of a matrix, 0 elsewhere. Raises ``ShapeError`` for other ranks.

    >>> Identity(gain=2)((2, 3))
    array([[2., 0., 0.],
           [0., 2., 0.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = checked_number(gain, "gain")

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        sizes = _checked_shape(shape)
        if len(sizes) != 2:
            raise ShapeError("identity_rank", argument="shape", value=sizes, dimensions=len(sizes))
        return self.gain * np.eye(*sizes, dtype=_checked_dtype(dtype))


class RandomInitializer(Initializer):
    """What the initializers with a seed share: override ``_draw``.

    ``seed`` is an integer, a ``SeedGenerator`` or its configuration, or None for one that nobody
    chose.
    """

    def __init__(self, seed: Seed = None) -> None:
        if isinstance(seed, Mapping):
            is_described = isinstance(seed.get("config"), Mapping)
            seed = SeedGenerator.from_config(seed["config"]) if is_described else checked_seed(seed)
        self.seed = seed
        is_settled = isinstance(seed, SeedGenerator)
        self._source = seed if is_settled else fresh_seed() if seed is None else checked_seed(seed)

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        kind = _checked_dtype(dtype)
        if kind.kind != "f":
            raise DTypeError("random_dtype", argument="dtype", value=dtype, choices=_FLOATS)
        source = self._source
        seed = source.next() if isinstance(source, SeedGenerator) else source
        return self._draw(np.random.default_rng(seed), _checked_shape(shape)).astype(kind)

    def get_config(self) -> Configuration:
        """The constructor's arguments; a ``SeedGenerator`` is described as Keras describes it."""
        config = super().get_config()
        if isinstance(self.seed, SeedGenerator):
            config["seed"] = described("keras.random", "SeedGenerator", self.seed.get_config())
        return config

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Numbers in float64, so that both precisions get the same weights."""
        raise NotImplementedError


class RandomNormal(RandomInitializer):
    """Normally distributed.

    >>> RandomNormal(mean=0.0, stddev=0.05, seed=1)((3, 3, 1, 8)).shape
    (3, 3, 1, 8)
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> None:
        self.mean = checked_number(mean, "mean")
        self.stddev = checked_number(stddev, "stddev")
        super().__init__(seed)

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.mean + self.stddev * random.standard_normal(shape)


class TruncatedNormal(RandomNormal):
    """Normally distributed, but what falls beyond two ``stddev`` of the mean is drawn again.

    >>> weights = TruncatedNormal(stddev=1.0, seed=1)((1000,))
    >>> bool(abs(weights).max() <= 2)
    True
    """

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.mean + self.stddev * _cut_normal(random, shape)


class RandomUniform(RandomInitializer):
    """Evenly distributed from ``minval`` up to, but without, ``maxval``.

    >>> weights = RandomUniform(minval=1.0, maxval=3.0, seed=1)((1000,))
    >>> bool(weights.min() >= 1 and weights.max() <= 3)
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None) -> None:
        self.minval = checked_number(minval, "minval")
        self.maxval = checked_number(maxval, "maxval")
        super().__init__(seed)

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.minval + (self.maxval - self.minval) * random.random(shape)


class VarianceScaling(RandomInitializer):
    """Mean 0 and variance scale / n, where n is the fan that ``mode`` names.

    "fan_avg" is the mean of both fans. The ``distribution`` "truncated_normal" (or "normal") is cut
    at two standard deviations and widened, so that its variance is right after the cut.
    ``input_axes`` and ``output_axes`` say which axes make the fans; see ``compute_fans``.

    >>> weights = VarianceScaling(scale=2.0, mode="fan_in", seed=1)((3, 3, 50, 40))
    >>> bool(abs(weights.var() * (3 * 3 * 50) - 2.0) < 0.1)
    True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        if not 0 < checked_number(scale, "scale") < math.inf:
            raise ArgumentError("scale", argument="scale", value=scale, choices=[{"scale": 1.0}])
        named = distribution.lower() if isinstance(distribution, str) else distribution
        named = "truncated_normal" if named == "normal" else named
        self.scale = scale
        self.mode = checked_choice(mode, "mode", MODES)
        self.distribution = checked_choice(named, "distribution", DISTRIBUTIONS)
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        stddev = math.sqrt(self.scale / max(1, fan))
        if self.distribution == "uniform":
            return stddev * math.sqrt(3) * random.uniform(-1, 1, shape)
        if self.distribution == "untruncated_normal":
            return stddev * random.standard_normal(shape)
        return stddev / CUT_NORMAL_STDDEV * _cut_normal(random, shape)


class _NamedScaling(VarianceScaling):
    """A ``VarianceScaling`` whose ``_settings`` are fixed."""

    _settings: tuple[float, str, str]

    def __init__(
        self,
        seed: Seed = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(*self._settings, seed, input_axes, output_axes)


class GlorotUniform(_NamedScaling):
    """Even on ±√(6 / (fan_in + fan_out)): the default of every kernel.

    >>> weights = GlorotUniform(seed=1)((3, 3, 4, 8))
    >>> bool(abs(weights).max() <= (6 / (3 * 3 * 4 + 3 * 3 * 8)) ** 0.5)
    True

    Source: Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
    """

    _settings = (1.0, "fan_avg", "uniform")


class GlorotNormal(_NamedScaling):
    """Cut normal with variance 2 / (fan_in + fan_out).

    Source: Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
    """

    _settings = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_NamedScaling):
    """Even on ±√(6 / fan_in), meant for layers with relu.

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    _settings = (2.0, "fan_in", "uniform")


class HeNormal(_NamedScaling):
    """Cut normal with variance 2 / fan_in, meant for layers with relu.

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    _settings = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_NamedScaling):
    """Even on ±√(3 / fan_in), meant for layers with selu.

    Source: Klambauer et al., 2017, https://arxiv.org/abs/1706.02515
    """

    _settings = (1.0, "fan_in", "uniform")


class LecunNormal(_NamedScaling):
    """Cut normal with variance 1 / fan_in, meant for layers with selu.

    Source: Klambauer et al., 2017, https://arxiv.org/abs/1706.02515
    """

    _settings = (1.0, "fan_in", "truncated_normal")


class Orthogonal(RandomInitializer):
    """``gain`` times a random matrix whose columns, or rows if there are fewer, are orthonormal.

    All axes but the last are taken together as the rows. Raises ``ShapeError`` below two axes.

    >>> q = Orthogonal(seed=1)((3, 3, 1, 2), dtype="float64").reshape(9, 2)
    >>> bool(np.allclose(q.T @ q, np.eye(2)))
    True

    Source: Saxe et al., 2014, https://arxiv.org/abs/1312.6120
    """

    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        self.gain = checked_number(gain, "gain")
        super().__init__(seed)

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        if len(shape) < 2:
            raise ShapeError(
                "orthogonal_shape", argument="shape", value=shape, dimensions=len(shape)
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        normal = random.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(normal)
        # Without the signs the matrix would depend on the habits of the QR routine.
        q *= np.sign(np.diagonal(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """How many inputs feed one output, and how many outputs one input feeds, for a weight's shape.

    The last two axes are taken for inputs and outputs and all before them for the window, whatever
    the layer means by them: so for a Conv2DTranspose kernel (kh, kw, F, C) the filters come out as
    inputs. Where both are given, the axes named decide in place of this rule.

    >>> compute_fans((3, 3, 4, 8))
    (36, 72)
    """
    if input_axes is not None and output_axes is not None:
        return _product(shape, input_axes, "input_axes"), _product(
            shape, output_axes, "output_axes"
        )
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _product(shape: Sequence[int], axes: Sequence[int], argument: str) -> int:
    try:
        return math.prod(shape[axis] for axis in axes)
    except (IndexError, TypeError):
        choices = [{argument: [axis]} for axis in range(len(shape))]
        raise ArgumentError(
            "fan_axes", argument=argument, value=axes, shape=tuple(shape), choices=choices
        ) from None


def _cut_normal(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers, drawn again until all lie within ±2."""
    values = np.atleast_1d(random.standard_normal(shape))
    while (outside := np.abs(values) > 2).any():
        values[outside] = random.standard_normal(np.count_nonzero(outside))
    return values.reshape(shape)


def _checked_shape(shape: Any) -> tuple[int, ...]:
    try:
        sizes = tuple(operator.index(size) for size in shape)
    except TypeError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise ShapeError(
            "weight_shape", argument="shape", value=shape, choices=[{"shape": (3, 3, 1, 1)}]
        )
    return sizes


_FLOATS = [{"dtype": "float32"}, {"dtype": "float64"}]


def _checked_dtype(dtype: Any) -> np.dtype[Any]:
    try:
        kind = np.dtype("float32" if dtype is None else dtype)
    except TypeError:
        kind = np.dtype(object)
    if kind.kind not in "fiub":
        raise DTypeError("weight_dtype", argument="dtype", value=dtype, choices=_FLOATS)
    return kind


_COSINES = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
}
"""Windows as sums of cosines: the first number minus, plus, minus … cosines of 1, 2, 3 turns."""


class STFT(Initializer):
    """One cosine (``"real"``) or sine (``"imag"``) a filter, under a window: a Fourier transform.

    The kernel has the shape (frame, 1, frequencies), as that of a ``Conv1D`` on one channel.
    ``window`` is a name, the window's values or ``None``; ``scaling`` divides by the window's L2
    norm (``"density"``), its L1 norm (``"spectrum"``) or by nothing (``None``).

    >>> STFT(window=None)((4, 1, 3))[:, 0, 2].round(6).tolist()
    [1.0, -1.0, 1.0, -1.0]
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        self.side = checked_choice(side, "side", ("real", "imag"))
        if isinstance(window, str):
            checked_choice(window, "window", tuple(_COSINES))
        self.window = window
        if scaling is not None:
            checked_choice(scaling, "scaling", ("density", "spectrum"))
        self.scaling = scaling
        self.periodic = periodic

    def __call__(self, shape: Sequence[int], dtype: DTypeLike | None = None) -> Array:
        sizes = _checked_shape(shape)
        if len(sizes) != 3:
            raise ShapeError("stft_shape", argument="shape", value=sizes)
        frame, _, frequencies = sizes
        turns = np.arange(frequencies) / max(2 * (frequencies - 1), 1)
        angles = -2 * np.pi * np.arange(frame)[:, None, None] * turns
        kernel = np.cos(angles) if self.side == "real" else np.sin(angles)
        return (kernel * self._weights(frame)[:, None, None]).astype(_checked_dtype(dtype))

    def _weights(self, frame: int) -> Array:
        """The window, scaled."""
        if self.window is None:
            return np.ones(frame)
        window = _window(self.window, frame, bool(self.periodic))
        if self.scaling == "density":
            return window / np.sqrt((window**2).sum())
        return window / np.abs(window).sum() if self.scaling == "spectrum" else window


def _window(window: Any, frame: int, periodic: bool) -> Array:
    if isinstance(window, str):
        turns = np.arange(frame) / max(frame if periodic else frame - 1, 1)
        terms = enumerate(_COSINES[window])
        waves = [(-1) ** n * a * np.cos(2 * np.pi * n * turns) for n, a in terms]
        return np.sum(waves, axis=0) if frame > 1 else np.ones(frame)
    values = np.asarray(window, dtype=np.float64)
    if values.shape != (frame,):
        raise ShapeError(
            "value_shape",
            argument="window",
            value=(frame,),
            given=values.shape,
            choices=[{"window": name} for name in ("hann", "hamming")],
        )
    return values


constant, identity, ones, orthogonal, zeros = Constant, Identity, Ones, Orthogonal, Zeros
glorot_normal, he_normal, lecun_normal = GlorotNormal, HeNormal, LecunNormal
glorot_uniform, he_uniform, lecun_uniform = GlorotUniform, HeUniform, LecunUniform
random_normal, random_uniform = RandomNormal, RandomUniform
truncated_normal, variance_scaling = TruncatedNormal, VarianceScaling

_NAMES = {
    "constant": Constant,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "identity": Identity,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "truncated_normal": TruncatedNormal,
    "variance_scaling": VarianceScaling,
    "zeros": Zeros,
}
_ALIASES = {
    "STFT": STFT,
    "stft": STFT,
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}
# A layer's weight is no matrix, and a bias has no columns.
_registry = Registry("initializer", _NAMES, _ALIASES, {"identity": "", "orthogonal": "bias"})


def get(identifier: Any, argument: str = "initializer") -> Callable[..., Array] | None:
    """The initializer for a name, configuration, class, callable or array; None for None.

    A callable is called as ``function(shape, dtype=dtype)``; an array is copied, and serves for its
    own shape only. ``argument`` is the name under which an error speaks of it. Raises
    ``ArgumentError``.

    >>> get("he_normal", argument="kernel_initializer")
    HeNormal(seed=None, input_axes=None, output_axes=None)
    """
    if isinstance(identifier, np.ndarray | np.generic) and not isinstance(identifier, str):
        return GivenValues(np.array(identifier))
    found: Callable[..., Array] | None = _registry.get(identifier, argument)
    return found


def serialize(initializer: Any) -> Any:
    """The configuration that Keras and ``deserialize`` read; a given array is written as Constant.

    >>> serialize(HeNormal(seed=3))["config"]
    {'seed': 3, 'input_axes': None, 'output_axes': None}
    """
    is_given = isinstance(initializer, GivenValues)
    return _registry.serialize(Constant(initializer.value) if is_given else initializer)


def deserialize(
    config: str | Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """The initializer that a name or a configuration describes.

    >>> deserialize({"class_name": "Constant", "config": {"value": 2.0}})
    Constant(value=2.0)
    """
    return _registry.deserialize(config, custom_objects)

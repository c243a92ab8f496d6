"""The other layers of PyTorch's: dense, norms, dropout, frames, finer grids, other shapes."""

from __future__ import annotations

from math import prod

from .. import companions
from ..layers.common import Shape
from .torch_frames import FIRST, cropping, layer, of_rank, steps_last
from .torch_modules import Part, Place


def linear(place: Place) -> list[Part]:
    """``Linear``: its weight is (out, in), the kernel of ``Dense`` (in, out)."""
    bias = place.arrays("bias")
    arguments = {"units": place.get("out_features"), "use_bias": bool(bias)}
    weights, built_for = [place.array("weight").T, *bias], (None, place.get("in_features"))
    return [Part(companions.Dense, arguments, weights=weights, built_for=built_for)]


# Norms


def batch_norm(place: Place) -> list[Part]:
    """``BatchNorm1d`` and ``BatchNorm2d``, by the running statistics."""
    if place.get("running_mean") is None:
        place.refuse("track_running_stats", "running_statistics")
    momentum = place.get("momentum")
    arguments = {
        "axis": 1,
        "epsilon": place.get("eps"),
        # PyTorch's is the share of what is new, Keras' of what was; None is a mean of all batches.
        **({} if momentum is None else {"momentum": 1 - momentum}),
        **_learned(place),
    }
    weights = place.arrays("weight", "bias", "running_mean", "running_var")
    built_for = (None, place.get("num_features"))
    return [Part(companions.BatchNormalization, arguments, weights=weights, built_for=built_for)]


def layer_norm(place: Place) -> list[Part]:
    """``LayerNorm``, over the last axes."""
    sizes = tuple(place.get("normalized_shape"))
    axes = list(range(-len(sizes), 0))
    arguments = {
        "axis": axes if len(axes) > 1 else -1,
        "epsilon": place.get("eps"),
        **_learned(place),
    }
    weights, built_for = place.arrays("weight", "bias"), (None, *sizes)
    return [Part(companions.LayerNormalization, arguments, weights=weights, built_for=built_for)]


def _learned(place: Place) -> dict[str, bool]:
    return {
        "scale": place.get("weight") is not None,
        "center": place.get("bias") is not None,
    }


# What passes on, or stands around


def identity(place: Place) -> list[Part]:
    """``Identity``."""
    return [Part(companions.Activation, {"activation": "linear"})]


def dropout(place: Place) -> list[Part]:
    """``Dropout``, ``Dropout1d`` and ``Dropout2d``: the last two drop whole channels."""
    rank = place.rank if place.kind[-1] == "d" else 0
    noise = {"noise_shape": (None, None, *[1] * rank)} if rank else {}
    return [Part(companions.Dropout, {"rate": place.get("p"), **noise})]


def constant_padding(place: Place) -> list[Part]:
    """``ZeroPad1d``, ``ConstantPad2d`` …: less than 0 cuts off; the last axis is named first."""
    given, value = place.along("padding", 2 * place.rank), float(place.get("value"))
    pairs = list(zip(given[::2], given[1::2], strict=True))[::-1]
    around = [(max(before, 0), max(after, 0)) for before, after in pairs]
    cut = [(max(-before, 0), max(-after, 0)) for before, after in pairs]
    kind = layer("ZeroPadding", place.rank)
    framed = [Part(kind, {"padding": of_rank(around), **FIRST})]
    if value:
        framed = [_shift(-value, "lowered"), *framed, _shift(value, "raised")]
    return [*framed, *cropping(cut)] if any(map(any, cut)) else framed


def _shift(offset: float, suffix: str) -> Part:
    return Part(companions.Rescaling, {"scale": 1.0, "offset": offset}, suffix)


# Finer grids


def upsampling(place: Place) -> list[Part]:
    """``Upsample`` and ``UpsamplingNearest2d`` by whole factors."""
    mode = place.get("mode")
    if mode not in ("nearest", "nearest-exact", "linear", "bilinear"):
        place.refuse("mode", "upsampling_mode")
    if place.get("align_corners"):
        place.refuse("align_corners", "align_corners")
    factors = _factors(place)
    known = _rank(place, len(factors))
    notes = (place.note("taken_for_images"),) if known is None else ()
    rank = known or 2
    factors = factors if len(factors) == rank else factors * rank
    if rank == 1:
        return _along_time(place, factors[0], mode)
    smooth = {"interpolation": "bilinear"} if mode == "bilinear" else {}
    return [Part(companions.UpSampling2D, {"size": factors, **FIRST, **smooth}, notes=notes)]


def _factors(place: Place) -> tuple[int, ...]:
    """Whole factors: one for all directions, or one for each."""
    if place.get("scale_factor") is None:
        place.refuse("size", "upsampling_size")
    given = place.get("scale_factor")
    factors = tuple(given) if isinstance(given, tuple | list) else (given,)
    if any(factor != int(factor) or factor < 1 for factor in factors):
        place.refuse("scale_factor", "upsampling_factor")
    return tuple(map(int, factors))


def _rank(place: Place, told: int) -> int | None:
    """The number of directions, as far as the module or what stands before it tells."""
    modes = {"linear": 1, "bilinear": 2}
    known = modes.get(place.get("mode"), place.rank if place.kind[-1] == "d" else None)
    if known is None and told > 1:
        known = told
    return known or (len(place.shape) - 2 if place.shape else None)


def _along_time(place: Place, factor: int, mode: str) -> list[Part]:
    if mode != "linear":
        return steps_last(Part(companions.UpSampling1D, {"size": factor}))
    channels = place.shape[1] if place.shape else None
    if channels is None:
        place.refuse("mode", "linear_upsampling")
    smooth = {"size": (1, factor), "interpolation": "bilinear", **FIRST}
    return [
        Part(companions.Reshape, {"target_shape": (channels, 1, -1)}, "image"),
        Part(companions.UpSampling2D, smooth),
        Part(companions.Reshape, {"target_shape": (channels, -1)}, "time"),
    ]


# Other shapes


def flatten(place: Place) -> list[Part]:
    """``Flatten``: the numbers stay in PyTorch's order."""
    first, last = place.get("start_dim"), place.get("end_dim")
    if (first, last) == (1, -1):
        return [Part(companions.Flatten)]
    shape = place.shape
    if shape is None or 0 in (first % len(shape), last % len(shape)):
        place.refuse("start_dim" if last == -1 else "end_dim", "flatten")
    first, last = first % len(shape), last % len(shape) + 1
    joined = shape[first:last]
    size = None if None in joined else prod(map(int, joined))  # type: ignore[arg-type]
    return [_reshape(place, (*shape[1:first], size, *shape[last:]), "start_dim", "flatten")]


def unflatten(place: Place) -> list[Part]:
    """``Unflatten``: of rows, unless what stands before tells another shape."""
    axis, sizes = place.get("dim"), tuple(place.get("unflattened_size"))
    shape = place.shape or (None, None)
    if not isinstance(axis, int) or axis % len(shape) == 0:
        place.refuse("dim", "unflatten")
    axis = axis % len(shape)
    sizes = _told(sizes, shape[axis])
    return [_reshape(place, (*shape[1:axis], *sizes, *shape[axis + 1 :]), "dim", "unflatten")]


def _told(sizes: tuple[int, ...], whole: int | None) -> Shape:
    """Sizes, the one that is -1 as far as the others tell it."""
    rest = prod(size for size in sizes if size != -1)
    unknown = None if whole is None else whole // max(rest, 1)
    return tuple(unknown if size == -1 else size for size in sizes)


def _reshape(place: Place, sizes: Shape, argument: str, advice: str) -> Part:
    """Into these sizes, of which at most one is not known."""
    if sizes.count(None) > 1:
        place.refuse(argument, advice)
    target = tuple(-1 if size is None else size for size in sizes)
    return Part(companions.Reshape, {"target_shape": target})

"""A crop of a real layer's input that can be shown, around one place of its output.

The crop lies so that its windows start where those of the whole input do: what is computed inside
of it, away from its edges, is what the real layer computes there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, ConvlabError, DTypeError
from ..geometry import AnyAxis
from ..layers import LAYERS, Layer
from .arrays import one_sample, simple
from .checks import is_index, nearest_index
from .parts import Part, part_of
from .ranges import MOST, check_reach, usual_ranges
from .settings import Settings, legal_geometry, sample_shape, settings_of_layer
from .values import Array

_PICTURE = 48


@dataclass(frozen=True)
class Crop:
    """What is shown of a real layer; ``whole`` is the record of what it was taken from."""

    name: str
    settings: Settings
    input: Array
    weights: list[Array]
    position: tuple[int, ...]
    whole: dict[str, Any] | None
    part: Part

    def own_choices(self, choices: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A refusal's choices as far as the layer's weights allow them: fewer of them, not others.

        Counts of channels and filters become lists of the first of those that are shown.
        """
        lists = {"channels": self.part.channels, "filters": self.part.filters}
        fixed = {"kernel_size", "groups", "depth_multiplier", "use_bias"}
        fixed |= {*lists} if self.settings.get("groups", 1) > 1 else set()
        return [
            {n: lists[n][:v] if n in lists and isinstance(v, int) else v for n, v in one.items()}
            for one in choices
            if not fixed & one.keys()
        ]


@dataclass(frozen=True)
class Span:
    """A stretch of one axis: where it starts, its size, and the output there that is looked at."""

    start: int
    size: int
    output: int


def crop_of(
    layer: Any, x: Any, at: Any = None, filters: Any = None, channels: Any = None, sizes: Any = None
) -> Crop:
    """The part of a layer and of its input around the output place ``at``.

    ``sizes`` is how large the crop may be, ``None`` for the usual reach. The layer is built if it
    was not. Raises a ``ConvlabError`` for what is no layer, no array, no place, no such channels.
    """
    if type(layer).__name__ not in LAYERS or not isinstance(layer, Layer):
        raise DTypeError("explorer_layer", argument="layer", kind=type(layer).__name__)
    sample = one_sample(x, layer.rank, layer.data_format)
    first = layer.data_format == "channels_first"
    image = np.moveaxis(sample, 0, -1) if first else sample
    legal_geometry(layer, image.shape[:-1], image.shape[-1])
    if not layer.built:
        layer.build((1, *sample.shape))
    spans = _spans(layer, image.shape, at, sizes)
    part = part_of(layer, image.shape[-1], channels, filters)
    stretch = tuple(slice(span.start, span.start + span.size) for span in spans)
    inner = image[stretch][..., part.channels]
    place = tuple(span.output for span in spans)
    settings = settings_of_layer(layer, inner.shape[:-1], len(part.channels))
    whole = _whole(image, spans, part)
    return Crop(
        type(layer).__name__,
        {**settings, **part.counts},
        np.moveaxis(inner, -1, 0) if first else inner,
        part.weights,
        (0, *place) if first else (*place, 0),
        None if inner.shape == image.shape and len(part.filters) == part.all_filters else whole,
        part,
    )


def _whole(image: Array, spans: list[Span], part: Part) -> dict[str, Any]:
    return {
        "sizes": list(image.shape[:-1]),
        "at": [span.start for span in spans],
        "channels": part.channels,
        "filters": part.filters,
        "allChannels": image.shape[-1],
        "allFilters": part.all_filters,
        "picture": _picture(image),
    }


def _picture(image: Array) -> list[list[int]]:
    """A small picture of the whole, averaged over the channels: levels from 0 to 255."""
    plane = image[None] if image.ndim == 2 else image
    picks = [np.linspace(0, n - 1, min(n, _PICTURE)).astype(int) for n in plane.shape[:2]]
    grey = plane[np.ix_(*picks)].mean(axis=-1)
    least, most = float(grey.min()), float(grey.max())
    levels: list[list[int]] = np.round((grey - least) / ((most - least) or 1) * 255).astype(
        int).tolist()  # fmt: skip
    return levels


def _spans(layer: Layer, shape: tuple[int, ...], at: Any, sizes: Any) -> list[Span]:
    """A span for each axis, as large as the usual reach or ``sizes``."""
    axes = _axes(layer, shape[:-1], shape[-1])
    place = _place(at, tuple(axis.output_size or 0 for axis in axes))
    usual = usual_ranges(type(layer).__name__)["sizes"][1]
    # A crop holds one whole window, unless its size was asked for.
    wanted = tuple(min(max(usual, axis.effective_kernel), MOST["sizes"]) for axis in axes)
    if sizes is not None:
        wanted = arguments.normal_window(simple(sizes), "sizes", layer.rank)
        check_reach({"sizes": wanted}, {"sizes": (1, MOST["sizes"])})
    return [_span(layer, shape, index, place[index], wanted[index]) for index in range(len(axes))]


def _axes(layer: Layer, sizes: tuple[int, ...], channels: int) -> tuple[AnyAxis, ...]:
    return layer.geometry(sample_shape(layer.data_format, sizes, channels)).stages[0].axes


def _span(layer: Layer, shape: tuple[int, ...], index: int, output: int, wanted: int) -> Span:
    """The span that shows most of an output's window as the whole input does, in its middle."""
    size = shape[index]
    axis = _axes(layer, shape[:-1], shape[-1])[index]
    if size <= wanted:
        return Span(0, size, output)
    sources = axis.sources(output)
    best = min(
        _candidates(layer, shape, index, sources, wanted),
        default=None,
        key=lambda found: (found[0], found[1], -found[2].size),
    )
    # A window as long as all that can be shown may not be aligned anywhere.
    return best[2] if best else Span(0, wanted, 0)


def _candidates(
    layer: Layer, shape: tuple[int, ...], index: int, sources: tuple[int | None, ...], wanted: int
) -> Iterator[tuple[int, int, Span]]:
    """Each span that is aligned, after how many inputs it hides and how far it is from the middle.

    The windows of one in as many sizes and starts as the stride has are aligned.
    """
    stride, met = layer.strides[index], [source for source in sources if source is not None]
    for size in range(wanted, max(wanted - stride, 0), -1):
        try:
            sizes = (*shape[:index], size, *shape[index + 1 : -1])
            axis = _axes(layer, sizes, shape[-1])[index]
        except ConvlabError:
            continue
        last = shape[index] - size
        middle = min(max((min(met) + max(met)) // 2 - size // 2, 0), last) if met else 0
        for start in range(max(middle - stride, 0), min(middle + stride, last) + 1):
            for output in range(axis.output_size or 0):
                hidden = _hidden(sources, axis.sources(output), start, size)
                if hidden is not None:
                    yield hidden, abs(start - middle), Span(start, size, output)


def _hidden(
    sources: tuple[int | None, ...], inner: tuple[int | None, ...], start: int, size: int
) -> int | None:
    """How many inputs of a window a span hides; ``None`` where the window meets others in it."""
    moved = [None if place is None else place + start for place in inner]
    seen = [s if s is not None and start <= s < start + size else None for s in sources]
    return sum(s is None for s in seen) - sources.count(None) if moved == seen else None


def _place(at: Any, outputs: tuple[int, ...]) -> tuple[int, ...]:
    """An output place, the middle one for ``None``; raises an ``ArgumentError`` for none."""
    if at is None:
        return tuple(size // 2 for size in outputs)
    given = simple(at)
    given = (given,) if isinstance(given, int) and not isinstance(given, bool) else given
    near = nearest_index(given, outputs)
    if not is_index(given) or tuple(given) != near:
        raise ArgumentError(
            "explorer_at",
            argument="at",
            value=at,
            most=tuple(size - 1 for size in outputs),
            least=(0,) * len(outputs),
            choices=[{"at": near}],
        )
    return near

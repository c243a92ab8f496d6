"""All steps of a layer at work on a sample: one act for each stage, or for each view of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import overload

import numpy as np

from ..explanation import Frames, Stamps
from ..geometry import Axis, Geometry, Size, Stage, TransposedAxis
from .gathering import LineAct, PlaneAct
from .layout import Act, Selection, place_count
from .scene import Step
from .stamping import StampAct
from .views import InsertedView, View

MIDDLE_DRAWN = 4
"""Channels between two stages: room enough, even where few input channels are drawn."""

# Where an input or a weight is not finite, sums are not either: that is shown, not warned of.
_silently = np.errstate(over="ignore", invalid="ignore")


class Film(Sequence[Step]):
    """The steps of all acts, one act after the other; each is made when it is asked for."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self.acts = tuple(acts)
        self.scenes = tuple(act.scene for act in acts)

    def __len__(self) -> int:
        return sum(map(len, self.acts))

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    @_silently
    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        rest = range(len(self))[index]
        scene = 0
        while rest >= len(self.acts[scene]):
            rest -= len(self.acts[scene])
            scene += 1
        return self.acts[scene].step(rest, scene)


@_silently
def film(frames: Frames, stamps: Stamps | None, selection: Selection, view: str) -> Film:
    """The film of a layer; ``view`` chooses for a transposed one: scatter, zeros or both."""
    return Film(list(_acts(frames, stamps, selection, view)))


def _acts(frames: Frames, stamps: Stamps | None, selection: Selection, view: str) -> Iterator[Act]:
    if stamps is not None:
        if view != "zeros":
            yield StampAct(stamps, selection)
        if view != "scatter":
            yield PlaneAct(InsertedView(frames, 0), selection)
        return
    act = LineAct if len(frames.geometry.stages[0].axes) == 1 else PlaneAct
    for index in range(len(frames.geometry.stages)):
        yield act(View(frames, index), _of_stage(frames.geometry, index, selection))


def step_count(geometry: Geometry, selection: Selection, view: str) -> int:
    """How many steps the film of a layer will have."""
    stages, filters, every = geometry.stages, len(selection.filters), selection.every
    if stages[0].transposed:
        stamping = 0 if view == "zeros" else place_count(_count(stages[0].input_sizes), every) + 1
        gathering = 0 if view == "scatter" else place_count(_count(stages[0].output_sizes), every)
        return (stamping + gathering) * filters
    return sum(
        place_count(_count(stage.output_sizes), every)
        * len(_of_stage(geometry, index, selection).filters)
        for index, stage in enumerate(stages)
    )


def cell_count(geometry: Geometry, selection: Selection) -> int:
    """How many cells the largest of a layer's scenes has, kernels aside."""
    return max(
        _count(axis.padded_size for axis in _gathered(stage)) * len(drawn.channels)
        + _count(stage.output_sizes) * len(drawn.filters)
        for index, stage in enumerate(geometry.stages)
        for drawn in [_of_stage(geometry, index, selection)]
    )


def _gathered(stage: Stage) -> tuple[Axis, ...]:
    """The axes of a stage as those of a window that gathers."""
    return tuple(axis.inserted if isinstance(axis, TransposedAxis) else axis for axis in stage.axes)


def _count(sizes: Iterable[Size]) -> int:
    return prod(size or 0 for size in sizes)


def _of_stage(geometry: Geometry, index: int, selection: Selection) -> Selection:
    """Between two stages those channels are drawn that come from the drawn input channels."""
    stages = geometry.stages
    if len(stages) == 1:
        return selection
    middle = tuple(
        filter
        for filter in range(stages[0].filters)
        if set(stages[0].channels_of(filter)) & set(selection.channels)
    )
    drawn = middle[: max(len(selection.channels), MIDDLE_DRAWN)]
    if index == 0:
        return replace(selection, filters=drawn)
    return replace(selection, channels=drawn)

"""All steps of a layer at work on a sample: one act for each stage, or for each view of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import overload

from ..explanation import Frames, Stamps
from .gathering import LineAct, PlaneAct
from .layout import Act, Selection
from .scene import Step
from .stamping import StampAct
from .views import InsertedView, View


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
    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        rest = range(len(self))[index]
        scene = 0
        while rest >= len(self.acts[scene]):
            rest -= len(self.acts[scene])
            scene += 1
        return self.acts[scene].step(rest, scene)


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
        yield act(View(frames, index), _of_stage(frames, index, selection))


def _of_stage(frames: Frames, index: int, selection: Selection) -> Selection:
    """Between two stages those channels are drawn that come from the drawn input channels."""
    stages = frames.geometry.stages
    if len(stages) == 1:
        return selection
    middle = tuple(
        filter
        for filter in range(stages[0].filters)
        if set(stages[0].channels_of(filter)) & set(selection.channels)
    )
    drawn = middle[: max(len(selection.channels), 4)]
    if index == 0:
        return replace(selection, filters=drawn)
    return replace(selection, channels=drawn)

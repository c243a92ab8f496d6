"""The act in which a transposed layer scatters: every input stamps the kernel onto the output."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..explanation import Stamp, Stamps
from ..geometry import TransposedAxis
from ..i18n import text
from ..style import LABEL, WIDTH
from .layout import (
    Plane,
    Selection,
    Turns,
    bracketed,
    channel_flow,
    extreme_products,
    extremes,
    grid,
    header,
    notes,
    one,
)
from .scene import Array, Grid, Label, Look, Scene, Step, empty, nothing, number
from .views import covered

MOST_VALUES = 8


class StampAct:
    """For each filter a step for each input position, then one for the bias and the activation."""

    def __init__(self, stamps: Stamps, selection: Selection) -> None:
        self.stamps = stamps
        self.selection = selection
        self.stage = stamps.geometry.stages[0]
        self.sizes = tuple(size or 0 for size in self.stage.output_sizes)
        self.axes = [axis for axis in self.stage.axes if isinstance(axis, TransposedAxis)]
        self.turns = Turns(stamps.sizes, selection)
        self.outputs = [
            stamps.output[..., filter].astype(np.float64) for filter in selection.filters
        ]
        self.weights = [stamps.kernels[0][..., filter] for filter in selection.filters]
        self._latest: tuple[int, int, Array] = (-1, -1, np.zeros(0))
        self.scene = self._scene()

    def __len__(self) -> int:
        return len(self.turns) + len(self.selection.filters)

    def canvas(self, turn: int, place: int) -> Array:
        """A filter's sums after the stamp of a place; the latest is kept, to go on from there."""
        filter = self.selection.filters[turn]
        known_turn, at, canvas = self._latest
        if known_turn != turn or at > place:
            at, canvas = -1, np.zeros(self.sizes)
        for later in range(at + 1, place + 1):
            canvas = self.stamps.at(self.turns.position(later), filter).added_to(canvas)
        self._latest = (turn, place, canvas)
        return canvas

    def framed(self, canvas: Array) -> Array:
        """The output among what is cropped off around it: empty there."""
        starts = [axis.crop_before for axis in self.axes]
        sizes = [
            max(start + size, axis.full_size or 0)
            for start, size, axis in zip(starts, self.sizes, self.axes, strict=True)
        ]
        framed = nothing(tuple(sizes))
        inside = (
            slice(start, start + size) for start, size in zip(starts, canvas.shape, strict=True)
        )
        framed[tuple(inside)] = canvas
        return framed

    def _scene(self) -> Scene:
        channels = self.selection.channels
        cropped = empty(self.framed(np.zeros(self.sizes)))
        self.plane = Plane(
            (self.stamps.sizes[0], self.stamps.sizes[1]),
            (self.weights[0].shape[0], self.weights[0].shape[1]),
            (cropped.shape[0], cropped.shape[1]),
            len(channels),
            len(self.outputs),
            extra=self.stage.channels > 1,
        )
        grids = [
            made for row, channel in enumerate(channels) for made in self._channel(row, channel)
        ]
        grids += self._outputs(cropped)
        line = self.plane.bottom + 34
        said = notes(line + 24, grids, len(channels), self.stage.channels)
        labels = [
            *header(self.selection, text("plots.act_scatter")),
            *self.plane.signs("+ →"),
            Label(WIDTH / 2, line, "", LABEL, "ink", "center", "line0"),
            *said,
        ]
        end = round(line) + 24 + 18 * len(said)
        return Scene(WIDTH, end, tuple(grids), tuple(labels), self._flow())

    def _flow(self) -> tuple[str, ...]:
        stamp = ["stamp"] if self.stage.channels > 1 else []
        outputs = [f"output{turn}" for turn in range(len(self.outputs))]
        return (*channel_flow(self.selection), *stamp, "→", *outputs)

    def _channel(self, row: int, channel: int) -> list[Grid]:
        plane, source = self.plane, self.stamps.input[..., channel]
        kernel = (self.weights[0].shape[0], self.weights[0].shape[1])
        title = text("plots.input_channel", channel=channel)
        return [
            grid(
                f"input{channel}", "input", (plane.left, plane.sources[row]),
                (source.shape[0], source.shape[1]), plane.cells, title,
                [source, extremes(self.stamps.input)], still=True,
            ),
            grid(
                f"kernel{channel}", "kernel", (plane.middle, plane.kernels[row]), kernel,
                plane.small_cells, text("plots.kernel"), self.weights,
                still=len(self.weights) == 1,
            ),
            grid(
                f"products{channel}", "positive", (plane.middle, plane.products[row]), kernel,
                plane.small_cells, text("plots.products"), [self._products()],
            ),
        ]  # fmt: skip

    def _products(self) -> Array:
        """The extreme products."""
        return extreme_products(self.stamps.input, extremes(*self.weights))

    def _outputs(self, cropped: NDArray[np.bool_]) -> list[Grid]:
        plane = self.plane
        last = self.turns.places[-1]
        sums = [self.canvas(turn, last) for turn in range(len(self.outputs))]
        grids = [
            grid(
                f"output{turn}", "output", (plane.right, plane.outputs[turn]),
                (cropped.shape[0], cropped.shape[1]), plane.cells,
                text("plots.output_filter", channel=filter), [*sums, *self.outputs], cropped,
            )
            for turn, filter in enumerate(self.selection.filters)
        ]  # fmt: skip
        if self.stage.channels > 1:
            kernel = (self.weights[0].shape[0], self.weights[0].shape[1])
            grids.append(
                grid(
                    "stamp", "positive", (plane.right, plane.extra), kernel, plane.small_cells,
                    text("plots.stamp"), [self._products()],
                )
            )  # fmt: skip
        return grids

    def step(self, index: int, scene: int) -> Step:
        each = len(self.turns.places) + 1
        turn, at = divmod(index, each)
        filter = self.selection.filters[turn]
        looks = self._ground(turn)
        if at == len(self.turns.places):
            looks[f"output{turn}"] = Look(self.framed(self.outputs[turn]))
            where = text("plots.where_end", filter=filter, step=index + 1, steps=len(self))
            bias = bracketed(float(self.stamps.bias[filter]))
            said = text("plots.stamped", bias=bias, activation=self.selection.activation)
        else:
            place = self.turns.places[at]
            stamp = self.stamps.at(self.turns.position(place), filter)
            looks |= self._stamped(turn, place, stamp)
            where = text(
                "plots.where_input",
                position=", ".join(map(str, stamp.position)),
                filter=filter,
                step=index + 1,
                steps=len(self),
            )
            values = [number(value) for value in stamp.values[:MOST_VALUES]]
            more = ["…"] if len(stamp.values) > MOST_VALUES else []
            said = text("plots.stamping", values=text("list.separator").join(values + more))
        return Step(scene, looks, {"where": where, "line0": said})

    def _stamped(self, turn: int, place: int, stamp: Stamp) -> dict[str, Look]:
        """One stamp: which input, times which kernel, and where it lands."""
        looks = {}
        row, column = stamp.position
        for channel in self.selection.channels:
            source = self.stamps.input[..., channel]
            products = stamp.weights[..., channel] * stamp.values[channel]
            looks[f"input{channel}"] = Look(source, frame=one((row, column)))
            looks[f"products{channel}"] = Look(products)
        if self.stage.channels > 1:
            looks["stamp"] = Look(stamp.stamp)
        down, across = (
            covered(axis.forward, at) for axis, at in zip(self.axes, stamp.position, strict=True)
        )
        looks[f"output{turn}"] = Look(
            self.framed(self.canvas(turn, place)),
            tuple(product(down, across)),
            ((down[0], across[0]), (down[-1], across[-1])),
        )
        return looks

    def _ground(self, turn: int) -> dict[str, Look]:
        """What a step does not change: inputs, kernels, filters done and filters to come."""
        looks = {}
        for channel in self.selection.channels:
            weights = self.weights[turn][..., channel]
            looks[f"input{channel}"] = Look(self.stamps.input[..., channel])
            looks[f"kernel{channel}"] = Look(weights)
            looks[f"products{channel}"] = Look(nothing(weights.shape))
        if self.stage.channels > 1:
            looks["stamp"] = Look(nothing(self.weights[turn].shape[:2]))
        for other, values in enumerate(self.outputs):
            known = values if other < turn else nothing(values.shape)
            looks[f"output{other}"] = Look(self.framed(known))
        return looks

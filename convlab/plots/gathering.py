"""The acts in which a window gathers: its products, their sum, the bias, the activation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from ..explanation import Frame, Window
from ..i18n import text
from ..style import SMALL, WIDTH
from .layout import (
    BLOCK_GAP,
    FULL_CELL,
    GAP,
    KERNEL_CELL,
    MARGIN,
    TOP,
    Plane,
    Selection,
    Turns,
    box_row,
    bracketed,
    channel_flow,
    extreme_products,
    extremes,
    fits,
    grid,
    header,
    notes,
    one,
    revealed,
    span,
    whole,
)
from .scene import Array, Grid, Label, Look, Scene, Step, nothing, number
from .views import View, covered

BOX = (68.0, 34.0)
EXPRESSION_LINES = 2


def expression(window: Window, room: float) -> list[str]:
    """The sum of products written out, in two lines at most; what does not fit is an ellipsis."""
    pairs = zip(window.values.ravel().tolist(), window.weights.ravel().tolist(), strict=True)
    words = [f"{bracketed(value)}×{bracketed(weight)}" for value, weight in pairs]
    result = f" = {number(window.sum)}"
    lines = [f"Σ x·w = {words[0]}"]
    for place, word in enumerate(words[1:], start=2):
        ending = f" + ⋯{result}" if place < len(words) else result
        if fits(f"{lines[-1]} + {word}{ending}", room, SMALL):
            lines[-1] += f" + {word}"
        elif len(lines) < EXPRESSION_LINES:
            lines.append(f"+ {word}")
        else:
            lines[-1] += " + ⋯"
            break
    lines[-1] += result
    return lines + [""] * (EXPRESSION_LINES - len(lines))


class Ledger:
    """The row of boxes below: the sum of each channel, the bias, z, the activation, a."""

    def __init__(self, view: View, selection: Selection) -> None:
        self.final = view.final
        self.channels = selection.channels
        self.activation = selection.activation
        self.alone = view.stage.channels == 1
        self.single = len(view.stage.channels_of(0)) == 1
        self.partial = not self.single and len(selection.channels) < view.stage.channels

    @property
    def boxes(self) -> list[tuple[str, str, str, str]]:
        """(name, role, title, the sign that follows)."""
        if not self.final:
            return [("sum", "positive", self._own, "")]
        return [
            *self._sums,
            ("bias", "kernel", text("plots.bias"), "="),
            ("z", "output", "z", f"→ {self.activation} →"),
            ("a", "output", "a", ""),
        ]

    @property
    def _own(self) -> str:
        return "Σ" if self.alone else text("plots.sum_of_own_channel")

    @property
    def _sums(self) -> list[tuple[str, str, str, str]]:
        """A sum for each channel; where a filter reads one channel there is nothing to add up."""
        if self.single:
            return [("sum", "positive", self._own, "+")]
        sums = [
            (f"sum{channel}", "positive", text("plots.sum_of_channel", channel=channel), "+")
            for channel in self.channels
        ]
        if self.partial:
            sums.append(("others", "positive", text("plots.other_channels"), "+"))
        return sums

    @property
    def flow(self) -> list[str]:
        return [part for name, *_, sign in self.boxes for part in (name, sign) if part]

    def looks(self, window: Window, frame: Frame | None) -> dict[str, Look]:
        """Each box's number; a channel that the filter does not read has none."""
        sums = window.products.reshape(-1, len(window.channels)).sum(axis=0)
        by_channel = dict(zip(window.channels, sums.tolist(), strict=True))
        found = {f"sum{channel}": by_channel.get(channel) for channel in self.channels}
        if self.partial:
            found["others"] = sum(by_channel[c] for c in by_channel if c not in self.channels)
        found |= {"z": window.sum, "sum": window.sum}
        if frame is not None:
            found |= {"bias": frame.bias, "z": frame.z, "a": frame.a}
        return {
            name: Look(nothing((1, 1)) if value is None else np.array([[value]], float))
            for name, value in ((name, found[name]) for name, *_ in self.boxes)
        }


class Gathering:
    """What both gathering acts share: the order of steps, the ledger, the words."""

    scene: Scene

    def __init__(self, view: View, selection: Selection) -> None:
        self.view = view
        self.selection = selection
        self.turns = Turns(view.sizes, selection)
        self.ledger = Ledger(view, selection)
        self.outputs = [view.outputs(filter) for filter in selection.filters]
        self.weights = [view.weights(filter) for filter in selection.filters]

    def __len__(self) -> int:
        return len(self.turns)

    @property
    def still(self) -> bool:
        """Whether every filter reads all channels."""
        return self.view.stage.groups == 1

    @cached_property
    def products_shown(self) -> Array:
        """The extreme products: those that need the most room and the fullest colour."""
        return extreme_products(self.view.framed_input, extremes(*self.weights))

    def below(self, y: float, grids: Iterable[Grid]) -> tuple[list[Grid], list[Label], float]:
        """The ledger, the sum written out and the notes, from ``y`` down; and where they end."""
        spans = {name: self._box_span(name) for name, *_ in self.ledger.boxes}
        boxes, labels = box_row(self.ledger.boxes, y + 42, BOX, spans)
        y += 42 + BOX[1] + 28
        for line in range(EXPRESSION_LINES):
            labels.append(Label(WIDTH / 2, y, "", SMALL, "ink", "center", f"line{line}"))
            y += 18
        drawn = len(self.selection.channels)
        said = notes(y + 6, list(grids), drawn, self.view.stage.channels)
        return boxes, labels + said, y + 18 * len(said) + 6

    def _box_span(self, name: str) -> tuple[float, float]:
        if name == "bias":
            return span(self.view.frames.bias)
        low, high = span(*self.outputs)
        return (low, high) if name == "a" else (2 * low, 2 * high)

    def step(self, index: int, scene: int) -> Step:
        turn, place = self.turns[index]
        position = self.turns.position(place)
        filter = self.selection.filters[turn]
        window = self.view.window(position, filter)
        looks = self.ledger.looks(window, self.view.frame(position, filter))
        where = text(
            "plots.where",
            position=", ".join(map(str, position)),
            filter=filter,
            step=index + 1,
            steps=len(self),
        )
        lines = expression(window, WIDTH - 2 * MARGIN)
        said = {f"line{number}": line for number, line in enumerate(lines)}
        return Step(scene, looks | self.looks(turn, place, window), {"where": where, **said})

    def looks(self, turn: int, place: int, window: Window) -> dict[str, Look]:
        raise NotImplementedError

    def _outputs(self, turn: int, place: int) -> list[Array]:
        """Earlier filters complete, the present one up to here, later ones empty."""
        known = [prod(self.view.sizes) if index < turn else 0 for index in range(len(self.outputs))]
        known[turn] = place + 1
        return [
            revealed(values, count, self.view.sizes)
            for values, count in zip(self.outputs, known, strict=True)
        ]

    def act_name(self) -> str:
        return text(f"plots.act_{self.view.name}") if self.view.name else ""


class PlaneAct(Gathering):
    """Two dimensions: a grid for each channel, its kernel and its products beside it."""

    def __init__(self, view: View, selection: Selection) -> None:
        super().__init__(view, selection)
        kernel = self.weights[0].shape
        self.plane = Plane(
            (view.zeros.shape[0], view.zeros.shape[1]),
            (kernel[0], kernel[1]),
            (view.sizes[0], view.sizes[1]),
            len(selection.channels),
            len(selection.filters),
        )
        self.scene = self._scene()

    def _scene(self) -> Scene:
        plane = self.plane
        grids = [
            made
            for row, channel in enumerate(self.selection.channels)
            for made in self._channel(row, channel)
        ]
        grids += [self._output(turn) for turn in range(len(self.outputs))]
        boxes, below, end = self.below(plane.bottom, grids)
        labels = [*header(self.selection, self.act_name()), *plane.signs("Σ →"), *below]
        return Scene(WIDTH, round(end), (*grids, *boxes), tuple(labels), self._flow())

    def _flow(self) -> tuple[str, ...]:
        outputs = [f"output{turn}" for turn in range(len(self.outputs))]
        return (*channel_flow(self.selection), *self.ledger.flow, *outputs)

    def _channel(self, row: int, channel: int) -> list[Grid]:
        """One channel: its input, its slice of the kernel, the products."""
        view, plane = self.view, self.plane
        rows, cols = view.zeros.shape
        kernel = (self.weights[0].shape[0], self.weights[0].shape[1])
        source = view.framed_input[..., channel]
        title = text(f"plots.{'input' if view.index == 0 else 'middle'}_channel", channel=channel)
        return [
            grid(
                f"input{channel}", "input", (plane.left, plane.sources[row]), (rows, cols),
                plane.cells, title, [source, extremes(view.framed_input)],
                view.zeros, self.still,
            ),
            grid(
                f"kernel{channel}", "kernel", (plane.middle, plane.kernels[row]), kernel,
                plane.small_cells, text("plots.kernel"), self.weights,
                still=self.still and len(self.weights) == 1,
            ),
            grid(
                f"products{channel}", "positive", (plane.middle, plane.products[row]), kernel,
                plane.small_cells, text("plots.products"), [self.products_shown],
            ),
        ]  # fmt: skip

    def _output(self, turn: int) -> Grid:
        key = "output_filter" if self.view.final else "middle_channel"
        title = text(f"plots.{key}", channel=self.selection.filters[turn])
        rows, cols = self.outputs[turn].shape
        corner = (self.plane.right, self.plane.outputs[turn])
        return grid(
            f"output{turn}", "output", corner, (rows, cols), self.plane.cells, title, self.outputs
        )

    def looks(self, turn: int, place: int, window: Window) -> dict[str, Look]:
        down, across = (
            covered(axis, at) for axis, at in zip(self.view.axes, window.position, strict=True)
        )
        marked = tuple(product(down, across))
        frame = ((down[0], across[0]), (down[-1], across[-1]))
        weights = self.view.by_channel(window.weights, window.filter)
        products = self.view.by_channel(window.products, window.filter)
        unread = nothing(window.weights.shape[:2])
        looks = {}
        for channel in self.selection.channels:
            source = self.view.framed_input[..., channel]
            if channel in weights:
                looks[f"input{channel}"] = Look(source, marked, frame)
            else:
                looks[f"input{channel}"] = Look(source, faint=np.ones(source.shape, bool))
            looks[f"kernel{channel}"] = Look(weights.get(channel, unread))
            looks[f"products{channel}"] = Look(products.get(channel, unread))
        for index, values in enumerate(self._outputs(turn, place)):
            at = (window.position[0], window.position[1])
            here = index == turn and all(np.less(at, values.shape))
            looks[f"output{index}"] = Look(values, frame=one(at) if here else None)
        return looks


class LineAct(Gathering):
    """One dimension: time runs to the right, each channel is a row."""

    def __init__(self, view: View, selection: Selection) -> None:
        super().__init__(view, selection)
        self.scene = self._scene()

    def _scene(self) -> Scene:
        view, rows = self.view, len(self.selection.channels)
        size, outputs = view.zeros.size, self.outputs[0].size
        width, room = self.weights[0].shape[0], WIDTH - 2 * MARGIN
        cell = whole(min(FULL_CELL, room / max(size, outputs)))
        height = max(cell, 18.0)
        small = whole(min(KERNEL_CELL, (room - 2 * GAP) / (2 * width)))
        middle = WIDTH / 2 - width * small - GAP
        kernel_y = TOP + rows * height + BLOCK_GAP + 14
        output_y = kernel_y + rows * KERNEL_CELL + BLOCK_GAP + 14
        products_x = WIDTH / 2 + GAP
        source = self._rows(view.framed_input)
        grids = [
            grid(
                "input", "input", ((WIDTH - size * cell) / 2, TOP), (rows, size), (cell, height),
                text("plots.input_steps"), [source], np.broadcast_to(view.zeros, source.shape),
                self.still,
            ),
            grid(
                "kernel", "kernel", (middle, kernel_y), (rows, width), (small, KERNEL_CELL),
                text("plots.kernel"), self.weights, still=self.still and len(self.weights) == 1,
            ),
            grid(
                "products", "positive", (products_x, kernel_y), (rows, width),
                (small, KERNEL_CELL), text("plots.products"), [self.products_shown],
            ),
            grid(
                "output", "output", ((WIDTH - outputs * cell) / 2, output_y),
                (len(self.outputs), outputs), (cell, height), text("plots.output_steps"),
                self.outputs,
            ),
        ]  # fmt: skip
        between, times = kernel_y + rows * KERNEL_CELL / 2, text("plots.times_input")
        labels = [
            *header(self.selection, self.act_name()),
            Label(WIDTH / 2, between, times, SMALL, "muted", "center", sign=True),
        ]
        boxes, below, end = self.below(output_y + len(self.outputs) * height, grids)
        flow = ("input", "kernel", times, "products", *self.ledger.flow, "output")
        return Scene(WIDTH, round(end), (*grids, *boxes), (*labels, *below), flow)

    def _rows(self, values: Array) -> Array:
        """(positions, C) as (the drawn channels, positions)."""
        return values[:, list(self.selection.channels)].T

    @cached_property
    def _source(self) -> Array:
        return self._rows(self.view.framed_input)

    def looks(self, turn: int, place: int, window: Window) -> dict[str, Look]:
        (axis,), (position,) = self.view.axes, window.position
        across = covered(axis, position)
        weights = self.view.by_channel(window.weights, window.filter)
        products = self.view.by_channel(window.products, window.filter)
        unread = nothing(window.weights.shape[:1])
        channels = self.selection.channels
        read = [row for row, channel in enumerate(channels) if channel in weights]
        faint = np.ones(self._source.shape, bool)
        faint[read] = False
        frame = ((read[0], across[0]), (read[-1], across[-1])) if read else None
        outputs = np.ma.stack(self._outputs(turn, place))
        here = position < outputs.shape[1]
        return {
            "input": Look(self._source, tuple(product(read, across)), frame, faint),
            "kernel": Look(np.ma.stack([weights.get(channel, unread) for channel in channels])),
            "products": Look(np.ma.stack([products.get(channel, unread) for channel in channels])),
            "output": Look(outputs, frame=one((turn, position)) if here else None),
        }

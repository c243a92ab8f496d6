"""A sheet on which diagrams draw boxes, arrows and words, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from ..style import FONTS, WIDTH, Palette, mix
from .typeface import DPI, points

MOST_SLICES = 8

Point = tuple[float, float]


class Sheet:
    """Draws boxes, arrows and words in pixels."""

    def __init__(self, height: float, palette: Palette) -> None:
        self.palette = palette
        self.figure = Figure((WIDTH / DPI, height / DPI), dpi=DPI, facecolor=palette.paper)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self.axes.axis("off")

    def write(
        self, x: float, y: float, said: str, size: float, colour: str, anchor: str = "left"
    ) -> None:
        self.axes.text(
            x, y, said, size=points(size), color=colour, ha=anchor, va="center_baseline",
            family=list(FONTS), parse_math=False,
        )  # fmt: skip

    def polygon(self, corners: Sequence[Point], fill: str, edge: str) -> None:
        self.axes.add_patch(
            Polygon(
                corners, closed=True, facecolor=fill, edgecolor=edge, linewidth=points(1.2),
                joinstyle="round",
            )
        )  # fmt: skip

    def arrow(self, start: Point, end: Point) -> None:
        self.axes.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=9, linewidth=points(1.4),
                color=self.palette.muted, shrinkA=0, shrinkB=0,
            )
        )  # fmt: skip

    def box(
        self, centre: Point, size: tuple[float, float, float], role: str, groups: int = 1
    ) -> None:
        """An oblique box; its depth runs to the upper right, cut where groups part."""
        width, height, depth = size
        colour = getattr(self.palette, role)
        fills = [mix(self.palette.paper, colour, share) for share in (0.28, 0.14, 0.42)]
        left = centre[0] - (width + depth) / 2
        top = centre[1] - (height - depth) / 2
        slices = min(groups, MOST_SLICES)
        thick = depth / slices
        gap = 0.0 if slices == 1 else min(3.0, thick / 2)
        for place in reversed(range(slices)):
            near, far = place * thick, (place + 1) * thick - gap
            a = (left + near, top - near)
            b = (left + width + near, top - near)
            c = (left + width + near, top + height - near)
            d = (left + near, top + height - near)
            step = far - near
            self.polygon([a, b, _moved(b, step), _moved(a, step)], fills[1], colour)
            self.polygon([b, c, _moved(c, step), _moved(b, step)], fills[2], colour)
            self.polygon([a, b, c, d], fills[0], colour)


def _moved(point: Point, step: float) -> Point:
    return point[0] + step, point[1] - step

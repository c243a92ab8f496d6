"""Ten digits in three hands, as strokes on the drawing pad: thirty drawings.

A stroke's points (x, y) are hundredths of the pad, x to the right and y down. The hands differ in
pen, size, place and in the forms of their digits, as people's do.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]

STEPS = 8
"""Points of a drawing between two points of the lists below."""


@dataclass(frozen=True)
class Drawing:
    """A digit as a hand draws it: the pen's width by its name, and strokes in the unit square."""

    digit: int
    hand: str
    width: str
    strokes: tuple[tuple[Point, ...], ...]


def curve(text: str) -> tuple[Point, ...]:
    """A smooth line through the points (Catmull and Rom's); one that is named twice is a corner."""
    pairs = (pair.split(",") for pair in text.split())
    points = [(float(x) / 100, float(y) / 100) for x, y in pairs]
    padded = [points[0], *points, points[-1]]
    line = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        if b != c:
            line += [_between(a, b, c, d, step / STEPS) for step in range(1, STEPS + 1)]
    return tuple(line)


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    weights = (
        (-t + 2 * t**2 - t**3) / 2,
        (2 - 5 * t**2 + 3 * t**3) / 2,
        (t + 4 * t**2 - 3 * t**3) / 2,
        (t**3 - t**2) / 2,
    )
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, (a, b, c, d), strict=True))
        for axis in (0, 1)
    )
    return (x, y)


THIN = {
    0: ["52,21 41,27 36,45 37,63 46,78 57,74 64,58 64,39 58,25 51,21"],
    1: ["39,36 47,29 53,19 53,19 52.5,50 53,81"],
    2: ["36,35 41,25 52,21 61,28 60,41 49,58 35,77 35,77 50,76.5 66,77"],
    3: ["37,29 46,21 57,24 61,34 55,44 45,48 45,48 57,51 64,63 57,76 46,80 36,74"],
    4: [
        "55,20 46,38 34,58 34,58 50,58.5 68,57",
        "58,39 57.5,60 58,82",
    ],
    5: [
        "41,22 40,35 38.5,47 38.5,47 50,44 61,50 63,63 56,76 45,79 35,73",
        "41,22 52,22 63,21",
    ],
    6: ["59,20 48,30 40,47 37,65 44,78 55,78 62,68 60,56 50,52 41,58 38,67"],
    7: ["35,24 50,23.5 65,23 65,23 55,50 46,80"],
    8: ["60,28 50,21 40,27 42,40 53,49 62,62 60,75 49,80 38,73 39,60 51,48 60,38 60,28"],
    9: ["61,30 52,21 41,26 38,38 45,47 55,44 62,31 62,31 62,50 60,66 55,81"],
}

THICK = {
    0: ["50,13 30,22 22,48 28,74 47,88 68,80 78,54 73,27 56,14 46,14"],
    1: [
        "33,32 43,25 52,14 52,14 51,50 52,86",
        "31,87 52,86.5 73,87",
    ],
    2: ["25,32 32,17 50,12 67,19 70,36 58,54 40,71 24,85 24,85 50,84 77,86"],
    3: ["26,18 48,16 70,17 70,17 58,31 46,44 46,44 63,46 74,60 69,78 50,87 28,81"],
    4: [
        "34,15 29,35 25,54 25,54 50,56 78,54",
        "64,18 62,50 62,88",
    ],
    5: ["72,15 50,15 33,16 33,16 31,30 29,45 29,45 46,39 64,44 73,60 66,79 47,87 26,80"],
    6: ["66,16 49,19 33,35 25,59 31,80 50,88 69,80 72,63 61,50 43,52 29,64"],
    7: [
        "25,17 50,16 76,16 76,16 60,42 49,65 43,88",
        "36,52 53,51 71,51",
    ],
    8: [
        "50,47 34,40 31,25 43,14 60,15 69,27 64,40 50,47 33,56 26,71 36,85 55,87 71,78 "
        "72,63 62,52 50,47",
    ],
    9: ["67,24 52,14 35,20 29,35 38,50 55,49 67,38 69,25 69,25 71,50 66,75 50,87 32,83"],
}

SLANTED = {
    0: ["62,18 49,22 38,38 33,57 37,71 48,71 60,58 67,40 69,25 61,18 55,20"],
    1: ["59,16 52,42 44,74"],
    2: ["43,31 52,21 63,19 69,27 63,40 48,54 31,70 31,70 40,66 49,71 60,70"],
    3: ["45,22 57,18 67,22 66,33 56,41 48,43 48,43 59,46 61,57 53,69 41,74 31,69"],
    4: [
        "56,17 47,33 36,50 36,50 50,52 66,52",
        "66,30 60,52 53,77",
    ],
    5: [
        "50,20 45,33 42,42 42,42 54,42 61,50 58,63 47,72 35,72",
        "50,20 61,19 73,18",
    ],
    6: ["67,17 55,26 43,43 36,61 40,73 51,72 60,61 59,50 49,49 40,58"],
    7: [
        "42,21 56,20 72,19 72,19 58,40 47,58 40,77",
        "43,46 54,45 66,44",
    ],
    8: ["69,24 59,18 49,25 50,36 57,45 58,59 50,71 39,74 34,65 41,53 55,43 66,34 69,25"],
    9: ["67,26 58,19 47,26 44,37 51,44 61,38 68,24 68,24 62,42 55,58 47,76"],
}

DRAWINGS = tuple(
    Drawing(digit, hand, width, tuple(curve(stroke) for stroke in digits[digit]))
    for hand, width, digits in (
        ("thin", "fine", THIN),
        ("thick", "broad", THICK),
        ("slanted", "medium", SLANTED),
    )
    for digit in range(10)
)

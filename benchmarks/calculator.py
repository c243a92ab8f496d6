"""How long the calculator's Python takes for one move of a control, with five layers stacked.

Run as ``python -m benchmarks.calculator``. The time is from the new value to the new page; what the
browser then does with it is not in it. The target is 50 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from convlab import Calculator, Conv2D, Conv2DTranspose, SeparableConv2D

MOVES = 200


def calculator() -> Calculator:
    """Five layers of three kinds on a photograph's shape."""
    layers = [
        Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        SeparableConv2D(64, 3, padding="same", activation="relu"),
        Conv2D(64, 3, dilation_rate=2, groups=4),
        Conv2DTranspose(32, 4, strides=2, padding="same"),
        Conv2D(3, 1, activation="sigmoid"),
    ]
    return Calculator(layers, (None, 224, 160, 3))


def milliseconds() -> Iterator[float]:
    """The time of each move: the first layer's kernel, height and width, never twice the same."""
    sliders = next(each for each in calculator()._fields if each.name == "kernel_size").controls
    for move in range(MOVES):
        slider = sliders[move % 2]
        start = time.perf_counter()
        slider.value = slider.value % 11 + 1
        yield (time.perf_counter() - start) * 1000


def main() -> None:
    times = sorted(milliseconds())
    median, late = statistics.median(times), times[int(0.95 * len(times))]
    print(f"calculator, five layers, {MOVES} moves: median {median:.1f} ms, p95 {late:.1f} ms")


if __name__ == "__main__":
    main()

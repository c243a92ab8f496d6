"""The calculator's own work for one move of a dial, with five layers stacked, on a plain page.

Run as ``python -m benchmarks.calculator``. The time is from the event to the changed page, before
the browser lays it out and paints; every formula and cost of the chosen layer is open. The target
is 8 ms.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.browser import chromium
from convlab import Calculator, Conv2D, Conv2DTranspose, SeparableConv2D
from tests.browser.stacks import DEPTHS, open_up, show

MOVES = 200

# Moves the first layer's kernel; the milliseconds of each move.
MOVE = """async count => {
    const dial = document.querySelector('[data-name="kernel_size"]'), times = [];
    for (let move = 0; move < count; move++) {
        dial.value = 1 + move % 9;
        const start = performance.now();
        dial.dispatchEvent(new Event('input', { bubbles: true }));
        times.push(performance.now() - start);
        await new Promise(done => setTimeout(done, 10));
    }
    return times;
}"""


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


def milliseconds(page: Page) -> list[float]:
    """The time of each move."""
    with tempfile.TemporaryDirectory() as folder:
        show(page, Path(folder), calculator())
        open_up(page, *(f"depth.{name}" for name in DEPTHS))
        times: list[float] = page.evaluate(MOVE, MOVES)
    return sorted(times)


def main() -> None:
    with chromium() as browser:
        times = milliseconds(browser.new_page())
    median, late = times[len(times) // 2], times[int(0.95 * len(times))]
    print(f"calculator, five layers, {MOVES} moves: median {median:.1f} ms, p95 {late:.1f} ms")


if __name__ == "__main__":
    main()

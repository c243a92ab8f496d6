"""The network explorer: from a stroke to painted maps, its opening, and what ``update`` costs.

Run as ``python -m benchmarks.network``. A stroke is timed on a plain page, from each pointer move
to the first frame painted after the new scores are there; the digit reader of lesson 8, 109,056
multiply-adds, and a stack near the largest that is taken. ``update`` is measured in turn with the
same training without it, as a ratio in one run, while JupyterLab's browser is not there to be told.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.sync_api import Browser

import convlab
from benchmarks.browser import chromium, server
from benchmarks.opening import RUN
from convlab import Conv2D, NetworkExplorer, SeparableConv2D
from convlab.samples import digits
from convlab.widgets.modules import static
from tests.browser.lab import Notebook
from tests.browser.widgets import write

MOVES = 200
ROUNDS = 15

READER = """
import convlab
from convlab import Conv2D, SeparableConv2D
from convlab.samples import digits

images, labels = digits()
reader = [
    Conv2D(16, 3, padding="same", activation="relu"),
    Conv2D(32, 3, strides=2, padding="same", activation="relu"),
    SeparableConv2D(32, 3, padding="same", activation="relu"),
    Conv2D(10, 4),
]
"""
OPEN = "convlab.NetworkExplorer(reader, images[:180], labels=labels[:180], pad=4)"

# Draws on the pad; milliseconds from each move to the frame that shows its scores.
DRAW = """async count => {
    const root = document.querySelector('.convlab-network');
    root.querySelector('[data-name="source.drawn"]').click();
    const pad = root.querySelector('[data-name=pad]');
    const box = pad.getBoundingClientRect();
    const send = (kind, step) => pad.dispatchEvent(new PointerEvent(`pointer${kind}`, {
        bubbles: true, pointerId: 1, isPrimary: true, buttons: 1, pointerType: 'mouse',
        clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(step / 9)),
        clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(step / 7)) }));
    const frame = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    }));
    pad.setPointerCapture = () => {};
    const times = [];
    const release = () => pad.dispatchEvent(new PointerEvent('lostpointercapture'));
    for (let step = 0; times.length < count; step++) {
        if (step % 40 === 0) {
            release();
            root.querySelector('[data-name="pad.clear"]').click();
            await frame();
            send('down', step);
            await frame();
        }
        await new Promise(done => setTimeout(done, 40 + 17 * Math.random()));
        const before = root.dataset.state, start = performance.now();
        send('move', step + 1);
        // The pad draws in the next frame: what is seen then is painted when it ends.
        for (let waited = 0; root.dataset.state === before && waited < 3; waited++) await frame();
        if (root.dataset.state !== before) times.push(performance.now() - start);
    }
    release();
    return times;
}"""


def reader() -> list[convlab.Layer]:
    return [
        Conv2D(16, 3, padding="same", activation="relu"),
        Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        SeparableConv2D(32, 3, padding="same", activation="relu"),
        Conv2D(10, 4),
    ]


def large() -> list[convlab.Layer]:
    """Near 5,000,000 multiply-adds on 8×8."""
    return [
        Conv2D(64, 3, padding="same", activation="relu"),
        Conv2D(80, 3, padding="same", activation="relu"),
        Conv2D(32, 3, padding="same", activation="relu"),
        Conv2D(10, 8),
    ]


def strokes(browser: Browser, folder: Path, layers: list[convlab.Layer]) -> list[float]:
    images, labels = digits()
    widget = NetworkExplorer(layers, images[:20], labels=labels[:20], pad=4)
    path = folder / "network.html"
    path.write_text(widget.to_html(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_selector(".convlab-network[data-state]")
    page.evaluate(DRAW, 30)
    times: list[float] = page.evaluate(DRAW, MOVES)
    page.close()
    return times


def opening(browser: Browser, folder: Path) -> float:
    """Milliseconds from running its cell to its last change."""
    with server(folder) as lab:
        write(folder / "root" / "network.ipynb", [READER, OPEN])
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        notebook = Notebook(page, lab, "network.ipynb")
        page.evaluate(RUN, [0, ".jp-InputPrompt"])
        notebook.wait_until_idle()
        return float(page.evaluate(RUN, [1, ".convlab-network"]))


def training(told: bool) -> float:
    """Seconds of a part of the reader's training, its explorer told of each step or not."""
    images, _ = digits()
    layers = reader()
    _through(layers, images[:1])
    explorer = NetworkExplorer(layers, images[:180])
    start = perf_counter()
    for step in range(90):
        x = _through(layers, images[32 * (step % 50) :][:32])
        for layer in reversed(layers):
            x = layer.backward(x)
        for layer in layers:
            for weight, slope in zip(layer.weights, layer.gradients, strict=True):
                weight -= 1e-6 * slope
        if told:
            explorer.update()
    return perf_counter() - start


def _through(layers: list[convlab.Layer], x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x


def main() -> None:
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        for title, layers in (("digit reader", reader()), ("largest stack", large())):
            times = strokes(browser, Path(name), layers)
            late = statistics.quantiles(times, n=20)[-1]
            print(f"{title}: stroke to paint {statistics.median(times):.1f} ms, 95 % {late:.1f}")
        print(f"opens in JupyterLab: {opening(browser, Path(name)):.0f} ms")
    ratios = [training(told=True) / training(told=False) for _ in range(ROUNDS)]
    print(f"training with update(): {statistics.median(ratios):.3f} times as long")
    for name in ("network.js", "network.css"):
        print(f"{name}: {len(static(name).encode()):,} bytes")


if __name__ == "__main__":
    main()

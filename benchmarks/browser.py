"""From a moved slider to pixels: the explorer beside ipywidgets.interact with matplotlib.

Both stand in one JupyterLab notebook and are moved in turn, the same numbers on screen: an input of
12×12 under a window of 3×3. A move is timed inside the page, from the event to the first frame
painted after the new picture is there. Then the module's own work for one move, on a plain page.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

import convlab
from convlab.widgets.modules import static
from tests.browser import lab
from tests.browser.lab import Notebook, Server, find_chromium, jupyterlab
from tests.browser.widgets import write

INTERACT = """
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

def draw(position, kernel_size):
    x = np.indices((12, 12)).sum(axis=0) % 10
    w = np.indices((kernel_size, kernel_size)).sum(axis=0) % 3 - 1
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    y = (windows * w).sum(axis=(2, 3))
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    for ax, values in zip(axes, (x, w, y)):
        ax.imshow(values, cmap="Blues")
        for (row, column), value in np.ndenumerate(values):
            ax.text(column, row, value, ha="center", va="center", fontsize=7)
    row, column = divmod(position % y.size, y.shape[1])
    corner = column - 0.5, row - 0.5
    axes[0].add_patch(plt.Rectangle(corner, *w.shape, fill=False, edgecolor="red"))
    plt.show()

ipywidgets.interact(draw, position=(0, 63), kernel_size=(1, 5));
"""
EXPLORER = """
import convlab
convlab.Explorer("Conv2D", sizes=(12, 12))
"""

# Moves one slider up and down, or drags a number; milliseconds from each event to the frame that
# shows its picture.
# The pauses differ by up to a frame of 60 Hz: after pauses of one length every event would meet the
# display at one and the same moment between two frames, and a wait of that length hide the work.
MOVES = """async ([selector, picture, count]) => {
    const slider = document.querySelector(selector);
    const shown = () => {
        const node = document.querySelector(picture);
        if (!node) return null;
        return node.tagName === 'IMG' ? (node.complete && node.naturalWidth ? node.src : null)
            : node.dataset.state;
    };
    const frame = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    }));
    const times = [];
    for (let move = 0; move < count; move++) {
        const before = shown(), up = move % 4 < 2;
        await new Promise(done => setTimeout(done, 120 + 17 * Math.random()));
        const start = performance.now();
        if (slider.role === 'spinbutton') {
            for (const [name, clientY] of [['down', 0], ['move', up ? -8 : 8], ['up', 0]]) {
                const event = { bubbles: true, clientY };
                slider.dispatchEvent(new PointerEvent(`pointer${name}`, event));
            }
        } else if (slider.matches('input')) {
            slider.value = Number(slider.value) + (up ? 1 : -1);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        } else {
            const key = { key: up ? 'ArrowRight' : 'ArrowLeft', bubbles: true, cancelable: true };
            slider.dispatchEvent(new KeyboardEvent('keydown', key));
        }
        while (shown() === before || shown() === null) {
            await frame();
            if (performance.now() - start > 10000) throw new Error('nothing moved');
        }
        await frame();
        times.push(performance.now() - start);
    }
    return times;
}"""

# The module's own work: the event handler of the position's slider, and the styles and the layout
# that it asks for.
OWN_WORK = """async ([name, count]) => {
    const slider = document.querySelector(`[data-name="${name}"]`);
    const root = document.querySelector('.convlab-explorer');
    const times = [];
    for (let move = 0; move < count; move++) {
        const start = performance.now();
        slider.value = move % (Number(slider.max) + 1);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        times.push(performance.now() - start);
        root.getBoundingClientRect();
        await new Promise(done => requestAnimationFrame(done));
    }
    return times;
}"""

SLIDERS = {
    "position": "step",
    "kernel size": "kernel_size",
}


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "no Chromium found: install one, or name it in CONVLAB_CHROMIUM"
    with lab.chromium(path) as browser:
        yield browser


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A JupyterLab on ``folder``/root."""
    (folder / "root").mkdir()
    with jupyterlab(folder / "root", folder / "jupyter") as running:
        yield running


def opened(browser: Browser, lab: Server, folder: Path, sources: list[str]) -> Page:
    """A notebook in ``lab`` that has run: the handles of its interacts are named by number."""
    write(folder / "root" / "race.ipynb", sources)
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    Notebook(page, lab, "race.ipynb").run_all()
    page.wait_for_selector(".jp-OutputArea [data-state]")
    page.wait_for_selector(".jp-OutputArea img")
    page.evaluate("""() => document.querySelectorAll('.noUi-handle').forEach(
        (handle, index) => { handle.id = `interact-${index}`; })""")
    return page


def in_jupyterlab(
    browser: Browser, folder: Path, count: int
) -> list[tuple[str, float, float, float]]:
    """(slider, median of interact, median and 95 % of the explorer) in milliseconds."""
    with server(folder) as running:
        page = opened(browser, running, folder, [INTERACT, EXPLORER])
        return [
            (name, *race(page, index, ".convlab-explorer", control, count)[:3])
            for index, (name, control) in enumerate(SLIDERS.items())
        ]


def race(
    page: Page, index: int, root: str, control: str, count: int
) -> tuple[float, float, float, float]:
    """Medians of interact and of a widget, and 95 % of the widget and of interact.

    Both in turn, a few moves at a time, so that a slow spell of the machine meets both.
    """
    slow: list[float] = []
    fast: list[float] = []
    for _ in range(max(count // 8, 1)):
        slow += page.evaluate(MOVES, [f"#interact-{index}", ".jp-OutputArea img", 4])
        fast += page.evaluate(MOVES, [f'{root} [data-name="{control}"]', root, 8])
    late, slow_late = (statistics.quantiles(times, n=20)[-1] for times in (fast, slow))
    return statistics.median(slow), statistics.median(fast), late, slow_late


def on_a_page(browser: Browser, folder: Path, count: int) -> list[tuple[str, float]]:
    """(slider, median) of the module's own work in milliseconds, for 16×16×3."""
    path = folder / "explorer.html"
    explorer = convlab.Explorer("Conv2D", sizes=(16, 16), channels=3, padding="same")
    path.write_text(explorer.to_html(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.goto(path.as_uri())
    page.evaluate(OWN_WORK, ["step", 50])
    return [
        (name, statistics.median(page.evaluate(OWN_WORK, [control, count])))
        for name, control in SLIDERS.items()
    ]


def sizes() -> Iterator[tuple[str, int]]:
    """Bytes of the bundle, of what all explorers share besides, and of the state of one."""
    for name in ("explorer.js", "explorer.css"):
        yield name, len(static(name).encode())
    yield "records", _bytes(convlab.Explorer.records())
    yield "saved state", _bytes(convlab.Explorer().get_state(["given", "shown", "values"]))


def _bytes(state: Any) -> int:
    return len(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode())


def main(arguments: Any = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=80, help="moves of each slider")
    options = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        print(f"\nin JupyterLab, ms{'':10}interact   explorer       95 %   times faster")
        for name, slow, fast, late in in_jupyterlab(browser, Path(folder), options.moves):
            print(f"{name:24}{slow:11.1f}{fast:11.1f}{late:11.1f}{slow / fast:15.1f}")
        print("\non a page, 16×16×3: own work for one move, ms")
        for name, own in on_a_page(browser, Path(folder), 4 * options.moves):
            print(f"{name:24}{own:11.2f}")
    print("\nbytes")
    for name, size in sizes():
        print(f"{name:24}{size:11,}")


if __name__ == "__main__":
    main()

"""A GIF of a window over 8×8: ``animate(…).save`` beside a FuncAnimation that draws all anew.

Both make the same 36 frames of the same drawing, in turn, by the process' own time, so that others
on the machine do not count. ``python -m benchmarks.animation`` prints the medians and the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure

import convlab
from convlab.plots.animation import Animation
from convlab.plots.painter import Painter
from convlab.plots.typeface import DPI


def sliding() -> Animation:
    """A 3×3 window over 8×8 numbers: 36 steps."""
    x = np.random.default_rng(0).integers(-3, 4, (1, 8, 8, 1)).astype(np.float32)
    return convlab.animate(convlab.Conv2D(1, 3), x)


def save_anew(animation: Animation, path: Path) -> None:
    """What one would write first: clear the figure and draw all of it for every frame."""
    painter = Painter(animation.film.scenes, "light")
    scene = animation.film.scenes[0]
    figure = Figure((scene.width / DPI, scene.height / DPI), dpi=DPI)

    def draw(index: int) -> None:
        figure.clear()
        painter.draw_into(figure, animation.film[index])

    film = FuncAnimation(figure, draw, frames=len(animation), init_func=lambda: None)
    film.save(path, writer=PillowWriter(fps=2))


def seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    animation = sliding()
    with TemporaryDirectory() as folder:
        ours, anew = Path(folder) / "ours.gif", Path(folder) / "anew.gif"
        pairs = [
            (seconds(lambda: animation.save(ours)), seconds(lambda: save_anew(animation, anew)))
            for _ in range(rounds + 1)
        ][1:]
        sizes = ours.stat().st_size, anew.stat().st_size
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(theirs / mine for mine, theirs in pairs)
    print(f"{len(animation)} frames: {mine:.2f} s and {sizes[0] // 1000} kB by convlab, ", end="")
    print(f"{theirs:.2f} s and {sizes[1] // 1000} kB by FuncAnimation: {ratio:.1f} times faster")


if __name__ == "__main__":
    main()

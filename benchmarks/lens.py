"""From a dragged number to pixels: the lens beside ipywidgets.interact with matplotlib.

Run as ``python -m benchmarks.lens``. Both filter the same photograph of 600×512 greys, in one
JupyterLab notebook, and are moved in turn: see ``benchmarks.browser``, which measures.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium, opened, race, server

SIZES = (3, 9)

INTERACT = """
import convlab, ipywidgets
import matplotlib.pyplot as plt
import numpy as np

lens = convlab.Lens(kernel="blur", kernel_size={size}, padding="same")
x = lens.image[None]
layer = convlab.Conv2D(1, {size}, padding="same", use_bias=False)
layer.build(x.shape)

def draw(steps):
    kernel = lens.numbers.astype("float32").copy()
    kernel[0, 0] += 0.01 * steps
    layer.set_weights([kernel[..., None, None]])
    plt.imshow(layer(x)[0, ..., 0], cmap="gray")
    plt.axis("off")
    plt.show()

ipywidgets.interact(draw, steps=(-20, 20));
"""


def main(arguments: Any = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=80, help="moves of a number")
    count = parser.parse_args(arguments).moves
    print("lens, 600×512, ms    interact   95 %       lens       95 %   times faster")
    with tempfile.TemporaryDirectory() as name, chromium() as browser, server(Path(name)) as lab:
        for size in SIZES:
            page = opened(browser, lab, Path(name), [INTERACT.format(size=size), "lens"])
            slow, fast, late, slow_late = race(page, 0, ".convlab-lens", "kernel.0.0", count)
            page.close()
            row = f"{slow:11.1f}{slow_late:11.1f}{fast:11.1f}{late:11.1f}{slow / fast:15.1f}"
            print(f"{f'{size}×{size}':12}{row}")


if __name__ == "__main__":
    main()

"""A handful of figures that have everything: for the tests that look at what is drawn."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

import convlab
from convlab.networks import Step
from convlab.plots.animation import Animation, animate
from convlab.plots.diagram import diagram
from convlab.plots.maps import coverage_map, matrix_map


def seeded(layer: convlab.Layer, shape: tuple[int, ...]) -> convlab.Layer:
    """The layer, built, its weights the same each time."""
    layer.build(shape)
    random = np.random.default_rng(1)
    layer.set_weights([random.normal(size=weight.shape).round(2) for weight in layer.weights])
    return layer


def animated(layer: convlab.Layer, shape: tuple[int, ...], **choices) -> Animation:
    x = np.random.default_rng(0).normal(size=shape).round(2)
    return animate(seeded(layer, shape), x, **choices)


def image_of(html: str) -> NDArray[np.uint8]:
    """The one picture in a piece of HTML, in WebP, as (height, width, 3) bytes."""
    (data,) = re.findall(r'src="data:image/webp;base64,([^"]+)"', html)
    with Image.open(BytesIO(b64decode(data))) as image:
        return np.asarray(image.convert("RGB"))


def small(**choices) -> Animation:
    """Few steps, one act."""
    return animated(convlab.Conv2D(1, 2, padding="same"), (1, 3, 4, 1), **choices)


def animations(**choices) -> dict[str, Animation]:
    """Every kind of animation there is."""
    two = {"filters": (0, 1), **choices}
    causal = convlab.Conv1D(2, 3, padding="causal", dilation_rate=2, groups=2)
    plane = convlab.Conv2D(2, 3, strides=(2, 1), padding="same", activation="relu")
    return {
        "line": animated(causal, (1, 8, 4), **two),
        "plane": animated(plane, (1, 5, 6, 4), **two),
        "depthwise": animated(convlab.DepthwiseConv2D(2), (1, 4, 5, 2), **two),
        "separable": animated(convlab.SeparableConv2D(2, 3), (1, 5, 6, 2), **two),
        "transposed": animated(
            convlab.Conv2DTranspose(2, 3, strides=2, padding="same"), (1, 2, 3, 2), **two
        ),
        "cells": animated(convlab.Conv2D(1, 3), (1, 40, 40, 1), every=40, **choices),
        "image": animated(convlab.Conv2D(1, 3), (1, 200, 150, 1), every=999, **choices),
    }


def network() -> convlab.Network:
    """A branch, equal blocks and a step that is refused: all that a network's picture can say."""
    first = convlab.Conv2D(2, 3, padding="same")
    steps = [Step("in", convlab.InputLayer((9, 9, 2))), Step("first", first, ("in",))]
    for number in range(4):
        convolution = convlab.Conv2D(2, 1, activation="relu")
        steps.append(Step(f"same {number}", convolution, (steps[-1].name,)))
    steps += [
        Step("sum", convlab.Add(), ("in", steps[-1].name)),
        Step("too large", convlab.MaxPooling2D(10), ("sum",)),
        Step("last", convlab.Flatten(), ("too large",)),
    ]
    return convlab.Network(steps)


def figures(theme: str = "light") -> Iterator[tuple[str, Figure]]:
    """The first and the last step of each animation, and every still drawing."""
    for name, animation in animations(theme=theme).items():
        for index in (0, len(animation) - 1):
            yield f"{name} {index}", animation.frame(index)
    transposed = convlab.Conv2DTranspose(1, 3, strides=2)
    drawings = {
        "written": coverage_map(transposed, (None, 4, 5, 1), theme=theme),
        "read": coverage_map(convlab.Conv1D(1, 3, strides=2), (None, 8, 1), theme=theme),
        "matrix": matrix_map(seeded(convlab.Conv2D(1, 2), (1, 4, 4, 1)), (1, 4, 4, 1), theme=theme),
        "standard": diagram(convlab.Conv2D(8, 3), (None, 9, 9, 4), theme=theme),
        "grouped": diagram(convlab.Conv1D(8, 3, groups=2), (None, None, 4), theme=theme),
        "separate": diagram(convlab.SeparableConv2D(8, 3), (None, 9, 9, 4), theme=theme),
        "reversed": diagram(transposed, (None, 9, 9, 4), theme=theme),
        "network": diagram(network(), theme=theme),
    }
    for name, drawing in drawings.items():
        yield name, drawing.figure()

"""Well-known networks after TF-Slim's definitions, with one filter a layer: windows alone count.

A line of windows is written as in ``"7/2! max3/2 1x7"``: size, ``/`` stride, ``!`` for VALID (else
SAME), ``max`` or ``avg`` for a pooling, ``dw`` for a depthwise convolution.
"""

from __future__ import annotations

import re

from convlab import (
    Add,
    AveragePooling2D,
    Concatenate,
    Conv2D,
    DepthwiseConv2D,
    MaxPooling2D,
    Network,
    ZeroPadding2D,
)
from convlab.networks import Step

WINDOW = re.compile(r"(max|avg|dw|)(\d+)(?:x(\d+))?(?:/(\d+))?(!?)")


def layer_of(written: str):
    kind, height, width, stride, valid = WINDOW.fullmatch(written).groups()
    size = (int(height), int(width or height))
    given = {"strides": int(stride or 1), "padding": "valid" if valid else "same"}
    pooling = {"max": MaxPooling2D, "avg": AveragePooling2D}
    if kind in pooling:
        return pooling[kind](size, **given)
    return DepthwiseConv2D(size, **given) if kind else Conv2D(1, size, **given)


class Builder:
    """A network as it grows: each method takes the name of a step and gives that of the new one."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.last = ""

    def put(self, layer, *sources: str, name: str = "") -> str:
        taken = tuple(source for source in sources if source)
        self.last = name or str(len(self.steps))
        self.steps.append(Step(self.last, layer, taken))
        return self.last

    def line(self, windows: str, source: str | None = None, name: str = "") -> str:
        at = self.last if source is None else source
        *before, end = windows.split()
        for written in before:
            at = self.put(layer_of(written), at)
        return self.put(layer_of(end), at, name=name)

    def branches(self, *lines: str, name: str = "") -> str:
        """Branches side by side; in ``"1 3 | 1x3 | 3x1"`` the first part forks into the others."""
        source, ends = self.last, []
        for line in lines:
            stem, *forks = line.split(" | ")
            end = self.line(stem, source)
            ends += [self.line(fork, end) for fork in forks] or [end]
        return self.put(Concatenate(), *ends, name=name)

    def padded(self, window: str, size: int) -> str:
        """A strided window behind explicit zeros: slim's ``conv2d_same``."""
        before = (size - 1) // 2
        self.put(ZeroPadding2D(((before, size - 1 - before),) * 2), self.last)
        return self.line(window)

    def unit(self, stride: int) -> str:
        """A bottleneck of ResNet v1."""
        source = self.last
        shortcut = self.line(f"1/{stride}", source)
        self.line("1", source)
        if stride == 1:
            self.line("3")
        else:
            self.padded(f"3/{stride}!", 3)
        return self.put(Add(), shortcut, self.line("1"))

    def network(self) -> Network:
        return Network(self.steps, outputs=[self.last])


def alexnet_v2() -> Network:
    build = Builder()
    build.line("11/4!", name="conv1")
    build.line("max3/2!", name="pool1")
    build.line("5", name="conv2")
    build.line("max3/2! 3", name="conv3")
    build.line("3", name="conv4")
    build.line("3", name="conv5")
    build.line("max3/2!", name="pool5")
    return build.network()


def vgg_16() -> Network:
    build = Builder()
    for number, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
        build.line("3 " * convolutions + "max2/2!", name=f"pool{number}")
    return build.network()


def mobilenet_v1() -> Network:
    build = Builder()
    build.line("3/2")
    for stride in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1):
        build.line(f"dw3/{stride} 1")
    return build.network()


def resnet_v1(*units: int) -> Network:
    build = Builder()
    build.padded("7/2!", 7)
    build.line("max3/2")
    for block, count in enumerate(units):
        strides = [1] * (count - 1) + [1 if block == len(units) - 1 else 2]
        for stride in strides:
            build.unit(stride)
    return build.network()


def inception_v2() -> Network:
    build = Builder()
    build.line("7/2", name="Conv2d_1a_7x7")
    build.line("max3/2", name="MaxPool_2a_3x3")
    build.line("1 3", name="Conv2d_2c_3x3")
    build.line("max3/2", name="MaxPool_3a_3x3")
    smaller = ("1 3/2", "1 3 3/2", "max3/2")
    mixed = {"3": "bc", "4": "abcde", "5": "abc"}
    for number, letters in mixed.items():
        for letter in letters:
            pool = "max3 1" if number + letter == "5c" else "avg3 1"
            lines = smaller if letter == "a" else ("1", "1 3", "1 3 3", pool)
            build.branches(*lines, name=f"Mixed_{number}{letter}")
    return build.network()


def inception_v3() -> Network:
    build = Builder()
    build.line("3/2! 3! 3 max3/2! 1! 3! max3/2!")
    for _ in "bcd":
        build.branches("1", "1 5", "1 3 3", "avg3 1")
    build.branches("3/2!", "1 3 3/2!", "max3/2!")
    for _ in "bcde":
        build.branches("1", "1 1x7 7x1", "1 7x1 1x7 7x1 1x7", "avg3 1")
    build.branches("1 3/2!", "1 1x7 7x1 3/2!", "max3/2!")
    for _ in "bc":
        build.branches("1", "1 | 1x3 | 3x1", "1 3 | 1x3 | 3x1", "avg3 1")
    return build.network()

"""Merges: arrays put into one order of axes, then added, multiplied or set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from ..i18n import text
from .chain import Order, Value, reordered
from .plan import Node


@dataclass(frozen=True)
class Merging:
    """How a framework merges: the method that reorders axes, and its functions for two or more."""

    permute: str
    concatenate: str
    maximum: str


SIGNS = {"Add": " + ", "Multiply": " * "}
KINDS = (*SIGNS, "Concatenate", "Maximum")


def merged(node: Node, values: Sequence[Value], how: Merging) -> tuple[str, Order]:
    """The merge as an expression, and the order of its axes."""
    if node.kind == "Concatenate":
        order = values[0].order
        terms = [reordered(value, order, how.permute) for value in values]
        axis = order.index(node.layer.axis % len(order))
        return how.concatenate.format(terms=", ".join(terms), axis=axis), order
    order = max((value.order for value in values), key=len)
    raised = [_raised(value, order, how.permute) for value in values]
    if node.kind == "Maximum":
        return reduce(lambda one, other: f"{how.maximum}({one}, {other})", raised), order
    return SIGNS[node.kind].join(raised), order


def _raised(value: Value, order: Order, permute: str) -> str:
    """An array with the axes, of size 1 behind the batch, that it lacks in Keras."""
    missing = len(order) - len(value.order)
    own = tuple(axis - missing if axis else 0 for axis in order if axis == 0 or axis > missing)
    source = reordered(value, own, permute)
    if not missing:
        return source
    index = [":" if axis == 0 or axis > missing else "None" for axis in order]
    while index[-1] == ":":
        index.pop()
    return f"{source}[{', '.join(index)}]"


def unknown(node: Node) -> list[str]:
    """The place of a layer that convlab does not know."""
    said = text("programs.unknown", kind=node.layer.kind)
    return [f"# {said}", f"raise NotImplementedError({node.layer.name!r})"]

"""An array on its way through a step: which operations, and in which order its axes stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .source import is_primary

Order = tuple[int, ...]
"""The axes of the array in Keras, in the order in which a program holds them."""


def as_in_keras(rank: int) -> Order:
    return tuple(range(rank))


def channels_to_front(rank: int) -> Order:
    """The order of an array whose last axis stands behind the batch's.

    >>> channels_to_front(4), channels_to_front(2)
    ((0, 3, 1, 2), (0, 1))
    """
    return (*range(min(rank, 1)), *range(rank - 1, rank)[: rank > 1], *range(1, rank - 1))


def channels_to_back(rank: int) -> Order:
    """The order of an array whose second axis stands last.

    >>> channels_to_back(4)
    (0, 2, 3, 1)
    """
    return (*range(min(rank, 1)), *range(2, rank), *range(1, rank)[:1])


@dataclass(frozen=True)
class Value:
    """An array in a program: its name there, its rank, the order of its axes, its dtype."""

    name: str
    order: Order
    dtype: str


def reordered(value: Value, order: Order, permute: str) -> str:
    """The array with its axes in another order."""
    if value.order == order:
        return value.name
    dims = ", ".join(str(value.order.index(axis)) for axis in order)
    return f"{value.name}.{permute}({dims})"


@dataclass(frozen=True)
class Operation:
    """Python with ``{x}`` in the place of what it is applied to.

    One that ``nests`` may stand around another in one line; one that is ``aside`` is a line of its
    own that leaves the array alone. ``module`` is the same as a layer of PyTorch's, if there is
    one.
    """

    template: str
    nests: bool = False
    aside: bool = False
    module: str | None = None


@dataclass
class Chain:
    """The operations of one step, one after the other, and the array as it is behind the last."""

    order: Order
    permute: str
    begun: Order = ()
    """The order in which the array is taken."""
    operations: list[Operation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Comments that stand above the step."""

    def __post_init__(self) -> None:
        self.begun = self.order

    def apply(self, template: str, nests: bool = False, module: str | None = None) -> None:
        self.operations.append(Operation(template, nests, module=module))

    def aside(self, line: str) -> None:
        """Write a line that does not change the array."""
        self.operations.append(Operation(line, aside=True))

    def reorder(self, order: Order) -> None:
        """Put the axes into another order."""
        if order != self.order and not self.operations:
            self.begun = self.order = order
        elif order != self.order:
            self.apply(reordered(Value("{x}", self.order, ""), order, self.permute))
            self.order = order

    def dim(self, axis: int) -> int:
        """The place of an axis of Keras' array; as it is counted there where nothing has moved."""
        rank = len(self.order)
        return axis if self.order == as_in_keras(rank) else self.order.index(axis % rank)

    def dims(self, axes: Sequence[int]) -> tuple[int, ...]:
        rank = len(self.order)
        return tuple(sorted(self.order.index(axis % rank) for axis in axes))

    def held(self, sizes: Sequence[object]) -> list[object]:
        """What belongs to each of Keras' axes, in the order of the program's."""
        return [sizes[axis] for axis in self.order]


def lines_of(chain: Chain, source: str, target: str, between: str) -> list[str]:
    """The step as assignments: the last to ``target``, those before to ``between``."""
    lines, expression = list(chain.notes), source
    for operation in chain.operations:
        if not _fits(operation, expression):
            lines.append(f"{between} = {expression}")
            expression = between
        source = operation.template.replace("{x}", expression)
        if operation.aside:
            lines.append(source)
        else:
            expression = source
    return lines if expression == target else [*lines, f"{target} = {expression}"]


def _fits(operation: Operation, expression: str) -> bool:
    """Whether an expression may stand in the operation itself, without a line of its own."""
    if expression.isidentifier():
        return True
    once = operation.template.count("{x}") == 1
    short = len(operation.template) + len(expression) <= _ROOM
    follows = operation.template.startswith("{x}")
    return once and short and (is_primary(expression) if follows else operation.nests)


_ROOM = 72
"""The most characters of an expression that is read at a glance."""

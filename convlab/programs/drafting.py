"""A program while it is written: step by step, an array a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from ..networks import UnknownLayer
from .chain import Chain, Operation, Value, as_in_keras, lines_of, reordered
from .merging import Merging, merged, unknown
from .plan import Node, Plan


class Draft:
    """The lines of the function that computes; a framework adds how it writes a layer."""

    merging: ClassVar[Merging]

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        alone = len(plan.entries) == 1
        brief = alone and plan.is_brief(plan.entries[0].name)
        # An input that is needed again keeps its name; what is made on the way has another.
        self.variables = plan.variables("x" if brief or not alone else "y")
        # Where layers differ in their dtype, an input is cast, whatever the caller gives.
        mixed = len({node.layer.dtype for node in plan.nodes if node.kind}) > 1
        self.values = {
            entry.name: Value(
                entry.name, as_in_keras(len(entry.shape or ())), "" if mixed else entry.dtype
            )
            for entry in plan.entries
        }
        self.operations: list[Operation] = []
        self.lines = [line for node in plan.nodes for line in self._step(node)]
        self._give_back()

    def write(self, node: Node, chain: Chain) -> None:
        """Let the chain do what the step's layer does."""
        raise NotImplementedError

    def cast(self, name: str, dtype: str) -> str:
        """An array in another dtype."""
        return name

    def _step(self, node: Node) -> list[str]:
        target = self.variables[node.name]
        values = [self.values[source] for source in node.sources]
        if isinstance(node.layer, UnknownLayer):
            self.values[node.name] = replace(values[0], name=target)
            return unknown(node)
        chain = self._merge(node, values) if node.layer.merges else self._chain(node, values[0])
        lines = [] if node.layer.merges else self._begin(node.sources[0], chain)
        self.operations += chain.operations
        self.values[node.name] = Value(target, chain.order, node.layer.dtype)
        spent = self.plan.is_brief(node.sources[0]) and not node.layer.merges
        between = values[0].name if spent else target
        return [*lines, *lines_of(chain, values[0].name, target, between)]

    def _chain(self, node: Node, value: Value) -> Chain:
        chain = Chain(value.order, self.merging.permute)
        if value.dtype != node.layer.dtype and self.cast("", node.layer.dtype):
            chain.apply(self.cast("{x}", node.layer.dtype))
        if self.plan.is_shared:
            # Where a layer stands twice, its weights meet axes in one order.
            chain.reorder(as_in_keras(len(value.order)))
        self.write(node, chain)
        return chain

    def _begin(self, source: str, chain: Chain) -> list[str]:
        """Put a value into the order in which the chain takes it: for later steps, too."""
        value = self.values[source]
        if value.order == chain.begun:
            return []
        if self.plan.is_brief(source):
            again = reordered(replace(value, name="{x}"), chain.begun, self.merging.permute)
            chain.operations.insert(0, Operation(again))
            return []
        self.values[source] = replace(value, order=chain.begun)
        return [f"{value.name} = {reordered(value, chain.begun, self.merging.permute)}"]

    def _merge(self, node: Node, values: Sequence[Value]) -> Chain:
        dtype = node.layer.dtype
        cast = [
            value if value.dtype == dtype else replace(value, name=self.cast(value.name, dtype))
            for value in values
        ]
        expression, order = merged(node, cast, self.merging)
        chain = Chain(order, self.merging.permute)
        chain.apply(expression)
        return chain

    def _give_back(self) -> None:
        """The last lines: every output with its axes as in Keras."""
        values = [self.values[name] for name in self.plan.outputs]
        back = [
            reordered(value, as_in_keras(len(value.order)), self.merging.permute)
            for value in values
        ]
        self.permutes_at_last = back != [value.name for value in values]
        begin = f"{back[0]} = "
        if len(back) == 1 and self.lines and self.lines[-1].startswith(begin):
            back = [self.lines.pop().removeprefix(begin)]
        self.lines.append(f"return {', '.join(back)}")

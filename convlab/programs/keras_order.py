"""The order in which Keras keeps the layers, and so the weights, of a functional model."""

from __future__ import annotations

from .plan import Node, Plan


def order_in_keras(plan: Plan) -> list[int]:
    """The layers, by ``id``: those with the longest way to an output first, as Keras sorts them.

    Of ways as long as each other, that which is found first from the outputs backwards.
    """
    nodes = {node.name: node for node in plan.nodes}
    depths = _depths(plan, nodes)
    found: dict[str, int] = {}
    waiting = [*reversed(plan.outputs)]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found[name] = len(found)
            waiting += reversed(nodes[name].sources)
    ordered = sorted(found, key=lambda name: (-depths[name], found[name]))
    return list(dict.fromkeys(id(nodes[name].layer) for name in ordered))


def _depths(plan: Plan, nodes: dict[str, Node]) -> dict[str, int]:
    """The number of steps from each step to the farthest output behind it."""
    depths = dict.fromkeys(plan.outputs, 0)
    for node in reversed(plan.nodes):
        for source in node.sources if node.name in depths else ():
            depths[source] = max(depths.get(source, 0), depths[node.name] + 1)
    return depths

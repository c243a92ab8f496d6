"""A layer or a network as a program in plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..layers.common import BaseLayer
from ..networks import Network
from .chain import Chain
from .drafting import Draft
from .merging import Merging
from .numpy_functions import NAMES, function_lines
from .numpy_layers import LAYERS, Writer
from .plan import Names, Node, Plan, plan_of
from .source import assembled, function

_NAMES = Names("x", frozenset(["x", "y", "np", "erf", "inside", "share", "weights", *NAMES]))

_IMPORTS = {
    "erf": "from math import erf\n",
    "np": "import numpy as np",
}


def numpy_program(source: BaseLayer | Network, input_shape: Any = None) -> str:
    """The program; its function is called ``layer`` or ``network`` and takes x and the weights.

    Raises ``ArgumentError`` where the shape has to be given.
    """
    return _NumPy(plan_of(source, input_shape, _NAMES)).program()


class _NumPy(Draft):
    merging = Merging("transpose", "np.concatenate([{terms}], axis={axis})", "np.maximum")

    def __init__(self, plan: Plan) -> None:
        self.functions: dict[str, bool] = {}
        super().__init__(plan)

    def write(self, node: Node, chain: Chain) -> None:
        alone = self.plan.noun == "layer"
        places = node.weights.items()
        weights = {name: name if alone else f"weights[{place}]" for name, place in places}
        LAYERS[node.kind](Writer(node, chain, weights, self.functions))

    def program(self) -> str:
        name = "layer" if self.plan.noun == "layer" else "network"
        main = function(f"{name}(x, weights)", [*self._unpacked(), *self.lines])
        functions = [function_lines(name, dilated) for name, dilated in self.functions.items()]
        return assembled(_IMPORTS, [*functions, main])

    def _unpacked(self) -> list[str]:
        """The inputs one by one, and the weights of a layer alone by their names."""
        entries = [entry.name for entry in self.plan.entries]
        names = [*self.plan.nodes[0].weights] if self.plan.noun == "layer" else []
        several = [] if entries == ["x"] else [f"{_unpacking(entries)} = x"]
        return [*several, *([f"{_unpacking(names)} = weights"] if names else [])]


def _unpacking(names: Sequence[str]) -> str:
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)

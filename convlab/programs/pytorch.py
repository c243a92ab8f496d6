"""A layer or a network as a program for PyTorch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..i18n import text
from ..layers.common import BaseLayer
from ..networks import Network
from .chain import Chain, Operation
from .drafting import Draft
from .merging import Merging
from .plan import Names, Node, Plan, plan_of
from .source import WIDTH, assembled, fitted, function, helper, indented
from .torch_layers import LAYERS, Parts, Writer

_TAKEN = """
x y w F nn torch self inside share weights load pad_same sparsemax
apply bfloat16 buffers children compile cpu cuda double eval float forward half modules
parameters to train training type
"""
"""What programs call so, and what a module of PyTorch's does."""

_NAMES = Names("x", frozenset(_TAKEN.split()))

_FUNCTIONS = {
    "pad_same": '''
def pad_same(x, kernel_size, strides, value=0.0):
    """{programs.pad_same}"""
    pads = []
    for size, kernel, stride in zip(x.shape[2:], kernel_size, strides):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads, value=value)
''',
    "sparsemax": '''
def sparsemax(x, dim):
    """{programs.sparsemax}"""
    descending = x.sort(dim, descending=True).values
    running = descending.cumsum(dim)
    rank = torch.ones_like(x).cumsum(dim)
    stays = descending - (running - 1) / rank > 0
    total = (running * stays).sum(dim, keepdim=True)
    return F.relu(x - (total - 1) / stays.sum(dim, keepdim=True))
''',
}


def pytorch_program(source: BaseLayer | Network, input_shape: Any = None) -> str:
    """The program; its module is called ``layer`` or ``model``, and ``load`` puts weights in.

    Raises ``ArgumentError`` where the shape has to be given.
    """
    return _PyTorch(plan_of(source, input_shape, _NAMES)).program()


class _PyTorch(Draft):
    merging = Merging("permute", "torch.cat([{terms}], dim={axis})", "torch.maximum")

    def __init__(self, plan: Plan) -> None:
        self.parts = Parts()
        self.attributes: dict[int, str] = {}
        super().__init__(plan)
        self.modules = self._modules()

    def write(self, node: Node, chain: Chain) -> None:
        name = self.attributes.setdefault(id(node.layer), node.name)
        LAYERS[node.kind](Writer(replace(node, name=name), chain, self.parts))

    def cast(self, name: str, dtype: str) -> str:
        return f"{name}.double()" if dtype == "float64" else f"{name}.float()"

    def program(self) -> str:
        made = self._class() if self.modules is None else [self._sequential(self.modules)]
        functions = [helper(_FUNCTIONS[name]) for name in self.parts.functions]
        return assembled(_IMPORTS, [*functions, *made, self._load()])

    def _modules(self) -> list[Operation] | None:
        """The operations, if each of them is a layer of PyTorch's and nothing else is needed."""
        plain = all(operation.module for operation in self.operations)
        known = all(node.kind for node in self.plan.nodes)
        more = self.parts.further or self.permutes_at_last
        return self.operations if plain and known and self.plan.is_chain and not more else None

    def _sequential(self, modules: Sequence[Operation]) -> list[str]:
        made = [str(each.module) for each in modules] or ["nn.Identity()"]
        if len(made) == 1:
            return [*fitted(f"{self.plan.noun} = {made[0]}"), *self._evaluating()]
        inside = [line for each in made for line in fitted(f"{each},", WIDTH - 4)]
        lines = [f"{self.plan.noun} = nn.Sequential(", *indented(inside), ")"]
        return [*lines, *self._evaluating()]

    def _class(self) -> list[list[str]]:
        name = self.plan.noun.capitalize()
        kept = [f"self.{name} = {source}" for name, source in self.parts.fields.items()]
        begin = ["super().__init__()", *kept, *self.parts.further]
        parameters = ", ".join(["self", *(entry.name for entry in self.plan.entries)])
        methods = [*function("__init__(self)", begin, 4), ""] if len(begin) > 1 else []
        methods += function(f"forward({parameters})", [*self._noted(), *self.lines[1:]], 4)
        made = [f"{self.plan.noun} = {name}()", *self._evaluating()]
        return [[f"class {name}(nn.Module):", *indented(methods)], made]

    def _noted(self) -> list[str]:
        """The first line, which says why it permutes axes, if it does."""
        first = self.lines[0]
        permutes = re.fullmatch(r"\w+ = \w+\.permute\(0, \d, 1(, 2)?\)", first)
        return [f"{first}  # {text('programs.channels_first')}" if permutes else first]

    def _evaluating(self) -> list[str]:
        said = text("programs.evaluating")
        return [f"{self.plan.noun}.eval()  # {said}"] if self.parts.trains else []

    def _load(self) -> list[str]:
        """The function that copies Keras' weights into PyTorch's."""
        copies = [
            f"{self._path(attribute)}.{tensor}.copy_({weight})"
            for (attribute, tensor), weight in self.parts.loads.items()
        ]
        body = [
            f'"""{text("programs.load", noun=self.plan.noun)}"""',
            "w = [torch.as_tensor(weight) for weight in weights]",
            "with torch.no_grad():",
            *indented(copies),
        ]
        return function("load(weights)", body) if copies else []

    def _path(self, attribute: str) -> str:
        """Where an attribute is found from outside."""
        noun = self.plan.noun
        if self.modules is None:
            return f"{noun}.{attribute}".rstrip(".")
        calls = [each.template.partition("(")[0] for each in self.modules]
        return f"{noun}[{calls.index(f'self.{attribute}')}]" if len(calls) > 1 else noun


_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
}

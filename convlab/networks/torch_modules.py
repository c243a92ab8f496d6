"""What stands in a module of PyTorch's, read without PyTorch: its kind, its arrays, its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from ..errors import ArgumentError
from ..i18n import Term
from ..layers.common import Array, Shape

INPUT = "input"
"""Names what a module takes, among the sources of its parts."""


@dataclass(frozen=True)
class Part:
    """One of the layers that a module becomes.

    ``sources`` names the parts that it takes from, by their suffixes; else it takes the part
    before. ``weights`` are made for an input of the shape ``built_for``; a layer that ``waits``
    makes its own at its first input.
    """

    kind: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    suffix: str = ""
    sources: tuple[str, ...] = ()
    weights: Sequence[Array] = ()
    built_for: Shape | None = None
    waits: bool = False
    notes: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Place:
    """A module where it stands: its name, and its input's shape as far as that is known."""

    name: str
    module: Any
    dtype: str
    shape: Shape | None

    @property
    def kind(self) -> str:
        """The class of PyTorch's that computes."""
        return kind_of(self.module) or ""

    def get(self, argument: str) -> Any:
        return getattr(self.module, argument)

    @property
    def rank(self) -> int:
        """The number of directions, the last but one letter of the class."""
        return int(self.kind[-2])

    def along(self, argument: str, rank: int) -> tuple[int, ...]:
        """An argument with one number for each direction, or one for all."""
        value = self.get(argument)
        return tuple(map(int, value)) if isinstance(value, Sequence) else (int(value),) * rank

    def array(self, name: str) -> Array:
        """A parameter or a buffer, in the network's dtype."""
        values = self.get(name)
        if getattr(values, "is_meta", False):
            raise ArgumentError("torch_no_values", argument=name, value="meta", step=self.name)
        held = values.detach().cpu()
        # NumPy has no bfloat16.
        wide = held.float() if str(held.dtype) == "torch.bfloat16" else held
        return np.asarray(wide.numpy(), self.dtype)

    def arrays(self, *names: str) -> list[Array]:
        """Those of these parameters that there are."""
        return [self.array(name) for name in names if self.get(name) is not None]

    def refuse(self, argument: str, advice: str, **parameters: object) -> NoReturn:
        """Refuse an argument's value; ``advice`` is an entry of ``torch.toml``."""
        raise ArgumentError(
            "torch_argument",
            argument=argument,
            value=self.get(argument),
            kind=self.kind,
            step=self.name,
            advice=Term(f"torch.{advice}", **parameters),
        )

    def note(self, entry: str, **parameters: object) -> Term:
        """What somebody should know of this module: an entry of ``torch.toml``."""
        return Term(f"torch.{entry}", step=self.name, **parameters)


def classes_of(source: object) -> list[type]:
    """The classes of PyTorch's from which ``source`` derives, the nearest first."""
    return [kind for kind in type(source).__mro__ if kind.__module__.startswith("torch.nn.modules")]


def kind_of(module: Any) -> str | None:
    """The name of the class of PyTorch's that says what a module computes, if one does.

    A ``Conv2d`` that only makes its arguments up by itself is still one; a class with a ``forward``
    of its own is none, whatever its name.
    """
    theirs = classes_of(module)[0]
    own = type(module).__mro__[: type(module).__mro__.index(theirs)]
    spaces = [vars(module), *(vars(kind) for kind in own)]
    overridden = any(name in space for space in spaces for name in _COMPUTING)
    return None if overridden else theirs.__name__


_COMPUTING = ("forward", "__call__", "_conv_forward")


def is_lazy(module: Any) -> bool:
    """Whether a module waits for its first input to make its weights."""
    return any(kind.__name__ == "LazyModuleMixin" for kind in classes_of(module))


def dtype_of(module: Any) -> tuple[str, str | None]:
    """The dtype of the network, and the narrower one that it replaces, if it does.

    Without weights a module computes in its input's dtype: float64 holds every one.
    """
    held = [str(values.dtype).removeprefix("torch.") for values in module.parameters()]
    for name in held:
        if name not in (*_NARROW, "float32", "float64"):
            raise ArgumentError("torch_dtype", argument="dtype", value=name)
    narrow = next((name for name in held if name in _NARROW), None)
    return "float64" if "float64" in held or not held else "float32", narrow


_NARROW = ("float16", "bfloat16")

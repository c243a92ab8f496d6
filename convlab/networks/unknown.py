"""A layer that convlab does not know: it keeps its place in a network, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

from ..errors import StateError
from ..layers.common import Array, Shape


@dataclass(eq=False)
class UnknownLayer:
    """Stands where a layer of another kind stood.

    ``kind`` is its class, ``output_shape`` its output's shape and ``parameters`` the number of its
    weights, where the source tells them; ``config`` is what the source says of it. It has a shape,
    but computes nothing: a call raises ``StateError``.

    >>> UnknownLayer("attention", "MultiHeadAttention", output_shape=(None, 8, 16))
    UnknownLayer(name='attention', kind='MultiHeadAttention')
    """

    merges: ClassVar[bool] = True
    built: ClassVar[bool] = True

    name: str
    kind: str
    output_shape: Shape | None = field(default=None, repr=False)
    parameters: int | None = field(default=None, repr=False)
    config: Any = field(default=None, repr=False)
    gradients: list[Array] = field(default_factory=list, repr=False)

    @property
    def weights(self) -> list[Array]:
        return []

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The shape that the source tells. Raises ``StateError`` where it tells none."""
        if self.output_shape is None:
            raise StateError("unknown_shape", layer=self.name, kind=self.kind)
        return self.output_shape

    def build(self, input_shape: Any) -> None:
        """Make nothing: its weights are not known."""

    def __call__(self, x: Any, *, training: bool | None = None) -> NoReturn:
        raise StateError("unknown_layer", layer=self.name, kind=self.kind)

    def backward(self, grad_output: Any) -> NoReturn:
        """Raises ``StateError``: what it computes is not known."""
        self(grad_output)

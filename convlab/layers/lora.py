"""LoRA: the kernel stays as it is, and a product of two thin matrices is added to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import arguments, initializers
from .common import Array, BaseLayer, Weight


class Adapted(BaseLayer):
    """A layer whose first weight is a kernel (…, inputs, outputs) that LoRA may add to.

    Its arguments ``lora_rank`` and ``lora_alpha`` may be missing or ``None``; its last two weights
    are the matrices, if there is a rank.
    """

    lora_kernel_a = Weight()
    lora_kernel_b = Weight()

    def _check_arguments(self) -> None:
        arguments.check_lora(self._lora_rank, self._arguments["kernel_constraint"])

    @property
    def _lora_rank(self) -> int | None:
        return self._arguments.get("lora_rank")

    @property
    def _lora_scale(self) -> Any:
        rank = self._arguments["lora_rank"]
        alpha = self._arguments.get("lora_alpha") or rank
        return np.dtype(self.dtype).type(alpha / rank)

    @property
    def _frozen(self) -> tuple[int, ...]:
        return () if self._lora_rank is None else (0,)

    def _adapter_shapes(self, kernel: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        rank = self._lora_rank
        if rank is None:
            return {}
        return {"lora_kernel_a": (*kernel[:-1], rank), "lora_kernel_b": (rank, kernel[-1])}

    def _new_weight(self, name: str, shape: tuple[int, ...]) -> Array:
        if name not in ("lora_kernel_a", "lora_kernel_b"):
            return super()._new_weight(name, shape)
        begin = initializers.HeUniform() if name == "lora_kernel_a" else initializers.Zeros()
        return begin(shape, dtype=self.dtype)

    def _effective_kernel(self, weights: list[Array]) -> Array:
        if self._lora_rank is None:
            return weights[0]
        kernel: Array = weights[0] + self._lora_scale * (weights[-2] @ weights[-1])
        return kernel

    def _adapter_gradients(self, weights: list[Array], dkernel: Array) -> list[Array]:
        if self._lora_rank is None:
            return []
        first, second = weights[-2:]
        inputs = tuple(range(first.ndim - 1))
        return [
            self._lora_scale * (dkernel @ second.T),
            self._lora_scale * np.tensordot(first, dkernel, (inputs, inputs)),
        ]

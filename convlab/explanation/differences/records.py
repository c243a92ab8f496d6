"""Records of how a layer differs from its twin in PyTorch, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...i18n import text
from ..writing import Cell, Code, Heading, Page, Paragraph, Shown, Table, page

KINDS = ("values", "call", "order", "training")
"""What a difference touches, the most important first.

``values``: the usual call gives other numbers; ``call``: it is written in another way; ``order``:
the same numbers stand in other places; ``training``: weights begin or change in another way.
"""


@dataclass(frozen=True)
class Twin:
    """A layer in PyTorch: ``modules`` one after the other, and the ``lines`` that make y of x.

    ``weights`` are (the module's index, its name of the weight, the weight made of Keras' arrays,
    which stand under their own names). ``quiet`` turns training mode off.
    """

    modules: tuple[str, ...] = ()
    lines: tuple[str, ...] = ("y = layer(x)",)
    weights: tuple[tuple[int, str, str], ...] = ()
    quiet: bool = False
    dtype: str = "float32"

    @property
    def program(self) -> tuple[str, ...]:
        """Its lines, for ``torch``, ``nn``, the input ``x`` and Keras' weights."""
        quiet = ("layer.eval()",) if self.quiet else ()
        return (*self._made, *self._loaded, *quiet, *self.lines)

    @property
    def _made(self) -> tuple[str, ...]:
        if not self.modules:
            return ()
        joined = ", ".join(self.modules)
        chain = joined if len(self.modules) == 1 else f"nn.Sequential({joined})"
        cast = ".double()" if self.weights and self.dtype == "float64" else ""
        return (f"layer = {chain}{cast}",)

    @property
    def _loaded(self) -> tuple[str, ...]:
        if not self.weights:
            return ()
        chained = len(self.modules) > 1
        named = (
            f'"{place}.{name}": {source}' if chained else f'"{name}": {source}'
            for place, name, source in self.weights
        )
        return (f"layer.load_state_dict({{{', '.join(named)}}})",)


def from_numpy(source: str) -> str:
    """An array of Keras', turned or not, as a tensor."""
    return f"torch.from_numpy({source})"


@dataclass(frozen=True)
class Example:
    """A small row of numbers, and what Keras and the usual call in PyTorch make of it.

    ``about`` is the catalogue's entry that says how.
    """

    about: str
    given: tuple[float, ...]
    keras: tuple[float, ...]
    torch: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """The rows as plain data."""
        rows = {"given": self.given, "keras": self.keras, "torch": self.torch}
        return {"about": self.about, **{name: list(row) for name, row in rows.items()}}


@dataclass(frozen=True)
class Difference:
    """One difference: ``about`` is its entry of the catalogue, ``numbers`` are this layer's."""

    about: str
    kind: str
    numbers: Mapping[str, object] = field(default_factory=dict)
    example: Example | None = None

    def __str__(self) -> str:
        return text(f"differences.{self.about}", **self.numbers)

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data, its sentence in the language in force."""
        example = None if self.example is None else self.example.to_dict()
        return {"about": self.about, "kind": self.kind, "text": str(self), "example": example}


@dataclass(frozen=True)
class Comparison:
    """What the rules find: the ``usual`` call, the ``twin`` with Keras' numbers, the differences.

    A twin is ``None`` where none can be written down.
    """

    usual: Twin | None
    twin: Twin | None
    items: tuple[Difference, ...] = ()


@dataclass(frozen=True, repr=False)
class Differences(Shown):
    """How a layer on an input shape differs from its twin in PyTorch.

    ``items`` are the differences, the most important first. ``program`` gives Keras' numbers in
    PyTorch: for ``torch``, ``nn``, the tensor ``x`` that the layer would take in Keras, and Keras'
    weights under their names as arrays; empty where none can be written down. ``usual`` is the
    program of a reader who carries the arguments over.
    """

    layer: str
    input_shape: Any
    framework: str
    items: tuple[Difference, ...]
    program: tuple[str, ...]
    usual: tuple[str, ...]

    @property
    def same_values(self) -> bool:
        """Whether the usual call gives Keras' numbers, once weights and axes are turned."""
        return not any(item.kind == "values" for item in self.items)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold, sentences in the language in force."""
        return {
            "layer": self.layer,
            "framework": self.framework,
            "same_values": self.same_values,
            "items": [item.to_dict() for item in self.items],
            "program": list(self.program),
            "usual": list(self.usual),
        }


def _say(entry: str) -> str:
    return text(f"differences.{entry}")


@page.register
def _page(record: Differences, brief: bool = False) -> Page:
    title = (Code(record.layer), Code(str(record.input_shape)), _say("in_pytorch"))
    blocks: Page = [Heading(title)]
    for kind in KINDS:
        found = [item for item in record.items if item.kind == kind]
        blocks += [Heading((_say(f"kind_{kind}"),))] if found else []
        for item in found:
            blocks += [Paragraph(str(item)), *_example_table(item.example)]
    if not record.items:
        blocks.append(Paragraph(_say("none")))
    return [*blocks, *_program_table(record)]


def _example_table(example: Example | None) -> Page:
    if example is None:
        return []
    rows: list[tuple[Cell, ...]] = [
        (name, ", ".join(f"{number:.4g}".replace("-", "−") for number in numbers))
        for name, numbers in (
            (_say("given"), example.given),
            ("Keras", example.keras),
            ("PyTorch", example.torch),
        )
    ]
    return [Table((_say("example"), _say(example.about)), tuple(rows))]


def _program_table(record: Differences) -> Page:
    if not record.program:
        return []
    rows = tuple((Code(line),) for line in record.program)
    return [Table((_say("program"),), rows)]

"""What a cell may not leave behind: errors, warnings, whatever no two runs share, bare booleans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from nbformat import NotebookNode

from convlab import Conv2D

from .source import BOOLEAN, ERROR

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_BOOLEAN = re.compile(r"(?<!\w)(?:np\.)?(?:True|False)_?(?!\w)")


def faults(cell: NotebookNode, private: tuple[str, ...] = ()) -> Iterator[str]:
    """Why an executed cell's outputs may not be stored; ``private`` are paths of this machine."""
    tags = cell.metadata.get("tags", [])
    for output in cell.outputs:
        if output.output_type == "error" and ERROR not in tags:
            yield f"raised {output.ename}: {output.evalue}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"wrote to stderr: {output.text.strip()}"
        else:
            yield from _unstable(output, private)
    if ERROR in tags and not any(output.output_type == "error" for output in cell.outputs):
        yield f"is tagged {ERROR}, but raised nothing"
    shown = bare_booleans(cell)
    if shown and BOOLEAN not in tags:
        yield (
            f"shows the bare boolean {shown[0]!r}: prove it with `assert` or "
            f"`np.testing.assert_allclose` and print what was compared, "
            f"or say that it is meant with `:tags: [{BOOLEAN}]`"
        )
    if BOOLEAN in tags and not shown:
        yield f"is tagged {BOOLEAN}, but shows none"


def bare_booleans(cell: NotebookNode) -> list[str]:
    """Each ``True`` and ``False`` that a cell shows, but for the value of a layer's argument.

    >>> stream = {"output_type": "stream", "name": "stdout", "text": "7 False, use_bias=True"}
    >>> bare_booleans(NotebookNode(outputs=[NotebookNode(stream)]))
    ['False']
    """
    texts = (text for output in cell.outputs for text in _shown(output))
    return [found for text in texts for found in _BOOLEAN.findall(_arguments().sub("", text))]


def _shown(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/"):
            yield content


@cache
def _arguments() -> re.Pattern[str]:
    # use_bias=True, 'use_bias': True, | `use_bias` | `True` |
    settings = Conv2D(1, 1).get_config().items()
    names = "|".join(name for name, value in settings if isinstance(value, bool))
    return re.compile(rf"(?<!\w)(?:{names})\W{{1,7}}(?:True|False)(?!\w)")


def _unstable(output: NotebookNode, private: tuple[str, ...]) -> Iterator[str]:
    for text in _strings({key: output[key] for key in output if key != "traceback"}):
        if found := _ADDRESS.search(text):
            yield f"holds an address, another one at every run: {found[0]!r}"
        for path in private:
            if path in text:
                yield f"holds a path of this machine: {path!r}"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)

"""What a learner's cell may hold: what a learner would write, and little of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from . import grid
from .source import SETUP, Block, Fault, Lesson

MOST_CELLS = 50
MOST_LINES = 15
LONGEST_CHAIN = 3
"""Names in a row with a dot between: ``layer.kernel.shape`` has three."""


def faults(lesson: Lesson) -> Iterator[Fault]:
    """Where a lesson is longer, or its code deeper, than a learner's should be."""
    cells = len(lesson.parts)
    if cells > MOST_CELLS:
        yield Fault(lesson.path, 1, "", f"{cells} cells, but {MOST_CELLS} are enough for a lesson")
    for pair in lesson.pairs:
        yield from (lesson.fault(pair, message) for message in grid.messages(pair))
    for block in lesson.code:
        try:
            tree = ast.parse(block.text)
        except SyntaxError:
            continue  # That is refused elsewhere.
        for message in _setup(tree) if block.id == SETUP else _deep(block, tree):
            yield lesson.fault(block, message)


def _setup(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("convlab."):
            yield f"line {node.lineno}: import from convlab itself, not from {node.module}"


def _deep(block: Block, tree: ast.AST) -> Iterator[str]:
    lines = len(block.text.splitlines())
    if lines > MOST_LINES:
        yield f"{lines} lines, but {MOST_LINES} are enough for a cell"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield f"line {node.lineno}: imports stand in the cell {SETUP!r}"
        if isinstance(node, ast.Subscript) and _is_text(node.slice):
            yield f"line {node.lineno}: {ast.unparse(node)}: give what stands there a name"
        if isinstance(node, ast.Attribute) and _chain(node) > LONGEST_CHAIN:
            yield f"line {node.lineno}: {ast.unparse(node)} reaches too deep"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _chain(node: ast.expr) -> int:
    return 1 + _chain(node.value) if isinstance(node, ast.Attribute) else 1

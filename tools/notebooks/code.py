"""Code stands once, for both languages: so it holds no words."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO

from .source import Fault, Lesson
from .typography import holds_chinese

_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
_ARGUMENT = re.compile(r"\w+=")
_PHRASE = re.compile(r"[A-Za-z]{2,}\s|\s[A-Za-z]{2,}|[A-Za-z]{2,}:$")


def faults(lesson: Lesson) -> Iterator[Fault]:
    """Every comment, Chinese character and phrase in a lesson's code, block by block."""
    for block in lesson.code:
        for message in words(block.text):
            yield lesson.fault(block, message)


def words(source: str) -> Iterator[str]:
    """What in this code speaks a language.

    A string is a phrase when a word of two letters or more stands beside a space or before a final
    colon; ``name=`` is notation, and so is a single word such as ``"same"``.

    >>> list(words("print('output shape', y.shape)"))
    ["line 1: the string 'output shape' belongs in the catalogue"]
    >>> list(words("print(f'kernel={k}, stride={s}', text('lesson02.shape', size=5))"))
    []
    """
    python = _MAGIC.sub(r"\1pass", source)
    try:
        tree = ast.parse(python)
    except SyntaxError as error:
        yield f"line {error.lineno}: not Python: {error.msg}"
        return
    if source.rstrip().endswith(";"):
        yield "a final semicolon hides a value from Jupyter, not from nbval: end with another line"
    for number, line in enumerate(source.splitlines(), start=1):
        if holds_chinese(line):
            yield f"line {number}: Chinese in code belongs in the catalogue"
    for token in tokenize.generate_tokens(StringIO(python).readline):
        if token.type == tokenize.COMMENT:
            yield f"line {token.start[0]}: a comment belongs in the prose: {token.string!r}"
    for row, string in _strings(tree):
        if _PHRASE.search(_ARGUMENT.sub("", string)) and not holds_chinese(string):
            yield f"line {row}: the string {string!r} belongs in the catalogue"


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value

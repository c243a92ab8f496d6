"""Lines of Python as a formatter would set them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..i18n import text

WIDTH = 88


def indented(lines: Iterable[str]) -> list[str]:
    """Lines one step further in; empty ones stay empty."""
    return [f"    {line}" if line else "" for line in lines]


def double_quoted(source: str) -> str:
    """Strings between double quotes, where they stood between single ones.

    >>> double_quoted("f('same', \\"it's\\")")
    'f("same", "it\\'s")'
    """
    strings = r"\"(?:[^\"\\]|\\.)*\"|'((?:[^'\"\\]|\\.)*)'"
    return re.sub(
        strings, lambda found: f'"{found[1]}"' if found[1] is not None else found[0], source
    )


def short(sizes: Sequence[int]) -> str:
    """A window's sizes: one number where they are alike.

    >>> short((3, 3)), short((3, 5))
    ('3', '(3, 5)')
    """
    return str(sizes[0] if len(set(sizes)) == 1 else tuple(sizes))


def call(function: str, *positional: Any, **named: Any) -> str:
    """A call; what is ``None`` is left out.

    >>> call("nn.Linear", 4, 2, bias=None)
    'nn.Linear(4, 2)'
    """
    given = [str(value) for value in positional]
    given += [f"{name}={value}" for name, value in named.items() if value is not None]
    return f"{function}({', '.join(given)})"


def fitted(line: str, width: int = WIDTH) -> list[str]:
    """A line, or the lines that a formatter makes of one that is too long.

    >>> fitted("y = f(aaa, g(b, c)) + 1", 12)
    ['y = f(', '    aaa,', '    g(b, c),', ') + 1']
    """
    groups = _groups(line)
    if len(line) <= width or not groups:
        return [line]
    start, end = max(groups, key=lambda group: group[1] - group[0])
    body = line[start + 1 : end]
    if len(body) + 4 <= width:
        return [line[: start + 1], f"    {body}", line[end:]]
    parts = (fitted(f"{part},", width - 4) for part in _parts(body))
    return [line[: start + 1], *indented(each for part in parts for each in part), line[end:]]


def is_primary(expression: str) -> bool:
    """Whether a method may be called on an expression as it stands: no operator is open in it.

    >>> is_primary("f(a + b)[0]"), is_primary("a + b"), is_primary("-a")
    (True, False, False)
    """
    open_spaces = any(each == " " and depth == 0 for _, each, depth in _depths(expression))
    return not open_spaces and not expression.startswith("-")


def _depths(source: str) -> Iterator[tuple[int, str, int]]:
    """Each character outside strings: its place, itself, and how deep in brackets it stands."""
    depth, quote = 0, ""
    for place, character in enumerate(source):
        if quote or character in "'\"":
            quote = character if not quote else "" if character == quote else quote
            continue
        depth -= character in ")]}"
        yield place, character, depth
        depth += character in "([{"


def _groups(source: str) -> list[tuple[int, int]]:
    """Where the outermost brackets open and close."""
    outer = [(place, character) for place, character, depth in _depths(source) if depth == 0]
    opening = [place for place, character in outer if character in "([{"]
    closing = [place for place, character in outer if character in ")]}"]
    return list(zip(opening, closing, strict=True))


def _parts(source: str) -> list[str]:
    """What stands between the outermost commas."""
    commas = [place for place, each, depth in _depths(source) if depth == 0 and each == ","]
    starts = [0, *(place + 1 for place in commas)]
    ends = [*commas, len(source)]
    parts = [source[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return [part for part in parts if part]


def function(signature: str, body: Iterable[str], margin: int = 0) -> list[str]:
    """A function's lines; ``margin`` is how far in it will stand."""
    width = WIDTH - 4 - margin
    lines = [line for each in body for line in indented(_set(each, width))]
    return [f"def {signature}:", *lines]


def _set(line: str, width: int) -> list[str]:
    """A line of code, fitted where it stands in; comments and docstrings stay whole."""
    code = line.lstrip()
    margin = " " * (len(line) - len(code))
    fit = [code] if code.startswith(("#", '"""')) else fitted(code, width - len(margin))
    return [margin + each for each in fit]


def helper(source: str) -> list[str]:
    """The lines of a function whose words stand in the catalogue, ``{topic.entry}`` in braces."""
    filled = re.sub(r"\{(\w+\.\w+)\}", lambda found: text(found[1]), source)
    return filled.strip("\n").splitlines()


def assembled(imports: Mapping[str, str], blocks: Iterable[Sequence[str]]) -> str:
    """A program of blocks, with those of the imports whose names it uses."""
    parts = [list(block) for block in blocks if block]
    body = "\n".join("\n".join(part) for part in parts)
    used = [line for name, line in imports.items() if re.search(rf"\b{name}[.,(]", body)]
    groups = [part for part in (used, *parts) if part]
    lines = list(groups[0]) if groups else []
    for before, part in pairwise(groups):
        gap = 2 if _is_definition(part) or _is_definition(before) else 1
        lines += [""] * gap + part
    return "\n".join(lines)


def _is_definition(lines: Sequence[str]) -> bool:
    return lines[0].startswith(("def ", "class "))

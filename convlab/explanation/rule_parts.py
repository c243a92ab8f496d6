"""What rules are made of: formulas as trees, words that quote numbers, refusals with ways out."""

from __future__ import annotations

from typing import Any

from .formulas import Tree, tree

Line = tuple[str, str]
Lines = tuple[Line, ...]
Record = dict[str, Any]

_FEW = 64


def setting(name: str) -> Record:
    """A word: what a setting is."""
    return {"setting": name}


def number(formula: str) -> Record:
    """A word: what a formula gives."""
    return {"number": tree(formula)}


def numbers(where: str, most: str) -> Record:
    """A word: all numbers up to a few, and beyond them the largest."""
    return {"each": "g", "most": tree(most), "few": _FEW, "where": tree(where)}


def term(key: str, **words: Record) -> Record:
    """A word: a text of the catalogue. A key that is none stands for itself."""
    return {"term": key, "with": words}


def change(setting: str, to: Tree | None, **conditions: Tree) -> Record:
    """A way out: what a setting becomes."""
    return {"setting": setting, "to": to, **conditions}


def refusal(
    code: str, scope: str, when: str, words: Record, *choices: Record, **nearest: Record
) -> Record:
    """What is refused: when, in which words, with which ways out."""
    rules = {"code": code, "scope": scope, "when": tree(when), "words": words}
    return {**rules, "choices": list(choices), **nearest}


def trees(lines: Lines) -> list[list[Tree]]:
    """Lines of reckoning as data."""
    return [[symbol, tree(formula)] for symbol, formula in lines]


def each(rank: int, symbol: str) -> list[str]:
    """A symbol's number of each direction, as a formula of the whole layer.

    >>> each(2, "out")
    ['first(out)', 'last(out)']
    """
    return [f"first({symbol})", f"last({symbol})"][-rank:] if rank else []

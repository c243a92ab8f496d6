"""Formulas with the numbers put in, step by step, written as plain text, LaTeX or HTML.

A formula is kept as one line of Python's own grammar, so that it can be read, substituted, folded
and checked: names, whole numbers, ``+ - *``, and the functions in ``FUNCTIONS``. A rule may also
compare and choose (``< <= ==``, ``and or not``, ``a if c else b``); ``tree`` makes data of both.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any, TypeAlias

from ..geometry import Size

Number: TypeAlias = int | Fraction
Tree: TypeAlias = "int | str | list[Tree]"
"""A number, a name, or an operation with the trees that it works on."""


def _over(dividend: Number, divisor: Number) -> Number:
    ratio = Fraction(dividend) / divisor
    return ratio.numerator if ratio.denominator == 1 else ratio


FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "floor": operator.floordiv,
    "ceil": lambda dividend, divisor: -(-dividend // divisor),
    "over": _over,
    "mod": operator.mod,
    "max": max,
    "min": min,
}
"""floor(a, b) is ⌊a/b⌋, ceil(a, b) is ⌈a/b⌉, over(a, b) is a/b."""

WHOLE_LAYER = ("most", "product", "first", "last")
"""most(s) is the largest stride of all directions; in a tree it is the name ``most_s``."""

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}

_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True)
class Style:
    """How the parts of a formula are written: ``symbol`` writes a name, ``calls`` the functions.

    ``barred`` functions set their arguments apart by themselves, so that these need no brackets.
    ``broken``, where there is one, sets a long line as two: the formula, and below it the numbers.
    ``comma`` sets thousands apart.
    """

    symbol: Callable[[str], str]
    times: str
    minus: str
    calls: Mapping[str, str]
    barred: bool = False
    broken: str = ""
    comma: str = ","


def _letters(name: str) -> tuple[str, str, str]:
    """A name's letter, its index and its prime: ``hout`` is h′, ``p0`` is p₀."""
    if name.endswith("out"):
        return name.removesuffix("out") or "n", "", "′"
    if name == "full":
        return "ℓ", "", ""
    if len(name) == 2 and name != "op":
        return name[0], name[1], ""
    return name, "", ""


def _plain_symbol(name: str) -> str:
    letter, index, prime = _letters(name)
    return letter + {"0": "₀", "1": "₁"}.get(index, "") + prime


def _latex_symbol(name: str) -> str:
    letter, index, prime = _letters(name)
    letter = {"ℓ": r"\ell", "op": r"\mathit{op}"}.get(letter, letter)
    return letter + (f"_{index}" if index else "") + ("'" if prime else "")


def _html_symbol(name: str) -> str:
    letter, index, prime = _letters(name)
    return f"<var>{letter}</var>" + (f"<sub>{index}</sub>" if index else "") + prime


_IN_LINE = {
    "floor": "⌊{0} / {1}⌋",
    "ceil": "⌈{0} / {1}⌉",
    "over": "{0} / {1}",
    "mod": "{0} mod {1}",
    "max": "max({0}, {1})",
    "min": "min({0}, {1})",
}

PLAIN = Style(_plain_symbol, " · ", " − ", _IN_LINE)
HTML = Style(_html_symbol, " · ", " − ", _IN_LINE)
LATEX = Style(
    _latex_symbol,
    r" \cdot ",
    " - ",
    {
        "floor": r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
        "ceil": r"\left\lceil \frac{{{0}}}{{{1}}} \right\rceil",
        "over": r"\frac{{{0}}}{{{1}}}",
        "mod": r"({0} \bmod {1})",
        "max": r"\max({0}, {1})",
        "min": r"\min({0}, {1})",
    },
    barred=True,
    broken=r"\begin{{aligned}} {0} &= {1} \\ &= {2} \end{{aligned}}",
    comma="{,}",
)


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


_SIGNS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.And: "and",
    ast.Or: "or",
}

_APPLIED: dict[str, Callable[..., Any]] = {
    **FUNCTIONS,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "not": operator.not_,
}


def tree(expression: str) -> Tree:
    """An expression as plain data. Raises ``ValueError`` for what the grammar does not have.

    >>> tree("floor(n + p0 - e, s) + 1")
    ['+', ['floor', ['-', ['+', 'n', 'p0'], 'e'], 's'], 1]
    >>> tree("0 <= o < n and most(s) < 2")
    ['and', ['and', ['<=', 0, 'o'], ['<', 'o', 'n']], ['<', 'most_s', 2]]
    """
    return _tree(_parsed(expression))


def _tree(node: ast.expr) -> Tree:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=ast.Not(), operand=side):
            return ["not", _tree(side)]
        case ast.IfExp(test=condition, body=this, orelse=that):
            return ["if", _tree(condition), _tree(this), _tree(that)]
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return [_SIGNS[type(sign)], _tree(left), _tree(right)]
        case ast.BoolOp(op=word, values=sides):
            return _joined(_SIGNS[type(word)], map(_tree, sides))
        case ast.Compare(left=left, ops=signs, comparators=others):
            pairs = pairwise(map(_tree, [left, *others]))
            found = zip(signs, pairs, strict=True)
            return _joined("and", ([_SIGNS[type(sign)], *pair] for sign, pair in found))
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=of)]) if name in WHOLE_LAYER:
            return f"{name}_{of}"
        case ast.Call(func=ast.Name(id=name), args=[_, _] as sides) if name in FUNCTIONS:
            return [name, *map(_tree, sides)]
    raise ValueError(ast.unparse(node))


def _joined(word: str, sides: Iterable[Tree]) -> Tree:
    return reduce(lambda one, other: [word, one, other], sides)


def evaluate(tree: Tree, numbers: Mapping[str, Number]) -> Number:
    """A tree's value; what it does not depend on is not looked at.

    Raises ``KeyError`` for a name that it needs and that is not in ``numbers``.

    >>> evaluate(tree("floor(n - e, s) + 1"), {"n": 9, "e": 3, "s": 2})
    4
    """
    match tree:
        case str(name):
            return numbers[name]
        case int(number):
            return number
        case ["if", condition, this, that]:
            return evaluate(this if evaluate(condition, numbers) else that, numbers)
        case ["and", one, other]:
            return evaluate(one, numbers) and evaluate(other, numbers)
        case ["or", one, other]:
            return evaluate(one, numbers) or evaluate(other, numbers)
    operation, *sides = tree
    value: Number = _APPLIED[str(operation)](*(evaluate(side, numbers) for side in sides))
    return value


def written(expression: str, style: Style = PLAIN) -> str:
    """An expression in a style.

    >>> written("floor(n + p0 - e, s) + 1")
    '⌊(n + p₀ − e) / s⌋ + 1'
    >>> written("floor(n + p0 - e, s) + 1", LATEX)
    '\\\\left\\\\lfloor \\\\frac{n + p_0 - e}{s} \\\\right\\\\rfloor + 1'
    >>> written("1000 * 36", LATEX)
    '1{,}000 \\\\cdot 36'
    """
    return _write(_parsed(expression), style)[0]


def _write(node: ast.expr, style: Style) -> tuple[str, int]:
    """A node as text, and how strongly it holds together."""
    if isinstance(node, ast.Name):
        return style.symbol(node.id), _ATOM
    if isinstance(node, ast.BinOp):
        return _write_operation(node, style)
    if isinstance(node, ast.Call):
        return _write_call(node, style)
    value = _value(node)
    assert value is not None
    digits = _digits(abs(value), style)
    return (digits, _ATOM) if value >= 0 else (style.minus.strip() + digits, _SUM)


def _digits(number: Number, style: Style) -> str:
    return f"{number:,}".replace(",", style.comma) if isinstance(number, int) else str(number)


def _write_operation(node: ast.BinOp, style: Style) -> tuple[str, int]:
    if isinstance(node.op, ast.Mult):
        sides = (_bracketed(side, _PRODUCT, style) for side in (node.left, node.right))
        return style.times.join(sides), _PRODUCT
    sign = style.minus if isinstance(node.op, ast.Sub) else " + "
    return _write(node.left, style)[0] + sign + _bracketed(node.right, _PRODUCT, style), _SUM


def _write_call(node: ast.Call, style: Style) -> tuple[str, int]:
    name = _function(node)
    free = style.barred or name in ("max", "min")
    sides = (
        _write(side, style)[0] if free else _bracketed(side, _ATOM, style) for side in node.args
    )
    return style.calls[name].format(*sides), _PRODUCT if name in ("over", "mod") else _ATOM


def _bracketed(node: ast.expr, least: int, style: Style) -> str:
    text, strength = _write(node, style)
    return text if strength >= least else f"({text})"


def _function(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Name)
    return node.func.id


def _value(node: ast.expr) -> Size:
    """The value of an expression of numbers; ``None`` where a name is left."""
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int)
        return node.value
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp):
        apply, sides = _OPERATORS[type(node.op)], [node.left, node.right]
    elif isinstance(node, ast.Call):
        apply, sides = FUNCTIONS[_function(node)], node.args
    else:
        return None
    left, right = map(_value, sides)
    return None if left is None or right is None else apply(left, right)


class _Substitution(ast.NodeTransformer):
    """Known names become their numbers; the others stay. Nothing is changed in place."""

    def __init__(self, numbers: Mapping[str, Size]) -> None:
        self.numbers = numbers

    def visit_Call(self, node: ast.Call) -> ast.Call:
        # A new node: the parsed formula is shared. And the function's name is not a variable.
        return ast.Call(node.func, [self.visit(side) for side in node.args], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.numbers.get(node.id)
        return node if value is None else ast.Constant(value)


class _Folding(ast.NodeTransformer):
    """Every innermost sum, product or function of numbers becomes its value, in a new tree."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if all(_is_number(side) for side in node.args):
            return ast.Constant(_value(node))
        return ast.Call(node.func, [self.visit(side) for side in node.args], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if all(_is_number(side) for side in _operands(node)):
            return ast.Constant(_value(node))
        return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.UnaryOp)


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """The operands of a whole chain of sums and differences, or of products."""
    multiplies = isinstance(node.op, ast.Mult)
    left = node.left
    chained = isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) == multiplies
    return [*(_operands(left) if chained else [left]), node.right]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Step:
    """One line of reckoning: a symbol, its formula, the numbers put in, and the value.

    ``value`` comes from the engine, not from the formula; it is ``None`` while a size is unknown.
    ``meaning`` is the key of what the symbol stands for.

    >>> step = Step("e", "(k - 1) * d + 1", {"k": 3, "d": 2}, 5, meaning="effective_kernel")
    >>> step.chain
    ('(k - 1) * d + 1', '(3 - 1) * 2 + 1', '2 * 2 + 1', '4 + 1', '5')
    >>> print(step)
    e = (k − 1) · d + 1 = (3 − 1) · 2 + 1 = 2 · 2 + 1 = 4 + 1 = 5
    """

    symbol: str
    formula: str
    numbers: Mapping[str, Size] = field(repr=False)
    value: Size
    meaning: str

    @property
    def chain(self) -> tuple[str, ...]:
        """The formula, the formula with the numbers, and every step on the way to the value."""
        lines = list(self.brief_chain[:2])
        while (line := ast.unparse(_Folding().visit(_parsed(lines[-1])))) != lines[-1]:
            lines.append(line)
        return tuple(dict.fromkeys((*lines, *self.brief_chain[-1:])))

    @property
    def brief_chain(self) -> tuple[str, ...]:
        """The formula, the formula with the numbers, the value."""
        numbers = _Substitution(self.numbers).visit(_parsed(self.formula))
        value = () if self.value is None else (str(self.value),)
        return tuple(dict.fromkeys((self.formula, ast.unparse(numbers), *value)))

    def written(self, style: Style = PLAIN, brief: bool = False) -> str:
        """The line in a style; ``brief`` leaves out what lies between the numbers and the value."""
        chain = self.brief_chain if brief else self.chain
        parts = [written(part, style) for part in chain]
        if style.broken and len(parts) > 3:
            formula, reckoning = parts[0], " = ".join(parts[1:])
            return style.broken.format(style.symbol(self.symbol), formula, reckoning)
        return " = ".join([style.symbol(self.symbol), *parts])

    def __str__(self) -> str:
        return self.written()

    def to_dict(self) -> dict[str, object]:
        """The line as plain data."""
        return {
            "symbol": self.symbol,
            "meaning": self.meaning,
            "steps": list(self.chain),
            "value": self.value,
        }

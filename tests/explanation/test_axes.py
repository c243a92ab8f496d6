"""The reckoning of an axis: every formula gives what the engine gives, whatever the numbers."""

import operator
from itertools import product

import pytest

from convlab.explanation.axes import explain_axis
from convlab.explanation.formulas import LATEX, Step, written
from convlab.geometry import convolution_axis, transposed_axis

WINDOWS = list(product(range(1, 6), range(1, 4), range(1, 4)))
FUNCTIONS = {
    "floor": operator.floordiv,
    "ceil": lambda a, b: a // b + (a % b > 0),
    "mod": operator.mod,
    "max": max,
}


def convolutions():
    for size, (kernel, stride, dilation) in product(range(10), WINDOWS):
        for padding in ("valid", "same", "causal"):
            axis = convolution_axis(size, kernel, stride, dilation, padding)
            if axis.output_size > 0 or padding != "valid":
                yield explain_axis("height", axis, padding)


def transposed():
    for size, (kernel, stride, dilation) in product(range(6), WINDOWS):
        for padding, extra in product(("valid", "same"), [None, *range(stride)]):
            axis = transposed_axis(size, kernel, stride, dilation, padding, extra)
            yield explain_axis("width", axis, padding, extra)


@pytest.mark.parametrize("axes", [convolutions, transposed])
def test_every_formula_gives_the_engines_number(axes):
    for axis in axes():
        for step in axis.steps:
            numbers = {name: value for name, value in step.numbers.items() if value is not None}
            assert eval(step.formula, {**FUNCTIONS, **numbers}) == step.value, (axis, step)


@pytest.mark.parametrize("axes", [convolutions, transposed])
def test_every_step_on_the_way_has_the_same_value(axes):
    for axis in axes():
        for step in axis.steps:
            assert {eval(part, dict(FUNCTIONS)) for part in step.chain[1:]} <= {step.value}, step
            assert step.chain[-1] == str(step.value)


def test_a_formula_with_an_unknown_size_keeps_the_symbol():
    axis = explain_axis("height", convolution_axis(None, 3, 2, 1, "valid"), "valid")
    (output,) = (step for step in axis.steps if step.symbol == "out")
    assert str(output) == ("n′ = ⌊(n + p₀ + p₁ − e) / s⌋ + 1 = ⌊(n + 0 + 0 − 3) / 2⌋ + 1")
    assert output.value is None


def test_same_with_an_unknown_size_still_knows_its_zeros_at_stride_1():
    axis = explain_axis("height", convolution_axis(None, 4, 1, 1, "same"), "same")
    values = {step.symbol: step.value for step in axis.steps}
    assert (values["p"], values["p0"], values["p1"]) == (3, 1, 2)
    assert axis.to_dict()["output_size"] is None


def test_a_brief_line_goes_from_the_numbers_to_the_value():
    step = Step("e", "(k - 1) * d + 1", {"k": 3, "d": 2}, 5, "effective_kernel")
    assert step.written(brief=True) == "e = (k − 1) · d + 1 = (3 − 1) · 2 + 1 = 5"


def test_a_negative_number_stands_in_brackets_after_an_operator():
    assert written("full - -1 + 2 * -3") == "ℓ − (−1) + 2 · (−3)"
    assert written("-1") == "−1"


def test_latex_sets_a_long_line_as_two():
    step = Step("e", "(k - 1) * d + 1", {"k": 3, "d": 2}, 5, "effective_kernel")
    assert step.written(LATEX).startswith(r"\begin{aligned} e &= (k - 1) \cdot d + 1 \\ &= ")
    assert "aligned" not in Step("c", "n * s", {"n": 3, "s": 2}, 6, "output_size").written(LATEX)


def test_latex_writes_every_function():
    assert written("mod(e, 2) + over(j, s) + ceil(n, s)", LATEX) == (
        r"(e \bmod 2) + \frac{j}{s} + \left\lceil \frac{n}{s} \right\rceil"
    )

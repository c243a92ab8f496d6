"""The rules of the five layers, each written once, as formulas; as data for the browser.

A formula's names: ``n k s d`` for one direction's size, kernel, stride and dilation rate, ``op``
for its output padding; what ``CONVOLUTION`` and ``TRANSPOSED`` reckon from them; ``o`` an output,
``i`` an input, ``j`` a tap, ``slot`` a cell of the line that is slid over, ``place`` what it holds.
Numbers of the whole layer have the arguments' own names. A word is a name that is 1 or 0:
``padding_same``, ``op_none``. ``most(s)``, ``product(k)``, ``first(out)`` and ``last(out)`` gather
one number of all directions. What follows from an unknown size is unknown; ``UNKNOWN`` says what
does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ..layers import CONVOLUTIONS, LAYERS
from .formulas import Tree, tree
from .rule_parts import (
    Line,
    Lines,
    Record,
    change,
    each,
    number,
    numbers,
    refusal,
    setting,
    term,
    trees,
)

LETTERS = {
    "n": "sizes",
    "k": "kernel_size",
    "s": "strides",
    "d": "dilation_rate",
    "op": "output_padding",
}
"""The settings that hold a number for each direction, by the letter that a formula uses."""

_EFFECTIVE = ("e", "(k - 1) * d + 1")
_WINDOWS = ("out", "floor(n + p0 + p1 - e, s) + 1")
_TAIL = ("t", "n + p0 + p1 - ((out - 1) * s + e)")

CONVOLUTION: dict[str, Lines] = {
    "valid": (_EFFECTIVE, ("p0", "0"), ("p1", "0"), _WINDOWS, _TAIL),
    "causal": (_EFFECTIVE, ("p0", "e - 1"), ("p1", "0"), _WINDOWS, _TAIL),
    "same": (
        _EFFECTIVE,
        ("out", "ceil(n, s)"),
        ("p", "max((out - 1) * s + e - n, 0)"),
        ("p0", "floor(p, 2)"),
        ("p1", "p - p0"),
        _TAIL,
    ),
}
"""The reckoning of a direction by padding: size, zeros before and after, unread tail."""

SYMMETRIC: Lines = (("q", "ceil(p, 2)"), ("p0", "q"), ("p1", "q"), _WINDOWS, _TAIL)
"""PyTorch's, after ``same``: q zeros on both sides. Where the size differs, no q gives it."""

_FULL = ("full", "(n - 1) * s + e")
_REST = ("c1", "full - out - c0")


def _cropped(size: str, before: str) -> Lines:
    return (_EFFECTIVE, _FULL, ("out", size), ("c0", before), _REST)


TRANSPOSED: dict[str, Lines] = {
    "valid none": _cropped("(n - 1) * s + max(e, s)", "0"),
    "valid given": _cropped("(n - 1) * s + e + op", "0"),
    "same none": _cropped("n * s", "floor(max(e - s, 0), 2)"),
    "same given": _cropped("(n - 1) * s + mod(e, 2) + op", "floor(max(e - mod(e, 2) - op, 0), 2)"),
}
"""By ``transposed_case``: full length, size, positions cropped before and after."""

FRAMES: dict[str, Lines] = {
    "padded": (("out", "n + p0 + p1"),),
    "cropped": (("out", "n - c0 - c1"),),
    "finer": (("out", "n * s"),),
}
"""The reckoning of a direction without a sum: zeros around it, ends cut off, a finer grid."""


def transposed_case(padding: str, output_padding: object) -> str:
    """The reckoning that a transposed direction follows: ``None`` is not 0.

    >>> transposed_case("same", None), transposed_case("same", 0)
    ('same none', 'same given')
    """
    return f"{padding} {'none' if output_padding is None else 'given'}"


UNKNOWN: dict[str, Lines] = {
    "same": (("p", "e - 1 if s == 1 else p"), ("p0", "floor(p, 2)"), ("p1", "p - p0")),
    "valid none": (("c1", "e - max(e, s)"),),
    "valid given": (("c1", "-1 * op"),),
    "same none": (("c1", "e - s - c0"),),
    "same given": (("c1", "e - mod(e, 2) - op - c0"),),
}
"""After the reckoning of a direction of unknown size: what does not depend on the size."""

EMPTY: dict[str, Lines] = {
    **dict.fromkeys(TRANSPOSED, (("out", "max(out, 0)"), _REST)),
    "valid": (("frame", "1 + e"),),
}
"""The same for a direction of size 0: without any input a rule may come out below 0."""

# The largest kernel that fits, and the numbers that "same" would slide over; then both again for
# an unknown size.
_MEASURES = (("fit", "min(k, floor(n - 1, d) + 1)"), ("frame", "n + e"))
_UNKNOWN_MEASURES = (("fit", "k"), ("frame", "1 + e"))

# What one output sees of the input, behind what came before: r positions, jump apart from the next
# output's, the first at start. A transposed layer counts in steps between the inserted zeros, of
# which there are unit in a position.
FIELD: dict[str, Lines] = {
    "convolution": (
        ("r", "r + (e - 1) * jump"),
        ("start", "start - p0 * jump"),
        ("jump", "jump * s"),
    ),
    "transposed": (
        ("unit", "unit * s"),
        ("jump", "over(jump, s)"),
        ("r", "r + (e - 1) * jump"),
        ("start", "start - (e - 1 - c0) * jump"),
    ),
}

MODULES = {
    "relu": "ReLU()",
    "relu6": "ReLU6()",
    "leaky_relu": "LeakyReLU(0.2)",
    "elu": "ELU()",
    "celu": "CELU()",
    "selu": "SELU()",
    "gelu": "GELU()",
    "glu": "GLU(dim=1)",
    "silu": "SiLU()",
    "softplus": "Softplus()",
    "softsign": "Softsign()",
    "tanh": "Tanh()",
    "tanh_shrink": "Tanhshrink()",
    "sigmoid": "Sigmoid()",
    "hard_sigmoid": "Hardsigmoid()",
    "hard_silu": "Hardswish()",
    "hard_tanh": "Hardtanh()",
    "hard_shrink": "Hardshrink()",
    "soft_shrink": "Softshrink()",
    "mish": "Mish()",
    "log_sigmoid": "LogSigmoid()",
    "softmax": "Softmax(dim=1)",
    "log_softmax": "LogSoftmax(dim=1)",
}
"""The activations that PyTorch has as a module, as Python makes it there, channels first."""

COSTS: Lines = (
    ("input_bytes", "inputs * itemsize"),
    ("output_bytes", "outputs * itemsize"),
    ("weight_bytes", "parameters * itemsize"),
    ("dense", "inputs * outputs + outputs * use_bias"),
)
"""Of one sample, after a layer's own counts; ``dense``: the weights of the dense layer instead."""

_WIRING = {
    "window": {
        "slots": "n + p0 + p1",
        "slot": "o * s + j * d",
        "place": "slot - p0",
        "inside": "0 <= place < n",
    },
    # A crop below 0 adds outputs that no stamp reaches.
    "stamps": {
        "slots": "max(full, c0 + out)",
        "slot": "i * s + j * d",
        "place": "slot - c0",
        "inside": "0 <= place < out",
    },
    "gather": {
        "slots": "out + e - 1",
        "slot": "o + (k - 1 - j) * d",
        "place": "floor(slot + c0 + 1 - e, s)",
        "inside": "mod(slot + c0 + 1 - e, s) == 0 and 0 <= place < n",
    },
}


def _stage(outputs: str, met: str, channel: str, kernel: Line, place: Line) -> Record:
    formulas = {"outputs": outputs, "met": met, "channel": channel, "a": place[0], "b": place[1]}
    trees: Record = {name: tree(formula) for name, formula in formulas.items()}
    return {"slides": True, "kernel": [tree(length) for length in kernel], **trees}


_GROUP = "over(channels, groups)"
_GROUPED = _stage(
    outputs="filters",
    met=_GROUP,
    channel=f"floor(f, over(filters, groups)) * {_GROUP} + c",
    kernel=(_GROUP, "filters"),
    place=("c", "f"),
)
_STAMPED = _stage(
    outputs="filters",
    met="channels",
    channel="c",
    kernel=("filters", "channels"),
    place=("f", "c"),
)
_DEPTHWISE = _stage(
    outputs="channels * depth_multiplier",
    met="1",
    channel="floor(f, depth_multiplier)",
    kernel=("channels", "depth_multiplier"),
    place=("floor(f, depth_multiplier)", "mod(f, depth_multiplier)"),
)
_POINTWISE = {
    **_stage(
        outputs="filters",
        met="channels * depth_multiplier",
        channel="c",
        kernel=("channels * depth_multiplier", "filters"),
        place=("c", "f"),
    ),
    "slides": False,
}


def _groups_refusal(code: str, when: str, words: Sequence[str], shared: str, most: str) -> Record:
    """A refusal of ``groups``; whatever divides evenly is offered, the nearest first."""
    legal = numbers(shared, most)
    quoted = {"value": setting("groups"), **{name: setting(name) for name in words}}
    nearest = {"setting": "groups", **legal}
    return refusal(code, "layer", when, {**quoted, "legal": legal}, nearest=nearest)


_OUTPUT_PADDING = refusal(
    "output_padding",
    "axis",
    "not op_none and s <= op",
    {
        "axis": {"axis": True},
        "extra": number("op"),
        "stride": number("s"),
        "most": number("s - 1"),
    },
    change("output_padding", tree("min(op, s - 1)")),
    change("output_padding", None),
)
_FILTERS_BY_GROUPS = _groups_refusal(
    "filters_by_groups",
    "not mod(filters, groups) == 0",
    ["filters"],
    shared="mod(filters, g) == 0",
    most="filters",
)
_CHANNELS_BY_GROUPS = _groups_refusal(
    "channels_by_groups",
    "not mod(channels, groups) == 0",
    ["channels", "filters"],
    shared="mod(channels, g) == 0 and mod(filters, g) == 0",
    most="min(channels, filters)",
)
_DILATED_STRIDES = refusal(
    "dilated_strides",
    "layer",
    "1 < most(s) and 1 < most(d)",
    {
        "strides": setting("strides"),
        "value": setting("dilation_rate"),
        "ones": {"ones": True},
    },
    change("dilation_rate", 1),
    change("strides", 1),
)


def windows_fit(code: str, window: str, advice: str) -> list[Record]:
    """Under "valid" a window fits; where none does, only zeros help. ``window`` is the argument."""
    smaller = change(window, tree("min(fit, k)"))
    return [
        _window_too_large(code, "padding_valid and n < e and 0 < product(fit)", advice, smaller),
        _window_too_large(code, "padding_valid and n < e", "advice_same"),
    ]


def _window_too_large(code: str, when: str, advice: str, *choices: Record) -> Record:
    quoted = {"kernel": "k", "dilation": "d", "effective": "e", "size": "n"}
    numbers = {word: number(formula) for word, formula in quoted.items()}
    advised = term(f"errors.{advice}", effective=number("e"), largest=number("fit"))
    words = {"axis": {"axis": True}, **numbers, "advice": advised}
    # "same" would need more numbers than there is room for.
    room = tree("max(product(frame), product(k)) < 268435456")
    same = change("padding", "same", when=room)
    return refusal(code, "axis", when, words, *choices, same)


_WINDOW = windows_fit("window_too_large", "kernel_size", "advice_smaller_kernel")


def _turned(shape: list[str]) -> list[Tree]:
    """The axes behind the batch in the data format, of which the channels stand at both ends."""
    when = "data_format_channels_first"
    return [tree(f"{one} if {when} else {other}") for one, other in pairwise(shape)]


def _no_channels(rank: int) -> Record:
    """The axis of the channels is of unknown size: another format may find them elsewhere."""
    first, places = "data_format_channels_first", each(rank, "n")
    shape = {"tuple": ["batch", *_turned(["channels", *places, "channels"])]}
    return refusal(
        "no_channels",
        "layer",
        "not 0 < channels",
        {"value": shape, "channels": number("channels")},
        change("data_format", "channels_last", when=tree(first)),
        change("data_format", "channels_first", when=tree("data_format_channels_last")),
    )


# Not the layer's: Keras makes an output without positions, and there is nothing to show.
_EMPTY = refusal("explorer_empty", "axis", "out < 1", {}, change("output_padding", None))


def _odd_glu(rank: int, outputs: str, *counts: str) -> Record:
    """An odd last axis cannot be halved. A count that stays as it is makes no choice."""
    first, last = "data_format_channels_first", "data_format_channels_last"
    shape = [outputs, *each(rank, "out"), outputs]
    size = f"(last(out) if {first} else {outputs})"
    near = [(name, f"{name} + {last}") for name in counts]
    near += [(name, f"max({name} - {last}, 1)") for name in counts]
    return refusal(
        "odd_glu",
        "layer",
        f"activation_glu and mod({size}, 2) == 1",
        {"value": {"tuple": ["batch", *_turned(shape)]}, "size": number(size)},
        *(change(name, tree(formula)) for name, formula in near),
        change("activation", "linear"),
    )


_GROUPED_WEIGHTS = f"product(k) * {_GROUP} * filters"
_STAMPED_WEIGHTS = "product(k) * filters * channels"
_DEPTHWISE_WEIGHTS = "product(k) * channels * depth_multiplier"
_SEPARABLE_WEIGHTS = f"{_DEPTHWISE_WEIGHTS} + channels * depth_multiplier * filters"


_OUTPUTS = {1: ("nout",), 2: ("hout", "wout")}
_INPUTS = {1: ("n",), 2: ("h", "w")}


def _layer(
    stages: list[Record], refusals: list[Record], weights: str, outputs: str, rank: int
) -> Record:
    """``weights`` and ``outputs``: how many the kernels have, and the output channels."""
    # The kernel is laid down on each output or, of a transposed layer, on each input.
    transposed = _STAMPED in stages
    at, names = ("n", _INPUTS[rank]) if transposed else ("out", _OUTPUTS[rank])
    products = (
        *zip(names, each(rank, at), strict=True),
        ("W", weights),
        ("M", " * ".join([*names, "W"])),
    )
    return {
        "rank": rank,
        "transposed": transposed,
        "stages": stages,
        "refusals": refusals,
        "parameters": tree(f"{weights} + use_bias * {outputs}"),
        "multiply_adds": tree(f"product({at}) * ({weights})"),
        "products": trees(products),
        "output": _output(rank, outputs),
        "costs": trees(
            (
                ("inputs", "product(n) * channels"),
                ("outputs", _halved(f"product(out) * {outputs}", "activation_glu")),
            )
        ),
    }


def _output(rank: int, outputs: str) -> Record:
    """The output's channels and places. glu halves what stands last."""
    channels = _halved(outputs, "activation_glu and data_format_channels_last")
    last = _halved("last(out)", "activation_glu and data_format_channels_first")
    places = ["first(out)", last][-rank:]
    return {"channels": tree(channels), "places": [tree(place) for place in places]}


def _halved(number: str, when: str) -> str:
    return f"over({number}, 2) if {when} else {number}"


def _grouped(rank: int) -> Record:
    shape = [_no_channels(rank), *_WINDOW, _CHANNELS_BY_GROUPS]
    refusals = [_FILTERS_BY_GROUPS, _DILATED_STRIDES, *shape, _odd_glu(rank, "filters", "filters")]
    return _layer([_GROUPED], refusals, _GROUPED_WEIGHTS, "filters", rank)


# Refusals stand in the order in which the layer tests.


def _depthwise(rank: int) -> Record:
    outputs = "channels * depth_multiplier"
    odd = _odd_glu(rank, outputs, "depth_multiplier")
    refusals = [_no_channels(rank), *_WINDOW, odd]
    return _layer([_DEPTHWISE], refusals, _DEPTHWISE_WEIGHTS, outputs, rank)


def _separable(rank: int) -> Record:
    odd = _odd_glu(rank, "filters", "filters", "depth_multiplier")
    refusals = [_no_channels(rank), *_WINDOW, odd]
    return _layer([_DEPTHWISE, _POINTWISE], refusals, _SEPARABLE_WEIGHTS, "filters", rank)


def _stamped(rank: int) -> Record:
    shape = [_no_channels(rank), _odd_glu(rank, "filters", "filters")]
    refusals = [_OUTPUT_PADDING, _DILATED_STRIDES, *shape, _EMPTY]
    return _layer([_STAMPED], refusals, _STAMPED_WEIGHTS, "filters", rank)


_LAYERS: dict[str, Record] = {
    "Conv1D": _grouped(1),
    "Conv2D": _grouped(2),
    "DepthwiseConv1D": _depthwise(1),
    "DepthwiseConv2D": _depthwise(2),
    "SeparableConv1D": _separable(1),
    "SeparableConv2D": _separable(2),
    "Conv1DTranspose": _stamped(1),
    "Conv2DTranspose": _stamped(2),
}


def layer_rules(name: str) -> Record:
    """One layer: stages, refusals in the layer's own order, output, weights, costs.

    Plain data, as ``LayerRules`` of the browser's contract; what the widgets set (arguments, start,
    ranges, options) is theirs to add. Raises ``KeyError`` for a name that is no layer's.

    >>> [stage["slides"] for stage in layer_rules("SeparableConv2D")["stages"]]
    [True, False]
    """
    return {**_LAYERS[name], "weights": [weight for weight, _ in CONVOLUTIONS[name].kernels]}


def rules() -> Record:
    """The rules of the five layers: plain data, as ``Rules`` of the browser's contract.

    >>> rules()["convolution"]["same"][1]
    ['out', ['ceil', 'n', 's']]
    """
    return rules_of({name: layer_rules(name) for name in LAYERS})


def rules_of(layers: Mapping[str, Record]) -> Record:
    """The rules of some layers.

    A refusal that several layers share stands once; a layer names its own by their numbers.
    """
    refusals = _once(one for layer in layers.values() for one in layer["refusals"])
    return {
        "letters": LETTERS,
        "convolution": {case: trees(lines) for case, lines in CONVOLUTION.items()},
        "transposed": {case: trees(lines) for case, lines in TRANSPOSED.items()},
        "unknown": {
            case: trees((*UNKNOWN.get(case, ()), *_UNKNOWN_MEASURES))
            for case in (*CONVOLUTION, *TRANSPOSED)
        },
        "empty": {case: trees(lines) for case, lines in EMPTY.items()},
        "measures": trees(_MEASURES),
        "symmetric": trees(SYMMETRIC),
        "field": {kind: trees(lines) for kind, lines in FIELD.items()},
        "costs": trees(COSTS),
        "wiring": {
            view: {part: tree(formula) for part, formula in formulas.items()}
            for view, formulas in _WIRING.items()
        },
        "refusals": refusals,
        "modules": MODULES,
        "layers": {
            name: {**layer, "refusals": [refusals.index(one) for one in layer["refusals"]]}
            for name, layer in layers.items()
        },
    }


def _once(records: Iterable[Record]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        if record not in found:
            found.append(record)
    return found

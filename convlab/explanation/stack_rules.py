"""The rules of a stack of layers: the convolutions again, and what stands beside them in a network.

Beside the names of ``rules`` a formula has ``axes``, how many an input has, the batch's included.
A layer of rank 0 takes any number of directions, and so ``n`` is the size of each there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..layers import CONVOLUTIONS
from .formulas import Tree, tree
from .rule_parts import Lines, Record, change, each, number, refusal, setting, term, trees
from .rules import FIELD, FRAMES, layer_rules, rules_of, windows_fit

GROUPS = ("convolution", "pooling", "other")
"""What the layers of a stack are listed under."""

WHOLE: Lines = (("r", "r + max(n - 1, 0) * jump"), ("jump", "0"))
"""What one output sees that takes in all n positions: it has no place of its own."""

_PLACES = {1: ("steps",), 2: ("height", "width")}


# Refusals


def _wrong_rank(rank: int) -> list[Record]:
    """Another number of axes than a layer's directions need, in the order of each format."""
    return [_of_axes(rank, "channels_last"), _of_axes(rank, "channels_first")]


def _of_axes(rank: int, data_format: str) -> Record:
    last = data_format == "channels_last"
    inside = (*_PLACES[rank], "channels") if last else ("channels", *_PLACES[rank])
    # A layer without a format has the channels last.
    when = f"{'not ' if last else ''}data_format_channels_first"
    layout = [term(f"axis.{name}_size") for name in ("batch", *inside)]
    return refusal(
        "input_shape",
        "layer",
        f"not axes == {rank + 2} and {when}",
        {
            "argument": term("input_shape"),
            "length": number(f"{rank + 2}"),
            "layout": {"listed": layout},
            "value": setting("shape"),
        },
    )


def _nothing_to_pool(rank: int) -> Record:
    empty = " or ".join(f"{size} == 0" for size in each(rank, "n"))
    return refusal("nothing_to_pool", "layer", empty, {"value": setting("sizes")})


def _unknown_axis(place: str, size: str, *choices: Record) -> Record:
    """An axis whose size decides the shape of a weight."""
    words = {"value": setting("shape"), "axis": number(place), "size": number(size)}
    return refusal("unknown_axis", "layer", f"not 0 < {size}", words, *choices)


def _odd_glu(size: str, *choices: Record) -> Record:
    words = {"value": {"shaped": tree(size)}, "size": number(size)}
    odd = f"activation_glu and mod({size}, 2) == 1"
    return refusal("odd_glu", "layer", odd, words, *choices, change("activation", "linear"))


_PLACE = "mod(axis, axes)"
_AT_AXIS = (
    f"(channels if {_PLACE} == axes - 1 else batch if {_PLACE} == 0"
    f" else first(n) if {_PLACE} == 1 else last(n))"
)
"""The size of the axis that ``axis`` names."""

_NO_SUCH_AXIS = refusal(
    "no_such_axis",
    "layer",
    "axis < 0 - axes or axes <= axis",
    {
        "argument": term("axis"),
        "value": setting("axis"),
        "shape": setting("shape"),
        "most": number("axes - 1"),
    },
    change("axis", -1),
)


# In PyTorch


def _line(source: str, when: str = "1", **numbers: str) -> Record:
    """A module; ``{name}`` is a setting, or a symbol's number of each direction, or of ``numbers``.

    ``{pads}`` and ``{crops}`` are before and after, the last direction's first. A source that
    begins with ``#`` is a remark: a key of the calculator's texts.
    """
    return {"source": source, "when": tree(when), "numbers": _formulas(numbers)}


def _formulas(formulas: Mapping[str, str]) -> dict[str, Tree]:
    return {name: tree(formula) for name, formula in formulas.items()}


_OTHERWISE = "#torch_none"


def _even(rank: int) -> str:
    pairs = zip(each(rank, "p0"), each(rank, "p1"), strict=True)
    return " and ".join(f"{before} == {after}" for before, after in pairs)


def _some(rank: int) -> str:
    return f"0 < {' + '.join(each(rank, 'p0'))}"


def _torch_pooling(rank: int, module: str, padding: str) -> list[Record]:
    """``padding`` is how PyTorch is told of zeros that are even."""
    even, some, call = _even(rank), _some(rank), f"nn.{module}Pool{rank}d({{k}}, stride={{s}}"
    around = f"nn.ConstantPad{rank}d({{pads}}, float('-inf'))"
    uneven = [_line(around), _line(f"{call})")] if module == "Max" else [_line(_OTHERWISE)]
    return [
        _line(f"{call})", f"{even} and not ({some})"),
        _line(f"{call}, {padding})", f"{even} and {some}"),
        *({**one, "when": tree(f"not ({even})")} for one in uneven),
    ]


# Layers


def _layer(rank: int, refusals: Sequence[Record], **own: Any) -> Record:
    """A layer without weights or products, unless ``own`` says otherwise."""
    return {
        "group": "other",
        "rank": rank,
        "transposed": False,
        "stages": [],
        "refusals": [*_wrong_rank(rank), *refusals] if rank else list(refusals),
        "parameters": 0,
        "multiply_adds": 0,
        "products": trees((("M", "0"),)),
        "output": _output("channels"),
        "costs": _numbers_of("product(n) * channels"),
        "weights": [],
        "learned": [],
        "field": "kept",
        "torch": [],
        **own,
    }


def _output(channels: str, places: Sequence[str] | None = None, flat: str = "0") -> Record:
    """``None``: the places of the input. Where ``flat`` holds there are none."""
    kept = None if places is None else [tree(place) for place in places]
    return {"channels": tree(channels), "places": kept, "flat": tree(flat)}


def _numbers_of(outputs: str) -> list[list[Tree]]:
    return trees((("inputs", "product(n) * channels"), ("outputs", outputs)))


def _reason(key: str, when: str = "1", **words: str) -> Record:
    """A sentence; ``shape`` and ``sizes`` are the input's."""
    return {"key": f"reasons.{key}", "when": tree(when), "with": _formulas(words)}


def _learned(name: str, shape: Sequence[str], when: str = "1") -> Record:
    return {"name": name, "shape": [tree(size) for size in shape], "when": tree(when)}


_WINDOW = (("s", "k if s_none else s"), ("d", "1"))
_FIT = windows_fit("pool_too_large", "pool_size", "advice_smaller_window")


def _pooling(rank: int, module: str, padding: str) -> Record:
    return _layer(
        rank,
        _FIT,
        group="pooling",
        letters={"n": "sizes", "k": "pool_size", "s": "strides"},
        before=trees(_WINDOW),
        output=_output("channels", each(rank, "out")),
        costs=_numbers_of("product(out) * channels"),
        field="convolution",
        torch=_torch_pooling(rank, module, padding),
    )


def _max_pooling(rank: int) -> Record:
    return _pooling(rank, "Max", "padding={p0}")


def _average_pooling(rank: int) -> Record:
    return _pooling(rank, "Avg", "padding={p0}, count_include_pad=False")


def _global_pooling(rank: int, module: str) -> Record:
    return _layer(
        rank,
        [_nothing_to_pool(rank)],
        group="pooling",
        output=_output("channels", ["1"] * rank, flat="not keepdims"),
        costs=_numbers_of("channels"),
        field="whole",
        reasons=[_reason("whole_map", sizes="sizes")],
        torch=[
            _line(f"nn.Adaptive{module}Pool{rank}d(1)"),
            _line("nn.Flatten()", "not keepdims"),
        ],
    )


def _framing(rank: int, ends: Record, lines: str, refusals: Sequence[Record] = ()) -> Record:
    """Zeros around, or ends cut off, which are zeros below 0."""
    return _layer(
        rank,
        refusals,
        letters={"n": "sizes", **ends},
        lines=lines,
        output=_output("channels", each(rank, "out")),
        costs=_numbers_of("product(out) * channels"),
        field="convolution",
        torch=[_line(f"nn.ZeroPad{rank}d({{pads}})")],
    )


_ONE_TAP = (("e", "1"), ("s", "1"))


def _zero_padding(rank: int) -> Record:
    ends = {"p0": "padding.0", "p1": "padding.1"}
    return {**_framing(rank, ends, "padded"), "before": trees(_ONE_TAP)}


_AWAY = "n <= c0 + c1"
_CROP_LESS = change(
    "cropping",
    tree(f"min(c0, n - 1) if {_AWAY} else c0"),
    after=tree(f"min(c1, n - 1 - min(c0, n - 1)) if {_AWAY} else c1"),
    when=tree("not product(n) == 0"),
)


def _cropping(rank: int) -> Record:
    ends = {"c0": "cropping.0", "c1": "cropping.1"}
    words = {
        "axis": {"axis": True},
        "value": {"tuple": [tree("c0"), tree("c1")]},
        "cut": number("c0 + c1"),
        "size": number("n"),
        "most": number("n - 1"),
    }
    away = refusal("cropped_away", "axis", _AWAY, words, _CROP_LESS)
    lines = (*_ONE_TAP, ("p0", "0 - c0"), ("p1", "0 - c1"))
    return {**_framing(rank, ends, "cropped", [away]), "before": trees(lines)}


def _upsampling(rank: int) -> Record:
    """Every input is stamped onto s outputs, smoothly also half way over its neighbours."""
    stamp = ("e", "2 * s - mod(s, 2) if interpolation_bilinear else s")
    call = f"nn.Upsample(scale_factor={'{s}' if rank > 1 else '{size}'}"
    layer = _layer(
        rank,
        [],
        letters={"n": "sizes", "s": "size"},
        before=trees((stamp, ("c0", "floor(e - s, 2)"))),
        lines="finer",
        output=_output("channels", each(rank, "out")),
        costs=_numbers_of("product(out) * channels"),
        field="transposed",
        torch=[
            _line(f"{call})", "not interpolation_bilinear"),
            _line(f"{call}, mode='bilinear')", "interpolation_bilinear"),
        ],
    )
    if rank > 1:
        return layer
    # The only sliding layer that knows one format alone.
    return {**layer, "refusals": _wrong_rank(1)[:1]}


_FLATTEN = _layer(
    0,
    [],
    output=_output("product(n) * channels", []),
    field="whole",
    reasons=[_reason("equation", left="shape", right="product(n) * channels")],
    torch=[
        _line("nn.Flatten()"),
        _line("#torch_flatten", "2 < axes and 1 < channels and not product(n) == 1"),
    ],
)

_DENSE = _layer(
    0,
    [
        _odd_glu(
            "units", change("units", tree("units + 1")), change("units", tree("max(units - 1, 1)"))
        ),
        _unknown_axis("axes - 1", "channels"),
    ],
    parameters=tree("channels * units + use_bias * units"),
    multiply_adds=tree("product(n) * channels * units"),
    products=trees(
        (("n", "product(n)"), ("c", "channels"), ("u", "units"), ("M", "n * c * u")),
    ),
    output=_output("over(units, 2) if activation_glu else units"),
    costs=_numbers_of("product(n) * over(units, 2) if activation_glu else product(n) * units"),
    learned=[
        _learned("kernel", ["channels", "units"]),
        _learned("bias", ["units"], "use_bias"),
    ],
    field="mixed",
    reasons=[
        _reason("dense", "axes == 2", inputs="channels", units="units"),
        _reason("dense_at_each", "2 < axes", inputs="channels", units="units"),
    ],
    torch=[
        _line("nn.Linear({channels}, {units}, bias={use_bias})", "axes == 2"),
        _line("nn.Conv1d({channels}, {units}, 1, bias={use_bias})", "axes == 3 and not first"),
        _line("nn.Conv2d({channels}, {units}, 1, bias={use_bias})", "axes == 4 and not first"),
        _line(_OTHERWISE, "2 < axes and first"),
    ],
)

_ACTIVATION = _layer(
    0,
    [_odd_glu("channels")],
    output=_output("over(channels, 2) if activation_glu else channels"),
    costs=_numbers_of(
        "over(product(n) * channels, 2) if activation_glu else product(n) * channels"
    ),
    reasons=[_reason("halved", "activation_glu"), _reason("same_shape", "not activation_glu")],
    torch=[_line("nn.Identity()", "activation_linear")],
)

_DROPOUT = _layer(0, [], reasons=[_reason("same_shape")], torch=[_line("nn.Dropout({rate})")])


def _torch_normalization() -> list[Record]:
    """PyTorch's momentum is what is new, Keras' what is kept."""
    channels_at = f"{_PLACE} == (1 if first else axes - 1)"
    usual = "center == scale and " + channels_at
    call = "({size}, eps={epsilon}, momentum=1 - {momentum}"
    modules = [("1d", "axes < 4"), ("2d", "axes == 4")]
    affine = [(")", "scale"), (", affine=False)", "not scale")]
    return [
        *(
            _line(f"nn.BatchNorm{rank}{call}{end}", f"{usual} and {at} and {how}", size=_AT_AXIS)
            for rank, at in modules
            for end, how in affine
        ),
        _line(_OTHERWISE, f"not ({usual})"),
    ]


_BATCH_NORMALIZATION = _layer(
    0,
    [_NO_SUCH_AXIS, _unknown_axis(_PLACE, _AT_AXIS, change("axis", -1))],
    parameters=tree(f"(2 + scale + center) * {_AT_AXIS}"),
    multiply_adds=tree("product(n) * channels"),
    products=trees((("n", "product(n)"), ("c", "channels"), ("M", "n * c"))),
    learned=[
        _learned("gamma", [_AT_AXIS], "scale"),
        _learned("beta", [_AT_AXIS], "center"),
        _learned("moving_mean", [_AT_AXIS]),
        _learned("moving_variance", [_AT_AXIS]),
    ],
    reasons=[
        _reason("batch_normalization", each="2 + scale + center", trained="scale + center"),
    ],
    torch=_torch_normalization(),
)


def _by_rank(name: str, make: Any, *more: Any) -> dict[str, Record]:
    return {f"{name}{rank}D": make(rank, *more) for rank in (1, 2)}


_COMPANIONS: dict[str, Record] = {
    **_by_rank("MaxPooling", _max_pooling),
    **_by_rank("AveragePooling", _average_pooling),
    **_by_rank("GlobalMaxPooling", _global_pooling, "Max"),
    **_by_rank("GlobalAveragePooling", _global_pooling, "Avg"),
    "Flatten": _FLATTEN,
    "Dense": _DENSE,
    "Activation": _ACTIVATION,
    "Dropout": _DROPOUT,
    "BatchNormalization": _BATCH_NORMALIZATION,
    **_by_rank("ZeroPadding", _zero_padding),
    **_by_rank("Cropping", _cropping),
    **_by_rank("UpSampling", _upsampling),
}


# Convolutions in a stack


def _convolution(name: str) -> Record:
    """What stands before a layer may leave it another number of axes."""
    layer = layer_rules(name)
    # What only a picture of numbers needs is no rule of a layer.
    own = [one for one in layer["refusals"] if "explorer" not in one["code"]]
    at = next(place for place, one in enumerate(own) if one["code"] == "no_channels")
    field = "transposed" if layer["transposed"] else "convolution"
    return {
        **layer,
        "group": "convolution",
        "refusals": [*own[:at], *_wrong_rank(layer["rank"]), *own[at:]],
        "output": {**layer["output"], "flat": 0},
        "learned": _kernels(layer),
        "field": field,
    }


def _kernels(layer: Record) -> list[Record]:
    """The kernels stage by stage, then the bias."""
    window = [tree(size) for size in each(layer["rank"], "k")]
    kernels = [
        {
            "name": name,
            "shape": [*(window if stage["slides"] else [1] * len(window)), *stage["kernel"]],
            "when": 1,
        }
        for name, stage in zip(layer["weights"], layer["stages"], strict=True)
    ]
    bias = {"name": "bias", "shape": [layer["stages"][-1]["outputs"]], "when": "use_bias"}
    return [*kernels, bias]


STACKED = (*CONVOLUTIONS, *_COMPANIONS)
"""The names of the layers that a stack may hold."""


def stack_rules() -> Record:
    """The rules of all layers that a stack may hold, as ``StackRules`` of the browser's contract.

    >>> stack_rules()["layers"]["MaxPooling2D"]["letters"]["k"]
    'pool_size'
    """
    layers = {**{name: _convolution(name) for name in CONVOLUTIONS}, **_COMPANIONS}
    told = rules_of(layers)
    frames = {case: trees(lines) for case, lines in FRAMES.items()}
    return {
        **told,
        "convolution": {**told["convolution"], **frames},
        "field": {**{kind: trees(lines) for kind, lines in FIELD.items()}, "whole": trees(WHOLE)},
    }

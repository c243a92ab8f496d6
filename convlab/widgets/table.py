"""The table of wiring: every setting that the controls can reach, looked up and not computed.

For one axis and one setting a record holds, for each output, the place of each tap, and for each
place the input there or none. Numbers of a line are written as one text, a character a number, so
that thousands of records stay small. The axes do not know of each other: what a layer allows on one
axis is a leaf of the tree ``axes``; a rule between arguments stands in ``rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from string import Formatter
from typing import Any

from ..errors import ArgumentError, ConvlabError
from ..geometry import UNIT_AXIS, AnyAxis, Axis, Stage, TransposedAxis, convolution_axis
from ..i18n import Choices, Term, catalogue
from ..layers import LAYERS
from .ranges import (
    ACTIVATIONS,
    PER_AXIS,
    Range,
    arguments_of,
    legal,
    legal_geometry,
    make_layer,
    starting,
)

NONE = "."
_FIRST = 48

# The arguments of rules that bind several of them at once.
_RULES = (
    ("strides", "dilation_rate"),
    ("strides", "output_padding"),
    ("channels", "filters", "groups"),
)

Record = list[Any]


def line(numbers: Iterable[int | None]) -> str:
    """Numbers from 0 up as one text, a character each; ``.`` for none.

    >>> line([0, None, 2])
    '0.2'
    """
    return "".join(NONE if number is None else chr(_FIRST + number) for number in numbers)


def _rows(rows: Iterable[Iterable[int | None]]) -> str:
    return " ".join(map(line, rows))


def record(axis: AnyAxis) -> Record:
    """All of an axis that the browser needs.

    A convolution: output size, pads before and after, span of the window, unread tail, the input
    in each slot of the padded line, the slot under each tap of each output. A transposed one:
    output size, crops before and after, span, full length, the output in each slot of the full
    result, the slot under each tap of each input's stamp, and then the same as a convolution: the
    input in each slot of the line stretched by zeros, the slot under each tap of each output.

    >>> record(Axis(size=3, kernel=2, before=0, after=1))
    [3, 0, 1, 2, 0, '012.', '01 12 23']
    """
    if isinstance(axis, TransposedAxis):
        return _transposed_record(axis)
    slots, taps = _framed(axis, axis.before or 0, axis.after or 0)
    span, tail = axis.effective_kernel, axis.tail
    return [axis.output_size, axis.before, axis.after, span, tail, slots, taps]


def _framed(axis: Axis, before: int, after: int) -> tuple[str, str]:
    """The input in each slot of the padded line, and the slot under each tap of each window."""
    assert axis.size is not None and axis.padded_size is not None and axis.output_size is not None
    places = Axis(axis.size, 1, before=before, after=after)
    assert places.output_size is not None
    slots = line(places.sources(slot)[0] for slot in range(places.output_size))
    padded = Axis(axis.padded_size, axis.kernel, axis.stride, axis.dilation)
    return slots, _rows(padded.sources(output) for output in range(axis.output_size))


def _transposed_record(axis: TransposedAxis) -> Record:
    # A crop below zero adds outputs that no stamp reaches: they have no slot.
    slots, stamps = _framed(axis.forward, axis.crop_before, max(axis.crop_after, 0))
    stretched, reads = _stretched(axis)
    head = [axis.output_size, axis.crop_before, axis.crop_after, axis.effective_kernel]
    return [*head, axis.full_size, slots, stamps, line(stretched), _rows(reads)]


def _stretched(axis: TransposedAxis) -> tuple[list[int | None], list[list[int | None]]]:
    """The same sums as a convolution of stride 1, kernel reversed, over zeros and inputs."""
    frame = convolution_axis(axis.output_size, axis.kernel, 1, axis.dilation, "causal")
    assert frame.padded_size is not None and axis.output_size is not None
    window = Axis(frame.padded_size, axis.kernel, 1, axis.dilation)
    inputs: list[int | None] = [None] * frame.padded_size
    reads = []
    for output in range(axis.output_size):
        slots = list(reversed(window.sources(output)))
        for slot, source in zip(slots, axis.sources(output), strict=True):
            assert slot is not None
            inputs[slot] = source
        reads.append(slots)
    return inputs, reads


def links(stage: Stage) -> dict[str, Any]:
    """Which channels meet: for each output channel [input channel, and its place in the kernel].

    ``kernel`` holds the lengths of the kernel's last two axes.
    """
    inside, outside = stage.channels // stage.groups, stage.filters // stage.groups
    joined = []
    for filter_ in range(stage.filters):
        first = filter_ // outside * inside
        joined.append([[first + c, *_place(stage, c, filter_)] for c in range(inside)])
    return {"kernel": list(stage.kernel_shape[-2:]), "of": joined}


def _place(stage: Stage, channel: int, filter_: int) -> tuple[int, int]:
    """Where a kernel of Keras' layout keeps the weight of a group's channel and a filter."""
    if stage.transposed:
        return filter_, channel
    return divmod(channel * stage.filters + filter_, stage.kernel_shape[-1])


class _Store:
    """Values without repetition, by number."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def add(self, value: Any) -> int:
        number = self._numbers.setdefault(repr(value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


def refusal(error: ConvlabError, along_an_axis: bool = False) -> dict[str, Any]:
    """An error as data: the code, what its sentence quotes, and the choices as changes.

    A change is [argument, value], a choice a list of them. ``along_an_axis``: the error was met on
    the first axis and would be the same on any other, so its name is left open, and so is the
    index of a change: [argument, value, True].
    """
    changes = [
        [_change(name, value, along_an_axis) for name, value in choice.items()]
        for choice in error.choices
    ]
    quoted = _quoted(error.code, error.parameters)
    if along_an_axis and "axis" in quoted:
        quoted["axis"] = {"axis": True}
    return {"code": error.code, "with": quoted, "choices": changes}


def _change(name: str, value: Any, along_an_axis: bool) -> list[Any]:
    along = along_an_axis and isinstance(value, tuple)
    return [name, value[0], True] if along else [name, value]


def _quoted(code: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    template = catalogue()[f"errors.{code}"]["en"]
    fields = [(name, kind) for _, name, _, kind in Formatter().parse(template) if name]
    return {name: _word(parameters[name], kind) for name, kind in fields}


def _word(value: Any, kind: str | None) -> Any:
    if isinstance(value, Term):
        return {"term": value.key, "with": {k: _word(v, None) for k, v in value.parameters.items()}}
    if isinstance(value, Choices):
        return {"list": [repr(item) for item in value.values]}
    return repr(value) if kind == "r" else str(value)


def key(values: Iterable[Any]) -> str:
    """Values as the text under which the table keeps what belongs to them.

    >>> key([(2, 1), None, 3])
    '2,1|null|3'
    """
    return "|".join(map(_text, values))


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "null" if value is None else str(value)


def table(name: str, ranges: Mapping[str, Range]) -> dict[str, Any]:
    """The table of one layer for all settings within ``ranges``; from the layer's own verdicts."""
    return _table(name, tuple(ranges.items()))


@cache
def _table(name: str, frozen: tuple[tuple[str, Range], ...]) -> dict[str, Any]:
    ranges = dict(frozen)
    records, refusals = _Store(), _Store()
    records.add(record(UNIT_AXIS))
    return {
        "rank": LAYERS[name].rank,
        "arguments": list(arguments_of(name)),
        "start": starting(name),
        "ranges": ranges,
        "options": {"padding": _paddings(name), "activation": ACTIVATIONS},
        "transposed": "output_padding" in arguments_of(name),
        "axes": _tree(name, ranges, records, refusals),
        "rules": list(_rules(name, ranges, refusals)),
        "links": _links_table(name, ranges),
        "records": records.values,
        "refusals": refusals.values,
    }


def _paddings(name: str) -> list[str]:
    """The paddings that the layer takes: it is asked."""

    def taken(padding: str) -> bool:
        try:
            return bool(make_layer(name, {**starting(name), "padding": padding}))
        except ArgumentError:
            return False

    return [padding for padding in ("valid", "same", "causal") if taken(padding)]


def _span(reach: Range) -> range:
    return range(reach[0], reach[1] + 1)


def _tree(
    name: str, ranges: Mapping[str, Range], records: _Store, refusals: _Store
) -> dict[str, Any]:
    """kernel → stride → dilation → padding (→ output padding) → size → a record's number.

    A number below zero, -1 - r, is where the layer refuses with ``refusals[r]``. A branch that is
    missing is refused by a rule.
    """
    levels: list[Iterable[Any]] = [_span(ranges[argument]) for argument in PER_AXIS[1:]]
    levels.append(_paddings(name))
    if "output_padding" in ranges:
        levels.append([None, *_span(ranges["output_padding"])])
    tree: dict[str, Any] = {}
    for path in product(*levels):
        leaves = _leaves(name, path, ranges["sizes"], records, refusals)
        if leaves:
            branch = tree
            for step in path[:-1]:
                branch = branch.setdefault(_text(step), {})
            branch[_text(path[-1])] = leaves
    return tree


def _leaves(
    name: str, path: tuple[Any, ...], sizes: Range, records: _Store, refusals: _Store
) -> dict[str, int]:
    """A record's or a refusal's number for each input size; none where a rule refuses them all."""
    leaves = {}
    try:
        layer = make_layer(name, _along(name, path))
    except ArgumentError:
        return {}
    for size in _span(sizes):
        try:
            geometry = legal_geometry(layer, _on(size, layer.rank, 1), 1)
            leaves[str(size)] = records.add(record(geometry.stages[0].axes[0]))
        except ConvlabError as error:
            leaves[str(size)] = -1 - refusals.add(refusal(error, along_an_axis=True))
    return leaves


def _along(name: str, path: tuple[Any, ...]) -> dict[str, Any]:
    """Settings with this path's numbers on the first axis, and nothing special on any other."""
    kernel, stride, dilation, padding, *extra = path
    numbers = {"kernel_size": kernel, "strides": stride, "dilation_rate": dilation}
    settings = {**_plain(name), "padding": padding}
    for argument, number in numbers.items():
        settings[argument] = _on(number, LAYERS[name].rank, 1)
    if extra and extra[0] is not None:
        settings["output_padding"] = _on(extra[0], LAYERS[name].rank, 0)
    return settings


def _on(number: int, rank: int, other: int) -> tuple[int, ...]:
    return (number, *(other,) * (rank - 1))


def _plain(name: str) -> dict[str, Any]:
    """Settings in which nothing can be refused."""
    ones: dict[str, Any] = dict.fromkeys(arguments_of(name), 1) | {"sizes": 1, "channels": 1}
    own = {"padding": "valid", "data_format": None, "activation": None, "use_bias": True}
    return {**ones, **{k: v for k, v in own.items() if k in ones}, **_no_output_padding(ones)}


def _no_output_padding(ones: Mapping[str, Any]) -> dict[str, Any]:
    return {"output_padding": None} if "output_padding" in ones else {}


def _rules(
    name: str, ranges: Mapping[str, Range], refusals: _Store
) -> Iterator[tuple[list[str], dict[str, int]]]:
    """[arguments, {values: number of the refusal}] for what the layer's constructor refuses."""
    for bound in _RULES:
        if not set(bound) <= ranges.keys():
            continue
        values = [list(_values(name, argument, ranges[argument])) for argument in bound]
        refused = {}
        for chosen in product(*values):
            error = _verdict(name, dict(zip(bound, chosen, strict=True)))
            if error is not None:
                refused[key(chosen)] = refusals.add(refusal(error))
        if refused:
            yield list(bound), refused


def _values(name: str, argument: str, reach: Range) -> Iterator[Any]:
    if argument == "output_padding":
        yield None
    if argument in (*PER_AXIS, "output_padding"):
        yield from product(_span(reach), repeat=LAYERS[name].rank)
    else:
        yield from _span(reach)


def _verdict(name: str, chosen: Mapping[str, Any]) -> ConvlabError | None:
    try:
        legal(name, {**_plain(name), **chosen})
    except ConvlabError as error:
        return error
    return None


def _links_table(name: str, ranges: Mapping[str, Range]) -> dict[str, Any]:
    """Stage by stage, under the ``key`` of the arguments named in ``by``, which channels meet."""
    by = [a for a in ("channels", "filters", "groups", "depth_multiplier") if a in ranges]
    stages: list[dict[str, Any]] = []
    for chosen in product(*(_span(ranges[argument]) for argument in by)):
        settings = {**_plain(name), **dict(zip(by, chosen, strict=True))}
        if _verdict(name, settings) is not None:
            continue
        for index, stage in enumerate(legal(name, settings).stages):
            if index == len(stages):
                stages.append({})
            stages[index][key(chosen)] = links(stage)
    return {"by": by, "stages": stages}

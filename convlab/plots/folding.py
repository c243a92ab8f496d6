"""A network's steps as the rows of a picture: what only passes on joins, what repeats is folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..companions import COMPANIONS, InputLayer
from ..explanation import NetworkExplanation, StepExplanation

MOST_ROWS = 64
_LONGEST_BLOCK = 48
_LEAST_SAVED = 3


@dataclass
class Group:
    """Steps that are drawn as one: a layer, and behind it those that leave the shape as it is."""

    steps: list[StepExplanation]
    sources: tuple[int, ...]

    @property
    def signature(self) -> tuple[object, ...]:
        """What two groups have in common that are alike, but for where they stand."""
        return tuple(map(_signature, self.steps))


def _signature(step: StepExplanation) -> tuple[object, ...]:
    record = step.explained
    told = () if record is None else (repr(record.made), record.parameters, record.output_shape)
    return (step.layer, *told)


def groups_of(record: NetworkExplanation) -> list[Group]:
    """The groups in order; ``sources`` are the indices of the groups that a group takes from."""
    taken = Counter(source for step in record.steps for source in step.sources)
    groups: list[Group] = []
    at: dict[str, int] = {}
    for step in record.steps:
        joins = _passes(step, record) and taken[step.sources[0]] == 1
        if joins and groups[at[step.sources[0]]].steps[-1].name == step.sources[0]:
            at[step.name] = at[step.sources[0]]
            groups[at[step.name]].steps.append(step)
        else:
            at[step.name] = len(groups)
            groups.append(Group([step], tuple(at[source] for source in step.sources)))
    return groups


def _passes(step: StepExplanation, record: NetworkExplanation) -> bool:
    """Whether a step only changes numbers where they stand: an activation, a normalization …"""
    kind = COMPANIONS.get(step.layer)
    if kind is None or kind.rank or kind.merges or kind.rearranges or kind is InputLayer:
        return False
    explained = step.explained
    stays = explained is not None and explained.output_shape == explained.input_shape
    return bool(step.sources) and stays


@dataclass
class Fold:
    """Rows ``first`` to ``last`` stand for ``times`` blocks that are alike."""

    first: int
    last: int
    times: int


@dataclass
class Rows:
    """What is drawn: groups, folds, and for each group's index the row that shows it or its like.

    ``left_out`` tells the row behind which groups are left out altogether, and which.
    """

    groups: list[Group] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    shown_by: dict[int, int] = field(default_factory=dict)
    left_out: tuple[int, list[Group]] | None = None


def rows_of(groups: Sequence[Group]) -> Rows:
    """The rows for all groups, at most ``MOST_ROWS``."""
    found, marks, reach = Rows(), _marks(groups), _reach(groups)
    at = 0
    while at < len(groups):
        length, times = _block(marks, reach, at)
        first = len(found.groups)
        for place in range(length * times):
            found.shown_by[at + place] = first + place % length
        found.groups += groups[at : at + length]
        if times > 1:
            found.folds.append(Fold(first, first + length - 1, times))
        at += length * times
    return _cut(found) if len(found.groups) > MOST_ROWS else found


def _marks(groups: Sequence[Group]) -> list[object]:
    """Equal for groups that are alike and take alike."""
    return [
        (group.signature, tuple(index - source for source in group.sources))
        for index, group in enumerate(groups)
    ]


def _reach(groups: Sequence[Group]) -> list[int]:
    """The index of the last group that takes each one; its own where none does."""
    last = list(range(len(groups)))
    for index, group in enumerate(groups):
        for source in group.sources:
            last[source] = index
    return last


def _block(marks: Sequence[object], reach: Sequence[int], at: int) -> tuple[int, int]:
    """The length of the block at ``at`` that saves the most rows, and how often it stands there."""
    best, saved = (1, 1), _LEAST_SAVED - 1
    for length in range(1, min(_LONGEST_BLOCK, (len(marks) - at) // 2) + 1):
        times = _times(marks, reach, at, length)
        if (times - 1) * length > saved:
            best, saved = (length, times), (times - 1) * length
    return best


def _times(marks: Sequence[object], reach: Sequence[int], at: int, length: int) -> int:
    """How often a block stands at ``at``; only its last group may be taken from outside."""
    block, times = marks[at : at + length], 0
    while marks[at + times * length : at + (times + 1) * length] == block:
        last = at + (times + 1) * length - 1
        if any(reach[index] > last for index in range(last - length + 1, last)):
            break
        times += 1
    return max(times, 1)


def _cut(rows: Rows) -> Rows:
    """The first and the last rows; those between are left out."""
    half = MOST_ROWS // 2
    end = len(rows.groups) - half
    place = {row: row if row < half else row - end + half for row in range(len(rows.groups))}
    kept = [row for row in place if row < half or row >= end]
    return Rows(
        [rows.groups[row] for row in kept],
        [
            Fold(place[fold.first], place[fold.last], fold.times)
            for fold in rows.folds
            if fold.last < half or fold.first >= end
        ],
        {group: place[row] for group, row in rows.shown_by.items() if row < half or row >= end},
        (half - 1, rows.groups[half:end]),
    )

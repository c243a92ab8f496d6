"""Goals: what is to be reached, whether the controls at hand can reach it, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np

from ..errors import ArgumentError, ConvlabError
from ..i18n import Term, catalogue, in_language, text
from .arrays import simple
from .checks import check_known, nearest_index, with_choices
from .controls import CELLS, CONTROLS
from .reach import MOST_TRIED, Bench, needed, same
from .settings import SETTINGS, legal, normal_setting, output_shape, settings_of

RESULTS = ("output_shape", "z", "a", "parameters", "position")
"""What can be reached besides settings."""


def goal_words(
    goal: Mapping[str, Any], controls: Sequence[str] | None = None, language: str = "en"
) -> str:
    """A goal as a sentence.

    Parts come in the order z, a, output_shape, parameters, settings, position, each from
    ``explorer.goal_<name>`` (a setting from ``goal_setting``), joined by ``goal_and``. A position
    beside z or a is put around those two by ``goal_at`` and is no part of its own. The controls
    are named by ``goal_by_<name>`` where there is one, else as they are, joined by ``goal_both``.
    A shape is written 3×3×1, anything else as Python writes it.

    >>> goal_words({"output_shape": (3, 3, 1)}, ["strides"])
    'Goal: an output of 3×3×1, by strides alone.'
    >>> goal_words({"output_shape": (3, 3, 1)}, ["strides"], "zh_TW")
    '目標：只調整 strides，讓輸出變成 3×3×1。'
    >>> goal_words({"position": (1, 2, 0), "a": 7})
    'Goal: a = 7 at (1, 2, 0).'
    """
    with in_language(language):
        what = text("explorer.goal_and").join(_parts(goal))
        names = text("explorer.goal_both").join(map(_control, controls or ()))
        by = text("explorer.goal_by", controls=names) if names else ""
        return text("explorer.goal", what=what, by=by)


def _parts(goal: Mapping[str, Any]) -> Iterator[str]:
    numbers = [
        text(f"explorer.goal_{name}", value=_short(goal[name]))
        for name in ("z", "a")
        if name in goal
    ]
    if numbers and "position" in goal:
        what = text("explorer.goal_and").join(numbers)
        numbers = [text("explorer.goal_at", what=what, value=tuple(goal["position"]))]
    yield from numbers
    if "output_shape" in goal:
        shape = "×".join(map(str, goal["output_shape"]))
        yield text("explorer.goal_output_shape", value=shape)
    if "parameters" in goal:
        yield text("explorer.goal_parameters", value=goal["parameters"])
    for name in SETTINGS:
        if name in goal:
            value = tuple(goal[name]) if isinstance(goal[name], list) else goal[name]
            yield text("explorer.goal_setting", name=name, value=repr(value).replace("'", '"'))
    if not numbers and "position" in goal:
        yield text("explorer.goal_position", value=tuple(goal["position"]))


def _short(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")


def _control(name: str) -> str:
    key = f"explorer.goal_by_{name}"
    return text(key) if key in catalogue() else name


def checked_goal(goal: Any, bench: Bench) -> dict[str, Any] | None:
    """A goal in canonical form; ``None`` for none.

    Raises a ``ConvlabError`` for what is no goal, and for one that the controls cannot reach: the
    choices are controls that would, and the nearest goal that can be.
    """
    given = simple(goal)
    if given is None:
        return None
    example = {"output_shape": _shape(bench)}
    if not isinstance(given, Mapping) or not given or not all(isinstance(n, str) for n in given):
        raise ArgumentError(
            "explorer_goal", argument="goal", value=goal, example=example,
            choices=[{"goal": example}, {"goal": None}],
        )  # fmt: skip
    legal_names = [*RESULTS, *settings_of(bench.layer)]
    try:
        check_known(given, legal_names, "goal")
        found = {name: _canonical(name, value, bench) for name, value in given.items()}
    except ConvlabError as error:
        raise with_choices(error, _mended(given, error, legal_names, bench)) from error
    if bench.reaches(found) is False:
        raise _unreachable(found, bench)
    return found


def _mended(
    given: Mapping[str, Any], error: ConvlabError, legal_names: Sequence[str], bench: Bench
) -> list[dict[str, Any]]:
    """The goal with its settings mended and without its other wrong parts, if it can be reached."""
    right: dict[str, Any] = {}
    nearest = next(iter(error.choices), {})
    for name, value in {**given, **nearest}.items():
        with suppress(ConvlabError):
            right |= {name: _canonical(name, value, bench)} if name in legal_names else {}
    reached = bool(right) and bench.reaches(right) is not False
    return [*([{"goal": right}] if reached else []), {"goal": None}]


def _canonical(name: str, value: Any, bench: Bench) -> Any:
    value, rank = simple(value), len(bench.settings["sizes"])
    kinds = {"output_shape": "shape", "position": "position", "parameters": "count"}
    kind = kinds.get(name, "number")
    if name in SETTINGS:
        return normal_setting(name, value, rank)
    least = 1 if kind == "shape" else 0
    if kind in ("shape", "position"):
        items = list(value) if isinstance(value, list | tuple) else []
        if len(items) == rank + 1 and all(_is_whole(item) and item >= least for item in items):
            return tuple(map(int, items))
    elif kind == "count" and _is_whole(value) and value >= least:
        return int(value)
    elif kind == "number" and _is_number(value):
        return value
    raise ArgumentError(
        "explorer_goal_value",
        argument="goal",
        name=name,
        value=value,
        kind=Term(f"errors.explorer_goal_{kind}", count=rank + 1),
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) < 10**12  # False for nan, too.


def _shape(bench: Bench) -> tuple[int, ...]:
    return output_shape(legal(bench.layer, bench.settings), bench.settings["activation"])


def _unreachable(goal: dict[str, Any], bench: Bench) -> ArgumentError:
    """The refusal of a goal: another control that would do, and the nearest goal that would."""
    value = ", ".join(f"{name}={one!r}" for name, one in goal.items())
    code = "explorer_goal_reach" if bench.dials else "explorer_goal_no_control"
    nearest = _nearest(goal, bench)
    return ArgumentError(
        code,
        argument="goal",
        value=value,
        controls=Term("explorer.goal_by_all") if bench.controls is None else ", ".join(bench.dials),
        choices=[
            *({"controls": (*bench.dials, name)} for name in _helpful(goal, bench)),
            {"goal": nearest},
        ],
    )


def _helpful(goal: dict[str, Any], bench: Bench) -> list[str]:
    """The first controls each of which, added, would reach the goal."""
    about = [*(CELLS[:2] if {"a", "z"} & {*goal} else ()), *needed(goal, CONTROLS, bench.layer)]
    others = (name for name in about if name not in bench.dials)
    return list(islice((n for n in others if bench.with_control(n).reaches(goal)), 2))


def _nearest(goal: dict[str, Any], bench: Bench) -> dict[str, Any] | None:
    """The goal about the same things that is nearest and can be reached."""
    if {*goal} == {"output_shape"}:
        near = {"output_shape": _nearest_shape(goal["output_shape"], bench)}
        return near if bench.reaches(near) else {"output_shape": _shape(bench)}
    outcomes = (one for one in islice(bench.outcomes(goal, {}), MOST_TRIED) if one)
    goals = (_as_goal(goal, outcome) for outcome in outcomes)
    # A layer of another rank has settings of other lengths.
    goals = (near for near in goals if all(np.size(near[n]) == np.size(goal[n]) for n in goal))
    found = min(goals, key=lambda near: _distance(goal, near), default=None)
    return found if found and bench.reaches(found) else None


def _nearest_shape(shape: tuple[int, ...], bench: Bench) -> tuple[int, ...]:
    """The shape nearest to one, of what its axes and its channels reach by themselves."""
    first = bench.settings["data_format"] == "channels_first"
    sizes = shape[1:] if first else shape[:-1]
    near = [_closest(bench.sizes(axis), size) for axis, size in enumerate(sizes)]
    now = _shape(bench)
    channels, wanted = (now[0], shape[0]) if first else (now[-1], shape[-1])
    if "filters" in bench.dials and "filters" in bench.settings:
        least, most = bench.ranges[bench.layer]["filters"]
        channels = min(max(wanted, least), most)
    return (channels, *near) if first else (*near, channels)


def _closest(numbers: set[int], wanted: int) -> int:
    return min(sorted(numbers), key=lambda number: abs(number - wanted))


def _as_goal(goal: dict[str, Any], outcome: dict[str, Any]) -> dict[str, Any]:
    """What an outcome reaches of the things that a goal asks for."""
    near = {name: outcome[name] for name in goal if name not in ("a", "z", "position")}
    shape = outcome["output_shape"]
    place: Any = None
    if "position" in goal:
        place = near["position"] = nearest_index(goal["position"], shape)
    for name in ("z", "a"):
        if name in goal:
            if place is None:
                off = np.nan_to_num(np.abs(outcome[name] - goal[name]), nan=np.inf)
                place = np.unravel_index(int(off.argmin()), shape)
            near[name] = float(outcome[name][tuple(place)])
    return near


def _distance(goal: dict[str, Any], near: dict[str, Any]) -> float:
    """How far apart two goals are: numbers by their difference, words by one."""
    total = 0.0
    for name, value in goal.items():
        one, other = np.ravel(value), np.ravel(near[name])
        if one.dtype.kind in "if" and one.shape == other.shape and other.dtype.kind in "if":
            total += float(np.abs(one - other).sum())
        else:
            total += not same(value, near[name])
    return total

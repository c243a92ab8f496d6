"""Hold the stored record against a new one, and convlab against the Keras that is installed."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.tolerances import FLOAT32, assert_close, tolerance_of
from tools.keras import cases, companions, networks, programs
from tools.keras.backend import convlab_namespace, versions
from tools.keras.record import record
from tools.keras.replay import (
    assert_same_config,
    check_config,
    check_gradients,
    check_numbers,
    check_shapes,
    recorded,
    replay,
)
from tools.keras.settings import COUNTS, SIBLINGS, Setting, settings
from tools.keras.store import DATA, POOLS, Reader, read_json

LIVE_EVERY = 10  # one setting in ten goes back and forth between Keras and convlab


def compare() -> int:
    """Print every disagreement; return how many there are."""
    print("stored:", json.dumps(read_json(DATA / "cases.json.gz")[0]["versions"]))
    print("here:  ", json.dumps(versions()))
    with tempfile.TemporaryDirectory() as directory:
        fresh = Path(directory)
        record(fresh)
        found = [
            *records_differ(fresh),
            *convlab_differs(fresh),
            *exchange_fails(),
            *networks.live_fails(),
        ]
    for objection in found:
        print(objection)
    print(f"{len(found)} disagreements")
    return len(found)


def records_differ(fresh: Path) -> Iterator[str]:
    """Compare what Keras answers now with what it answered then."""
    for name in ("cases", "siblings", "companions", "networks", "parts"):
        readers = [Reader(place / f"{name}.npz") for place in (DATA, fresh)]
        rows = [read_json(place / f"{name}.json.gz")[1] for place in (DATA, fresh)]
        for old, new in zip(*rows, strict=True):
            where = f"record of {old.get('case') or json.dumps(old)[:80]}"
            yield from _said(lambda o=old, n=new, r=readers, w=where: _same(o, n, r, w))
    programs_then, programs_now = programs.agreed(), programs.agreed(fresh)
    for name, marks in programs_now.items():
        if programs_then.get(name) != marks:
            yield f"programs of {name}: agreed then {programs_then.get(name)}, now {marks}"
    surveys = [read_json(place / "survey.json.gz")[1] for place in (DATA, fresh)]
    for old, new in zip(*surveys, strict=True):
        if old != new:
            yield f"survey: then {old}, now {new}"


def _same(old: Any, new: Any, readers: list[Reader], where: str) -> None:
    """Compare two rows: arrays at tolerance, the rest exactly."""
    if isinstance(old, dict):
        assert old.keys() == new.keys(), where
        for key, value in old.items():
            _same(value, new[key], readers, f"{where}.{key}")
    elif _is_place(old) and _is_place(new):
        assert old[0] == new[0], f"{where}: then {old[0]}, now {new[0]}"
        arrays = [reader.get(place) for reader, place in zip(readers, (old, new), strict=True)]
        assert_close(arrays[1], arrays[0], FLOAT32, where)
    elif isinstance(old, list):
        assert len(old) == len(new), where
        for mine, theirs in zip(old, new, strict=True):
            _same(mine, theirs, readers, where)
    elif isinstance(old, float):
        assert_close(new, old, FLOAT32, where)
    else:
        assert old == new, f"{where}: then {old!r}, now {new!r}"


def _is_place(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and str(value[0]) in POOLS


def convlab_differs(fresh: Path) -> Iterator[str]:
    """Replay the new record in convlab, as the tests replay the stored one."""
    for case in (*recorded("cases", fresh), *recorded("siblings", fresh)):
        checks = [check_shapes, check_numbers, check_config]
        for check in [*checks, *([check_gradients] if "gradients" in case.row else [])]:
            yield from _said(lambda check=check, case=case: check(case))
    _, rows, arrays = companions.recorded(fresh)
    for row in rows:
        yield from _said(lambda row=row: companions.check(row, arrays))
    for row in networks.read_applications(fresh / "applications.json.xz"):
        yield from _said(lambda row=row: networks.check_application(row))
    rows, arrays = networks.recorded(fresh)
    for row in rows:
        for source in ("weights", "tree", "groups"):
            yield from _said(lambda row=row, source=source: networks.check(row, arrays, source))
    for scenario in read_json(fresh / "survey.json.gz")[1]:
        objection = replay(scenario)
        if objection:
            yield objection


def exchange_fails() -> Iterator[str]:
    """Give convlab the layers of Keras, weights and all, and Keras those of convlab."""
    for setting in settings({**COUNTS, **SIBLINGS})[::LIVE_EVERY]:
        yield from _said(lambda setting=setting: _exchange(setting))


def _exchange(setting: Setting) -> None:
    theirs = cases.make(setting)
    inputs = setting.rng.normal(size=setting.input_shape).astype(setting.dtype)
    expected = np.asarray(theirs(inputs))
    tolerance = max(tolerance_of(setting.dtype), tolerance_of(expected.dtype))

    ours = getattr(convlab_namespace().layers, setting.layer).from_config(theirs.get_config())
    ours.build(inputs.shape)
    ours.set_weights(theirs.get_weights())
    assert_close(ours(inputs), expected, tolerance, f"{setting.name}: from Keras")

    again = type(theirs).from_config(ours.get_config())
    assert_same_config(again.get_config(), theirs.get_config(), f"{setting.name}: to Keras")
    again.build(inputs.shape)
    again.set_weights(ours.get_weights())
    assert_close(np.asarray(again(inputs)), expected, tolerance, f"{setting.name}: to Keras")


def _said(check: Any) -> Iterator[str]:
    """Run a check; yield what it says if it fails."""
    try:
        check()
    except Exception as error:
        yield f"{type(error).__name__}: {error}"

"""What a reader has done: a small file in the notebook's folder."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..i18n import Term
from .words import Lines, Words

FILE = ".convlab-progress.json"
VERSION = 1

_FOLDER = Path.cwd()
"""Where the session started, which is the notebook's folder; a later chdir does not move it."""


@dataclass(frozen=True)
class Done:
    """An exercise that has been tried: how often, and whether it is solved."""

    tries: int = 0
    solved: bool = False


Record = dict[str, dict[str, Done]]
"""By reader, by exercise."""

_unsaved: Record = {}
"""What could not be written: kept at least for this session."""


def place() -> Path:
    """The file; the environment variable ``CONVLAB_PROGRESS`` names another one."""
    return Path(os.environ.get("CONVLAB_PROGRESS") or _FOLDER / FILE)


def load() -> tuple[Record, Term | None]:
    """What is recorded, and a word about a file that cannot be read."""
    path = place()
    try:
        content = path.read_text(encoding="utf-8")
        record = _record(json.loads(content)) if content.strip() else {}
    except FileNotFoundError:
        return _merged({}, _unsaved), None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _merged({}, _unsaved), Term("exercises.progress_unreadable", path=path.name)
    return _merged(record, _unsaved), None


def _record(data: Any) -> Record:
    if data["version"] != VERSION:
        raise ValueError(data["version"])
    return {
        reader: {name: Done(int(done["tries"]), bool(done["solved"])) for name, done in own.items()}
        for reader, own in data["readers"].items()
    }


def _merged(first: Record, second: Record) -> Record:
    return {
        reader: {**first.get(reader, {}), **second.get(reader, {})}
        for reader in {**first, **second}
    }


def note(reader: str, exercise: str, right: bool) -> tuple[Term, ...]:
    """Count one try at ``exercise``; a word where the file could not be read or written."""
    record, complaint = load()
    before = record.get(reader, {}).get(exercise, Done())
    if before.solved:
        return ()
    done = Done(before.tries + 1, right)
    record = _merged(record, {reader: {exercise: done}})
    words = [complaint] if complaint else []
    try:
        if complaint:
            os.replace(place(), place().with_suffix(".unreadable"))
        _write(place(), record)
        _unsaved.clear()
    except OSError as error:
        _unsaved.setdefault(reader, {})[exercise] = done
        reason = error.strerror or type(error).__name__
        words.append(Term("exercises.progress_unsaved", path=place().name, reason=reason))
    return tuple(words)


def _write(path: Path, record: Record) -> None:
    """All or nothing: the file is replaced by a finished one."""
    if path.is_char_device():  # CONVLAB_PROGRESS=/dev/null asks for no record at all.
        return
    readers = {
        reader: {name: asdict(done) for name, done in own.items()} for reader, own in record.items()
    }
    text = json.dumps({"version": VERSION, "readers": readers}, ensure_ascii=False, indent=1)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def summary(reader: str, exercises: Sequence[str]) -> Words:
    """Which of ``exercises`` the reader has solved, and how many of how many."""
    record, complaint = load()
    own = record.get(reader, {})
    done = {name: own.get(name, Done()) for name in exercises}
    solved = sum(each.solved for each in done.values())
    count = Term("exercises.progress_count", solved=solved, count=len(done))
    lines = Lines(*(_line(name, each) for name, each in done.items()))
    return Words(*([complaint] if complaint else []), count, lines)


def _line(name: str, done: Done) -> Term:
    state = "solved" if done.solved else "tried" if done.tries else "open"
    title = Term(f"exercises.{name}_title")
    return Term(f"exercises.progress_{state}", name=name, title=title, tries=done.tries)

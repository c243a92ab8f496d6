"""Which twins were read side by side: ``lessons/pairs.lock``, one line a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from .source import Fault, Lesson, Pair

FILE = "pairs.lock"

_HEADER = "# Twins that were read side by side, by the hashes of their texts: `make accept`.\n"

Key = tuple[str, str]
Lock = dict[Key, tuple[str, str]]


def read(path: Path) -> Lock:
    """The accepted pairs: (lesson, block id) → the hashes of zh and en; none without a file."""
    if not path.exists():
        return {}
    lock = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            words = line.split()
            if len(words) != 4:
                raise SystemExit(f"{path}:{number}: not a pair: {line!r}")
            lock[words[0], words[1]] = (words[2], words[3])
    return lock


def write(path: Path, lock: Lock) -> None:
    """Store the accepted pairs, sorted, so that two branches rarely touch the same line."""
    rows = (" ".join((*key, *lock[key])) + "\n" for key in sorted(lock))
    path.write_text(_HEADER + "".join(rows), encoding="utf-8")


def current(lesson: Lesson) -> Lock:
    """The pairs of a lesson as they stand now."""
    return {
        (lesson.name, pair.id): (_hash(pair.zh.text), _hash(pair.en.text)) for pair in lesson.pairs
    }


def changes(lesson: Lesson, lock: Lock) -> dict[str, str]:
    """What happened to each pair since it was accepted, by block id; only what changed."""
    now = current(lesson)
    then = {key: hashes for key, hashes in lock.items() if key[0] == lesson.name}
    return {
        key[1]: _change(now.get(key), then.get(key))
        for key in (*now, *sorted(then.keys() - now.keys()))
        if now.get(key) != then.get(key)
    }


def faults(lesson: Lesson, lock: Lock) -> Iterator[Fault]:
    """Every pair that is not as it was when it was accepted."""
    places = {pair.id: pair for pair in lesson.pairs}
    for block, change in changes(lesson, lock).items():
        message = f"the pair is {change}: read zh and en side by side, then `make accept`"
        place: Pair | None = places.get(block)
        yield Fault(lesson.path, place.line if place else 1, block, message)


def accept(lessons: Iterable[Lesson], lock: Lock) -> Lock:
    """The lock with these lessons as they stand now."""
    accepted = dict(lock)
    for lesson in lessons:
        for block in changes(lesson, lock):
            accepted.pop((lesson.name, block), None)
        accepted |= current(lesson)
    return accepted


def _change(now: tuple[str, str] | None, then: tuple[str, str] | None) -> str:
    if then is None:
        return "new"
    if now is None:
        return "removed"
    if now[0] == then[0]:
        return "changed in en alone"
    return "changed in zh alone" if now[1] == then[1] else "changed in both languages"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]

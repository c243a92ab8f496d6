"""``python -m tools.notebooks build | check | accept [lesson ...]``"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import code, form, lock, notebook, prose, words
from .source import LANGUAGES, Fault, Lesson, lessons, read

AT_ONCE = 2  # kernels


class Desk:
    """The folders of a project, and the lessons on the desk."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        self.root = root
        self.lock_file = root / "lessons" / lock.FILE
        self.lock = lock.read(self.lock_file)
        chosen = {Path(name).stem for name in names}
        paths = lessons(root / "lessons")
        if unknown := chosen - {path.stem for path in paths}:
            raise SystemExit(f"no such lesson: {', '.join(sorted(unknown))}")
        self.whole = not chosen
        self.lessons = [read(path) for path in paths if self.whole or path.stem in chosen]

    def file(self, lesson: Lesson, language: str) -> Path:
        return self.root / "notebooks" / language / f"{lesson.name}.ipynb"

    def text_faults(self) -> list[Fault]:
        """What is wrong with the sources, each taken alone."""
        checks = (prose.faults, code.faults, form.faults, words.faults)
        return [
            fault
            for lesson in self.lessons
            for found in (lesson.faults, *(check(lesson) for check in checks))
            for fault in found
        ]

    def lock_faults(self) -> list[Fault]:
        """What changed since it was accepted."""
        known = {lesson.name for lesson in self.lessons}
        gone = [key for key in self.lock if self.whole and key[0] not in known]
        return [fault for lesson in self.lessons for fault in lock.faults(lesson, self.lock)] + [
            Fault(self.lock_file, 1, block, f"the lesson {name!r} is gone: `make accept`")
            for name, block in gone
        ]

    def stale_faults(self) -> list[Fault]:
        """Which notebooks are not what their sources make."""
        wanted = [(lesson, language) for lesson in self.lessons for language in LANGUAGES]
        faults = [
            fault
            for lesson, language in wanted
            for fault in notebook.stale(lesson, language, self.file(lesson, language))
        ]
        if self.whole:
            files = {self.file(lesson, language) for lesson, language in wanted}
            for extra in sorted(set((self.root / "notebooks").rglob("[!.]*.ipynb")) - files):
                if ".ipynb_checkpoints" not in extra.parts:
                    faults.append(Fault(extra, 1, "", "no lesson makes this notebook: delete it"))
        return faults

    async def build(self, pictures: bool) -> list[Fault]:
        """Run and store both notebooks of every lesson; a lesson at fault is left as it was."""
        turn = asyncio.Semaphore(AT_ONCE)
        done = await asyncio.gather(
            *(self._build(lesson, turn, pictures) for lesson in self.lessons)
        )
        return [fault for faults in done for fault in faults]

    async def _build(self, lesson: Lesson, turn: asyncio.Semaphore, pictures: bool) -> list[Fault]:
        async def run(language: str) -> tuple[str, list[Fault]]:
            folder = self.file(lesson, language).parent
            folder.mkdir(parents=True, exist_ok=True)
            async with turn:
                executed, faults = await notebook.execute(lesson, language, folder)
            return notebook.dumps(executed), faults

        results = await asyncio.gather(*map(run, LANGUAGES))
        faults = [fault for _, found in results for fault in found]
        for language, (text, _) in zip(LANGUAGES, results, strict=True):
            if not faults:
                print(_store(self.file(lesson, language), text, pictures))
        return faults


def _store(file: Path, text: str, pictures: bool) -> str:
    """Write what changed. Library versions draw other bytes, so pictures alone are no change."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    if before == text:
        return f"{file}: unchanged"
    if before is not None and notebook.same_but_for_pictures(before, text) and not pictures:
        return f"{file}: only pictures differ, kept (renew them with --pictures)"
    file.write_text(text, encoding="utf-8")
    return f"{file}: written"


def _refuse(faults: Iterable[Fault]) -> int:
    lines = [str(fault) for fault in faults]
    if lines:
        print(*lines, f"{len(lines)} refused", sep="\n", file=sys.stderr)
    return 1 if lines else 0


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Do one command; 0 when nothing was refused, else 1 and the reasons on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__)
    parser.add_argument("command", choices=("build", "check", "accept"))
    parser.add_argument("lessons", nargs="*", help="such as 02_conv2d; all of them by default")
    parser.add_argument("--pictures", action="store_true", help="store new pictures, too")
    chosen = parser.parse_args(arguments)
    desk = Desk(root or Path(), chosen.lessons)
    if chosen.command == "check":
        return _refuse([*desk.text_faults(), *desk.lock_faults(), *desk.stale_faults()])
    if chosen.command == "accept":
        return _refuse(desk.text_faults()) or _accept(desk)
    faults = [*desk.text_faults(), *desk.lock_faults()]
    return _refuse(faults) or _refuse(asyncio.run(desk.build(chosen.pictures)))


def _accept(desk: Desk) -> int:
    for lesson in desk.lessons:
        for block, change in lock.changes(lesson, desk.lock).items():
            print(f"{lesson.path}: {block}: accepted ({change})")
    lock.write(desk.lock_file, lock.accept(desk.lessons, {} if desk.whole else desk.lock))
    return 0


if __name__ == "__main__":
    sys.exit(main())

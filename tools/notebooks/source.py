"""A lesson's file → its blocks: prose in pairs (zh, then en), code once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jupytext.myst import MystMetadataParsingError, myst_to_notebook

LANGUAGES = ("zh", "en")
SETUP = "setup"

CLAIMS = Path(__file__).parents[2] / "lessons" / "claims.toml"

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = {"zh": {"id", "lang", "claims"}, "en": {"id", "lang"}, "code": {"id", "claims", "tags"}}
BOOLEAN, ERROR = "boolean", "raises-exception"
_TAGS = {BOOLEAN, ERROR}


@dataclass(frozen=True)
class Fault:
    """A reason to refuse, and the place in the source where it can be mended."""

    file: Path
    line: int
    block: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.block or '(no id)'}: {self.message}"


@dataclass(frozen=True)
class Block:
    """Prose of one language, or code; ``line`` is where its marker stands in the source."""

    id: str
    line: int
    kind: str
    text: str
    claims: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """The same prose in both languages, under one id."""

    zh: Block
    en: Block

    @property
    def id(self) -> str:
        return self.zh.id

    @property
    def line(self) -> int:
        return self.zh.line


@dataclass(frozen=True)
class Lesson:
    """What a lesson's file holds, in its order, as far as it could be read."""

    path: Path
    parts: tuple[Pair | Block, ...]
    faults: tuple[Fault, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def pairs(self) -> list[Pair]:
        return [part for part in self.parts if isinstance(part, Pair)]

    @property
    def code(self) -> list[Block]:
        return [part for part in self.parts if isinstance(part, Block)]

    @property
    def imports(self) -> str:
        """The code that the lesson needs before it can begin."""
        return next((block.text for block in self.code if block.id == SETUP), "")

    def fault(self, part: Pair | Block, message: str) -> Fault:
        """A fault of this lesson, at one of its blocks."""
        return Fault(self.path, part.line, part.id, message)


def lessons(folder: Path) -> list[Path]:
    """The lessons' files, in the order of their numbers."""
    return sorted(folder.glob("[0-9][0-9]_*.md"))


def read(path: Path) -> Lesson:
    """Read a lesson; whatever breaks the form of a lesson is in its ``faults``."""
    try:
        cells = list(_cells(path))
    except MystMetadataParsingError as error:
        line = re.search(r"line (\d+)", str(error))
        message = f"unreadable block options: {' '.join(str(error).split())}"
        fault = Fault(path, int(line[1]) if line else 1, "", message)
        return Lesson(path, (), (fault,))
    faults = [
        Fault(path, block.line, block.id, message)
        for block, options in cells
        for message in _malformed(block, options)
    ]
    parts, unpaired = _pair([block for block, _ in cells])
    faults += [Fault(path, block.line, block.id, message) for block, message in unpaired]
    faults += [
        Fault(path, part.line, part.id, f"the cell {SETUP!r} is code, right behind the title")
        for index, part in enumerate(parts)
        if part.id == SETUP and (index != 1 or isinstance(part, Pair))
    ]
    faults += [
        Fault(path, part.line, part.id, f"the id {part.id!r} is used a second time")
        for index, part in enumerate(parts)
        if part.id in {earlier.id for earlier in parts[:index]}
    ]
    return Lesson(path, tuple(parts), tuple(sorted(faults, key=lambda fault: fault.line)))


def _cells(path: Path) -> Iterator[tuple[Block, dict[str, Any]]]:
    notebook = myst_to_notebook(path.read_text(encoding="utf-8"), add_source_map=True)
    for line, cell in zip(notebook.metadata["source_map"], notebook.cells, strict=True):
        options = dict(cell.metadata)
        kind = options.get("lang", "") if cell.cell_type == "markdown" else cell.cell_type
        claims, tags = (_strings(options.get(key)) for key in ("claims", "tags"))
        yield Block(str(options.get("id", "")), line, str(kind), cell.source, claims, tags), options


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()


@cache
def _claims() -> frozenset[str]:
    return frozenset(tomllib.loads(CLAIMS.read_text(encoding="utf-8")))


def _malformed(block: Block, options: dict[str, Any]) -> Iterator[str]:
    if block.kind not in _KEYS:
        yield (
            'every block is prose under +++ {"id": …, "lang": "zh"} or "en", '
            f"or a code-cell, but this one is {block.kind or 'prose without a language'!r}"
        )
        return
    if len(block.id) > 64 or not _ID.fullmatch(block.id):
        yield f"an id is made of a-z, 0-9 and single hyphens, but here it is {block.id!r}"
    for key in sorted(set(options) - _KEYS[block.kind]):
        yield f"a block of kind {block.kind!r} has no option {key!r}"
    for claim in block.claims:
        if claim not in _claims():
            yield f"there is no claim {claim!r}"
    for tag in sorted(set(block.tags) - _TAGS):
        yield f"the tag {tag!r} is not one of {sorted(_TAGS)}"


def _pair(blocks: list[Block]) -> tuple[list[Pair | Block], list[tuple[Block, str]]]:
    parts: list[Pair | Block] = []
    alone: list[tuple[Block, str]] = []
    waiting: Block | None = None
    for block in blocks:
        if block.kind == "en" and waiting and waiting.id == block.id:
            parts.append(Pair(waiting, block))
            waiting = None
            continue
        if waiting:
            alone.append((waiting, "this zh block needs its en twin right after it"))
        waiting = block if block.kind == "zh" else None
        if block.kind == "en":
            alone.append((block, "this en block needs its zh twin right before it"))
        elif block.kind == "code":
            parts.append(block)
    if waiting:
        alone.append((waiting, "this zh block needs its en twin right after it"))
    return parts, alone

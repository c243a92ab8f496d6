"""A lesson's blocks → one language's notebook: assembled, executed, stored byte-stably."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

import convlab
from convlab import i18n

from . import outputs
from .source import SETUP, Block, Fault, Lesson, Pair
from .words import words_of, written

# The settings are made in a cell, not in the builder's kernel: nbval and the reader need them too.
# What the reader is told where there is no convlab to say it stands in the cell itself.
# Only Colab, where nobody can have installed anything before, installs by itself.
SETUP_SOURCE = """\
import importlib.util, sys
if "google.colab" in sys.modules and not importlib.util.find_spec("convlab"):
    get_ipython().run_line_magic("pip", "install --quiet convlab-tutorial")

try:
    from convlab.lessons import begin_lesson
except ImportError:
    raise ImportError(
        {words}
    ) from None

begin_lesson({language}, {version})"""

SECONDS_PER_CELL = 120

_CODES = {"zh": "zh_TW", "en": "en"}
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_PLACE = "the widgets' models"
_PICTURES = ("iVBORw0KGgo", "/9j/")  # how every PNG and JPEG file begins, in base64
_EMBEDDED = re.compile(r"(?<=data:image/(?:jpeg|webp);base64,)[A-Za-z0-9+/=]+")
_MODEL = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def assemble(lesson: Lesson, language: str) -> NotebookNode:
    """The notebook before anything ran: the title, what begins the lesson, then all the rest."""
    said = words_of(lesson)
    cells = []
    for part in lesson.parts:
        if isinstance(part, Pair):
            cells.append(_cell(getattr(part, language), part.zh.claims))
        elif part.id != SETUP:
            cells.append(_cell(replace(part, text=written(part.text, said, language))))
    cells.insert(1, _setup_cell(language, lesson.imports))
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_METADATA)
    return notebook


def _setup_cell(language: str, imports: str) -> NotebookNode:
    """What a learner need not read: folded in JupyterLab and in Colab, and on a page by its tag."""
    cell = _cell(Block(SETUP, 1, "code", setup(language, imports)))
    cell.metadata |= {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "tags": ["hide-input"],
    }
    return cell


def setup(language: str, imports: str = "") -> str:
    """The code that begins a lesson, and says what to do where it cannot begin."""
    code, version = _CODES[language], convlab.__version__
    with i18n.in_language(code):
        words = f"{i18n.text('lessons.missing', version=version)}\n{i18n.text('lessons.advice')}"
    lines = "\n        ".join(map(_quoted, words.splitlines(keepends=True)))
    begin = SETUP_SOURCE.format(words=lines, language=_quoted(code), version=_quoted(version))
    return f"{begin}\n\n{imports}".rstrip()


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _cell(block: Block, claims: tuple[str, ...] | None = None) -> NotebookNode:
    claims = block.claims if claims is None else claims
    metadata: dict[str, Any] = {"claims": list(claims)} if claims else {}
    if block.tags:
        metadata["tags"] = list(block.tags)
    make: Callable[..., NotebookNode] = (
        nbformat.v4.new_code_cell if block.kind == "code" else nbformat.v4.new_markdown_cell
    )
    return make(source=block.text, id=block.id, metadata=metadata)


def dumps(notebook: NotebookNode) -> str:
    """The one way in which a notebook is written: as Jupyter does, but each widget on a line.

    Indented, their records would take a third more.
    """
    models = _models(notebook)
    if not models:
        return _written(notebook)
    bare = NotebookNode({**notebook, "metadata": deepcopy(notebook.metadata)})
    bare.metadata["widgets"][_WIDGETS]["state"] = _PLACE
    # The metadata come last: a cell may hold the same words.
    before, _, after = _written(bare).rpartition(_quoted(_PLACE))
    lines = (f"{_quoted(name)}: {_line(models[name])}" for name in sorted(models))
    return before + "{\n" + ",\n".join(lines) + "\n}" + after


def _written(notebook: NotebookNode) -> str:
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _models(notebook: NotebookNode) -> dict[str, Any]:
    models: dict[str, Any] = notebook.metadata.get("widgets", {}).get(_WIDGETS, {}).get("state", {})
    return models


def _line(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class _Client(NotebookClient):
    """Stores what nbval's plainer client sees, so that the two agree.

    nbval leaves in the cell what an Output widget shows (``interact`` …) and never clears anything.
    nbclient's own imitation of an Output widget, moreover, sometimes waits until the time is up.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.widget_registry = {}

    def clear_output(self, outs: Any, msg: Any, cell_index: int) -> None:
        """Leave the outputs as they are."""


async def execute(lesson: Lesson, language: str, folder: Path) -> tuple[NotebookNode, list[Fault]]:
    """Run the notebook in ``folder``, where its reader will; what may not be stored is a fault."""
    notebook = assemble(lesson, language)
    client = _Client(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=40"],
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        timeout=SECONDS_PER_CELL,
    )
    faults = []
    try:
        await client.async_execute(env=_environment())
    except CellExecutionError:
        pass  # The cell holds the error.
    except (CellTimeoutError, DeadKernelError) as error:
        faults = [Fault(lesson.path, 1, language, f"{type(error).__name__}: {error}")]
    private = (str(folder.resolve().parents[1]), sys.prefix)
    faults += _faults(lesson, language, notebook, private)
    return _tidy(notebook, f"{lesson.name}/{language}"), faults


def _environment() -> dict[str, str]:
    # A reader's kernel has none of these: MPLBACKEND would hide every figure.
    hidden = {"MPLBACKEND", "CONVLAB_LANGUAGE", "CONVLAB_READER"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    # Whoever builds may have solved exercises in that folder.
    return environment | {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "CONVLAB_PROGRESS": os.devnull}


def _faults(
    lesson: Lesson, language: str, notebook: NotebookNode, private: tuple[str, ...]
) -> Iterator[Fault]:
    places = {part.id: part.line for part in lesson.parts}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for message in outputs.faults(cell, private):
                yield Fault(lesson.path, places.get(cell.id, 1), cell.id, f"[{language}] {message}")


def _tidy(notebook: NotebookNode, salt: str) -> NotebookNode:
    """Take out of an executed notebook whatever differs from run to run or machine to machine."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    models = _models(notebook)
    for model in models.values():
        if model["model_name"] == "LayoutModel":
            # What a layout leaves open is the default of every reader of it.
            model["state"] = {key: set_ for key, set_ in model["state"].items() if set_ is not None}
    notebook.metadata.update(_METADATA)
    # ipywidgets draws its ids at random; the order in which models are made is the lesson's own.
    ids = {model: sha256(f"{salt}/{n}".encode()).hexdigest()[:32] for n, model in enumerate(models)}
    stored = _MODEL.sub(lambda id_: ids.get(id_[0], id_[0]), dumps(notebook))
    tidy: NotebookNode = nbformat.reads(stored, as_version=4)
    return tidy


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream in one piece, and a traceback cut to its last line."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            joined.append(output)
    return joined


def same_but_for_pictures(one: str, other: str) -> bool:
    """Whether two notebooks' files differ in nothing but the bytes of their pictures."""
    return bool(_masked(json.loads(one)) == _masked(json.loads(other)))


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    if isinstance(value, str):
        return "" if value.startswith(_PICTURES) else _EMBEDDED.sub("", value)
    return value


def stale(lesson: Lesson, language: str, file: Path) -> Iterator[Fault]:
    """Where a stored notebook is not what its source makes, as far as shows without running it."""
    if not file.exists():
        yield Fault(lesson.path, 1, language, f"{file} is not there yet: `make notebooks`")
        return
    text = file.read_text(encoding="utf-8")
    notebook, fresh = nbformat.reads(text, as_version=4), assemble(lesson, language)
    ran = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    places = {part.id: part.line for part in lesson.parts}
    for cell in _unequal(_bare(notebook).cells, fresh.cells):
        message = f"{file} differs from its source here: `make notebooks`"
        yield Fault(lesson.path, places.get(cell, 1), cell, message)
    if ran != list(range(1, len(ran) + 1)) or text != dumps(notebook):
        message = f"{file} was not stored by the builder: `make notebooks`"
        yield Fault(lesson.path, 1, language, message)


def _bare(notebook: NotebookNode) -> NotebookNode:
    bare: NotebookNode = deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def _unequal(stored: list[NotebookNode], fresh: list[NotebookNode]) -> list[str]:
    """The ids of cells that are in one only, differ, or (when all are equal) stand elsewhere."""
    before, after = ({cell.id: cell for cell in cells} for cells in (stored, fresh))
    ids = [id_ for id_ in before | after if before.get(id_) != after.get(id_)]
    return ids or [a.id for a, b in zip(stored, fresh, strict=False) if a.id != b.id]

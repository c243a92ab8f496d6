"""``exercises.ask`` and ``exercises.progress`` as widgets: all of it is alive without a kernel."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any, ClassVar

import ipywidgets
import traitlets

from ..i18n import LANGUAGES, catalogue, get_language
from ..samples import photograph
from ..widgets.explorer import Explorer
from ..widgets.labels import labels
from ..widgets.lens import Lens
from ..widgets.modules import ModuleWidget, static, traits_of
from ..widgets.theme import style_sheet
from . import desk, records
from .configurations import Setting
from .puzzles import Kernel
from .sheets import sheet
from .task import Task
from .words import Words

OPEN: dict[str, Any] = {"state": "open", "misconception": None, "count": 0}


class _Desk(ModuleWidget):
    """What both widgets share: one bundle, the texts around an exercise, words for a still."""

    bundle = "exercise"
    language = traitlets.Unicode("en").tag(sync=True)

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The texts around every exercise, in both languages."""
        return {
            "labels": labels("control.language", "control.html", "control.un", "list.", *_FRAME)
        }

    @classmethod
    def style(cls) -> str:
        """The style sheet of every exercise."""
        return style_sheet() + static("exercise.css")

    def words(self) -> Words:
        """The same without a widget, in the language in force."""
        raise NotImplementedError

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: the words."""
        words = self.words()
        return {"text/plain": repr(words), "text/markdown": words._repr_markdown_()}

    def __repr__(self) -> str:
        return repr(self.words())


_FRAME = (
    "exercises.page_",
    "exercises.wrong",
    "exercises.hint",
    "exercises.near_unknown",
)


class Exercise(_Desk):
    """The question with a field for its kind of answer, Check, Hint, Solution and new numbers.

    ``state`` is ``"open"``, ``"unusable"``, ``"wrong"`` or ``"right"``, as of the last check, and
    ``misconception`` names what is behind a wrong answer. ``hints`` counts those that were given.
    ``reader`` is whose numbers are shown: those of the reader in force, then ones drawn beforehand.
    Raises ``ArgumentError`` for an exercise that does not exist.

    >>> exercise = Exercise("causal")
    >>> exercise.state, exercise.hints
    ('open', 0)
    """

    _anywidget_id: ClassVar[str] = "convlab.exercises.Exercise"

    sheet = traitlets.Dict().tag(sync=True)
    board = traitlets.Instance(ipywidgets.Widget, allow_none=True).tag(
        sync=True, **ipywidgets.widget_serialization
    )
    boards = traitlets.Dict().tag(sync=True)
    """How the board begins: its traits, and by variant what is different in them."""
    variant = traitlets.Int(0).tag(sync=True)
    verdict = traitlets.Dict(OPEN).tag(sync=True)
    hints = traitlets.Int(0).tag(sync=True)
    solved = traitlets.Bool(False).tag(sync=True)
    """Whether the record of the reader has it solved already."""

    def __init__(self, exercise: str) -> None:
        found = sheet(exercise)
        readers = [one["reader"] for one in found["variants"]]
        boards = _boards(exercise, tuple(readers)) if _has_board(desk.task(exercise)) else {}
        done = desk.done().get(exercise)
        super().__init__(
            sheet=found,
            board=_board(desk.task(exercise)) if boards else None,
            boards=boards,
            solved=done is not None and done.solved,
            language=get_language(),
        )

    @property
    def exercise(self) -> str:
        """The id of the exercise."""
        return str(self.sheet["exercise"])

    @property
    def reader(self) -> str:
        """Whose numbers are shown."""
        return str(self.sheet["variants"][self.variant]["reader"])

    @property
    def state(self) -> str:
        """What the last check found."""
        return str(self.verdict["state"])

    @property
    def misconception(self) -> str | None:
        """What is behind a wrong answer; ``None`` where it is not a usual one."""
        found: str | None = self.verdict["misconception"]
        return found

    def words(self) -> Words:
        """The question in words, and how to answer it in code."""
        return desk.asked(self.exercise)

    @traitlets.observe("variant")
    def _draw(self, change: Any) -> None:
        """A check by code is asked about the numbers that are shown."""
        desk.draw(self.exercise, self.reader)

    @traitlets.observe("verdict")
    def _note(self, change: Any) -> None:
        if self.state in ("right", "wrong"):
            desk.note(self.exercise, self.state == "right")


def _has_board(task: Task) -> bool:
    return isinstance(task.kind, Setting | Kernel)


def _board(task: Task) -> ModuleWidget:
    """The focused explorer, or the lens, that answers a task."""
    kind = task.kind
    if isinstance(kind, Setting):
        _, height, width, channels = kind.input_shape
        start = {"strides": 1, "output_padding": 0}[kind.asked]
        return Explorer(
            kind.layer.__name__,
            layers=[kind.layer.__name__],
            controls=[kind.asked],
            sizes=(height, width),
            channels=channels,
            **{**kind.fixed, kind.asked: start},
            goal={"output_shape": (*task.right, kind.fixed["filters"])},  # type: ignore[misc]
        )
    assert isinstance(kind, Kernel)
    puzzle = kind.matrix(task.right)  # type: ignore[arg-type]
    return Lens(_small(), puzzle=puzzle, kernel_size=kind.side, padding="same")


@cache
def _small() -> Any:
    """The photograph in few greys, for a puzzle that has to be at hand in many places."""
    return (photograph()[40:520:4, 60:444:4].mean(axis=2) * 255).round().astype("uint8")


@cache
def _boards(exercise: str, readers: tuple[str, ...]) -> dict[str, Any]:
    """How the board begins for the first reader, and what is different for each."""
    states = []
    for reader in readers:
        board = _board(desk.task(exercise, reader))
        traits = traits_of(board)
        states.append({name: traits[name] for name in ("given", "shown")})
        board.close()
    start = states[0]
    return {"start": start, "variants": [_differences(start, state) for state in states]}


def _differences(start: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    return {
        trait: {key: one for key, one in values.items() if one != start[trait][key]}
        for trait, values in state.items()
    }


class Progress(_Desk):
    """All exercises, with a tick at those that are solved.

    >>> Progress().count
    29
    """

    _anywidget_id: ClassVar[str] = "convlab.exercises.Progress"

    series: Any = traitlets.List().tag(sync=True)

    def __init__(self) -> None:
        done, none = desk.done(), records.Done()
        series = [
            {
                "exercise": name,
                "title": {language: _title(name, language) for language in LANGUAGES},
                **asdict(done.get(name, none)),
            }
            for name in desk.names()
        ]
        super().__init__(series=series, language=get_language())

    @property
    def count(self) -> int:
        """How many exercises there are."""
        return len(self.series)

    def words(self) -> Words:
        """What is solved, in words."""
        return desk.summary()


def _title(name: str, language: str) -> str:
    return catalogue()[desk.title(name).key][language]


def ask(exercise: str) -> Exercise:
    """The question with this reader's numbers, a field for the answer, hints and the solution.

    Raises ``ArgumentError`` for an exercise that does not exist.

    >>> ask("causal").state
    'open'
    """
    return Exercise(exercise)


def progress() -> Progress:
    """What this reader has solved so far; kept in the notebook's folder, and in the browser."""
    return Progress()

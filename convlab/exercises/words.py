"""What the exercises answer: texts that are written when they are read."""

from __future__ import annotations

from ..i18n import Term


class Lines:
    """Texts below each other in one paragraph."""

    def __init__(self, *lines: Term) -> None:
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))


class Words:
    """Paragraphs in the language in force when they are shown; Markdown in a notebook."""

    def __init__(self, *paragraphs: Term | Lines) -> None:
        self.paragraphs = paragraphs

    def _repr_markdown_(self) -> str:
        return "\n\n".join(map(str, self.paragraphs))

    def __repr__(self) -> str:
        return self._repr_markdown_().replace("**", "")


class Verdict(Words):
    """The answer to an answer.

    ``state`` is ``"right"``, ``"wrong"``, ``"open"`` (nothing given yet) or ``"unusable"``;
    ``misconception`` names what is behind a wrong answer; ``None`` where it is not a usual one.
    """

    def __init__(self, state: str, *paragraphs: Term, misconception: str | None = None) -> None:
        super().__init__(*paragraphs)
        self.state = state
        self.misconception = misconception

    def __bool__(self) -> bool:
        return self.state == "right"

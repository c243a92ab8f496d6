"""Every page of the site as a record, the same ones in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from . import alone
from .notebook import Body, Reader, section
from .prose import Heading, Prose, plain
from .words import HTML, OTHER, words

ROOT = Path(__file__).parents[2]

DESCRIBED = 155
"""So many characters of a description are shown where a page is found."""

_COLON = re.compile("[:：]$")


@dataclass(frozen=True)
class Page:
    """One page: ``path`` is ``language/name.html``, and ``name`` is the same in both languages.

    ``html`` is what stands below the title, where formulas still have places only (``formulas``
    fills them); ``group`` is ``lesson``, ``tool`` or ``page``.
    """

    name: str
    language: str
    group: str
    title: str
    description: str
    html: str
    headings: tuple[Heading, ...] = ()
    short: str = ""
    """The title where room is scarce; the title itself where there is none."""
    source: Path | None = None
    """The notebook that a lesson was made from."""

    @property
    def path(self) -> str:
        """Where the page stands below the site's root."""
        return f"{self.language}/{self.name}.html"

    @property
    def download(self) -> str:
        """Where the notebook of a lesson lies below the site's root."""
        return f"notebooks/{self.language}/{self.name}.ipynb"

    @property
    def twin(self) -> str:
        """Where the same page stands in the other language."""
        return f"{OTHER[self.language]}/{self.name}.html"

    @property
    def html_language(self) -> str:
        """The language as HTML names it."""
        return HTML[self.language]

    @property
    def text(self) -> str:
        """The words of the page, for search; formulas are places."""
        return plain(self.html)

    @property
    def label(self) -> str:
        """The title, short."""
        return self.short or self.title


def pages(reader: Reader, language: str) -> Iterator[Page]:
    """All pages of a language, in the order in which they are listed."""
    lessons = {path.stem: reader.read(path) for path in notebooks(language)}
    yield _front(reader, language)
    for name, body in lessons.items():
        yield _lesson(name, body, language)
    yield from _tools(reader, language)
    yield _exercises(reader, language, lessons)
    yield _performance(reader, language)
    yield _sources(reader, language)


def notebooks(language: str) -> list[Path]:
    """The notebooks of a language, in their order."""
    return sorted((ROOT / "notebooks" / language).glob("[0-9][0-9]_*.ipynb"))


def _lesson(name: str, body: Body, language: str) -> Page:
    title = plain(body.title)
    first = next(re.finditer(r"<p>(.*?)</p>", body.html, re.DOTALL), None)
    lead = _cut(plain(first[1])) if first else title
    source = ROOT / "notebooks" / language / f"{name}.ipynb"
    return Page(name, language, "lesson", title, lead, body.html, body.headings, source=source)


def _cut(text: str) -> str:
    """A description that ends where a sentence does, if one ends early enough."""
    if len(text) > DESCRIBED:
        end = max(text.rfind(sign, 0, DESCRIBED) for sign in ("。", ". ", "：", ": "))
        text = text[: end + 1] if end > 40 else text[:DESCRIBED].rstrip() + "…"
    # What a colon announces stands on the page.
    return _COLON.sub(lambda found: {":": ".", "：": "。"}[found[0]], text)


def _front(reader: Reader, language: str) -> Page:
    say, prose = words(language), Prose(reader.formulas)
    places = alone.places(reader, language)
    shown = [("network", "network"), ("lens", "lens"), ("explorer", "explorer-conv2d")]
    parts = [
        f'<section class="show">{prose.html(say[f"front_{key}"], key)}{places[name].html}'
        f'<p class="onward"><a href="{name}.html">{say[key]}</a></p></section>'
        for key, name in shown
    ]
    what = f'<section class="prose">{prose.html(say["front_what"], "what")}</section>'
    lead = say["front_lead"]
    return Page(
        "index", language, "page", say["front_title"], lead, "".join(parts) + what, short="convlab"
    )


def _tools(reader: Reader, language: str) -> Iterator[Page]:
    for name, place in alone.places(reader, language).items():
        html = f'<section class="prose">{Prose(reader.formulas).html(place.lead)}</section>'
        lead = place.lead.replace("`", "")
        yield Page(name, language, "tool", place.title, lead, html + place.html, short=place.short)


def _exercises(reader: Reader, language: str, lessons: dict[str, Body]) -> Page:
    say, prose = words(language), Prose(reader.formulas)
    parts = [
        f'<section class="prose"><p>{say["exercises_lead"]}</p></section>',
        alone.progress(reader, language),
        *_asked(lessons, prose, say["in_lesson"]),
    ]
    lead, headings = say["exercises_lead"], tuple(prose.headings)
    return Page("exercises", language, "page", say["exercises"], lead, "".join(parts), headings)


def _asked(lessons: dict[str, Body], prose: Prose, said: str) -> Iterator[str]:
    """Each exercise once, below the title of the first lesson that asks it."""
    asked: set[str] = set()
    for name, body in lessons.items():
        new = [one for one in body.exercises if one.id not in asked]
        asked |= {one.id for one in new}
        if new:
            yield prose.html(f"## {plain(body.title)}", f"lesson-{name[:2]}")
        for one in new:
            link = f'<p class="onward"><a href="{name}.html#{one.cell}">{said}</a></p>'
            yield section(one.id, one.html + link)


def _performance(reader: Reader, language: str) -> Page:
    say, prose = words(language), Prose(reader.formulas)
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    growth = reader.shelf.put(
        (ROOT / "docs" / "performance.svg").read_bytes(), "svg", "performance"
    )
    html = prose.html(text.replace("performance.svg", f"../assets/{growth}"))
    note = f"<p>{say['performance_note']}</p>" if say["performance_note"] else ""
    whole = f'{note}<section class="prose" lang="en">{html}</section>'
    lead = say["performance_lead"]
    headings = tuple(prose.headings)
    return Page("performance", language, "page", say["performance"], lead, whole, headings)


def _sources(reader: Reader, language: str) -> Page:
    say, prose = words(language), Prose(reader.formulas)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    html = (
        prose.html(say["sources_text"]) + f'<pre class="output" lang="en">{escape(licence)}</pre>'
    )
    whole = f'<section class="prose">{html}</section>'
    return Page("sources", language, "page", say["sources"], say["sources_lead"], whole)

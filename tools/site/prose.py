"""Markdown → HTML: anchors for headings, places for formulas, links from notebook to page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .formulas import Formulas

_NOTEBOOK = re.compile(r"(?P<up>\.\./(?:en|zh)/)?(?P<name>\w+)\.ipynb(?P<place>#.*)?")


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its place, its level and its text as HTML."""

    id: str
    level: int
    html: str


@dataclass
class Prose:
    """Renders the texts of one page, and keeps its headings below the title."""

    formulas: Formulas
    headings: list[Heading] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        self.markdown = MarkdownIt("commonmark", {"highlight": _fenced}, renderer_cls=RendererHTML)
        self.markdown.enable("table")
        self.markdown.use(dollarmath_plugin, double_inline=True, renderer=self._formula)
        # Bare, so that the comma behind a formula stands next to it.
        self.markdown.add_render_rule(
            "math_inline",
            lambda _, tokens, place, *rest: self._formula(
                tokens[place].content, {"display_mode": False}
            ),
        )
        self.markdown.add_render_rule("table_open", lambda *_: '<div class="table"><table>\n')
        self.markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")

    def _rendered(self, tokens: list[Token]) -> str:
        return str(self.markdown.renderer.render(tokens, self.markdown.options, {}))

    def html(self, text: str, id: str = "") -> str:
        """The HTML of a cell's text; its first heading is the place ``id``."""
        tokens = self.markdown.parse(text)
        for token in tokens:
            for child in token.children or []:
                if child.type == "link_open":
                    child.attrSet("href", linked(str(child.attrGet("href"))))
        return self._rendered(self._headed(tokens, id))

    def _headed(self, tokens: list[Token], id: str) -> list[Token]:
        """Note the headings, and take the title and the links that the page has anyway away."""
        kept, place = [], iter(range(len(tokens)))
        for index in place:
            token = tokens[index]
            if self._is_left_out(token, tokens[index + 1 : index + 2], id):
                next(place), next(place)
            else:
                kept.append(token)
        return kept

    def _is_left_out(self, token: Token, following: list[Token], id: str) -> bool:
        if token.type == "heading_open":
            return self._is_title(token, following[0], id)
        return token.type == "paragraph_open" and _only_links(following[0])

    def _is_title(self, opening: Token, inline: Token, id: str) -> bool:
        """Note a heading; whether it is the page's title, which stands elsewhere."""
        html = self._rendered([inline])
        if opening.tag == "h1":
            self.title = html
            return True
        taken = {heading.id for heading in self.headings}
        here = id if id and id not in taken else f"{id or 'part'}-{len(self.headings)}"
        opening.attrSet("id", here)
        self.headings.append(Heading(here, int(opening.tag[1]), html))
        return False

    def _formula(self, tex: str, options: dict[str, Any]) -> str:
        return self.formulas.place(tex.strip(), bool(options["display_mode"]))


def linked(address: str) -> str:
    """The page that a notebook's link leads to.

    >>> linked("../zh/02_conv2d.ipynb#loops")
    '../zh/02_conv2d.html#loops'
    """
    found = _NOTEBOOK.fullmatch(address)
    return f"{found['up'] or ''}{found['name']}.html{found['place'] or ''}" if found else address


def _only_links(inline: Token) -> bool:
    """Whether a paragraph only leads to other notebooks: a page has its own links for that."""
    children: Sequence[Token] = inline.children or []
    depth, words = 0, ""
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        words += "" if depth else child.content
    links = [str(child.attrGet("href")) for child in children if child.type == "link_open"]
    return bool(links) and all(map(_is_page, links)) and not words.strip(" ·・|")


def _is_page(address: str) -> bool:
    return re.fullmatch(r"(\.\./(en|zh)/)?\w+\.html", address) is not None


def code(text: str, language: str = "python") -> str:
    """Code as HTML, its tokens in classes."""
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return str(highlight(text.rstrip() + "\n", lexer, HtmlFormatter(nowrap=True))).rstrip()


def _fenced(text: str, language: str, _: str) -> str:
    return f'<pre class="code"><code>{code(text, language)}</code></pre>'


def plain(html: str) -> str:
    """The words of HTML, for search and previews."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    spaced = re.sub(
        r"</?(?:p|div|li|h\d|td|th|tr|pre|figure|figcaption|br|table)\b[^>]*>", " ", bare
    )
    words = re.sub(r"<[^>]+>", "", spaced)
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        words = words.replace(name, sign)
    return " ".join(words.replace("&amp;", "&").split())


def title_of(html: str) -> str:
    """A title's words, for the tab of a browser."""
    return escape(plain(html), quote=True)

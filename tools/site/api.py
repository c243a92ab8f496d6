"""The docstrings of all public names → ``site/api/``: a page for each, and one that lists them.

pdoc reads docstrings and signatures and finds what is inherited; the page around them is the
site's own, and so are the links between names, which lead nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pdoc.doc import Class, Doc, Function, Module, Variable
from pdoc.render_helpers import defuse_unsafe_reprs, format_signature, to_html

import convlab

GROUPS = {
    "layers": "Convolution layers",
    "companions": "Layers beside them",
    "networks": "Networks",
    "explanation": "What there is to say",
    "plots": "Pictures",
    "widgets": "Tools",
    "": "And the rest",
}
"""The headings of the list, by the room of the package where a name is made."""

_INDEX = "index"
_CODE = re.compile(r"(``?[^`]+``?|^ *(?:>>>|\.\.\.) .*$)", re.MULTILINE)
_OUTSIDE = re.compile(r'<a href="https?:[^"]*">(.*?)</a>')
_NAMED = re.compile(r"<code>(?:convlab\.)?([\w.]+)</code>")
_ANCHOR = re.compile(r'<section id="([^"]+)">')


@dataclass(frozen=True)
class Entry:
    """A page: ``html`` is what stands below its title, in English; its file is ``name.html``."""

    name: str
    group: str
    summary: str
    html: str


def build(folder: Path, frame: Callable[[Entry], str]) -> list[Entry]:
    """Write every page into ``folder``, inside what ``frame`` puts around it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = entries()
    for entry in made:
        (folder / f"{entry.name}.html").write_text(frame(entry), encoding="utf-8")
    return made


@cache
def entries() -> list[Entry]:
    """The list of all names, and then every name of ``convlab.__all__``."""
    package = Module(_whole(convlab))
    names = [_entry(package, name) for name in sorted(convlab.__all__, key=str.lower)]
    index = Entry(_INDEX, "", "Every public name of convlab.", _list(names))
    targets = {name.name: f"{name.name}.html" for name in names}
    for name in names:
        targets |= {
            f"{name.name}.{anchor}": f"{name.name}.html#{anchor}"
            for anchor in _ANCHOR.findall(name.html)
        }
    return [replace(one, html=_linked(one, targets)) for one in (index, *names)]


def _whole(module: ModuleType) -> ModuleType:
    """The module with what it loads on first use, which pdoc does not ask for."""
    whole = ModuleType(module.__name__, module.__doc__)
    lazy = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    vars(whole).update(vars(module) | lazy)
    return whole


@defuse_unsafe_reprs()
def _entry(package: Module, name: str) -> Entry:
    doc = _doc(package, name)
    members = "".join(map(_section, _members(doc)))
    html = f"{_signature(doc)}{_told(doc.docstring)}{members}"
    return Entry(name, _group(doc), _summary(doc), html)


def _doc(package: Module, name: str) -> Doc[Any]:
    value = getattr(convlab, name)
    if isinstance(value, ModuleType):
        return Module(_whole(value))
    found = package.get(name)
    if isinstance(found, Variable):  # Its docstring stands where it is made.
        found = Module(import_module(f"convlab{convlab._LAZY[name]}")).get(name)
    assert found is not None
    return found


def _members(doc: Doc[Any]) -> Iterator[Doc[Any]]:
    """What is documented in a class or a module: its own, then what it inherits in convlab."""
    if isinstance(doc, Module):
        shown = getattr(doc.obj, "__all__", None)
        named = (one for one in doc.own_members if shown is None or one.name in shown)
        yield from (one for one in named if _public(one) and not isinstance(one, Module))
    elif isinstance(doc, Class):
        inherited = [one for many in doc.inherited_members.values() for one in many]
        yield from filter(_public, [*doc.own_members, *inherited])


def _public(doc: Doc[Any]) -> bool:
    ours = doc.taken_from[0].startswith("convlab")
    named = not doc.name.startswith("_") or doc.name == "__call__"
    return bool(ours and named and doc.docstring)


def _group(doc: Doc[Any]) -> str:
    room = doc.taken_from[0].removeprefix("convlab.").partition(".")[0]
    return room if room in GROUPS else ""


def _summary(doc: Doc[Any]) -> str:
    return " ".join(doc.docstring.partition("\n\n")[0].split()).replace("``", "`")


def _section(member: Doc[Any]) -> str:
    heading = f"<h2><code>{member.name}</code></h2>"
    text = f"{heading}{_signature(member)}{_told(member.docstring)}"
    return f'<section id="{member.name}">{text}</section>\n'


def _signature(doc: Doc[Any]) -> str:
    call = doc.get("__init__") if isinstance(doc, Class) else doc
    if isinstance(call, Function):
        said = str(format_signature(call.signature_without_self, colon=False))
    elif isinstance(call, Variable) and call.default_value_str:
        said = escape(f" = {call.default_value_str}")
    else:
        return ""
    return f'<pre class="signature"><code>{doc.name}{said}</code></pre>\n'


def _told(docstring: str) -> str:
    """A docstring as HTML: a bare * is a product, and no address leads outside."""
    pieces = _CODE.split(docstring)
    pieces[::2] = [re.sub(r"([*_])", r"\\\1", piece) for piece in pieces[::2]]
    html = _OUTSIDE.sub(r"\1", to_html("".join(pieces)))
    return re.sub(r"https?://", "", html)


def _linked(entry: Entry, targets: dict[str, str]) -> str:
    """The page with a link at each name of another page, or of a part of this one."""

    def link(found: re.Match[str]) -> str:
        target = targets.get(f"{entry.name}.{found[1]}") or targets.get(found[1])
        own = target == f"{entry.name}.html"
        return found[0] if own or not target else f'<a href="{target}">{found[0]}</a>'

    headings = re.split(r"(<h2>.*?</h2>|<dt>.*?</dt>)", entry.html)
    headings[::2] = [_NAMED.sub(link, text) for text in headings[::2]]
    return "".join(headings)


def _list(names: list[Entry]) -> str:
    """Every name with its summary, by groups."""
    parts = []
    for group, heading in GROUPS.items():
        rows = (
            f'<dt><a href="{one.name}.html"><code>{one.name}</code></a></dt>'
            f"<dd>{re.sub('</?p>', '', _told(one.summary)).strip()}</dd>"
            for one in names
            if one.group == group
        )
        parts.append(f'<h2>{heading}</h2>\n<dl class="names">{"".join(rows)}</dl>')
    return "\n".join(parts)

"""``python -m tools.site [--serve]``: build the site, and show it."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import api, heights, layout, more, offline
from .formulas import Formulas
from .notebook import Reader
from .pages import Page, pages
from .scripts import bundled
from .serve import serve
from .shelf import Shelf
from .stills import with_stills
from .words import LANGUAGES, words

FRAMED = "en"
"""The language in which a tool in a frame begins; its link may ask for another."""
CACHE = Path(".build") / "site" / "formulas.json"


def build(root: Path, settings: layout.Settings, cache: Path = CACHE) -> list[Page]:
    """Make the whole site in ``root``, and give back its pages."""
    shutil.rmtree(root, ignore_errors=True)
    shelf, formulas = Shelf(root), Formulas(cache)
    scripts = bundled(shelf.folder)
    made = with_stills(
        [
            page
            for language in LANGUAGES
            for page in pages(Reader(shelf, scripts, formulas, words(language)["setup"]), language)
        ],
        shelf,
    )
    formulas.set_all()
    helpers = more.put(made, api.entries(), shelf, formulas)
    design = layout.Layout(settings, scripts, formulas, shelf, helpers)
    for page in made:
        _write(root / page.path, design.page(page, made))
        if page.source:
            _write(root / page.download, page.source.read_text(encoding="utf-8"))
    _write_frames(root, design, made)
    api.build(root / "api", design.name)
    _write(
        root / "index.html", design.rendered("choose.html", up="", says=list(map(words, LANGUAGES)))
    )
    _write(root / "sitemap.xml", design.rendered("sitemap.xml", pages=made))
    _write(root / ".nojekyll", "")
    worker = (shelf.folder / scripts.file("worker.js")).read_text(encoding="utf-8")
    missing = design.rendered("missing.html", says=list(map(words, LANGUAGES)))
    offline.write(root, worker, missing)
    return made


def _write_frames(root: Path, design: layout.Layout, made: Iterable[Page]) -> None:
    """The tools once more, each alone, for frames of foreign pages."""
    for page in made:
        if page.group == "tool" and page.language == FRAMED:
            text = design.rendered("embed.html", page=page, say=words(FRAMED))
            _write(root / "embed" / f"{page.name}.html", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, and serve if that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("site"), help="the folder to write")
    parser.add_argument("--address", default="", help="where the site will stand")
    parser.add_argument("--serve", action="store_true", help="show it when it is built")
    parser.add_argument("--measure", metavar="CHROMIUM", help="measure the widgets in a browser")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args(arguments)
    start = time.perf_counter()
    made = build(chosen.out, layout.Settings.read(chosen.address))
    print(f"{chosen.out}/: {len(made)} pages in {time.perf_counter() - start:.1f} s")
    if chosen.measure:
        heights.measure(chosen.out, [page.path for page in made], chosen.measure)
    if chosen.serve:
        serve(chosen.out, chosen.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())

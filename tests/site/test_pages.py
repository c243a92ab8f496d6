"""The files of the site, read as a browser and a search engine would."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from tests.site.conftest import ADDRESS, Site, Tags
from tools.site.pages import ROOT

TERM = re.compile(r"<dfn[^>]*>(.+?)</dfn>")
PROSE = re.compile(r'<section class="prose".*?</section>', re.DOTALL)
NAMES = re.compile(r"<(code|a|h\d|summary|pre|th)\b.*?</\1>", re.DOTALL)
MEANING = re.compile(r'<span role="tooltip".*?</span>')
TITLE = re.compile(r"<title>(.+?)</title>")


def test_every_link_leads_to_a_file_and_every_anchor_to_a_place(site: Site) -> None:
    lost = []
    for path, tags in site.files.items():
        for address in tags.addresses():
            if urlsplit(address).scheme:
                continue
            to, _, place = unquote(address).partition("#")
            target = normpath(PurePosixPath(path).parent / to) if to else path
            places = site.files[target].places if target in site.files else [place]
            if not (site.root / target).is_file() or (place and place not in places):
                lost.append((path, address))
    assert lost == []


def test_no_page_loads_anything_from_outside(site: Site) -> None:
    loaded = [
        (path, value)
        for path, tags in site.files.items()
        for tag, found in tags.tags
        for name, value in found.items()
        if (name in ("src", "srcset", "poster") or (tag, name) == ("link", "href"))
        and urlsplit(value).scheme not in ("", "data")
        and not value.startswith(ADDRESS)
    ]
    assert loaded == []
    styles = "".join(path.read_text("utf-8") for path in (site.root / "assets").glob("*.css"))
    assert "url(http" not in styles and "@import" not in styles


def test_both_languages_have_the_same_pages(site: Site) -> None:
    english, chinese = (
        {path[3:] for path in site.pages if path[:2] == one} for one in ("en", "zh")
    )
    assert english == chinese
    lessons = {path.stem for path in (ROOT / "lessons").glob("[0-9][0-9]_*.md")}
    assert lessons <= {name.removesuffix(".html") for name in english}


def cells(tags: Tags) -> list[str]:
    """The places of a lesson's sections."""
    return [found["id"] for tag, found in tags.tags if tag in ("section", "h2") and "id" in found]


def test_a_cell_has_the_same_place_in_both_languages(site: Site) -> None:
    lessons = [path for path in site.pages if re.match(r"en/\d\d_", path)]
    for path in lessons:
        assert cells(site.pages[path]) == cells(site.pages[path.replace("en/", "zh/")]), path
        assert len(cells(site.pages[path])) > 3


def test_no_place_is_named_twice_on_a_page(site: Site) -> None:
    for path, tags in site.files.items():
        assert len(set(tags.places)) == len(tags.places), path


def test_each_page_says_its_language_and_where_the_other_is(site: Site) -> None:
    for path, tags in site.pages.items():
        head = dict(tags.tags)
        assert head["html"]["lang"] == {"en": "en", "zh": "zh-Hant-TW"}[path[:2]]
        links = [found for tag, found in tags.tags if tag == "link"]
        others = {one["hreflang"]: one["href"] for one in links if "hreflang" in one}
        assert others["en"] == f"{ADDRESS}en/{path[3:]}"
        assert others["zh-Hant-TW"] == f"{ADDRESS}zh/{path[3:]}"
        assert [one["href"] for one in links if one["rel"] == "canonical"] == [ADDRESS + path]


def test_each_page_has_a_title_of_its_own_and_one_heading_of_the_first_level(site: Site) -> None:
    titles = []
    for path, tags in site.pages.items():
        text = (site.root / path).read_text(encoding="utf-8")
        titles += TITLE.findall(text)
        assert [tag for tag, _ in tags.tags].count("h1") == 1, path
    assert len(titles) == len(set(titles)) == len(site.pages)


def test_the_map_of_the_site_names_every_page(site: Site) -> None:
    text = (site.root / "sitemap.xml").read_text(encoding="utf-8")
    assert set(re.findall(r"<loc>(.+?)</loc>", text)) == {ADDRESS + path for path in site.pages}


def test_no_formula_is_left_unset(site: Site) -> None:
    lesson = (site.root / "en" / "02_conv2d.html").read_text(encoding="utf-8")
    assert lesson.count('class="katex"') > 20
    for path in site.files:
        text = (site.root / path).read_text(encoding="utf-8")
        assert not re.search("[\ue000\ue001]|katex-error", text), path


def test_a_term_is_explained_once_a_page_where_it_first_stands(site: Site) -> None:
    for path in ("en/02_conv2d.html", "zh/02_conv2d.html"):
        text = (site.root / path).read_text(encoding="utf-8")
        terms = TERM.findall(text)
        assert len({term.lower() for term in terms}) == len(terms) > 8
        prose = NAMES.sub("", MEANING.sub("", "".join(PROSE.findall(text))))
        for term in terms:
            before = re.sub(r"<[^>]+>", "", prose[: prose.index(f">{term}</dfn>")])
            assert f" {term} " not in before, (path, term)

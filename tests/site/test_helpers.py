"""Search, offline pages, links, frames and classes of the site."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from convlab import exercises
from convlab.exercises.sheets import READERS
from tests.browser.axe import Scheme, bring_axe, calm, serious
from tests.browser.conftest import LIMIT
from tests.browser.lab import Watch
from tests.browser.widgets import state_at
from tests.site.conftest import Site
from tools.site import offline
from tools.site.serve import Server

READY = {"en": "All pages are saved", "zh": "所有頁面都已存好"}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of another server, as a foreign page has."""
    with Server(folder) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nothing was kept in, and in which no page may complain."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(LIMIT)
    watches = list[Watch]()
    context.on("page", lambda page: watches.append(Watch(page)))
    yield context
    context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


@pytest.fixture
def page(reader: BrowserContext) -> Page:
    return reader.new_page()


def look_for(page: Page, words: str) -> list[str]:
    """The pages of the first three finds."""
    page.fill("[data-name=query]", words)
    links = page.eval_on_selector_all(
        "[role=option]", "all => all.slice(0, 3).map(one => one.href)"
    )
    return [link.rpartition("/")[2].partition("#")[0].removesuffix(".html") for link in links]


TERMS = {
    "zh": {
        "步幅": "02_conv2d",
        "步長": "02_conv2d",
        "stride": "02_conv2d",
        "卷積核": "07_filters",
        '"output padding"': "04_conv2d_transpose",
        "output_padding": "04_conv2d_transpose",
        "dilation_rate": "02_conv2d",
        "dilation rate": "01_conv1d",
        "擴張率": "01_conv1d",
        "感受野": "05_why_convolution",
        "receptive field": "05_why_convolution",
        "棋盤": "04_conv2d_transpose",
        "反卷積": "04_conv2d_transpose",
        "權重共享": "05_why_convolution",
        "因果": "exercises",
        "卷積核的步幅": "04_conv2d_transpose",
        "填充 same": "02_conv2d",
        "sobel": "07_filters",
        "channels_first": "02_conv2d",
        "授權": "sources",
    },
    "en": {
        "stride": "02_conv2d",
        "步幅": "02_conv2d",
        "卷積核": "07_filters",
        '"output padding"': "04_conv2d_transpose",
        "outputpadding": "04_conv2d_transpose",
        "DilationRate": "01_conv1d",
        "checkerboards": "04_conv2d_transpose",
        "depth multiplier": "03_separable_conv2d",
        "cross-correlation": "07_filters",
        "weight sharing": "05_why_convolution",
        "backpropagation": "06_forward_backward",
        "fully connected": "05_why_convolution",
        "calculator": "calculator",
        "speed": "performance",
        "named_kernel": "named_kernel",
        "licence": "sources",
    },
}


@pytest.mark.parametrize("language", TERMS)
def test_a_term_in_either_language_finds_its_page_among_the_first_three(
    browser: Browser, address: str, language: str
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{address}/{language}/sources.html")
    page.click("[data-name=search]")
    page.wait_for_selector("dialog[open] .status:not(:empty)")
    page.fill("[data-name=query]", "kernel")
    page.wait_for_selector("[role=option]")
    context.set_offline(True)
    found = {words: look_for(page, words) for words in TERMS[language]}
    wrong = {words: found[words] for words, right in TERMS[language].items()
             if right not in found[words]}  # fmt: skip
    context.close()
    assert wrong == {}


def test_the_search_is_led_by_keys_and_leads_to_a_section(page: Page, address: str) -> None:
    page.goto(f"{address}/en/lens.html")
    page.keyboard.press("/")
    field = page.locator("[data-name=query]")
    expect(field).to_be_focused()
    page.keyboard.type("checkerboard")
    expect(field).to_have_attribute("aria-expanded", "true")
    first, second = (page.locator("[role=option]").nth(place) for place in (0, 1))
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    target = first.get_attribute("href") or ""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type("checkerboard")
    page.keyboard.press("Enter")
    page.wait_for_url(target)
    assert page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top < 400")


def visit(page: Page, address: str, language: str = "en") -> None:
    """Stay on a page until the whole site is kept."""
    page.goto(f"{address}/{language}/sources.html")
    expect(page.locator("[data-name=offline]")).to_contain_text(READY[language], timeout=LIMIT)


# The answers that are none, of files that are asked for all at once.
LOST = """paths => Promise.all(paths.map(async path =>
    (await fetch(path).catch(() => ({}))).ok ? [] : [path])).then(lost => lost.flat())"""


def test_after_one_visit_the_whole_site_is_there_without_a_network(
    reader: BrowserContext, page: Page, site: Site, address: str
) -> None:
    visit(page, address, "zh")
    reader.set_offline(True)
    files = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*.*")}
    others = {file for file in files if Path(file).suffix in (".ipynb", ".xml", ".nojekyll")}
    kept = sorted(files - others - {offline.WORKER, ".nojekyll"})
    assert set(site.pages) < set(kept)
    assert page.evaluate(LOST, [f"{address}/{quote(path)}" for path in kept]) == []
    page.goto(f"{address}/zh/explorer-conv2d.html?controls=strides")
    page.wait_for_selector(".convlab-explorer[data-state]")
    page.goto(f"{address}/")
    page.wait_for_url(f"{address}/en/index.html")


def small(site: Site, folder: Path) -> Path:
    """A part of the site that is quickly kept."""
    left_out = shutil.ignore_patterns("zh", "embed", "[0-9]*", "*.woff2")
    shutil.copytree(site.root, folder, ignore=left_out)
    write(site, folder)
    return folder


def write(site: Site, folder: Path) -> None:
    """Make an edition of what stands in a folder."""
    script = (site.root / offline.WORKER).read_text(encoding="utf-8").partition("\n")[2]
    offline.write(folder, script, "")


# Whether one edition is left, as the last look has found.
ALONE = """() => {
    caches.keys().then(keys => { window.left = keys.length; });
    return window.left === 1;
}"""


def test_a_newer_edition_is_kept_beside_the_old_one_until_the_reader_wants_it(
    page: Page, site: Site, tmp_path: Path
) -> None:
    folder = small(site, tmp_path / "site")
    text = folder / "en" / "sources.html"
    with serving(tmp_path) as server:
        visit(page, f"{server}/site")
        text.write_text(text.read_text(encoding="utf-8").replace("<h1>", "<h1>Newer "))
        write(site, folder)
        page.reload()
        expect(page.locator("aside.news")).to_contain_text("newer edition", timeout=LIMIT)
        assert "Newer" not in page.inner_text("h1")
        page.click("[data-name=renew]")
        expect(page.locator("h1")).to_contain_text("Newer")
        page.wait_for_function(ALONE)


def test_a_site_that_is_half_of_one_edition_is_not_kept(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    folder = small(site, tmp_path / "site")
    with (folder / "en" / "lens.html").open("a") as file:
        file.write("<!-- of the next edition -->")
    page = browser.new_page()
    with serving(tmp_path) as server:
        page.goto(f"{server}/site/en/sources.html")
        expect(page.locator("[data-name=offline]")).to_contain_text("Not all pages", timeout=LIMIT)
    page.close()


FOREIGN = """<!DOCTYPE html><html lang="en"><title>A class</title>
<link rel="icon" href="data:,"><style>body { margin: 0 }</style><h1>Before</h1>CODE"""


def test_a_frame_on_a_foreign_page_is_as_high_as_its_tool(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/zh/explorer-conv2d.html")
    page.click("[data-name=share] summary")
    page.check("[data-name=share-strides]")
    page.check("[data-name=share-padding]")
    page.select_option("[data-name=share-theme]", "dark")
    page.select_option("[data-name=share-language]", "en")
    code = page.input_value("[data-name=share-frame]")
    (tmp_path / "class.html").write_text(FOREIGN.replace("CODE", code), encoding="utf-8")
    with serving(tmp_path) as server:
        page.goto(f"{server}/class.html")
        frame = page.frame_locator("iframe")
        explorer = frame.locator(".convlab-explorer[data-state]")
        assert json.loads(explorer.get_attribute("data-state") or "")["language"] == "en"
        assert names_of(explorer) == {"strides", "padding"}
        assert frame.locator("html").get_attribute("data-jp-theme-light") == "false"
        assert is_snug(page)
        frame.locator('[data-name="depth.shape"]').click()
        assert is_snug(page)


def names_of(explorer: Locator) -> set[str]:
    """The dials that an explorer shows."""
    dials = explorer.locator(".dials [data-name]:not([data-name^=group])")
    names = dials.evaluate_all("all => all.map(one => one.dataset.name)")
    return {name.partition(".")[0] for name in names}


def is_snug(page: Page) -> bool:
    """The frame comes to be as high as what it shows: nothing scrolls, and no room is left."""
    inner = page.frames[1]
    height = inner.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    high = "height => document.querySelector('iframe').clientHeight === height"
    page.wait_for_function(high, arg=height)
    return bool(inner.evaluate("document.documentElement.scrollHeight <= innerHeight"))


def class_reader(name: str, exercise: str) -> str:
    """Whose numbers a class gets, by the same sum with other means."""
    return READERS[zlib.crc32(f"{name}/{exercise}".encode()) % len(READERS)]


def test_a_class_gets_numbers_of_its_own_and_a_record_of_them_holds(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/exercises.html?class=7A")
    assert "“7A”" in page.inner_text("p.notice")
    for name in ("odd_pixel", "which_size"):
        page.locator(f"#{name}").scroll_into_view_if_needed()
        state = state_at_when(page, f"#{name} .convlab-exercise")
        assert state["reader"] == class_reader("7a", name)
    right = exercises.task("odd_pixel", class_reader("7a", "odd_pixel")).right
    for place, number in enumerate(right):  # type: ignore[arg-type]
        page.locator("#odd_pixel [data-name=answer]").nth(place).fill(str(number))
    page.click("#odd_pixel [data-name=check]")
    assert state_at(page, "#odd_pixel .convlab-exercise")["state"] == "right"
    page.click("[data-name=hand-in] summary")
    page.fill("[data-name=name]", "Ada L.")
    record = page.input_value("[data-name=record]")
    assert "class=7A" in record and "solved=odd_pixel:1" in record
    page.click("[data-name=check] > summary")
    page.fill("[data-name=records]", f"{record}\n{record.replace('Ada', 'Eva')}\nno record")
    page.click("[data-name=check-records]")
    rows = page.locator(".found tbody tr")
    assert [("✓" in row, "✗" in row) for row in rows.all_inner_texts()] == [
        (True, False),
        (False, True),
    ]


def state_at_when(page: Page, root: str) -> dict[str, object]:
    page.wait_for_selector(f"{root}[data-state]")
    return state_at(page, root)


def test_a_link_that_asks_for_what_there_is_not_opens_the_page_and_says_so(
    page: Page, address: str
) -> None:
    query = f"?lang=tlh&class={quote('x' * 41)}&controls=strides,dilation"
    page.goto(f"{address}/en/explorer-conv2d.html{query}#layer=%E0%A4%A&strides=many")
    notices = page.locator("main p.notice")
    expect(notices).to_have_count(2 + 1)
    said = " ".join(notices.all_inner_texts())
    assert "lang=tlh" in said and "class=xxx" in said and "called dilation" in said
    assert "Near to it: dilation_rate" in said and "strides=many" in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lesson_opens_in_the_language_and_with_the_controls_of_its_link(
    page: Page, address: str, language: str
) -> None:
    page.goto(f"{address}/en/02_conv2d.html?lang={language}&controls=padding#slide")
    page.wait_for_url(f"{address}/{language}/02_conv2d.html?*")
    state_at_when(page, "#slide .convlab-explorer")
    assert names_of(page.locator("#slide .convlab-explorer")) == {"padding"}


FORBIDDEN = """
const get = () => { throw new DOMException('no', 'SecurityError'); };
for (const name of ['localStorage', 'sessionStorage', 'caches'])
    Object.defineProperty(window, name, { get });
Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined });
"""


def test_where_nothing_may_be_kept_the_page_says_so_and_goes_on(page: Page, address: str) -> None:
    page.add_init_script(FORBIDDEN)
    page.goto(f"{address}/en/exercises.html")
    expect(page.locator("[data-name=offline]")).to_contain_text("saves no pages", timeout=LIMIT)
    page.click("[data-name=hand-in] summary")
    assert "keeps nothing" in page.inner_text("[data-name=hand-in]")
    assert "convlab-record" in page.input_value("[data-name=record]")


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("zh", "light")])
def test_the_helpers_have_no_serious_fault_for_who_cannot_see_them(
    page: Page, address: str, language: str, scheme: Scheme
) -> None:
    calm(page, scheme)
    page.goto(f"{address}/{language}/exercises.html")
    bring_axe(page)
    for panel in ("hand-in", "set", "check"):
        page.click(f"[data-name={panel}] > summary")
    page.fill("[data-name=class]", "7A")
    page.fill("[data-name=records]", page.input_value("[data-name=record]"))
    page.click("[data-name=check-records]")
    assert serious(page, ".classroom") == []
    page.keyboard.press("Control+k")
    page.fill("[data-name=query]", "padding")
    page.wait_for_selector("[role=option]")
    assert serious(page, "dialog") == []
    page.goto(f"{address}/{language}/explorer-conv1d.html")
    bring_axe(page)
    page.click("[data-name=share] summary")
    page.wait_for_selector("[data-name=share-strides]")
    assert serious(page, ".share") == []

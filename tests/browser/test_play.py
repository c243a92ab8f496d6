"""The play bar that widgets share, by itself on a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import ROOT
from tests.node import node

BAR = """
<!doctype html><meta charset=utf-8><title>bar</title><style>{style}</style>
<script type=module>
{code}
const words = {{ player: "Steps", step: "Step", back: "Back", play: "Play", pause: "Pause",
    forward: "Forward" }};
window.seen = [];
window.delay = 20;
const speed = Object.assign(document.createElement("input"), {{ type: "range" }});
const go = step => {{ seen.push(step); bar.show(step, 3, `step ${{step}}`); }};
const bar = playBar({{ go, delay: () => delay, words, extra: [speed] }});
window.bar = bar;
document.body.append(bar.element);
go(0);
</script>
"""


@pytest.fixture
def bar(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page with a play bar of three steps that goes round."""
    node("node_modules/esbuild/bin/esbuild", "src/parts/play.ts", "--bundle", "--format=esm",
         f"--outfile={tmp_path / 'play.js'}")  # fmt: skip
    code = (tmp_path / "play.js").read_text(encoding="utf-8")
    style = (ROOT / "convlab/widgets/static/play.css").read_text(encoding="utf-8")
    path = tmp_path / "bar.html"
    path.write_text(BAR.format(style=style, code=code), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("() => window.bar")
    yield page
    context.close()


def test_steps_by_hand_go_round(bar: Page) -> None:
    back, forward = bar.get_by_role("button", name="Back"), bar.get_by_role("button", name="For")
    back.click()
    forward.click()
    forward.click()
    bar.get_by_role("slider", name="Step").press("ArrowRight")
    assert bar.evaluate("seen") == [0, 2, 0, 1, 2]
    slider = bar.get_by_role("slider", name="Step")
    assert slider.get_attribute("aria-valuetext") == "step 2"
    assert bar.locator("output").text_content() == "3 / 3"


def test_it_plays_round_until_a_hand_steps(bar: Page) -> None:
    bar.get_by_role("button", name="Play").click()
    bar.wait_for_function("() => seen.length > 5")
    assert bar.evaluate("seen.slice(0, 6)") == [0, 1, 2, 0, 1, 2]
    assert bar.evaluate("bar.playing()") is True
    bar.get_by_role("button", name="Back").click()
    assert bar.evaluate("bar.playing()") is False
    assert bar.get_by_role("button", name="Play").count() == 1


def test_another_speed_holds_at_once(bar: Page) -> None:
    bar.evaluate("delay = 1e6")
    bar.get_by_role("button", name="Play").click()
    bar.evaluate("delay = 20")
    bar.locator("input").last.press("ArrowRight")
    bar.wait_for_function("() => seen.length > 2")


def test_it_stops_when_it_is_taken_off_the_page(bar: Page) -> None:
    bar.get_by_role("button", name="Play").click()
    bar.evaluate("bar.element.remove()")
    bar.wait_for_function("() => !bar.playing()")


def test_it_can_be_named_anew_while_it_plays(bar: Page) -> None:
    bar.get_by_role("button", name="Play").click()
    bar.evaluate("""bar.name({ player: "步驟", step: "位置", back: "後退", play: "播放",
        pause: "暫停", forward: "前進" })""")
    for name in ("後退", "暫停", "前進"):
        assert bar.get_by_role("button", name=name).count() == 1
    assert bar.get_by_role("group", name="步驟").count() == 1


def test_its_targets_are_40_pixels_for_a_finger(browser: Browser, bar: Page) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(bar.url)
    page.wait_for_function("() => window.bar")
    for control in page.locator("button, [data-name=step]").all():
        box = control.bounding_box()
        assert box["height"] >= 40 and box["width"] >= 40
    context.close()

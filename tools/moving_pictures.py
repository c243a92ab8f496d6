"""The README's moving pictures: ``python -m tools.moving_pictures``, with a Chromium at hand.

A window that slides in the explorer, and a digit that is drawn before the network explorer, each as
an animated WebP in both themes under ``docs/pictures``, with a still of it for reduced motion.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page

from convlab import Explorer, NetworkExplorer, samples
from convlab.style import THEMES
from tests.browser.lab import chromium, find_chromium
from tests.browser.strokes import curve

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"

MARGIN = 14
SCALE = 2

SEVEN = """
........
.######.
.######.
....##..
...##...
..##....
..##....
"""

# Where a glide has got to, in milliseconds of its 120, and how long that is shown.
GLIDE = ((40, 50), (80, 50))
HOLD, END = 250, 2200

DIGIT = tuple(curve(stroke) for stroke in ("26,24 50,22 77,20 77,20 62,44 51,66 44,90",))
POINTS_A_FRAME = 2

Theme = Literal["light", "dark"]
BOTH: tuple[Theme, ...] = ("light", "dark")

Frame = tuple[Image.Image, int]
"""A picture, and for how many milliseconds it is shown."""


@dataclass(frozen=True)
class Scene:
    """A widget's page, what is cut out of it and what is left out there, and what happens."""

    name: str
    html: Callable[[], str]
    viewport: tuple[int, int]
    seen: str
    hidden: str
    happens: Callable[[Page, Callable[[], Image.Image]], Iterator[Frame]]


def explorer() -> str:
    greys = [[4.0 * (dot == "#") for dot in row] for row in SEVEN.split()]
    widget = Explorer("Conv2D", sizes=(7, 8), controls=(), language="en")
    widget.input = np.array(greys)[..., None]
    edges = np.array([[-1.0, 0.0, 1.0]] * 3)
    widget.weights = [edges[..., None, None], np.zeros(1)]
    return widget.to_html()


def network() -> str:
    images, labels = samples.digits()
    reader = samples.digit_reader()
    return NetworkExplorer(
        reader, images[:40], labels=labels[:40], pad=4, sample=27, language="en"
    ).to_html()


def slides(page: Page, taken: Callable[[], Image.Image]) -> Iterator[Frame]:
    """The window visits every output once."""
    yield taken(), 4 * HOLD
    steps = int(page.locator("[data-name=step]").get_attribute("max") or 0)
    for step in range(steps):
        _click(page, "forward")
        for at, shown in GLIDE:
            _glide(page, at)
            yield taken(), shown
        _glide(page, None)
        yield taken(), END if step == steps - 1 else HOLD


def draws(page: Page, taken: Callable[[], Image.Image]) -> Iterator[Frame]:
    """A pen draws a digit; maps and scores follow it."""
    _click(page, "source.drawn")
    pad = page.locator("[data-name=pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    yield taken(), 3 * HOLD
    for stroke in DIGIT:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for number, place in enumerate(places[1:], start=1):
            page.mouse.move(*place)
            if number % POINTS_A_FRAME == 0:
                yield taken(), 110
        page.mouse.up()
    page.mouse.move(0, 0)
    yield taken(), END


def _click(page: Page, name: str) -> None:
    page.locator(f'[data-name="{name}"]').evaluate("one => one.click()")


def _glide(page: Page, at: int | None) -> None:
    """Hold what glides at so many milliseconds, or let it arrive: screenshots take their time."""
    page.evaluate(
        """at => { for (const one of document.getAnimations())
            if (at === null) one.finish(); else { one.pause(); one.currentTime = at; } }""",
        at,
    )


SCENES = (
    Scene("explorer", explorer, (740, 620), ".convlab-explorer .view", ".bias", slides),
    Scene("network", network, (1000, 760), ".convlab-network", ".beside-paper", draws),
)


def film(browser: Browser, scene: Scene, theme: Theme, page_file: Path) -> list[Frame]:
    width, height = scene.viewport
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=SCALE, color_scheme=theme
    )
    page.goto(page_file.as_uri())
    seen = page.locator(scene.seen)
    seen.wait_for()
    paper = f"html {{ background: {THEMES[theme].paper}; }}"
    page.add_style_tag(content=f"{paper} {scene.hidden} {{ display: none !important; }}")

    def taken() -> Image.Image:
        page.evaluate("() => new Promise(requestAnimationFrame)")
        shot = page.screenshot(clip=_around(seen.bounding_box()))
        return Image.open(io.BytesIO(shot)).convert("RGB")

    frames = list(scene.happens(page, taken))
    page.close()
    return frames


def _around(box: FloatRect | None) -> FloatRect:
    assert box
    return {
        "x": max(box["x"] - MARGIN, 0),
        "y": max(box["y"] - MARGIN, 0),
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }


def save(frames: list[Frame], file: Path) -> None:
    (first, *more), durations = zip(*frames, strict=True)
    # After the first frame only what differs: little, and flat, so that lossless is smallest.
    film = {"save_all": True, "append_images": more, "duration": durations, "loop": 0}
    first.save(file, lossless=True, method=4, quality=50, kmin=0, kmax=0, **film)
    more[-1].save(file.with_stem(f"{file.stem}-still"), lossless=True)


def main() -> None:
    path = find_chromium()
    if path is None:
        raise SystemExit("no Chromium found: install one, or name it in CONVLAB_CHROMIUM")
    FOLDER.mkdir(exist_ok=True)
    with chromium(path) as browser, tempfile.TemporaryDirectory() as folder:
        for scene in SCENES:
            page_file = Path(folder, f"{scene.name}.html")
            page_file.write_text(scene.html(), encoding="utf-8")
            for theme in BOTH:
                file = FOLDER / f"{scene.name}-{theme}.webp"
                save(film(browser, scene, theme, page_file), file)
                print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

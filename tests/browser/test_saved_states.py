"""States that another version saved: what is known is taken, the rest is named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from convlab import Calculator, Explorer, Flipbook, Lens, exercises
from convlab.widgets.modules import ModuleWidget, models_of, static
from tests.browser.networks import case

State = Mapping[str, Any]

IMAGE = np.random.default_rng(2).random((20, 18)).astype("float32")
WIDGETS: dict[str, ModuleWidget] = {
    "calculator": Calculator([("Conv2D", {"filters": 4, "kernel_size": 3})], (None, 9, 8, 2)),
    "explorer": Explorer("Conv2D", sizes=(6, 5), strides=2, padding="same", position=(1, 2, 0)),
    "focused": Explorer("Conv1D", sizes=(6,), controls=["strides"], goal={"output_shape": (2, 1)}),
    "lens": Lens(IMAGE, "blur", kernel_size=5, padding="same", strides=2, noise=4, marks=2),
    "puzzle": Lens(IMAGE, puzzle="sobel_y"),
    "flipbook": Flipbook(lambda k, way: np.ones((k, k)), k=[1, 3, 5], way=["a", "b"]),
    "exercise": exercises.ask("causal"),
    "progress": exercises.progress(),
    "board": exercises.ask("unequal_strides"),
    "network": case("reader").explorer(selected=(1, 2, 1, 5), epoch=1, off=[(0, 3)], linear=[2]),
    "drawn": case("rows").explorer(drawn=64 * "0ff0", selected=(-1, 1, 2, 0), gradient=True),
}
MADE = (
    "module", "picture", "board", "boards", "given", "book", "sheet", "series",
    "stack", "weights", "samples", "past", "explorer",
)  # fmt: skip
"""What Python made once, and no reader changes."""

ODD: tuple[Any, ...] = ("x", -3.5, [[None]], [9, 99, 999, 9999, 1], {"x": 1})
"""Values that no property can have; an ``output_padding`` kept for another layer may be so long."""

# Shows the page's widget anew with other models; what its root says, what is left out, all words.
SHOW = """async ([models, script]) => {
    history.replaceState(null, '', location.pathname);
    document.getElementById('convlab-models').textContent = models;
    await import(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    const main = document.querySelector('main');
    const notices = [...main.querySelectorAll('.notice')].map(one => one.textContent);
    const state = main.querySelector('[data-state]')?.dataset.state;
    return [state && JSON.parse(state), notices.join(''), main.innerText];
}"""


def show_models(page: Page, models: Mapping[str, State]) -> tuple[dict[str, Any], str, str]:
    state, notice, text = page.evaluate(SHOW, [json.dumps(models), static("page.js")])
    assert not any(nothing in text for nothing in ("undefined", "NaN", "[object")), text
    return state, notice, text


class Saved:
    """A widget's models, to be shown on its own page as another version would have left them."""

    def __init__(self, page: Page, folder: Path, name: str) -> None:
        widget = WIDGETS[name]
        self.page, self.models = page, models_of(widget, "widget")
        path = folder / "saved.html"
        path.write_text(widget.to_html(), encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("[data-state]")

    def show(self, **traits: Any) -> tuple[dict[str, Any], str, str]:
        return show_models(self.page, {**self.models, "widget": traits})

    def properties(self) -> Iterator[tuple[str, State]]:
        """Each with all traits without it, in which it can be put."""
        traits = self.models["widget"]
        for name in traits:
            if name not in MADE and name != "shown":
                yield name, without(traits, name)
        for name in traits.get("shown", ()):
            yield name, {**traits, "shown": without(traits["shown"], name)}


def without(state: State, name: str) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != name}


def put(traits: State, name: str, value: Any) -> dict[str, Any]:
    if "shown" in traits and name not in ("values", "shown"):
        return {**traits, "shown": {**traits["shown"], name: value}}
    return {**traits, name: value}


@pytest.mark.parametrize("name", WIDGETS)
def test_what_is_missing_is_as_usual(offline: Page, tmp_path: Path, name: str) -> None:
    saved = Saved(offline, tmp_path, name)
    for missing, traits in saved.properties():
        state, notice, _ = saved.show(**traits)
        assert state, missing
        # What follows from another layer, or other layers, is no longer as it was.
        assert notice == "" or missing in ("layer", "layers"), missing


@pytest.mark.parametrize("name", WIDGETS)
def test_what_is_unknown_is_named_and_changes_nothing(
    offline: Page, tmp_path: Path, name: str
) -> None:
    saved = Saved(offline, tmp_path, name)
    traits = saved.models["widget"]
    whole, notice, _ = saved.show(**traits)
    assert notice == ""
    state, notice, _ = saved.show(**put(traits, "unheard_of", [1]))
    assert state == whole
    # A trait that nobody asks for is not seen at all.
    assert ("unheard_of" in notice) == ("shown" in traits)


@pytest.mark.parametrize("name", WIDGETS)
def test_what_cannot_be_is_named_and_the_rest_is_kept(
    offline: Page, tmp_path: Path, name: str
) -> None:
    saved = Saved(offline, tmp_path, name)
    whole, _, _ = saved.show(**saved.models["widget"])
    for broken, traits in saved.properties():
        for odd in ODD:
            state, notice, _ = saved.show(**put(traits, broken, odd))
            is_other_layers = (broken, odd) == ("output_padding", ODD[3])
            assert broken in notice or broken == "values" or is_other_layers, (broken, odd)
            if "arguments" in whole and broken != "layer":
                kept = without(state["arguments"], broken)
                assert kept == without(whole["arguments"], broken), (broken, odd)


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("flipbook", "book"),
        ("exercise", "sheet"),
        ("progress", "series"),
        ("lens", "given"),
        ("network", "stack"),
        ("network", "weights"),
    ],
)
def test_of_what_nothing_can_be_made_both_languages_say_what_to_do(
    browser: Browser, tmp_path: Path, name: str, trait: str
) -> None:
    page, errors = browser.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    saved = Saved(page, tmp_path, name)
    broken = {"puzzle": 5} if trait == "given" else 5
    _, _, text = saved.show(**{**saved.models["widget"], trait: broken})
    assert "Run the cell again." in text
    assert "請重新執行" in text
    assert errors == []
    page.close()


def test_a_board_that_cannot_be_shown_leaves_the_question(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    saved = Saved(page, tmp_path, "board")
    board = {**saved.models["widget.board"], "given": {"layers": 5}}
    state, _, text = show_models(page, {**saved.models, "widget.board": board})
    assert state["exercise"] == "unequal_strides"
    assert "Run the cell again." in text
    page.close()


@pytest.mark.parametrize("kept", ['"x"', "null", "[1]", '{"causal": true}', '{"causal": {}}', "{"])
def test_progress_that_another_version_kept_counts_as_none(
    offline: Page, tmp_path: Path, kept: str
) -> None:
    saved = Saved(offline, tmp_path, "progress")
    offline.evaluate("kept => localStorage.setItem('convlab-progress', kept)", kept)
    state, _, _ = saved.show(**saved.models["widget"])
    assert state["solved"] == 0
    offline.evaluate("""() => localStorage.setItem('convlab-progress',
        '{"causal": {"tries": 2, "solved": true}, "same_size": 7}')""")
    state, _, _ = saved.show(**saved.models["widget"])
    assert state["solved"] == 1

"""The tools alone: widgets made here, each with a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import convlab
from convlab import exercises, samples
from convlab.i18n import in_language
from convlab.layers import LAYERS
from convlab.widgets.modules import ModuleWidget, models_of

from .notebook import Reader
from .outputs import Outputs
from .prose import Prose
from .widgets import VIEW, Widgets
from .words import LIBRARY, words


@dataclass(frozen=True)
class Place:
    """A tool: its page's title, what it is for, its place as HTML."""

    title: str
    short: str
    lead: str
    html: str


def places(reader: Reader, language: str) -> dict[str, Place]:
    """Every tool by the name of its page."""
    say = words(language)
    with in_language(LIBRARY[language]):
        made = dict(_widgets())
        boxes = {name: _box(reader, widget) for name, widget in made.items()}
    return {name: _place(name, html, say) for name, html in boxes.items()}


def _place(name: str, html: str, say: dict[str, str]) -> Place:
    layer = next((one for one in LAYERS if name == f"explorer-{one.lower()}"), None)
    if layer:
        title, lead = (say[key].format(layer=layer) for key in ("explorer_of", "explorer_lead"))
        return Place(title, layer, lead, html)
    return Place(say[name], say[name], say[f"{name}_lead"], html)


def _widgets() -> Iterator[tuple[str, ModuleWidget]]:
    images, labels = samples.digits()
    yield (
        "network",
        convlab.NetworkExplorer(
            samples.digit_reader(), images[:40], labels=labels[:40], pad=4, sample=27
        ),
    )
    yield "lens", convlab.Lens(kernel="sobel_x")
    yield "calculator", convlab.Calculator(samples.digit_reader(), (None, 8, 8, 1))
    for layer in LAYERS:
        yield f"explorer-{layer.lower()}", convlab.Explorer(layer)


def progress(reader: Reader, language: str) -> str:
    """The place of the list of all exercises."""
    with in_language(LIBRARY[language]):
        return _box(reader, exercises.progress())


def _box(reader: Reader, widget: ModuleWidget) -> str:
    models = models_of(widget, "widget")
    widgets = Widgets(models, reader.shelf, reader.scripts)
    outputs = Outputs(Prose(reader.formulas), widgets, reader.shelf)
    data: dict[str, Any] = {VIEW: {"model_id": "widget"}, **widget.still()}
    return f'<section class="cell">{outputs.shown(data)}</section>'

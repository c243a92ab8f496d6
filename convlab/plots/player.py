"""An animation as a piece of HTML that plays by itself: SVG, a table of steps, a few buttons.

It needs neither a kernel nor a network, follows the reader's light or dark theme, and is the same
to the last byte each time it is made, whatever matplotlib's version.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..i18n import get_language, text
from ..style import DARK, LIGHT, SMALL, THEMES, WEB_FONTS
from .film import Film
from .painter import FULLEST, LIGHTEST, tints
from .scene import Grid, Label, Look, Scene, Step, differing

Levels: TypeAlias = NDArray[np.int_]

SPEEDS = (0.25, 0.5, 1, 2, 4, 8)
WEB_SHARE = 0.9
"""The type of a page, which may be wider than the bundled one, must fit the same cells."""

RUN = 6
"""Cells of a run that take no more room than one cell by itself."""

OWN_KEYS = ' data-lm-suppress-shortcuts="true"'
"""JupyterLab looks for this from the focused element upwards, so every control carries it."""


def player(film: Film, theme: str | None = None) -> str:
    """The film as HTML; ``theme`` is ``"light"``, ``"dark"`` or ``None``: the reader's own."""
    data = json.dumps(_data(film), ensure_ascii=False, separators=(",", ":"))
    scenes = "".join(_svg(scene, index) for index, scene in enumerate(film.scenes))
    body = f'<div class="picture">{scenes}</div>{_controls()}'
    name = "convlab-" + sha256((data + body + str(theme)).encode()).hexdigest()[:12]
    body = body.replace("HATCH", f"{name}-hatch")
    # The same output may be on a page twice: each root is started once.
    players = f'document.querySelectorAll(".{name}:not([data-step])")'
    script = f"const film = {data};\nconst players = {players};\n{_static('player.js')}"
    script = script.replace("</", r"<\/")
    return (
        f'<div class="convlab-player {name}" role="group" tabindex="0" lang="{_lang()}"'
        f' aria-label="{escape(text("plots.player"))}"{OWN_KEYS}>'
        f"<style>{_css(name, theme)}</style>{body}</div>"
        f"<script>(() => {{\n{script}}})();</script>"
    )


def page(film: Film, theme: str | None, title: str) -> str:
    """The player as a whole page."""
    ground = f"margin:0;padding:16px;background:{THEMES[theme or 'light'].paper}"
    dark = f"@media (prefers-color-scheme:dark){{body{{background:{DARK.paper}!important}}}}"
    return (
        f'<!doctype html>\n<html lang="{_lang()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{'' if theme else dark}</style></head>"
        f'<body style="{ground}">{player(film, theme)}</body></html>\n'
    )


def _lang() -> str:
    return get_language().replace("_", "-")


@cache
def _static(name: str) -> str:
    return (files(__package__) / "static" / name).read_text(encoding="utf-8")


def _css(name: str, theme: str | None) -> str:
    """The rules, and the palettes: the system's theme counts unless the notebook has its own."""
    rules = _static("player.css").replace("FONTS", WEB_FONTS)
    if theme is not None:
        return f".{name}{{{THEMES[theme].css()}}}{rules}"
    light, dark = LIGHT.css(), DARK.css()
    return (
        f".{name}{{{light}}}@media (prefers-color-scheme:dark){{.{name}{{{dark}}}}}"
        f'[data-jp-theme-light="true"] .{name},.vscode-light .{name}{{{light}}}'
        f'[data-jp-theme-light="false"] .{name},.vscode-dark .{name}{{{dark}}}{rules}'
    )


def _controls() -> str:
    def button(name: str, more: str = "") -> str:
        said = escape(text(f"control.{name}"))
        named = f'data-name="{name}" aria-label="{said}" title="{said}"'
        return f'<button type="button" {named}{more}{OWN_KEYS}></button>'

    pause = f' data-pause="{escape(text("control.pause"))}"'
    options = "".join(
        f'<option value="{speed}"{" selected" if speed == 1 else ""}>{speed}×</option>'
        for speed in SPEEDS
    )
    return (
        f'<div class="controls">{button("back")}{button("play", pause)}'
        f"{button('forward')}"
        f'<input type="range" data-name="step" min="0"{OWN_KEYS}'
        f' aria-label="{escape(text("plots.step"))}"><output></output>'
        f"<label>{escape(text('plots.speed'))} <select{OWN_KEYS}>{options}</select></label>"
        '<span class="said" aria-live="polite"></span></div>'
    )


def _svg(scene: Scene, index: int) -> str:
    """A scene without its cells: the script puts them in, and the steps fill them."""
    grids = "".join(_grid(grid, place) for place, grid in enumerate(scene.grids))
    labels = "".join(map(_label, scene.labels))
    width, height = _short(scene.width), _short(scene.height)
    pattern = (
        f'<defs><pattern id="HATCH{index}" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch" width="7" height="7"/>'
        '<path class="hatching" d="M0 0v7"/></pattern></defs>'
    )
    body = f"{pattern}{grids}{labels}".replace("url(#HATCH)", f"url(#HATCH{index})")
    hidden = " hidden" if index else ""
    return f'<svg class="scene" viewBox="0 0 {width} {height}"{hidden}>{body}</svg>'


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _label(label: Label) -> str:
    anchor = {"left": "start", "center": "middle", "right": "end"}[label.anchor]
    kind = ' class="sign"' if label.sign else ' class="word"' if label.name else ""
    return (
        f'<text{kind} x="{_short(label.x)}" y="{_short(label.y)}" font-size="{label.size}"'
        f' text-anchor="{anchor}" style="fill:{_legible(label.role)}">'
        f"{escape(label.text)}</text>"
    )


def _legible(role: str) -> str:
    """A role's colour as that of a text: some, as they are, would be too light on paper."""
    return f"color-mix(in srgb,var(--convlab-{role}) 70%,var(--convlab-ink))"


def _grid(grid: Grid, place: int) -> str:
    colour = f"var(--convlab-{grid.role})"
    whole = (
        f'x="{_short(grid.x)}" y="{_short(grid.y)}" width="{_short(grid.right - grid.x)}"'
        f' height="{_short(grid.bottom - grid.y)}"'
    )
    image = f'<image {whole} preserveAspectRatio="none"/>'
    cells = '<g class="fills"/><g class="zeros" fill="url(#HATCH)"/>'
    title = Label((grid.x + grid.right) / 2, grid.y - 11, grid.title, SMALL, grid.role, "center")
    return (
        f'<g data-grid="{place}">{_label(title)}{image if grid.mode == "image" else cells}'
        f'{_lines(grid)}<rect class="border" style="stroke:{colour}" {whole}/>'
        f'<path class="bars"/><path class="crosses"/>'
        f'{_texts(grid)}<path class="marks"/><path class="frame"/></g>'
    )


def _lines(grid: Grid) -> str:
    if grid.mode == "image":
        return ""
    across = [
        f"M{_short(grid.x)} {_short(grid.y + row * grid.height)}H{_short(grid.right)}"
        for row in range(1, grid.rows)
    ]
    down = [
        f"M{_short(grid.x + col * grid.width)} {_short(grid.y)}V{_short(grid.bottom)}"
        for col in range(1, grid.cols)
    ]
    return f'<path class="edges" d="{"".join(across + down)}"/>'


def _texts(grid: Grid) -> str:
    if grid.numbers is None:
        return ""
    return f'<g class="texts" font-size="{_short(grid.numbers.size * WEB_SHARE)}"/>'


def _data(film: Film) -> dict[str, Any]:
    """The grids of each scene, and each step as its differences from the one before."""
    words = {"": 0}
    steps, firsts = [], []
    before: Step | None = None
    for index, step in enumerate(film):
        if before is None or before.scene != step.scene:
            firsts.append(index)
            before = None
        steps.append(_differences(film.scenes[step.scene], before, step, words))
        before = step
    return {
        "tints": [round(100 * LIGHTEST), round(100 * FULLEST)],
        "scenes": [[_grid_data(grid) for grid in scene.grids] for scene in film.scenes],
        "flows": [_flow(scene) for scene in film.scenes],
        "steps": steps,
        "firsts": firsts,
        "words": list(words),
    }


def _flow(scene: Scene) -> list[str | int]:
    """Signs, and grids as their place in the scene."""
    places = {grid.name: place for place, grid in enumerate(scene.grids)}
    return [places.get(part, part) for part in scene.flow]


def _grid_data(grid: Grid) -> dict[str, Any]:
    shown = {name: round(getattr(grid, name), 2) for name in ("x", "y", "width", "height")}
    zeros = [] if grid.zeros is None else np.flatnonzero(grid.zeros).tolist()
    found = {"rows": grid.rows, "cols": grid.cols, "role": grid.role, "zeros": zeros, **shown}
    if grid.mode == "image":
        shades = tints(grid, LIGHT)
        found |= {"zeros": [], "shades": [c for shade in shades for c in bytes.fromhex(shade[1:])]}
    return found


def _differences(
    scene: Scene, before: Step | None, step: Step, words: dict[str, int]
) -> dict[str, Any]:
    grids = {}
    for place, grid in enumerate(scene.grids):
        earlier = None if before is None else before.looks[grid.name]
        found = dict(_changes(grid, earlier, step.looks[grid.name], words))
        if found:
            grids[place] = found
    names = [label.name for label in scene.labels if label.name]
    labels = {
        place: step.texts[name]
        for place, name in enumerate(names)
        if before is None or before.texts[name] != step.texts[name]
    }
    return {"scene": step.scene, "grids": grids, "labels": labels}


def _changes(
    grid: Grid, before: Look | None, look: Look, words: dict[str, int]
) -> Iterator[tuple[str, Any]]:
    if before is None or before.values is not look.values:
        levels = grid.levels(look.values)
        if before is None:
            changed = np.arange(levels.size)
        else:
            changed = np.flatnonzero(differing(before.values, look.values))
        if len(changed):
            yield _changed(grid, look, levels.ravel(), changed, words)
    if before is None or before.marked != look.marked:
        yield "marked", look.marked
    if before is None or before.frame != look.frame:
        yield "framed", look.frame
    faint = _faint(look)
    if before is None or _faint(before) != faint:
        yield "faint", faint


def _changed(
    grid: Grid, look: Look, levels: Levels, changed: Levels, words: dict[str, int]
) -> tuple[str, Any]:
    """Cells that changed, each with its level and word; without words as a run where shorter."""
    first, last = int(changed[0]), int(changed[-1])
    if grid.numbers is None and last - first < RUN * len(changed):
        run = levels[first : last + 1].astype(np.int8).tobytes()
        return "run", [first, b64encode(run).decode("ascii")]
    said = grid.texts(look.values)
    cells = ((cell, levels[cell], said[cell]) for cell in changed.tolist())
    parts = ([at, int(level), words.setdefault(word, len(words))] for at, level, word in cells)
    return "cells", list(chain.from_iterable(parts))


def _faint(look: Look) -> list[int]:
    found: list[int] = [] if look.faint is None else np.flatnonzero(look.faint).tolist()
    return found

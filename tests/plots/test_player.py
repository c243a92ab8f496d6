"""The player as text: the same each time, complete, harmless; its table is the film."""

from __future__ import annotations

import json
import re
from base64 import b64decode

import numpy as np
import pytest

import convlab
from convlab.plots.player import page, player
from tests.plots.figures import animations, small


def table_of(html: str) -> dict:
    return json.loads(
        re.search(r"^const film = (.*);$", html, re.MULTILINE)[1].replace("<\\/", "</")
    )


def replayed(data: dict, target: int) -> list[dict]:
    """What the page shows at a step: levels and words of each grid, from the table alone."""
    scene = data["steps"][target]["scene"]
    sizes = [grid["rows"] * grid["cols"] for grid in data["scenes"][scene]]
    grids = [{"levels": [101] * size, "words": [""] * size} for size in sizes]
    for step in data["steps"][data["firsts"][scene] : target + 1]:
        for place, change in step["grids"].items():
            grid = grids[int(place)]
            if "run" in change:
                first, levels = change["run"][0], b64decode(change["run"][1])
                grid["levels"][first : first + len(levels)] = np.frombuffer(levels, np.int8)
            cells = change.get("cells", [])
            for cell, level, word in zip(cells[::3], cells[1::3], cells[2::3], strict=True):
                grid["levels"][cell], grid["words"][cell] = level, data["words"][word]
            grid |= {key: change[key] for key in ("marked", "framed", "faint") if key in change}
    return grids


@pytest.mark.parametrize("name", list(animations()))
def test_the_table_replays_the_film(name: str) -> None:
    animation = animations()[name]
    data = table_of(player(animation.film))
    count = len(animation)
    for index in sorted({0, 1, count // 3, count - 1}):
        step = animation.film[index]
        scene = animation.film.scenes[step.scene]
        for grid, shown in zip(scene.grids, replayed(data, index), strict=True):
            look = step.looks[grid.name]
            assert shown["levels"] == grid.levels(look.values).ravel().tolist()
            if grid.numbers:
                assert shown["words"] == grid.texts(look.values)
            assert [tuple(cell) for cell in shown["marked"]] == list(look.marked)
            faint = [] if look.faint is None else np.flatnonzero(look.faint).tolist()
            assert shown["faint"] == faint


def test_it_is_the_same_to_the_last_byte() -> None:
    assert player(small().film) == player(small().film)


def test_it_names_no_address_and_loads_nothing() -> None:
    html = small()._repr_html_()
    assert not re.search(r"https?:|//[a-z]|src=|@import|url\((?!#)", html)


def test_a_title_is_escaped() -> None:
    html = player(small(title='</script><img src=x onerror="alert(1)">').film)
    assert "<img" not in html and "&lt;img src=x" in html
    assert html.count("</script>") == 1


def test_it_speaks_the_language_in_force() -> None:
    animation = small()
    assert 'aria-label="Play"' in animation._repr_html_()
    with convlab.use_language("zh_TW"):
        html = animation._repr_html_()
    assert 'aria-label="播放"' in html and 'lang="zh-TW"' in html and '"Play"' not in html


def test_a_theme_of_ones_own_holds_everywhere() -> None:
    film = small().film
    assert "prefers-color-scheme" in player(film) and "prefers-color-scheme" in page(film, None, "")
    for made in (player(film, "dark"), page(film, "dark", "")):
        assert "prefers-color-scheme" not in made and "#14181d" in made


def test_a_large_film_stays_small() -> None:
    assert len(player(animations()["cells"].film)) < 80_000
    assert len(player(animations()["image"].film)) < 180_000

"""The browser side: what is committed is what its sources make, and who may import whom there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node import BROWSER, no_tools, node
from tests.project.test_rooms import circle_in

ROOT = BROWSER.parent
SOURCES = BROWSER / "src"
STARTS = {"stub", "page"}
MARK = "/* Generated from browser/src/"

IMPORT = re.compile(
    r"""^(?:import|export)\b(?:[^;"'=]*\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE
)


def generated(root: Path) -> dict[str, str]:
    """The text of each generated script below ``convlab``, by its path."""
    texts = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.glob("convlab/*/static/*.js")
    }
    return {path: text for path, text in texts.items() if text.startswith(MARK)}


def test_what_is_committed_is_what_the_sources_make(tmp_path: Path) -> None:
    node("build.mjs", tmp_path)
    made = generated(tmp_path)
    assert {path.rpartition("/")[2] for path in made} >= {"stub.js", "page.js", "player.js"}
    assert generated(ROOT) == made, "make browser"


@pytest.mark.parametrize("ci", [True, False])
def test_without_the_tools_a_build_is_skipped_and_in_ci_it_fails(ci: bool) -> None:
    outcome = pytest.fail.Exception if ci else pytest.skip.Exception
    with pytest.raises(outcome, match="make browser"):
        no_tools(ci=ci)


def imports_of(path: Path, sources: Path) -> Iterator[str]:
    """The modules that a source file imports or hands on, as paths without an ending."""
    for target in IMPORT.findall(path.read_text(encoding="utf-8")):
        yield (path.parent / target).resolve().relative_to(sources.resolve()).as_posix()


def graph_of(sources: Path) -> dict[str, set[str]]:
    return {
        path.relative_to(sources).with_suffix("").as_posix(): set(imports_of(path, sources))
        for path in sources.rglob("*.ts")
    }


def against_the_arrows(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Imports other than of what stands beside or below: a widget, its parts, the foundations."""

    def room(module: str) -> str:
        return module.rpartition("/")[0].partition("/")[0]

    return {
        (module, target)
        for module, targets in graph.items()
        for target in targets
        if (
            room(target) not in {room(module), ""}
            and not (room(target) == "parts" and room(module))
        )
        or (target in STARTS and room(module))
    }


def test_no_sources_import_each_other_in_a_circle() -> None:
    assert circle_in(graph_of(SOURCES)) == set()


def test_parts_import_no_widget_and_widgets_none_but_themselves() -> None:
    assert against_the_arrows(graph_of(SOURCES)) == set()


OWN_RULE = re.compile(r"\.convlab(\.convlab-|:is\(\.convlab-)")


def test_a_widgets_own_rules_win_in_whatever_order_the_sheets_are_loaded() -> None:
    """Each sheet brings the parts' rules, which another widget's must not lay over these."""
    for sheet in set(SOURCES.glob("[!p]*/style.css")) - {SOURCES / "site" / "style.css"}:
        text = sheet.read_text(encoding="utf-8")
        outer = re.findall(r"^\t?([.:][^{]*)\{", text, re.MULTILINE)
        assert outer
        assert [rule for rule in outer if not OWN_RULE.match(rule)] == []


def test_the_walk_sees_circles_and_imports_against_the_arrows(tmp_path: Path) -> None:
    for name, source in {
        "model.ts": "export const one = 1;\n",
        "parts/grid.ts": 'import {\n\ttype Dial,\n\tturn,\n} from "../dial/index";\n',
        "parts/play.ts": 'import { one } from "../model";\nexport * from "./grid";\n',
        "dial/index.ts": 'import "../parts/play";\nimport { lens } from "../lens/index";\n',
        "lens/index.ts": 'import { one } from "../model";\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    graph = graph_of(tmp_path)
    assert circle_in(graph) == {"parts/grid", "parts/play", "dial/index"}
    wrong = {("parts/grid", "dial/index"), ("dial/index", "lens/index")}
    assert against_the_arrows(graph) == wrong

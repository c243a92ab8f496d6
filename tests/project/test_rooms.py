"""The rooms of the house: who may import whom, and where index arithmetic is done."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "convlab"
MODULES = sorted(PACKAGE.rglob("*.py"))

NAMED = {"activations", "constraints", "initializers", "regularizers"}
SPOKEN = {"errors", "i18n"}
NUMBERS = {"arguments", "choices", "geometry", "layers", "memory"} | SPOKEN

# What each room may import of the others. A new room gets its line here, or the test fails.
ARROWS = {
    "i18n": set(),
    "errors": {"i18n"},
    "geometry": set(),
    "style": set(),
    "arguments": {"geometry", "memory", "registry"} | NAMED | SPOKEN,
    "ops": {"geometry"},
    "choices": SPOKEN,
    "registry": SPOKEN,
    "random": {"registry"} | SPOKEN,
    "activations": {"registry"} | SPOKEN,
    "constraints": {"registry"} | SPOKEN,
    "initializers": {"memory", "random", "registry"} | SPOKEN,
    "memory": SPOKEN,
    "regularizers": {"constraints", "registry"} | SPOKEN,
    "kernels": {"arguments"} | SPOKEN,
    "samples": {"layers"},
    "language": SPOKEN,
    "lessons": {"language", "random"} | SPOKEN,
    "layers": {"arguments", "choices", "geometry", "memory", "ops"} | NAMED | SPOKEN,
    "companions": {"activations", "arguments", "geometry", "layers", "memory", "random", "registry"}
    | SPOKEN,
    "networks": {
        "activations",
        "arguments",
        "companions",
        "geometry",
        "layers",
        "memory",
        "registry",
    }
    | SPOKEN,
    "explanation": {"companions", "networks"} | NUMBERS | NAMED,
    "programs": {"companions", "explanation", "networks"} | NUMBERS | NAMED,
    "plots": {"companions", "explanation", "networks", "style"} | NUMBERS,
    "widgets": {
        "activations",
        "companions",
        "explanation",
        "kernels",
        "networks",
        "plots",
        "samples",
        "style",
    }
    | NUMBERS,
    "exercises": {"explanation", "samples", "widgets"} | NUMBERS,
}

# What each room may import from outside the standard library; any other room: numpy.
OUTSIDE = {
    "i18n": set(),
    "errors": set(),
    "geometry": set(),
    "style": set(),
    "samples": {"numpy", "matplotlib"},
    "lessons": {"matplotlib"},
    "networks": {"numpy", "h5py"},
    "ops": {"numpy", "threadpoolctl"},
    "plots": {"numpy", "matplotlib", "PIL", "IPython"},
    "exercises": {"numpy", "ipywidgets", "traitlets"},
    "widgets": {"numpy", "matplotlib", "PIL", "ipywidgets", "anywidget", "traitlets", "IPython"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Full dotted names of all that a module imports, in functions too, relative ones resolved."""
    here = ("convlab", *path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*here[: len(here) - node.level]] if node.level else []
            base += node.module.split(".") if node.module else []
            yield from (".".join([*base, alias.name]) for alias in node.names)


def rooms_imported_by(path: Path) -> set[str]:
    names = [name.split(".") for name in imports_of(path) if name.startswith("convlab.")]
    return {name[1] for name in names} - {room_of(path)}


def outsiders_imported_by(path: Path) -> set[str]:
    tops = {name.split(".")[0] for name in imports_of(path)}
    return tops - sys.stdlib_module_names - {"convlab"}


def products_with(words: tuple[str, ...], path: Path) -> Iterator[int]:
    """Lines on which something named after one of ``words`` is a factor, a divisor or a modulus."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        operators = ast.Mult | ast.Div | ast.FloorDiv | ast.Mod
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, operators)):
            continue
        for side in (node.left, node.right):
            name = getattr(side, "attr", None) or getattr(side, "id", "")
            if any(word in name for word in words):
                yield node.lineno


def ids(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


inside = pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent != PACKAGE or path.stem != "__init__"], ids=ids
)


@inside
def test_a_room_imports_only_along_the_arrows(path: Path) -> None:
    assert rooms_imported_by(path) <= ARROWS[room_of(path)]


@inside
def test_a_room_imports_only_its_libraries(path: Path) -> None:
    assert outsiders_imported_by(path) <= OUTSIDE.get(room_of(path), {"numpy"})


@inside
def test_only_geometry_multiplies_by_a_stride_or_a_dilation(path: Path) -> None:
    if room_of(path) != "geometry":
        assert list(products_with(("stride", "dilation"), path)) == []


def module_of(path: Path) -> str:
    parts = ("convlab", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def graph_of(paths: list[Path]) -> dict[str, set[str]]:
    """Each module with those that it imports, in functions too; a name of a module is its own."""
    known = {module_of(path) for path in paths}
    return {
        module_of(path): {
            name if name in known else name.rpartition(".")[0] for name in imports_of(path)
        }
        & known
        for path in paths
    }


def circle_in(graph: dict[str, set[str]]) -> set[str]:
    """The modules that import each other in a circle, with those that hang between; else none."""
    left = dict(graph)
    while ready := {name for name, wanted in left.items() if not wanted & left.keys()}:
        left = {name: wanted for name, wanted in left.items() if name not in ready}
    return set(left)


def test_no_modules_import_each_other_in_a_circle() -> None:
    # The package itself names what it loads on first use, and a notebook's beginning its version.
    inside = [path for path in MODULES if path.parent != PACKAGE or path.stem != "__init__"]
    assert circle_in(graph_of(inside)) == set()


def test_the_graph_shows_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    for name, source in {
        "one.py": "from .room import two\n",
        "room/__init__.py": "",
        "room/two.py": "def f():\n    from ..one import g\n",
        "three.py": "from . import one\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    found = circle_in(graph_of(sorted(tmp_path.rglob("*.py"))))
    assert {"convlab.one", "convlab.room.two"} <= found and "convlab.room" not in found


def test_the_walk_sees_relative_and_late_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    module = tmp_path / "explain" / "deep.py"
    module.parent.mkdir()
    module.write_text("from ..plots import style\ndef f():\n    from .. import widgets, i18n\n")
    assert rooms_imported_by(module) == {"plots", "widgets", "i18n"}


def test_the_walk_sees_a_stride_as_a_factor(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("a = x[::stride]\nb = i * axis.stride\nc = n // strides\nd = n * kernel\n")
    assert list(products_with(("stride",), module)) == [2, 3]

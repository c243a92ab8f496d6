"""What the tests of all widgets do: open a page, read a state, find a control, run a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from playwright.sync_api import Locator, Page

from convlab.widgets.modules import ModuleWidget
from tests.browser.lab import Notebook, Server, Watch

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

# Keeps the model that a page's widget is rendered with: in the place where bundles are kept. And
# what a widget does after a while it does at the next turn: nobody has to wait until it is saved.
KEEP = """() => {
    const { setTimeout } = window;
    window.setTimeout = act => setTimeout(act);
    const load = async packed => {
        const bytes = Uint8Array.from(atob(packed), sign => sign.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
        const { code, style, records } = await new Response(stream).json();
        const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        const { render } = (await import(address)).default;
        const kept = props => { window.model = props.model; return render(props); };
        return { bundle: { render: kept }, style, records };
    };
    window.convlab = new (class extends Map {
        get(packed) { return super.get(packed) ?? load(packed); }
    })();
}"""

# As in JupyterLab: the page stands still, and an element inside it scrolls.
INNER = """() => {
    const main = document.querySelector('main'), host = document.createElement('div');
    host.style.cssText = 'position: fixed; inset: 40px 0 0 0; overflow: auto; padding: 0 4px';
    const before = document.createElement('div'), after = document.createElement('div');
    before.style.height = after.style.height = '900px';
    main.before(host);
    host.append(before, main, after);
}"""


def open_page(page: Page, folder: Path, widget: ModuleWidget, link: str = "") -> None:
    """Open a widget's own page, at a link where there is one."""
    path = folder / f"{widget.bundle}.html"
    path.write_text(widget.to_html(), encoding="utf-8")
    follow(page, path.as_uri() + link, f".convlab-{widget.bundle}")


def follow(page: Page, address: str, root: str) -> None:
    """Open an address anew: another link to the same page would not load it again."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(f"{root}[data-state]")


def state_at(page: Page, root: str) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(page.get_attribute(root, "data-state") or "{}")
    return state


def control_at(page: Page, root: str, name: str) -> Locator:
    """A control by its name, or a radio button by its name and value."""
    name, _, value = name.partition("=")
    chosen = f'[value="{value}"]' if value else ""
    return page.locator(f'{root} [data-name="{name}"]{chosen}').first


def come_to(control: Locator) -> None:
    """Come to a control by the tab key, from what stands before it."""
    control.evaluate("""one => {
        const all = [...document.querySelectorAll('button, input, select, [tabindex]')].filter(
            other => other.checkVisibility() && !other.disabled && other.tabIndex === 0
                && (other.type !== 'radio' || other.checked));
        const place = all.findIndex(other => other.dataset.name === one.dataset.name);
        all[place - 1].focus({ preventScroll: true });
    }""")
    control.page.keyboard.press("Tab")
    reached = "one => document.activeElement.dataset.name === one.dataset.name"
    assert control.evaluate(reached)


def tap(control: Locator, page: Page) -> None:
    """A finger on a control: on a range, on another part of its way."""
    box = control.bounding_box()
    assert box is not None
    share = 0.5
    if control.get_attribute("type") == "range":
        least, most, now = (float(control.evaluate(f"one => one.{of}"))
                            for of in ("min", "max", "value"))  # fmt: skip
        share = 0.05 if now > (least + most) / 2 else 0.6
    page.touchscreen.tap(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def wait_for(page: Page, root: str, condition: str) -> None:
    page.wait_for_function(
        f"() => {{ const root = document.querySelector('{root}');"
        f" const state = root && JSON.parse(root.dataset.state); return state && {condition}; }}",
    )


def write(path: Path, sources: list[str]) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(text, id=f"cell-{i}") for i, text in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
    nbformat.write(notebook, path)
    return notebook


def run_and_save(path: Path, sources: list[str]) -> nbformat.NotebookNode:
    """A notebook with what running it left."""
    notebook = write(path, sources)
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    nbformat.write(notebook, path)
    return notebook


def wake(page: Page, server: Server, name: str, still: str, root: str, condition: str) -> None:
    """Open a saved notebook with a ``still`` and trust it: nothing is run. Then the kernel goes."""
    Notebook(page, server, name)
    page.locator(still).first.wait_for()
    page.evaluate("() => { jupyterapp.commands.execute('notebook:trust'); }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    wait_for(page, root, condition)
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:shutdown'); }")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    page.wait_for_function(f"() => !{kernel}")


def forget_the_debugger(watch: Watch) -> None:
    """JupyterLab's debugger misses its kernel; a widget does not."""
    watch.complaints = [one for one in watch.complaints if "debugger state" not in one]

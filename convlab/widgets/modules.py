"""One bundle for many widgets: a kernel holds each kind's code, style and records once.

anywidget stores a widget's code with every instance. Here each instance has a stub of a few hundred
bytes instead, and the name of the one ``Module`` from which the stub takes the rest. A widget of
its own derives from ``ModuleWidget``, says which file of ``static`` is its code, and gives what all
of its instances share::

    class Dial(ModuleWidget):
        bundle = "dial"                                        # static/dial.js
        state = traitlets.Dict().tag(sync=True)                # what one instance holds
        language = traitlets.Unicode("en").tag(sync=True)

        @classmethod
        def style(cls) -> str: ...                             # a style sheet
        @classmethod
        def records(cls) -> dict[str, Any]: ...                # anything that JSON can hold
        def still(self) -> dict[str, str]: ...                 # for readers who see no widgets

In the browser the module's ``default.render`` receives ``{ model, el, records }``.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from .page import page

_STATIC = Path(__file__).parent / "static"


@cache
def static(name: str) -> str:
    """The text of a file that comes with the widgets."""
    return (_STATIC / name).read_text(encoding="utf-8")


class Module(ipywidgets.Widget):  # type: ignore[misc]
    """What all widgets of one kind share, as a model without a view.

    ``packed`` is JSON with the code, the style and the records, deflated, in base64: a third of its
    room, and most of what a notebook with few outputs holds.
    """

    packed = traitlets.Unicode().tag(sync=True)


_modules: dict[str, Module] = {}


def module(kind: type[ModuleWidget]) -> Module:
    """The one module of a kind of widget; a new one where the last was closed."""
    found = _modules.get(kind.bundle)
    if found is None or found.comm is None:
        found = _modules[kind.bundle] = Module(packed=_packed(kind))
    return found


def _packed(kind: type[ModuleWidget]) -> str:
    shared = {"code": kind.script(), "style": kind.style(), "records": kind.records()}
    text = json.dumps(shared, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def traits_of(widget: ipywidgets.Widget) -> dict[str, Any]:
    """What a widget of ours holds beside what every widget does, as it is sent."""
    base = anywidget.AnyWidget.class_trait_names(sync=True)
    names = [name for name in widget.keys if name not in base and not name.startswith("_")]
    return dict(widget.get_state(names))


def models_of(widget: ipywidgets.Widget, name: str) -> dict[str, dict[str, Any]]:
    """The traits by name of a widget, and of all that it names."""
    found = {name: traits_of(widget)}
    for trait in found[name]:
        other = getattr(widget, trait)
        if isinstance(other, ipywidgets.Widget):
            found[name][trait] = f"IPY_MODEL_{name}.{trait}"
            found |= models_of(other, f"{name}.{trait}")
    return found


def _picture(still: dict[str, str]) -> str:
    """A still's picture as HTML."""
    if "image/png" in still:
        return f'<img alt="" src="data:image/png;base64,{still["image/png"]}">'
    return still.get("text/html") or still.get("image/svg+xml", "")


class ModuleWidget(anywidget.AnyWidget):
    """A widget whose code, style and records are those of its kind's ``module``."""

    bundle: ClassVar[str]
    language: Any
    """The language in force, which a page and a still are made in."""

    _esm = static("stub.js")

    module = traitlets.Instance(Module).tag(sync=True, **ipywidgets.widget_serialization)

    @traitlets.default("module")
    def _module(self) -> Module:
        return module(type(self))

    @classmethod
    def script(cls) -> str:
        """The bundle, an ES module whose default is ``{ render }``."""
        return static(f"{cls.bundle}.js")

    @classmethod
    def style(cls) -> str:
        """The style sheet of this kind of widget."""
        raise NotImplementedError

    @classmethod
    def records(cls) -> dict[str, Any]:
        """What every widget of this kind knows, as JSON can hold it."""
        raise NotImplementedError

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be, by MIME type: one line, and a picture."""
        raise NotImplementedError

    def to_html(self, title: str = "convlab") -> str:
        """The text of one page that holds all of it, needs no network and no Python."""
        models = models_of(self, "widget")
        picture = _picture(self.still())
        return page(title, self.language, picture, models, "widget", static("page.js"))

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and a still for where no widget can be shown."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        # Before a notebook is trusted, JupyterLab shows neither widget nor SVG: the line of text.
        return bundle if data is None else ({**data, **self.still()}, metadata)

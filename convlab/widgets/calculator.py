"""``Calculator``: shapes and costs of up to five layers, live, in plain ipywidgets.

The calculator computes nothing: every change becomes one call of ``explain``, and what is shown is
the record's own page. Settings that a layer refuses are shown with its error, and with buttons for
legal settings nearby.
"""

from __future__ import annotations

import html as markup
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import ipywidgets as controls

from ..arguments import AXIS_NAMES, DATA_FORMATS
from ..errors import ConvlabError
from ..explanation import (
    Choice,
    Explanation,
    Refusal,
    Settings,
    StackExplanation,
    explain,
)
from ..explanation.code import keras_call
from ..explanation.layers import LayerLike
from ..explanation.pages import stack_table
from ..explanation.writing import Heading, Page, html, page
from ..i18n import get_language, text
from ..layers import LAYERS, Layer
from .bundle import with_still
from .fields import MAIN, box, completed, extra_arguments, field, look, per_axis, show
from .given import MOST_LAYERS, given

MOST_CHOICES = 6
MOST_REMEMBERED = 64
PLAIN = (str, int, tuple, type(None))

# Where a size's control ends; a larger size that comes from elsewhere moves the end.
LARGEST_SIZE = 100_000

STYLE = """<style>
.convlab-calculator { max-width: 1120px; gap: 10px; }
.convlab-calculator .convlab-panel {
  border: 1px solid var(--jp-border-color2, #c8c8c8); border-radius: 6px; padding: 10px 12px;
}
.convlab-calculator .convlab-grid {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(400px, 100%), 1fr));
  column-gap: 24px; overflow: hidden;
}
.convlab-calculator .convlab-buttons {
  display: flex; flex-flow: row wrap; align-items: center; gap: 2px 6px;
}
.convlab-calculator .convlab-refused {
  border: 1px solid var(--jp-border-color2, #c8c8c8); border-radius: 6px; padding: 4px 12px 10px;
  border-left: 5px solid var(--jp-warn-color1, #b35900);
}
.convlab-page {
  display: flex; flex-flow: row wrap; column-gap: 32px; line-height: 1.5; overflow-x: auto;
  color: var(--jp-content-font-color1, inherit);
}
.convlab-page h4, .convlab-page p { flex: 0 0 100%; margin: 4px 0; font-size: 1em; }
.convlab-page h4 { margin: 12px 0 6px; font-weight: 600; }
.convlab-page table { border-collapse: collapse; margin: 0 0 14px; height: max-content; }
/* Twice the class: an exported page's own rule for cells is as narrow as that. */
.convlab-page.convlab-page th, .convlab-page.convlab-page td {
  text-align: left; padding: 3px 16px 3px 0; vertical-align: baseline; white-space: nowrap;
  border-bottom: 1px solid var(--jp-border-color3, #e4e4e4);
}
.convlab-page th { font-weight: 600; color: var(--jp-content-font-color2, inherit); }
.convlab-page.convlab-page .number { text-align: right; font-variant-numeric: tabular-nums; }
.convlab-page .formula {
  font-family: "STIX Two Text", "Times New Roman", serif; font-size: 1.1em;
}
.convlab-page sub { line-height: 0; }
.convlab-page code, .convlab-code pre {
  font-family: var(--jp-code-font-family, monospace); font-size: 0.92em;
}
.convlab-code {
  display: flex; flex-flow: row wrap; gap: 12px; align-items: flex-start; line-height: 1.5;
}
.convlab-code pre {
  margin: 0; padding: 8px 12px; flex: 1 1 300px; white-space: pre-wrap; border-radius: 6px;
  user-select: all; background: var(--jp-layout-color2, rgba(128, 128, 128, 0.12));
  color: var(--jp-content-font-color1, inherit);
}
.convlab-code button { white-space: nowrap; }
</style>"""

# One click selects the code and copies it; that it stays selected is the answer that is seen.
COPY = (
    "getSelection().selectAllChildren(this.parentNode.querySelector('pre'));"
    "document.execCommand('copy')"
)


def _say(entry: str, /, **parameters: object) -> str:
    return text(f"calculator.{entry}", **parameters)


class _Made(NamedTuple):
    layer: Layer
    item: str


class Calculator(controls.VBox):  # type: ignore[misc]
    """Shapes, costs and receptive fields of up to five layers, live, for any arguments.

    ``layers`` and ``input_shape`` are what ``convlab.explain`` takes: a layer, or a
    ``(name, arguments)`` pair, or a list of these; the shape of what goes in, batch included.
    ``record`` is what ``explain`` says of the present settings, ``code`` the same layers for Keras.
    The texts follow ``set_language`` at the next change. Arguments that are legal one by one but
    not together are shown with their refusal; what no control can show is refused at once, with the
    error and the choices of ``explain``.

    >>> from convlab import Conv2D
    >>> calculator = Calculator(Conv2D(4, 3), (None, 9, 7, 1))
    >>> calculator.record.output_shape
    (None, 7, 5, 4)
    >>> print(calculator.code)
    model = keras.Sequential([
        keras.Input((9, 7, 1)),
        keras.layers.Conv2D(filters=4, kernel_size=(3, 3)),
    ])
    """

    def __init__(
        self,
        layers: LayerLike | Iterable[LayerLike] | None = None,
        input_shape: Iterable[int | None] | None = None,
    ) -> None:
        self._stack, shape = given(layers, input_shape)
        self._make_controls()
        super().__init__(self._arranged())
        self.add_class("convlab-calculator")
        self._selected, self._labelled = 0, ("", 0)
        self._take_shape(shape)
        self._refresh()
        self._listen()

    @property
    def record(self) -> StackExplanation:
        """What ``convlab.explain`` says of the present settings."""
        return self._record

    @property
    def code(self) -> str:
        """The accepted layers as a Keras model, for ``import keras``."""
        lines = [f"keras.Input({self.record.input_shape[1:]}),"]
        accepted = self._stack[: len(self.record.accepted)]
        lines += [made.item for one in accepted if (made := self._made(one))]
        return "\n".join(["model = keras.Sequential([", *(f"    {line}" for line in lines), "])"])

    def __repr__(self) -> str:
        layers = ", ".join(str(settings.layer) for settings in self._stack)
        return f"Calculator([{layers}], {self.record.input_shape})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and its report and code for where no widget can be shown."""
        return with_still(super()._repr_mimebundle_(**options), repr(self), self._still())

    def _still(self) -> str:
        refusal = self.record.refusal
        refused = "" if refusal is None else _page_html(page(refusal))
        code = f'<div class="convlab-code"><pre>{markup.escape(self.code)}</pre></div>'
        return f"{STYLE}<div>{refused}{self._report.value}{code}</div>"

    # Controls

    def _make_controls(self) -> None:
        self._filling = True
        self._layers: dict[str, _Made | None] = {}
        self._sizes = [controls.BoundedIntText(min=0, max=LARGEST_SIZE, **look()) for _ in "hw"]
        self._channels = controls.BoundedIntText(min=1, max=LARGEST_SIZE, **look())
        self._format = controls.Dropdown(options=DATA_FORMATS, **look())
        self._tabs = controls.ToggleButtons(options=[""], style={"button_width": "auto"})
        self._add, self._remove = (controls.Button(layout={"width": "auto"}) for _ in "+-")
        self._kind = controls.Dropdown(options=[*LAYERS], **look())
        self._fields = [field(name) for name in (*MAIN, *extra_arguments())]
        self._refused = controls.HTML()
        self._choices = [controls.Button(layout={"width": "auto"}) for _ in range(MOST_CHOICES)]
        self._report, self._code = controls.HTML(), controls.HTML()

    def _arranged(self) -> list[Any]:
        main = [control for each in self._fields[: len(MAIN)] for control in each.controls]
        more = [control for each in self._fields[len(MAIN) :] for control in each.controls]
        self._more = controls.Accordion([box(more, "convlab-grid")])
        buttons = box(self._choices, "convlab-buttons")
        self._refusal = box([self._refused, buttons], "convlab-refused")
        shape = [*self._sizes, self._channels, self._format]
        return [
            controls.HTML(STYLE),
            box(shape, "convlab-panel", "convlab-grid"),
            box([self._tabs, self._add, self._remove], "convlab-buttons"),
            box(
                [box([self._kind], "convlab-grid"), box(main, "convlab-grid"), self._more],
                "convlab-panel",
            ),
            self._refusal,
            self._report,
            self._code,
        ]

    def _listen(self) -> None:
        for control in (*self._sizes, self._channels):
            control.observe(self._when(self._read_shape), "value")
        self._format.observe(self._when(self._read_format), "value")
        for each in self._fields:
            each.listen(self._when(self._read_arguments))
        self._kind.observe(self._when(self._read_kind), "value")
        self._tabs.observe(self._when(self._read_tab), "index")
        self._add.on_click(self._when(self._append))
        self._remove.on_click(self._when(self._drop))
        for number, button in enumerate(self._choices):
            button.on_click(self._when(self._choose, number))

    def _when(self, act: Any, *arguments: Any) -> Any:
        """A handler: do it, then bring everything up to date; deaf to our own changes."""

        def handle(_: Any) -> None:
            if not self._filling:
                act(*arguments)
                self._refresh()

        return handle

    # From the controls to the settings

    @property
    def _rank(self) -> int:
        return LAYERS[str(self._stack[0].layer)].rank

    @property
    def _current(self) -> Settings:
        return self._stack[self._selected]

    def _take_shape(self, shape: Sequence[int | None]) -> None:
        first = self._stack[0].arguments["data_format"] == "channels_first"
        self._batch, rest = shape[0], list(shape[1:])
        self._channel_count = rest.pop(0 if first else -1)
        self._size_list = per_axis([size or 0 for size in rest], 2)

    def _shape(self) -> tuple[int | None, ...]:
        sizes = tuple(size or None for size in self._size_list[: self._rank])
        first = self._stack[0].arguments["data_format"] == "channels_first"
        inside = (self._channel_count, *sizes) if first else (*sizes, self._channel_count)
        return (self._batch, *inside)

    def _read_shape(self) -> None:
        self._size_list = tuple(control.value for control in self._sizes)
        self._channel_count = self._channels.value

    def _read_format(self) -> None:
        changes = {"data_format": self._format.value}
        self._stack = [settings.changed(changes) for settings in self._stack]

    def _read_arguments(self) -> None:
        own, rank = self._current.arguments, self._current.kind.rank
        values = {each.name: each.value(rank) for each in self._fields if each.name in own}
        self._stack[self._selected] = self._current.changed(values)

    def _read_kind(self) -> None:
        """Another layer, and where it slides in other directions, other layers beside it."""
        kind = self._kind.value
        self._stack[self._selected] = _completed(self._current.as_layer(kind))
        rank = LAYERS[kind].rank
        self._stack = [
            settings
            if settings.kind.rank == rank
            else _completed(settings.as_layer(f"Conv{rank}D"))
            for settings in self._stack
        ]

    def _read_tab(self) -> None:
        self._selected = self._tabs.index

    def _append(self) -> None:
        """One more layer behind the last one."""
        if len(self._stack) < MOST_LAYERS:
            same = {"data_format": self._stack[0].arguments["data_format"]}
            self._stack.append(_completed(Settings(f"Conv{self._rank}D", same, None)))
            self._selected = len(self._stack) - 1

    def _drop(self) -> None:
        """Take the selected layer out; the last one stays."""
        if len(self._stack) > 1:
            del self._stack[self._selected]
            self._selected = min(self._selected, len(self._stack) - 1)

    def _choose(self, number: int) -> None:
        """Take one of the legal settings that a refusal offers."""
        refusal = self.record.refusal
        if refusal is not None and number < len(refusal.choices):
            legal = refusal.choices[number].settings
            self._selected = len(self.record.accepted)
            self._stack[self._selected] = _completed(legal)
            if self._selected == 0:
                self._take_shape(legal.input_shape)

    # From the settings to the screen

    def _refresh(self) -> None:
        self._record = self._explained()
        self._filling = True
        try:
            self._label()
            self._fill()
            self._fill_refusal(self.record.refusal)
            self._report.value = self._report_html()
            self._code.value = _code_html(self.code)
        finally:
            self._filling = False

    def _explained(self) -> StackExplanation:
        """The record; a refused layer goes in as settings, so that its choices are settings too."""
        layers: list[Any] = [
            made.layer if (made := self._made(one)) else _pair(one) for one in self._stack
        ]
        record = explain(layers, self._shape())
        refused = len(record.accepted)
        if record.refusal is not None and isinstance(layers[refused], Layer):
            layers[refused] = _pair(self._stack[refused])
            record = explain(layers, self._shape())
        return record

    def _made(self, settings: Settings) -> _Made | None:
        """``_made`` once for each of the latest settings: most layers stay as a slider moves."""
        # Two arrays may look alike; what is no plain value is told apart by its identity.
        own = {
            name: value if isinstance(value, PLAIN) else id(value)
            for name, value in settings.arguments.items()
        }
        key = f"{settings.layer}{own}"
        if key not in self._layers:
            if len(self._layers) >= MOST_REMEMBERED:
                self._layers.clear()
            self._layers[key] = _made(settings)
        return self._layers[key]

    def _label(self) -> None:
        """Every label again, where the language or the directions have changed."""
        now = get_language(), self._rank
        if now == self._labelled:
            return
        self._labelled = now
        for control, axis in zip(self._sizes, AXIS_NAMES[self._rank], strict=False):
            control.description = text(f"axis.{axis}_size")
            control.tooltip = _say("unknown_size")
        self._channels.description = text("axis.channels_size")
        self._format.description = "data_format"
        self._kind.description = text("explain.layer")
        self._add.description, self._remove.description = _say("add"), _say("remove")
        self._more.set_title(0, _say("more"))
        for each in self._fields:
            each.label(self._rank)

    def _fill(self) -> None:
        """Put every control where the settings are."""
        for index, control in enumerate(self._sizes):
            show(control, index < self._rank)
        for control, size in zip(
            (*self._sizes, self._channels), (*self._size_list, self._channel_count), strict=True
        ):
            control.max = max(control.max, size)
            control.value = size
        self._format.value = self._current.arguments["data_format"]
        tabs = tuple(f"{number} {one.layer}" for number, one in enumerate(self._stack, 1))
        if self._tabs.options != tabs:
            self._tabs.options = tabs
        self._tabs.index = self._selected
        self._add.disabled = len(self._stack) == MOST_LAYERS
        self._remove.disabled = len(self._stack) == 1
        self._kind.value = str(self._current.layer)
        for each in self._fields:
            each.show(str(self._current.layer), self._current.arguments)

    def _fill_refusal(self, refusal: Refusal | None) -> None:
        show(self._refusal, refusal is not None)
        if refusal is None:
            return
        number = len(self.record.accepted) + 1
        title, reason, *_ = page(refusal)
        assert isinstance(title, Heading)
        blocks: Page = [Heading((f"{number} ", *title.cells)), reason]
        self._refused.value = _page_html(blocks, _say("choose"))
        offered: list[Choice | None] = [*refusal.choices, *[None] * MOST_CHOICES]
        for button, choice in zip(self._choices, offered, strict=False):
            show(button, choice is not None)
            button.description = "" if choice is None else str(choice)

    def _report_html(self) -> str:
        blocks: Page = [stack_table(self.record)]
        layers = self.record.layers
        if self._selected >= len(layers):
            return _page_html(
                blocks, _say("waiting", refused=len(layers), layer=self._selected + 1)
            )
        chosen = layers[self._selected]
        if isinstance(chosen, Explanation):
            blocks += page(chosen, brief=True)
        return _page_html(blocks)


def _pair(settings: Settings) -> tuple[str, Any]:
    return str(settings.layer), settings.arguments


def _made(settings: Settings) -> _Made | None:
    """The layer of these settings, without weights, and its line of code; ``None``: refused."""
    try:
        layer = settings.made()
    except ConvlabError:
        return None
    (call, comment), name = keras_call(layer), settings.arguments["name"]
    named = call if name is None else f"{call[:-1]}, name={name!r})"
    return _Made(layer, f"{named},  {comment}" if comment else f"{named},")


def _completed(settings: Settings) -> Settings:
    layer = str(settings.layer)
    return Settings(layer, completed(layer, settings.arguments), None)


def _page_html(blocks: Page, last: str = "") -> str:
    paragraph = f"<p>{markup.escape(last)}</p>" if last else ""
    return f'<div class="convlab-page">{html(blocks)}{paragraph}</div>'


def _code_html(code: str) -> str:
    label, source = markup.escape(_say("copy")), markup.escape(code)
    button = f'<button class="jupyter-button" onclick="{COPY}">{label}</button>'
    return f'<div class="convlab-code"><pre>{source}</pre>{button}</div>'

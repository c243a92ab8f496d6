"""``convlab.Calculator``: shapes and costs of a stack of layers, live.

The browser reckons by the rules that Python sends. In Python the calculator computes nothing:
whatever is asked is one call of ``explain``.
"""

from __future__ import annotations

import html as markup
from collections.abc import Iterable
from typing import Any, ClassVar

import traitlets

from ..arguments import Shape
from ..errors import ConvlabError, DTypeError, not_one_of
from ..explanation import NetworkExplanation, explain
from ..explanation.code import keras_call
from ..explanation.layers import LayerLike
from ..explanation.network_pages import steps_table
from ..explanation.writing import Page, html, page
from ..i18n import LANGUAGES, get_language, in_language
from .given import Pair, defaults, given
from .modules import ModuleWidget, static
from .records import calculator_records
from .stack_links import read_stack, stack_hash
from .stacks import Stack
from .theme import style_sheet


class _Held(traitlets.Any):
    """Any value, which its validator takes or refuses: ``None`` too."""

    allow_none = False


class Calculator(ModuleWidget):
    """Shapes, costs and receptive fields of up to twelve layers, live, for any arguments.

    Layers are the convolutions, and what stands beside them in a network: pooling, ``Flatten``,
    ``Dense``, ``Activation``, ``Dropout``, ``BatchNormalization``, padding, cropping, upsampling.

    ``layers`` and ``input_shape`` are what ``convlab.explain`` takes: a layer, or a
    ``(name, arguments)`` pair, or a list of these; the shape of what goes in, batch included, sizes
    that are not known ``None``. Both can be read and set; read, the layers are pairs with every
    argument. ``record`` is what ``explain`` says of them, ``code`` the same layers for Keras.

    Arguments that are legal one by one but not together are shown with their refusal. What no dial
    can show is refused at once, with the error and the choices of ``explain``, and leaves
    everything as it was.

    >>> from convlab import Conv2D
    >>> calculator = Calculator(Conv2D(4, 3), (None, 9, 7, 1))
    >>> calculator.record.output_shape
    (None, 7, 5, 4)
    >>> calculator.layers = [Conv2D(4, 3), Conv2D(2, 3, strides=2)]
    >>> print(calculator.code)
    model = keras.Sequential([
        keras.Input((9, 7, 1)),
        keras.layers.Conv2D(filters=4, kernel_size=(3, 3)),
        keras.layers.Conv2D(filters=2, kernel_size=(3, 3), strides=(2, 2)),
    ])
    """

    bundle = "calculator"

    # AnyWidget gives a class that has none of its own this name for the browser's side.
    _anywidget_id: ClassVar[str] = "convlab.widgets.Calculator"

    shown = traitlets.Dict().tag(sync=True)

    layers = _Held(())
    input_shape = _Held(())
    language = _Held("en")

    def __init__(
        self,
        layers: LayerLike | Iterable[LayerLike] | None = None,
        input_shape: Iterable[int | None] | None = None,
    ) -> None:
        self._stack, self._quiet = Stack(), True
        self._known: tuple[tuple[Pair, ...], Shape, NetworkExplanation] | None = None
        pairs, shape = given(layers, input_shape)
        super().__init__(layers=pairs, input_shape=shape, language=get_language())
        self._quiet = False
        self._publish()

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The rules and texts that all calculators share."""
        return calculator_records()

    @classmethod
    def style(cls) -> str:
        """The style sheet of every calculator."""
        return style_sheet() + static("calculator.css")

    # What it shows

    def change(self, layers: Any = None, input_shape: Any = None) -> None:
        """Other layers on another shape, both at once; ``None``: the usual ones.

        >>> calculator = Calculator()
        >>> calculator.change(("Conv1D", {"filters": 2, "kernel_size": 3}), (None, 9, 4))
        >>> calculator.record.output_shape
        (None, 7, 2)
        """
        pairs, shape = given(layers, input_shape)
        self._take(layers=pairs, input_shape=shape)
        self._publish()

    @property
    def record(self) -> NetworkExplanation:
        """What ``convlab.explain`` says of the layers on the shape."""
        pairs, shape = self.layers, self.input_shape
        if self._known is None or self._known[0] is not pairs or self._known[1] is not shape:
            self._known = pairs, shape, explain(list(pairs), shape)
        return self._known[2]

    @property
    def code(self) -> str:
        """The accepted layers as a Keras model, for ``import keras``."""
        record = self.record
        lines = [f"keras.Input({record.input_shape[1:]}),"]
        for (_, own), explained in zip(self.layers, record.accepted, strict=False):
            call, comment = keras_call(explained.made)
            comma = "" if call.endswith("()") else ", "
            named = call if own["name"] is None else f"{call[:-1]}{comma}name={own['name']!r})"
            lines.append(f"{named},  {comment}" if comment else f"{named},")
        return "\n".join(["model = keras.Sequential([", *(f"    {line}" for line in lines), "])"])

    # From elsewhere, and to elsewhere

    def link(self, page: str = "") -> str:
        """The address of a page that shows this: ``page``, ``#``, and the stack.

        >>> from convlab import Conv1D
        >>> Calculator(Conv1D(2, 3), (None, None, 4)).link("stack.html").partition("&language")[0]
        'stack.html#input=none,none,4&layer=Conv1D&filters=2'
        """
        layers = self.records()["rules"]["layers"]
        return page + stack_hash(self.shown, {name: one["start"] for name, one in layers.items()})

    @classmethod
    def from_link(cls, link: str) -> Calculator:
        """The calculator of a link. What cannot be read is left out; ``unread`` names it.

        >>> calculator = Calculator.from_link("#input=none,9,4&layer=Conv1D&strides=2&pad=3")
        >>> calculator.record.output_shape, calculator.unread
        ((None, 4, 8), ['pad=3'])
        """
        if not isinstance(link, str):
            raise DTypeError("explorer_link", argument="link", kind=type(link).__name__)
        found = read_stack(link)
        layers = [(name, {**defaults(name), **own}) for name, own in found.layers] or None
        unread = found.unread
        try:
            calculator = cls(layers, found.input_shape)
        except ConvlabError:
            # A shape of other directions than the layers'.
            calculator = cls(layers)
            unread = ["input", *unread]
        if found.language:
            calculator.language = found.language
        calculator._take(shown={**calculator.shown, "unread": unread})
        return calculator

    @property
    def unread(self) -> list[str]:
        """The parts of a link that could not be read, as they stood in it."""
        return [str(part) for part in self.shown.get("unread") or ()]

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: one line, and the report with the code."""
        with in_language(self.language):
            record = self.record
            refused: Page = page(record.refusal) if record.refusal else []
            report = html([steps_table(record), *refused])
        code = f"<pre>{markup.escape(self.code)}</pre>"
        return {"text/plain": repr(self), "text/html": f"<div>{report}{code}</div>"}

    def __repr__(self) -> str:
        names = ", ".join(name for name, _ in self.layers)
        return f"Calculator([{names}], {self.input_shape})"

    # Traits

    @traitlets.validate("layers")
    def _valid_layers(self, proposal: Any) -> Any:
        if self._quiet:
            return proposal.value
        return given(proposal.value, self.input_shape)[0]

    @traitlets.validate("input_shape")
    def _valid_shape(self, proposal: Any) -> Any:
        if self._quiet:
            return proposal.value
        return given(list(self.layers), proposal.value)[1]

    @traitlets.validate("language")
    def _valid_language(self, proposal: Any) -> str:
        return _known_language(proposal.value)

    def _take(self, **values: Any) -> None:
        """Set what is legal already; nothing else follows from it."""
        self._quiet = True
        try:
            with self.hold_trait_notifications():
                for name, value in values.items():
                    setattr(self, name, value)
        finally:
            self._quiet = False

    @traitlets.observe("layers", "input_shape", "language")
    def _publish(self, change: Any = None) -> None:
        if self._quiet:
            return
        self._take(
            shown={
                "selected": 0,
                **self.shown,
                "input_shape": list(self.input_shape),
                "layers": [self._stack.told(pair) for pair in self.layers],
                "language": self.language,
                "unread": [],
            }
        )

    @traitlets.observe("shown")
    def _adopt(self, change: Any) -> None:
        """Take over what the browser says; what is not legal is answered with what stands."""
        if self._quiet:
            return
        told = change.new
        try:
            pairs = [self._stack.taken(layer) for layer in told["layers"]]
            layers, shape = given(pairs, told["input_shape"])
            language = _known_language(told["language"])
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError):
            self._publish()
            return
        self._take(layers=layers, input_shape=shape, language=language)


def _known_language(value: object) -> str:
    if value not in LANGUAGES:
        raise not_one_of("language", value, list(LANGUAGES))
    return str(value)

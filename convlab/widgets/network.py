"""``convlab.NetworkExplorer``: a whole network under the hand, every number of it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import Any, ClassVar

import ipywidgets
import numpy as np
import traitlets
from numpy.typing import NDArray

from ..arguments import read_once
from ..choices import applied, working
from ..errors import ConvlabError, DTypeError, StateError
from . import network_links
from .checks import with_choices, without
from .explorer import Explorer
from .labels import labels
from .lens_settings import plain
from .modules import static
from .network_given import Given, opened
from .network_layers import formats_of, parted, records_of, weights_now
from .network_past import past_of, recorded
from .network_pictures import mosaic
from .network_samples import (
    drawn_bits,
    encoded,
    moved,
    noisy,
    pad_layer,
    picture_of,
    sample_of,
    text_of,
)
from .network_settings import NAMES, PAD_LAYER, PROPERTIES, Settings, resolved
from .network_sums import Network, WhatIf
from .network_wires import shown_shapes
from .pictures import png
from .settable import SettableWidget, Setting
from .theme import style_sheet

Array = NDArray[np.float32]

SECONDS = 0.1
"""The least time between two updates that the browser is told."""

_AT_ONCE = 256
"""How many samples are computed together."""


class NetworkExplorer(SettableWidget):
    """A stack of layers on an input: every map, every number, and where each of them comes from.

    ``layers`` is a layer, a list of them or a ``Network`` in which each layer reads the one before:
    convolutions and what stands beside them (pooling, ``Flatten``, ``Dense``, normalization,
    activations …), built on ``x`` if they were not. They are not copied: ``update`` and ``record``
    read their weights anew. ``x`` are samples (n, …) or one sample, in the first layer's data
    format. ``labels`` are the right answers, as indices
    into the last layer's channels, and ``classes`` the names of these. ``history`` is a list with a
    mapping for each epoch: ``"weights"``, those of all layers in order, and any figures by name.
    ``pad``: so many cells of a drawing pad lie along one input; ``None``: there is no pad. Any
    setting by its name, as a trait:

    - ``sample``, an index into ``x``; ``drawn``, a drawing in its place: its cells as bits, row by
      row, in hexadecimal, or ``""``
    - ``shift``, (down, right) from -8 to 8; ``noise``, a fixed grain that is added: its standard
      deviation in percent of the largest input, to 200
    - ``selected``, the number that is looked at: (layer, *index into its output), or ``None``; the
      pad's own layer is -1
    - ``gradient``, whether the gradients of that number are shown, or of the largest score where
      none is selected
    - ``epoch``, an index into the history, ``None`` for now; ``scale`` of the colours (``"layer"``
      or ``"shared"``); ``language``
    - what is changed in the network: ``linear``, the layers without their activation; ``shuffled``,
      those with the numbers of their kernels in another order; ``off``, (layer, channel) pairs
      whose maps, or whose numbers behind ``Flatten`` and ``Dense``, are 0

    Raises a ``ConvlabError`` for layers that do not fit each other or the input, for what no
    browser can compute, and for a setting that there is not; a trait set to such a value raises it
    too and leaves everything as it was.

    >>> from convlab import Conv2D, Dense, Flatten, MaxPooling2D
    >>> layers = [Conv2D(4, 3, activation="relu"), MaxPooling2D(2), Flatten(), Dense(2)]
    >>> network = NetworkExplorer(layers, np.ones((3, 8, 8, 1)), classes=["no", "yes"])
    >>> [output.shape for output in network.outputs], network.scores.shape
    ([(6, 6, 4), (3, 3, 4), (36,), (2,)], (2,))
    """

    bundle = "network"
    names = NAMES

    # AnyWidget gives a class that has none of its own this name for the browser's side.
    _anywidget_id: ClassVar[str] = "convlab.widgets.NetworkExplorer"

    given = traitlets.Dict().tag(sync=True)
    stack: Any = traitlets.List().tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)
    samples = traitlets.Dict().tag(sync=True)
    past = traitlets.Dict().tag(sync=True)
    explorer = traitlets.Instance(Explorer).tag(sync=True, **ipywidgets.widget_serialization)

    sample = Setting(0)
    drawn = Setting("")
    shift = Setting((0, 0))
    noise = Setting(0)
    selected = Setting(None)
    gradient = Setting(False)
    epoch = Setting(None)
    scale = Setting("layer")
    linear = Setting(())
    shuffled = Setting(())
    off = Setting(())
    language = Setting("en")

    _clock: Callable[[], float] = staticmethod(monotonic)
    """Seconds; what ``update`` measures its pauses with."""
    _valid = traitlets.validate(*NAMES)(SettableWidget.found_legal)
    _follow = traitlets.observe(*NAMES)(SettableWidget.followed)

    def __init__(
        self,
        layers: Any,
        x: Any,
        *,
        labels: Any = None,
        classes: Any = None,
        history: Any = None,
        pad: Any = None,
        **settings: Any,
    ) -> None:
        own = {"labels": labels, "classes": classes, "history": history, "pad": pad}
        given = {name: value for name, value in own.items() if value is not None}
        given = {"layers": layers, "x": x, **given, **settings}
        found = _opened_or_refused(given | read_once(given))
        for record in found.records:
            if not record.made.built:
                record.made.build(record.input_shape)
        self._records, self._x, self._epochs = found.records, found.x, found.epochs
        self._bounds, self._shapes = found.bounds, [shown_shapes(one) for one in found.records]
        self._now = self._first = weights_now(found.records)
        self._last, self._due = self._clock(), False
        super().__init__(
            given=found.told,
            stack=plain(records_of(found.records)),
            samples=encoded(found.x),
            explorer=Explorer("Conv2D"),
        )
        self._take(found.settings)
        self._tell()

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The rules, texts and properties that all network explorers share."""
        return _records()

    @classmethod
    def style(cls) -> str:
        """The style sheet of every network explorer."""
        return style_sheet() + static("network.css")

    # What is legal, and what follows

    def _resolved(self, before: Settings, changes: Mapping[str, Any]) -> Settings:
        return resolved(before, changes, self._bounds)

    def change(self, **settings: Any) -> None:
        """Set several traits at once; all of them, or, where one is refused, none.

        >>> from convlab import Conv1D
        >>> network = NetworkExplorer(Conv1D(1, 3, activation="relu"), np.ones((2, 5, 1)))
        >>> network.change(sample=1, linear=[0])
        >>> network.linear
        (0,)
        """
        self._change(settings)

    # The weights and the epochs

    def update(self) -> None:
        """Take the layers' weights as they are now, and tell the browser ten times a second.

        So it can be called after each step of a training. What is left untold is told when the
        cell ends. Raises a ``ConvlabError`` for weights that are not finite.

        >>> from convlab import Conv1D
        >>> layer = Conv1D(1, 1, kernel_initializer="ones")
        >>> network = NetworkExplorer(layer, np.ones((3, 1)))
        >>> layer.bias[0] = 2
        >>> network.update()
        >>> network.outputs[0].ravel().tolist()
        [3.0, 3.0, 3.0]
        """
        self._now = weights_now(self._records)
        if self._clock() - self._last >= SECONDS:
            self._tell()
        elif not self._due:
            self._due = _call_later(self._tell_rest)

    def record(self, **figures: float) -> None:
        """Keep an epoch: the layers' weights as they are now, and figures such as the loss.

        The browser is always told. Before the first epoch stand the weights that the explorer was
        made with. Raises a ``ConvlabError`` for weights or figures that are not finite.

        >>> from convlab import Conv1D
        >>> network = NetworkExplorer(Conv1D(1, 1), np.ones((3, 1)))
        >>> network.record(loss=0.5)
        >>> network.past["figures"]
        [{}, {'loss': 0.5}]
        """
        now = weights_now(self._records)
        new = [recorded(now, figures)]
        if not self._epochs:
            new.insert(0, recorded(self._first, {}))
        self._now = now
        self._epochs = [*self._epochs, *new]
        self._tell()

    def _tell(self) -> None:
        """Tell the browser the weights of now, and the epochs that stand beside them."""
        self._last, self._due = self._clock(), False
        self._past = past_of(self._epochs, self._now)
        count = len(self._past.epochs)
        self._bounds = replace(self._bounds, epochs=count)
        with self.hold_sync():
            self.weights, self.past = text_of(self._now.astype("<f4")), self._past.told()
            if self.epoch is not None and self.epoch >= count:
                self._take({**self._settings(), "epoch": None})

    def _tell_rest(self) -> None:
        if self._due and self.comm is not None:
            self._tell()

    # What Python can ask

    @property
    def input(self) -> Array:
        """What the network is given, with shift and noise: one sample in its data format.

        >>> from convlab import Conv1D
        >>> NetworkExplorer(Conv1D(1, 1), [[1], [2], [3]], shift=(1, 0)).input.ravel().tolist()
        [0.0, 1.0, 2.0]
        """
        sample, first = self._x[self.sample], formats_of(self._records)[0]
        picture = self._drawing if self.drawn else picture_of(sample, first)
        picture = noisy(moved(picture, self.shift), self.given["white"], self.noise)
        return sample_of(picture, sample.ndim, first)

    @property
    def _drawing(self) -> Array:
        """The picture that the pad's layer makes of a drawing."""
        pad: int = self.given["pad"]
        bits = drawn_bits(self.drawn, self._bounds.cells).astype("float32")
        found: Array = pad_layer(pad, self.given["white"])(bits[None, ..., None])[0]
        return found

    @property
    def _network(self) -> Network:
        flat = self._now
        if self.epoch is not None:
            # As the browser has it.
            flat = self._past.epochs[self.epoch].weights.astype("float16").astype("float32")
        changed = WhatIf(self.linear, self.shuffled, self.off)
        return Network(self._records, parted(flat, self._shapes), changed)

    @property
    def outputs(self) -> list[Array]:
        """The output of each layer for the input that is shown, without a batch axis."""
        return [output[0] for output in self._network.outputs(self.input[None])]

    @property
    def scores(self) -> Array | None:
        """The last layer's output where it has one place, one number for each class; else None."""
        return self.outputs[-1].ravel() if self._has_scores else None

    @property
    def _has_scores(self) -> bool:
        shape = self._bounds.outputs[-1]
        return int(np.prod(shape)) == self._bounds.channels[-1]

    @property
    def gradients(self) -> list[Array | None]:
        """The gradients of the selected number by each layer's output; None for later layers.

        Where nothing is selected, those of the largest number of the last output.
        """
        found = self._gradients()[1:]
        return [*found, *[None] * (len(self._records) - len(found))]

    @property
    def input_gradient(self) -> Array:
        """The gradient of the selected number, or of the last output's largest, by the input.

        >>> from convlab import Conv1D
        >>> layer = Conv1D(1, 2, kernel_initializer="ones")
        >>> network = NetworkExplorer(layer, [[1], [2], [3]], selected=(0, 1, 0))
        >>> network.input_gradient.ravel().tolist()
        [0.0, 1.0, 1.0]
        """
        return self._gradients()[0]

    def _gradients(self) -> list[Array]:
        """By the input, and by each output up to the target's layer."""
        network = self._network
        outputs = network.outputs(self.input[None])
        layer, *index = self._target(outputs[-1][0])
        gradient = np.zeros_like(outputs[layer])
        gradient[(0, *index)] = 1
        return [one[0] for one in network.gradients(layer, gradient)]

    def _target(self, last: Array) -> tuple[int, ...]:
        """The number whose gradients are asked for; the pad's layer lies before the network."""
        if self.selected is not None and self.selected[0] != PAD_LAYER:
            selected: tuple[int, ...] = self.selected
            return selected
        place = np.unravel_index(last.argmax(), last.shape)
        return (len(self._records) - 1, *map(int, place))

    def confusion(self) -> NDArray[np.int64]:
        """How often each right answer (row) is read as each class (column), over all samples.

        Without shift and noise. Raises a ``ConvlabError`` without labels, and where the last layer
        has more than one place.

        >>> from convlab import Conv1D
        >>> layer = Conv1D(2, 1, kernel_initializer="ones")
        >>> NetworkExplorer(layer, np.ones((3, 1, 1)), labels=[0, 1, 1]).confusion().tolist()
        [[1, 0], [2, 0]]
        """
        labels = self.given["labels"]
        if labels is None:
            raise StateError("network_no_labels", argument="labels")
        if not self._has_scores:
            raise StateError("network_no_scores", shape=self._bounds.outputs[-1])
        network, count = self._network, self._bounds.channels[-1]
        parts = [self._x[i : i + _AT_ONCE] for i in range(0, len(self._x), _AT_ONCE)]
        scores = [network.outputs(part)[-1].reshape(len(part), count) for part in parts]
        found = np.zeros((count, count), "int64")
        np.add.at(found, (labels, np.concatenate(scores).argmax(axis=1)), 1)
        return found

    # From elsewhere, and to elsewhere

    def link(self, page: str = "") -> str:
        """The address of a page that shows these settings, whatever its layers and samples.

        >>> from convlab import Conv1D
        >>> network = NetworkExplorer(Conv1D(2, 3), np.ones((4, 5, 1)), sample=2, off=[(0, 1)])
        >>> network.link("net.html").partition("&language")[0]
        'net.html#sample=2&off=%5B%5B0,1%5D%5D'
        """
        if not isinstance(page, str):
            raise DTypeError("explorer_link", argument="page", kind=type(page).__name__)
        return page + network_links.hash_of(self.shown)

    @classmethod
    def from_link(cls, link: str, layers: Any, x: Any, **more: Any) -> NetworkExplorer:
        """The explorer of a link; ``more`` is given to it besides, and comes before the link.

        What cannot be read, or is not legal, is left out.

        >>> from convlab import Conv1D
        >>> link = "#sample=2&epoch=5&scale=shared"
        >>> network = NetworkExplorer.from_link(link, Conv1D(2, 3), np.ones((4, 5, 1)))
        >>> network.sample, network.epoch, network.scale
        (2, None, 'shared')
        """
        found = without(network_links.read(link), more)
        explorer = cls(layers, x, **more)
        for name in (one for one in NAMES if one in found):
            try:
                explorer.change(**{name: found[name]})
            except ConvlabError:
                continue
        return explorer

    def to_html(self, title: str = "convlab") -> str:
        """The text of one page that holds all of it, needs no network and no Python."""
        self._tell()
        return super().to_html(title)

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: one line, and the input with the maps."""
        arrays = zip([self.input, *self.outputs], formats_of(self._records), strict=True)
        pictures = [picture_of(*pair) for pair in arrays]
        data = base64.b64encode(png(mosaic(pictures))).decode()
        return {"text/plain": repr(self), "image/png": data}

    def __repr__(self) -> str:
        names = ", ".join(type(record.made).__name__ for record in self._records)
        return f"NetworkExplorer([{names}], sample={self.sample})"


def _opened_or_refused(given: Mapping[str, Any]) -> Given:
    try:
        return opened(**given)
    except ConvlabError as error:
        raise with_choices(error, _ways_out(error, given)) from error


def _ways_out(error: ConvlabError, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices that work as they are: layers and arrays look alike. Else what they lead to."""
    found = [choice for choice in error.choices if _works(applied(given, choice))]
    return found or working(error, given, lambda wanted: opened(**wanted))


def _works(wanted: Mapping[str, Any]) -> bool:
    try:
        opened(**wanted)
    except ConvlabError:
        return False
    return True


def _call_later(tell: Callable[[], None]) -> bool:
    """Whether there is a loop that will call it, as in a notebook after its cell."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    loop.call_later(SECONDS, tell)
    return True


@cache
def _records() -> dict[str, Any]:
    return {"labels": labels("network.", "pad.", "control."), "properties": PROPERTIES}

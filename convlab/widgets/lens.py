"""``convlab.Lens``: a photograph, a kernel under the hand, and what the one makes of the other."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import ipywidgets
import numpy as np
import traitlets
from numpy.typing import NDArray

from ..choices import working
from ..errors import ConvlabError
from ..explanation.rules import rules
from ..geometry import Axis
from ..i18n import get_language
from ..kernels import KERNEL_NAMES, named_kernel
from ..layers import Conv2D
from ..samples import photograph
from . import lens_links, lens_settings
from .checks import check_known, with_choices, without
from .controls import checked_names
from .labels import labels_of
from .lens_scene import comparable, grain, stripes, strongest
from .lens_settings import (
    DIALS,
    LARGEST,
    LARGEST_NAMED,
    NAMES,
    PATTERN,
    PROPERTIES,
    Kernel,
    Settings,
    normal_kernel,
    numbers,
    plain,
    resolved,
)
from .modules import static
from .pictures import STEPS, Picture, picture, png
from .settable import SettableWidget, Setting
from .theme import style_sheet
from .values import short

Array = NDArray[np.float32]

TOLERANCE = 0.01
"""How far a solved puzzle's output may lie from the target, in shares of its largest number."""

_STILL = 200
"""The most rows and columns of a picture in a still."""

_GREYS = 31
"""Steps from black to white in a still."""


class Lens(SettableWidget):
    """A picture, a kernel whose numbers are dragged or typed, and the filtered picture beside it.

    ``image`` is (height, width) greys or (height, width, 3) colours, integers from 0 to 255 or
    floats from 0 to 1; ``"stripes"`` is a pattern from -1 to 1; ``None`` is a photograph of
    600×512. ``kernel`` is a name (``"identity"``, ``"blur"``, ``"sharpen"``, ``"edges"``,
    ``"emboss"``, ``"sobel_x"``, ``"sobel_y"``) or an array (height, width) of 1 to 31 numbers along
    each axis, of which up to 9 can be dragged; ``None`` is ``"sobel_x"``, in a puzzle
    ``"identity"``. Any other setting by its name, as a trait:

    - ``kernel_size``, ``strides``, ``padding``, ``dilation_rate`` in Keras' forms; another
      ``kernel_size`` makes a named kernel anew (up to 15), and cuts or fills other numbers all
      around
    - ``channels``: 1 filters the mean of the colours, 3 each colour by itself with the same kernel
    - ``true_convolution`` (the kernel flipped), ``position``, the index of the output that is
      looked at, ``contrast`` of the output (``"own"``: its largest number is white; ``"shared"``:
      as in the picture), ``language``
    - ``period`` (2 to 40 pixels) and ``angle`` (0 to 180 degrees) of stripes
    - ``noise``, a fixed grain that is added: its standard deviation in percent of white, to 200
    - ``move``, (down, right) from 0 to 40: the picture is moved, what leaves it comes in on the
      other side, and the output's ``difference`` from the moved output is shown beside it
    - ``marks``, 1 to 12: so many of the strongest outputs are marked in both pictures

    ``controls`` are the names of the dials to show first, before all others. ``puzzle`` is another
    kernel: what it makes of the picture is shown, and the kernel has to be found; ``solved`` says
    whether it is. Raises a ``ConvlabError`` for what the layer refuses or the lens cannot show; a
    trait set to such a value raises it too and leaves everything as it was.

    >>> lens = Lens(np.eye(6), "blur", padding="same", strides=2)
    >>> lens.output.shape, lens.kernel_size
    ((3, 3, 1), (3, 3))
    """

    bundle = "lens"
    names = NAMES

    # AnyWidget gives a class that has none of its own this name for the browser's side.
    _anywidget_id: ClassVar[str] = "convlab.widgets.Lens"

    picture = traitlets.Instance(Picture).tag(sync=True, **ipywidgets.widget_serialization)
    given = traitlets.Dict().tag(sync=True)

    kernel = Setting("sobel_x")
    kernel_size = Setting((3, 3))
    strides = Setting((1, 1))
    padding = Setting("valid")
    dilation_rate = Setting((1, 1))
    true_convolution = Setting(False)
    channels = Setting(1)
    contrast = Setting("own")
    position = Setting((0, 0, 0))
    period = Setting(None)
    angle = Setting(None)
    noise = Setting(None)
    move = Setting(None)
    marks = Setting(None)
    language = Setting("en")

    _valid = traitlets.validate(*NAMES)(SettableWidget.found_legal)
    _follow = traitlets.observe(*NAMES)(SettableWidget.followed)

    def __init__(
        self,
        image: Any = None,
        kernel: Any = None,
        *,
        puzzle: Any = None,
        controls: Any = None,
        **settings: Any,
    ) -> None:
        own = {"image": image, "kernel": kernel, "puzzle": puzzle, "controls": controls}
        given = {name: value for name, value in {**own, **settings}.items() if value is not None}
        try:
            shown, secret, found = _opened(**given)
        except ConvlabError as error:
            choices = working(error, given, lambda wanted: _opened(**wanted))
            raise with_choices(error, choices) from error
        super().__init__(
            picture=shown,
            given=plain({"puzzle": secret, "controls": checked_names(controls, DIALS)}),
        )
        self._take(found)

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The rules, texts and named kernels that all lenses share."""
        return _records()

    @classmethod
    def style(cls) -> str:
        """The style sheet of every lens."""
        return style_sheet() + static("lens.css")

    # What is legal, and what follows

    def _resolved(self, before: Settings, changes: Mapping[str, Any]) -> Settings:
        return resolved(before, changes, self._shape)

    def change(self, **settings: Any) -> None:
        """Set several traits at once; all of them, or, where one is refused, none.

        >>> lens = Lens(np.eye(6))
        >>> lens.change(kernel="blur", kernel_size=5, padding="same")
        >>> lens.output.shape
        (6, 6, 1)
        """
        self._change(settings)

    @property
    def _shape(self) -> tuple[int, int, int]:
        height, width, channels = self.picture.shape
        return height, width, channels

    # What Python can ask

    @property
    def image(self) -> Array:
        """What the kernel is laid on, as float32 (height, width, channels).

        >>> Lens(np.eye(4)).image.shape
        (4, 4, 1)
        """
        return self._image(self.move)

    def _image(self, move: tuple[int, int] | None) -> Array:
        if self.period is None:
            pixels = self.picture.pixels
        else:
            pixels = stripes(self.period, self.angle)[..., None].astype("float32")
        if pixels.shape[-1] != self.channels:
            pixels = pixels.mean(axis=-1, keepdims=True, dtype="float32")
        if self.noise:
            share = self.picture.white * self.noise / 100
            added = pixels.astype("float64") + share * grain(pixels.size).reshape(pixels.shape)
            pixels = added.astype("float32")
        return np.roll(pixels, move or (0, 0), axis=(0, 1))

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The kernel's numbers as they are shown, (height, width).

        >>> Lens(np.eye(4), "blur", kernel_size=2).numbers.tolist()
        [[0.25, 0.25], [0.25, 0.25]]
        """
        return numbers(self.kernel, self.kernel_size)

    def layer(self) -> Conv2D:
        """The real layer in float32, built, with the arguments and the kernel that are shown."""
        return self._layer_with(self.kernel)

    def _layer_with(self, kernel: Kernel) -> Conv2D:
        size = self.kernel_size if kernel is self.kernel else _size_of(kernel)
        settings = {**self._settings(), "kernel_size": size}
        layer, taps = lens_settings.layer_of(settings), numbers(kernel, size)
        layer.build((1, *self._shape[:2], self.channels))
        taps = taps[::-1, ::-1] if self.true_convolution else taps
        layer.set_weights([np.repeat(taps[..., None, None], self.channels, axis=-1)])
        return layer

    @property
    def output(self) -> Array:
        """The filtered picture, (height, width, channels)."""
        return self._output(self.move)

    def _output(self, move: tuple[int, int] | None) -> Array:
        found: Array = self.layer()(self._image(move)[None])[0]
        return found

    @property
    def gain(self) -> float:
        """How many times as much the output varies as the picture: their standard deviations.

        >>> round(Lens("stripes", "blur", period=2).gain, 3)
        0.333
        """
        before, after = (float(one.std(dtype="float64")) for one in (self.image, self.output))
        return after / before if before else float("nan")

    @property
    def strongest(self) -> list[tuple[int, int]]:
        """The places (row, column) that are marked, the strongest output first.

        >>> Lens(np.eye(7), "blur", marks=2).strongest
        [(0, 0), (2, 2)]
        """
        return strongest(self.output, self._axes, self.marks or 0)

    @property
    def difference(self) -> Array | None:
        """The output less what the picture's output becomes when it is moved, or None.

        The latter moves by as many whole outputs as the picture's move holds.

        >>> lens = Lens(np.eye(9), move=(2, 0), strides=2)
        >>> lens.difference.shape, lens.largest_difference
        ((4, 4, 1), 0.0)
        """
        if self.move is None:
            return None
        moved: Array = np.roll(self._output(None), self._near, axis=(0, 1))
        return self.output - moved

    @property
    def _near(self) -> tuple[int, ...]:
        """By how many whole outputs the output of a moved picture moves."""
        return tuple(one // step for one, step in zip(self.move, self.strides, strict=True))

    @property
    def largest_difference(self) -> float | None:
        """Of the outputs that meet neither border nor what has come in; None if there are none."""
        difference = self.difference
        if difference is None:
            return None
        places = map(comparable, self._axes, self.move)
        middle = difference[np.ix_(*places)]
        return float(np.abs(middle).max()) if middle.size else None

    @property
    def _axes(self) -> tuple[Axis, ...]:
        return self.layer().geometry((1, *self._shape[:2], self.channels)).stages[0].forward_axes

    @property
    def solved(self) -> bool:
        """Whether the output is what the puzzle's kernel makes; without a puzzle never.

        >>> lens = Lens(np.eye(6), puzzle="blur")
        >>> lens.solved
        False
        >>> lens.kernel = "blur"
        >>> lens.solved
        True
        """
        secret = self.given["puzzle"]
        if secret is None:
            return False
        try:
            target = self._layer_with(normal_kernel(secret))(self.image[None])[0]
        except ConvlabError:
            return False  # A setting has outgrown the puzzle.
        found = self.output
        bound = TOLERANCE * float(np.abs(target).max())
        return found.shape == target.shape and float(np.abs(found - target).max()) <= bound

    # From elsewhere, and to elsewhere

    def link(self, page: str = "") -> str:
        """The address of a page that shows this kernel and these settings, whatever its picture.

        >>> Lens(np.eye(6), "blur", strides=2, language="en").link("lens.html")
        'lens.html#kernel=blur&strides=2,2&channels=1&position=1,1,0&language=en'
        """
        return page + lens_links.hash_of(self.shown)

    @classmethod
    def from_link(cls, link: str, image: Any = None, **more: Any) -> Lens:
        """The lens of a link on ``image``; ``more`` is given to it besides, and comes before it.

        What cannot be read, or is not legal, is left out.

        >>> lens = Lens.from_link("#kernel=blur&strides=2,2&padding=sideways", np.eye(6))
        >>> lens.kernel, lens.strides, lens.padding
        ('blur', (2, 2), 'valid')
        """
        found = without(lens_links.read(link), more)
        lens = cls(image, **more)
        for name in (one for one in NAMES if one in found):
            try:
                lens.change(**{name: found[name]})
            except ConvlabError:
                continue
        return lens

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: one line, and the pictures."""
        difference = self.difference
        shown = [self.image, self.output, *([] if difference is None else [difference])]
        signed = min(one.min() for one in shown) < 0
        pictures = [_levels(one, signed) for one in shown]
        height = max(len(one) for one in pictures)
        rows = [_filled(one, height) for one in pictures]
        data = base64.b64encode(png(np.concatenate(rows, axis=1))).decode()
        return {"text/plain": repr(self), "image/png": data}

    def __repr__(self) -> str:
        names = ("strides", "padding", "dilation_rate")
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        named = isinstance(self.kernel, str)
        kernel = repr(self.kernel) if named else "×".join(map(str, self.kernel_size))
        return f"Lens(kernel={kernel}, {settings})"


def _opened(
    image: Any = None,
    kernel: Any = None,
    puzzle: Any = None,
    controls: Any = None,
    **settings: Any,
) -> tuple[Picture, Kernel | None, Settings]:
    """The picture, the puzzle's numbers and the settings of a lens that is asked for so."""
    check_known(settings, NAMES, "Lens")
    checked_names(controls, DIALS)
    secret = None if puzzle is None else normal_kernel(puzzle, "puzzle")
    if kernel is None:
        kernel = "sobel_x" if secret is None else "identity"
    if secret is not None and isinstance(kernel, str):
        settings = {"kernel_size": _size_of(secret), **settings}
    shown = picture(_sample(settings.get("channels") == 3) if image is None else image)
    start = {one["name"]: one["start"] for one in PROPERTIES}
    start |= {"channels": shown.shape[2], "language": get_language()}
    start |= PATTERN if isinstance(image, str) else {}
    before = {name: tuple(v) if isinstance(v, list) else v for name, v in start.items()}
    shape = (shown.shape[0], shown.shape[1], shown.shape[2])
    found = resolved(before, {"kernel": kernel, **settings}, shape)
    if secret is not None:
        resolved(found, {"kernel": secret}, shape)
    return shown, secret, found


def _size_of(kernel: Kernel) -> tuple[int, int]:
    return (3, 3) if isinstance(kernel, str) else (len(kernel), len(kernel[0]))


@cache
def _sample(colours: bool) -> Array:
    """The photograph, in few greys where no colours are asked for: a notebook stays small."""
    if colours:
        return photograph()
    few = np.float32(STEPS[0])
    greys: Array = np.rint(photograph().mean(axis=-1) * few) / few
    return greys


@cache
def _records() -> dict[str, Any]:
    told = rules()
    return {
        "rules": {**told, "layers": {"Conv2D": told["layers"]["Conv2D"]}},
        "labels": labels_of("lens"),
        "kernels": {
            name: [_rows(named_kernel(name, size)) for size in range(1, LARGEST_NAMED + 1)]
            for name in KERNEL_NAMES
        },
        "properties": PROPERTIES,
        "groups": ["kernel", "window", "picture"],
        "tolerance": TOLERANCE,
        "largest": LARGEST,
    }


def _rows(kernel: NDArray[np.floating]) -> list[Any]:
    """The rows that differ, and which of them follow each other: most kernels repeat theirs."""
    rows, order = np.unique(kernel, axis=0, return_inverse=True)
    return [short(rows.tolist()), order.ravel().tolist()]


def _levels(image: Array, signed: bool) -> NDArray[np.uint8]:
    step = -(-max(image.shape[:2]) // _STILL)
    part = image[::step, ::step]
    share = part / max(float(np.abs(image).max()), 1e-9)
    greys = np.rint(_GREYS * ((share + 1) / 2 if signed else share))
    return np.rint(greys * 255 / _GREYS).astype("uint8")


def _filled(levels: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """With white below and beside it."""
    room = ((0, height - len(levels)), (0, 8), (0, 0))
    return np.pad(levels, room, constant_values=255)

"""``convlab.Flipbook``: pictures made once, and a dial for each thing in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import product
from math import prod
from typing import Any, ClassVar, NamedTuple

import numpy as np
import traitlets

from ..errors import ArgumentError, ConvlabError
from ..i18n import get_language
from ..plots.pixels import Picture, grey_levels, largest, normal_picture
from .arrays import simple
from .labels import labels
from .modules import ModuleWidget, static
from .theme import style_sheet

Value = int | str | bool

MOST_PAGES = 500
WIDEST = 640
TINY, ENLARGED = 128, 92
"""Pixels, and the quality of a picture that is so small that the browser shows it enlarged."""


class _Setting(NamedTuple):
    name: str
    values: list[Value]
    first: int


class _Page(NamedTuple):
    picture: Picture | None
    caption: str


class Flipbook(ModuleWidget):
    """Pictures made once, with a dial for each thing in which they differ; it needs no kernel.

    ``pictures`` is a list of pictures, shown page by page. Or it is a function of ``settings`` by
    name: each is a tuple ``(lowest, highest, first)`` of whole numbers, or a list of choices, whose
    first is shown; the function is called once for each combination. A picture is an array
    (height, width) of numbers, or (height, width, 3) of colours from 0 to 1 (of integers to 255),
    alone or with its caption as a pair. Greys are scaled to the largest number of each picture; if
    any picture of the book holds a negative number, 0 is the middle grey in all of them. Where the
    function raises a ``ConvlabError``, the page says it under the last picture. No picture is
    stored wider than ``widest`` pixels.

    ``frame`` is the number of the page that is shown, ``settings`` its values by name; both can be
    set. Raises a ``ConvlabError`` for what is no picture, and for more than 500 pages.

    >>> import numpy as np
    >>> book = Flipbook(lambda size: (np.ones((size, size)), f"{size}²"), size=(1, 4, 2))
    >>> book.settings, book.caption, book.count
    ({'size': 2}, '2²', 4)
    """

    bundle = "flipbook"
    _anywidget_id: ClassVar[str] = "convlab.widgets.Flipbook"

    book = traitlets.Dict().tag(sync=True)
    frame = traitlets.Int(0).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)

    def __init__(
        self,
        pictures: Callable[..., Any] | Sequence[Any],
        *,
        widest: int = WIDEST,
        **settings: Any,
    ) -> None:
        chosen = [_setting(name, values) for name, values in settings.items()]
        if not callable(pictures):
            pictures = list(pictures)
            chosen = [_Setting("page", list(range(1, len(pictures) + 1)), 0)]
        pages = list(_pages(pictures, chosen))
        frame = 0
        for one in chosen:
            frame = frame * len(one.values) + one.first
        super().__init__(book=_book(chosen, pages, widest), frame=frame, language=get_language())

    @classmethod
    def records(cls) -> dict[str, Any]:
        """The names of its controls, in both languages."""
        return {"labels": labels("control.", "list.", "flipbook.")}

    @classmethod
    def style(cls) -> str:
        """The style sheet of every flipbook."""
        return style_sheet() + static("flipbook.css")

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.book["pages"])

    @property
    def caption(self) -> str:
        """What stands under the picture now."""
        return str(self.book["pages"][self.frame]["caption"])

    @property
    def settings(self) -> dict[str, Value]:
        """The values of the page that is shown, by name; set some of them to turn to another.

        >>> book = Flipbook(lambda k: [[k]], k=[1, 3, 5])
        >>> book.settings = {"k": 5}
        >>> book.frame
        2
        """
        found, rest = {}, self.frame
        for one in reversed(self.book["settings"]):
            rest, place = divmod(rest, len(one["values"]))
            found[one["name"]] = one["values"][place]
        return dict(reversed(found.items()))

    @settings.setter
    def settings(self, wanted: Mapping[str, Value]) -> None:
        values = {**self.settings, **wanted}
        frame = 0
        for one in self.book["settings"]:
            value = values.pop(one["name"])
            if value not in one["values"]:
                raise _none_of(one["name"], value, one["values"])
            frame = frame * len(one["values"]) + one["values"].index(value)
        if values:
            names = [one["name"] for one in self.book["settings"]]
            raise _none_of("settings", next(iter(values)), names)
        self.frame = frame

    @traitlets.validate("frame")
    def _check_frame(self, proposal: Any) -> int:
        frame = int(proposal.value)
        if 0 <= frame < self.count:
            return frame
        nearest = min(max(frame, 0), self.count - 1)
        raise ArgumentError(
            "flipbook_frame",
            argument="frame",
            value=frame,
            last=self.count - 1,
            choices=[{"frame": nearest}],
        )

    def still(self) -> dict[str, str]:
        """What is shown where no widget can be: one line, and the picture with its caption."""
        page = self.book["pages"][self.frame]
        said = escape(page["caption"], quote=True)
        source = "" if page["picture"] is None else self.book["pictures"][page["picture"]]
        image = source and f'<img src="{source}" alt="{said}" style="max-width: 100%">'
        figure = f'<figure style="margin: 0">{image}<figcaption>{said}</figcaption></figure>'
        return {"text/plain": repr(self), "text/html": figure}

    def __repr__(self) -> str:
        return f"Flipbook({', '.join(one['name'] for one in self.book['settings'])})"


def _none_of(argument: str, value: object, legal: Sequence[Any]) -> ArgumentError:
    choices = [{argument: one} for one in legal[:6]]
    return ArgumentError(
        "one_of",
        argument=argument,
        value=value,
        legal=", ".join(map(repr, legal)),
        choices=choices,
    )


def _setting(name: str, values: object) -> _Setting:
    """A setting's values and the place of the first one shown."""
    values = simple(values)
    if isinstance(values, list) and values and all(isinstance(v, int | str) for v in values):
        return _Setting(name, values, 0)
    if isinstance(values, tuple) and len(values) == 3 and all(type(v) is int for v in values):
        lowest, highest, first = values
        if lowest <= first <= highest:
            return _Setting(name, list(range(lowest, highest + 1)), first - lowest)
    raise ArgumentError(
        "flipbook_setting", argument=name, value=values, choices=[{name: (1, 5, 1)}]
    )


def _pages(pictures: Any, settings: Sequence[_Setting]) -> Iterator[_Page]:
    count = prod(len(one.values) for one in settings)
    if not 0 < count <= MOST_PAGES:
        raise ArgumentError("flipbook_pages", argument="pictures", value=count, most=MOST_PAGES)
    if not callable(pictures):
        yield from map(_page, pictures)
        return
    for values in product(*(one.values for one in settings)):
        try:
            made = pictures(**dict(zip((one.name for one in settings), values, strict=True)))
        except ConvlabError as error:
            yield _Page(None, str(error))
        else:
            yield _page(made)


def _page(made: object) -> _Page:
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], str):
        return _Page(normal_picture(made[0], "pictures"), made[1])
    return _Page(normal_picture(made, "pictures"), "")


def _book(settings: Sequence[_Setting], pages: Sequence[_Page], widest: int) -> dict[str, Any]:
    from concurrent.futures import ThreadPoolExecutor

    signed = any(page.picture is not None and (page.picture < 0).any() for page in pages)
    shown = [page.picture for page in pages if page.picture is not None]
    # Encoding takes most of the time, and other threads go on meanwhile.
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda picture: address_of(picture, widest, signed=signed), shown)
    found: dict[str, int] = {}
    told = []
    for picture, caption in pages:
        place = None if picture is None else found.setdefault(next(made), len(found))
        told.append({"picture": place, "caption": caption})
    return {
        "settings": [{"name": one.name, "values": one.values} for one in settings],
        "pictures": list(found),
        "pages": told,
    }


def address_of(picture: Picture, widest: int = WIDEST, *, signed: bool = False) -> str:
    """A picture as an address that holds its data.

    Greys are scaled to the largest number; ``signed`` puts 0 at the middle grey. An infinity is as
    white, or as black, as the outermost finite number; what is no number is black.
    """
    from PIL import Image

    from ..plots.stored import QUALITY, webp

    grey = picture.ndim == 2
    levels = grey_levels(picture, largest(picture), signed) if grey else np.clip(picture, 0, 1)
    image = Image.fromarray((levels * 255).round().astype("uint8"))
    if image.width > widest:
        size = (widest, round(image.height * widest / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return webp(np.asarray(image), ENLARGED if max(image.size) <= TINY else QUALITY)

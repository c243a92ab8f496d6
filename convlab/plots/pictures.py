"""Pictures side by side: photographs and feature maps, on one scale of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from IPython.display import HTML, display
from matplotlib.colors import to_rgb
from PIL import Image

from ..arguments import normal_truth
from ..errors import ShapeError
from ..i18n import text
from ..style import LIGHT, WIDTH
from .pixels import Picture, grey_levels, largest, normal_picture
from .scene import number
from .stored import webp

GAP = 12
_TALLEST = round(WIDTH / 2.4)
_NARROWEST = 130
"""Pixels: so narrow may a picture become before it moves to a row of its own."""

CAPTION = "font-size:13px;line-height:1.4"
_EDGE = "outline:1px solid #8886;outline-offset:-1px"


def show_pictures(pictures: Any, titles: Any, *, one_scale: bool = False) -> None:
    """Show pictures in a row, each with its title; where the page is narrow, in several rows.

    A picture is an array (height, width, 3) of colours from 0 to 1, or (height, width) of numbers:
    grey from 0 up, black to white; where any picture of the row has negative numbers, 0 is the
    middle grey in all of them. Each is scaled to its own largest number, or with ``one_scale`` all
    to the largest of the row. They are as high as each other, their pixels never blurred. What is
    not finite is purple, and counted in the title. Raises a ``ConvlabError`` for what is no
    picture, and unless there is a title for each.

    >>> show_pictures([[[0, 1]], [[-1, 1]]], ["a picture", "another one"])
    <IPython.core.display.HTML object>
    """
    one_scale = normal_truth(one_scale, "one_scale", 0)
    drawn = [normal_picture(each, "pictures") for each in listed(pictures)]
    said = [titled(*each) for each in zip(drawn, titles_for(drawn, titles), strict=True)]
    shares = [picture.shape[1] / picture.shape[0] for picture in drawn]
    room = WIDTH - GAP * (len(drawn) - 1)
    height = min(room / sum(shares), _TALLEST)
    figures = (
        _figure(pixels, title, round(height * share), room)
        for pixels, title, share in zip(_pixels(drawn, one_scale), said, shares, strict=True)
    )
    row = (
        f"display:flex;flex-wrap:wrap;align-items:flex-end;gap:{GAP}px;{CAPTION};text-align:center"
    )
    show(f'<div style="{row}">{"".join(figures)}</div>')


def show(html: str) -> None:
    """Show a piece of HTML as a cell's output."""
    display(HTML(html))  # type: ignore[no-untyped-call]


def listed(values: Any) -> list[Any]:
    """The items of a list or of an array; one that is none of both is its only item."""
    if isinstance(values, np.ndarray):
        return list(values) if values.ndim else [values]
    return list(values) if isinstance(values, Sequence) else [values]


def titles_for(drawn: Sequence[Any], titles: Any) -> list[object]:
    """The titles. Raises ``ShapeError`` for more or fewer than there are pictures, or for none."""
    given = listed(titles) if not isinstance(titles, str) else [titles]
    if not drawn or len(given) != len(drawn):
        raise ShapeError("titles", argument="titles", value=len(given), count=len(drawn))
    return given


def titled(values: Picture, title: object) -> str:
    """The title, and how much of what is below it is not finite."""
    odd = values[~np.isfinite(values)]
    if not odd.size:
        return str(title)
    names, counts = np.unique([number(value) for value in odd.tolist()], return_counts=True)
    tally = [f"{name}: {count:,}" for name, count in zip(names, counts.tolist(), strict=True)]
    counted = text("list.separator").join(tally)
    return text("plots.title_with_tally", title=title, counted=counted)


def _pixels(pictures: Sequence[Picture], one_scale: bool) -> list[Image.Image]:
    greys = [picture for picture in pictures if picture.ndim == 2]
    signed = any(float(np.nan_to_num(grey).min()) < 0 for grey in greys)
    shared = max(map(largest, greys), default=1.0) if one_scale else None
    return [_image(picture, shared, signed) for picture in pictures]


def _image(picture: Picture, bound: float | None, signed: bool) -> Image.Image:
    if picture.ndim == 2:
        levels = grey_levels(picture, bound or largest(picture), signed)
        colours = np.repeat(levels[..., None], 3, axis=2)
    else:
        colours = np.clip(np.nan_to_num(picture), 0, 1)
    odd = ~np.isfinite(picture if picture.ndim == 2 else picture.sum(axis=2))
    colours[odd] = to_rgb(LIGHT.negative)
    return Image.fromarray((colours * 255).round().astype("uint8"))


def _figure(image: Image.Image, title: str, width: int, room: int) -> str:
    """A picture ``width`` of the ``room`` pixels of a row wide, under its title.

    Where the page is narrower it takes the same share of it, but stays legible.
    """
    sharp = "image-rendering:pixelated;" if image.width <= width else ""
    if image.width > width:
        size = (width, max(round(image.height * width / image.width), 1))
        image = image.resize(size, Image.Resampling.LANCZOS)
    source, said = webp(np.asarray(image)), escape(title).replace("\n", "<br>")
    height = round(width * image.height / image.width)
    share = f"calc((100% - {WIDTH - room}px)*{width / room:.4g})"
    place = f"width:{share};min-width:{min(_NARROWEST, width)}px;margin:0"
    return (
        f'<figure style="{place}"><figcaption>{said}</figcaption>'
        f'<img src="{source}" alt="{escape(" ".join(title.split()))}" width="{width}"'
        f' height="{height}" style="width:100%;height:auto;{sharp}{_EDGE}"></figure>'
    )

"""A picture as a notebook stores it: small, since notebooks are kept in repositories."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any

from PIL import Image

from .export import Pixels

QUALITY = 82
"""As good as JPEG's 85, at little more than half its size."""

LITTLE = 500
"""Bytes: so few are not worth an error, which is easily seen in few pixels."""

LEGIBLE = 0.75
"""The least share of its width at which a picture's words can be read."""

_BOX = 'style="overflow-x:auto"'


def webp(pixels: Pixels, quality: int = QUALITY) -> str:
    """A picture as an address that holds its data: WebP, without loss where that is little.

    ``pixels`` is (height, width) of greys, or (height, width, 3 or 4) of colours.
    """
    image = Image.fromarray(pixels)
    data = _encoded(image, lossless=True, method=4)
    if len(data) > LITTLE:
        data = min(data, _encoded(image, quality=quality, method=6), key=len)
    return f"data:image/webp;base64,{b64encode(data).decode('ascii')}"


def _encoded(image: Image.Image, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "webp", **options)
    return buffer.getvalue()


def themed(light: Pixels, dark: Pixels, said: str, width: int) -> str:
    """A picture with a form for each theme: JupyterLab's where there is one, else the system's.

    Where a page keeps no style sheet, the dark form stays hidden.
    """
    both = "".join(
        _image(pixels, said, width).replace("<img", f'<img class="{theme}"{hidden}', 1)
        for pixels, theme, hidden in ((light, "light", ""), (dark, "dark", " hidden"))
    )
    return f'<div class="convlab-themed" {_BOX}>{both}<style>{_THEMED}</style></div>'


def _shown(where: str, theme: str) -> str:
    other = "light" if theme == "dark" else "dark"
    return (
        f"{where} .convlab-themed>.{theme}{{display:inline}}"
        f"{where} .convlab-themed>.{other}{{display:none}}"
    )


_THEMED = (
    f"@media (prefers-color-scheme:dark){{{_shown(':root', 'dark')}}}"
    + _shown('[data-jp-theme-light="true"]', "light")
    + _shown('[data-jp-theme-light="false"]', "dark")
)


def element(pixels: Pixels, said: str, width: int) -> str:
    """A picture in HTML, ``width`` pixels of a page wide; ``said`` is read where it is not seen.

    It shrinks with the page as long as its words can be read.

    HTML, since not every viewer of notebooks takes WebP as an output of its own.
    """
    return f"<div {_BOX}>{_image(pixels, said, width)}</div>"


def _image(pixels: Pixels, said: str, width: int) -> str:
    height = round(width * pixels.shape[0] / pixels.shape[1])
    style = f"max-width:100%;min-width:{round(LEGIBLE * width)}px;height:auto"
    size = f'width="{width}" height="{height}" style="{style}"'
    return f'<img src="{webp(pixels)}" alt="{escape(said)}" {size}>'

"""Sliders over a function that makes a picture: plain ipywidgets, one JPEG a move."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.image import imsave
from numpy.typing import NDArray

from ..errors import ConvlabError
from ..style import LABEL
from .bundle import with_still

Picture = Callable[..., tuple[NDArray[np.floating], str]]
DIMMED = "0.35"


def grey_jpeg(picture: NDArray[np.floating]) -> bytes:
    """A (height, width) array as a JPEG; where numbers are negative, the middle grey is 0.

    An infinity is as white, or as black, as the outermost finite number.
    """
    finite = picture[np.isfinite(picture)]
    bound = float(np.abs(finite).max(initial=0.0)) or 1.0
    scaled = np.nan_to_num(picture / bound, nan=np.nan, posinf=1.0, neginf=-1.0)
    least = -1.0 if (picture < 0).any() else 0.0
    buffer = BytesIO()
    quality = {"quality": 90}
    imsave(buffer, scaled, least, 1.0, "gray", format="jpeg", pil_kwargs=quality)
    return buffer.getvalue()


class PictureSliders(ipywidgets.VBox):  # type: ignore[misc]
    """A picture under its controls; every move of one makes it anew.

    ``picture`` takes the controls' values by name and returns an array (height, width) and a line
    of text to stand below it. A control is given as ``(lowest, highest, first)`` for a slider, or
    as a list of choices. A setting that convlab refuses dims the last picture and says why.

    >>> import numpy as np
    >>> grow = PictureSliders(lambda size: (np.ones((size, size)), f"{size}²"), size=(1, 4, 2))
    >>> grow.caption.value, grow.controls["size"].max
    ('2²', 4)
    """

    def __init__(self, picture: Picture, **controls: Sequence[Any]) -> None:
        self.picture = picture
        self.controls = {name: _control(name, values) for name, values in controls.items()}
        self.image = ipywidgets.Image(
            format="jpeg", layout={"max_width": "100%", "align_self": "flex-start"}
        )
        self.caption = ipywidgets.HTML(style={"font_size": f"{LABEL}px"})
        for control in self.controls.values():
            control.observe(lambda _: self.update(), names="value")
        row = ipywidgets.Box(
            list(self.controls.values()), layout={"flex_flow": "row wrap", "grid_gap": "0 12px"}
        )
        super().__init__([row, self.image, self.caption])
        self.update()

    def update(self) -> None:
        """Make the picture from the controls as they stand."""
        values = {name: control.value for name, control in self.controls.items()}
        try:
            picture, caption = self.picture(**values)
        except ConvlabError as error:
            self.image.layout.opacity, caption = DIMMED, str(error)
        else:
            self.image.layout.opacity = "1"
            self.image.value = grey_jpeg(picture)
        self.caption.value = escape(caption)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and the picture with its caption for where no widget can be shown."""
        return with_still(super()._repr_mimebundle_(**options), repr(self), self._still())

    def _still(self) -> str:
        caption, picture = self.caption.value, ""
        if self.image.value:
            data = b64encode(self.image.value).decode("ascii")
            style = f"max-width: 100%; opacity: {self.image.layout.opacity}"
            picture = f'<img src="data:image/jpeg;base64,{data}" alt="{caption}" style="{style}">'
        return f'<figure style="margin: 0">{picture}<figcaption>{caption}</figcaption></figure>'

    def __repr__(self) -> str:
        return f"PictureSliders({', '.join(self.controls)})"


def _control(name: str, values: Sequence[Any]) -> ipywidgets.Widget:
    looks = {"style": {"description_width": "110px"}, "layout": {"width": "360px"}}
    if isinstance(values, tuple):
        lowest, highest, first = values
        return ipywidgets.IntSlider(first, lowest, highest, description=name, **looks)
    return ipywidgets.Dropdown(options=values, description=name, **looks)

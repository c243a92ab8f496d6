"""Sliders over a picture: every move draws, a refusal speaks, nothing is ever blank."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread

from convlab import Conv2D, use_language
from convlab.widgets.sliders import PictureSliders, grey_jpeg

PHOTO = np.linspace(0, 1, 80, dtype="float32").reshape(1, 10, 8, 1)


def filtered(size, stride, dilation):
    layer = Conv2D(1, size, strides=stride, dilation_rate=dilation, kernel_initializer="ones")
    picture = layer(PHOTO)[0, ..., 0]
    return picture, f"{picture.shape} <b>"


@pytest.fixture
def sliders():
    return PictureSliders(filtered, size=(1, 5, 3), stride=(1, 3, 1), dilation=[1, 2])


def shape_of(image):
    return pixels(image.value).shape[:2]


def pixels(jpeg):
    return imread(BytesIO(jpeg), format="jpeg") / 255


def test_a_move_draws_the_picture_of_the_new_setting(sliders):
    assert shape_of(sliders.image) == (8, 6)
    sliders.controls["size"].value = 5
    assert shape_of(sliders.image) == (6, 4)


def test_the_caption_is_text_not_markup(sliders):
    assert sliders.caption.value == "(8, 6) &lt;b&gt;"


def test_a_refused_setting_says_why_and_keeps_the_last_picture(sliders):
    before = sliders.image.value
    with use_language("zh_TW"):
        sliders.controls["stride"].value = 2
        sliders.controls["dilation"].value = 2
    assert "不能同時大於 1" in sliders.caption.value
    assert sliders.image.value != before
    assert sliders.image.layout.opacity == "0.35"
    sliders.controls["stride"].value = 1
    assert sliders.image.layout.opacity == "1"


def test_every_setting_draws_or_speaks(sliders):
    for size in range(1, 6):
        for stride in range(1, 4):
            for dilation in (1, 2):
                for name, value in (("size", size), ("stride", stride), ("dilation", dilation)):
                    sliders.controls[name].value = value
                assert sliders.image.value
                assert sliders.caption.value


def test_signed_pictures_put_zero_in_the_middle_grey():
    thirds = np.repeat([[-2.0, 0.0, 1.0]], 8, axis=1).repeat(8, axis=0)
    assert pixels(grey_jpeg(thirds))[4, 4::8, 0] == pytest.approx([0, 0.5, 0.75], abs=0.02)
    thirds = np.repeat([[0.0, 1.0, 2.0]], 8, axis=1).repeat(8, axis=0)
    assert pixels(grey_jpeg(thirds))[4, 4::8, 0] == pytest.approx([0, 0.5, 1], abs=0.02)


def test_infinities_are_as_far_as_the_outermost_finite_numbers():
    for outer in (np.inf, 1e308):
        quarters = np.repeat([[-outer, -2.0, 2.0, outer]], 8, axis=1).repeat(8, axis=0)
        seen = pixels(grey_jpeg(quarters))[4, 4::8, 0]
        inner = [0, 1] if outer == np.inf else [0.5, 0.5]
        assert seen == pytest.approx([0, *inner, 1], abs=0.02)


def test_an_array_of_zeros_has_a_picture_too():
    assert not pixels(grey_jpeg(np.zeros((2, 2)))).any()


def test_repr_names_the_controls(sliders):
    assert repr(sliders) == "PictureSliders(size, stride, dilation)"


def test_without_a_widget_the_picture_and_its_caption_are_still_there(sliders):
    data = sliders._repr_mimebundle_()
    assert data["text/plain"] == repr(sliders)
    assert "application/vnd.jupyter.widget-view+json" in data
    (jpeg,) = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)"', data["text/html"])
    assert b64decode(jpeg) == sliders.image.value
    assert "<figcaption>(8, 6) &lt;b&gt;</figcaption>" in data["text/html"]
    assert sliders.model_id not in data["text/html"]
    sliders.controls["size"].value = 5
    assert "(6, 4)" in sliders._repr_mimebundle_()["text/html"]


def test_a_picture_that_is_refused_from_the_start_says_why():
    def refuse(size):
        return Conv2D(size, 0), ""

    still = PictureSliders(refuse, size=(1, 3, 1))._repr_mimebundle_()["text/html"]
    assert "kernel_size must be" in still
    assert "<img" not in still

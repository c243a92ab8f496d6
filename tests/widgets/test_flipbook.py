"""A flipbook holds every picture that its dials name, scaled as it says, and words for the rest."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from itertools import product
from typing import Any

import ipywidgets
import numpy as np
import pytest
from PIL import Image

import convlab
from convlab import Conv2D, Flipbook
from convlab.errors import ConvlabError

PHOTO = np.linspace(0, 1, 80, dtype="float32").reshape(1, 10, 8, 1)


def filtered(size: int, stride: int, dilation: int) -> tuple[np.ndarray, str]:
    layer = Conv2D(1, size, strides=stride, dilation_rate=dilation, kernel_initializer="ones")
    picture = layer(PHOTO)[0, ..., 0]
    return picture, f"{picture.shape} <b>"


def book_of_filters() -> Flipbook:
    return Flipbook(filtered, size=(1, 4, 3), stride=(1, 3, 1), dilation=[1, 2])


def pixels(book: Flipbook) -> np.ndarray:
    """The picture of the page that is shown, from 0 to 1."""
    address = book.book["pictures"][book.book["pages"][book.frame]["picture"]]
    with Image.open(BytesIO(b64decode(address.partition(",")[2]))) as image:
        return np.asarray(image.convert("L"), float) / 255


def test_every_page_holds_what_the_function_makes_of_its_settings() -> None:
    book = book_of_filters()
    assert book.count == 4 * 3 * 2
    assert book.settings == {"size": 3, "stride": 1, "dilation": 1}
    for size, stride, dilation in product((1, 2, 3, 4), (1, 2, 3), (1, 2)):
        book.settings = {"size": size, "stride": stride, "dilation": dilation}
        if stride > 1 < dilation:
            assert book.book["pages"][book.frame]["picture"] is None
            assert "dilation_rate" in book.caption
            continue
        expected, caption = filtered(size, stride, dilation)
        assert book.caption == caption
        np.testing.assert_allclose(pixels(book), expected / expected.max(), atol=0.003)


def test_zero_is_the_middle_grey_in_all_pictures_if_any_number_is_negative() -> None:
    signed, positive = np.array([[-2.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 2.0]])
    book = Flipbook([signed, positive])
    assert pixels(book)[0] == pytest.approx([0, 0.5, 0.75], abs=0.01)
    book.frame = 1
    assert pixels(book)[0] == pytest.approx([0.5, 0.75, 1], abs=0.01)
    assert pixels(Flipbook([positive]))[0] == pytest.approx([0, 0.5, 1], abs=0.01)


def test_what_is_not_finite_has_a_grey_too() -> None:
    book = Flipbook([np.array([[-np.inf, -2.0, 2.0, np.inf, np.nan]]), np.zeros((2, 2))])
    assert pixels(book)[0] == pytest.approx([0, 0, 1, 1, 0], abs=0.01)
    book.frame = 1
    assert pixels(book) == pytest.approx(0.5, abs=0.01)


def test_equal_pictures_are_stored_once() -> None:
    book = Flipbook([np.ones((4, 4)), np.eye(4), np.full((4, 4), 7.0)])
    assert [page["picture"] for page in book.book["pages"]] == [0, 1, 0]
    assert len(book.book["pictures"]) == 2


def test_a_wide_picture_is_stored_as_wide_as_asked_and_keeps_its_shape() -> None:
    book = Flipbook([np.random.default_rng(0).random((300, 600))], widest=200)
    assert pixels(book).shape == (100, 200)


def test_colours_are_numbers_up_to_1_or_integers_up_to_255() -> None:
    whole = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype="uint8")
    one, other = Flipbook([whole]), Flipbook([whole / 255])
    assert one.book["pictures"] == other.book["pictures"]


def test_python_turns_the_pages_and_hears_of_it() -> None:
    book, heard = book_of_filters(), list[int]()
    book.observe(lambda change: heard.append(change.new), "frame")
    book.settings = {"size": 1}
    assert heard == [book.frame]
    slider = ipywidgets.IntSlider(max=book.count - 1)
    ipywidgets.link((slider, "value"), (book, "frame"))
    slider.value = 5
    assert book.frame == 5


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Flipbook([]), "flipbook_pages"),
        (lambda: Flipbook(np.ones, a=(1, 501, 1)), "flipbook_pages"),
        (lambda: Flipbook(np.ones, a=(3, 1, 2)), "flipbook_setting"),
        (lambda: Flipbook(np.ones, a=(1, 5, 9)), "flipbook_setting"),
        (lambda: Flipbook(np.ones, a=[]), "flipbook_setting"),
        (lambda: Flipbook(np.ones, a=7), "flipbook_setting"),
        (lambda: Flipbook([np.ones(3)]), "not_a_picture"),
        (lambda: Flipbook([np.ones((3, 3, 4))]), "not_a_picture"),
        (lambda: Flipbook([np.ones((0, 3))]), "not_a_picture"),
        (lambda: Flipbook(["cat"]), "explorer_not_numbers"),
        (lambda: Flipbook([[[1, 2], [3]]]), "explorer_not_numbers"),
    ],
)
def test_what_is_no_book_is_refused_in_words(make: Any, code: str) -> None:
    with pytest.raises(ConvlabError) as caught:
        make()
    assert caught.value.code == code
    for language in ("en", "zh_TW"):
        with convlab.use_language(language):
            assert "{" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("frame", 24), ("frame", -1), ("settings", {"size": 9}), ("settings", {"seize": 1})],
)
def test_a_page_that_is_not_there_is_refused_and_the_book_stays_open(name: str, value: Any) -> None:
    book = book_of_filters()
    before = book.frame
    with pytest.raises(ConvlabError) as caught:
        setattr(book, name, value)
    assert book.frame == before
    assert caught.value.choices


def test_without_a_widget_the_picture_and_its_caption_are_still_there() -> None:
    book = book_of_filters()
    data, _ = book._repr_mimebundle_()
    assert data["text/plain"] == "Flipbook(size, stride, dilation)"
    assert book.book["pictures"][0] not in data["text/html"]
    assert book.book["pictures"][book.book["pages"][book.frame]["picture"]] in data["text/html"]
    assert "<figcaption>(8, 6) &lt;b&gt;</figcaption>" in data["text/html"]

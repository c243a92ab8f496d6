"""``convlab.Lens`` from Python: what it takes, refuses, computes and tells the browser."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import ipywidgets
import numpy as np
import pytest
from PIL import Image

import convlab
from convlab import Lens, use_language
from convlab.errors import ConvlabError
from convlab.kernels import KERNEL_NAMES, named_kernel
from convlab.samples import photograph
from convlab.widgets.lens_settings import NAMES, numbers
from tests.odd import VALUES, held
from tests.tolerances import FLOAT32, assert_close
from tests.widgets.test_modules import models_of

GREYS = np.random.default_rng(1).random((14, 11)).astype("float32")
COLOURS = np.random.default_rng(2).integers(0, 256, (12, 13, 3), dtype="uint8")


@pytest.fixture(autouse=True)
def no_widgets_are_left() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


def told(lens: Lens) -> dict[str, Any]:
    """The state that the browser is told, as JSON brings it."""
    return json.loads(json.dumps(lens.shown))


def bytes_of(lens: Lens) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(lens.picture.file))))


# The picture


def test_levels_travel_as_a_picture_of_the_same_levels() -> None:
    np.testing.assert_array_equal(bytes_of(Lens(COLOURS)), COLOURS)
    np.testing.assert_array_equal(bytes_of(Lens(COLOURS / np.float32(255))), COLOURS)
    assert (Lens(COLOURS).picture.white, Lens(COLOURS / 255).picture.white) == (255, 1)


def test_a_picture_of_64_greys_travels_as_the_numbers_of_its_greys() -> None:
    greys = np.arange(64).reshape(8, 8)
    lens = Lens(greys / np.float32(63))
    np.testing.assert_array_equal(bytes_of(lens)[..., 0], greys)
    np.testing.assert_array_equal(lens.image[..., 0], greys.astype("float32") / np.float32(63))
    assert (lens.picture.steps, Lens(COLOURS).picture.steps, Lens(GREYS).picture.steps) == (
        63,
        255,
        0,
    )


def test_numbers_that_are_no_levels_travel_as_their_four_bytes() -> None:
    planes = bytes_of(Lens(GREYS))[..., 0].reshape(4, 14, 11)
    np.testing.assert_array_equal(
        np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view("<f4")[..., 0], GREYS
    )


def test_the_photograph_is_there_in_greys_or_in_colours() -> None:
    grey, colour = Lens(), Lens(channels=3)
    assert (grey.picture.shape, colour.picture.shape) == ([600, 512, 1], [600, 512, 3])
    np.testing.assert_array_equal(colour.image, photograph())
    assert np.abs(grey.image[..., 0] - photograph().mean(axis=-1)).max() <= 0.51 / 63
    assert len(grey.picture.file) < 140_000


def test_lenses_on_one_picture_share_it_and_a_closed_one_is_made_anew() -> None:
    one, two, other = Lens(GREYS), Lens(GREYS, "blur"), Lens(GREYS[1:])
    assert one.picture is two.picture
    assert other.picture is not one.picture
    ipywidgets.Widget.close_all()
    assert Lens(GREYS).picture.comm is not None


def test_a_page_holds_the_picture_once_beside_the_lens() -> None:
    lens = Lens(GREYS)
    models = models_of(lens.to_html())
    assert models[models["widget"]["picture"].removeprefix("IPY_MODEL_")] == {
        "file": lens.picture.file,
        "shape": [14, 11, 1],
        "white": 1,
        "steps": 0,
    }
    assert lens.to_html() == Lens(GREYS).to_html()


# What the layer makes of it


@pytest.mark.parametrize("name", KERNEL_NAMES)
@pytest.mark.parametrize("size", range(1, 16))
def test_a_named_kernel_of_any_size_is_the_named_one(name: str, size: int) -> None:
    lens = Lens(GREYS, name, kernel_size=size, padding="same")
    np.testing.assert_array_equal(lens.numbers, named_kernel(name, size))


def test_the_output_is_the_sum_over_windows() -> None:
    kernel = np.random.default_rng(3).normal(size=(3, 2))
    lens = Lens(GREYS, kernel, strides=(2, 1))
    windows = np.lib.stride_tricks.sliding_window_view(GREYS, (3, 2))[::2]
    assert_close(lens.output[..., 0], np.einsum("rcij,ij->rc", windows, kernel), FLOAT32)
    lens.true_convolution = True
    turned = kernel[::-1, ::-1]
    assert_close(lens.output[..., 0], np.einsum("rcij,ij->rc", windows, turned), FLOAT32)


def test_each_colour_meets_the_one_kernel_by_itself() -> None:
    lens = Lens(COLOURS, "sharpen")
    for k in range(3):
        assert_close(lens.output[..., k], Lens(COLOURS[..., k], "sharpen").output[..., 0], FLOAT32)
    lens.channels = 1
    assert_close(lens.image[..., 0], COLOURS.mean(axis=-1), FLOAT32)
    assert lens.output.shape == (10, 11, 1)


def test_another_size_keeps_the_middle_of_numbers_and_the_name_of_a_kernel() -> None:
    lens = Lens(GREYS, [[1, 2, 3]])
    lens.kernel_size = (3, 5)
    assert lens.numbers.tolist() == [[0] * 5, [0, 1, 2, 3, 0], [0] * 5]
    lens.kernel_size = 1
    assert lens.numbers.tolist() == [[2]]
    lens.change(kernel="blur", kernel_size=4)
    assert lens.kernel == "blur"
    lens.kernel_size = (2, 3)
    assert lens.numbers.shape == (2, 3)
    assert numbers(lens.kernel, (2, 3)).tolist() == lens.numbers.tolist()


# What is refused

CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("a name", {"kernel": "sobel"}, "'sobel_x'", {"kernel": "sobel_x"}),
    ("a size", {"kernel_size": 18, "padding": "same"}, "(18, 18)", {"kernel_size": (15, 15)}),
    (
        "many",
        {"kernel": np.ones((2, 40)), "padding": "same"},
        "(2, 40)",
        {"kernel": ((1.0,) * 31,) * 2},
    ),
    ("a large number", {"kernel": [[0, 2e5]]}, "200000", {"kernel": ((0.0, 1e5),)}),
    ("a pattern", {"image": "strips"}, "'strips'", {"image": "stripes"}),
    ("a period", {"period": 4}, "4", {"period": None}),
    ("a short one", {"image": "stripes", "period": 1}, "1", {"period": 2}),
    ("an angle", {"image": "stripes", "angle": 200.5}, "200.5", {"angle": 180}),
    ("noise", {"noise": 201}, "201", {"noise": 200}),
    ("a move", {"move": (3, 41)}, "(3, 41)", {"move": (3, 40)}),
    ("half a move", {"move": (3,)}, "(3,)", {"move": (3, 0)}),
    ("marks", {"marks": 0}, "0", {"marks": 1}),
    ("a control", {"controls": ["stride"]}, "'stride'", {"controls": ("strides",)}),
    ("a stride", {"strides": 0}, "0", {"strides": (1, 1)}),
    ("both", {"strides": 2, "dilation_rate": 2}, "(2, 2)", {"dilation_rate": (1, 1)}),
    ("padding", {"padding": "full"}, "'full'", {"padding": "valid"}),
    ("too wide", {"kernel_size": 9, "dilation_rate": 2}, "17", {"padding": "same"}),
    ("colours", {"channels": 3}, "3", {"channels": 1}),
    ("contrast", {"contrast": "high"}, "'high'", {"contrast": "own"}),
    ("a place", {"position": (0, 99, 0)}, "(0, 99, 0)", {"position": (0, 8, 0)}),
    ("a language", {"language": "fr"}, "'fr'", {"language": "en"}),
    ("a truth", {"true_convolution": 1}, "1", {"true_convolution": True}),
]


@pytest.mark.parametrize(("said", "wrong", "value", "way"), CASES, ids=[case[0] for case in CASES])
def test_a_refusal_names_argument_value_and_the_nearest_that_works(
    said: str, wrong: dict[str, Any], value: str, way: dict[str, Any]
) -> None:
    for language in ("en", "zh_TW"):
        with use_language(language), pytest.raises(ConvlabError) as caught:
            Lens(**{"image": GREYS, **wrong})
        with use_language(language):
            assert value in str(caught.value)
    assert way in caught.value.choices
    for choice in caught.value.choices:
        Lens(**{"image": GREYS, **wrong, **choice})


@pytest.mark.parametrize(
    "image",
    [np.ones((4, 5, 2)), np.ones(5), np.full((3, 3), 1.5), np.full((3, 3), -1), np.ones((0, 3))],
    ids=["channels", "line", "light", "dark", "empty"],
)
def test_an_image_that_is_none_is_refused_with_one_that_is(image: np.ndarray) -> None:
    with pytest.raises(ConvlabError, match="image") as caught:
        Lens(image)
    assert caught.value.choices
    for choice in caught.value.choices:
        Lens(**choice, padding="same")


def test_an_image_of_too_many_places_is_refused_with_a_thinner_one() -> None:
    image = np.zeros((1500, 2000), "uint8")
    with pytest.raises(ConvlabError, match="1500, 2000") as caught:
        Lens(image)
    assert caught.value.choices[0]["image"].shape == (750, 1000)


@pytest.mark.parametrize("argument", ["image", "puzzle", "controls", *NAMES])
def test_any_odd_value_gives_a_lens_or_words_with_ways_out(argument: str) -> None:
    usual = {"image": lambda: GREYS}
    found = {said: held(Lens, {**usual, argument: value}) for said, value in VALUES.items()}
    assert not {said: one for said, one in found.items() if one}


@pytest.mark.parametrize("argument", NAMES)
def test_a_trait_that_is_refused_leaves_everything_as_it_was(argument: str) -> None:
    lens = Lens(GREYS, "blur", strides=2)
    for said, value in VALUES.items():
        before, state = {name: getattr(lens, name) for name in NAMES}, told(lens)
        try:
            setattr(lens, argument, value())
        except ConvlabError as error:
            assert {name: getattr(lens, name) for name in NAMES} == before, said
            assert told(lens) == state, said
            for choice in error.choices:
                other = Lens(GREYS, "blur", strides=2)
                other.change(**{argument: value(), **choice})


def test_several_settings_are_changed_together_or_not_at_all() -> None:
    lens = Lens(GREYS)
    with pytest.raises(ConvlabError):
        lens.change(strides=2, dilation_rate=2)
    assert (lens.strides, lens.dilation_rate) == ((1, 1), (1, 1))
    lens.change(kernel="edges", kernel_size=7, padding="same", strides=(2, 3))
    assert told(lens)["kernel_size"] == [7, 7]
    with pytest.raises(ConvlabError, match="stride"):
        lens.change(stride=2)


# The puzzle


@pytest.mark.parametrize("secret", ["sobel_x", "blur", [[1, -1]], np.arange(25).reshape(5, 5)])
def test_a_puzzle_is_solved_by_its_kernel_and_by_no_other(secret: Any) -> None:
    lens = Lens(GREYS, puzzle=secret, padding="same")
    assert not lens.solved
    lens.kernel = secret
    assert lens.solved
    near = lens.numbers
    near[0, 0] += 0.2 * np.abs(near).max()
    lens.kernel = near
    assert not lens.solved


def test_a_puzzle_starts_at_the_size_of_its_kernel_and_is_kept_from_the_shown_state() -> None:
    lens = Lens(GREYS, puzzle=np.arange(20).reshape(4, 5))
    assert lens.kernel_size == (4, 5)
    assert "19" not in json.dumps(told(lens))
    assert not Lens(GREYS).solved


def test_a_puzzle_that_a_setting_has_outgrown_is_not_solved_and_one_that_is_too_large_refused() -> (
    None
):
    lens = Lens(GREYS, "blur", puzzle=np.ones((9, 9)), kernel_size=3)
    lens.dilation_rate = 2
    assert not lens.solved
    with pytest.raises(ConvlabError) as caught:
        Lens(np.zeros((5, 5)), "blur", puzzle=np.ones((9, 9)), kernel_size=3)
    assert {"padding": "same"} in caught.value.choices


def test_a_smaller_output_than_the_target_solves_nothing() -> None:
    lens = Lens(np.zeros((9, 9)), "edges", puzzle="blur", kernel_size=5)
    assert not lens.solved


# The browser, links and stills


def test_what_the_browser_says_is_taken_over_and_what_is_illegal_is_answered() -> None:
    lens = Lens(GREYS)
    kernel = [[0, 1, 0], [0, 0, 0], [0, -1, 0]]
    heard = []
    lens.observe(lambda change: heard.append(change.new), "kernel")
    lens.set_state({"shown": {**told(lens), "kernel": kernel, "strides": [2, 2]}})
    assert (lens.numbers.tolist(), lens.strides) == (kernel, (2, 2))
    assert len(heard) == 1
    lens.set_state({"shown": {**told(lens), "dilation_rate": [3, 3]}})
    assert lens.dilation_rate == (1, 1)
    assert told(lens)["dilation_rate"] == [1, 1]


def test_a_link_brings_back_kernel_and_settings_on_another_picture() -> None:
    lens = Lens(
        COLOURS,
        [[0.5, -1e-7], [3, 1000]],
        strides=(2, 1),
        padding="same",
        true_convolution=True,
        contrast="shared",
        position=(1, 2, 2),
        noise=30,
        move=(2, 0),
        marks=4,
    )
    again = Lens.from_link(lens.link("page.html"), COLOURS)
    assert told(again) == told(lens)
    assert again.link() == lens.link()
    pattern = Lens("stripes", period=6, angle=90)
    assert told(Lens.from_link(pattern.link(), "stripes")) == told(pattern)
    assert Lens.from_link(pattern.link(), GREYS).period is None
    named = Lens(GREYS, "emboss", kernel_size=5, padding="same", language="zh_TW")
    assert told(Lens.from_link(named.link(), GREYS)) == told(named)


@pytest.mark.parametrize(
    "part",
    ["kernel=nonsense", "kernel=[[1,2],[3]]", "kernel=[[999999]]", "strides=0,1", "strides=2",
     "channels=3", "position=1", "position=99,0,0", "language=fr", "colour=red", "%zz", "padding",
     "kernel_size=20,20", "period=4", "noise=999", "move=1", "move=1,99", "marks=0"],
)  # fmt: skip
def test_a_part_of_a_link_that_is_not_legal_is_left_out(part: str) -> None:
    lens = Lens.from_link(f"#{part}&contrast=shared", GREYS)
    assert told(lens) == told(Lens(GREYS, contrast="shared"))


def test_what_is_no_link_is_refused() -> None:
    with pytest.raises(ConvlabError):
        Lens.from_link(5)  # type: ignore[arg-type]


def test_a_still_shows_both_pictures_and_stays_small() -> None:
    still = Lens().still()
    picture = Image.open(io.BytesIO(base64.b64decode(still["image/png"])))
    assert picture.height <= 200 and picture.width > 300
    assert len(still["image/png"]) < 80_000
    assert still["text/plain"].startswith("Lens(kernel='sobel_x'")
    assert "data:image/png;base64," in Lens(GREYS).to_html()


def test_both_languages_have_every_text_that_the_browser_may_ask_for() -> None:
    english, chinese = (Lens.records()["labels"][language] for language in ("en", "zh_TW"))
    assert english.keys() == chinese.keys()
    assert {f"lens.kernel_{name}" for name in KERNEL_NAMES} <= english.keys()
    assert convlab.Lens is Lens

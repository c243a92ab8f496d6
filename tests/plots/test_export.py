"""Files: what is in them, and what is not left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import tracemalloc
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

import convlab
from convlab.errors import ArgumentError, ConvlabError
from convlab.plots.animation import animate
from convlab.plots.export import LONG, UNCHANGED, Colours, with_progress, write_gif
from tests.plots.figures import animated, small


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder / "film"


def frames_of(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [
            np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)
        ]


def test_a_gif_holds_every_step(target: Path) -> None:
    animation = small()
    animation.save(target.with_suffix(".gif"), fps=4)
    frames = frames_of(target.with_suffix(".gif"))
    assert len(frames) == len(animation) == 12
    for frame, drawn in zip(frames, animation.pixels(), strict=True):
        # 255 colours for all: none is far off, hardly any is off at all.
        difference = np.abs(frame - drawn[..., :3].astype(int))
        assert difference.max() < 60 and difference.mean() < 0.2
    with Image.open(target.with_suffix(".gif")) as image:
        assert image.info["duration"] == 250 and image.info["loop"] == 0


def test_acts_of_different_height_share_one_film(target: Path) -> None:
    layer = convlab.Conv2DTranspose(1, 2, strides=2)
    animation = animated(layer, (1, 2, 2, 1))
    heights = {scene.height for scene in animation.film.scenes}
    assert len(heights) == 2
    frames = [frame.copy() for frame in animation.pixels()]
    assert len({frame.shape for frame in frames}) == 1
    lower = min(range(2), key=lambda scene: animation.film.scenes[scene].height)
    below = frames[-lower][int(min(heights)) :]
    assert len(below) and (below == 255).all()


def test_a_png_is_one_step(target: Path) -> None:
    animation = small()
    animation.save(target.with_suffix(".png"), index=3)
    with Image.open(target.with_suffix(".png")) as image:
        wide = animation.film.scenes[0].width
        assert image.size[0] == 2 * wide


def test_an_svg_is_the_same_each_time_and_its_words_are_drawn(target: Path) -> None:
    for place in ("one.svg", "two.svg"):
        small(title="<b>&").save(target.with_name(place))
    one, two = (target.with_name(place).read_bytes() for place in ("one.svg", "two.svg"))
    assert one == two
    root = ET.fromstring(one)
    assert not [element for element in root.iter() if element.tag.endswith("}text")]


def test_a_page_is_complete_in_itself(target: Path) -> None:
    small(title="<script>alert(1)</script>").save(target.with_suffix(".html"))
    page = target.with_suffix(".html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_film_has_as_many_frames_as_steps(target: Path) -> None:
    animation = small()
    animation.save(target.with_suffix(".mp4"), fps=5)
    probe = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames",
             "-of", "csv=p=0", str(target.with_suffix(".mp4"))]  # fmt: skip
    counted = subprocess.run(probe, capture_output=True, text=True, check=True).stdout
    assert int(counted.strip().strip(",")) == len(animation)


def test_without_ffmpeg_it_says_so_and_leaves_nothing(target: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(target.parent))
    with pytest.raises(ConvlabError, match="ffmpeg, which is not installed") as caught:
        small().save(target.with_suffix(".mp4"))
    assert [Path(choice["path"]).name for choice in caught.value.choices] == [
        "film.gif",
        "film.html",
    ]
    assert list(target.parent.iterdir()) == []


def test_what_ffmpeg_says_is_passed_on_and_nothing_is_left(target: Path, monkeypatch) -> None:
    fake = target.parent.parent / "ffmpeg"
    fake.write_text("#!/bin/sh\ncat > /dev/null\necho 'no encoder' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    with pytest.raises(ConvlabError, match=r"film\.mp4 cannot be written: no encoder"):
        small().save(target.with_suffix(".mp4"))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("kind", [".gif", ".png", ".svg", ".html"])
def test_a_folder_that_is_not_there_is_said(target: Path, kind: str) -> None:
    with pytest.raises(ConvlabError, match="cannot be written: No such file"):
        small().save(target.parent / "nowhere" / f"film{kind}")


@pytest.mark.parametrize(
    "fps", [0, -1, 0.001, 51, 1e9, float("nan"), float("inf"), 10**400, "2", None]
)
def test_a_speed_that_no_gif_has_is_refused_and_the_nearest_offered(fps, target: Path) -> None:
    animation = animated(convlab.Conv2D(1, 2), (1, 2, 3, 1))
    path = target.with_suffix(".gif")
    with pytest.raises(ArgumentError, match="fps must be a number from") as caught:
        animation.save(path, fps=fps)
    (choice,) = caught.value.choices
    animation.save(path, **choice)
    with Image.open(path) as image:
        # To a hundredth of a second, and not so short that browsers slow it down.
        assert image.info["duration"] == 10 * round(100 / choice["fps"]) >= 20


@pytest.mark.parametrize(("fps", "milliseconds"), [(3, 330), (35, 30), (50, 20), (0.01, 100_000)])
def test_a_step_of_a_gif_lasts_the_nearest_hundredths(fps, milliseconds, target: Path) -> None:
    with target.open("wb") as file:
        blank = np.zeros((2, 2, 4), np.uint8)
        write_gif(file, [blank, blank + 9], Colours([blank]), fps)
    with Image.open(target) as image:
        assert image.info["duration"] == milliseconds


def test_a_file_can_be_read_by_those_who_can_read_the_users_other_files(target: Path) -> None:
    before = os.umask(0o027)
    try:
        small().save(target.with_suffix(".html"))
        target.write_text("another")
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (target.with_suffix(".html"), target)]
    assert modes == [0o640, 0o640]


def test_of_many_colours_the_most_frequent_255_are_kept_and_none_means_unchanged() -> None:
    greys = np.arange(64, dtype=np.uint8) * 4
    reds = np.array(np.meshgrid(greys, greys[:8])).reshape(2, -1)
    frame = np.zeros((1, 2 * reds.shape[1], 4), np.uint8)
    # Of each pair of pixels the first is counted.
    frame[0, ::2, :2] = frame[0, 1::2, :2] = reds.T
    colours = Colours([frame, frame[:, 600:]])
    assert colours.table.shape == (255, 3)
    assert {tuple(c) for c in colours.table.tolist()} >= {(*c, 0) for c in reds.T[300:].tolist()}
    assert colours.indices(frame).max() < UNCHANGED


def test_a_colour_that_is_in_no_palette_becomes_the_nearest() -> None:
    # Colours that agree in six bits are one: 11 stands for 8 to 11, and their middle is 10.
    colours = Colours([np.array([[[0, 0, 0, 255], [0] * 4, [19, 19, 19, 255]]], np.uint8)])
    near = np.array([[[11, 11, 11, 255], [4, 4, 4, 255]]], np.uint8)
    assert colours.table[colours.indices(near)].tolist() == [[[19] * 3, [0] * 3]]


@pytest.mark.parametrize("path", ["", ".", "/", None, 3, "\0.gif", "a" * 300, b"film.bmp"])
def test_what_is_no_file_is_refused(path: object, target: Path, monkeypatch) -> None:
    monkeypatch.chdir(target.parent)
    with pytest.raises(ArgumentError) as caught:
        small().save(path)
    assert caught.value.parameters["argument"] == "path"
    assert all(Path(choice["path"]).suffix for choice in caught.value.choices)
    assert list(target.parent.iterdir()) == []


def test_a_name_that_a_folder_has_is_not_offered(target: Path) -> None:
    target.with_suffix(".png").mkdir()
    with pytest.raises(ArgumentError) as caught:
        small().save(target)
    offered = {Path(choice["path"]).suffix for choice in caught.value.choices}
    assert offered >= {".gif", ".svg", ".html"} and ".png" not in offered


def test_a_name_too_long_is_not_offered(target: Path) -> None:
    with pytest.raises(ArgumentError) as caught:
        small().save(target.with_name("x" * 252))
    assert {Path(choice["path"]).suffix for choice in caught.value.choices} == set()
    with pytest.raises(ArgumentError) as caught:
        small().save(target.with_name("x" * 251))
    offered = {Path(choice["path"]).suffix for choice in caught.value.choices}
    assert ".gif" in offered and ".html" not in offered


def test_a_folder_of_the_files_name_is_not_replaced(target: Path) -> None:
    target.with_suffix(".gif").mkdir()
    with pytest.raises(ConvlabError, match="cannot be written: Is a directory"):
        small().save(target.with_suffix(".gif"))
    assert [path.name for path in target.parent.iterdir()] == ["film.gif"]


def test_a_failure_half_way_leaves_the_old_file(target: Path, monkeypatch) -> None:
    path = target.with_suffix(".gif")
    path.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("convlab.plots.animation.write_gif", fail)
    with pytest.raises(ConvlabError, match="No space left"):
        small().save(path)
    assert path.read_text() == "old"
    assert list(target.parent.iterdir()) == [path]


def test_an_unknown_ending_is_refused_with_the_ones_there_are(target: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\*\.gif") as caught:
        small().save(target.with_suffix(".bmp"))
    assert {"path": str(target.with_suffix(".gif"))} in caught.value.choices


def test_a_short_film_shows_no_progress_and_a_long_one_does(target: Path, capsys) -> None:
    small().save(target.with_suffix(".gif"))
    assert capsys.readouterr().err == ""
    layer = convlab.Conv1D(1, 1)
    long = animate(layer, np.ones((1, LONG, 1)))
    blank = [np.zeros((1, 1, 4), np.uint8)] * len(long)
    assert len(list(with_progress(blank, len(long)))) == LONG
    assert f"{LONG} of {LONG}" in capsys.readouterr().err


def test_memory_does_not_grow_with_the_number_of_frames(target: Path) -> None:
    def peak(count: int) -> int:
        frames = (np.full((200, 300, 4), value % 256, np.uint8) for value in range(count))
        colours = Colours([np.zeros((200, 300, 4), np.uint8)])
        tracemalloc.start()
        with target.open("wb") as file:
            write_gif(file, frames, colours, 10)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(3)
    assert peak(100) < 1.5 * peak(10)

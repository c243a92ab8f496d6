"""Writing an animation to a file: whole or not at all, one frame in memory at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from ..errors import ConvlabError
from ..i18n import text

Pixels = NDArray[np.uint8]

LONG = 200
"""The number of frames from which progress is shown: a count, so that notebooks stay the same."""

UNCHANGED = 255
_BAR = 30


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; its file takes the place of ``path`` only when all went well.

    Raises ``ConvlabError`` where nothing can be written.
    """
    unfinished = path.with_name(token_hex(8) + path.suffix)
    try:
        # Made like any file of the user's, so that who may read it is as the user wants it.
        unfinished.touch(exist_ok=False)
        yield unfinished
        os.replace(unfinished, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConvlabError(
            "cannot_write", argument="path", path=str(path), reason=reason
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def with_progress(frames: Iterable[Pixels], count: int) -> Iterator[Pixels]:
    """The frames; a bar on the standard error stream tells how far it is, where it takes long."""
    if count < LONG:
        yield from frames
        return
    for done, frame in enumerate(frames, start=1):
        yield frame
        full = _BAR * done // count
        bar = "█" * full + "░" * (_BAR - full)
        sys.stderr.write(f"\r{text('plots.saving', bar=bar, done=done, count=count)}")
        sys.stderr.flush()
    sys.stderr.write("\n")


class Colours:
    """The 255 most frequent colours of some frames, and for any colour the nearest of them.

    Colours that agree in the upper six bits of each channel count as one: the most frequent.
    """

    def __init__(self, frames: Iterable[Pixels]) -> None:
        seen = np.concatenate([_as_words(frame)[:, ::2].ravel() for frame in frames])
        colours, counts = np.unique(seen, return_counts=True)
        chosen = colours[np.argsort(-counts, kind="stable")[:UNCHANGED]]
        self.table = np.ascontiguousarray(chosen.view(np.uint8).reshape(-1, 4)[:, :3])
        self._nearest = np.full(1 << 18, -1, np.int16)
        places = _upper_bits(self.table)
        # The other way round, so that the most frequent comes last and stays.
        self._nearest[places[::-1]] = np.arange(len(places))[::-1]

    def indices(self, pixels: Pixels) -> Pixels:
        """(height, width, 4) bytes as the numbers of colours, (height, width)."""
        places = _upper_bits(pixels)
        unknown = np.unique(places[self._nearest[places] < 0])
        if len(unknown):
            bits = np.stack([unknown >> 12, unknown >> 6 & 63, unknown & 63], axis=-1) * 4 + 2
            apart = ((bits[:, None] - self.table.astype(int)) ** 2).sum(axis=2)
            self._nearest[unknown] = apart.argmin(axis=1)
        return self._nearest[places].astype(np.uint8)


def _upper_bits(pixels: Pixels) -> NDArray[np.int32]:
    red, green, blue = (pixels[..., channel].astype(np.int32) >> 2 for channel in range(3))
    return red << 12 | green << 6 | blue


def write_gif(file: IO[bytes], frames: Iterable[Pixels], colours: Colours, fps: float) -> None:
    """A GIF that repeats for ever; after the first frame only what changes is stored.

    Its clock counts hundredths of a second: each step lasts the nearest number of them.
    """
    milliseconds = 10 * round(100 / fps)
    before: Pixels | None = None
    for frame in frames:
        (top, bottom), (left, right) = changed(before, frame)
        numbers = colours.indices(frame[top:bottom, left:right])
        timing: dict[str, Any] = {"duration": milliseconds, "disposal": 1}
        if before is None:
            image = Image.fromarray(numbers)
            image.putpalette(colours.table.tobytes())
            file.writelines(GifImagePlugin.getheader(image, info={"loop": 0})[0])
            file.writelines(GifImagePlugin.getdata(image, **timing))
        else:
            same = _as_words(before) == _as_words(frame)
            numbers[same[top:bottom, left:right]] = UNCHANGED
            timing["transparency"] = UNCHANGED
            image = Image.fromarray(numbers)
            file.writelines(GifImagePlugin.getdata(image, offset=(left, top), **timing))
        before = frame
    file.write(b";")


def _as_words(frame: Pixels) -> NDArray[np.uint32]:
    """Four bytes, a pixel, as one number: quick to compare."""
    return frame.view(np.uint32)[..., 0]


def changed(before: Pixels | None, frame: Pixels) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and the columns in which two frames differ; a single pixel where nowhere.

    >>> one, other = np.zeros((4, 5, 4), np.uint8), np.zeros((4, 5, 4), np.uint8)
    >>> other[1:3, 2] = 9
    >>> changed(one, other), changed(one, one)
    (((1, 3), (2, 3)), ((0, 1), (0, 1)))
    """
    if before is None:
        return (0, frame.shape[0]), (0, frame.shape[1])
    differs = _as_words(before) != _as_words(frame)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return (0, 1), (0, 1)
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def write_mp4(ffmpeg: str, path: Path, frames: Iterator[Pixels], fps: float) -> None:
    """An H.264 film, fed to ffmpeg frame by frame. Raises ``OSError`` with what ffmpeg says."""
    first = next(frames)
    height, width = first.shape[:2]
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}", "-r", str(fps)]
    # H.264 takes even sizes only.
    even = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
    command = [ffmpeg, "-y", "-loglevel", "error", *source, "-i", "-", *even, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stderr is not None
        try:
            process.stdin.write(first.tobytes())
            for frame in frames:
                process.stdin.write(frame.tobytes())
            process.stdin.close()
        except BrokenPipeError:
            process.wait()
        reason = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise OSError(reason)

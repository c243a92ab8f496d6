"""Make the Chinese font of the figures: a subset of Noto Sans CJK TC, under a name of its own.

Run ``python -m tools.fonts`` where Debian's fonts-noto-cjk is installed, or name another Noto Sans
with Traditional Chinese. The result is committed, so only a change of the subset calls for this.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path(__file__).parents[1] / "convlab" / "plots" / "fonts" / "ConvlabSansTC-Regular.otf"
FAMILY = "Convlab Sans TC"
RARE = "熵・"
"""What the lessons write beyond the usual characters; a test finds what is missing here."""


def characters() -> str:
    """What the subset holds: ASCII, a few signs, Chinese punctuation, the 5,401 usual characters.

    Signs such as × and → are left out on purpose: here they are as wide as a Chinese character,
    and in a formula the next font's are wanted.
    """
    ascii_signs = "".join(map(chr, range(0x20, 0x7F)))
    punctuation = "".join(map(chr, range(0x3000, 0x3012))) + "！（），：；？～％＋－／＝｜"
    return ascii_signs + "\u00a0°²−–—′" + punctuation + usual_characters() + RARE


def usual_characters() -> str:
    """Level 1 of Big5, what schools in Taiwan teach.

    >>> usual = usual_characters()
    >>> len(usual), usual[0], usual[-1]
    (5401, '一', '籲')
    """
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    codes = [bytes([lead, trail]) for lead in range(0xA4, 0xC7) for trail in trails]
    return "".join(code.decode("big5") for code in codes if code <= b"\xc6\x7e")


def open_source(path: Path) -> TTFont:
    """The Traditional Chinese face of a font file or collection."""
    if path.suffix != ".ttc":
        return TTFont(path)
    faces = TTCollection(path).fonts
    return next(face for face in faces if face["name"].getDebugName(4).endswith("Sans CJK TC"))


def subset(font: TTFont) -> None:
    """Keep the wanted characters alone, without hints and without layout for other scripts."""
    options = Options(hinting=False, name_IDs=["*"], layout_features=["kern"])
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "GSUB"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """The licence lets a changed font keep its notices, not its name."""
    names = font["name"]
    kept = {0: names.getDebugName(0), 13: names.getDebugName(13), 14: names.getDebugName(14)}
    plain = FAMILY.replace(" ", "") + "-Regular"
    own = {1: FAMILY, 2: "Regular", 3: plain, 4: FAMILY, 5: names.getDebugName(5), 6: plain}
    names.names = []
    for number, value in {**own, **kept}.items():
        names.setName(value, number, 3, 1, 0x409)
    if "CFF " in font:
        table = font["CFF "].cff
        table.fontNames = [plain]
        table.topDictIndex[0].FamilyName = table.topDictIndex[0].FullName = FAMILY


def main(source: Path = SOURCE) -> None:
    font = open_source(source)
    subset(font)
    rename(font)
    font.recalcTimestamp = False
    font.save(TARGET)
    print(f"{TARGET.name}: {len(font.getBestCmap())} characters, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

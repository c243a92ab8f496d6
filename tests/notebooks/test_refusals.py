"""Every fault that the builder refuses, planted in a sound lesson; nothing here is executed."""

from __future__ import annotations

from typing import Any

import pytest

TITLE_EN = '+++ {"id": "title", "lang": "en"}'
END_ZH = '+++ {"id": "end", "lang": "zh"}\n\n下一頁。\n\n'
END_EN = '+++ {"id": "end", "lang": "en"}\n\nThe next page.\n'


def test_a_sound_lesson_is_accepted(project: Any) -> None:
    assert project.run("accept") == []


@pytest.mark.parametrize(
    ("old", "new", "places", "reason"),
    [
        (END_EN, "", ["22: end"], "needs its en twin right after it"),
        (END_ZH, "", ["22: end"], "needs its zh twin right before it"),
        (END_ZH + END_EN, END_EN + "\n" + END_ZH, ["22: end", "26: end"], "twin right"),
        ("end", "title", ["22: title"], "'title' is used a second time"),
        ("end", "setup", ["22: setup"], "the cell 'setup' is code, right behind the title"),
        (":id: size", ":id: End", ["13: End"], "an id is made of a-z, 0-9 and single hyphens"),
        (":id: size", ":claims: [B5]", ["13: (no id)"], "an id is made of"),
        (END_EN, END_EN + "\n+++\n\nMore.\n", ["30: (no id)"], "prose without a language"),
        (END_EN, END_EN + "\n```{raw-cell}\nx\n```\n", ["30: (no id)"], "this one is 'raw'"),
        ('"lang": "zh"}', '"lang": "zh", "tag": "x"}', ["22: end"], "has no option 'tag'"),
        (TITLE_EN, TITLE_EN[:-1] + ', "claims": ["B2"]}', ["7: title"], "no option 'claims'"),
        ("[B5]", "[B6]", ["13: size"], "there is no claim 'B6'"),
        (":claims: [B5]", ":tags: [nbval-skip]", ["13: size"], "the tag 'nbval-skip' is not one"),
        (TITLE_EN, "+++ {id: title}", ["7: (no id)"], "unreadable block options"),
        (":claims: [B5]", ":claims: [B5", ["13: (no id)"], "unreadable block options"),
    ],
)
def test_a_broken_block_is_refused(
    project: Any, old: str, new: str, places: list[str], reason: str
) -> None:
    faults = project.refused(old, new)
    assert [fault.split(": ", 2)[:2] for fault in faults] == [
        f"01_try.md:{place}".split(": ") for place in places
    ]
    assert all(reason in fault for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("# The", "## The", "headings differ: only zh has ['h1'], only en has ['h2']"),
        ("gives $n/2$", "gives $n/3$", "formulas differ: only zh has ['n/2'], only en has ['n/3']"),
        ("gives $n/2$", "gives\n$$n$$", "formulas differ: only zh has ['n/2'], only en has ['n']"),
        ("of 2,", "of 22,550,", "numbers differ: only zh has ['2'], only en has ['22550']"),
        ("of 2,", "of two,", "numbers differ: only zh has ['2'], only en has []"),
        ("是 2 時", "是 2 時（Conv2D）", "numbers differ: only zh has ['Conv2D'], only en has []"),
        ('`padding="same"` gives', "`same` gives", "code differ: only zh has ['padding=\"same\"']"),
        (
            "[中文](../zh/01_try.ipynb)",
            "中文",
            "links differ: only zh has ['../OTHER/01_try.ipynb']",
        ),
        ("[中文](../zh/", "[中文](../en/", "links differ: only zh has ['../OTHER/01_try.ipynb']"),
        ("# The", "![a kernel](k.png)\n\n# The", "images differ: only zh has [], only en has"),
        ("# The", "<details></details>\n\n# The", "tags differ: only zh has [], only en has"),
    ],
)
def test_twins_that_say_different_things_are_refused(
    project: Any, old: str, new: str, reason: str
) -> None:
    [fault] = project.refused(old, new)
    assert fault.startswith("01_try.md:1: title: the twins' ") and reason in fault


def test_headings_in_another_order_are_refused(project: Any) -> None:
    project.replace("# 步幅", "# 步幅\n\n## 二")
    [fault] = project.refused("# The stride", "## Two\n\n# The stride")
    assert "headings differ in order: zh ['h1', 'h2'], en ['h2', 'h1']" in fault


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("是 2 時", "是 2 時（二維）"),
        ("of 2,", "of 2 (in 2-D, the 2D case),"),
        ("輸出是 $n/2$", '輸出：$n/2$，見`padding="same"`'),
    ],
)
def test_a_dimension_is_a_word_and_code_needs_no_space(project: Any, old: str, new: str) -> None:
    if "padding" in new:
        project.replace("gives", 'gives `padding="same"`')
    assert project.refused(old, new) == []


def test_ordinals_and_thousands_are_the_numbers_they_say(project: Any) -> None:
    project.replace("下一頁。", "第 3 頁有 22550 個參數。")
    assert project.refused("The next page.", "The 3rd page has 22,550 parameters.") == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("下一頁", "下一页", "Simplified characters: 页"),
        ("下一頁", "步長", "the glossary forbids '步長'"),
        ("下一頁", "反卷積不是反卷積", "the glossary forbids '反卷積'"),
        ("下一頁。", "下一頁.", "half-width punctuation beside Chinese"),
        ("下一頁。", "Keras, 下一頁。", "half-width punctuation beside Chinese"),
        ("下一頁。", "下一頁 (好)。", "half-width punctuation beside Chinese"),
        ("下一頁。", "「下一頁」與“下一頁”。", "half-width punctuation beside Chinese"),
        ("下一頁。", "下一頁 `a`, `b`。", "half-width punctuation beside Chinese"),
        ("下一頁", "下一頁Keras", "no space between Chinese and a Latin letter or digit"),
        ("下一頁。", "下\n一頁。", "a line break inside a Chinese sentence shows as a gap"),
        ("下一頁。", "**下一頁。**好。", "Markdown reads some ** as asterisks"),
        ("下一頁。", "[下一頁](02_more.ipynb)。", "there is no lesson '02_more'"),
    ],
)
def test_careless_chinese_is_refused(project: Any, old: str, new: str, reason: str) -> None:
    faults = [fault for fault in project.refused(old, new) if "twins'" not in fault]
    assert faults
    assert all(fault.startswith("01_try.md:22: end: ") and reason in fault for fault in faults)


def test_a_misleading_name_may_be_said_once_in_a_lesson(project: Any) -> None:
    assert project.refused("**步幅**（stride）", "反卷積與**步幅**（stride）") == []
    [fault] = project.refused("下一頁", "反卷積")
    assert fault.startswith("01_try.md:22: end: the glossary lets a lesson say '反卷積' once")


def test_emphasis_that_fails_is_refused_in_english_too(project: Any) -> None:
    [fault] = project.refused("The next page.", "The **next **page.")
    assert fault.startswith("01_try.md:26: end: Markdown reads some ** as asterisks")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("n = 1  # why", "line 5: a comment belongs in the prose: '# why'"),
        ('print("步幅")', "line 5: Chinese in code belongs in the catalogue"),
        ('print("output shape")', "line 5: the string 'output shape' belongs in the catalogue"),
        ('print("result:", 1)', "line 5: the string 'result:' belongs in the catalogue"),
        ('print(f"size {1}")', "line 5: the string 'size ' belongs in the catalogue"),
        ('"""Say it."""', "line 5: the string 'Say it.' belongs in the catalogue"),
        ("print(", "line 5: not Python: '(' was never closed"),
        (
            "1;",
            "a final semicolon hides a value from Jupyter, not from nbval: end with another line",
        ),
    ],
)
def test_words_in_code_are_refused(project: Any, code: str, reason: str) -> None:
    cell = 'print(text("axis.height"), 12 // 2)'
    [fault] = project.refused(cell, f"\n{cell}\n{code}")
    assert fault == f"01_try.md:13: size: {reason}"


def test_names_notation_and_magics_are_no_words(project: Any) -> None:
    cell = 'print(text("axis.height"), 12 // 2)'
    code = """\
%matplotlib inline
shape = dict(padding="same", data_format="channels_last", path="assets/a.png")
print(f"kernel={1}, stride={2}", f"{shape['padding']:>8}", "2 × 3", "A B C", "nhwc,hwcf->nhwf")
"""
    assert project.refused(cell, f"{cell}\n{code}") == []

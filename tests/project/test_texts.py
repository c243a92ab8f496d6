"""The catalogue: both languages say the same, in the words of the glossary."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from string import Formatter

import pytest

from convlab.i18n import LANGUAGES, catalogue
from tools.chinese import forbidden_words, simplified_characters, terms

ENTRIES = sorted(catalogue())
each_entry = pytest.mark.parametrize("key", ENTRIES)


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


def is_chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED")


@each_entry
def test_an_entry_has_each_language_and_no_other(key: str) -> None:
    assert set(catalogue()[key]) == set(LANGUAGES)
    assert len({bool(text.strip()) for text in catalogue()[key].values()}) == 1


@each_entry
def test_both_languages_fill_in_the_same_placeholders(key: str) -> None:
    english, chinese = (placeholders(catalogue()[key][language]) for language in LANGUAGES)
    assert english == chinese


@each_entry
def test_english_holds_no_chinese(key: str) -> None:
    assert not [character for character in catalogue()[key]["en"] if is_chinese(character)]


@each_entry
def test_chinese_is_written_in_taiwans_characters(key: str) -> None:
    text = catalogue()[key]["zh_TW"]
    assert simplified_characters(text) == []
    "".join(filter(is_chinese, text)).encode("big5")


@each_entry
def test_chinese_uses_the_glossarys_words(key: str) -> None:
    assert forbidden_words(catalogue()[key]["zh_TW"]) == []


@each_entry
def test_chinese_punctuation_is_full_width(key: str) -> None:
    text = catalogue()[key]["zh_TW"]
    after_chinese = [after for before, after in pairwise(text) if is_chinese(before)]
    assert not set(after_chinese) & set(",.;:?!()")


def test_the_glossary_keeps_its_own_rules() -> None:
    for term in terms():
        assert forbidden_words(term["zh"]) == []
        assert simplified_characters(term["zh"]) == []


def test_the_glossary_names_each_term_once() -> None:
    for language in ("en", "zh"):
        words = [term[language] for term in terms()]
        assert len(words) == len(set(words))


def test_simplified_characters_are_found() -> None:
    assert simplified_characters("卷积层的步幅") == ["积", "层"]


def test_characters_that_both_scripts_share_are_not_simplified() -> None:
    assert simplified_characters("群峰、床、秘密、台灣、後面、里程、只有、系統、向前") == []


def test_a_forbidden_word_is_found_in_a_sentence() -> None:
    assert forbidden_words("把圖像沿步長移動") == ["步長", "圖像"]

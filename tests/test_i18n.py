"""The switch and the catalogue."""

import subprocess
import sys

import pytest

import convlab
from convlab import errors, i18n, use_language
from convlab.i18n import Choices, Term, text


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_TW"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "CONVLAB_LANGUAGE": "zh_TW"}, "zh_TW"),
        ({"CONVLAB_LANGUAGE": "", "LANG": "zh_TW"}, "zh_TW"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_TW:en"}, "zh_TW"),
        ({"LANG": "zh_TW.UTF-8", "LANGUAGE": "de:en_GB:zh"}, "en"),
        ({"LANG": "zh_TW.UTF-8", "LANGUAGE": "de:fr"}, "zh_TW"),
        ({"LC_ALL": "C", "LANG": "zh_TW.UTF-8", "LANGUAGE": "zh_TW"}, "en"),
        ({"LANGUAGE": "zh_TW"}, "en"),
    ],
)
def test_the_first_language_comes_from_the_environment(environment, language):
    program = "import convlab; print(convlab.get_language())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == language


def test_a_language_that_is_not_there_is_refused_and_changes_nothing():
    with pytest.raises(errors.ArgumentError) as caught:
        convlab.set_language("zh_CN")
    assert caught.value.choices[0] == {"language": "zh_TW"}
    assert convlab.get_language() == "en"


def test_a_text_is_in_the_language_of_its_reading_not_of_its_making():
    term, choices = Term("axis.height"), Choices([1, Term("axis.width")])
    assert (f"{term}", f"{choices}") == ("height axis", "1, width axis")
    with use_language("zh_TW"):
        assert (f"{term}", f"{choices}") == ("高度方向", "1、寬度方向")


def test_the_former_language_returns_even_after_an_error():
    with pytest.raises(RuntimeError), use_language("zh_TW"):
        raise RuntimeError
    assert convlab.get_language() == "en"


def test_terms_and_choices_compare_by_what_they_say():
    assert Term("a.b", x=1) == Term("a.b", x=1) != Term("a.b", x=2)
    assert hash(Term("a.b", x=1)) == hash(Term("a.b", x=1))
    assert Term("a.b") != "a.b"
    assert Choices([1]) == Choices((1,)) != Choices([2])
    assert hash(Choices([1])) == hash(Choices((1,)))
    assert (repr(Term("a.b")), repr(Choices([1]))) == ("Term('a.b')", "Choices((1,))")


def test_an_unknown_key_is_our_mistake():
    with pytest.raises(KeyError):
        text("errors.no_such_entry")


def test_every_code_that_is_raised_has_a_sentence():
    """Each entry of the errors' catalogue renders with the parameters of some error class."""
    assert "errors.one_of" in i18n.catalogue()
    error = errors.ConvlabError("one_of", argument="a", value=1, legal="b")
    assert str(error) == "a must be one of b, but 1 was given."


def test_the_package_has_no_such_attribute():
    with pytest.raises(AttributeError, match="nonsense"):
        convlab.nonsense  # noqa: B018
    assert "Conv2D" in dir(convlab)

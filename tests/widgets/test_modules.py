"""Many widgets of a kind share one module; a page holds all of it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest

from tests.widgets.dial import CODE, Dial


class Other(Dial):
    bundle = "other"


@pytest.fixture(autouse=True)
def no_widgets_are_left() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


SHARED = {"code": CODE, "style": Dial.style(), "records": Dial.records()}


def unpacked(packed: str) -> Any:
    """What a module's text holds."""
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def models_of(page: str) -> dict[str, Any]:
    """The states that a page holds, by id."""
    return json.loads(re.search(r'id="convlab-models">(.*?)</script>', page, re.DOTALL)[1])


def test_widgets_of_a_kind_share_one_module_and_another_kind_has_its_own() -> None:
    one, two, other = Dial(), Dial(at=2), Other()
    assert one.module is two.module
    assert other.module is not one.module


def test_a_closed_module_is_made_anew() -> None:
    before = Dial().module
    ipywidgets.Widget.close_all()
    assert Dial().module is not before
    assert Dial().module.comm is not None


def test_an_instance_carries_neither_code_nor_style_nor_records() -> None:
    dial = Dial()
    carried = json.dumps(dial.get_state())
    assert "convlab-dial" not in carried and "word" not in carried
    assert len(carried) < 2_000
    assert dial.get_state()["module"] == f"IPY_MODEL_{dial.module.model_id}"
    assert unpacked(dial.module.packed) == SHARED


def test_a_notebook_holds_the_widget_and_a_still() -> None:
    data, _ = Dial(at=3)._repr_mimebundle_()
    assert data["text/plain"] == "Dial(3)"
    assert data["image/svg+xml"] == "<svg><!--3--></svg>"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_page_holds_the_traits_of_the_widget_alone() -> None:
    models = models_of(Dial(at=5).to_html())
    assert unpacked(models.pop("widget.module")["packed"]) == SHARED
    assert models == {"widget": {"at": 5, "language": "en", "module": "IPY_MODEL_widget.module"}}


def test_a_page_is_the_same_to_the_last_byte() -> None:
    assert Dial().to_html() == Dial().to_html()


def test_a_page_names_no_address_and_escapes_what_it_holds() -> None:
    page = Dial(language="zh_TW").to_html("<i>title</i>")
    assert "<b>" not in page and "<i>" not in page
    assert page.count("</script>") == 2
    assert not re.search(r"https?:|src=|@import", page)
    assert '<html lang="zh-Hant-TW">' in page


def test_a_page_shows_the_still_where_scripts_are_off() -> None:
    assert "<noscript><svg><!--1--></svg></noscript>" in Dial().to_html()

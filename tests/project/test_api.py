"""The pages of the public names: all of them, no other, and no way that leads nowhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import convlab
from tools.site import api

entries = cache(api.entries)


def texts() -> dict[str, str]:
    return {entry.name: entry.html for entry in entries()}


def test_every_public_name_has_a_page_and_nothing_else_has() -> None:
    assert set(texts()) == {*convlab.__all__, "index"}
    listed = re.findall(r'<dt><a href="([^"]+)\.html">', texts()["index"])
    assert sorted(listed) == sorted(convlab.__all__)


def test_every_link_leads_to_a_page_and_to_a_place_on_it() -> None:
    links = {link for html in texts().values() for link in re.findall(r'href="([^"]+)"', html)}
    assert len(links) > 150
    for link in links:
        page, _, place = link.partition("#")
        html = texts()[page.removesuffix(".html")]
        assert not place or f'id="{place}"' in html, link


def test_no_page_names_an_address_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "entries", entries)
    api.build(tmp_path, lambda entry: entry.html)
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    assert len(pages) == len(texts())
    assert not [page for page in pages if re.search("https?:|//[a-z]+[.]", page)]


def test_a_layer_shows_its_signature_its_own_words_and_what_it_inherits() -> None:
    html = texts()["Conv2D"]
    assert "kernel_initializer" in html and "glorot_uniform" in html
    assert "i*s+k*d-p" in html, "a bare * is a product"
    assert {"backward", "count_params", "compute_output_shape", "__call__"} <= set(
        re.findall(r'<section id="(\w+)">', html)
    )


def test_a_module_shows_what_it_loads_on_first_use() -> None:
    assert {"ask", "check", "progress"} <= set(
        re.findall(r'<section id="(\w+)">', texts()["exercises"])
    )
    assert "named_kernel" in texts()["KERNEL_NAMES"]

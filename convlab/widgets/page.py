"""One self-contained page: the module, its styles and its state, with a stand-in for the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
html {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 12px; }}
main {{ max-width: 1100px; margin: 0 auto; }}
{css}</style>
</head>
<body>
<main id="explorer"></main>
<script type="application/json" id="state">{state}</script>
<script type="module">
{scripts}</script>
</body>
</html>
"""


def page(title: str, language: str, css: str, scripts: str, state: Mapping[str, Any]) -> str:
    """The page's text; ``scripts`` end in a call of ``show(state, element)``."""
    # A "<" inside JSON could end the script; as an escape it cannot.
    data = json.dumps(state, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    tag = {"zh_TW": "zh-Hant-TW"}.get(language, language)
    return _PAGE.format(title=escape(title), language=tag, css=css, scripts=scripts, state=data)

"""One self-contained page: a widget's models as JSON, and the script that brings them to life."""

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
</style>
</head>
<body>
<main data-model="{shown}"><noscript>{still}</noscript></main>
<script type="application/json" id="convlab-models">{models}</script>
<script type="module">
{script}</script>
</body>
</html>
"""


def page(
    title: str,
    language: str,
    still: str,
    models: Mapping[str, Mapping[str, Any]],
    shown: str,
    script: str,
) -> str:
    """The page's text: ``models`` are states by id, of which ``shown`` is the widget's."""
    # A "<" inside JSON could end the script; as an escape it cannot.
    data = json.dumps(models, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return _PAGE.format(
        title=escape(title),
        language={"zh_TW": "zh-Hant-TW"}.get(language, language),
        still=still,
        models=data,
        shown=shown,
        script=script,
    )

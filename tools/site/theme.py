"""The project's palette as the style of a page."""

from __future__ import annotations

from convlab.style import THEMES, WEB_FONTS


def colours() -> str:
    """Variables for light and dark: as the system has it, unless the reader chose."""
    light, dark = (f"{THEMES[name].css()};color-scheme:{name}" for name in ("light", "dark"))
    return (
        f":root{{--font:{WEB_FONTS};{light}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f':root[data-jp-theme-light="true"]{{{light}}}'
        f':root[data-jp-theme-light="false"]{{{dark}}}'
        f"@media print{{:root:root{{{light}}}}}"
    )

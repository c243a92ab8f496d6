"""The shared palette as the widgets' style sheet, light and dark, in a notebook or on a page."""

from __future__ import annotations

from .. import style

_MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'


def style_sheet() -> str:
    """Variables for each theme: JupyterLab's own where there is one, else the system's."""
    light, dark = (_variables(style.THEMES[name]) for name in ("light", "dark"))
    fonts = f"--convlab-font:{style.WEB_FONTS};--convlab-mono:{_MONO};"
    return "\n".join(
        (
            f".convlab{{{fonts}{light}}}",
            f"@media (prefers-color-scheme: dark){{.convlab{{{dark}}}}}",
            f'[data-jp-theme-light="true"] .convlab{{{light}}}',
            f'[data-jp-theme-light="false"] .convlab{{{dark}}}',
            "",
        )
    )


def _variables(palette: style.Palette) -> str:
    ink = style.mix(palette.negative, palette.ink, 0.35)
    edge = style.mix(palette.line, palette.muted, 0.6)
    scheme = "dark" if palette is style.DARK else "light"
    own = f"--convlab-negative-ink:{ink};--convlab-edge:{edge};color-scheme:{scheme}"
    return f"{palette.css()};{own}"

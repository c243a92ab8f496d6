"""What a widget leaves in a notebook's file, for a reader where no widget can be shown."""

from __future__ import annotations

from typing import Any


def with_still(bundle: Any, line: str, still: str) -> Any:
    """A widget's MIME bundle with one line of text and a still picture in HTML beside the widget.

    >>> with_still({"text/plain": "A(children=(…))"}, "A()", "<p>1</p>")
    {'text/plain': 'A()', 'text/html': '<p>1</p>'}
    """
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, None)
    data = {**(data or {}), "text/plain": line, "text/html": still}
    return data if metadata is None else (data, metadata)

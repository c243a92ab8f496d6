"""A layer as the call that makes it in Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from ..companions import InputLayer
from ..errors import ConvlabError
from ..i18n import text
from ..layers.common import BaseLayer
from .settings import KNOWN, required_arguments

_BASE = ("trainable", "dtype")
_PLAIN = (str, int, float, type(None))
_ROWS = (list, tuple)


class _NotWritable(Exception):
    """A value that no text makes again."""


def keras_code(layer: BaseLayer) -> str:
    """The call that makes this layer in Keras, for ``import keras``; a comment ends it, if needed.

    >>> from convlab import Conv1D
    >>> keras_code(Conv1D(4, 3, padding="causal", dtype="float64"))
    "keras.layers.Conv1D(filters=4, kernel_size=(3,), padding='causal', dtype='float64')"
    """
    call, comment = keras_call(layer)
    return f"{call}  {comment}" if comment else call


def keras_call(layer: BaseLayer) -> tuple[str, str]:
    """The call, and a comment in the reader's language about arguments that cannot be written.

    >>> from convlab import Conv1D, ZeroPadding2D
    >>> call, comment = keras_call(Conv1D(4, 3, activation=lambda z: z))
    >>> print(call, comment, sep="\\n")
    keras.layers.Conv1D(filters=4, kernel_size=(3,))
    # Cannot be written here: activation (<lambda>)
    >>> keras_call(ZeroPadding2D((1, 2)))[0]
    'keras.layers.ZeroPadding2D(padding=((1, 1), (2, 2)))'
    """
    kind = keras_kind(layer)
    names, shown = _arguments_of(layer, kind)
    usual = kind(**{name: getattr(layer, name) for name in shown if name not in kind.extras})
    written, left = [], []
    for name in names:
        source = source_of(layer, name)
        if source is None:
            left.append(f"{name} ({named(layer, name)})")
        elif name in shown or source != source_of(usual, name):
            written.append(f"{name}={source}")
    return f"keras.layers.{kind.__name__}({', '.join(written)})", not_written(left)


def keras_kind(layer: BaseLayer) -> type[BaseLayer]:
    """The layer of Keras' that it is; a reader's subclass has a signature of its own."""
    known = {*KNOWN.values()}
    return next(kind for kind in type(layer).__mro__ if kind in known)


def _arguments_of(layer: BaseLayer, kind: type[BaseLayer]) -> tuple[list[str], list[str]]:
    """The names of the arguments that may be written, and of those that always are."""
    if kind is InputLayer:
        return ["batch_shape", "optional", "dtype"], ["batch_shape"]
    required = required_arguments(kind)
    if "pool_size" in kind.declared_arguments():
        required = ["pool_size"]  # Strides that are the window's own need not be written.
    extras = [name for name in kind.extras if getattr(layer, name, None) is not None]
    names = dict.fromkeys([*required, *kind.declared_arguments(), *extras, *_BASE])
    return [name for name in names if name != "name"], [*required, *extras]


def not_written(left: Sequence[str]) -> str:
    """A comment in the reader's language about what cannot be written; "" where that is nothing."""
    listed = text("list.separator").join(left)
    return f"# {text('explain.not_written', arguments=listed)}" if left else ""


def source_of(layer: BaseLayer, argument: str) -> str | None:
    """An argument as Python that makes it, where ``keras`` is imported; ``None``: none does.

    >>> from convlab import Conv1D
    >>> source_of(Conv1D(4, 3, padding="same"), "padding")
    "'same'"
    """
    try:
        return _source(layer.configuration_of(argument))
    except (ConvlabError, _NotWritable, RecursionError):  # The last: a list that holds itself.
        return None


def named(layer: BaseLayer, argument: str) -> str:
    """A word for a value: the same each time, so without an address in memory."""
    value = getattr(layer, argument)
    values = getattr(value, "value", None)
    if isinstance(values, np.ndarray):
        return f"array {values.shape}"
    return str(getattr(value, "name", None) or getattr(value, "__name__", type(value).__name__))


def _source(value: Any) -> str:
    """A value of a configuration as Python that makes it, where ``keras`` is imported."""
    if isinstance(value, Mapping):
        return _made_source(value)
    if isinstance(value, float) and not isfinite(value):
        return f"float('{value}')"
    if isinstance(value, _ROWS):
        inside = ", ".join(map(_source, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if isinstance(value, _PLAIN):
        return repr(value)
    raise _NotWritable


def _made_source(value: Mapping[str, Any]) -> str:
    name, config = str(value.get("class_name")), value.get("config")
    if name == "function" and str(config).isidentifier():
        return str(config)
    if not name.isidentifier() or not isinstance(config, Mapping) or "module" not in value:
        raise _NotWritable
    options = ", ".join(
        f"{key}={_source(item)}" for key, item in config.items() if item is not None
    )
    module = f"{value['module']}." if value["module"] else ""
    return f"{module}{name}({options})"

"""Files of Keras': ``.keras``, the older ``.h5``, a config as JSON. Nothing in them is executed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import ArgumentError, ConvlabError
from ..i18n import Term
from .keras_config import entry_of, network_and_graph, parsed
from .keras_graph import Graph
from .keras_places import Place
from .keras_weights import Found, fill, of_groups, of_tree
from .network import Network

MOST_CONFIG = 1 << 26
MOST_WEIGHTS = 1 << 34
MOST_GROWTH = 200
"""Bounds in bytes, and of how much larger than stored: beyond them a file is a trap."""

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_PICKLED = (".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
_BROKEN_H5 = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError)


def network_of(path: Path) -> Network:
    """The network in a file. Raises ``ArgumentError`` for one that cannot be read, with a way."""
    _check_file(path)
    with path.open("rb") as file:
        begin = file.read(8)
    if begin[:2] == b"PK":
        return _of_zip(path)
    if begin == b"\x89HDF\r\n\x1a\n":
        return _of_h5(path)
    if begin.lstrip()[:1] in (b"{", b"["):
        return network_and_graph(entry_of(parsed(_short_file(path))))[0]
    raise _refusal("other_file", path)


def _refusal(code: str, path: Path, **more: Any) -> ArgumentError:
    return ArgumentError(code, argument="source", value=str(path), **more)


def _check_file(path: Path) -> None:
    try:
        folder, there = path.is_dir(), path.exists()
    except (OSError, ValueError):  # A name too long, or with a zero in it.
        folder = there = False
    if not there:
        raise _refusal("no_file", path)
    if folder:
        saved = (path / "saved_model.pb").exists()
        raise _refusal("saved_model" if saved else "folder", path)
    if path.suffix.lower() in _PICKLED:
        raise _refusal("pickled", path)


def _short_file(path: Path) -> bytes:
    if path.stat().st_size > MOST_CONFIG:
        raise _refusal("file_grows", path, member=path.name)
    return path.read_bytes()


# A .keras file


def _of_zip(path: Path) -> Network:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if any(name.endswith("data.pkl") for name in names):
                raise _refusal("pickled", path)
            if _CONFIG not in names:
                raise _refusal("no_config_in_file", path, member=_CONFIG)
            entry = entry_of(parsed(_member(archive, _CONFIG, MOST_CONFIG, path)))
            network, graph = network_and_graph(entry)
            if _WEIGHTS in names:
                _fill_from(archive, network, graph, entry, path)
    except _BROKEN:
        raise _refusal("broken_file", path) from None
    return network


def _member(archive: zipfile.ZipFile, name: str, most: int, path: Path) -> bytes:
    """A file inside, if it is neither too large nor grows too much."""
    info = archive.getinfo(name)
    grown = info.file_size > max(MOST_CONFIG, MOST_GROWTH * info.compress_size)
    if info.file_size > most or grown:
        raise _refusal("file_grows", path, member=name)
    with archive.open(info) as member:
        return member.read(info.file_size + 1)


def _fill_from(
    archive: zipfile.ZipFile, network: Network, graph: Graph, entry: Place, path: Path
) -> None:
    h5py = _h5py()
    if h5py is None:
        network.notes += (Term("keras.no_h5py"),)
        return
    data = _member(archive, _WEIGHTS, MOST_WEIGHTS, path)
    begin: tuple[str, ...] = () if entry.get("config").has("layers") else (network.steps[0].name,)
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            fill(network, graph, dict(of_tree(entry, _Group(file, h5py), begin)))
    except _BROKEN_H5 as error:
        raise _unless_ours(error, path) from None


def _unless_ours(error: Exception, path: Path) -> Exception:
    """A refusal of a broken file; what was refused in words already stays."""
    return error if isinstance(error, ConvlabError) else _refusal("broken_file", path)


def _h5py() -> Any:
    """The library that reads HDF5, or ``None`` where it is not installed."""
    try:
        import h5py
    except ImportError:
        return None
    return h5py


class _Group(Mapping[str, Any]):
    """A group of an HDF5 file; what lies in other files is left out."""

    def __init__(self, group: Any, h5py: Any) -> None:
        self._group, self._h5py = group, h5py

    @property
    def attrs(self) -> Any:
        return self._group.attrs

    def __getitem__(self, name: str) -> Any:
        if not isinstance(self._group.get(name, getlink=True), self._h5py.HardLink):
            raise KeyError(name)
        found = self._group[name]
        if isinstance(found, self._h5py.Group):
            return _Group(found, self._h5py)
        if found.external or found.is_virtual:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._group if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


# An .h5 file of Keras 2


def _of_h5(path: Path) -> Network:
    h5py = _h5py()
    if h5py is None:
        raise _refusal("needs_h5py", path)
    try:
        with h5py.File(path, "r") as file:
            config = file.attrs.get("model_config")
            if config is None:
                raise _refusal("only_weights", path)
            entry = entry_of(parsed(config))
            network, graph = network_and_graph(entry, file.attrs.get("keras_version"))
            root = _Group(file, h5py)
            root = root.get("model_weights", root)
            fill(network, graph, _old_weights(network, graph, root))
    except _BROKEN_H5 as error:
        raise _unless_ours(error, path) from None
    return network


def _old_weights(network: Network, graph: Graph, root: Any) -> Found:
    names = {path[0] for path in graph.layers if path[0] in root}
    groups = {
        name: [_at(root[name], word) for word in _listed(root[name], "weight_names")]
        for name in names
    }
    return of_groups(network, graph, groups)


def _listed(group: Any, name: str) -> list[str]:
    """An attribute that is a list of names, which may be cut into numbered pieces."""
    pieces = [name] if name in group.attrs else []
    while f"{name}{len(pieces)}" in group.attrs and pieces != [name]:
        pieces.append(f"{name}{len(pieces)}")
    words = [word for piece in pieces for word in group.attrs[piece]]
    return [word.decode() if isinstance(word, bytes) else str(word) for word in words]


def _at(group: Any, name: str) -> Any:
    for part in name.split("/"):
        group = group[part]
    return group

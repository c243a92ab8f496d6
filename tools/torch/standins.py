"""Stand-ins for PyTorch's modules: the same class names, attributes and arrays, without PyTorch."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.keras.store import Reader


class Tensor:
    """What convlab asks of a tensor."""

    def __init__(self, values: NDArray[Any], dtype: str | None = None) -> None:
        self._values = values
        self.dtype = f"torch.{dtype or values.dtype.name}"

    def detach(self) -> "Tensor":
        return self

    def cpu(self) -> "Tensor":
        return self

    def float(self) -> "Tensor":
        return Tensor(self._values.astype(np.float32))

    def numel(self) -> int:
        return self._values.size

    def numpy(self) -> NDArray[Any]:
        return self._values


class Module:
    """What convlab asks of a module."""

    training = False

    def __init__(self, attributes: dict[str, Any], tensors: dict[str, Tensor | None]) -> None:
        self.__dict__.update(attributes, **tensors)
        self._parameters = tensors
        self._modules: dict[str, Any] = {}

    def parameters(self) -> Iterator[Tensor]:
        yield from (tensor for tensor in self._parameters.values() if tensor is not None)
        for part in self._modules.values():
            yield from part.parameters()


def kind(*classes: tuple[str, str]) -> type[Module]:
    """A class that derives from these (module, name), the nearest first."""

    def derived(base: type[Module], each: tuple[str, str]) -> type[Module]:
        return type(each[1], (base,), {"__module__": each[0]})

    return reduce(derived, classes[::-1], Module)


def layer(name: str, tensors: dict[str, NDArray[Any]] | None = None, **attributes: Any) -> Module:
    """A stand-in for one of PyTorch's layers."""
    own = {key: Tensor(values) for key, values in (tensors or {}).items()}
    return kind((f"torch.nn.modules.{name.lower()}", name))(attributes, dict(own))


def sequential(*parts: Module) -> Module:
    """A stand-in for a Sequential."""
    whole = kind(("torch.nn.modules.container", "Sequential"))({}, {})
    whole._modules = {str(place): part for place, part in enumerate(parts)}
    return whole


def standing_in(row: dict[str, Any], arrays: Reader, met: list[Module] | None = None) -> Module:
    """The stand-in for a recorded module; one that stood twice stands twice."""
    met = [] if met is None else met
    if "again" in row:
        again: int = row["again"]
        return met[again]
    tensors = {
        name: None if place is None else Tensor(np.asarray(arrays.get(place), np.float64))
        for name, place in row["arrays"].items()
    }
    attributes = {name: _tuples(value) for name, value in row["attributes"].items()}
    module = kind(*map(tuple, row["classes"]))(attributes, tensors)
    met.append(module)
    for name, part in row["parts"].items():
        module._modules[name] = standing_in(part, arrays, met)
    return module


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value

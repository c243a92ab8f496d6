"""Random Sequentials of PyTorch's, nested, with the shape of an input that they take."""

from typing import Any

from tools.torch.layers import DRAWS, Random, Shape, random_of

COUNT = 100
MOST = 3000
"""The most numbers that one layer may give, so that a record stays small."""

KINDS = "convolution convolution transposed largest mean norm activation upsampling padding".split()


def draw(number: int) -> tuple[Any, Shape]:
    """A Sequential of 3 to 8 layers, and its input's shape; ``number`` alone decides which."""
    import torch

    rng = random_of("network", number)
    rank = int(rng.integers(1, 3))
    shape = (2, int(rng.integers(1, 4)), *(int(n) for n in rng.integers(6, 10, rank)))
    x, layers = torch.zeros(shape), []
    for _ in range(int(rng.integers(3, 7))):
        layer, x = _fitting(rng, rank, x)
        layers.append(layer)
    if rng.random() < 0.2:
        layers.append(next((each for each in layers if _keeps(each, x)), torch.nn.Identity()))
    if rng.random() < 0.6:
        features = x[0].numel()
        layers += [torch.nn.Flatten(), torch.nn.Linear(features, int(rng.integers(1, 5)))]
    return _nested(rng, layers), shape


def _fitting(rng: Random, rank: int, x: Any) -> tuple[Any, Any]:
    """A random layer that takes ``x``, and what it makes of it."""
    import torch

    while True:
        name, arguments, _ = DRAWS[str(rng.choice(KINDS))](rng)
        if name[-2:-1].isdigit() and int(name[-2]) != rank:
            continue
        layer = made(name, _for_channels(name, arguments, x.shape[1:]))
        try:
            with torch.no_grad():
                y = layer.eval()(x)
        except (RuntimeError, ValueError, IndexError, NotImplementedError):
            continue
        if y.ndim == x.ndim and 0 < y.numel() <= MOST:
            return layer, y


def made(name: str, arguments: dict[str, Any]) -> Any:
    """A layer of PyTorch's by its name."""
    import torch

    return getattr(torch.nn, name)(**arguments)


def _for_channels(name: str, arguments: dict[str, Any], sizes: Any) -> dict[str, Any]:
    """The arguments, fitted to an input of these channels and sizes."""
    channels = int(sizes[0])
    if "in_channels" in arguments:
        groups = arguments.get("groups", 1)
        fits = channels % groups == 0
        return arguments | {"in_channels": channels} | ({} if fits else {"groups": 1})
    if name.startswith("BatchNorm"):
        return arguments | {"num_features": channels}
    if name == "LayerNorm":
        return arguments | {"normalized_shape": tuple(map(int, sizes[-1:]))}
    if name == "PReLU" and arguments["num_parameters"] > 1:
        return {"num_parameters": channels}
    return arguments


def _keeps(layer: Any, x: Any) -> bool:
    """Whether a layer may stand a second time: it takes ``x`` and gives its shape."""
    import torch

    try:
        with torch.no_grad():
            return bool(layer(x).shape == x.shape)
    except (RuntimeError, ValueError, IndexError):
        return False


def _nested(rng: Random, layers: list[Any]) -> Any:
    import torch

    if len(layers) > 3 and rng.random() < 0.7:
        cut = int(rng.integers(1, len(layers) - 1))
        inner = torch.nn.Sequential(*layers[cut:])
        return torch.nn.Sequential(*layers[:cut], inner)
    return torch.nn.Sequential(*layers)

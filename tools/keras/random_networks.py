"""Random networks, seeded: chains, branches that meet again, shared layers, several outputs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tools.keras.backend import convlab_namespace
from tools.keras.settings import Random

SEED = 20261
ACTIVATIONS = "relu tanh gelu silu softplus selu elu sigmoid".split()


def draw(number: int) -> tuple[Any, Any, Random]:
    """A network of convlab's, the shape of its input with the batch, and what numbers to go on."""
    rng = np.random.default_rng([SEED, number])
    growing = _Growing(rng)
    for _ in range(int(rng.integers(2, 5))):
        blocks = _PLAIN if number % 3 == 0 else [*_PLAIN, *_MERGING * 2]
        blocks[int(rng.integers(len(blocks)))](growing)
    if rng.random() < 0.8:
        _head(growing)
    return growing.network(several=number % 9 == 4), growing.begun, rng


def deliberate() -> dict[str, tuple[Any, Any]]:
    """What is drawn seldom or never, each with the shape of its input."""
    from convlab import activations

    made = convlab_namespace().layers
    bounded = activations.get({"class_name": "ReLU", "config": {"max_value": 0.5}})
    leaky = activations.get({"class_name": "LeakyReLU", "config": {"negative_slope": 0.25}})
    axes = [  # Numbers of several axes meet arrays whose axes a framework has moved.
        made.Conv2D(4, 3, padding="same"),
        made.PReLU(),
        made.LayerNormalization(axis=[1, 3]),
        made.Conv2D(3, 1),
        made.Normalization(axis=(1, 3)),
        made.DepthwiseConv2D(2),
        made.Rescaling([0.5, 1.5, 2.5], offset=0.25),
        made.LayerScale(0.5, 3),
    ]
    any_size = [made.Conv2D(4, 3, 2, padding="same"), made.ReLU(), made.GlobalMaxPooling2D()]
    mlp = [made.InputLayer((8,)), made.Normalization(), made.Dense(6, "relu"), made.Dropout(0.5)]
    return {
        "Conv2D-lora": (made.Conv2D(4, 3, lora_rank=2, lora_alpha=3), (2, 6, 5, 3)),
        "Dense-lora": (made.Dense(4, lora_rank=2), (2, 6)),
        "Conv2D-bounded": (made.Conv2D(4, 3, activation=bounded), (2, 6, 5, 3)),
        "Dense-leaky": (made.Dense(4, activation=leaky), (2, 6)),
        "LayerNormalization-first": (made.LayerNormalization(axis=1), (2, 3, 5, 4)),
        "Network-many-axes": (_chain(axes), (2, 6, 5, 2)),
        "Network-two-inputs": (_two_inputs(), [(2, 6, 5, 3), (2, 6, 5, 2)]),
        "Network-any-size": (_chain(any_size), (2, 7, 4, 3)),
        "Network-chain": (_chain([*mlp, made.Dense(3, "softmax")]), (2, 8)),
    }


def _chain(layers: list[Any]) -> Any:
    from convlab import Network

    for place, layer in enumerate(layers):
        # A name that a layer gives itself depends on those that were made before.
        layer.name = f"step_{place}"
    return Network(layers)


def _two_inputs() -> Any:
    from convlab import Network
    from convlab.networks import Step

    made = convlab_namespace().layers
    return Network(
        [
            Step("a", made.InputLayer((6, 5, 3))),
            Step("b", made.InputLayer((6, 5, 2), dtype="float64")),
            Step("wide", made.Conv2D(4, 3, dtype="float64", padding="same"), ("b",)),
            Step("both", made.Concatenate(), ("a", "wide")),
            Step("measured", made.Normalization(), ("both",)),
            Step("out", made.Conv2D(2, 3, strides=2), ("measured",)),
        ]
    )


class _Growing:
    """A network to which steps are added; each block begins where the last one ended."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.steps = rng, []  # type: ignore[var-annotated]
        self.first = rng.random() < 0.3
        self.dtype = "float64" if rng.random() < 0.4 else "float32"
        height, width, channels = (
            int(each) for each in rng.choice(np.arange(3, 12), 3, replace=False)
        )
        inner = (channels, height, width) if self.first else (height, width, channels)
        self.begun = (2, *inner)
        self.shapes: dict[str, Any] = {}
        self.last = self.add("InputLayer", shape=inner)

    @property
    def rank(self) -> int:
        return len(self.shapes[self.last])

    @property
    def channels(self) -> int:
        return int(self.shapes[self.last][1 if self.first else -1])

    def add(self, kind: str, *sources: str, layer: Any = None, **arguments: Any) -> str:
        """Add a step; its name. Without ``sources`` it takes what the last one gives."""
        from convlab.networks import Step

        name = f"{kind.lower()}_{len(self.steps)}"
        if kind in _FORMATTED and self.first:
            arguments["data_format"] = "channels_first"
        made = layer or getattr(convlab_namespace().layers, kind)(
            name=name, dtype=self.dtype, **arguments
        )
        taken = sources or ((self.last,) if self.steps else ())
        shapes = [self.shapes[source] for source in taken] or [self.begun]
        self.shapes[name] = made.compute_output_shape(shapes if made.merges else shapes[0])
        self.steps.append(Step(name, made, taken))
        self.last = name
        return name

    def layer(self, name: str) -> Any:
        return next(step.layer for step in self.steps if step.name == name)

    def activation(self) -> str:
        return str(self.rng.choice(ACTIVATIONS))

    def network(self, several: bool) -> Any:
        from convlab import Network

        names = [step.name for step in self.steps]
        outputs = [names[-1], names[len(names) // 2]] if several else None
        return Network(self.steps, outputs=outputs)


_FORMATTED = {
    *"Conv2D SeparableConv2D DepthwiseConv2D Conv2DTranspose MaxPooling2D AveragePooling2D".split(),
    *"GlobalAveragePooling2D GlobalMaxPooling2D UpSampling2D ZeroPadding2D Flatten".split(),
}


def _convolution(net: _Growing) -> None:
    kind = str(net.rng.choice(["Conv2D", "SeparableConv2D", "Conv2DTranspose"]))
    size = tuple(int(each) for each in net.rng.choice(np.arange(1, 4), 2, replace=False))
    strides = int(net.rng.integers(1, 3))
    filters = int(net.rng.integers(2, 6))
    net.add(
        kind,
        filters=filters,
        kernel_size=size,
        strides=strides,
        padding="same",
        activation=net.activation(),
    )


def _normalized(net: _Growing) -> None:
    net.add("Conv2D", filters=4, kernel_size=3, padding="same", use_bias=False)
    net.add("BatchNormalization", axis=1 if net.first else -1)
    net.add("ReLU")


def _pooling(net: _Growing) -> None:
    kind = str(net.rng.choice(["MaxPooling2D", "AveragePooling2D"]))
    net.add(kind, pool_size=2, strides=int(net.rng.integers(1, 3)), padding="same")


def _other(net: _Growing) -> None:
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("UpSampling2D", {"size": 2}),
        ("ZeroPadding2D", {"padding": ((1, 0), (0, 2))}),
        ("LayerNormalization", {}),
        ("PReLU", {"shared_axes": [2, 3] if net.first else [1, 2]}),
        ("Rescaling", {"scale": 0.5, "offset": -1.0}),
        ("Dropout", {"rate": 0.5}),
        ("Softmax", {}),
        ("Dense", {"units": 3, "activation": "tanh"}),
    ]
    kind, arguments = kinds[int(net.rng.integers(len(kinds)))]
    net.add(kind, **arguments)


def _residual(net: _Growing) -> None:
    begin, channels = net.last, net.channels
    net.add("Conv2D", filters=channels, kernel_size=3, padding="same", activation=net.activation())
    net.add("Conv2D", filters=channels, kernel_size=(1, 3), padding="same")
    net.add("Add", net.last, begin)
    net.add("Activation", activation="relu")


def _branches(net: _Growing) -> None:
    begin = net.last
    left = net.add("Conv2D", begin, filters=2, kernel_size=1, activation="relu")
    right = net.add("DepthwiseConv2D", begin, kernel_size=3, padding="same")
    right = net.add("Conv2D", right, filters=3, kernel_size=1)
    net.add("Concatenate", left, right, begin, axis=1 if net.first else -1)


def _shared(net: _Growing) -> None:
    begin = net.last
    once = net.add("Conv2D", filters=net.channels, kernel_size=3, padding="same")
    twice = net.add("Conv2D", once, layer=net.layer(once))
    net.add("Add", twice, once, begin)


def _squeezed(net: _Growing) -> None:
    begin, channels = net.last, net.channels
    net.add("GlobalAveragePooling2D", keepdims=net.first)
    if net.first:
        net.add("Conv2D", filters=channels, kernel_size=1, activation="sigmoid")
    else:
        net.add("Dense", units=2, activation="relu")
        net.add("Dense", units=channels, activation="sigmoid")
    net.add("Multiply", begin, net.last)


def _head(net: _Growing) -> None:
    kinds = ["Flatten", "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"]
    net.add(kinds[int(net.rng.integers(4))])
    net.add("Dense", units=5, activation="relu")
    net.add("Dense", units=3, activation="softmax")


_PLAIN: list[Callable[[_Growing], None]] = [
    _convolution,
    _convolution,
    _normalized,
    _pooling,
    _other,
]
_MERGING: list[Callable[[_Growing], None]] = [_residual, _branches, _shared, _squeezed]

"""One setting through real Keras: what went in, and everything that came out."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.keras.backend import keras, keras_namespace
from tools.keras.encoding import decode, encode
from tools.keras.settings import Setting
from tools.keras.store import Pools

Array = NDArray[Any]
# A sum of multiples of 1/8 would often land on the corner of another activation, or on the zero of
# an L1 penalty, and there the gradient is a convention (Keras on JAX: +1 for the absolute value).
SMOOTH = {"linear", "relu", "sigmoid", "tanh", "softplus", "silu", "softmax"}


def record(setting: Setting, pools: Pools) -> dict[str, Any]:
    """Run ``setting`` in Keras and return its row of the index."""
    layer = make(setting)
    config = layer.get_config()
    _skip_initializers(layer)
    layer.build((None, *setting.input_shape[1:]))
    built_losses = _floats(layer.losses)
    inputs, weights, grad_output = _draw(setting, layer)
    layer.set_weights(weights)
    outputs = np.asarray(layer(inputs))
    row = {
        "case": setting.name,
        "arguments": encode(setting.arguments),
        "dtype": setting.dtype,
        "input_shape": list(setting.input_shape),
        "config": config,
        "weights": [[w.name, pools.add(v)] for w, v in zip(layer.weights, weights, strict=True)],
        "count_params": layer.count_params(),
        "x": pools.add(inputs),
        "y": pools.add(outputs),
        "shapes": _shapes(layer, setting),
        "losses": _floats(layer.losses),
        "weight_losses": len(built_losses),
    }
    if setting.gradients:
        dy = grad_output(outputs.shape)
        row["dy"] = pools.add(dy)
        row["gradients"] = [pools.add(g) for g in gradients(layer, inputs, dy)]
    return row


def make(setting: Setting) -> Any:
    """Return the unbuilt layer of Keras; its automatic name does not depend on earlier ones."""
    keras().utils.clear_session(free_memory=False)
    namespace = keras_namespace()
    arguments = {k: decode(encode(v), namespace) for k, v in setting.arguments.items()}
    return getattr(namespace.layers, setting.layer)(**arguments)


def gradients(layer: Any, inputs: Array, grad_output: Array) -> list[Array]:
    """Return the gradients of ``sum(y * grad_output) + sum(losses)``: input first, then weights."""
    import jax
    import jax.numpy as jnp

    def objective(x: Any, values: list[Any]) -> Any:
        mapping = list(zip(layer.weights, values, strict=True))
        with keras().StatelessScope(state_mapping=mapping, collect_losses=True):
            return jnp.sum(layer(x) * grad_output) + sum(layer.losses)

    of_input, of_weights = jax.jit(jax.grad(objective, argnums=(0, 1)))(
        jnp.asarray(inputs), layer.get_weights()
    )
    return [np.asarray(g) for g in (of_input, *of_weights)]


def _skip_initializers(layer: Any) -> None:
    """Let every weight begin as zeros, to be replaced: JAX would compile each shape drawn anew."""
    for name in [name for name in vars(layer) if name.endswith("_initializer")]:
        setattr(layer, name, keras().initializers.Zeros())


def _draw(setting: Setting, layer: Any) -> tuple[Array, list[Array], Callable[..., Array]]:
    """Inputs and weights: odd multiples of 1/8, whose sums are exact, or any numbers."""
    rng = setting.rng
    corners = layer.activation.__name__ not in SMOOTH or layer.activity_regularizer
    exact = rng.random() < 0.7 and not (setting.gradients and corners)

    def numbers(shape: Sequence[int], scale: int) -> Array:
        if exact:
            odd = 2 * rng.integers(-4 * scale, 4 * scale, shape) + 1  # never zero
            return (odd / 8).astype(setting.dtype)
        return (rng.normal(size=shape) * scale / 2).astype(setting.dtype)

    inputs = numbers(setting.input_shape, 2)
    weights = [numbers(tuple(w.shape), 1) for w in layer.weights]
    return inputs, weights, lambda shape: numbers(shape, 1)


def _shapes(layer: Any, setting: Setting) -> list[Any]:
    """Input shapes, known and with unknown sizes, each with what ``compute_output_shape`` says."""
    batch, *inner = setting.input_shape
    channel = 0 if layer.data_format == "channels_first" else len(inner) - 1
    unknown = [size if axis == channel else None for axis, size in enumerate(inner)]
    half: list[int | None] = [None if axis == 1 else size for axis, size in enumerate(inner)]
    half[channel] = inner[channel]
    shapes: list[list[int | None]] = [
        [batch, *inner],
        [None, *inner],
        [None, *unknown],
        [batch, *half],
    ]
    return [[shape, list(layer.compute_output_shape(tuple(shape)))] for shape in shapes]


def _floats(losses: Sequence[Any]) -> list[float]:
    return [float(loss) for loss in losses]

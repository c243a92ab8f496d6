"""Real Keras with its backend chosen, and both packages as one kind of namespace."""

import os
import warnings
from types import ModuleType, SimpleNamespace
from typing import Any

FAMILIES = ("activations", "initializers", "regularizers", "constraints")


def keras() -> Any:
    """Import Keras on JAX on the CPU, in float64 where a layer asks for it."""
    # Keras asks NumPy for copies in the old way, and warns where softmax meets an axis of one.
    warnings.filterwarnings("ignore", module=r"(keras|jax)\b")
    os.environ |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    # XLA's algebraic simplifier ends the process on the gradient of some transposed convolutions.
    os.environ["XLA_FLAGS"] = "--xla_disable_hlo_passes=algsimp"
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_disable_most_optimizations", True)  # thousands of shapes, each run once
    if keras.backend.backend() != "jax":
        raise RuntimeError(f"Keras runs on {keras.backend.backend()}, not on JAX")
    return keras


def forget_compiled() -> None:
    """Free what JAX keeps of every shape that it has met."""
    import jax

    jax.clear_caches()


def versions() -> dict[str, str]:
    """Return the versions that the numbers came from, and how they were obtained."""
    keras()
    from importlib.metadata import version

    names = ("keras", "jax", "jaxlib", "numpy")
    return {name: version(name) for name in names} | {"backend": "jax on the CPU, natively"}


def keras_namespace() -> SimpleNamespace:
    """Keras by families: ``layers``, ``activations`` and so on."""
    return SimpleNamespace(layers=keras().layers, **{f: getattr(keras(), f) for f in FAMILIES})


def convlab_namespace() -> SimpleNamespace:
    """convlab by the same families; its layers stand at the top of the package."""
    import convlab

    modules: dict[str, ModuleType] = {family: getattr(convlab, family) for family in FAMILIES}
    return SimpleNamespace(layers=convlab, **modules)

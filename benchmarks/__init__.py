"""The layers against PyTorch and Keras on JAX, side by side in one run: ``make bench``."""

import os

os.environ["KERAS_BACKEND"] = "jax"

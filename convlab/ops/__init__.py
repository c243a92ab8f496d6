"""Arrays in, arrays out: the convolution and its two gradients, without defaults or validation.

Letters: N samples, H W input height and width, C channels, F filters, G groups, I J output height
and width, K L kernel height and width. Arrays are (N, H, W, C), kernels (K, L, C/G, F).
"""

from .convolution import convolution, input_gradient, kernel_gradient, separable

__all__ = ["convolution", "input_gradient", "kernel_gradient", "separable"]

"""All exercises by their id: one for each of the usual misconceptions, then ideas, then puzzles."""

from __future__ import annotations

from . import concepts, puzzles, sums, transposed, windows
from .task import Maker

MAKERS: tuple[Maker, ...] = (
    windows.same_size,
    windows.odd_pixel,
    windows.even_kernel,
    windows.stride_divides,
    sums.flip,
    sums.sum_channels,
    sums.one_dimension,
    windows.causal,
    windows.dilated_strides,
    sums.separable_parameters,
    sums.unequal_strides,
    transposed.adjoint_not_inverse,
    transposed.transposed_kernel,
    transposed.output_padding_none,
    transposed.even_same_transposed,
    transposed.which_size,
    transposed.checkerboard,
    transposed.adjoint_of_same,
    sums.data_format,
    windows.valid_too_large,
    sums.depthwise_order,
    concepts.weight_sharing,
    concepts.dense_cannot,
    concepts.receptive_field,
    concepts.gradient_flow,
    concepts.validation_set,
    concepts.even_coverage,
    puzzles.lens_shift,
    puzzles.lens_difference,
)

SERIES: dict[str, Maker] = {maker.__name__: maker for maker in MAKERS}

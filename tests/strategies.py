"""Random settings of the convolution layers, legal and not: the one place that draws them."""

from hypothesis import strategies as st

SMALL = st.integers(1, 3)


def per_axis(rank, values=SMALL):
    return st.tuples(*[values] * rank)


@st.composite
def windows(draw, rank, dilated_strides=False):
    """kernel_size, strides and dilation_rate, as Keras lets them stand together."""
    ones = (1,) * rank
    strides, dilation = draw(per_axis(rank)), draw(per_axis(rank, st.integers(1, 2)))
    if max(strides) > 1 and max(dilation) > 1 and not dilated_strides:
        strides, dilation = draw(st.sampled_from([(strides, ones), (ones, dilation)]))
    return {
        "kernel_size": draw(per_axis(rank)),
        "strides": strides,
        "dilation_rate": dilation,
        "data_format": draw(st.sampled_from(["channels_last", "channels_first"])),
        "activation": draw(st.sampled_from([None, "tanh", "sigmoid", "softmax"])),
        "use_bias": draw(st.booleans()),
        "dtype": "float64",
    }


@st.composite
def shapes(draw, rank, data_format, channels):
    """An input shape that every drawn window fits into."""
    sizes = draw(per_axis(rank, st.integers(5, 7)))
    batch = draw(st.integers(0, 2))
    return (
        (batch, channels, *sizes) if data_format == "channels_first" else (batch, *sizes, channels)
    )


@st.composite
def conv(draw, rank):
    arguments = draw(windows(rank))
    paddings = ["valid", "same", "causal"] if rank == 1 else ["valid", "same"]
    groups, per_group = draw(SMALL), draw(st.integers(1, 2))
    arguments["padding"] = draw(st.sampled_from(paddings))
    arguments["groups"] = groups
    arguments["filters"] = groups * draw(st.integers(1, 2))
    shape = draw(shapes(rank, arguments["data_format"], groups * per_group))
    return f"Conv{rank}D", arguments, shape


@st.composite
def depthwise(draw, rank):
    arguments = draw(windows(rank, dilated_strides=True))
    arguments["padding"] = draw(st.sampled_from(["valid", "same"]))
    arguments["depth_multiplier"] = draw(SMALL)
    shape = draw(shapes(rank, arguments["data_format"], draw(SMALL)))
    return f"DepthwiseConv{rank}D", arguments, shape


@st.composite
def separable(draw, rank):
    _, arguments, shape = draw(depthwise(rank))
    return f"SeparableConv{rank}D", {**arguments, "filters": draw(SMALL)}, shape


@st.composite
def transposed(draw, rank):
    arguments = draw(windows(rank))
    arguments["padding"] = draw(st.sampled_from(["valid", "same"]))
    arguments["filters"] = draw(SMALL)
    explicit = st.tuples(*(st.integers(0, stride - 1) for stride in arguments["strides"]))
    arguments["output_padding"] = draw(st.none() | explicit)
    shape = draw(shapes(rank, arguments["data_format"], draw(SMALL)))
    return f"Conv{rank}DTranspose", arguments, shape


def settings_of_the_five():
    """(class name, arguments, input shape) of a layer of the lessons: legal, so it must compute."""
    return st.one_of(conv(1), conv(2), depthwise(2), separable(2), transposed(2))


def settings_of_any_layer():
    """The same, of any convolution layer."""
    return settings_of_the_five() | st.one_of(depthwise(1), separable(1), transposed(1))

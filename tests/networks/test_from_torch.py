"""A module of PyTorch's becomes a network with its numbers: recorded ones, and facts by hand.

The modules are stand-ins with the class names, attributes and arrays of PyTorch's.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np
import pytest

import convlab
from convlab import Network, use_language
from convlab.errors import ArgumentError, StateError
from convlab.networks import UnknownLayer
from convlab.networks.torch_kinds import TRANSLATIONS
from tools.torch import layers, networks
from tools.torch.record import COUNTS, is_recorded, recorded, replay
from tools.torch.standins import Module, Tensor, kind, layer, sequential

ROWS, ARRAYS = recorded()
RNG = np.random.default_rng(3)


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_values_and_gradients_are_those_of_pytorch(row: dict[str, Any]) -> None:
    replay(row, ARRAYS)


def test_the_record_is_as_large_and_as_varied_as_it_claims() -> None:
    kinds = collections.Counter(row["case"].partition("-")[0] for row in ROWS)
    assert sum(layers.COUNTS.values()) >= 500 and networks.COUNT >= 100
    assert kinds == {
        name: sum(is_recorded(name, number) for number in range(count))
        for name, count in COUNTS.items()
    }


def conv(name: str = "Conv2d", weight: Any = None, **changes: Any) -> Module:
    """A convolution of 3x3 (or 3), 3 channels to 4, without bias, unless told otherwise."""
    rank = int(name[-2])
    weight = RNG.normal(size=(4, 3, *[3] * rank)) if weight is None else weight
    usual = {
        "in_channels": 3,
        "out_channels": 4,
        "kernel_size": (3,) * rank,
        "stride": (1,) * rank,
        "padding": (0,) * rank,
        "dilation": (1,) * rank,
        "output_padding": (0,) * rank,
        "groups": 1,
        "padding_mode": "zeros",
        "bias": None,
    }
    return layer(name, {"weight": weight}, **usual | changes)


def pool(name: str, rank: int = 2, **changes: Any) -> Module:
    usual = {"kernel_size": 2, "stride": 2, "padding": 0, "ceil_mode": False, "dilation": 1}
    usual |= {"return_indices": False, "count_include_pad": True}
    return layer(f"{name}{rank}d", **usual | changes)


def shown(network: Network) -> dict[str, str]:
    return {step.name: repr(step.layer) for step in network.steps}


# What people ask


def test_padding_1_of_a_3x3_kernel_is_keras_same() -> None:
    assert "padding='same'" in shown(convlab.read(conv(padding=(1, 1))))["Conv2d"]


def test_padding_1_at_stride_2_is_zeros_before_and_not_keras_same() -> None:
    network = convlab.read(conv(padding=(1, 1), stride=(2, 2)))
    assert [*shown(network)] == ["Conv2d.padding", "Conv2d"]
    x = np.zeros((1, 3, 8, 8))
    x[0, 0, 0, 0] = 1
    network.set_weights([np.arange(108.0).reshape(3, 3, 3, 4)])
    # The first window begins one pixel outside: its middle tap (1, 1) lies on the first pixel.
    assert network(x)[0, :, 0, 0].tolist() == [48, 49, 50, 51]


def test_weights_of_the_shape_64_3_3_3_become_a_kernel_of_the_shape_3_3_3_64() -> None:
    weight = RNG.normal(size=(64, 3, 3, 3))
    (kernel,) = convlab.read(conv(weight=weight, out_channels=64)).weights
    assert kernel.shape == (3, 3, 3, 64)
    assert kernel[0, 1, 2, 5] == weight[5, 2, 0, 1]


def test_conv_transpose_1d_of_the_usual_sizes_needs_no_cropping() -> None:
    weight = RNG.normal(size=(3, 4, 4))
    module = conv("ConvTranspose1d", weight, kernel_size=(4,), stride=(2,), padding=(1,))
    network = convlab.read(module)
    assert network.compute_output_shape((None, 3, 5)) == (None, 4, 10)
    assert len(network.steps) == 1 and network.weights[0].shape == (4, 4, 3)
    x = np.zeros((1, 3, 2))
    x[0, 1, 0] = 1
    # Of the stamp at 0 one tap is cropped.
    np.testing.assert_array_equal(network(x)[0], np.pad(weight[1, :, 1:], [(0, 0), (0, 1)]))


def test_conv_transpose_1d_is_cropped_behind_where_keras_crops_elsewhere() -> None:
    module = conv("ConvTranspose1d", RNG.normal(size=(3, 4, 3)), stride=(2,), padding=(1,))
    module.output_padding = (1,)
    names = [*shown(convlab.read(module))]
    own = "ConvTranspose1d"
    parts = ["channels_last", "cropping", "channels_first"]
    assert names == [own, *(f"{own}.{part}" for part in parts)]


# Names, dtypes, notes


def test_steps_have_the_names_of_pytorch() -> None:
    inner = sequential(conv("Conv2d", RNG.normal(size=(4, 3, 3, 3))), layer("ReLU"))
    strided = conv("Conv2d", RNG.normal(size=(3, 4, 3, 3)), in_channels=4, out_channels=3)
    strided.stride = strided.padding = (2, 2)
    names = [*shown(convlab.read(sequential(inner, strided, layer("Flatten", **FLAT))))]
    assert names == ["0.0", "0.1", "1.padding", "1", "2"]


FLAT = {"start_dim": 1, "end_dim": -1}


def test_a_module_that_stands_twice_has_its_weights_once_and_its_gradients_summed() -> None:
    both = conv(weight=RNG.normal(size=(3, 3, 1, 1)), out_channels=3, kernel_size=(1, 1))
    network = convlab.read(sequential(both, both))
    x = RNG.normal(size=(1, 3, 2, 2))
    assert len(network.layers) == 1 and len(network.steps) == 2
    network(x)
    network.backward(np.ones((1, 3, 2, 2)))
    kernel = network.weights[0][0, 0]
    ones, flat = np.ones((3, 4)), x[0].reshape(3, 4)
    np.testing.assert_allclose(
        network.gradients[0][0, 0], (kernel.T @ flat) @ ones.T + flat @ (kernel @ ones).T
    )


def test_float64_stays_and_a_network_without_weights_computes_in_it() -> None:
    assert convlab.read(conv()).layers[0].dtype == "float64"
    narrow = conv(weight=RNG.normal(size=(4, 3, 3, 3)).astype("float32"))
    assert convlab.read(narrow).layers[0].dtype == "float32"
    assert convlab.read(pool("MaxPool")).layers[0].dtype == "float64"


def test_bfloat16_becomes_float32_and_a_note_says_so() -> None:
    module = conv()
    module.weight = module._parameters["weight"] = Tensor(np.ones((4, 3, 3, 3)), "bfloat16")
    network = convlab.read(module)
    assert network.layers[0].dtype == "float32"
    assert "bfloat16" in " ".join(map(str, network.notes))


def test_training_mode_is_noted_where_it_would_change_numbers() -> None:
    dropout, smooth = layer("Dropout", p=0.5), layer("ReLU")
    for module in (dropout, smooth):
        module.training = True
    assert "module.eval()" in " ".join(map(str, convlab.read(dropout).notes))
    assert convlab.read(smooth).notes == ()


def test_a_kernel_with_zeros_between_groups_is_noted_and_has_them() -> None:
    weight = RNG.normal(size=(4, 2, 3, 3))
    module = conv("ConvTranspose2d", weight, in_channels=4, groups=2)
    network = convlab.read(module)
    kernel = network.weights[0]
    assert kernel.shape == (3, 3, 4, 4) and "2 blocks" in str(network.notes[-1])
    assert not kernel[:, :, :2, 2:].any() and not kernel[:, :, 2:, :2].any()
    np.testing.assert_array_equal(kernel[1, 2, 2:, 3], weight[3, :, 1, 2])


def test_sizes_that_pytorch_leaves_open_come_from_what_stands_around() -> None:
    upsample = layer("Upsample", size=None, scale_factor=2.0, mode="nearest", align_corners=None)
    sequence = convlab.read(sequential(upsample, conv("Conv1d")))
    assert sequence.compute_output_shape((None, 3, 5)) == (None, 4, 8)
    alone = convlab.read(upsample)
    assert alone.compute_output_shape((None, 3, 5, 6)) == (None, 3, 10, 12)
    assert "images" in str(alone.notes[-1])
    rows = layer("Flatten", start_dim=2, end_dim=-1)
    assert convlab.read(sequential(conv(), rows)).compute_output_shape((2, 3, 5, 6)) == (2, 4, 12)


def test_slopes_for_each_channel_fit_maps_of_any_number_of_axes() -> None:
    slopes = np.array([0.5, 2.0])
    for ones in ([], [1], [1, 1]):
        network = convlab.read(layer("PReLU", {"weight": slopes}, num_parameters=2))
        assert network(-np.ones((1, 2, *ones))).ravel().tolist() == [-0.5, -2.0]
        assert network.weights[0].shape == (2, *ones)


def test_the_momentum_of_keras_is_the_share_that_stays() -> None:
    statistics = dict.fromkeys(("weight", "bias", "running_mean", "running_var"), np.ones(2))
    module = layer("BatchNorm1d", statistics, num_features=2, eps=1e-5, momentum=0.25)
    assert convlab.read(module).layers[0].momentum == 0.75


def test_dropout_2d_drops_whole_channels() -> None:
    network = convlab.read(layer("Dropout2d", p=0.5))
    dropped = network(np.ones((4, 8, 3, 3)), training=True)
    assert {len(set(channel.ravel())) for channel in dropped.reshape(32, 3, 3)} == {1}
    assert len(set(dropped.ravel())) == 2


def test_softplus_gives_the_input_itself_beyond_its_threshold() -> None:
    x = np.array([[-1.0, 0.9, 1.1, 3.0]])
    found = convlab.read(layer("Softplus", beta=2, threshold=2))(x)
    np.testing.assert_allclose(found, np.where(x > 1, x, np.log1p(np.exp(2 * x)) / 2), rtol=1e-14)


def test_a_leaky_relu_may_fall_below_0() -> None:
    network = convlab.read(layer("LeakyReLU", negative_slope=-0.5))
    assert network(np.array([[-2.0, 3.0]])).tolist() == [[1.0, 3.0]]
    assert network.backward(np.ones((1, 2))).tolist() == [[-0.5, 1.0]]


# Frames that no padding of Keras' makes


@pytest.mark.parametrize("name", ["MaxPool", "AvgPool"])
def test_what_stands_around_a_pooling_is_neither_largest_nor_counted(name: str) -> None:
    module = pool(name, 1, padding=1, stride=1, count_include_pad=False)
    x = np.array([-5.0, -3.0, -4.0]).reshape(1, 1, 3)
    found = convlab.read(module)(x).ravel()
    means = [-5, -4, -3.5, -4]
    np.testing.assert_allclose(found, means if name == "AvgPool" else [-5, -3, -3, -4], rtol=1e-15)


def test_ceil_mode_makes_no_window_that_begins_behind_the_inputs() -> None:
    for size, count in ((5, 3), (6, 3), (7, 4)):
        module = pool("MaxPool", 1, padding=1, ceil_mode=True)
        assert convlab.read(module).compute_output_shape((1, 1, size)) == (1, 1, size // 2 + 1)
        wide = pool("MaxPool", 1, kernel_size=2, stride=2, ceil_mode=True)
        assert convlab.read(wide).compute_output_shape((1, 1, size)) == (1, 1, count)


# What is refused, and what keeps its place


def lazy() -> Module:
    classes = [("conv", "LazyConv2d"), ("lazy", "LazyModuleMixin"), ("conv", "Conv2d")]
    return kind(*[(f"torch.nn.modules.{file}", name) for file, name in classes])({}, {})


def own(name: str, **parts: Module) -> Module:
    """A class with a forward of its own, derived from PyTorch's Module."""
    base = kind(("torch.nn.modules.module", "Module"))
    made: Module = type(name, (base,), {"forward": lambda self, x: x})({}, {})
    made._modules = dict(parts)
    return made


UPSAMPLE = {"size": None, "scale_factor": 2.0, "mode": "nearest", "align_corners": None}
NORM = {"num_features": 2, "eps": 1e-5, "momentum": 0.1, "running_mean": None}

REFUSED: list[tuple[Any, str]] = [
    (conv(padding_mode="reflect"), r"padding_mode='reflect'.*numpy\.pad"),
    (lazy(), "call it once"),
    (sequential(lazy()), "'0'.*call it once"),
    (own("Net", body=conv(), head=conv()), r"module\.body', 'module\.head"),
    (own("Conv2d"), "does not know the layer Conv2d"),
    (layer("LSTM"), "does not know the layer LSTM"),
    (pool("MaxPool", return_indices=True), "return_indices=False"),
    (layer("AdaptiveAvgPool2d", output_size=(7, 7)), r"output_size=\(7, 7\).*output_size=1"),
    (layer("BatchNorm2d", track_running_stats=False, **NORM), "track_running_stats=True"),
    (layer("Upsample", **UPSAMPLE | {"mode": "bicubic"}), 'mode="bilinear"'),
    (layer("Upsample", **UPSAMPLE | {"scale_factor": 1.5}), "whole number"),
    (layer("Upsample", **UPSAMPLE | {"scale_factor": None, "size": 7}), "scale_factor"),
    (layer("Upsample", **UPSAMPLE | {"mode": "linear"}), "Conv1d"),
    (layer("Upsample", **UPSAMPLE | {"align_corners": True}), "align_corners=False"),
    (layer("Softmax", dim=None), "dim=1"),
    (layer("Flatten", start_dim=0, end_dim=-1), "start_dim=1"),
    (layer("Flatten", start_dim=2, end_dim=-1), "start_dim=1"),
    (layer("Unflatten", dim=2, unflattened_size=(2, 2)), "dim=1"),
    (conv(weight=np.ones((4, 3, 3, 3), complex)), "complex128"),
]


@pytest.mark.parametrize(("module", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_keras_cannot_follow_is_refused_with_what_to_write(module: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words) as caught:
        convlab.read(module)
    with use_language("zh_TW"):
        assert not str(caught.value).isascii()


def test_weights_without_numbers_are_refused() -> None:
    module = conv()
    module.weight.is_meta = True
    with pytest.raises(ArgumentError, match="no numbers"):
        convlab.read(module)


def test_an_unknown_module_keeps_its_place_and_its_weights_are_counted() -> None:
    unknown = layer("LSTM", {"weight_ih_l0": np.ones((8, 3)), "bias_ih_l0": np.ones(8)})
    network = convlab.read(sequential(conv(), unknown, own("LayerNorm")))
    step = network.steps[1].layer
    assert isinstance(step, UnknownLayer) and (step.kind, step.parameters) == ("LSTM", 32)
    assert isinstance(network.steps[2].layer, UnknownLayer)
    assert "LSTM" in str(network.notes[-2])
    with pytest.raises(StateError, match="LSTM"):
        network(np.ones((1, 3, 5, 5)))


def test_a_subclass_is_what_its_forward_makes_it() -> None:
    plain = type("Block", (type(sequential()),), {})({}, {})
    plain._modules = {"conv": conv()}
    assert [*shown(convlab.read(plain))] == ["conv"]
    residual = type("Residual", (type(sequential()),), {"forward": lambda self, x: x})({}, {})
    residual._modules = {"conv": conv()}
    with pytest.raises(ArgumentError, match=r"Residual.*module\.conv"):
        convlab.read(residual)


def test_every_translation_is_among_what_is_recorded() -> None:
    def classes(module: dict[str, Any]) -> set[str]:
        inner = [classes(part) for part in module.get("parts", {}).values()]
        return {module["classes"][0][1] if "classes" in module else "", *set().union(*inner)}

    met = set().union(*(classes(row["module"]) for row in ROWS))
    other = {"Unflatten", "Softmax2d", "SyncBatchNorm", "UpsamplingBilinear2d", "Identity"}
    assert TRANSLATIONS.keys() - met <= other

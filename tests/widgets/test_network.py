"""``convlab.NetworkExplorer`` from Python: what it computes, tells, takes over and refuses."""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

import ipywidgets
import numpy as np
import pytest

import convlab
from convlab import (
    Add,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePooling2D,
    InputLayer,
    LayerNormalization,
    MaxPooling2D,
    Network,
    NetworkExplorer,
    ReLU,
    Rescaling,
    Reshape,
    SeparableConv2D,
    UpSampling2D,
    use_language,
)
from convlab.choices import applied
from convlab.errors import ConvlabError
from convlab.networks import Step
from convlab.widgets.network_settings import NAMES
from tests.odd import VALUES, held
from tests.tolerances import FLOAT32, assert_close
from tests.widgets.test_modules import models_of

RANDOM = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def no_widgets_are_left() -> Iterator[None]:
    convlab.set_random_seed(1)
    yield
    ipywidgets.Widget.close_all()


def reader() -> tuple[list[Any], np.ndarray]:
    """A network that ends in three scores."""
    layers = [
        Conv2D(4, 3, padding="same", activation="relu", bias_initializer="normal"),
        DepthwiseConv2D(3, strides=2, depth_multiplier=2, activation="tanh"),
        Conv2D(3, (2, 3), activation="softmax", bias_initializer="normal"),
    ]
    return built(layers, RANDOM.random((5, 6, 8, 1)))


def series() -> tuple[list[Any], np.ndarray]:
    """A network over time that ends in a series."""
    layers = [
        Conv1D(4, 3, padding="causal", dilation_rate=2, activation="silu"),
        Conv1D(6, 2, groups=2, strides=2, activation="glu", bias_initializer="normal"),
    ]
    return built(layers, RANDOM.normal(size=(3, 9, 2)))


def turned() -> tuple[list[Any], np.ndarray]:
    """A network that ends in a picture, channels first."""
    first = {"data_format": "channels_first"}
    layers = [
        SeparableConv2D(3, 3, activation="tanh", bias_initializer="normal", **first),
        Conv2DTranspose(2, 3, strides=2, activation="sigmoid", use_bias=False, **first),
    ]
    return built(layers, RANDOM.normal(size=(2, 2, 5, 6)))


def built(layers: list[Any], x: np.ndarray) -> tuple[list[Any], np.ndarray]:
    through(layers, x := x.astype("float32"))
    return layers, x


def learner() -> tuple[list[Any], np.ndarray]:
    """What a learner's network has beside convolutions."""
    layers = [
        Rescaling(2, -1),
        Conv2D(4, 3, bias_initializer="normal"),
        BatchNormalization(beta_initializer="normal", moving_mean_initializer="normal"),
        ReLU(max_value=1),
        MaxPooling2D(2),
        LayerNormalization(),
        Flatten(),
        Dense(5, activation="tanh"),
        Dense(3, activation="softmax"),
    ]
    return built(layers, RANDOM.random((4, 6, 8, 1)))


NETWORKS = {"reader": reader, "series": series, "turned": turned}
each_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
WITH_LEARNER = {**NETWORKS, "learner": learner}
each_with_learner = pytest.mark.parametrize("network", WITH_LEARNER.values(), ids=WITH_LEARNER)


def through(layers: list[Any], x: np.ndarray) -> list[np.ndarray]:
    """The layers called one after another."""
    outputs = []
    for layer in layers:
        x = layer(x)
        outputs.append(x)
    return outputs


def remade(layers: list[Any], x: np.ndarray, **changes: Any) -> list[Any]:
    """Layers with the same weights; ``changes`` are those of the arguments of layer 0."""
    configs = [layer.get_config() for layer in layers]
    configs[0] |= changes
    others = [type(layer).from_config(one) for layer, one in zip(layers, configs, strict=True)]
    through(others, x)
    for layer, other in zip(layers, others, strict=True):
        other.set_weights(layer.get_weights())
    return others


def unpacked(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def told(explorer: NetworkExplorer) -> dict[str, Any]:
    """The state that the browser is told, as JSON brings it."""
    return json.loads(json.dumps(explorer.shown))


# What the network makes of an input


@each_with_learner
def test_every_output_is_that_of_the_layers_one_after_another(network: Any) -> None:
    layers, x = network()
    explorer = NetworkExplorer(layers, x)
    for sample in range(len(x)):
        explorer.sample = sample
        np.testing.assert_array_equal(explorer.input, x[sample])
        for found, expected in zip(explorer.outputs, through(layers, x), strict=True):
            assert_close(found, expected[sample], FLOAT32)
            assert found.dtype == np.float32


def test_only_a_last_output_of_one_place_has_scores() -> None:
    layers, x = reader()
    assert_close(NetworkExplorer(layers, x).scores, through(layers, x)[-1][0, 0, 0], FLOAT32)
    assert NetworkExplorer(*turned()).scores is None


def test_layers_in_double_precision_are_computed_as_the_browser_has_them() -> None:
    layer = Conv2D(2, 3, dtype="float64", activation="tanh")
    x = RANDOM.random((1, 5, 5, 1)) / 3
    explorer = NetworkExplorer(layer, x)
    assert explorer.outputs[0].dtype == np.float32
    assert_close(explorer.outputs[0], layer(x)[0], FLOAT32)


def test_asking_leaves_the_layers_last_call_and_the_random_numbers_to_come_alone() -> None:
    layers, x = reader()
    dy = np.ones_like(through(layers, x)[0])
    before = layers[0].backward(dy)
    explorer = NetworkExplorer(layers, x[:2])
    convlab.set_random_seed(3)
    expected = convlab.initializers.GlorotUniform()((4, 4))
    convlab.set_random_seed(3)
    assert explorer.scores is not None and explorer.gradients[0] is not None
    np.testing.assert_array_equal(convlab.initializers.GlorotUniform()((4, 4)), expected)
    np.testing.assert_array_equal(layers[0].backward(dy), before)


def test_a_layer_that_is_not_built_is_built_on_the_input() -> None:
    layers = [Conv2D(4, 3), Conv2D(2, 3)]
    explorer = NetworkExplorer(layers, np.ones((6, 7, 3)))
    assert [layer.kernel.shape for layer in layers] == [(3, 3, 3, 4), (3, 3, 4, 2)]
    assert explorer.input.shape == (6, 7, 3)
    assert_close(explorer.outputs[-1], through(layers, np.ones((1, 6, 7, 3)))[-1][0], FLOAT32)


# The way back


@each_network
@pytest.mark.parametrize("layer", [0, -1])
def test_the_gradients_of_a_number_are_those_of_backward(network: Any, layer: int) -> None:
    layers, x = network()
    outputs = through(layers, x[:1])
    target = range(len(layers))[layer]
    index = np.unravel_index(outputs[target].argmax(), outputs[target].shape)[1:]
    explorer = NetworkExplorer(layers, x, selected=(target, *index))
    gradient = np.zeros_like(outputs[target])
    gradient[(0, *index)] = 1
    found = explorer.gradients
    assert found[target + 1 :] == [None] * (len(layers) - target - 1)
    for one in range(target, -1, -1):
        assert_close(found[one], gradient[0], FLOAT32)
        gradient = layers[one].backward(gradient)
    assert_close(explorer.input_gradient, gradient[0], FLOAT32)
    assert np.abs(gradient).max() > 0


def test_without_a_selected_number_the_gradients_are_those_of_the_largest() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x, sample=2)
    best = int(through(layers, x)[-1][2].argmax())
    expected = NetworkExplorer(layers, x, sample=2, selected=(2, 0, 0, best))
    np.testing.assert_array_equal(explorer.input_gradient, expected.input_gradient)
    explorer.selected = (2, 0, 0, (best + 1) % 3)
    assert not np.array_equal(explorer.input_gradient, expected.input_gradient)


def test_a_penalty_of_the_training_is_no_part_of_a_gradient() -> None:
    layers, x = reader()
    expected = NetworkExplorer(layers, x).input_gradient
    punished = remade(layers, x, activity_regularizer="l2", kernel_regularizer="l1")
    np.testing.assert_array_equal(NetworkExplorer(punished, x).input_gradient, expected)


# What-ifs


@each_network
def test_a_linear_layer_is_one_made_without_its_activation(network: Any) -> None:
    layers, x = network()
    others = remade(layers, x, activation="linear")
    found = NetworkExplorer(layers, x, linear=[0])
    expected = NetworkExplorer(others, x)
    for one, other in zip(found.outputs, expected.outputs, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(found.input_gradient, expected.input_gradient)


def lowbias32(x: int) -> int:
    """Wellons' hash with integers that do not overflow."""
    x ^= x >> 16
    x = x * 0x7FEB352D % 2**32
    x ^= x >> 15
    x = x * 0x846CA68B % 2**32
    return x ^ x >> 16


@each_network
def test_a_shuffled_layer_has_the_same_numbers_in_the_order_of_the_hash(network: Any) -> None:
    layers, x = network()
    others = remade(layers, x)
    weights = []
    for weight in layers[0].get_weights():
        order = sorted(range(weight.size), key=lambda place: lowbias32(place + 1))
        weights.append(weight.ravel()[order].reshape(weight.shape) if weight.ndim > 1 else weight)
    others[0].set_weights(weights)
    found = NetworkExplorer(layers, x, shuffled=[0]).outputs[-1]
    assert_close(found, through(others, x)[-1][0], FLOAT32)
    assert not np.allclose(found, through(layers, x)[-1][0])


@each_network
def test_a_map_that_is_off_is_0_and_passes_no_gradient(network: Any) -> None:
    layers, x = network()
    explorer = NetworkExplorer(layers, x, off=[(0, 1)])
    first = layers[0].data_format == "channels_first"
    maps = layers[0](x[:1]).copy()
    place = (slice(None), 1) if first else (..., 1)
    maps[place] = 0
    np.testing.assert_array_equal(explorer.outputs[0], maps[0])
    outputs = through(layers[1:], maps)
    assert_close(explorer.outputs[-1], outputs[-1][0], FLOAT32)
    gradient = np.zeros_like(outputs[-1])
    gradient.flat[outputs[-1].argmax()] = 1
    for layer in layers[:0:-1]:
        gradient = layer.backward(gradient)
    assert_close(explorer.gradients[0], gradient[0], FLOAT32)
    gradient[place] = 0
    assert_close(explorer.input_gradient, layers[0].backward(gradient)[0], FLOAT32)


def test_the_what_ifs_leave_the_layers_as_they_are() -> None:
    layers, x = reader()
    before = through(layers, x)[-1]
    explorer = NetworkExplorer(layers, x, linear=[0, 1], shuffled=[0, 2], off=[(1, 0), (2, 2)])
    assert explorer.scores[2] == 0
    np.testing.assert_array_equal(through(layers, x)[-1], before)


# The input


@pytest.mark.parametrize("network", [reader, turned])
def test_a_shifted_picture_lets_zeros_in_and_its_rest_out(network: Any) -> None:
    layers, x = network()
    first = layers[0].data_format == "channels_first"
    explorer = NetworkExplorer(layers, x, shift=(2, -1))
    found, expected = explorer.input, x[0]
    if first:
        found, expected = np.moveaxis(found, 0, -1), np.moveaxis(expected, 0, -1)
    np.testing.assert_array_equal(found[2:, :-1], expected[:-2, 1:])
    assert not found[:2].any() and not found[:, -1].any()
    explorer.shift = (8, 0)
    assert not explorer.input.any()


def test_a_series_is_shifted_along_its_steps() -> None:
    layers, x = series()
    found = NetworkExplorer(layers, x, shift=(-3, 0)).input
    np.testing.assert_array_equal(found, np.concatenate([x[0, 3:], np.zeros((3, 2))]))


@pytest.mark.parametrize("network", [reader, turned])
def test_noise_is_the_fixed_grain_over_the_pictures_numbers_in_order(network: Any) -> None:
    layers, x = network()
    explorer = NetworkExplorer(layers, x, noise=30, shift=(0, 1))
    clean = NetworkExplorer(layers, x, shift=(0, 1)).input
    added = explorer.input - clean
    if layers[0].data_format == "channels_first":
        added = np.moveaxis(added, 0, -1)
    bytes_of = [lowbias32(place + 1).to_bytes(4, "little") for place in range(added.size)]
    spread = (4 * (256**2 - 1) / 12) ** 0.5
    grain = (np.array([sum(four) for four in bytes_of]) - 510) / spread
    assert_close(added.ravel(), float(x.max()) * 0.3 * grain, FLOAT32)


def test_a_drawing_is_the_share_of_ink_in_each_square() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, 3 * x, pad=4)
    bits = RANDOM.integers(0, 2, (24, 32))
    text = "".join(f"{int(''.join(map(str, four)), 2):x}" for four in bits.reshape(-1, 4))
    explorer.drawn = text
    shares = bits.reshape(6, 4, 8, 4).mean(axis=(1, 3))
    assert_close(explorer.input[..., 0], float((3 * x).max()) * shares, FLOAT32)
    assert_close(explorer.outputs[-1], through(layers, explorer.input[None])[-1][0], FLOAT32)
    assert told(explorer)["drawn"] == text


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(Conv2D(2, 3, data_format="channels_first"), (1, 5, 3)), (Conv1D(2, 2), (5, 3))],
)
def test_a_drawing_lies_as_the_layers_data_format_has_it(layer: Any, shape: Any) -> None:
    # 5×3 cells: the last bit of the last digit is none.
    explorer = NetworkExplorer(layer, np.ones(shape), pad=1, drawn="8a02")
    bits = [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]
    np.testing.assert_array_equal(explorer.input, np.reshape(bits, shape))
    with pytest.raises(ConvlabError, match="4 hexadecimal"):
        explorer.drawn = "8a03"


def test_a_number_of_the_pad_can_be_selected_as_long_as_there_is_a_drawing() -> None:
    explorer = NetworkExplorer(*reader(), pad=2)
    with pytest.raises(ConvlabError):
        explorer.selected = (-1, 0, 0, 0)
    explorer.change(selected=(-1, 5, 7, 0), drawn="f" * 48)
    assert explorer.selected == (-1, 5, 7, 0)
    plain = NetworkExplorer(*reader(), pad=2, drawn="f" * 48).input_gradient
    assert explorer.input_gradient.shape == plain.shape
    explorer.drawn = ""
    assert explorer.selected is None


def test_the_confusion_counts_every_sample_without_shift_and_noise() -> None:
    layers, x = reader()
    x = RANDOM.random((600, 6, 8, 1)).astype("float32")
    labels = RANDOM.integers(0, 3, 600)
    explorer = NetworkExplorer(layers, x, labels=labels, shift=(1, 1), noise=50)
    expected = np.zeros((3, 3), int)
    for right, scores in zip(labels, through(layers, x)[-1], strict=True):
        expected[right, scores.argmax()] += 1
    assert explorer.confusion().tolist() == expected.tolist()
    explorer.off = [(2, int(expected.sum(axis=0).argmax()))]
    assert explorer.confusion().tolist() != expected.tolist()


def test_without_answers_or_scores_there_is_no_confusion() -> None:
    with pytest.raises(ConvlabError, match="labels"):
        NetworkExplorer(*reader()).confusion()
    with pytest.raises(ConvlabError, match="single place"):
        NetworkExplorer(*turned(), labels=[0, 1]).confusion()


# What the browser is told


@each_network
def test_the_browser_gets_all_weights_as_they_are_and_their_shapes(network: Any) -> None:
    layers, x = network()
    explorer = NetworkExplorer(layers, x)
    weights = [weight for layer in layers for weight in layer.weights]
    expected = np.concatenate([weight.ravel() for weight in weights])
    np.testing.assert_array_equal(unpacked(explorer.weights, "<f4"), expected)
    shapes = [tuple(shape) for one in explorer.stack for shape in one["weights"]]
    assert shapes == [weight.shape for weight in weights]
    for one, layer in zip(explorer.stack, layers, strict=True):
        assert (one["layer"], one["name"]) == (type(layer).__name__, layer.name)
        assert one["arguments"]["activation"] == layer.activation.name
        assert one["arguments"]["strides"] == list(layer.strides)
        assert not {"sizes", "channels"} & one["arguments"].keys()


def test_an_adapted_kernel_is_told_as_the_layer_uses_it() -> None:
    layer = Conv2D(3, 2, lora_rank=2)
    x = RANDOM.random((1, 4, 4, 2)).astype("float32")
    layer(x)
    layer.lora_kernel_b = RANDOM.normal(size=(2, 3))
    explorer = NetworkExplorer(layer, x, history=[{"weights": layer.get_weights()}])
    assert_close(explorer.outputs[0], layer(x)[0], FLOAT32)
    assert explorer.stack[0]["weights"] == [[2, 2, 2, 3], [3]]
    assert len(unpacked(explorer.weights, "<f4")) == 2 * 2 * 2 * 3 + 3
    assert explorer.past == {"figures": [{}], "epochs": [0], "data": []}


def test_samples_travel_in_half_the_bytes_where_that_loses_nothing() -> None:
    layers, x = reader()
    exact = np.round(x * 16) / 16
    for values, kind, code in ((exact, "float16", "<f2"), (x, "float32", "<f4")):
        told_of = NetworkExplorer(layers, values).samples
        assert (told_of["type"], told_of["shape"]) == (kind, list(x.shape))
        found = unpacked(told_of["data"], code).reshape(x.shape)
        np.testing.assert_array_equal(found.astype("float32"), values)


def test_what_is_given_is_told_once() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x, labels=np.array([2, 0, 1, 1, 0]), classes=["a", "b", "c"])
    assert explorer.given == {
        "input_shape": [6, 8, 1],
        "classes": ["a", "b", "c"],
        "labels": [2, 0, 1, 1, 0],
        "pad": None,
        "pad_layer": None,
        "white": float(x.max()),
    }
    assert NetworkExplorer(layers, -x).given["white"] == 1
    assert NetworkExplorer(layers, x).given["classes"] == ["0", "1", "2"]
    json.dumps(explorer.get_state(), default=str, allow_nan=False)


def test_properties_name_every_setting_once_with_where_it_starts() -> None:
    records = NetworkExplorer.records()
    explorer = NetworkExplorer(*reader())
    assert [one["name"] for one in records["properties"]] == list(told(explorer))
    for one in records["properties"]:
        if one["name"] != "language":
            assert told(explorer)[one["name"]] == one["start"]
    english, chinese = (records["labels"][language] for language in ("en", "zh_TW"))
    assert english.keys() == chinese.keys()


# Epochs


def epochs(layers: list[Any], count: int) -> list[dict[str, Any]]:
    weights = [weight for layer in layers for weight in layer.weights]
    return [
        {
            "weights": [weight * np.float32((index + 1) / count) for weight in weights],
            "loss": 1 / (index + 1),
        }
        for index in range(count)
    ]


def halves(explorer: NetworkExplorer) -> np.ndarray:
    """The weights of the epochs before now: each line is told as what it differs from the last."""
    found = [0]
    for text in explorer.past["data"]:
        high, low = np.frombuffer(zlib.decompress(base64.b64decode(text)), "u1").reshape(2, -1)
        folded = 256 * high.astype(int) + low
        found.append(found[-1] + np.where(folded % 2, -(folded + 1) // 2, folded // 2))
    return np.array(found[1:]).astype("u2").view("<f2")


def test_epochs_travel_in_half_precision_and_are_computed_with_it() -> None:
    layers, x = reader()
    history = epochs(layers, 3)[:2]
    explorer = NetworkExplorer(layers, x, history=history, epoch=1)
    assert explorer.past["figures"] == [{"loss": 1.0}, {"loss": 0.5}]
    flat = [np.concatenate([weight.ravel() for weight in one["weights"]]) for one in history]
    np.testing.assert_array_equal(halves(explorer), np.float16(flat))
    others = remade(layers, x)
    rounded = iter(history[1]["weights"])
    for other in others:
        other.set_weights([np.float16(next(rounded)) for _ in other.weights])
    assert_close(explorer.outputs[-1], through(others, x)[-1][0], FLOAT32)
    explorer.epoch = None
    assert_close(explorer.outputs[-1], through(layers, x)[-1][0], FLOAT32)


def test_an_epoch_with_the_weights_of_now_stands_for_now_by_its_figures() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x, history=epochs(layers, 3))
    size = sum(layer.count_params() for layer in layers)
    assert halves(explorer).shape == (2, size)
    assert [one["loss"] for one in explorer.past["figures"]] == [1, 1 / 2, 1 / 3]
    layers[2].bias[0] += 1
    explorer.update()
    explorer.record()
    assert len(explorer.past["figures"]) == 4
    assert halves(explorer).shape == (3, size)
    assert NetworkExplorer(*reader()).past == {}


def test_too_many_epochs_are_thinned_evenly_and_the_first_stays() -> None:
    layers, x = built([Conv2D(32, 3), Conv2D(32, 3)], RANDOM.random((1, 6, 6, 1)))
    size = sum(layer.count_params() for layer in layers)
    history = epochs(layers, 40)[:-1]
    explorer = NetworkExplorer(layers, x, history=history)
    kept = [round(1 / one["loss"]) for one in explorer.past["figures"]]
    assert explorer.past["epochs"] == [number - 1 for number in kept]
    assert len(kept) == 400_000 // (2 * size)
    assert (kept[0], kept[-1]) == (1, 39)
    assert set(np.diff(kept)) <= {39 // len(kept), 39 // len(kept) + 1}
    flat = np.concatenate([one.ravel() for one in history[kept[1] - 1]["weights"]])
    np.testing.assert_array_equal(halves(explorer)[1], np.float16(flat))
    explorer.epoch = len(kept) - 1
    with pytest.raises(ConvlabError):
        explorer.epoch = len(kept)


def test_a_record_keeps_an_epoch_after_the_weights_the_explorer_was_made_with() -> None:
    layers, x = reader()
    first = layers[0].get_weights()[0].ravel()
    explorer = NetworkExplorer(layers, x)
    layers[0].kernel = layers[0].kernel * 2
    explorer.record(loss=np.float32(0.5), accuracy=1)
    assert explorer.past["figures"] == [{}, {"loss": 0.5, "accuracy": 1.0}]
    np.testing.assert_array_equal(halves(explorer)[0, : first.size], np.float16(first))
    np.testing.assert_array_equal(
        unpacked(explorer.weights, "<f4")[: first.size], layers[0].kernel.ravel()
    )
    layers[0].kernel = layers[0].kernel * 2
    explorer.record()
    assert len(explorer.past["figures"]) == 3
    last = halves(explorer)[1]
    np.testing.assert_array_equal(last[: first.size], np.float16(2 * first))


def test_an_epoch_that_becomes_now_is_looked_at_as_now() -> None:
    layers, x = reader()
    history = epochs(layers, 3)[:1]
    explorer = NetworkExplorer(layers, x, history=history, epoch=0)
    explorer._clock = lambda: np.inf
    weights = iter(history[0]["weights"])
    for layer in layers:
        layer.set_weights([next(weights) for _ in layer.weights])
    explorer.update()
    assert explorer.past == {"figures": [{"loss": 1.0}], "epochs": [0], "data": []}
    assert explorer.epoch is None and told(explorer)["epoch"] is None


# Updates


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_update_reads_the_weights_and_tells_the_browser_ten_times_a_second() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x)
    explorer._clock = clock = Clock()
    clock.now = explorer._last
    heard: list[float] = []
    explorer.observe(lambda change: heard.append(clock.now), "weights")
    start = clock.now
    for step in range(100):
        clock.now = start + 0.01 * (step + 1)
        layers[2].bias[0] = step
        explorer.update()
        assert_close(explorer.outputs[-1], through(layers, x)[-1][0], FLOAT32)
    assert 9 <= len(heard) <= 10
    assert np.diff(heard).min() >= 0.1 - 1e-9
    layers[2].bias[0] = -1
    explorer.record()
    assert unpacked(explorer.weights, "<f4")[-3] == -1


def test_what_was_not_told_is_told_when_the_loop_comes_to_rest() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x)

    async def cell() -> None:
        for step in range(3):
            layers[2].bias[0] = step + 7
            explorer.update()
        await asyncio.sleep(0.3)

    asyncio.run(cell())
    assert unpacked(explorer.weights, "<f4")[-3] == 9


def test_a_page_holds_the_weights_of_the_last_update() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x)
    layers[2].bias[0] = 7
    explorer.update()
    explorer.update()
    page = models_of(explorer.to_html())
    assert unpacked(page["widget"]["weights"], "<f4")[-3] == 7
    assert page["widget.explorer"]["shown"]["layer"] == "Conv2D"
    assert page["widget"]["explorer"] == "IPY_MODEL_widget.explorer"


def test_weights_that_diverge_are_refused_and_what_stands_stays() -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x)
    before = explorer.weights, explorer.past
    layers[1].bias[0] = np.nan
    for call in (explorer.update, explorer.record):
        with pytest.raises(ConvlabError, match=r"layers\[1\].*nan"):
            call()
    assert (explorer.weights, explorer.past) == before
    layers[1].bias[0] = 0
    with pytest.raises(ConvlabError, match="loss") as caught:
        explorer.record(loss=float("nan"), accuracy=1)
    explorer.record(**applied({"loss": float("nan"), "accuracy": 1}, caught.value.choices[0]))
    assert explorer.past["figures"][-1] == {"accuracy": 1.0}


def test_an_update_and_an_epoch_take_a_normalization_s_statistics_too() -> None:
    layers, x = learner()
    explorer = NetworkExplorer(layers, x)
    for index, value in ((2, 3.0), (8, 0.5)):
        layers[index].set_weights([weight + value for weight in layers[index].get_weights()])
        explorer.update()
        for found, expected in zip(explorer.outputs, through(layers, x), strict=True):
            assert_close(found, expected[0], FLOAT32)
    before = through(layers, x)
    explorer.record(loss=1)
    layers[2].moving_mean = layers[2].moving_mean - 1
    explorer.record(loss=2)
    explorer.epoch = 1
    for found, half in zip(explorer.outputs, before, strict=True):
        assert_close(found, half[0], 0.02)


def test_a_network_in_one_line_is_shown_as_its_layers_are() -> None:
    layers, x = learner()
    network = Network([InputLayer((6, 8, 1)), *layers])
    explorer = NetworkExplorer(network, x)
    assert_close(explorer.scores, network(x)[0], FLOAT32)
    assert len(explorer.outputs) == 1 + len(layers)


def test_what_only_moves_or_compares_numbers_tells_its_indices_and_no_weights() -> None:
    layers = [MaxPooling2D(2), UpSampling2D((1, 2)), GlobalAveragePooling2D(), Dense(2)]
    told = NetworkExplorer(layers, np.ones((4, 6, 1))).stack
    assert told[0]["axes"] == [[[0, 1], [2, 3]], [[0, 1], [2, 3], [4, 5]]]
    assert told[1]["axes"] == [[[0], [1]], [[0], [0], [1], [1], [2], [2]]]
    assert told[2]["shares"] == [[[0.5, 0.5]], [[1 / 6] * 6]]
    assert [one["weights"] for one in told] == [[], [], [], [[1, 2], [2]]]


# What is refused

BIG = Conv2D(64, 5, padding="same")
NAN = [np.full((3, 3, 1, 4), np.nan), np.zeros(4)]


def spoiled() -> list[Any]:
    layers, _ = reader()
    layers[0].set_weights([np.where(NAN[0] > 0, 0, NAN[0]), NAN[1]])
    return layers


def merging() -> Network:
    """A network in which the third layer reads two."""
    first, second = Conv2D(2, 3, name="first"), Conv2D(2, 3, padding="same", name="second")
    steps = [Step("first", first), Step("second", second, ("first",))]
    return Network([*steps, Step("sum", Add(name="sum"), ("first", "second"))])


def wide() -> list[Any]:
    return [Conv2D(3, 3), *reader()[0]]


CASES: list[tuple[str, Any, str]] = [
    ("no layers", lambda: {"layers": []}, "layers"),
    ("no layer", lambda: {"layers": [*reader()[0], "Conv2D"]}, "str"),
    ("a subclass", lambda: {"layers": [type("Mine", (Conv2D,), {})(2, 3)]}, "Mine"),
    ("a merge", lambda: {"layers": merging()}, "'second'"),
    ("a merge in a list", lambda: {"layers": [Conv2D(2, 3), Add(name="sum")]}, "sum"),
    ("four axes", lambda: {"layers": [Conv2D(2, 3), Reshape((2, 3, 2, 4))]}, "(5, 2, 3, 2, 4)"),
    ("much moved", lambda: {"layers": [Conv2D(2, 3), UpSampling2D(400)]}, "5,000,000"),
    ("no kernel", lambda: {"layers": [Flatten()], "shuffled": [0]}, "[0]"),
    ("a window", lambda: {"layers": [Conv2D(2, 3), Conv2D(2, 9)]}, "9"),
    ("channels", lambda: {"layers": wide()}, "1"),
    ("an axis", lambda: {"x": np.ones((4, 6, 8))}, "8"),
    ("two axes", lambda: {"x": np.ones((6, 8))}, "(6, 8)"),
    ("directions", lambda: {"layers": [Conv2D(2, 3), Conv1D(2, 3)]}, "Conv1D"),
    ("an own activation", lambda: {"layers": Conv2D(2, 3, activation=lambda z: z)}, "lambda"),
    ("much", lambda: {"layers": [BIG, Conv2D(64, 5)], "x": np.ones((64, 64, 1))}, "5,000,000"),
    ("NaN weights", lambda: {"layers": spoiled()}, "nan"),
    ("NaN", lambda: {"x": np.full((6, 8, 1), np.nan)}, "nan"),
    ("infinity", lambda: {"x": np.full((6, 8, 1), 1e300)}, "1e+300"),
    ("many samples", lambda: {"x": np.zeros((50_000, 6, 8, 1))}, "2,000,000"),
    ("few labels", lambda: {"labels": [1, 2]}, "2"),
    ("a label", lambda: {"labels": [0, 1, 2, 3, 0]}, "3"),
    ("one-hot labels", lambda: {"labels": np.eye(3)[[2, 0, 1, 1, 0]]}, "[0.0, 0.0, 1.0]"),
    ("few classes", lambda: {"classes": ["a", "b"]}, "2"),
    ("a class", lambda: {"classes": [1, 2, 3]}, "1"),
    ("a large pad", lambda: {"pad": 99}, "99"),
    ("planes", lambda: {"layers": Conv2D(2, 3), "x": np.ones((6, 8, 3)), "pad": 2}, "3"),
    ("no history", lambda: {"history": 5}, "int"),
    ("no weights", lambda: {"history": [{"loss": 1}]}, "history[0]"),
    ("shapes", lambda: {"history": [*epochs(reader()[0], 1), {"weights": [np.zeros(4)]}]}, "(4,)"),
    ("NaN history", lambda: {"history": [{"weights": NAN}]}, "history[0]"),
    ("a figure", lambda: {"history": [{**epochs(reader()[0], 1)[0], "loss": "low"}]}, "'low'"),
    ("a sample", lambda: {"sample": 5}, "5"),
    ("an epoch", lambda: {"epoch": 0}, "0"),
    ("later", lambda: {"history": epochs(reader()[0], 3), "epoch": 3}, "3"),
    ("no pad", lambda: {"drawn": "ff"}, "'ff'"),
    ("a drawing", lambda: {"drawn": "ff", "pad": 2}, "'ff'"),
    ("a shift", lambda: {"shift": (9, 0)}, "(9, 0)"),
    ("noise", lambda: {"noise": 300}, "300"),
    ("a place", lambda: {"selected": (1, 9, 0, 0)}, "(1, 9, 0, 0)"),
    ("a gradient", lambda: {"gradient": 1}, "1"),
    ("a scale", lambda: {"scale": "layers"}, "'layers'"),
    ("glu", lambda: {"layers": Conv2D(2, 3, activation="glu"), "linear": [0]}, "[0]"),
    ("a layer", lambda: {"shuffled": [0, 3]}, "[0, 3]"),
    ("a map", lambda: {"off": [(0, 1), (0, 4)]}, "(0, 4)"),
    ("a setting", lambda: {"shift_right": 1}, "shift_right"),
    ("a language", lambda: {"language": "fr"}, "'fr'"),
]


def wished(changes: dict[str, Any]) -> dict[str, Any]:
    layers, x = reader()
    return {"layers": layers, "x": x, **changes}


@pytest.mark.parametrize(("said", "wrong", "value"), CASES, ids=[case[0] for case in CASES])
def test_a_refusal_names_the_value_and_its_choices_work(said: str, wrong: Any, value: str) -> None:
    for language in ("en", "zh_TW"):
        with use_language(language), pytest.raises(ConvlabError) as caught:
            NetworkExplorer(**wished(wrong()))
        with use_language(language):
            assert value in str(caught.value)
    assert caught.value.choices or said in ("no layers", "a subclass")
    for choice in caught.value.choices:
        NetworkExplorer(**applied(wished(wrong()), choice))


def test_pictures_without_a_channel_axis_are_offered_one() -> None:
    layers, x = reader()
    with pytest.raises(ConvlabError) as caught:
        NetworkExplorer(layers, x[..., 0])
    np.testing.assert_array_equal(caught.value.choices[0]["x"], x)


def test_answers_with_a_number_for_each_class_are_offered_as_the_largest() -> None:
    with pytest.raises(ConvlabError) as caught:
        NetworkExplorer(*reader(), labels=np.eye(3)[[2, 0, 1, 1, 0]])
    assert caught.value.choices[0] == {"labels": [2, 0, 1, 1, 0]}


def test_large_numbers_in_double_precision_are_refused_as_infinite() -> None:
    layer = Conv2D(2, 3, dtype="float64")
    layer(np.ones((1, 6, 8, 1)))
    layer.bias[1] = 1e300
    with pytest.raises(ConvlabError, match="inf") as caught:
        NetworkExplorer(layer, np.ones((6, 8, 1)))
    assert NetworkExplorer(x=np.ones((6, 8, 1)), **caught.value.choices[0]).outputs


def test_layers_that_are_refused_are_not_built() -> None:
    layers = [Conv2D(2, 3), Conv2D(2, 9)]
    with pytest.raises(ConvlabError, match=r"layers\[1\]"):
        NetworkExplorer(layers, np.ones((6, 6, 1)))
    assert not layers[0].built


def test_one_layer_at_two_places_needs_the_same_channels_at_both() -> None:
    layer = Conv2D(2, 3)
    with pytest.raises(ConvlabError, match=r"layers\[1\]") as caught:
        NetworkExplorer([layer, layer], np.ones((8, 8, 1)))
    NetworkExplorer(x=np.ones((8, 8, 1)), **caught.value.choices[0])
    layer = Conv2D(2, 3)
    explorer = NetworkExplorer([layer, layer], np.ones((8, 8, 2)))
    assert_close(explorer.outputs[1], layer(layer(np.ones((1, 8, 8, 2))))[0], FLOAT32)


@pytest.mark.parametrize("argument", ["layers", "x", "labels", "classes", "history", "pad"])
def test_any_odd_value_gives_an_explorer_or_words_with_ways_out(argument: str) -> None:
    usual = {"layers": lambda: reader()[0], "x": lambda: reader()[1]}
    wrong = {}
    for said, value in VALUES.items():
        wrong[said] = held(NetworkExplorer, {**usual, argument: value})
        ipywidgets.Widget.close_all()
    assert not {said: one for said, one in wrong.items() if one}


@pytest.mark.parametrize("argument", NAMES)
def test_a_trait_that_is_refused_leaves_everything_as_it_was(argument: str) -> None:
    layers, x = reader()
    explorer = NetworkExplorer(layers, x, pad=1, history=epochs(layers, 3), noise=5)
    for said, value in VALUES.items():
        before, state = {name: getattr(explorer, name) for name in NAMES}, told(explorer)
        try:
            setattr(explorer, argument, value())
        except ConvlabError as error:
            assert {name: getattr(explorer, name) for name in NAMES} == before, said
            assert told(explorer) == state, said
            for choice in error.choices:
                explorer.change(**{argument: value(), **choice})
        assert explorer.outputs[-1].shape == (1, 1, 3)


def test_several_settings_are_changed_together_or_not_at_all() -> None:
    explorer = NetworkExplorer(*reader())
    with pytest.raises(ConvlabError):
        explorer.change(sample=1, noise=999)
    assert (explorer.sample, explorer.noise) == (0, 0)
    with pytest.raises(ConvlabError, match="samples") as caught:
        explorer.change(samples=1)
    explorer.change(**applied({"samples": 1}, caught.value.choices[0]))


# The browser, links and stills


def test_what_the_browser_says_is_taken_over_and_what_is_illegal_is_answered() -> None:
    explorer = NetworkExplorer(*reader(), pad=1)
    heard = []
    explorer.observe(lambda change: heard.append(change.new), "off")
    new = {"sample": 3, "off": [[1, 2], [0, 0]], "selected": [1, 0, 1, 5], "noise": 20}
    explorer.set_state({"shown": {**told(explorer), **new}})
    assert (explorer.sample, explorer.off) == (3, ((0, 0), (1, 2)))
    assert (explorer.selected, explorer.noise) == ((1, 0, 1, 5), 20)
    assert len(heard) == 1
    before = told(explorer)
    for wrong in ({"sample": 5}, {"selected": [3, 0, 0, 0]}, {"off": 1}, {"drawn": "xyz"}):
        explorer.set_state({"shown": {**told(explorer), **wrong}})
        assert told(explorer) == before
    explorer.set_state({"shown": {**before, "drawn": "0" * 11 + "1", "selected": [-1, 0, 0, 0]}})
    assert explorer.selected == (-1, 0, 0, 0)


STATE = {
    "sample": 2,
    "drawn": "5" * 12,
    "shift": (-3, 8),
    "noise": 45,
    "selected": (-1, 2, 3, 0),
    "gradient": True,
    "epoch": 1,
    "scale": "shared",
    "linear": (0, 2),
    "shuffled": (1,),
    "off": ((0, 3), (2, 1)),
    "language": "zh_TW",
}


def test_a_link_brings_back_every_setting() -> None:
    layers, x = reader()
    more = {"pad": 1, "history": epochs(layers, 3)}
    explorer = NetworkExplorer(layers, x, **more, **STATE)
    assert STATE.keys() == set(NAMES)
    again = NetworkExplorer.from_link(explorer.link("page.html"), layers, x, **more)
    assert {name: getattr(again, name) for name in NAMES} == STATE
    assert told(again) == told(explorer)
    plain = NetworkExplorer.from_link(NetworkExplorer(layers, x).link(), layers, x)
    assert told(plain) == told(NetworkExplorer(layers, x))


@pytest.mark.parametrize(
    "part",
    ["sample=5", "sample=-1", "sample=1.5", "drawn=ff", "shift=1", "shift=9,0", "noise=201",
     "selected=-1,0,0,0", "selected=0", "selected=9,0,0,0", "gradient=1", "epoch=0", "scale=all",
     "linear=3", "linear=x", "shuffled=-1", "off=0,1", "off=[[0]]", "off=[[0,4]]", "language=fr",
     "colour=red", "%zz", "off", "off=[[[[", "shift=%ff"],
)  # fmt: skip
def test_a_part_of_a_link_that_is_not_legal_is_left_out(part: str) -> None:
    layers, x = reader()
    explorer = NetworkExplorer.from_link(f"#{part}&scale=shared", layers, x)
    assert told(explorer) == told(NetworkExplorer(layers, x, scale="shared"))


def test_what_is_no_link_is_refused() -> None:
    with pytest.raises(ConvlabError):
        NetworkExplorer.from_link(5, *reader())  # type: ignore[arg-type]
    with pytest.raises(ConvlabError):
        NetworkExplorer(*reader()).link(None)  # type: ignore[arg-type]


@each_with_learner
def test_a_still_is_a_line_and_a_picture_of_all_maps(network: Any) -> None:
    still = NetworkExplorer(*network()).still()
    picture = base64.b64decode(still["image/png"])
    assert picture.startswith(b"\x89PNG") and len(picture) < 40_000
    assert still["text/plain"].startswith("NetworkExplorer([")

"""Small networks in Keras, each for one way in which layers hang together."""

from collections.abc import Callable
from typing import Any

from tools.keras.backend import keras

ALL: dict[str, Callable[[], Any]] = {}


def _network(make: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Note a network; it is made from Keras' layers and the whole of Keras."""
    ALL[make.__name__] = lambda: make(keras().layers, keras())
    return make


@_network
def sequential(L: Any, K: Any) -> Any:
    return K.Sequential(
        [
            L.Input((9, 8, 3)),
            L.Conv2D(4, (3, 2), strides=(2, 1), activation="relu"),
            L.BatchNormalization(),
            L.MaxPooling2D(2),
            L.Dropout(0.5),
            L.Flatten(),
            L.Dense(5, activation="softmax"),
        ]
    )


@_network
def deferred(L: Any, K: Any) -> Any:
    """A Sequential that learned its input's shape late."""
    model = K.Sequential([L.Conv2D(2, 3), L.Conv2D(3, 2)])
    model.build((None, 7, 6, 2))
    return model


@_network
def residual(L: Any, K: Any) -> Any:
    x = K.Input((6, 5, 3))
    y = L.Conv2D(3, 3, padding="same", use_bias=False)(x)
    y = L.BatchNormalization(scale=False)(y)
    return K.Model(x, L.ReLU()(L.Add()([L.Activation("tanh")(y), x])))


@_network
def dense_block(L: Any, K: Any) -> Any:
    x = K.Input((5, 4, 2))
    y = L.Concatenate()([x, L.Conv2D(3, 3, padding="same")(x)])
    y = L.Concatenate(axis=-1)([y, L.Conv2D(2, 1)(y)])
    return K.Model(x, L.GlobalAveragePooling2D()(L.AveragePooling2D(2)(y)))


@_network
def shared_layer(L: Any, K: Any) -> Any:
    x = K.Input((5, 4, 3))
    conv = L.Conv2D(3, 3, padding="same", activation="tanh")
    once = conv(x)
    return K.Model(x, L.Add()([conv(once), once, conv(x)]))


@_network
def shared_model(L: Any, K: Any) -> Any:
    """A functional and a sequential model, each called twice, and outputs of single calls."""
    z = K.Input((5, 4, 3))
    inner = K.Model(z, L.Activation("tanh")(L.Conv2D(3, 3, padding="same")(z)), name="inner")
    row = K.Sequential([L.Input((5, 4, 3)), L.Conv2D(3, 1, activation="sigmoid")], name="row")
    x = K.Input((5, 4, 3))
    first = inner(x)
    second = inner(row(first))
    return K.Model(x, [L.Add()([row(second), first]), second, first])


@_network
def nested_twice(L: Any, K: Any) -> Any:
    """A model in a model in a model; the innermost has two inputs and two outputs."""
    a, b = K.Input((3,)), K.Input((4,))
    both = L.Concatenate()([L.Dense(2)(a), b])
    deep = K.Model([a, b], [both, L.Dense(3)(both)], name="deep")
    c = K.Input((4,))
    wide, narrow = deep([L.Dense(3)(c), c])
    middle = K.Model(c, L.Concatenate()([narrow, wide]), name="middle")
    x = K.Input((4,))
    return K.Model(x, L.Dense(2)(middle(x)))


@_network
def several_inputs(L: Any, K: Any) -> Any:
    a, b = K.Input((4, 3, 1), name="a"), K.Input((4, 3, 2), name="b")
    joined = L.Concatenate()([b, a])
    return K.Model([b, a], [L.Conv2D(2, 2)(joined), L.Flatten()(a)])


@_network
def inputs_by_name(L: Any, K: Any) -> Any:
    a, b = K.Input((3,), name="second"), K.Input((3,), name="first")
    outputs = {"z": L.Dense(2)(L.Multiply()([a, b])), "y": L.Dense(1)(a)}
    return K.Model({"second": a, "first": b}, outputs)


@_network
def operations(L: Any, K: Any) -> Any:
    x = K.Input((6, 5, 2))
    y = L.Conv2D(3, 2)(x)
    y = y * (K.ops.relu6(y + 3.0) * (1 / 6))
    y = (2 - y) / 4 - K.ops.sigmoid(y - 1) + K.ops.silu(-y)
    y = K.ops.concatenate([y, K.ops.leaky_relu(y, 0.125)], axis=-1)
    y = y * K.ops.mean(y, axis=[1, 2], keepdims=True)
    flat = K.ops.reshape(y, (-1, 5 * 4 * 6))
    return K.Model(x, [K.ops.softmax(flat), K.ops.max(y, axis=(1, 2))])


@_network
def squeeze(L: Any, K: Any) -> Any:
    x = K.Input((6, 5, 4))
    y = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)
    s = L.GlobalAveragePooling2D(keepdims=True)(y)
    s = L.Conv2D(8, 1, activation="hard_sigmoid")(L.Conv2D(2, 1, activation="relu")(s))
    return K.Model(x, L.Multiply()([y, s]))


@_network
def differences(L: Any, K: Any) -> Any:
    a, b = K.Input((4, 3)), K.Input((4, 3))
    return K.Model([a, b], [L.Subtract()([a, b]), L.Average()([a, b, L.ELU()(a)])])


@_network
def up_and_down(L: Any, K: Any) -> Any:
    x = K.Input((7, 6, 3))
    y = L.ZeroPadding2D(((0, 1), (1, 2)))(x)
    y = L.SeparableConv2D(4, 3, strides=2, padding="same")(y)
    y = L.UpSampling2D(2, interpolation="bilinear")(y)
    y = L.Conv2DTranspose(2, 3, strides=2, padding="same")(y)
    return K.Model(x, L.Cropping2D(((1, 0), (2, 1)))(y))


@_network
def along_time(L: Any, K: Any) -> Any:
    x = K.Input((9, 2))
    y = L.PReLU()(L.Conv1D(4, 3, padding="causal", dilation_rate=2)(x))
    y = L.LeakyReLU(0.125)(L.SeparableConv1D(3, 2)(L.UpSampling1D(2)(y)))
    return K.Model(x, L.GlobalMaxPooling1D()(L.Reshape((17, 3))(y)))


@_network
def convnext_block(L: Any, K: Any) -> Any:
    from keras.src.applications.convnext import LayerScale, StochasticDepth

    x = K.Input((5, 4, 3))
    y = L.LayerNormalization(epsilon=1e-6)(L.Conv2D(3, 3, padding="same", groups=3)(x))
    y = L.Dense(3)(L.Activation("gelu")(L.Dense(6)(y)))
    y = StochasticDepth(0.25)(LayerScale(0.5, 3)(y))
    return K.Model(x, x + y)


@_network
def inception_block(L: Any, K: Any) -> Any:
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    x = K.Input((5, 4, 3))
    return K.Model(x, CustomScaleLayer(0.25)([x, L.Conv2D(3, 1)(x)]))


@_network
def normalized(L: Any, K: Any) -> Any:
    """Statistics as weights, and as arguments."""
    x = K.Input((4, 3))
    y = L.Normalization()(L.Rescaling(0.5, offset=[0.0, 0.5, 1.0])(x))
    return K.Model(x, L.Normalization(mean=[0.5, 0.25, 0.0], variance=[1.0, 2.0, 0.5])(y))


@_network
def training_only(L: Any, K: Any) -> Any:
    layers = [
        L.RandomFlip(),
        L.GaussianNoise(0.5),
        L.SpatialDropout2D(0.5),
        L.Identity(),
        L.Conv2D(2, 2),
    ]
    return K.Sequential([L.Input((4, 5, 3)), *layers])


@_network
def frozen(L: Any, K: Any) -> Any:
    """Layers that are not trained: old files order their weights otherwise."""
    inner = K.Sequential([L.Input((4, 4, 2)), L.BatchNormalization(), L.Conv2D(2, 2)])
    inner.layers[0].trainable = False
    return K.Sequential([L.Input((4, 4, 2)), inner, L.BatchNormalization(), L.Conv2D(3, 2)])


@_network
def adapted(L: Any, K: Any) -> Any:
    """Two layers with LoRA: files hold their kernels with what was added, or all of it."""
    model = K.Sequential([L.Input((5, 4, 3)), L.Conv2D(4, 2), L.Flatten(), L.Dense(3)])
    for at in (0, 2):
        model.layers[at].enable_lora(2)
    return model


@_network
def unknown(L: Any, K: Any) -> Any:
    """Layers that convlab does not have, one of them with two outputs."""
    x = K.Input((6, 4))
    attended = L.MultiHeadAttention(2, 3)(x, x)
    whole, state = L.GRU(5, return_sequences=True, return_state=True)(attended)
    doubled = L.Lambda(lambda t: t * 2, output_shape=(6, 5))(whole)
    return K.Model(x, [L.Conv1D(3, 2)(doubled), L.Dense(2)(state)])

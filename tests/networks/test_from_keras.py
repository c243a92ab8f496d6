"""Keras' configs, files and objects become networks with Keras' shapes, counts and numbers."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import convlab
from convlab import read
from convlab.errors import ArgumentError, ConvlabError
from convlab.i18n import in_language
from convlab.networks import UnknownLayer
from tools.keras import networks

APPLICATIONS = networks.read_applications()
ROWS, ARRAYS = networks.recorded()


def layer(kind: str, name: str, *sources: str, **config: Any) -> dict[str, Any]:
    """An entry of a functional config, as Keras 3 writes it."""
    taken = [tensor(source) for source in sources]
    args = [taken if len(taken) > 1 else taken[0]] if taken else []
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": {}}] if sources else [],
    }


def tensor(name: str, *shape: int) -> dict[str, Any]:
    told = {"shape": [None, *shape]} if shape else {}
    return {"class_name": "__keras_tensor__", "config": {**told, "keras_history": [name, 0, 0]}}


def functional(*layers: dict[str, Any], begin: str = "in") -> dict[str, Any]:
    last = layers[-1]["name"]
    config = {
        "name": "block",
        "layers": list(layers),
        "input_layers": [[begin, 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    return {"module": "keras", "class_name": "Functional", "config": config}


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "row", "layers": list(layers)}}


def block() -> dict[str, Any]:
    return functional(
        layer("InputLayer", "in", batch_shape=[None, 6, 5, 3]),
        layer("Conv2D", "conv", "in", filters=3, kernel_size=[3, 2], padding="same"),
        layer("Add", "sum", "conv", "in"),
    )


def refusal(source: Any) -> ConvlabError:
    """What is raised, after its text was written in both languages."""
    with pytest.raises(ConvlabError) as caught:
        read(source)
    for language in ("zh_TW", "en"):
        with in_language(language):
            assert str(caught.value)
    return caught.value


def said(error: ConvlabError) -> str:
    return " ".join([str(error), *getattr(error, "__notes__", ())])


# What Keras recorded


@pytest.mark.parametrize("row", APPLICATIONS, ids=lambda row: f"{row['name']}-{row['top']}")
def test_shapes_and_counts_of_keras_applications_are_keras(row: dict[str, Any]) -> None:
    networks.check_application(row)


def test_every_architecture_is_recorded() -> None:
    assert len({row["name"] for row in APPLICATIONS}) == 40


@pytest.mark.parametrize("source", ["weights", "tree", "groups"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_small_networks_compute_what_keras_computes(row: dict[str, Any], source: str) -> None:
    networks.check(row, ARRAYS, source)


def test_steps_of_nested_models_are_named_from_outside_in() -> None:
    row = next(row for row in ROWS if row["case"] == "shared_model")
    names = [step.name for step in read(row["config"]).steps]
    inner = [name for name in names if name.startswith("inner/")]
    assert len(inner) == 4 and {name.rpartition(" (")[0] for name in inner[2:]} == set(inner[:2])


# Rows of public questions


def old(kind: str, name: str, *sources: str, **config: Any) -> dict[str, Any]:
    """An entry as Keras 2 wrote it."""
    nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
    return {
        "class_name": kind,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": nodes,
    }


def test_a_keras_2_model_is_read() -> None:
    common = {"trainable": True, "dtype": "float32"}
    config = functional(
        old("InputLayer", "in", batch_input_shape=[None, 6, 5, 4], dtype="float32", ragged=False),
        old("Conv2D", "conv", "in", filters=4, kernel_size=[3, 3], padding="same", groups=1),
        old("BatchNormalization", "Conv/bn", "conv", axis=[3], fused=None, **common),
        old("LeakyReLU", "leaky", "Conv/bn", alpha=0.25, **common),
        old("SeparableConv2D", "sep", "leaky", filters=2, kernel_size=[1, 1], groups=1,
            kernel_initializer={"class_name": "Zeros", "config": {}}, **common),
    )  # fmt: skip
    config["class_name"] = "Model"
    del config["module"]
    network = read(json.dumps(config))
    assert network.compute_output_shape() == (None, 6, 5, 2)
    kinds = [type(each).__name__ for each in network.layers]
    assert kinds == ["InputLayer", "Conv2D", "BatchNormalization", "LeakyReLU", "SeparableConv2D"]
    leaky: Any = network.layers[3]
    assert leaky.negative_slope == 0.25


def test_operations_of_keras_2_become_layers() -> None:
    def operation(function: str, name: str, *call: Any) -> dict[str, Any]:
        config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
        return {
            **({"module": "keras.src.layers.core.tf_op_layer"} if name == "cut" else {}),
            "class_name": "TFOpLambda",
            "config": config,
            "name": name,
            "inbound_nodes": [[*call]],
        }

    config = functional(
        old("InputLayer", "in", batch_input_shape=[None, 4]),
        operation("__operators__.add", "plus", "in", 0, 0, {"y": 3.0, "name": None}),
        operation("nn.relu6", "cut", "plus", 0, 0, {"name": None}),
        operation("math.multiply", "times", "cut", 0, 0, {"y": ["in", 0, 0], "name": None}),
        operation("math.subtract", "from", "_CONSTANT_VALUE", -1, 1.0, {"y": ["times", 0, 0]}),
    )
    x = np.array([[-4.0, -1.0, 0.0, 5.0]])
    expected = 1 - np.minimum(np.maximum(x + 3, 0), 6) * x
    np.testing.assert_allclose(read(config)(x), expected)


def test_the_hard_sigmoid_of_keras_2_is_said_to_be_another() -> None:
    config = sequential(layer("Activation", "a", activation="hard_sigmoid"))
    assert not read(config).notes
    assert "0.2x" in str(read({**config, "keras_version": "2.4.0"}).notes[0])


def test_an_old_sequential_tells_its_input_in_its_first_layer() -> None:
    conv = {"name": "c", "filters": 2, "kernel_size": [3, 3], "batch_input_shape": [None, 8, 7, 1]}
    config = {"class_name": "Sequential", "config": [{"class_name": "Conv2D", "config": conv}]}
    network = read(config)
    assert network.input_shape == (None, 8, 7, 1)
    assert network.compute_output_shape() == (None, 6, 5, 2)


def test_mixed_precision_is_computed_in_float32_and_said() -> None:
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
    config = block()
    for entry in config["config"]["layers"][1:]:
        entry["config"]["dtype"] = policy
    network = read(config)
    assert network.layers[1].dtype == "float32"
    assert [("mixed_float16" in str(note)) for note in network.notes] == [True]


def test_lora_is_read_with_its_rank() -> None:
    config = layer("Conv2D", "c", filters=4, kernel_size=[1, 1], lora_rank=2, lora_alpha=2)
    conv: Any = read(config).layers[0]
    assert list(conv.weight_shapes((None, 3, 3, 5))) == [
        "kernel", "bias", "lora_kernel_a", "lora_kernel_b",
    ]  # fmt: skip


def test_an_stft_initializer_is_taken() -> None:
    stft = {"module": "keras.initializers", "class_name": "STFT", "config": {"side": "imag"}}
    config = layer("Conv1D", "c", filters=5, kernel_size=[8], kernel_initializer=stft)
    network = read(config)
    assert type(network.layers[0].kernel_initializer).__name__ == "STFT" and not network.notes


def test_an_unknown_initializer_is_left_out_and_said() -> None:
    mine = {"module": "mine", "class_name": "Mine", "config": {}}
    network = read(layer("Dense", "d", units=3, kernel_initializer=mine))
    assert type(network.layers[0]).__name__ == "Dense" and "Mine" in str(network.notes[0])


# Configs of layers


@pytest.mark.parametrize(
    "made",
    [
        convlab.Conv1D(2, 3),
        convlab.Conv2D(2, (3, 2), strides=2),
        convlab.Conv2DTranspose(2, 3),
        convlab.SeparableConv2D(2, 3),
        convlab.Dense(4, activation="relu"),
        convlab.BatchNormalization(),
        convlab.MaxPooling2D(2),
    ],
    ids=lambda made: type(made).__name__,
)
def test_a_bare_config_tells_its_class_by_its_arguments(made: Any) -> None:
    (found,) = read(made.get_config()).layers
    assert type(found) is type(made) and found.get_config() == made.get_config()


def test_a_bare_config_that_may_be_of_several_classes_is_refused() -> None:
    assert "class_name" in str(refusal({"name": "x", "alpha": 1.0, "beta": 2}))


def test_what_is_unknown_keeps_its_place_and_shape() -> None:
    config = functional(
        layer("InputLayer", "in", batch_shape=[None, 6, 3]),
        layer(
            "Lambda", "odd", "in", function={"class_name": "__lambda__", "config": {"code": "4w=="}}
        ),
        layer("Conv1D", "conv", filters=2, kernel_size=[3]),
    )
    node = {"args": [tensor("odd", 5, 4)], "kwargs": {}}
    config["config"]["layers"][2]["inbound_nodes"] = [node]
    network = read(config)
    assert isinstance(network.layers[1], UnknownLayer) and network.layers[1].kind == "Lambda"
    assert network.compute_output_shape() == (None, 3, 2)


def test_a_class_of_the_callers_own_is_not_taken_for_that_of_keras() -> None:
    config = layer("Conv2D", "conv", filters=2, kernel_size=[3, 3])
    config["module"] = "mine"
    assert isinstance(read(config).layers[0], UnknownLayer)


def test_an_argument_that_convlab_has_not_makes_a_layer_unknown_and_says_why() -> None:
    network = read(layer("BatchNormalization", "bn", renorm=True))
    assert isinstance(network.layers[0], UnknownLayer) and "renorm" in str(network.notes[0])


# Damage


FREE = {"module", "dtype", "shape", "kwargs", "registered_name"}
"""Keys that may hold anything: what stands there is a hint, or a module of somebody's own."""

DAMAGES = (None, -3, "?", [], {}, [["?"]], 2.5, ...)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


def damaged(config: Any, path: tuple[Any, ...], damage: Any) -> Any:
    """A copy with another value in one place; without it for ``...``."""
    copy = place = deepcopy(config)
    for key in path[:-1]:
        place = place[key]
    if damage is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = deepcopy(damage)
    return copy


def is_harmless(path: tuple[Any, ...], damage: Any) -> bool:
    """Whether Keras, too, could mean what is left: another name, class or size, one input fewer."""
    last = path[-1]
    if last == "name":
        top = len(path) == 2 or path[-2] == "config"
        return damage in ("?", ...) or (top and damage is None)
    optional = damage is ... and last == "padding"
    size = "batch_shape" in path and damage in (None, ..., [], {})
    beginning = "layers" in path and path[2:3] == (0,) and last == "inbound_nodes"
    empty_sum = last == "config" and path[2:3] == (2,) and damage == {}
    one_fewer = damage is ... and len(path) > 2 and path[-3:-1] == ("args", 0)
    kind = last == "class_name" and damage == "?"
    return any([optional, size, beginning, empty_sum, one_fewer, kind])


BROKEN = [
    (path, damage)
    for path in places(block())
    if not FREE & set(path)
    for damage in DAMAGES
    if not is_harmless(path, damage)
]


def test_there_are_hundreds_of_broken_configs() -> None:
    assert len(BROKEN) > 300


@pytest.mark.parametrize(("path", "damage"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_config_is_refused_by_the_place_of_its_damage(
    path: tuple[Any, ...], damage: Any
) -> None:
    error = refusal(damaged(block(), path, damage))
    keys = [key for key in path if isinstance(key, str)]
    layers = [entry["name"] for entry in block()["config"]["layers"]]
    named = layers[path[2]] if len(path) > 2 and path[1] == "layers" else keys[-1]
    assert keys[-1] in said(error) or repr(named) in said(error)


def test_any_damage_is_read_or_refused_in_words() -> None:
    rng = np.random.default_rng(16)
    for row in ROWS[::4]:
        every = list(places(row["config"]))
        for at in rng.choice(len(every), 40, replace=False):
            damage = DAMAGES[int(rng.integers(len(DAMAGES)))]
            with suppress(ConvlabError):
                read(damaged(row["config"], every[at], damage))


def circle() -> dict[str, Any]:
    config = block()
    config["config"]["layers"][1] = layer("Conv2D", "conv", "sum", filters=3, kernel_size=[1, 1])
    return config


def deep(levels: int) -> dict[str, Any]:
    config = sequential(layer("Flatten", "flat"))
    for number in range(levels):
        config = sequential({**config, "name": f"m{number}"})
    return config


def doubled(levels: int, *layers: dict[str, Any]) -> dict[str, Any]:
    """Each model calls the one inside twice: more calls than any machine makes."""
    begin = layer("InputLayer", "in", batch_shape=[None, 3])
    model = functional(begin, *layers)
    for number in range(levels):
        name = f"m{number}"
        calls = [{"args": [tensor(source)], "kwargs": {}} for source in ("in", name)]
        model = functional(begin, {**model, "name": name, "inbound_nodes": calls})
        model["config"]["output_layers"] = [[name, 2, 0]]
    return model


def itself() -> dict[str, Any]:
    config = block()
    config["config"]["layers"][1]["config"]["kernel_initializer"] = config
    return config


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (circle(), "circle"),
        (itself(), "deep"),
        (deep(100), "deep"),
        (doubled(30), "10,000"),
        (doubled(30, layer("ReLU", "out", "in")), "10,000"),
        (sequential(*[layer("ReLU", "r")] * 1_000_000), "more than"),
        ("[" * 100_000, "deep"),
        ('{"class_name": ' + "[" * 900 + "]" * 900 + "}", "deep"),
        ('{"class_name": "Dense", ', "column"),
        ("{" + "9" * 6000 + "}", "JSON"),
        ('{"a": ' + "9" * 6000 + "}", "JSON"),
        ({}, "class_name"),
        ({3: 4}, "names"),
        (sequential(), "at least one layer"),
        ({"layers": [3]}, "layers[0]"),
        ("no such file.keras", "no such file"),
        ("\0", "no such file"),
        ("x" * 5000, "no such file"),
        ({"class_name": "Functional", "config": {"name": "mine", "trainable": True}}, "layers"),
    ],
    ids=range(19),
)  # fmt: skip
def test_what_is_no_network_is_refused_in_words(source: Any, word: str) -> None:
    assert word in said(refusal(source))


# Files


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def test_a_keras_file_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "model.keras", config_json=json.dumps(block()).encode())
    for source in (path, str(path)):
        assert read(source).compute_output_shape() == (None, 6, 5, 3)


def test_a_json_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(block()))
    assert [step.name for step in read(path).steps] == ["in", "conv", "sum"]


def test_without_h5py_weights_are_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    path = zipped(tmp_path / "m.keras", config_json=json.dumps(block()).encode())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n")
    network = read(path)
    assert not network.built and "pip install h5py" in str(network.notes[0])
    old_file = tmp_path / "model.h5"
    old_file.write_bytes(b"\x89HDF\r\n\x1a\n")
    assert "pip install h5py" in str(refusal(old_file))


def broken_files(folder: Path) -> Iterator[tuple[Path, str]]:
    whole = zipped(folder / "whole.keras", config_json=json.dumps(block()).encode()).read_bytes()
    yield zipped(folder / "empty.keras", metadata_json=b"{}"), "config.json"
    yield zipped(folder / "bomb.keras", config_json=b" " * ((1 << 26) + 1)), "larger"
    yield zipped(folder / "torch.keras", data_pkl=b""), "executes"
    yield zipped(folder / "json.keras", config_json=b"{"), "JSON"
    yield zipped(folder / "latin.keras", config_json=b'{"\xff": 1}'), "JSON"
    for name, data, word in [
        ("cut.keras", whole[: len(whole) // 2], "damaged"),
        ("flipped.keras", whole[:60] + b"\xff\xff" + whole[62:], "damaged"),
        ("text.keras", b"a model", "neither"),
        ("none.keras", b"", "neither"),
        ("module.pt", b"PK", "executes"),
        ("module.pth", b"", "executes"),
    ]:
        path = folder / name
        path.write_bytes(data)
        yield path, word
    saved = folder / "saved"
    saved.mkdir()
    yield saved, "folder"
    (saved / "saved_model.pb").touch()
    yield saved, "SavedModel"


def test_broken_files_are_refused_in_words(tmp_path: Path) -> None:
    for path, word in broken_files(tmp_path):
        assert word in str(refusal(path)), path


# HDF5, with a stand-in for the library that reads it


class HardLink:
    pass


class Group(dict[str, Any]):
    """A group as h5py gives it."""

    def __init__(self, items: dict[str, Any], **attrs: Any) -> None:
        made = {name: Group(each) if type(each) is dict else each for name, each in items.items()}
        super().__init__(made)
        self.attrs = attrs

    def get(self, name: str, default: Any = None, getlink: bool = False) -> Any:
        link = HardLink() if name in self and name != "elsewhere" else None
        return link if getlink else super().get(name, default)

    def __enter__(self) -> Group:
        return self

    def __exit__(self, *error: object) -> None:
        pass


class Dataset(np.ndarray[Any, Any]):
    external = None
    is_virtual = False


def h5py_giving(monkeypatch: pytest.MonkeyPatch, file: Group) -> None:
    stand_in = SimpleNamespace(HardLink=HardLink, Group=Group, File=lambda *_: file)
    monkeypatch.setitem(sys.modules, "h5py", stand_in)  # type: ignore[arg-type]


def array(place: list[Any]) -> Any:
    return ARRAYS.get(place, "float32").view(Dataset)


NUMBERS = [row for row in ROWS if row["case"] in ("shared_model", "frozen", "nested_twice")]


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["case"])
def test_weights_of_a_keras_file_are_read(
    row: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = networks.nested({path: array(place) for path, place in row["tree"].items()})
    h5py_giving(monkeypatch, Group(tree))
    path = zipped(tmp_path / "m.keras", config_json=json.dumps(row["config"]).encode())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model.weights.h5", b"")
    networks.check_numbers(read(path), row, ARRAYS)


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["case"])
def test_weights_of_an_h5_file_are_read(
    row: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def group(places: list[Any]) -> Group:
        names = [f"w{at}:0" for at in range(len(places))]
        inside = {name: array(place) for name, place in zip(names, places, strict=True)}
        return Group({"inner": Group(inside)}, weight_names=[f"inner/{name}" for name in names])

    groups = {name: group(places) for name, places in row["groups"].items()}
    file = Group({"model_weights": Group(groups)}, model_config=json.dumps(row["config"]))
    h5py_giving(monkeypatch, file)
    path = tmp_path / "m.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    networks.check_numbers(read(path), row, ARRAYS)
    del file.attrs["model_config"]
    assert "weights alone" in str(refusal(path))


def test_weights_that_lie_in_another_file_or_do_not_fit_are_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dense = [layer("InputLayer", "in", batch_shape=[None, 2]), layer("Dense", "d", units=3)]
    path = zipped(tmp_path / "m.keras", config_json=json.dumps(sequential(*dense)).encode())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model.weights.h5", b"")
    wrong = {"0": np.ones((2, 4)).view(Dataset), "1": np.ones(4).view(Dataset)}
    for inside in ({"elsewhere": {}}, {"dense": {"vars": wrong}}):
        h5py_giving(monkeypatch, Group({"layers": inside}))
        network = read(path)
        assert not network.built and "'d'" in str(network.notes[0])


# Objects of Keras', whose classes are known by their modules


class Layer:
    """What every layer of Keras' has."""

    built = True
    name = "mine"

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}

    def get_weights(self) -> list[Any]:
        return [np.full((2, 3), 0.5, "float32"), np.zeros(3, "float32")]


class Model(Layer):
    pass


for kind in (Layer, Model):
    kind.__module__ = "keras.src.layers.layer"


def test_an_object_is_read_by_its_config_and_weights() -> None:
    class Dense(Layer):
        _build_shapes_dict = {"input_shape": (None, 2)}  # noqa: RUF012

        def get_config(self) -> dict[str, Any]:
            return {"name": "d", "units": 3}

    Dense.__module__ = "keras.src.layers.core.dense"
    assert read(Dense())(np.ones((1, 2))).tolist() == [[1.0, 1.0, 1.0]]


def test_a_layer_of_the_callers_own_is_unknown_and_its_weights_are_counted() -> None:
    class Mine(Layer):
        pass

    (found,) = read(Mine()).layers
    assert isinstance(found, UnknownLayer) and (found.kind, found.parameters) == ("Mine", 9)


def test_a_model_whose_calls_are_code_is_refused_with_a_way() -> None:
    class Mine(Model):
        def call(self, x: Any) -> Any:
            raise AssertionError("nothing is executed")

    assert "keras.Model(inputs, model.call(inputs))" in str(refusal(Mine()))


def test_what_is_of_keras_but_no_layer_is_refused() -> None:
    class Adam:
        pass

    Adam.__module__ = "keras.src.optimizers.adam"
    assert "Adam" in str(refusal(Adam()))
    with pytest.raises(ArgumentError, match="int"):
        read(3)

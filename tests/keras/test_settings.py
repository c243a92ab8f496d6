"""The recorded settings of real Keras, replayed: one test a setting, so a failure names it."""

import collections

import pytest

from tools.keras.replay import (
    Case,
    check_config,
    check_gradients,
    check_numbers,
    check_shapes,
    recorded,
)

CASES = [*recorded("cases"), *recorded("siblings")]


def _each(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@_each(CASES)
def test_shapes_parameters_outputs_and_losses_are_those_of_keras(case):
    check_shapes(case)
    check_numbers(case)


@_each([case for case in CASES if "gradients" in case.row])
def test_gradients_are_those_of_keras(case):
    check_gradients(case)


@_each(CASES)
def test_configs_are_those_of_keras_and_make_the_same_layer(case):
    check_config(case)


def test_the_record_is_as_large_and_as_varied_as_it_claims():
    layers = collections.Counter(case.layer for case in CASES)
    assert len(CASES) >= 2400 and min(layers.values()) >= 190 and len(layers) == 8
    assert sum("gradients" in case.row for case in CASES) >= 800
    configs = [case.config for case in CASES]
    for argument in ("padding", "data_format", "groups", "strides", "dilation_rate", "use_bias"):
        assert len({str(config.get(argument)) for config in configs}) > 1, argument
    assert len({config["activation"] for config in configs}) == 29
    assert {case.row["input_shape"][0] for case in CASES} == {0, 1, 2, 3}


def test_height_width_and_channels_always_differ():
    for case in CASES:
        sizes = case.row["input_shape"][1:]
        assert len(set(sizes)) == len(sizes), case.name


def test_kernel_and_strides_or_dilation_differ_between_the_axes():
    for case in CASES:
        if "1D" not in case.layer:
            config = case.config
            assert len(set(config["kernel_size"])) == 2, case.name
    windows = [c.config for c in CASES if "1D" not in c.layer]
    slid = [w for w in windows if w["strides"] != [1, 1] or w["dilation_rate"] != [1, 1]]
    assert len(slid) > 0.8 * len(windows)
    assert all(len(set(w["strides"])) == 2 or len(set(w["dilation_rate"])) == 2 for w in slid)

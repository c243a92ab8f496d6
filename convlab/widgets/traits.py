"""The traits of an explorer, each validated by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from ..arguments import nearest_count
from ..errors import ArgumentError, ConvlabError, not_one_of
from ..geometry import Geometry
from ..i18n import LANGUAGES, Choices
from .arrays import simple
from .checks import (
    RefusedSetting,
    index_text,
    inner,
    is_finite,
    is_index,
    nearest_index,
    refused,
    taken,
    tuples,
    with_choices,
)
from .modules import ModuleWidget
from .presets import LESSONS
from .ranges import Range, carried_over
from .settable import Setting
from .settings import (
    SETTINGS,
    Settings,
    layer_class,
    legal,
    output_shape,
    remembered,
    settings_of,
)
from .values import START, is_pool

VIEWS: dict[str, tuple[Any, ...]] = {
    "view": ("scatter", "zeros"),
    "true_convolution": (False, True),
    "gradient": ("off", "ones", "one", "own"),
    "partial": (False, True),
    "pytorch": (False, True),
    "language": LANGUAGES,
}
SPEEDS = range(1, 21)
STATE = ("layer_name", *SETTINGS, "position", "speed", "own", "preset", *VIEWS, "tour_step")
LEGAL = ("input", "weights", *STATE)


class ExplorerTraits(ModuleWidget):
    """What an explorer is given, what it shows, and what of it is legal."""

    given = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)

    layer_name = Setting("Conv2D")
    filters = Setting(1)
    kernel_size = Setting((3, 3))
    strides = Setting((1, 1))
    padding = Setting("valid")
    output_padding = Setting(None)
    data_format = Setting("channels_last")
    dilation_rate = Setting((1, 1))
    depth_multiplier = Setting(1)
    groups = Setting(1)
    activation = Setting("linear")
    use_bias = Setting(True)
    sizes = Setting((5, 7))
    channels = Setting(1)
    position = Setting((0, 0, 0))
    speed = Setting(3)
    own = Setting({})
    view = Setting("scatter")
    true_convolution = Setting(False)
    gradient = Setting("off")
    partial = Setting(False)
    pytorch = Setting(False)
    preset = Setting("")
    language = Setting("en")
    tour_step = Setting(0)

    _ranges: Mapping[str, Mapping[str, Range]]
    """The reach of every control by layer; the layers that may be chosen."""
    _quiet: bool
    """Whether changes that belong together are being made, and are right as they stand."""

    @property
    def _geometry(self) -> Geometry:
        return legal(self.layer_name, self._settings())

    def _settings(self) -> Settings:
        return {name: getattr(self, name) for name in settings_of(self.layer_name)}

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the output of the one sample."""
        return output_shape(self._geometry, self.activation)

    def _try_out(self, wish: Mapping[str, Any]) -> None:
        """Raise what the settings of a wish would be refused with."""
        own = {name: value for name, value in wish.items() if name in settings_of(self.layer_name)}
        taken(self.layer_name, {**self._settings(), **own}, self._ranges[self.layer_name])

    # What is legal

    @traitlets.validate("layer_name")
    def _valid_layer(self, proposal: Any) -> str:
        try:
            name = layer_class(simple(proposal.value)).__name__
            if name not in self._ranges:
                raise not_one_of("layer", name, list(self._ranges))
        except ConvlabError as error:
            names = [{"layer_name": one["layer"]} for one in error.choices]
            near = [one for one in names if one["layer_name"] in self._ranges]
            choices = near or [{"layer_name": self.layer_name}]
            raise refused(with_choices(error, choices)) from error
        return name

    @traitlets.validate(*SETTINGS)
    def _valid_setting(self, proposal: Any) -> Any:
        name, layer = proposal.trait.name, self.layer_name
        changed = {name: simple(proposal.value)}
        try:
            if self._quiet and name not in settings_of(layer):
                return remembered(name, changed[name])
            if name not in settings_of(layer):
                raise self._of_another_layer(name, changed[name])
            return taken(layer, {**self._settings(), **changed}, self._ranges[layer])[name]
        except ConvlabError as error:
            raise refused(error) from error

    def _of_another_layer(self, name: str, value: Any) -> ArgumentError:
        """The refusal of an argument that this layer has not; the choices are layers that have."""
        found = [other for other in self._ranges if self._would_take(other, name, value)]
        return ArgumentError(
            "unknown_argument",
            argument=name,
            value=value,
            layer=self.layer_name,
            legal=Choices(settings_of(self.layer_name)),
            choices=[{"layer_name": other} for other in found],
        )

    def _would_take(self, other: str, name: str, value: Any) -> bool:
        before = {setting: getattr(self, setting) for setting in SETTINGS}
        try:
            wanted = {**before, name: remembered(name, value)}
            return (
                name in settings_of(other)
                and name not in carried_over(other, wanted, self._ranges[other])[1]
            )
        except ConvlabError:
            return False

    @traitlets.validate("position")
    def _valid_position(self, proposal: Any) -> tuple[int, ...]:
        value, shape = simple(proposal.value), self.output_shape
        nearest = nearest_index(value, shape)
        if not is_index(value) or nearest != tuples(value):
            raise RefusedSetting(
                "explorer_position",
                argument="position",
                value=value,
                shape=shape,
                least=(0,) * len(shape),
                most=tuple(size - 1 for size in shape),
                choices=[{"position": nearest}],
            )
        return nearest

    @traitlets.validate("speed", "tour_step")
    def _valid_count(self, proposal: Any) -> int:
        name, value = proposal.trait.name, simple(proposal.value)
        legal = SPEEDS if name == "speed" else range(max(len(self.given.get("tour") or ()), 1))
        if isinstance(value, bool) or not isinstance(value, int) or value not in legal:
            nearest = nearest_count(value, legal[0], most=legal[-1])
            raise RefusedSetting(
                f"explorer_{name}",
                argument=name,
                value=value,
                least=legal[0],
                most=legal[-1],
                choices=[{name: nearest}],
            )
        return value

    @traitlets.validate("own")
    def _valid_own(self, proposal: Any) -> dict[str, float]:
        """Values of the output's gradient by index, an index as a tuple or as ``"0|1|0"``."""
        value, axes = proposal.value, len(self.output_shape)
        given = value.items() if isinstance(value, Mapping) else [(None, None)]
        items = {index_text(index, axes): simple(number) for index, number in given}
        if "" in items or not all(map(is_finite, items.values())):
            good = {key: number for key, number in items.items() if key and is_finite(number)}
            raise RefusedSetting(
                "explorer_own",
                argument="own",
                value=value,
                index=(0,) * axes,
                choices=[{"own": good}],
            )
        return {key: float(number) for key, number in items.items()}

    @traitlets.validate(*VIEWS)
    def _valid_view(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, simple(proposal.value)
        legal = VIEWS[name]
        if not any(value is one or (isinstance(value, str) and value == one) for one in legal):
            raise refused(not_one_of(name, value, list(legal)))
        return value

    @traitlets.validate("preset")
    def _valid_preset(self, proposal: Any) -> str:
        names = ["", *(one["id"] for one in LESSONS if one["layer"] in self._ranges)]
        value = simple(proposal.value)
        if not isinstance(value, str) or value not in names:
            raise refused(not_one_of("preset", value, names))
        return str(value)

    @traitlets.validate("values")
    def _valid_values(self, proposal: Any) -> Any:
        """Pools of known fills and finite numbers, for each rank."""
        value = proposal.value
        wrong = [
            f"{rank}.{kind}"
            for rank, kinds in START.items()
            for kind in kinds
            if not is_pool(inner(value, rank, kind), kind, rank)
        ]
        if wrong:
            raise RefusedSetting(
                "explorer_values", argument="values", pool=wrong[0], choices=[{"values": START}]
            )
        return {rank: {kind: value[rank][kind] for kind in kinds} for rank, kinds in START.items()}

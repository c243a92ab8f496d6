"""``convlab.Explorer``: the widget, its traits and what Python can do with them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .. import arguments
from ..choices import working
from ..errors import (
    OMIT,
    ArgumentError,
    ConvlabError,
    DTypeError,
    ShapeError,
    not_one_of,
)
from ..geometry import Geometry
from ..i18n import LANGUAGES, Choices, Term, get_language
from ..layers import LAYERS, Layer
from ..layers.base import Shape
from .labels import labels
from .page import page
from .presets import LESSONS
from .ranges import (
    SETTINGS,
    Range,
    Settings,
    arguments_of,
    carried_over,
    checked,
    layer_class,
    legal,
    make_layer,
    mended,
    ranges_for,
    remembered,
    sample_shape,
    settings_of,
    settings_of_layer,
    starting,
    widest,
)
from .still import still
from .table import table
from .theme import style_sheet
from .values import KERNELS, Array, crop, finite, input_presets, pasted, pools, simple

_STATIC = Path(__file__).parent / "static"
_VIEWS: dict[str, tuple[Any, ...]] = {
    "view": ("scatter", "zeros"),
    "true_convolution": (False, True),
    "gradient": ("off", "ones", "one", "own"),
    "partial": (False, True),
    "language": LANGUAGES,
}
_PLAIN_VIEW = {"true_convolution": False, "gradient": "off", "view": "scatter", "own": {}}
_SPEEDS = range(1, 21)
_STATE = ("layer_name", *SETTINGS, "position", "speed", "own", "preset", *_VIEWS)


class RefusedSetting(ArgumentError, traitlets.TraitError):
    """The layer's own error, for a trait: traitlets takes a whole change back on seeing it."""


class _Setting(traitlets.Any):
    """Any value, which its validator takes or refuses: ``None`` too, which traitlets lets pass."""

    allow_none = False


def _static(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


class Explorer(anywidget.AnyWidget):
    """One layer under the hand: every number, every argument, every product.

    ``layer`` is the Keras name of any of the five layers, ``settings`` are its shape-giving
    arguments, ``sizes`` and ``channels`` of the one sample, and any other trait:

    - the arguments by Keras' names, in Keras' forms; ``sizes``, a tuple of one size for each
      sliding axis; ``channels``; ``layer_name``
    - ``position``, the index of the output cell that is looked at, in the layer's data format
    - ``true_convolution`` (the kernel flipped), ``view`` of a transposed layer (``"scatter"`` or
      ``"zeros"``), ``gradient`` (``"off"``, ``"ones"``, ``"one"``, ``"own"``; ``own`` holds the own
      values by index), ``partial`` (gradients up to the position), ``speed`` (steps per second),
      ``preset`` (the name of a misconception; setting it opens it, with its own layer, settings
      and numbers, before the other settings of the same call), ``language``

    ``input`` and ``weights`` are arrays, read and set. ``layers`` are the names to choose from.
    Another layer keeps the settings that it can; ``carried`` are the others, as they were before.
    Raises a ``ConvlabError`` for a setting that the layer refuses or the explorer cannot show; a
    trait set to such a value raises it too and leaves everything as it was.

    >>> explorer = Explorer("Conv2D", sizes=(4, 6), padding="same", strides=2)
    >>> explorer.layer()(explorer.input[None]).shape
    (1, 2, 3, 1)
    """

    _esm = _static("explorer.js")
    _css = style_sheet() + _static("explorer.css")

    shown = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)

    layer_name = _Setting("Conv2D")
    filters = _Setting(1)
    kernel_size = _Setting((3, 3))
    strides = _Setting((1, 1))
    padding = _Setting("valid")
    output_padding = _Setting(None)
    data_format = _Setting("channels_last")
    dilation_rate = _Setting((1, 1))
    depth_multiplier = _Setting(1)
    groups = _Setting(1)
    activation = _Setting("linear")
    use_bias = _Setting(True)
    sizes = _Setting((5, 7))
    channels = _Setting(1)
    position = _Setting((0, 0, 0))
    speed = _Setting(3)
    own = _Setting({})
    view = _Setting("scatter")
    true_convolution = _Setting(False)
    gradient = _Setting("off")
    partial = _Setting(False)
    preset = _Setting("")
    language = _Setting("en")

    # AnyWidget gives a class that has none of its own this name for the browser's side.
    _anywidget_id: ClassVar[str] = "convlab.widgets.Explorer"

    def __init__(
        self, layer: str = "Conv2D", *, layers: Sequence[str] | None = None, **settings: Any
    ) -> None:
        name = layer_class(layer).__name__
        names = _layer_names(list(LAYERS) if layers is None else layers)
        names += [name] if name not in names else []
        settings = {key: _simple(key, value) for key, value in settings.items()}
        own = {key: value for key, value in settings.items() if key in SETTINGS}
        _check_known(own, settings_of(name), name)
        canonical = _taken(name, {**starting(name), **own}, widest(name))
        self._ranges = {
            other: ranges_for(other, canonical if other == name else starting(other))
            for other in names
        }
        self._quiet = True
        self._wish: dict[str, Any] = {}
        self._carried: Settings = {}
        super().__init__(
            values=self._fresh_values(),
            tables={other: table(other, self._ranges[other]) for other in names},
            labels=labels(),
        )
        self.presets = self._presets()
        self._take({"layer_name": name, **canonical, "language": get_language()})
        self._format = self.data_format
        self._take({"position": (0,) * (make_layer(name, canonical).rank + 1)})
        self._quiet = False
        self._publish()
        self.change(**(settings if "preset" in settings else _without(settings, own)))

    # Python's side of the numbers

    def _counts(self, rank: int) -> dict[str, int]:
        """The largest size, kernel and number of channels that the controls can reach."""
        reach = [r for name, r in self._ranges.items() if LAYERS[name].rank == rank]

        def most(*names: str) -> int:
            ends = [found[name][1] for found in reach for name in names if name in found]
            return max(ends or [3])

        return {
            "sizes": most("sizes"),
            "kernel_size": max(most("kernel_size"), 3),
            "channels": most("channels", "filters", "depth_multiplier"),
            "depth_multiplier": most("depth_multiplier"),
        }

    def _fresh_values(self) -> dict[str, Any]:
        return {str(rank): pools(self._counts(rank), rank) for rank in (1, 2)}

    def _presets(self) -> dict[str, Any]:
        counts = {rank: self._counts(rank) for rank in (1, 2)}
        return {
            "input": {str(rank): input_presets(counts[rank], rank) for rank in (1, 2)},
            "kernel": {str(rank): KERNELS[rank] for rank in (1, 2)},
            "lessons": [self._filled(one) for one in LESSONS if one["layer"] in self._ranges],
            "speed": [_SPEEDS[0], _SPEEDS[-1]],
        }

    def _filled(self, lesson: Mapping[str, Any]) -> dict[str, Any]:
        """A lesson whose few numbers are pasted into whole pools."""
        if not lesson["values"]:
            return dict(lesson)
        pool = self.values[str(LAYERS[lesson["layer"]].rank)]
        whole = {key: pasted(pool[key], np.array(v)) for key, v in lesson["values"].items()}
        return {**lesson, "values": whole}

    @property
    def _geometry(self) -> Geometry:
        return legal(self.layer_name, self._settings())

    @property
    def _pool(self) -> dict[str, Any]:
        pool: dict[str, Any] = self.values[str(len(self.sizes))]
        return pool

    def _settings(self) -> Settings:
        return {name: getattr(self, name) for name in settings_of(self.layer_name)}

    @property
    def input(self) -> Array:
        """The sample in the layer's data format, without a batch axis; set it to any that fits."""
        rows = (1, *self.sizes) if len(self.sizes) == 1 else self.sizes
        image = crop(self._pool["input"], (*rows, self.channels))
        sample = image[0] if len(self.sizes) == 1 else image
        return np.moveaxis(sample, -1, 0) if self.data_format == "channels_first" else sample

    @input.setter
    def input(self, sample: ArrayLike) -> None:
        try:
            array = finite(sample, "input")
            image = self._image(array)
        except ConvlabError as error:
            near = [one["input"] for one in error.choices] or [self.input]
            choices = [{"input": one if self._fits(one) else self.input} for one in near]
            raise _with_choices(error, choices) from error
        try:
            self.change(sizes=image.shape[:-1], channels=image.shape[-1])
        except ConvlabError as error:
            ways = [self._cropped(image, choice) for choice in error.choices]
            choices = [way for way in ways if way] or [{"input": self.input}]
            raise _with_choices(error, choices) from error
        self._paste(input=image[None] if len(self.sizes) == 1 else image)

    def _image(self, array: Array) -> Array:
        """A sample with its channels last; raises a ``ShapeError`` for other axes."""
        _check_axes(array, len(self.sizes), self.data_format)
        return np.moveaxis(array, 0, -1) if self.data_format == "channels_first" else array

    def _fits(self, array: Array) -> bool:
        try:
            *sizes, channels = self._image(array).shape
            wanted = {**self._settings(), "sizes": tuple(sizes), "channels": channels}
            return bool(checked(self.layer_name, wanted, self._ranges[self.layer_name]))
        except ConvlabError:
            return False

    def _cropped(self, image: Array, change: Settings) -> Settings:
        """A change of sizes and channels as one of the input; none where the input is too small."""
        rest = _without(change, ("sizes", "channels"))
        shape = (*change.get("sizes", image.shape[:-1]), change.get("channels", image.shape[-1]))
        if shape == image.shape:
            return rest
        first = rest.get("data_format", self.data_format) == "channels_first"
        part = crop(image, shape)
        found = {"input": np.moveaxis(part, -1, 0) if first else part, **rest}
        return found if part.shape == shape else {}

    @property
    def weights(self) -> list[Array]:
        """The weights in Keras' order and shapes, as the layer uses them; set them likewise."""
        geometry, pool = self._geometry, self._pool
        kernels = [self._kernel(geometry.stages[0].kernel_shape)]
        if len(geometry.stages) > 1:
            shape = geometry.stages[1].kernel_shape
            kernels.append(crop(pool["pointwise"], shape[-2:]).reshape(shape))
        if self.use_bias:
            kernels.append(crop(pool["bias"], (geometry.stages[-1].filters,)))
        return kernels

    @weights.setter
    def weights(self, weights: Iterable[ArrayLike]) -> None:
        given = list(weights) if isinstance(weights, list | tuple) else simple(weights)
        shapes = [weight.shape for weight in self.weights]
        try:
            found = [finite(one, "weights") for one in given] if _is_list(given) else given
            kernel, *rest = arguments.check_weights(found, shapes, self.layer_name)
        except ConvlabError as error:
            raise _with_choices(error, [{"weights": self._fitting(given)}]) from error
        kernel = kernel[None] if len(self.sizes) == 1 else kernel
        new = {"kernel": kernel[::-1, ::-1] if self.true_convolution else kernel}
        if self.use_bias:
            new["bias"] = rest.pop()
        if rest:
            new["pointwise"] = rest[0][0, 0]
        self._paste(**new)

    def _fitting(self, given: Any) -> list[Array]:
        """The weights as they are, with all of ``given`` in its place that fits."""
        found = self.weights
        for index, one in enumerate(given if _is_list(given) else ()):
            try:
                array = finite(one, "weights")
            except ConvlabError as error:
                array = error.choices[0]["weights"] if error.choices else found[index % len(found)]
            if index < len(found) and array.shape == found[index].shape:
                found[index] = array
        return found

    def _kernel(self, shape: tuple[int, ...]) -> Array:
        line = len(self.sizes) == 1
        kernel = crop(self._pool["kernel"], (1, *shape) if line else shape)
        kernel = kernel[::-1, ::-1] if self.true_convolution else kernel
        return kernel[0] if line else kernel

    def _paste(self, **arrays: Array) -> None:
        pool = self._pool
        new = {name: pasted(pool[name], array) for name, array in arrays.items()}
        self.values = {**self.values, str(len(self.sizes)): {**pool, **new}}

    def layer(self) -> Layer:
        """The real layer, built, with the arguments and the weights that are shown; in float64."""
        layer = make_layer(self.layer_name, self._settings())
        layer.build(sample_shape(layer.data_format, self.sizes, self.channels))
        layer.set_weights(self.weights)
        return layer

    @classmethod
    def from_layer(cls, layer: Layer, x: ArrayLike, **settings: Any) -> Explorer:
        """An explorer on a real layer and an input: one sample, or a batch whose first is taken.

        The layer is built if it was not; it is copied and never changed afterwards.

        >>> import convlab
        >>> explorer = Explorer.from_layer(convlab.Conv1D(2, 3), np.ones((1, 8, 2)))
        >>> explorer.layer_name, explorer.sizes, explorer.filters
        ('Conv1D', (8,), 2)
        """
        if type(layer).__name__ not in LAYERS or not isinstance(layer, Layer):
            raise DTypeError("explorer_layer", argument="layer", kind=type(layer).__name__)
        array = _one_sample(x, layer.rank, layer.data_format)
        image = np.moveaxis(array, 0, -1) if layer.data_format == "channels_first" else array
        sizes, channels = image.shape[:-1], image.shape[-1]
        wanted = settings_of_layer(layer, sizes, channels)
        name = type(layer).__name__
        try:
            if layer.built:
                layer.geometry((1, *array.shape))
            explorer = cls(name, **{**wanted, **settings})
        except ConvlabError as error:
            if error.parameters.get("argument") not in wanted:
                raise
            raise _smaller(error, layer, array, wanted, settings) from error
        if not layer.built:
            layer.build((1, *array.shape))
        explorer.input, explorer.weights = array, layer.get_weights()
        return explorer

    # Settings: validated together, told to the browser together

    def change(self, **settings: Any) -> None:
        """Set several traits at once; all of them, or, where one is refused, none.

        >>> explorer = Explorer("Conv2D")
        >>> explorer.change(strides=2, padding="same")
        >>> explorer.output_shape
        (3, 4, 1)
        """
        settings |= arguments.read_once(settings)
        _check_known(settings, ("input", "weights", *_STATE), "Explorer", self._try_out)
        given = {name: _simple(name, value) for name, value in settings.items()}
        before, values = {name: getattr(self, name) for name in _STATE}, self.values
        wish, carried = self._wish, self._carried
        # A preset and a layer bring settings of their own; a place is one of the output they make.
        order = (("preset",), ("layer_name",), SETTINGS, _STATE, ("input",), ("weights",))
        with self.hold_sync():
            try:
                for names in order:
                    self._take({name: given.pop(name) for name in names if name in given})
            except Exception as error:
                with self._quietly():
                    self._take(before)
                    self.values, self._wish, self._carried = values, wish, carried
                if isinstance(error, ConvlabError):
                    legal = ("input", "weights", *_STATE)
                    # What a layer offers besides, such as a shape, is no setting of an explorer.
                    error.choices = tuple(one for one in error.choices if one.keys() <= {*legal})
                raise

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Changes that belong together and are right as they stand: told once, at the end."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet, self._format = False, self.data_format
            self._publish()

    @property
    def carried(self) -> Settings:
        """What the last change of layer could not keep, as it was before.

        >>> explorer = Explorer("Conv2D", sizes=(5, 12))
        >>> explorer.layer_name = "Conv2DTranspose"
        >>> explorer.sizes, explorer.carried
        ((5, 8), {'sizes': (5, 12)})
        """
        return dict(self._carried)

    def _try_out(self, wish: Mapping[str, Any]) -> None:
        """Raise what the settings of a wish would be refused with."""
        own = {name: value for name, value in wish.items() if name in settings_of(self.layer_name)}
        _taken(self.layer_name, {**self._settings(), **own}, self._ranges[self.layer_name])

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the output of the one sample."""
        return _known(self._geometry.output_shape[1:])

    def _take(self, settings: Mapping[str, Any]) -> None:
        with self.hold_trait_notifications():
            for name, value in settings.items():
                # To traitlets 2.0 is no news where 2 stands, so nobody would validate it.
                if isinstance(value, float) and name in SETTINGS and value == getattr(self, name):
                    self._try_out({name: value})
                setattr(self, name, value)

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
            raise _refused(_with_choices(error, choices)) from error
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
            wanted = {**self._settings(), **changed}
            return _taken(layer, wanted, self._ranges[layer])[name]
        except ConvlabError as error:
            raise _refused(error) from error

    def _of_another_layer(self, name: str, value: Any) -> ArgumentError:
        """The refusal of an argument that this layer has not; the choices are layers that have."""
        own = settings_of(self.layer_name)
        found = [other for other in self._ranges if self._would_take(other, name, value)]
        return ArgumentError(
            "unknown_argument",
            argument=name,
            value=value,
            layer=self.layer_name,
            legal=Choices(own),
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
        nearest = _nearest_index(value, shape)
        if not _is_index(value) or nearest != _tuples(value):
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

    @traitlets.validate("speed")
    def _valid_speed(self, proposal: Any) -> int:
        value, least, most = simple(proposal.value), _SPEEDS[0], _SPEEDS[-1]
        if isinstance(value, bool) or not isinstance(value, int) or value not in _SPEEDS:
            nearest = min(max(value, least), most) if isinstance(value, int) else least
            raise RefusedSetting(
                "explorer_speed",
                argument="speed",
                value=value,
                least=least,
                most=most,
                choices=[{"speed": int(nearest)}],
            )
        return value

    @traitlets.validate("own")
    def _valid_own(self, proposal: Any) -> dict[str, float]:
        """Values of the output's gradient by index, an index as a tuple or as ``"0|1|0"``."""
        value, axes = proposal.value, len(self.output_shape)
        given = value.items() if isinstance(value, Mapping) else [(None, None)]
        items = {_index_text(index, axes): simple(number) for index, number in given}
        if "" in items or not all(map(_is_finite, items.values())):
            good = {key: number for key, number in items.items() if key and _is_finite(number)}
            raise RefusedSetting(
                "explorer_own",
                argument="own",
                value=value,
                index=(0,) * axes,
                choices=[{"own": good}],
            )
        return {key: float(number) for key, number in items.items()}

    @traitlets.validate(*_VIEWS)
    def _valid_view(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, simple(proposal.value)
        legal = _VIEWS[name]
        if not any(value is one or (isinstance(value, str) and value == one) for one in legal):
            raise _refused(not_one_of(name, value, list(legal)))
        return value

    @traitlets.validate("preset")
    def _valid_preset(self, proposal: Any) -> str:
        names = ["", *(lesson["id"] for lesson in self.presets["lessons"])]
        value = simple(proposal.value)
        if not isinstance(value, str) or value not in names:
            raise _refused(not_one_of("preset", value, names))
        return str(value)

    @traitlets.observe("preset")
    def _open(self, change: Any) -> None:
        """What the browser does when a preset is chosen; one that is refused shows the start."""
        lesson = next((one for one in self.presets["lessons"] if one["id"] == change.new), None)
        if self._quiet or lesson is None:
            return
        name, wish = lesson["layer"], {}
        try:
            wanted = {**starting(name), **lesson["settings"]}
            settings = checked(name, wanted, self._ranges[name])
        except ConvlabError:
            settings, wish = starting(name), lesson["settings"]
        position = lesson["position"] or self._carried_position(name, settings)
        view = {**_PLAIN_VIEW, **lesson["view"]}
        with self.hold_sync(), self._quietly():
            if lesson["values"]:
                rank = str(LAYERS[name].rank)
                self.values = {**self.values, rank: {**self.values[rank], **lesson["values"]}}
            self._take({"layer_name": name, **settings, **view, "position": position})
            self._wish, self._carried = _plain(wish), {}

    def _carried_position(self, name: str, settings: Settings) -> tuple[int, ...]:
        """The place that is looked at, in the other layer's format and inside its output."""
        old, rank = self.position, LAYERS[name].rank
        first = self.data_format == "channels_first"
        channel, spatial = (old[0], old[1:]) if first else (old[-1], old[:-1])
        spatial = (0, *spatial)[-rank:]
        first = settings["data_format"] == "channels_first"
        index = (channel, *spatial) if first else (*spatial, channel)
        return _nearest_index(index, _known(legal(name, settings).output_shape[1:]))

    @traitlets.observe("layer_name")
    def _carry_over(self, change: Any) -> None:
        """Another layer keeps the settings that it can."""
        if self._quiet:
            return
        before = {name: getattr(self, name) for name in SETTINGS}
        settings, lost = carried_over(change.new, before, self._ranges[change.new])
        position = self._carried_position(change.new, settings)
        with self.hold_sync(), self._quietly():
            self._take({**settings, "own": {}, "position": position})
            self._wish, self._carried = {}, lost

    @traitlets.observe(*_STATE)
    def _publish(self, change: Any = None) -> None:
        if self._quiet:
            return
        if change is not None and change.name in SETTINGS:
            self._wish, self._carried = {}, {}
        self._keep_place()
        told = {"layer": self.layer_name, **{name: getattr(self, name) for name in _STATE[1:]}}
        wish, carried = self._wish, _plain(self._carried)
        self.shown = _plain({**told, "wish": wish, "carried": carried})

    def _keep_place(self) -> None:
        """Hold the position inside the output, and its axes in the order of the data format."""
        position, own = self.position, self.own
        if self._format != self.data_format:
            first = self.data_format == "channels_first"
            ends = (position[-1], *position[:-1]), (*position[1:], position[0])
            position, own = ends[0] if first else ends[1], {}
            self._format = self.data_format
        self._quiet = True
        try:
            self._take({"own": own, "position": _nearest_index(position, self.output_shape)})
        finally:
            self._quiet = False

    @traitlets.observe("shown")
    def _adopt(self, change: Any) -> None:
        """Take over what the browser says; what is not legal is answered with what stands."""
        told = dict(change.new)
        told["layer_name"] = told.pop("layer", None)
        known = {name: _tuples(told[name]) for name in _STATE if name in told}
        notes = told.get("wish") or {}, told.get("carried") or {}
        if known == {name: getattr(self, name) for name in known}:
            self._wish, self._carried = notes[0], _tupled(notes[1])
            return
        with self._quietly():
            self._take(known)
            self._wish, self._carried = notes[0], _tupled(notes[1])

    # Without a kernel

    def to_html(self, title: str = "convlab") -> str:
        """The text of one page that holds all of it, needs no network and no Python.

        >>> "<script type=\\"module\\">" in Explorer("Conv1D", layers=["Conv1D"]).to_html()
        True
        """
        names = ("shown", "values", "tables", "presets", "labels")
        state = {name: getattr(self, name) for name in names}
        scripts = str(self._esm) + _static("page.js")
        return page(title, self.language, str(self._css), scripts, state)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and a still picture for where no widget can be shown."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if data is None:
            return bundle
        # JupyterLab shows neither widget nor SVG before a notebook is trusted: one line of text.
        line = f"Explorer({self.layer_name!r}, ...)"
        return {**data, "text/plain": line, "image/svg+xml": self.picture()}, metadata

    def picture(self) -> str:
        """A still picture as SVG: input, kernel and output at the position that is looked at."""
        output = self.layer()(self.input[None])[0]
        kernel, place = self.weights[0], self.position
        return still(self._geometry, self.input, kernel, output, place, self.language)

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in settings_of(self.layer_name))
        return f"Explorer({self.layer_name!r}, {', '.join(shown)})"


def _without(given: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def _refused(error: ConvlabError) -> RefusedSetting:
    return RefusedSetting(error.code, choices=error.choices, **error.parameters)


def _with_choices(error: ConvlabError, choices: Iterable[Mapping[str, Any]]) -> ConvlabError:
    return type(error)(error.code, choices=choices, **error.parameters)


def _taken(name: str, wanted: Mapping[str, Any], ranges: Mapping[str, Range]) -> Settings:
    """``wanted`` in canonical form, or a refusal of which each choice has been tried here."""
    try:
        return checked(name, wanted, ranges)
    except ConvlabError as error:
        raise _with_choices(error, mended(name, wanted, ranges)) from error


def _simple(name: str, value: Any) -> Any:
    return value if name in ("input", "weights", "own") else simple(value)


def _layer_names(names: object) -> list[str]:
    given = simple(names)
    if not _is_list(given) or not given:
        choices = [{"layers": list(LAYERS)}]
        raise ArgumentError("explorer_layers", argument="layers", value=given, choices=choices)
    return [layer_class(other).__name__ for other in given]


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _check_known(
    given: Mapping[str, Any],
    legal: Sequence[str],
    owner: str,
    attempt: Callable[[dict[str, Any]], object] = dict,
) -> None:
    """Refuse a name that is not ``legal``: renamed where ``attempt`` takes that, else left out."""
    unknown = {name: value for name, value in given.items() if name not in legal}
    try:
        arguments.check_keywords(unknown, legal, owner, [name for name in given if name in legal])
    except ConvlabError as error:
        omitted = dict.fromkeys(unknown, OMIT)
        error.choices = tuple(working(error, given, attempt)) or (omitted,)
        raise


def _one_sample(x: object, rank: int, data_format: str) -> Array:
    shape = np.shape(x) if hasattr(x, "shape") else ()
    if len(shape) not in (rank + 1, rank + 2):
        _check_axes(np.empty((0,) * len(shape)), rank, data_format, "x")
    array = finite(x, "x")
    if array.ndim == rank + 2:
        if not len(array):
            raise ShapeError("explorer_no_sample", argument="x", value=array.shape)
        array = array[0]
    _check_axes(array, rank, data_format, "x")
    return array


def _check_axes(array: Array, rank: int, data_format: str, argument: str = "input") -> None:
    """Sliding axes and channels, and at least one number along each."""
    if array.ndim == rank + 1 and array.size:
        return
    names = [*arguments.AXIS_NAMES[rank], "channels"]
    names = names[-1:] + names[:-1] if data_format == "channels_first" else names
    layout = Choices([Term(f"axis.{name}_size") for name in names])
    raise ShapeError("explorer_axes", argument=argument, value=array.shape, layout=layout)


def _smaller(
    error: ConvlabError, layer: Layer, x: Array, wanted: Settings, beside: Mapping[str, Any]
) -> ConvlabError:
    """The refusal of a real layer, with parts of it and of its input that can be shown."""
    name, changes = type(layer).__name__, Settings()
    choices: list[dict[str, Any]] = []
    ranges = widest(name)
    fewer = _whole_groups(wanted, ranges)
    for mend in mended(name, {**wanted, **beside, **fewer}, ranges):
        change = {**fewer, **mend}
        part = _part(layer, x, {**wanted, **change})
        if part is not None:
            choices.append({"layer": part[0], "x": part[1]})
            changes = changes or _without(change, ("sizes", "channels"))
    if not choices:
        return _with_choices(error, [])
    return ArgumentError(
        "explorer_crop" if changes else "explorer_crop_x",
        argument=error.parameters.get("argument"),
        value=error.parameters.get("value"),
        reason=Term(f"errors.{error.code}", **error.parameters),
        changes=", ".join(f"{key}={value!r}" for key, value in changes.items()),
        shape=choices[0]["x"].shape,
        choices=choices,
    )


def _whole_groups(settings: Settings, ranges: Mapping[str, Range]) -> Settings:
    """Fewer groups, each of them whole: a filter reads only the channels of its own group."""
    groups, names = settings.get("groups", 1), ("groups", "channels", "filters")
    if groups == 1 or all(settings[name] <= ranges[name][1] for name in names):
        return {}
    each = {name: settings[name] // groups for name in names}
    most = min(ranges[name][1] for name in names)
    fewer = min(groups, max(most // max(each.values()), 1))
    return {name: count * fewer for name, count in each.items()}


def _part(layer: Layer, x: Array, settings: Settings) -> tuple[Layer, Array] | None:
    """The layer with other settings and the corner of its weights, the corner of its input."""
    names = arguments_of(type(layer).__name__)
    part = type(layer).from_config(layer.get_config() | {a: settings[a] for a in names})
    shape = sample_shape(part.data_format, settings["sizes"], settings["channels"])
    part.build(shape)
    if layer.built:
        weights = [
            crop(whole, one.shape)
            for whole, one in zip(layer.get_weights(), part.get_weights(), strict=True)
        ]
        if [one.shape for one in weights] != [one.shape for one in part.get_weights()]:
            return None
        part.set_weights(weights)
    image = crop(x, shape[1:])
    return (part, image) if image.shape == shape[1:] else None


def _known(shape: Shape) -> tuple[int, ...]:
    """The sizes of a shape of which none is open."""
    return tuple(size for size in shape if size is not None)


def _nearest_index(value: object, shape: tuple[int, ...]) -> tuple[int, ...]:
    given = list(value) if isinstance(value, tuple | list | np.ndarray) else []
    numbers = [i if isinstance(i, int | np.integer) else 0 for i in given]
    padded = [*numbers, *(0,) * len(shape)][: len(shape)]
    return tuple(min(max(int(i), 0), size - 1) for i, size in zip(padded, shape, strict=True))


def _is_index(value: object) -> bool:
    return _is_list(value) and all(isinstance(i, int | np.integer) for i in value)  # type: ignore[attr-defined]


def _index_text(index: object, axes: int) -> str:
    """``"0|1|0"`` for an index, however it is written; no text for what is none."""
    parts = index.split("|") if isinstance(index, str) else index
    try:
        numbers = [int(part) if isinstance(part, str) else operator.index(part) for part in parts]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return ""
    right = len(numbers) == axes and min(numbers) >= 0
    return "|".join(map(str, numbers)) if right else ""


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and bool(np.isfinite(value))


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON would bring it back: lists for tuples, so that equal states are equal."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in state.items()}


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _tupled(settings: Mapping[str, Any]) -> Settings:
    return {name: _tuples(value) for name, value in settings.items()}

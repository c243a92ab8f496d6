"""Tours: steps with a sentence each, what lights up, and what is set before it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import ArgumentError, not_one_of
from ..i18n import LANGUAGES, Choices, catalogue
from .arrays import simple
from .checks import check_known
from .controls import CONTROLS

PARTS = (
    "input", "kernel", "product", "sum", "mid", "pointwise", "bias", "activation", "output"
)  # fmt: skip
"""The parts of the picture that can light up; any control can, too."""

Step = dict[str, Any]


def _steps(name: str, *steps: tuple[str, dict[str, Any]]) -> list[Step]:
    return [
        {"say": f"tours.{name}_{number}", "light": light, "set": settings}
        for number, (light, settings) in enumerate(steps, 1)
    ]


_READING = ("Conv1D", "Conv2D", "DepthwiseConv2D", "SeparableConv2D")

TOURS: dict[str, tuple[tuple[str, ...], list[Step]]] = {
    "window": (
        _READING,
        _steps(
            "window",
            ("input", {}),
            ("kernel", {}),
            ("input", {}),
            ("product", {}),
            ("sum", {}),
            ("output", {}),
        ),
    ),
    "padding": (
        _READING,
        _steps(
            "padding",
            ("output", {"sizes": 5, "kernel_size": 3, "strides": 1, "dilation_rate": 1,
                        "padding": "valid"}),
            ("padding", {"padding": "same"}),
            ("input", {"position": 0}),
            ("strides", {"sizes": 4, "strides": 2}),
            ("input", {"position": 1}),
        ),
    ),
    "channels": (
        ("Conv1D", "Conv2D", "Conv2DTranspose"),
        _steps(
            "channels",
            ("input", {"channels": 3, "filters": 1}),
            ("kernel", {}),
            ("product", {}),
            ("sum", {}),
            ("output", {"filters": 2}),
        ),
    ),
}  # fmt: skip
"""By name: the layers that the tour is about, and its steps."""


def tour_steps(tour: Any, layer: str) -> list[Step]:
    """The steps of a tour's name or of a list; raises an ``ArgumentError`` for any other.

    >>> [step["light"] for step in tour_steps("channels", "Conv2D")]
    ['input', 'kernel', 'product', 'sum', 'output']
    """
    given = simple(tour)
    if isinstance(given, str):
        if given not in TOURS:
            raise not_one_of("tour", given, [one["tour"] for one in tours_about(layer)])
        _check_layer(given, layer)
        given = TOURS[given][1]
    steps = [_step(one) for one in given] if isinstance(given, list | tuple) else []
    if not steps or not all(steps):
        raise ArgumentError(
            "explorer_tour",
            argument="tour",
            value=tour,
            names=Choices(list(TOURS)),
            choices=tours_about(layer),
        )
    return steps


def tours_about(layer: str) -> list[dict[str, str]]:
    """The tours of the catalogue that are about a layer, each as a choice."""
    return [{"tour": name} for name, (about, _) in TOURS.items() if layer in about]


def _check_layer(tour: str, layer: str) -> None:
    layers = TOURS[tour][0]
    if layer not in layers:
        raise ArgumentError(
            "explorer_tour_layer",
            argument="tour",
            value=tour,
            layer=layer,
            layers=Choices(layers),
            choices=[*tours_about(layer), *({"layer": name} for name in layers)],
        )


def _step(one: Any) -> Step:
    """A step in canonical form: a sentence by language, a part or control, settings.

    Without anything where it is none.
    """
    if not isinstance(one, Mapping) or not one.keys() <= {"say", "light", "set"}:
        return {}
    say, light, settings = one.get("say"), one.get("light", ""), one.get("set", {})
    if isinstance(say, str):
        say = dict(catalogue().get(say, dict.fromkeys(LANGUAGES, say)))
    lit = isinstance(light, str) and light in ("", *PARTS, *CONTROLS)
    right = (
        lit and _is_sentence(say) and isinstance(settings, Mapping) and all(map(_is_name, settings))
    )
    return {"say": say, "light": light, "set": dict(settings)} if right else {}


def _is_sentence(say: Any) -> bool:
    by_language = isinstance(say, Mapping) and {*say} == {*LANGUAGES}
    return by_language and all(isinstance(words, str) for words in say.values())


def _is_name(name: object) -> bool:
    return isinstance(name, str)


def rehearsed(
    steps: Sequence[Step],
    change: Callable[[Mapping[str, Any]], None],
    state: Callable[[], Mapping[str, Any]],
) -> list[Step]:
    """The steps with complete settings: whatever any step sets, as it stands at each of them.

    So a step can be gone to from any other, back too. Arrays are no settings, for the browser goes
    to a step by what is shown. ``change`` takes settings or raises a ``ConvlabError``;
    ``state`` is what is then shown, under the names of what is shown.
    """
    names = list(dict.fromkeys(name for step in steps for name in step["set"]))
    check_known(dict.fromkeys(names), [*state()], "tour")
    found = []
    for step in steps:
        change(step["set"])
        found.append({**step, "set": {name: state()[name] for name in names}})
    return found

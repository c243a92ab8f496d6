"""The picture of a network: every step or a word for it, edges as arrows, nothing on nothing."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from convlab import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    InputLayer,
    MaxPooling2D,
    Network,
    diagram,
    use_language,
)
from convlab.errors import ArgumentError
from convlab.networks import Step
from convlab.style import WIDTH


def lenet() -> Network:
    layers = [
        InputLayer((28, 28, 1), name="in"),
        Conv2D(6, 5, padding="same", name="c1"),
        AveragePooling2D(2, name="s2"),
        Conv2D(16, 5, name="c3"),
        AveragePooling2D(2, name="s4"),
        Flatten(name="flat"),
        Dense(120, name="f5"),
        Dropout(0.2, name="drop"),
        Dense(10, activation="softmax", name="out"),
    ]
    return Network(layers, name="LeNet")


def inception() -> Network:
    steps = [Step("in", InputLayer((28, 28, 192)))]
    lines = {
        "a": [Conv2D(64, 1)],
        "b": [Conv2D(96, 1), Conv2D(128, 3, padding="same")],
        "c": [Conv2D(16, 1), Conv2D(32, 5, padding="same")],
        "d": [MaxPooling2D(3, strides=1, padding="same"), Conv2D(32, 1)],
    }
    ends = []
    for name, layers in lines.items():
        source = "in"
        for number, layer in enumerate(layers):
            steps.append(Step(f"{name}{number}", layer, (source,)))
            source = steps[-1].name
        ends.append(source)
    return Network([*steps, Step("join", Concatenate(), tuple(ends))], name="inception")


def residual(blocks: int) -> Network:
    steps = [Step("in", InputLayer((64, 64, 8)))]
    source = "in"
    for block in range(blocks):
        layers = (
            Conv2D(8, 3, padding="same", use_bias=False),
            BatchNormalization(),
            Activation("relu"),
            Conv2D(8, 3, padding="same"),
        )
        for number, layer in enumerate(layers):
            steps.append(Step(f"{number} of {block}", layer, (steps[-1].name,)))
        steps.append(Step(f"sum {block}", Add(), (source, steps[-1].name)))
        source = steps[-1].name
    steps.append(Step("pool", GlobalAveragePooling2D(), (source,)))
    return Network(steps, name="residual")


def refused() -> list:
    return [InputLayer((8, 8, 1)), Conv2D(2, 3), MaxPooling2D(5), Conv2D(2, 3), Flatten()]


def different() -> Network:
    layers = [InputLayer((500, 4)), *(Conv1D(2 + n, 3, name=f"c{n}") for n in range(150))]
    return Network(layers, name="different")


NETWORKS = {
    "lenet": lenet(),
    "inception": inception(),
    "residual": residual(3),
    "refused": refused(),
    "different": different(),
}


def figure_of(network, theme: str = "light") -> Figure:
    return diagram(network, theme=theme).figure()


def words(network) -> list[str]:
    return [text.get_text() for text in figure_of(network).axes[0].texts]


def edges(figure: Figure) -> int:
    return sum(isinstance(patch, FancyArrowPatch) for patch in figure.axes[0].patches)


def test_every_layer_stands_with_its_class_output_and_parameters() -> None:
    said = words(lenet())
    for name in ("in", "c1", "s2", "c3", "s4", "flat", "f5", "out"):
        assert name in said
    assert "28 × 28 × 6" in said and "156" in said and "400" in said and "48,120" in said
    assert "Dense · Dropout" in said and "drop" not in said
    assert "9 steps in 8 rows" in " ".join(said)


@pytest.mark.parametrize(("name", "count"), [("lenet", 7), ("inception", 11), ("residual", 5)])
def test_an_arrow_ends_every_edge_between_rows(name: str, count: int) -> None:
    assert edges(figure_of(NETWORKS[name])) == count


def test_800_layers_are_a_few_rows_that_say_how_often_they_stand() -> None:
    network = residual(160)
    said = words(network)
    assert len(network.steps) == 802
    assert "×160" in said and "802 steps in 5 rows" in " ".join(said)
    assert figure_of(network).get_size_inches()[1] < 8


def test_layers_that_are_not_alike_are_not_folded() -> None:
    layers = [InputLayer((9, 9, 1)), *(Conv2D(4, 1, name=f"c{n}") for n in range(6))]
    said = words(Network(layers))
    assert "c0" in said and "c1" in said and "c2" not in said
    assert "×5" in said and "16" not in said  # Only the first sees one channel.


def test_of_many_rows_those_left_out_are_named() -> None:
    said = words(different())
    assert "⋮  87 rows are left out here, from c31 to c117" in said
    assert "c30" in said and "c118" in said and "c31" not in said


def test_a_refused_step_and_what_it_hides_are_marked() -> None:
    said = words(refused())
    assert (said.count("refused"), said.count("not reached")) == (1, 1)
    assert "refused" not in words(refused()[:3])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("name", NETWORKS)
def test_no_words_touch_each_other_or_leave_the_picture(name, language, theme) -> None:
    with use_language(language):
        figure = figure_of(NETWORKS[name], theme)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    width, height = figure.get_size_inches() * figure.dpi
    for box in boxes:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert round(width) == WIDTH


@pytest.mark.parametrize("name", NETWORKS)
def test_no_words_stand_on_a_volume_and_no_volume_on_another(name: str) -> None:
    figure = figure_of(NETWORKS[name])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    faces = [p.get_window_extent() for p in figure.axes[0].patches if isinstance(p, Polygon)]
    for face in faces:
        assert not any(face.overlaps(text) for text in texts)
    fronts = faces[2::3]
    assert fronts and not any(one.overlaps(other) for one, other in combinations(fronts, 2))


@pytest.mark.parametrize("name", ["inception", "residual"])
def test_arcs_that_share_a_lane_do_not_run_along_each_other(name: str) -> None:
    lanes: dict[float, list[tuple[float, float]]] = {}
    for line in figure_of(NETWORKS[name]).axes[0].lines:
        if len(line.get_xdata()) == 6:
            x, (_, _, start, end, _, _) = line.get_xdata()[2], line.get_ydata()
            lanes.setdefault(x, []).append((start, end))
    assert lanes
    for spans in lanes.values():
        for (start, end), (begin, stop) in combinations(spans, 2):
            assert end <= begin or stop <= start


def test_a_larger_map_is_a_larger_volume() -> None:
    figure = figure_of(Network(lenet().layers[:5]))
    polygons = [p for p in figure.axes[0].patches if isinstance(p, Polygon)]
    widths = [polygon.get_extents().width for polygon in polygons[2::3]]
    assert widths[0] == widths[1] > widths[2] > widths[3] > widths[4]


def test_a_network_without_a_shape_is_refused_and_its_name_is_the_pictures() -> None:
    with pytest.raises(ArgumentError, match="does not tell the shape"):
        diagram(Network([Conv2D(1, 3)]))
    assert repr(diagram(lenet())) == "<diagram of LeNet>"
    assert "data:image/" in diagram(Flatten(), (None, 4, 4, 1))._repr_html_()

"""The measurements as docs/performance.md (between its two marks) and docs/performance.svg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .measure import geometric_mean, slope

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PLOT = DOCS / "performance.md", DOCS / "performance.svg"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

Record = dict[str, Any]


def write(record: Record) -> None:
    """Put the tables into the page, and the plot beside it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(record)}\n{END}{after}", encoding="utf-8")
    plot(record)


def tables(record: Record) -> str:
    lines = [
        _machine(record),
        "",
        "| case | forward, ms | to PyTorch | to Keras | both ways, ms | to PyTorch | to Keras "
        "| extra memory: first call, later |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    columns = (record["forward"], record["backward"], record["memory"])
    for forward, both, memory in zip(*columns, strict=True):
        shares = (f"{memory[call] / memory['both']:.1%}" for call in ("first", "later"))
        lines.append(
            f"| {forward['case']} {_ratios(forward)} {_ratios(both)}| {', '.join(shares)} |"
        )
    means = "".join(map(_means, columns[:2]))
    lines += [f"| geometric mean {means}| |", "", _rest(record), "", "![growth](performance.svg)"]
    lines += ["", *_ideas(record["ideas"])]
    return "\n".join(lines)


def _ideas(records: list[Record]) -> list[str]:
    rows = [
        f"| {one['idea']} | {one['case']}{', both ways' if one['backward'] else ''} "
        f"| {one['without'] * 1e3:.3g} | {one['with'] * 1e3:.3g} |"
        for one in records
    ]
    return ["| idea | case | without it, ms | with it, ms |", "|---|---|--:|--:|", *rows]


def _machine(record: Record) -> str:
    machine = record["machine"]
    clock = {"process_time": "processor time, one thread for each library"}
    return (
        f"{machine['processor']}, {machine['cores']} in use, load {machine['load']:.1f} before and "
        f"{record['load after']:.1f} after; Python {machine['python']}, NumPy {machine['numpy']} "
        f"({machine['blas']}), PyTorch {machine['torch']}, Keras {machine['keras']}; "
        f"{clock.get(machine['clock'], 'elapsed time, all cores')}."
    )


def _ratios(one: Record) -> str:
    return f"| {one['convlab'] * 1e3:.3f} | {one['to_torch']:.2f} | {one['to_keras']:.2f} "


def _means(records: list[Record]) -> str:
    to_torch, to_keras = (geometric_mean(records, f"to_{name}") for name in ("torch", "keras"))
    return f"| | {to_torch:.2f} | {to_keras:.2f} "


def _rest(record: Record) -> str:
    growth = f"Slope of log time against log multiply-adds: {slope(record['growth']):.2f}."
    if record["machine"]["cores"] == 1:
        return growth
    speed_ups = ", ".join(f"{one['case']}: {one['speed_up']:.2f}" for one in record["threads"])
    return f"{growth} All cores against one: {speed_ups}."


def plot(record: Record) -> None:
    """Time and extra memory against the work."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "convlab"
    import matplotlib.pyplot as plt

    work = [one["multiply_adds"] for one in record["growth"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    left.loglog(work, [one["seconds"] * 1e3 for one in record["growth"]], "o-")
    left.set(xlabel="multiply-adds", ylabel="ms", title="time of a forward call")
    right.semilogx(work, [one["extra"] / 2**20 for one in record["growth"]], "o-")
    right.set(xlabel="multiply-adds", ylabel="MiB", title="extra memory of a later call")
    figure.savefig(PLOT, metadata={"Date": None})
    plt.close(figure)

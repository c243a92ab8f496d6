"""Write down what real Keras answers: settings, parts, and the survey of errors."""

import sys
from pathlib import Path
from typing import Any

from tools.keras import cases, parts, survey
from tools.keras.backend import forget_compiled, keras, versions
from tools.keras.settings import COUNTS, settings
from tools.keras.store import DATA, Pools, write_json


def record(directory: Path = DATA) -> None:
    """Record everything into ``directory``."""
    keras()
    directory.mkdir(parents=True, exist_ok=True)
    record_cases(directory)
    parts.record(directory)
    survey.record(directory)


def record_cases(directory: Path) -> None:
    """Record the random settings: ``cases.json.gz`` and ``cases.npz``."""
    pools, rows, default = Pools(), [], default_configs()
    drawn = settings()
    for done, setting in enumerate(drawn, start=1):
        row = cases.record(setting, pools)
        row["config"] = difference(row["config"], default[setting.layer])
        rows.append(row)
        if done % 100 == 0:
            forget_compiled()
            print(f"{done} of {len(drawn)} settings", file=sys.stderr, flush=True)
    write_json(
        directory / "cases.json.gz", {"versions": versions(), "default_configs": default}, rows
    )
    pools.save(directory / "cases.npz")


def default_configs() -> dict[str, dict[str, Any]]:
    """Return each layer's config with every optional argument left out."""
    keras().utils.clear_session(free_memory=False)
    configs = {}
    for name in COUNTS:
        required = {"kernel_size": 1} | ({} if name == "DepthwiseConv2D" else {"filters": 1})
        configs[name] = getattr(keras().layers, name)(**required).get_config()
    return configs


def difference(config: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of ``config`` that are not those of ``default``."""
    return {key: value for key, value in config.items() if value != default[key]}

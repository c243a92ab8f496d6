"""Write down what real Keras answers: settings, parts, networks, and the survey of errors."""

import sys
from pathlib import Path
from typing import Any

from tools.keras import cases, companions, networks, parts, programs, survey
from tools.keras.backend import forget_compiled, keras, versions
from tools.keras.settings import COUNTS, SIBLINGS, settings
from tools.keras.store import DATA, Pools, write_json


def record(directory: Path = DATA) -> None:
    """Record everything into ``directory``."""
    keras()
    directory.mkdir(parents=True, exist_ok=True)
    record_cases(directory, "cases", COUNTS)
    record_cases(directory, "siblings", SIBLINGS)
    companions.record(directory)
    networks.record(directory)
    parts.record(directory)
    survey.record(directory)
    programs.record(directory)


def record_cases(directory: Path, name: str, counts: dict[str, int]) -> None:
    """Record random settings: ``NAME.json.gz`` and ``NAME.npz``."""
    pools, rows, default = Pools(), [], default_configs(counts)
    drawn = settings(counts)
    for done, setting in enumerate(drawn, start=1):
        row = cases.record(setting, pools)
        row["config"] = difference(row["config"], default[setting.layer])
        rows.append(row)
        if done % 100 == 0:
            forget_compiled()
            print(f"{done} of {len(drawn)} settings", file=sys.stderr, flush=True)
    head = {"versions": versions(), "default_configs": default}
    write_json(directory / f"{name}.json.gz", head, rows)
    pools.save(directory / f"{name}.npz")


def default_configs(counts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Return each layer's config with every optional argument left out."""
    keras().utils.clear_session(free_memory=False)
    configs = {}
    for name in counts:
        depthwise = name.startswith("Depthwise")
        required = {"kernel_size": 1} | ({} if depthwise else {"filters": 1})
        configs[name] = getattr(keras().layers, name)(**required).get_config()
    return configs


def difference(config: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of ``config`` that are not those of ``default``."""
    return {key: value for key, value in config.items() if value != default[key]}

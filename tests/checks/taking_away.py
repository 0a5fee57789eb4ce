"""Gate files from which one value was taken: as plain data, written as JSON, which is YAML too."""

import copy
import json
from pathlib import Path
from typing import Any

import yaml

from plangate.model.problem import Path as PlanPath


def load(file: Path) -> Any:
    """Read a gate file as plain data."""
    return yaml.load(file.read_text(), yaml.CSafeLoader)


def without(data: Any, path: PlanPath) -> str:
    """Write the data without the value at a path; keys below a list are those of its first entry."""
    changed = copy.deepcopy(data)
    value = changed
    for key in path[:-1]:
        value = value[0] if isinstance(value, list) and isinstance(key, str) else value
        value = value[key]
    value = value[0] if isinstance(value, list) and isinstance(path[-1], str) else value
    del value[path[-1]]
    return json.dumps(changed, default=lambda day: day.isoformat(), ensure_ascii=False)

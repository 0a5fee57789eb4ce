"""What authors may write instead of a value: an assumption, a reason why it does not apply, a team's default.

All of it is resolved here, on plain data, so that the models know only values.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from plangate.model.nearest import nearest
from plangate.model.plan import Assumed
from plangate.model.policy import TeamDefaults
from plangate.model.problem import Path, Problem

_OWN_KEY = re.compile(r"x_(?<=\bx_)")
_ASSUMPTION_KEYS = ("assume", "because", "owner", "verify_by", "if_wrong")

SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "modeling": ("layers", "change_policy"),
        "contracts": ("evolution",),
        "quality": ("severities",),
        "operations": ("oncall", "alerts", "break_glass", "reprocessing", "cost_guardrails"),
    }
)
"""The sections that a gate may take whole from its team's defaults."""

PIPELINE_FIELDS = ("retries", "retry_delay", "execution_timeout", "concurrency")
"""The fields that each pipeline of gate ingestion may take from its team's defaults."""


@dataclass
class Resolved:
    """The data of one gate after resolution, and what was found on the way."""

    gate: str
    data: object
    assumed: list[Assumed] = field(default_factory=list)
    not_applicable: dict[Path, str] = field(default_factory=dict)
    inherited: dict[Path, str] = field(default_factory=dict)
    extensions: dict[Path, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)


def resolve(gate: str, data: object, text: str) -> Resolved:
    """Replace assumptions by their values and take out `not_applicable` reasons and `x_` keys.

    `text` is the source: where it holds none of the three words the data is returned as it is.
    """
    resolved = Resolved(gate, data)
    if "assume" in text or "not_applicable" in text or _OWN_KEY.search(text):
        resolved.data = _mapping_value(resolved, data, (), inside=False)
    return resolved


def inherit(resolved: Resolved, defaults: TeamDefaults) -> None:
    """Fill the sections that the gate leaves open from the team's defaults."""
    if not isinstance(resolved.data, dict):
        return
    data = dict(resolved.data)
    for section in SECTIONS.get(resolved.gate, ()):
        for path, value in _open(data, section, defaults.values.get(section), resolved.not_applicable):
            resolved.inherited[path] = defaults.team
            data = _with(data, path, value)
    if resolved.gate == "ingestion" and isinstance(data.get("pipelines"), list):
        data["pipelines"] = [_pipeline(resolved, item, n, defaults) for n, item in enumerate(data["pipelines"])]
    resolved.data = data


def _open(
    data: Mapping[str, object], section: str, default: object, declined: Mapping[Path, str]
) -> Iterator[tuple[Path, object]]:
    if default is None or (section,) in declined:
        return
    own = data.get(section)
    if own is None:
        yield (section,), default
    elif isinstance(own, dict) and isinstance(default, dict):
        for key, value in default.items():
            if own.get(key) is None and (section, key) not in declined:
                yield (section, key), value


def _with(data: dict[str, object], path: Path, value: object) -> dict[str, object]:
    key = str(path[0])
    if len(path) == 1:
        return {**data, key: value}
    inner = data[key]
    return {**data, key: {**inner, str(path[1]): value}} if isinstance(inner, dict) else data


def _pipeline(resolved: Resolved, item: object, index: int, defaults: TeamDefaults) -> object:
    if not isinstance(item, dict):
        return item
    filled = dict(item)
    for name in PIPELINE_FIELDS:
        path = ("pipelines", index, name)
        default = defaults.values.get(name)
        if filled.get(name) is None and default is not None and path not in resolved.not_applicable:
            filled[name] = default
            resolved.inherited[path] = defaults.team
    return filled


def _value(resolved: Resolved, value: object, path: Path, *, inside: bool) -> object:
    if isinstance(value, dict):
        if "assume" in value:
            return _assumption(resolved, value, path, inside=inside)
        return _mapping_value(resolved, value, path, inside=inside)
    if isinstance(value, list):
        return [
            _value(resolved, item, (*path, index), inside=inside) if isinstance(item, dict | list) else item
            for index, item in enumerate(value)
        ]
    return value


def _mapping_value(resolved: Resolved, value: object, path: Path, *, inside: bool) -> object:
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        if key.startswith("x_"):
            resolved.extensions[*path, key] = item
        elif not isinstance(item, dict | list):  # as most values are
            kept[key] = item
        elif isinstance(item, dict) and "not_applicable" in item:
            _declined(resolved, item, (*path, key))
        else:
            kept[key] = _value(resolved, item, (*path, key), inside=inside)
    return kept


def _declined(resolved: Resolved, item: Mapping[str, object], path: Path) -> None:
    reason = item["not_applicable"]
    for key in item:
        if key != "not_applicable":
            resolved.problems.append(
                Problem(
                    "GEN004",
                    f"`{key}` stands beside `not_applicable`; a section either applies or it does not",
                    resolved.gate,
                    (*path, key),
                    observed=key,
                    expected="not_applicable alone",
                    at_key=True,
                )
            )
    resolved.not_applicable[path] = reason if isinstance(reason, str) else ""


def _assumption(resolved: Resolved, value: Mapping[str, object], path: Path, *, inside: bool) -> object:
    if inside:
        resolved.problems.append(
            Problem(
                "GEN004", "An assumption stands inside another one; assume the whole value once", resolved.gate, path
            )
        )
    for key in value:
        if key not in _ASSUMPTION_KEYS and not key.startswith("x_"):
            near = nearest(key, _ASSUMPTION_KEYS)
            resolved.problems.append(
                Problem(
                    "GEN004",
                    f"Unknown key `{key}` in an assumption" + (f"; did you mean `{near}`?" if near else ""),
                    resolved.gate,
                    (*path, key),
                    observed=key,
                    expected=", ".join(_ASSUMPTION_KEYS),
                    at_key=True,
                )
            )
    texts = {key: _text(resolved, value.get(key), (*path, key)) for key in _ASSUMPTION_KEYS[1:]}
    result = _value(resolved, value["assume"], path, inside=True)
    resolved.assumed.append(Assumed(resolved.gate, path, result, **texts))
    return result


def _text(resolved: Resolved, value: object, path: Path) -> str | None:
    if isinstance(value, dict | list):
        shown = "a mapping" if isinstance(value, dict) else "a list"
        message = f"`{path[-1]}` of an assumption is {shown}, not a text"
        resolved.problems.append(Problem("GEN001", message, resolved.gate, path, shown, "a text"))
        resolved.broken.append(path)
        return None
    return None if value is None else str(value)

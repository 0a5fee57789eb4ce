"""Which findings concern which datasets: those at a place that is about one, and those whose words name one."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from plangate.checks.finding import Finding
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.reference import DATASET

_NAMED = re.compile(rf"(?<![\w.]){DATASET.pattern}(?!\w)")
_FIELDS = ("id", "dataset", "source", "target", "outputs")
"""What names the dataset that a part of a gate is about."""


def concerns(
    findings: Iterable[Finding], plan: Callable[[str], Plan], path: Callable[[str], Path]
) -> Mapping[str, tuple[Finding, ...]]:
    """Give the failed findings by the id of each dataset that they concern; `path` reads the place of a finding."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict == "fail":
            at = _at(plan(finding.plan), finding.gate, path(finding.path)) if finding.plan else ()
            for name in dict.fromkeys((*at, *_NAMED.findall(finding.message))):
                found.setdefault(name, []).append(finding)
    return {name: tuple(some) for name, some in found.items()}


def _at(plan: Plan, gate: str | None, path: Path) -> Iterator[str]:
    """Name the datasets that the parts of a gate on the way to a place are about."""
    value: object = plan.gates.get(gate or "")
    for step in path:
        if isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(step, str):
            value = getattr(value, step, getattr(value, f"{step}_", None))
        else:
            return
        for field in _FIELDS:
            told = getattr(value, field, None)
            names = told if isinstance(told, tuple) else (told,)
            yield from (name for name in names if isinstance(name, str) and DATASET.fullmatch(name))

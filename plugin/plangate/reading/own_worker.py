"""Runs own rules in a process of its own, so that nothing an expression does can hang or end the checks.

It reads lines of JSON: the rules, then for each plan its data and the rules that are asked. It answers a line for each
of these, in order. A rule that takes too long or too much memory ends the process; whoever asked goes on behind it.
"""

import json
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from plangate.reading.expressions import (
    NAMES,
    Wrong,
    chains,
    entry_fields,
    limits,
    parsed,
    program,
    read_fields,
    tried,
    unknown_fields,
)

SECONDS = 5
"""Time of the processor that one rule may take on one plan."""
_MEMORY = 1024**3

_TOLD = (*NAMES, "_path")
"""What is told of an entry, besides the fields that a rule reads."""

Written = Mapping[str, str | None]
"""An own rule as it is written: `for_each` and `require`."""


def answers(rule: Written, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Judge a plan by a rule: for each entry its place, `pass`, `fail` or `unknown`, and what was in the way."""
    require = str(rule["require"])
    plan = _with_needed_entries(rule, plan)
    if rule["for_each"] is None:
        return [_answer(_run(require, {"plan": _needed(require, plan)}), None)]
    entries, why = _run(rule["for_each"], {"plan": _needed(rule["for_each"], plan)})
    if entries is False:
        return []
    if not isinstance(entries, list):
        return [_answer((None, why or "`for_each` gives no list"), None)]
    data = {"plan": _needed(require, plan)} if any(chain.root == "plan" for chain in chains(require)) else {}
    together, _ = _run(f"__each.map(each, ({require}\n))", {**data, "__each": entries})
    if isinstance(together, list):
        return [_answer((value, None), entry) for value, entry in zip(together, entries, strict=True)]
    return [_answer(_run(require, {**data, "each": entry}), entry) for entry in entries]


def _with_needed_entries(rule: Written, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a plan with the fields that a rule reads of its entries: each field that is there takes time."""
    read = entry_fields(rule["for_each"] or "", str(rule["require"]))
    if read is None:
        return plan
    gate, name, fields = read
    held = plan.get(gate)
    if not isinstance(held, dict) or not isinstance(held.get(name), list):
        return plan
    entries = [_only(entry, fields.union(_TOLD)) for entry in held[name]]
    return {**plan, gate: {**held, name: entries}}


def _needed(expression: str, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the fields of a plan that an expression reads, or all where it reads the plan as a whole."""
    fields = read_fields(expression)
    if fields is None:
        return plan
    return {key: _only(plan[key], inner) for key, inner in fields.items() if key in plan}


def _only(value: Any, fields: frozenset[str] | None) -> Any:
    if fields is None or not isinstance(value, dict):
        return value
    return {key: item for key, item in value.items() if key in fields}


def _run(expression: str, data: Mapping[str, Any]) -> tuple[Any, str | None]:
    try:
        return program(expression).execute(dict(data)), None
    except KeyError as error:
        return False, f"`{error.args[0]}` is not stated" if error.args else "something is not stated"
    except BaseException as error:  # a panic of the library is no Exception, and no interrupt reaches this process
        return None, (str(error).splitlines() or [type(error).__name__])[0][:200]


def _answer(outcome: tuple[Any, str | None], entry: Any) -> dict[str, Any]:
    value, why = outcome
    verdict = "unknown" if not isinstance(value, bool) else "pass" if value else "fail"
    if verdict == "unknown" and why is None:
        why = "it is neither true nor false"
    if not isinstance(entry, dict):
        return {"verdict": verdict, "why": why, "path": None, "name": entry[:80] if isinstance(entry, str) else None}
    name = next((entry[key] for key in NAMES if isinstance(entry.get(key), str)), None)
    return {"verdict": verdict, "why": why, "path": entry.get("_path"), "name": name}


def trial(rule: Written, plans: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int, str | None]]:
    """Try a rule on made-up plans, of which one has to go well: what is wrong, as field, message, offset and hint."""
    require = str(rule["require"])
    cases, names = [{"plan": plan} for plan in plans], ["plan"]
    found: list[tuple[str, Wrong]] = []
    if rule["for_each"] is not None:
        found = [("for_each", wrong) for wrong in _expression(rule["for_each"], names, cases, list)]
        lists = [(case, tried(rule["for_each"], case)[0]) for case in cases] if not found else []
        cases = [{**case, "each": entries[0]} for case, entries in lists if isinstance(entries, list) and entries]
        names = ["plan", "each"]
    found += [("require", wrong) for wrong in _expression(require, names, cases, bool)]
    return [(field, wrong.message, wrong.offset, wrong.hint) for field, wrong in found]


_KINDS = {
    list: Wrong("`for_each` has to give a list", 0, "for example `plan.ingestion.pipelines`"),
    bool: Wrong("`require` has to be true or false", 0, "for example `each.retries > 0`"),
}


def _expression(text: str, names: list[str], cases: list[dict[str, Any]], kind: type) -> list[Wrong]:
    found = list(limits(text)) or list(parsed(text, frozenset(names)))
    if found or not cases:
        return found
    found = min((list(unknown_fields(text, case)) for case in cases), key=len)
    outcomes = [_outcome(text, case, kind) for case in cases]
    first = outcomes[0]
    return found or ([first] if first is not None and all(outcomes) else [])


def _outcome(text: str, case: Mapping[str, Any], kind: type) -> Wrong | None:
    value, wrong = tried(text, case)
    return wrong if wrong is not None or value is None or isinstance(value, kind) else _KINDS[kind]


_WAYS: Mapping[str, Callable[[Written, Any], Any]] = {"judge": answers, "try": trial}


def main() -> None:
    """Answer on standard output what standard input asks."""
    with suppress(ImportError, ValueError, OSError):  # not on every system; the time is limited in any case
        resource = import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    way, rules = json.loads(sys.stdin.readline())
    for line in sys.stdin:
        asked, data = json.loads(line)
        for name in asked:
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
            sys.stdout.write(json.dumps(_WAYS[way](rules[name], data)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

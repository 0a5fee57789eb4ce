"""The organisation's own rules beside those of the catalogue: the same verdicts, findings and pages."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from plangate.checks.rule import Answer, Answers, Rule, Subject, all_rules
from plangate.model.plain import PlainPlan
from plangate.model.plan import Plan
from plangate.model.policy import OwnRule, Policy
from plangate.model.problem import HEADER, Path, Problem, path_text
from plangate.reading.expressions import chains, rule_fields
from plangate.reading.own_rules import run
from plangate.reading.plan import GATES
from plangate.reading.processes import spread

_FEW = 32
"""So many plans are not worth a process of their own."""


def known_rules(policy: Policy) -> dict[str, Rule]:
    """Give every rule that a portal has, the catalogue's first, each part sorted by id."""
    own = {rule.id: _rule(rule) for rule in sorted(policy.checklists.rules, key=lambda rule: rule.id)}
    return all_rules() | own


def ask(plans: Sequence[Plan], rules: Sequence[OwnRule], jobs: int = 1) -> dict[str, Answers]:
    """Run own rules over plans, by up to `jobs` processes; whatever a rule does, every plan gets its answers."""
    fields = rule_fields(*((rule.for_each or "", rule.require) for rule in rules))
    size = max(_FEW, -(-len(plans) // max(jobs, 1)))

    def judge(start: int) -> dict[tuple[str, str], Any]:
        return run("judge", rules, {plan.id: PlainPlan(plan, fields).data for plan in plans[start : start + size]})

    parts = spread(judge, range(0, len(plans), size), jobs, few=1)
    told = {asked: entries for part in parts for asked, entries in part.items()}
    found: dict[str, dict[str, Sequence[Answer]]] = {plan: {} for plan, _ in told}
    for (plan, rule), entries in told.items():
        ended = Answer("unknown", why="it took more time or memory than a rule may have")
        found[plan][rule] = [ended] if entries is None else [_answer(entry) for entry in entries]
    return {plan: MappingProxyType(answers) for plan, answers in found.items()}


def _answer(entry: Mapping[str, Any]) -> Answer:
    gate, *path = entry["path"] or (None,)
    return Answer(entry["verdict"], gate, tuple(path), entry["name"], entry["why"])


def _places(rule: OwnRule) -> Iterator[tuple[str, Path]]:
    """Give the places that a rule reads, lists as the keys that lead to them."""
    for text, within in ((rule.for_each or "", None), (rule.require, rule.for_each)):
        base = next((place for place in _of_plan(within)), None) if within else None
        for chain in chains(text):
            keys = tuple(step for step in chain.steps if isinstance(step, str))
            if chain.root == "each" and base is not None:
                yield base[0], (*base[1], *keys)
            elif chain.root == "plan":
                yield (str(keys[0]), keys[1:]) if keys and keys[0] in GATES else (HEADER, keys)


def _of_plan(text: str) -> Iterator[tuple[str, Path]]:
    yield from _places(OwnRule(id="one", says="", require=text))


@cache
def _rule(own: OwnRule) -> Rule:
    reads = tuple(dict.fromkeys(".".join((gate, *map(str, path))) for gate, path in _places(own)))
    return Rule(
        id=own.id,
        title=own.says,
        severity=own.severity,
        scope="gate" if len({gate for gate, _ in _places(own)}) < 2 else "plan",
        tiers=("A", "B", "C"),
        core=True,
        minimal=False,
        unreadable=False,
        reason=own.hint or own.says,
        condition=f"For each of {own.for_each}: {own.require}" if own.for_each else own.require,
        reads=reads,
        applies=partial(_applies, own.id, reads),
        check=partial(_check, own),
        fails=(),
        own=True,
        where="its `for_each` finds something" if own.for_each else "",
    )


def _applies(name: str, reads: tuple[str, ...], subject: Subject) -> bool:
    return bool(subject.answers.get(name)) or subject.refused(*reads)


def _check(own: OwnRule, subject: Subject) -> Iterator[Problem]:
    at = next(_places(own), (HEADER, ()))
    open_ = [answer for answer in subject.answers.get(own.id, ()) if answer.verdict != "pass"]
    plain = PlainPlan(subject.plan, rule_fields((own.for_each or "", own.require))) if open_ else None
    for answer in open_:
        gate, path = (answer.gate, answer.path) if answer.gate else (at[0], at[1])
        name = f"{answer.name}: " if answer.name else f"{subject.written(gate, path)}: " if answer.gate and path else ""
        why = f" ({answer.why})" if answer.why else ""
        unknown = answer.verdict == "unknown"
        yield Problem(
            own.id,
            f"{name}{own.says}{': cannot be judged' if unknown else ''}{why}",
            gate,
            path,
            None if unknown or plain is None else _observed(own, plain, answer),
            own.require,
            own.hint,
            undetermined=unknown,
        )


def _observed(own: OwnRule, plain: PlainPlan, answer: Answer) -> str | None:
    """Say what stands in the fields that the expression reads."""
    if answer.gate is None and own.for_each is not None:
        return answer.name
    each = plain.parts.get((answer.gate, answer.path)) if answer.gate else None
    told = {}
    for chain in chains(own.require):
        value: Any = each if chain.root == "each" else plain.data
        steps = chain.steps[:-1] if chain.steps[-1:] == ("value",) else chain.steps
        for step in steps:
            known = (isinstance(value, dict) and step in value) or (
                isinstance(value, list) and step in range(len(value))
            )
            value = value[step] if known else None
        told[path_text(steps)] = _shown(value)
    return ", ".join(f"{name} {value}" for name, value in told.items() if name) or None


def _shown(value: Any) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return str(value.get("text", f"of {len(value)} fields"))
    return f"{len(value)} entries" if isinstance(value, list) else str(value)[:80]

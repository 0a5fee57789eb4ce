"""Waivers: which of them stand on a day, and what they cover."""

from collections.abc import Iterator
from datetime import date, timedelta

from plangate.checks.own import known_rules
from plangate.checks.rule import ALIASES
from plangate.model.nearest import nearest
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import Problem
from plangate.model.review import Waiver, WaiverStatus
from plangate.model.text import is_placeholder

APPROVER = "waiver_approver"
"""The role of the person who approves a waiver."""

NEVER = frozenset(
    {
        *("GEN001", "GEN002", "GEN004", "GEN005", "GEN006", "GEN008", "GEN009", "GEN010"),
        *("REV001", "REV002", "REV003", "REV004", "REV005", "REV006", "REV007", "REV008"),
        *("WVR001", "WVR002", "WVR003", "WVR004"),
    }
)
"""Rules that no policy lets anybody waive: what cannot be read, who signed what, waivers themselves."""


def waivable(rule: str, policy: Policy) -> bool:
    """Tell whether a rule may be waived."""
    return rule not in NEVER and rule not in policy.checklists.waivers.never


def file_of(waiver: Waiver) -> str:
    """Give the file of a waiver within its plan."""
    return f"waivers/{waiver.id}.yml"


def expired(waiver: Waiver, today: date) -> bool:
    """Tell whether a waiver is over; on the day on which it expires it still holds."""
    return waiver.expires < today


def refusals(waiver: Waiver, policy: Policy, today: date) -> Iterator[Problem]:
    """Say why a waiver does not count though it has not expired: its rule is none or may not be waived, it gives no
    reason or no known owner (GEN009), it lasts too long, or nobody entitled approved it (WVR004).
    """

    def problem(key: str, message: str, observed: str, expected: str, rule: str = "WVR004") -> Problem:
        return Problem(rule, message, waiver.gate, (key,), observed, expected, file=file_of(waiver))

    known = known_rules(policy)
    if waiver.rule in ALIASES:
        meant = ALIASES[waiver.rule]
        message = f"{waiver.id} waives `{waiver.rule}`, another name of {meant}; write that one"
        yield problem("rule", message, waiver.rule, meant, "GEN009")
    elif waiver.rule not in known:
        near = nearest(waiver.rule, known)
        meant = f"; did you mean {near}?" if near else ""
        message = f"{waiver.id} waives `{waiver.rule}`, which is no rule{meant}"
        yield problem("rule", message, waiver.rule, near or "the id of a rule", "GEN009")
    elif not waivable(waiver.rule, policy):
        yield problem(
            "rule", f"{waiver.id}: {waiver.rule} cannot be waived", waiver.rule, "a rule that may be waived", "GEN009"
        )
    if is_placeholder(waiver.reason):
        message = f"{waiver.id} gives no reason, and waives nothing until it does"
        yield problem("reason", message, waiver.reason, "why the rule may be broken here", "GEN009")
    if not policy.people.knows(waiver.owner):
        message = (
            f"{waiver.id}: the owner `{waiver.owner}` is not in people.yml; it waives nothing until somebody owns it"
        )
        near = nearest(waiver.owner, policy.people.names())
        yield problem("owner", message, waiver.owner, near or "a person, team or rota of people.yml", "GEN009")
    longest = policy.checklists.waivers.longest
    latest = waiver.created + timedelta(seconds=float(longest.base))
    if waiver.expires > latest:
        message = f"{waiver.id} lasts {(waiver.expires - waiver.created).days} d, at most {longest} are allowed"
        yield problem("expires", message, str(waiver.expires), f"{latest} or earlier")
    if waiver.created > today:
        message = f"{waiver.id} is dated {waiver.created}, after today ({today})"
        yield problem("created", message, str(waiver.created), f"{today} or earlier")
    if waiver.approved_by == waiver.owner:
        message = f"{waiver.owner} owns {waiver.id} and approves it; somebody else has to"
        yield problem("approved_by", message, waiver.approved_by, "somebody else")
    if not policy.holds(waiver.approved_by, APPROVER, waiver.created):
        may = ", ".join(policy.people.holders(APPROVER, waiver.created)) or "nobody"
        message = f"{waiver.approved_by} approved {waiver.id} and did not hold the role {APPROVER} on {waiver.created}"
        yield problem("approved_by", message, waiver.approved_by, may)


def status(waiver: Waiver, policy: Policy, today: date) -> WaiverStatus:
    """Tell how a waiver stands on a day: over, not counting, about to end by the policy's notice, or in force."""
    if expired(waiver, today):
        return "expired"
    if any(refusals(waiver, policy, today)):
        return "refused"
    notice = timedelta(seconds=float(policy.checklists.waivers.notice.base))
    return "expiring" if waiver.expires <= today + notice else "holds"


def standing(plan: Plan, policy: Policy, today: date) -> tuple[Waiver, ...]:
    """Give the waivers of a plan that count on a day."""
    return tuple(waiver for waiver in plan.waivers if status(waiver, policy, today) in {"expiring", "holds"})


def covers(waiver: Waiver, rule: str, gate: str | None, path: str) -> bool:
    """Tell whether a waiver is about a finding: its rule, and its gate and path where it names them."""
    if waiver.rule != rule or (waiver.gate is not None and waiver.gate != gate):
        return False
    return waiver.path is None or path == waiver.path or path.startswith((f"{waiver.path}.", f"{waiver.path}["))

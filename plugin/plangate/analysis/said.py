"""What a review on the forge asks to be signed: `/plangate approve capacity ingestion as platform`, or a plain yes."""

import re
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from plangate.analysis.derived import derived
from plangate.analysis.review import Review
from plangate.model.plan import JUDGED, Plan
from plangate.model.policy import Policy

_COMMAND = re.compile(r"/plangate approve ([a-z_]+(?: [a-z_]+)*?)(?: of ([a-z0-9-]+))? as ([a-z_]+)")
_LEAD = re.compile(r"\s*/plangate\b")
_LONGEST = 65_536
_MOST = 20


class SaidRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why nothing is signed, in a sentence."""


class Said(Struct, frozen=True):
    """An approval that was asked for: gates of a plan, in a role; no plan stands for the only one that is touched."""

    gates: tuple[str, ...]
    plan: str | None
    role: str


class Wish(Struct, frozen=True):
    """A record that is to be written: gates of a plan, in a role, by a person."""

    plan: str
    gates: tuple[str, ...]
    role: str
    person: str


def commands(body: str) -> tuple[Said, ...]:
    """Read the commands of a review, each a line of its own; raises SaidRejected for one that is not in the grammar.

    A line is `/plangate approve GATE… [of PLAN] as ROLE`. Lines that begin otherwise are for people.
    """
    if len(body) > _LONGEST:
        raise SaidRejected(f"a review of more than {_LONGEST} characters is not read")
    found = []
    for number, row in enumerate(body.replace("\r\n", "\n").split("\n"), 1):
        if not _LEAD.match(row):
            continue
        read = _COMMAND.fullmatch(row.rstrip(" "))
        if read is None:
            raise SaidRejected(f"line {number} is no command; write /plangate approve GATE… [of PLAN] as ROLE")
        gates = tuple(read[1].split(" "))
        if len(set(gates)) != len(gates):
            raise SaidRejected(f"line {number} names a gate twice")
        found.append(Said(gates, read[2], read[3]))
    if len(found) > _MOST:
        raise SaidRejected(f"a review says at most {_MOST} commands")
    return tuple(found)


def known_by(policy: Policy, login: str, day: date) -> str:
    """Give the person of people.yml whose login it is; raises SaidRejected where it is nobody's or several people's."""
    people = policy.people
    found = [
        name
        for name, person in people.people.items()
        if person.github is not None and person.github.casefold() == login.casefold() and people.here(name, day)
    ]
    if len(found) != 1:
        raise SaidRejected(f"{login} is the login of {'several people' if found else 'nobody'} in people.yml")
    return found[0]


def wishes(policy: Policy, plans: Iterable[Plan], said: tuple[Said, ...], person: str, day: date) -> tuple[Wish, ...]:
    """Give the records that a review of these plans asks for, of commands where it has some, else of its plain yes.

    A plain yes counts for a person with exactly one role to approve in. Raises SaidRejected with what is missing.
    """
    touched = {plan.id: plan for plan in plans}
    if said:
        return tuple(Wish(_plan(one, tuple(touched)), one.gates, one.role, person) for one in said)
    pending: dict[str, dict[str, list[str]]] = {}
    for plan in touched.values():
        if plan.header.intent not in JUDGED:
            continue
        for name, gate in Review(plan, policy, derived(plan), day).gates.items():
            for need in gate.waiting if name in plan.gates else ():
                if person in need.candidates:
                    pending.setdefault(need.role, {}).setdefault(plan.id, []).append(name)
    if len(pending) != 1:
        roles = ", ".join(sorted(pending))
        raise SaidRejected(
            f"{person} may approve as {roles}; say which: /plangate approve GATE… as ROLE"
            if pending
            else f"nothing that changes here waits for {person}"
        )
    ((role, by_plan),) = pending.items()
    return tuple(Wish(plan, tuple(gates), role, person) for plan, gates in by_plan.items())


def _plan(one: Said, touched: tuple[str, ...]) -> str:
    if one.plan is not None:
        if one.plan not in touched:
            raise SaidRejected(f"plan {one.plan} is not changed here; changed are {', '.join(touched) or 'none'}")
        return one.plan
    if len(touched) != 1:
        raise SaidRejected(f"say which plan, `of PLAN`; changed are {', '.join(touched) or 'none'}")
    return touched[0]

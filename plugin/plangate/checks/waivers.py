"""Waivers: complete, dated, used, no longer than allowed, approved by somebody else."""

from collections.abc import Iterator
from datetime import timedelta

from plangate.checks.rule import Edit, Subject, rule
from plangate.checks.waived import expired, file_of, refusals
from plangate.model.problem import Problem


def _waiver(created: str, expires: str, approved_by: str = "carol") -> Edit:
    return Edit(
        "waivers/W-001.yml",
        new="id: W-001\nrule: GEN012\nreason: New prices come in January\ncompensating_control: Bills are read\n"
        f"owner: alice\napproved_by: {approved_by}\ncreated: {created}\nexpires: {expires}\n",
    )


def _waived(subject: Subject) -> bool:
    return bool(subject.plan.waivers)


@rule(
    "GEN009",
    "Waivers are complete and name what exists",
    minimal=True,
    reason="A waiver for a rule that is not there waives nothing and hides that.",
    fails=(
        Edit(
            "waivers/W-001.yml",
            new="id: W-001\nrule: GEN099\npath: pipelines\nreason: The vendor ships the fix in March\n"
            "owner: alice\napproved_by: carol\ncreated: 2026-11-01\nexpires: 2027-02-01\n",
        ),
    ),
)
def waivers_are_whole(subject: Subject) -> Iterator[Problem]:
    """Each waiver names one rule that exists and may be waived, with reason, owner, approver and dates. Any other one
    waives nothing.
    """
    yield from subject.refusals("GEN009")
    for waiver in subject.plan.waivers:
        yield from (one for one in refusals(waiver, subject.policy, subject.today) if one.rule == "GEN009")


@rule(
    "WVR001",
    "No waiver has expired",
    scope="plan",
    minimal=True,
    reason="A waiver that nobody takes away becomes the rule.",
    applies=_waived,
    where="there are waivers",
    fails=(_waiver("2026-08-01", "2026-11-01"),),
    passes=(_waiver("2026-11-01", "2026-11-23"),),
)
def not_expired(subject: Subject) -> Iterator[Problem]:
    """No waiver's `expires` lies before today; on the day itself it still holds."""
    for waiver in subject.plan.waivers:
        if expired(waiver, subject.today):
            days = (subject.today - waiver.expires).days
            yield Problem(
                "WVR001",
                f"{waiver.id} ({waiver.rule}) expired on {waiver.expires}, {days} d ago; {waiver.owner} owns it",
                waiver.gate,
                ("expires",),
                str(waiver.expires),
                f"{subject.today} or later",
                f"{waiver.owner} mends what it covers, or asks for a new waiver",
                file=file_of(waiver),
            )


@rule(
    "WVR002",
    "The end of a waiver is seen in time",
    scope="plan",
    severity="warning",
    reason="What a waiver covers cannot always be mended on the day on which it ends.",
    applies=_waived,
    where="there are waivers",
    fails=(_waiver("2026-08-01", "2026-12-01"),),
    passes=(_waiver("2026-11-01", "2027-03-01"),),
)
def not_expiring(subject: Subject) -> Iterator[Problem]:
    """No waiver expires within `waivers.notice` of checklists.yml (14 d)."""
    notice = subject.policy.checklists.waivers.notice
    last = subject.today + timedelta(seconds=float(notice.base))
    for waiver in subject.plan.waivers:
        if subject.today <= waiver.expires <= last:
            days = (waiver.expires - subject.today).days
            yield Problem(
                "WVR002",
                f"{waiver.id} ({waiver.rule}) expires on {waiver.expires}, in {days} d; {waiver.owner} owns it",
                waiver.gate,
                ("expires",),
                f"{days} d",
                f"more than {notice}",
                file=file_of(waiver),
            )


@rule(
    "WVR003",
    "Every waiver is used",
    scope="plan",
    severity="warning",
    late=True,
    reason="A waiver for what is mended already lets it break again unseen.",
    applies=_waived,
    where="there are waivers",
    fails=(_waiver("2026-11-01", "2027-03-01"),),
    passes=(
        _waiver("2026-11-01", "2027-03-01"),
        Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01"),
    ),
)
def used(subject: Subject) -> Iterator[Problem]:
    """Every waiver that has not expired covers a finding of its rule. Rules that did not run leave it open."""
    for waiver in subject.plan.waivers:
        if waiver.rule not in subject.ran or waiver.id in subject.used or expired(waiver, subject.today):
            continue
        if any(refusals(waiver, subject.policy, subject.today)):
            continue
        place = f" at {waiver.path}" if waiver.path else ""
        yield Problem(
            "WVR003",
            f"{waiver.id} waives {waiver.rule}{place}, and there is no such finding",
            waiver.gate,
            ("rule",),
            waiver.rule,
            hint=f"Take {file_of(waiver)} away",
            file=file_of(waiver),
        )


@rule(
    "WVR004",
    "Waivers are no longer than allowed, and approved by somebody entitled",
    scope="plan",
    minimal=True,
    reason="A waiver that its owner grants is a rule that does not exist.",
    applies=_waived,
    where="there are waivers",
    fails=(_waiver("2026-11-01", "2027-03-01", approved_by="bob"),),
    passes=(_waiver("2026-11-01", "2027-03-01"),),
)
def rightly_approved(subject: Subject) -> Iterator[Problem]:
    """A waiver lasts at most `waivers.longest` of checklists.yml (180 d), is not dated after today, and is approved by
    somebody who held the role waiver_approver on the day of its creation and is not its owner. Any other one waives
    nothing.
    """
    for waiver in subject.plan.waivers:
        yield from (one for one in refusals(waiver, subject.policy, subject.today) if one.rule == "WVR004")

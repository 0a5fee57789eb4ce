"""What happens in the reviews as an Atom feed (RFC 4287): records, waivers, and the states that follow from them.

An entry is dated by the record or waiver that it follows from and never by a clock; its id stays the same as long as it
tells the same.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import quote, urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from msgspec import Struct

from plangate.analysis.records import records
from plangate.analysis.review import GateReview, Word
from plangate.checks.report import PlanReport, Report
from plangate.checks.waived import expired, file_of, refusals
from plangate.model.policy import Workflow
from plangate.model.review import Filed, Waiver
from plangate.reading.portfolio import Portfolio
from plangate.reports.lines import visible

ATOM = "http://www.w3.org/2005/Atom"

_NEVER = date(1970, 1, 1)
_MOST_CHANGES = 12
_SAYS = {
    "approve": "approves",
    "approve_with_notes": "approves with notes",
    "request_changes": "asks for changes to",
    "hold": "holds up",
    "abstain": "abstains from",
}


class Entry(Struct, frozen=True):
    """Something that happened: `key` is what makes it the same one, `page` the path of the site that shows it."""

    key: str
    day: date
    title: str
    summary: str
    page: str
    kind: str
    author: str | None = None


def feed(
    report: Report, portfolio: Portfolio, site_url: str = "", *, address: Callable[[str], str] = lambda page: page
) -> str:
    """Write the feed, well-formed whatever an author wrote; links are relative where no `site_url` is known.

    `address` turns a path of the site as pages have it (`plans/a/`) into the one that it has there.
    """
    workflow = portfolio.policy.workflow
    entries = sorted(
        (entry for plan in report.plans for entry in _entries(plan, workflow, report.today)),
        key=lambda entry: (-entry.day.toordinal(), entry.key),
    )
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(root, "id", _id("feed", base))
    _text(root, "title", "Reviews of plans")
    _text(root, "updated", _instant(max((entry.day for entry in entries), default=_NEVER)))
    _text(SubElement(root, "author"), "name", "Plangate")
    SubElement(root, "link", rel="self", type="application/atom+xml", href=_href(base, "feed.xml"))
    SubElement(root, "link", rel="alternate", type="text/html", href=_href(base, address("reviews/")))
    for entry in entries:
        made = SubElement(root, "entry")
        _text(made, "id", _id("entry", entry.key))
        _text(made, "title", entry.title)
        _text(made, "updated", _instant(entry.day))
        if entry.author is not None:
            _text(SubElement(made, "author"), "name", entry.author)
        SubElement(made, "category", term=entry.kind)
        SubElement(made, "link", rel="alternate", type="text/html", href=_href(base, address(entry.page)))
        _text(made, "summary", entry.summary)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _text(parent: Element, name: str, text: str) -> None:
    """Write text of ours or of an author; characters that XML cannot hold are shown by their numbers."""
    SubElement(parent, name).text = visible(text)


def _id(kind: str, key: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'plangate:{kind}:{visible(key)}')}"


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _href(base: str, path: str) -> str:
    return urljoin(base, quote(path.encode("utf-8", "replace"), safe="/#")) or "./"


def _entries(plan: PlanReport, workflow: Workflow, today: date) -> Iterator[Entry]:
    valid = records(plan.facts.plan, plan.facts.policy, today).valid
    for filed in valid:
        yield _record(plan, filed, workflow)
    for waiver in plan.facts.plan.waivers:
        yield from _waiver(plan, waiver, today)
    for gate in plan.gates:
        if gate.review is not None:
            yield from _gate(plan, gate.state, gate.review, workflow)
    yield from _plan(plan)


def _record(plan: PlanReport, filed: Filed, workflow: Workflow) -> Entry:
    record = filed.record
    names = ", ".join(_title(workflow, gate) for gate in record.gates)
    told = [record.note or "", (record.despite and f"Despite open errors: {record.despite}") or ""]
    told.extend(f"Concern {concern.id} ({concern.state}): {concern.text}" for concern in record.concerns)
    title = f"{plan.title}: {record.by} {_SAYS[record.verdict]} {names} as {record.role}"
    summary = " ".join(part for part in told if part) or f"{filed.file} in plan {plan.id}"
    return Entry(f"{plan.id}/{filed.sha256}", record.date, title, summary, f"plans/{plan.id}/", "record", record.by)


def _waiver(plan: PlanReport, waiver: Waiver, today: date) -> Iterator[Entry]:
    """Tell the begin of a waiver, or why it never counted, and its end."""
    key = f"{plan.id}/{file_of(waiver)}/{waiver.created}/{waiver.expires}"
    if waiver.created <= today:
        why = "; ".join(refused.message for refused in refusals(waiver, plan.facts.policy, today))
        place = f" at {waiver.path}" if waiver.path else ""
        told = f"({waiver.rule}) does not count" if why else f"waives {waiver.rule}{place} until {waiver.expires}"
        summary = why or f"{waiver.reason} Owned by {waiver.owner}, approved by {waiver.approved_by}."
        begin = f"{key}/refused/{why}" if why else key
        title = f"{plan.title}: {waiver.id} {told}"
        yield Entry(begin, waiver.created, title, summary, "waivers/", "waiver", waiver.approved_by)
    if expired(waiver, today):
        title = f"{plan.title}: {waiver.id} ({waiver.rule}) has expired"
        over = waiver.expires + timedelta(days=1)
        yield Entry(f"{key}/over", over, title, f"{waiver.owner} ends or renews it.", "waivers/", "waiver")


def _gate(plan: PlanReport, state: str, review: GateReview, workflow: Workflow) -> Iterator[Entry]:
    """Tell the state of a gate where it follows from records: dated by the last of them."""
    behind = {
        "approved": [word for word in review.words if word.filed.record.approves and word.standing == "holds"],
        "waived": [word for word in review.words if word.filed.record.approves and word.standing == "holds"],
        "stale": [word for word in review.words if word.filed.record.approves and word.standing != "holds"],
        "suspect": [word for word in review.words if word.filed.record.approves and word.standing != "holds"],
        "blocked": list(review.holding),
    }.get(state, [])
    if not behind:
        return
    day = max(word.filed.record.date for word in behind)
    digest = plan.facts.digests.get(review.gate, "")
    key = f"{plan.id}/{review.gate}/{state}/{digest}/{','.join(sorted(word.filed.sha256 for word in behind))}"
    title = f"{plan.title}: {_title(workflow, review.gate)} is {state.replace('_', ' ')}"
    yield Entry(key, day, title, _why(state, behind), f"plans/{plan.id}/{review.gate}/", "state")


def _why(state: str, behind: list[Word]) -> str:
    who = ", ".join(dict.fromkeys(f"{word.person} ({word.role})" for word in behind))
    if state in {"approved", "waived"}:
        return f"Approved by {who}."
    if state == "blocked":
        return f"Held up by {who}."
    changes = list(dict.fromkeys(str(change) for word in behind for change in word.changes))
    more = f"; and {len(changes) - _MOST_CHANGES} more" if len(changes) > _MOST_CHANGES else ""
    told = "; ".join(changes[:_MOST_CHANGES]) + more if changes else "the records do not tell what"
    return f"Approved by {who}; changed since: {told}."


def _plan(plan: PlanReport) -> Iterator[Entry]:
    """Tell that a whole plan is approved, dated by the last approval that it needed."""
    if plan.state not in {"approved", "approved_with_waivers"}:
        return
    words = [word for gate in plan.gates if gate.review for word in gate.review.words if word.standing == "holds"]
    if not words:
        return
    day = max(word.filed.record.date for word in words)
    key = f"{plan.id}/{plan.state}/{','.join(sorted({word.filed.sha256 for word in words}))}"
    title = f"{plan.title}: the plan is {plan.state.replace('_', ' ')}"
    yield Entry(key, day, title, f"All {len(plan.gates)} gates are approved.", f"plans/{plan.id}/", "state")


def _title(workflow: Workflow, gate: str) -> str:
    return workflow.gates[gate].title if gate in workflow.gates else gate

"""Waivers as pages show them: by the day on which they end, with what they let pass."""

from collections.abc import Iterable, Mapping
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from plangate.model.review import Waiver, WaiverStatus
from plangate.render.fragments import NOTHING, Row, bullets, code, joined, link, paragraph, table, text
from plangate.render.links import Links, anchor
from plangate.render.notes import Note
from plangate.render.text import with_code
from plangate.render.values import day_text

_TONES: Mapping[WaiverStatus, tuple[str, str]] = {
    "expired": ("✕", "bad"),
    "refused": ("✕", "bad"),
    "expiring": ("!", "warn"),
    "holds": ("✓", "good"),
}


class Waived(Struct, frozen=True):
    """A waiver with its plan, how it stands on a day and why it does not count, and the findings that it lets pass."""

    plan: str
    title: str
    waiver: Waiver
    status: WaiverStatus
    today: date
    refusals: tuple[str, ...] = ()
    findings: tuple[Note, ...] = ()


def waiver_table(found: Iterable[Waived], links: Links, *, of_plan: bool = False) -> Markup:
    """Give waivers by the day on which they end; `of_plan` leaves out whose they are."""
    ordered = sorted(found, key=lambda one: (one.waiver.expires, one.plan, one.waiver.id))
    if not ordered:
        return paragraph("There are no waivers.")
    rows = []
    for one in ordered:
        waiver = one.waiver
        used = bullets(_use(note, one, links) for note in one.findings) if one.findings else text("no finding")
        place = waiver.path or waiver.gate
        about = link(waiver.rule, links.rule(waiver.rule)) if waiver.rule[0].isupper() else code(waiver.rule)
        about += Markup("<small>{}</small>").format(code(place)) if place else ""
        owners = [("owned by", waiver.owner), ("approved by", waiver.approved_by)]
        rows.append(
            Row(
                [
                    Markup("{}{}").format(code(waiver.id), _ticket(waiver)),
                    *([] if of_plan else [link(one.title, links.page(plan=one.plan))]),
                    _ends(one),
                    about,
                    used,
                    waiver.reason,
                    text(waiver.compensating_control) if waiver.compensating_control else NOTHING,
                    joined(Markup('<span class="pg-line">{} {}</span>').format(*pair) for pair in owners),
                ],
                anchor("waiver", waiver.id if of_plan else f"{one.plan}-{waiver.id}"),
            )
        )
    heads = ("Waiver", *(() if of_plan else ("Plan",)), "Ends", "Rule", "Lets pass", "Reason", "Instead", "People")
    shown = table("Waivers by the day on which they end", heads, rows, hidden=True)
    return Markup('<div class="pg-review pg-waivers">{}</div>').format(shown)


def _ticket(waiver: Waiver) -> Markup:
    return Markup("<small>{}</small>").format(text(waiver.ticket)) if waiver.ticket else Markup("")


def _ends(one: Waived) -> Markup:
    glyph, tone = _TONES[one.status]
    days = (one.waiver.expires - one.today).days
    word = {
        "expired": f"expired {-days} d ago",
        "refused": "does not count",
        "expiring": f"ends in {days} d",
        "holds": f"{days} d left",
    }[one.status]
    why = joined(Markup("<small>{}</small>").format(with_code(reason)) for reason in one.refusals)
    day = Markup('<span class="pg-q">{}</span>').format(day_text(one.waiver.expires))
    return Markup('{}<span class="pg-line pg-state pg-{}"><span aria-hidden="true">{}</span> {}</span>{}').format(
        day, tone, glyph, word, why
    )


def _use(note: Note, one: Waived, links: Links) -> Markup:
    gate = note.gate or ""
    where = links.page(gate if gate != "plan" else "", plan=one.plan)
    return Markup("{} {}").format(note.told, link(gate or "plan", where))

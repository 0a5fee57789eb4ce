"""Gate events: what cannot be processed, what is processed twice, and how one job takes over from another."""

from collections.abc import Iterator

from plangate.analysis.timeline import midnight
from plangate.checks.absences import absent, settled
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Handover
from plangate.model.events import DeadLetters, EventReplay, Upgrade
from plangate.model.problem import Path, Problem

_EVENTS, _CUTOVER = "03-events.yml", "10-cutover.yml"
_NOTHING = frozenset({"none", "nothing", "no"})
_HANDED = (
    "handover: {dual_run: [checkout], offsets: Both groups start at one broker time, savepoint_restored: 2027-01-07}\n"
)


def _lack(
    subject: Subject, rule_id: str, path: Path, message: str, expected: str, gate: str = "events"
) -> Iterator[Problem]:
    return absent(subject, rule_id, gate, path, message, expected)


def _begun(subject: Subject) -> bool:
    return subject.plan.events is not None


@rule(
    "STR011",
    "Events that cannot be processed go somewhere and come back",
    tiers=FROM_B,
    reason="One event that breaks the job stops all that come after it, unless somebody decided otherwise.",
    reads=("events.dlq",),
    applies=_begun,
    where="gate events is there",
    on="first-stream",
    fails=(Edit(_EVENTS, ", poison_pill: After three restarts at one offset the event is set aside", ""),),
)
def dead_letters_come_back(subject: Subject) -> Iterator[Problem]:
    """`dlq` has `topic`, `max_rate`, `owner`, `replay`, and in `poison_pill` what is done about an event that breaks
    the job each time.
    """
    told = (subject.plan.events.dlq if subject.plan.events else None) or DeadLetters()
    said = {
        "topic": ("where events go that cannot be processed", "shop.dead_letters"),
        "max_rate": ("how many dead letters are too many", "0.1 %"),
        "owner": ("who looks at dead letters", "<a team>"),
        "replay": ("how dead letters come back", "By hand into the topic once the event is mended"),
        "poison_pill": (
            "what is done about an event that breaks the job each time",
            "After three restarts at one offset the event is set aside",
        ),
    }
    for name, (what, shown) in said.items():
        if getattr(told, name) is None:
            expected = f"`{name}` of `dlq`, such as `{name}: {shown}`"
            yield from _lack(subject, "STR011", ("dlq", name), f"Nothing says {what}", expected)


@rule(
    "STR013",
    "A replay writes nothing twice and sets off nothing twice",
    tiers=FROM_B,
    reason="A replay that sends every mail once more is worse than the error that it repairs.",
    reads=("events.replay",),
    applies=_begun,
    where="gate events is there",
    on="first-stream",
    fails=(Edit(_EVENTS, "side_effects: none", "side_effects: A mail to the customer"),),
    passes=(
        Edit(_EVENTS, "side_effects: none", "side_effects: A mail, side_effects_guard: The replay has no mail sink"),
    ),
)
def replays_are_harmless(subject: Subject) -> Iterator[Problem]:
    """In `replay` the sink takes a row twice without harm (`sink_idempotent: true`), or the replay writes to another
    `target`; `side_effects` says what else the job sets off, and where that is not `none`, `side_effects_guard` what
    keeps a replay from it.
    """
    told = (subject.plan.events.replay if subject.plan.events else None) or EventReplay()
    if not told.sink_idempotent and told.target is None:
        message = "A replay writes into the live table, where a row that it writes again would stand twice"
        expected = "`sink_idempotent: true`, or a table of its own in `target` of `replay`"
        yield from _lack(subject, "STR013", ("replay", "sink_idempotent"), message, expected)
    if told.side_effects is None:
        message = "Nothing says what else the job sets off"
        yield from _lack(subject, "STR013", ("replay", "side_effects"), message, "`side_effects`, or `none`")
    elif told.side_effects.strip().casefold() not in _NOTHING and told.side_effects_guard is None:
        message = f"The job has side effects ({told.side_effects}), and nothing keeps a replay from them"
        expected = "what keeps it from them, such as `side_effects_guard: The replay runs without the sink for them`"
        if not settled(subject, "events", ("replay", "side_effects_guard")):
            place = ("replay", "side_effects")
            yield Problem("STR013", message, "events", place, told.side_effects, expected, absent=True)


@rule(
    "STR015",
    "One job takes over from another with its offsets and its state",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A job that starts at the wrong offset loses events or counts them twice, and its first hour looks fine.",
    reads=("cutover.handover", "cutover.cutover.t0", "events.upgrade", "events.streams"),
    applies=lambda subject: subject.plan.events is not None and subject.plan.cutover is not None,
    where="gates events and cutover are there",
    on="first-stream",
    fails=(Edit(_CUTOVER, "\nhandover:", "\nx_handover:"),),
    passes=(Edit(_CUTOVER, "\nhandover:", f"\n{_HANDED}x_handover:"),),
)
def jobs_take_over(subject: Subject) -> Iterator[Problem]:
    """`handover` of gate cutover, or `upgrade` of gate events, says what runs beside each other (`dual_run`), how the
    offsets are mapped (`offsets`), and on which day before t0 a savepoint was restored (`savepoint_restored`,
    `savepoint_restore_tested`). Where no stream changes hands, `handover` is declined with that reason.
    """
    plan = subject.plan
    handed = (plan.cutover.handover if plan.cutover else None) or Handover()
    job = (plan.events.upgrade if plan.events else None) or Upgrade()
    restored = handed.savepoint_restored or job.savepoint_restore_tested
    told = {
        "dual_run": (handed.dual_run or job.dual_run, "which topics or jobs run beside each other"),
        "offsets": (handed.offsets or job.offsets, "how offsets are carried over"),
        "savepoint_restored": (restored, "that a savepoint was restored"),
    }
    for name, (value, what) in told.items():
        if not value:
            message = f"Nothing says {what}"
            yield from _lack(subject, "STR015", ("handover", name), message, f"`{name}`", "cutover")
    t0 = plan.cutover.cutover.t0 if plan.cutover and plan.cutover.cutover else None
    if restored is not None and t0 is not None and midnight(restored) > t0:
        own = handed.savepoint_restored is not None
        gate, path = (
            ("cutover", ("handover", "savepoint_restored"))
            if own
            else ("events", ("upgrade", "savepoint_restore_tested"))
        )
        message = f"A savepoint is restored for the first time on {restored}, after the switch on {t0:%Y-%m-%d}"
        yield Problem("STR015", message, gate, path, str(restored), f"{t0:%Y-%m-%d} or earlier")

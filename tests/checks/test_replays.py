"""Dead letters, replays without harm, and one job that takes over from another."""

from pathlib import Path

import pytest

from .judging import Changes, stream, told, verdicts

FILE, CUTOVER = "03-events.yml", "10-cutover.yml"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


PILL = ", poison_pill: After three restarts at one offset the event is set aside"


@pytest.mark.parametrize(
    ("old", "name", "message"),
    [
        ("topic: shop.checkout.dlq, ", "topic", "Nothing says where events go that cannot be processed"),
        ("max_rate: 0.1 %, ", "max_rate", "Nothing says how many dead letters are too many"),
        ("owner: data_team, replay", "owner", "Nothing says who looks at dead letters"),
        ("replay: The job reads the topic of refused events after a repair, ", "replay",
         "Nothing says how dead letters come back"),
        (PILL, "poison_pill", "Nothing says what is done about an event that breaks the job each time"),
    ],
)  # fmt: skip
def test_dead_letters_come_back(tmp_path: Path, old: str, name: str, message: str) -> None:
    kept = "replay" if name == "owner" else ""
    assert told(stream(tmp_path, "STR011", [change(old, kept)])) == [(f"dlq.{name}", message)]


WRITES = "A replay writes into the live table, where a row that it writes again would stand twice"
SENDS = "The job has side effects (A mail), and nothing keeps a replay from them"


@pytest.mark.parametrize(
    ("new", "problems"),
    [
        ("sink_idempotent: true, side_effects: none", []),
        ("sink_idempotent: true, side_effects: None", []),
        ("target: a branch of the table, side_effects: none", []),
        ("side_effects: none", [("sink_idempotent", WRITES)]),
        ("sink_idempotent: false, side_effects: none", [("sink_idempotent", WRITES)]),
        ("sink_idempotent: true", [("side_effects", "Nothing says what else the job sets off")]),
        ("sink_idempotent: true, side_effects: A mail", [("side_effects", SENDS)]),
        ("sink_idempotent: true, side_effects: A mail, side_effects_guard: The replay has no mail sink", []),
        (
            "sink_idempotent: true, side_effects: A mail, side_effects_guard: {not_applicable: Nobody minds it twice}",
            [],
        ),
    ],
)
def test_replays_are_harmless(tmp_path: Path, new: str, problems: list[tuple[str, str]]) -> None:
    found = told(stream(tmp_path, "STR013", [change("sink_idempotent: true, side_effects: none", new)]))
    assert found == [(f"replay.{name}", message) for name, message in problems]


DECLINED = "handover: {not_applicable: The nightly report reads no topic and goes on until the end of February}"
WHOLE = "dual_run: [checkout], offsets: By broker time, savepoint_restored: 2027-01-07"
UPGRADE = "upgrade: {dual_run: Both jobs read, offsets: By broker time, savepoint_restore_tested: 2027-01-07}\n"


def handover(text: str) -> tuple[str, str, str]:
    return CUTOVER, DECLINED, f"handover: {{{text}}}"


LATE = "A savepoint is restored for the first time on 2027-01-15, after the switch on 2027-01-14"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([handover(WHOLE)], []),
        ([(CUTOVER, DECLINED, ""), change("dlq:", f"{UPGRADE}dlq:")], []),
        ([(CUTOVER, DECLINED, "")], [
            ("handover.offsets", "Nothing says how offsets are carried over"),
            ("handover.savepoint_restored", "Nothing says that a savepoint was restored"),
            ("handover.dual_run", "Nothing says which topics or jobs run beside each other"),
        ]),
        ([handover(WHOLE.replace(", offsets: By broker time", ""))],
         [("handover.offsets", "Nothing says how offsets are carried over")]),
        ([handover(WHOLE.replace("01-07", "01-15"))], [("handover.savepoint_restored", LATE)]),
        ([handover(WHOLE.replace("01-07", "01-14"))], []),
        ([(CUTOVER, DECLINED, ""), change("dlq:", f"{UPGRADE.replace('01-07', '01-15')}dlq:")],
         [("upgrade.savepoint_restore_tested", LATE)]),
    ],
)  # fmt: skip
def test_jobs_take_over(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(stream(tmp_path, "STR015", changes)) == problems


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("STR011", change("max_rate: 0.1 %", "max_rate: few")),
        ("STR013", change("sink_idempotent: true", "sink_idempotent: yes")),
        ("STR015", handover(WHOLE.replace("2027-01-07", "in January"))),
    ],
)
def test_a_refused_value_leaves_replays_undetermined(tmp_path: Path, rule: str, refused: tuple[str, str, str]) -> None:
    assert verdicts(stream(tmp_path, rule, [refused])) == [(rule, "undetermined", None)]

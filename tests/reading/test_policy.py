"""References to a policy: the packaged method, a portal's files over it, and what is wrong with them."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from plangate.model.element import Gate
from plangate.model.pattern import reaches
from plangate.model.policy import Policy
from plangate.model.problem import Problem
from plangate.reading.plan import GATES
from plangate.reading.policy import load_policy
from plangate.reading.resolve import PIPELINE_FIELDS, SECTIONS

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
PACKAGED = load_policy(None)[0]

MARKED = {
    "context": "problem decisions metrics consumers scope.in scope.out",
    "sources": "sources sources.*.owner sources.*.mutation sources.*.arrival sources.*.freshness freshness",
    "events": "streams time delivery state checkpoints lag dlq replay",
    "capacity": "workloads workloads.*.retention throughput runtimes resources cost peak_headroom_factor",
    "ingestion": "pipelines pipelines.*.pattern pipelines.*.schedule pipelines.*.load pipelines.*.retries "
    "pipelines.*.retry_delay pipelines.*.execution_timeout pipelines.*.concurrency pipelines.*.on_failure "
    "pipelines.*.deadline",
    "modeling": "layers models models.*.materialized change_policy",
    "contracts": "contracts contracts.*.compatibility contracts.*.consumers evolution evolution.migrations",
    "quality": "checks reconciliation drift severities",
    "operations": "lineage.coverage telemetry dashboards alerts oncall reprocessing break_glass cost_guardrails",
    "cutover": "backfill backfill.*.replay backfill.*.must_finish_within cutover cutover.steps "
    "cutover.steps[kind=go_no_go] rollback rollback.written_after_switch",
    "acceptance": "phases.pre_launch phases.parallel_run phases.post_cutover coverage criteria release_gates "
    "stabilization",
    "bundle": "risks follow_ups",
}
"""Every `# M` of the plan format, by gate."""

NEVER = {
    "context": "problem decisions metrics consumers scope.in scope.out",
    "sources": "sources sources.*.owner",
    "capacity": "workloads",
    "ingestion": "pipelines",
    "modeling": "models",
    "cutover": "cutover cutover.steps cutover.steps[kind=go_no_go] rollback",
}

STREAMING = list(MARKED)
BATCH = [gate for gate in STREAMING if gate != "events"]

EDGES = {
    "context": "",
    "sources": "",
    "events": "context sources",
    "capacity": "context sources",
    "ingestion": "sources capacity",
    "modeling": "sources",
    "contracts": "modeling",
    "quality": "modeling contracts",
    "operations": "ingestion modeling",
    "cutover": "ingestion quality operations",
    "acceptance": "context quality cutover",
    "bundle": "",
}


def gate_model(gate: str) -> type[Gate]:
    module, name = GATES[gate]
    model: type[Gate] = getattr(import_module(module), name)
    return model


def written(folder: Path, **files: str) -> tuple[Policy, tuple[Problem, ...]]:
    for name, text in files.items():
        path = folder / "references" / f"{name.replace('__', '/')}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_policy(folder / "references")


# ---- the packaged method


@pytest.mark.parametrize("gate", MARKED)
def test_every_mandatory_mark_is_in_the_workflow(gate: str) -> None:
    profile = "streaming"
    paths = [section.path for section in PACKAGED.workflow.mandatory(profile, gate)]
    assert set(MARKED[gate].split()) <= set(paths)
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("gate", [gate for gate in MARKED if gate != "events"])
def test_the_batch_profile_asks_for_the_marks_and_nothing_else(gate: str) -> None:
    assert {section.path for section in PACKAGED.workflow.mandatory("batch", gate)} == set(MARKED[gate].split())


def test_what_streaming_asks_for_besides() -> None:
    extra = {
        (gate, section.path)
        for gate in STREAMING
        for section in PACKAGED.workflow.mandatory("streaming", gate)
        if section.path not in MARKED[gate].split()
    }
    assert extra == {
        ("events", "recovery.catch_up"),
        ("operations", "alerts[signal=lag]"),
        ("operations", "alerts[signal=checkpoint]"),
        ("cutover", "backfill.*.replay.window"),
    }


@pytest.mark.parametrize("gate", MARKED)
def test_what_can_never_be_not_applicable(gate: str) -> None:
    sections = PACKAGED.workflow.gates[gate].mandatory
    assert {section.path for section in sections if section.not_applicable == "never"} == set(
        NEVER.get(gate, "").split()
    )


def test_the_conditions() -> None:
    assert {
        (gate, section.path): section.when
        for gate, spec in PACKAGED.workflow.gates.items()
        for section in spec.mandatory
        if section.when is not None
    } == {
        ("contracts", "contracts"): "critical_datasets",
        ("contracts", "evolution.migrations"): "breaking_changes",
        ("events", "state"): "stateful",
    }


def test_the_orders_of_the_profiles() -> None:
    assert list(PACKAGED.workflow.profiles["batch"].gates) == BATCH
    assert list(PACKAGED.workflow.profiles["streaming"].gates) == STREAMING


@pytest.mark.parametrize("gate", STREAMING)
def test_the_edges_between_gates(gate: str) -> None:
    streaming = [*EDGES[gate].split(), *(["events"] if gate in {"capacity", "ingestion"} else [])]
    assert set(PACKAGED.workflow.depends("streaming", gate)) == set(streaming)
    if gate != "events":
        assert set(PACKAGED.workflow.depends("batch", gate)) == set(EDGES[gate].split())


def test_every_path_of_the_workflow_is_a_field() -> None:
    lost = []
    for profile in PACKAGED.workflow.profiles:
        for gate in PACKAGED.workflow.profiles[profile].gates:
            named = {
                gate: [
                    pattern
                    for section in PACKAGED.workflow.mandatory(profile, gate)
                    for pattern in (section.path, *section.or_)
                ]
            }
            for other, patterns in [*named.items(), *PACKAGED.workflow.depends(profile, gate).items()]:
                model = gate_model(other)
                lost += [(other, pattern) for pattern in patterns if not reaches(model, pattern)]
    assert lost == []


@pytest.mark.parametrize("gate", STREAMING)
def test_roles_of_every_tier_are_known(gate: str) -> None:
    for tier in ("A", "B", "C"):
        needed = [need.role for need in PACKAGED.workflow.needed(gate, tier)]
        assert needed
        assert set(needed) <= PACKAGED.workflow.roles.keys()
    assert [need.role for need in PACKAGED.workflow.needed(gate, "C")] == ["reviewer"]


def test_the_thresholds_of_the_catalogue() -> None:
    thresholds = PACKAGED.checklists.thresholds
    expected = {
        "backfill_headroom": "80 %",
        "cutover_buffer": "20 %",
        "estimate_age": "180 d",
        "rehearsal_age": "30 d",
        "hypercare": "72 h",
        "stated_tolerance": "1 %",
        "volume_tolerance": "5 %",
    }
    assert {name: str(getattr(thresholds, name)) for name in expected} == expected
    assert (thresholds.fan_out, thresholds.joins, thresholds.chained_views) == (3, 7, 5)
    assert (str(PACKAGED.checklists.waivers.longest), str(PACKAGED.checklists.waivers.notice)) == ("180 d", "14 d")
    assert {"GEN001", "REV004", "WVR001"} <= set(PACKAGED.checklists.waivers.never)


def test_a_missing_folder_gives_the_packaged_policy(tmp_path: Path) -> None:
    assert load_policy(tmp_path / "nowhere") == (PACKAGED, ())


# ---- this portal's own references


def test_the_references_of_this_portal_are_sound() -> None:
    policy, problems = load_policy(ROOT / "references")
    assert problems == ()
    assert policy.workflow == PACKAGED.workflow
    assert set(policy.team_defaults) == {"commerce_data", "web_data", "analytics_guild", "finance_systems"}
    assert policy.team_defaults["commerce_data"].values["retries"] == 2


def test_every_role_that_a_gate_needs_is_held_by_somebody() -> None:
    policy, _ = load_policy(ROOT / "references")
    needed = {need.role for spec in policy.workflow.gates.values() for needs in spec.roles.values() for need in needs}
    unheld = [role for role in needed if not any(policy.holds(person, role, TODAY) for person in policy.people.people)]
    assert unheld == []


def test_a_role_for_anyone_is_held_by_whoever_is_here() -> None:
    assert PACKAGED.holds("alice", "reviewer", TODAY)
    assert not PACKAGED.holds("nobody", "reviewer", TODAY)
    assert not PACKAGED.holds("alice", "platform", TODAY)


# ---- own files over the packaged ones


def test_every_gate_has_questions_and_those_of_one_can_be_replaced(tmp_path: Path) -> None:
    asked = PACKAGED.checklists.questions
    assert list(asked) == list(PACKAGED.workflow.gates)
    assert all(question.endswith(("?", ".")) for questions in asked.values() for question in questions)
    policy, problems = written(tmp_path, checklists="questions: {cutover: [Who decides?], events: []}\n")
    assert problems == ()
    assert policy.checklists.questions == {**asked, "cutover": ("Who decides?",), "events": ()}


def test_checklists_are_merged_over_the_packaged_ones(tmp_path: Path) -> None:
    policy, problems = written(
        tmp_path, checklists="preset: strict\nthresholds: {joins: 9}\nseverities: {TRN005: 'off'}\n"
    )
    assert problems == ()
    assert policy.checklists.preset == "strict"
    assert policy.checklists.thresholds.joins == 9
    assert policy.checklists.thresholds.fan_out == 3
    assert policy.checklists.severities == {"TRN005": "off"}
    assert policy.workflow == PACKAGED.workflow


def test_a_workflow_may_add_a_profile(tmp_path: Path) -> None:
    text = "profiles:\n  reporting: {title: Reports, gates: [context, sources, modeling, bundle]}\n"
    policy, problems = written(tmp_path, workflow=text)
    assert problems == ()
    assert set(policy.workflow.profiles) == {"batch", "streaming", "reporting"}
    assert list(policy.workflow.depends("reporting", "modeling")) == ["sources"]


def test_people_replace_the_packaged_ones(tmp_path: Path) -> None:
    policy, problems = written(
        tmp_path, people="teams: {shop: {}}\npeople:\n  zoe: {team: shop, roles: [{role: owner}]}\n"
    )
    assert problems == ()
    assert policy.people.names() == ("shop", "zoe")


PEOPLE = "teams: {shop: {}}\n"


@pytest.mark.parametrize(
    ("files", "file", "place", "says"),
    [
        ({"checklists": "questions:\n  cutovr: [Who decides?]\n"}, "checklists", (2, 3), "did you mean `cutover`?"),
        (
            {"checklists": "questions:\n  cutover:\n    - Who decides?\n    - TBD\n"},
            "checklists",
            (4, 7),
            "Question 2 of gate cutover asks nothing",
        ),
        ({"checklists": "thresholds:\n  join: 9\n"}, "checklists", (2, 3), "did you mean `joins`?"),
        ({"checklists": "thresholds:\n  joins: many\n"}, "checklists", (2, 10), "`many` is not a whole number"),
        ({"checklists": "thresholds: {hypercare: 72}\n"}, "checklists", (1, 25), "`72` has no unit"),
        ({"checklists": "preset: lenient\n"}, "checklists", (1, 9), "`lenient` is none of minimal, standard, strict"),
        ({"checklists": "severities: {CAP4: error}\n"}, "checklists", (1, 20), "`CAP4` is no rule id"),
        ({"checklists": "preset: [\n"}, "checklists", None, "not readable as YAML"),
        ({"checklists": "- preset\n"}, "checklists", (1, 1), "top level has to be a mapping"),
        ({"people": "people:\n  zoe: {team: shp}\n" + PEOPLE}, "people", (2, 15), "did you mean `shop`?"),
        ({"people": "people:\n  zoe: {roles: [{role: platfrom}]}\n"}, "people", (2, 24), "did you mean `platform`?"),
        (
            {"people": "people:\n  zoe:\n    roles:\n      - {role: owner, from: 2026-02-01, until: 2026-01-01}\n"},
            "people",
            (4, 9),
            "the start must come first",
        ),
        ({"people": "teams: {shop: {}}\nrotas: {shop: {}}\n"}, "people", (1, 15), "`shop` stands for two things"),
        ({"people": "rotas:\n  night: {team: shop}\n"}, "people", (2, 17), "is staffed by `shop`, which is no team"),
        (
            {"workflow": "profiles:\n  own: {title: Own, gates: [context, sorces]}\n"},
            "workflow",
            (2, 38),
            "did you mean `sources`?",
        ),
        (
            {"workflow": "profiles:\n  own: {title: Own, gates: [modeling, sources]}\n"},
            "workflow",
            (2, 29),
            "rests on sources, which does not come before it",
        ),
        (
            {"workflow": "profiles:\n  own: {title: Own, gates: [context, context]}\n"},
            "workflow",
            (2, 38),
            "names gate context twice",
        ),
        ({"workflow": "gates:\n  context: {roles: {B: [custmer]}}\n"}, "workflow", (2, 25), "`custmer` is no role"),
        ({"workflow": "gates:\n  contxt: {title: Context}\n"}, "workflow", (2, 3), "did you mean `context`?"),
        (
            {"workflow": "gates:\n  bundle:\n    mandatory: [{path: risk, title: risks}]\n"},
            "workflow",
            (3, 17),
            "Gate bundle has no field `risk`",
        ),
        (
            {"workflow": "gates:\n  bundle:\n    mandatory: [{path: 'a..b', title: risks}]\n"},
            "workflow",
            (3, 24),
            "no path into a gate",
        ),
        (
            {"workflow": "gates:\n  capacity:\n    depends: {sorces: ['*']}\n"},
            "workflow",
            (3, 15),
            "did you mean `sources`?",
        ),
        ({"people": PEOPLE, "defaults__shp": "retries: 1\n"}, "defaults/shp", (1, 1), "did you mean `shop`?"),
        ({"people": PEOPLE, "defaults__shop": "retry: 1\n"}, "defaults/shop", (1, 1), "`retry` is no section"),
        ({"people": PEOPLE, "defaults__shop": "retries: no\n"}, "defaults/shop", (1, 10), "not a whole number"),
        (
            {"people": PEOPLE, "defaults__shop": "oncall:\n  acknowledge_within: 15\n"},
            "defaults/shop",
            (2, 23),
            "`15` has no unit",
        ),
        (
            {"people": PEOPLE, "defaults__shop": "concurrency: {overlap: que}\n"},
            "defaults/shop",
            (1, 24),
            "did you mean `queue`?",
        ),
        ({"cheklists": "preset: strict\n"}, "cheklists", (1, 1), "did you mean `checklists.yml`?"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, files: dict[str, str], file: str, place: tuple[int, int] | None, says: str
) -> None:
    _, problems = written(tmp_path, **files)
    assert len(problems) == 1, [problem.message for problem in problems]
    (problem,) = problems
    assert says in problem.message
    assert (problem.rule, problem.file) == ("CONFIG", f"references/{file}.yml")
    if place is not None:
        assert (problem.line, problem.column) == place


def test_a_file_that_cannot_be_read_leaves_the_packaged_one(tmp_path: Path) -> None:
    policy, problems = written(tmp_path, people="teams: [\n", checklists="preset: strict\n")
    assert [problem.file for problem in problems] == ["references/people.yml"]
    assert policy.people == PACKAGED.people
    assert policy.checklists.preset == "strict"


def test_a_refused_default_is_left_out_and_the_rest_serves(tmp_path: Path) -> None:
    policy, problems = written(tmp_path, people=PEOPLE, defaults__shop="retries: no\nretry_delay: 5 min\n")
    assert len(problems) == 1
    assert dict(policy.team_defaults["shop"].values) == {"retry_delay": "5 min"}


def test_every_section_with_a_team_default_is_a_field_of_its_gate() -> None:
    for gate, sections in SECTIONS.items():
        assert [section for section in sections if not reaches(gate_model(gate), section)] == []
    assert all(reaches(gate_model("ingestion"), f"pipelines.*.{name}") for name in PIPELINE_FIELDS)


def test_problems_come_in_a_stable_order(tmp_path: Path) -> None:
    text = "thresholds: {b1: 1, a1: 2}\nprest: strict\n"
    first = written(tmp_path, checklists=text)[1]
    assert [(problem.line, problem.column) for problem in first] == [(1, 14), (1, 21), (2, 1)]
    assert first == load_policy(tmp_path / "references")[1]

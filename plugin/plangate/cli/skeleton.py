"""The files of a new plan, made from the templates in `defaults/new` and what the organisation has decided already."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from string import Template
from types import MappingProxyType

from msgspec import Struct, field

from plangate.model.policy import Policy
from plangate.model.reference import as_identifier
from plangate.reading.plan import GATES
from plangate.reading.resolve import PIPELINE_FIELDS, SECTIONS
from plangate.reading.yaml import load

NOTICE = timedelta(days=90)
"""How long after its start a new plan goes live, as long as nobody says otherwise."""

_CONDITION = re.compile(r"\?([a-z_]+) (.*)")
_INHERITABLE = (*(section for sections in SECTIONS.values() for section in sections), *PIPELINE_FIELDS)


class Question(Struct, frozen=True):
    """A clarifying question, and the assumption that stands for its answer where it is declined."""

    topic: str
    question: str
    assume: str
    if_wrong: str


class Start(Struct, frozen=True):
    """What is decided about a new plan: id, profile, tier, mode, the day, who answers for it, and answers by topic."""

    plan: str
    profile: str
    tier: str
    mode: str
    today: date
    owner: str | None = None
    answers: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))


def questions() -> tuple[Question, ...]:
    """Give the clarifying questions in the order in which they are asked."""
    data = load(_template("questions.yml").encode(), name="questions.yml", mapping=True).data
    entries: Mapping[str, Mapping[str, str]] = data  # type: ignore[assignment]
    return tuple(Question(topic, **texts) for topic, texts in entries.items())


def plan_files(start: Start, policy: Policy, schema_base: str) -> dict[str, str]:
    """Give the files of a new plan by name; `schema_base` is the address under which editors find the schemas.

    Raises KeyError for a profile that workflow.yml does not know.
    """
    gates = policy.workflow.profiles[start.profile].gates
    team = start.owner or _team(policy)
    inherited = policy.team_defaults[team].values if team in policy.team_defaults else {}
    wanted = {name for name in _INHERITABLE if inherited.get(name) is None}
    wanted.update({"events"} if "events" in gates else {"batch"})
    wanted.update({"inherits"} if team in policy.team_defaults else set())
    values = _values(start, team, inherited, streaming="events" in gates)
    files = {"plan.yml": _file("plan", values, wanted, schema_base)}
    for number, gate in enumerate(gates, start=1):
        if gate in GATES:
            text = _file(gate, values, wanted, schema_base)
            if gate == "context":
                text += _clarified(start)
                files[f"{number:02d}-{gate}.md"] = _template("context.md")
            files[f"{number:02d}-{gate}.yml"] = text
    return files


def _template(name: str) -> str:
    return (resources.files("plangate") / "defaults" / "new" / name).read_text("utf-8")


def _file(name: str, values: Mapping[str, str], wanted: set[str], schema_base: str) -> str:
    rows = []
    for row in _template(f"{name}.yml").splitlines():
        conditional = _CONDITION.fullmatch(row)
        if conditional is None:
            rows.append(row)
        elif conditional[1] in wanted:
            rows.append(conditional[2])
    text = Template("\n".join(rows)).substitute(values)
    kept = [row.rstrip() for row in text.splitlines()]
    return "\n".join((f"# yaml-language-server: $schema={schema_base}{name}.json", *kept, ""))


def _team(policy: Policy) -> str:
    """Choose who answers for the plan: the only team with defaults, else the only team, else nobody yet."""
    for names in (sorted(policy.team_defaults), sorted(policy.people.teams)):
        if len(names) == 1:
            return names[0]
    return ""


def _values(start: Start, team: str, inherited: Mapping[str, object], *, streaming: bool) -> dict[str, str]:
    name = as_identifier(start.plan)[:40].strip("_")
    go_live = datetime.combine(start.today + NOTICE, time(9), tzinfo=UTC)
    first_run = go_live.date().isoformat()
    layers = inherited.get("layers")
    last = layers[-1] if isinstance(layers, Sequence) and layers else {}
    batch = {
        "kind": "database",
        "capture": "incremental",
        "updates": "in_place",
        "delay": "15 min",
        "warn": "26 h",
        "error": "30 h",
        "promise": "30 h",
        "runs": "runs_per_day: 1,",
        "engine": "airflow",
        "pattern": "batch",
        "schedule": f'{{cron: "0 3 * * *", timezone: UTC, catchup: false, start_date: {first_run}}}',
    }
    stream = {
        "kind": "stream",
        "capture": "event",
        "updates": "append",
        "delay": "1 min",
        "warn": "10 min",
        "error": "30 min",
        "promise": "1 h",
        "runs": "",
        "engine": "flink",
        "pattern": "stream",
        "schedule": f"{{event: source.{name}}}",
    }
    return {
        "plan": start.plan,
        "name": name,
        "title": json.dumps(start.plan.replace("-", " ").capitalize(), ensure_ascii=False),
        "profile": start.profile,
        "tier": start.tier,
        "mode": start.mode,
        "team": team,
        "owner": team,
        "accountable": f"{{team: {team}, role: accountable}}" if team else "",
        "layer": str(last.get("id", "marts")) if isinstance(last, Mapping) else "marts",
        "today": start.today.isoformat(),
        "go_live": go_live.isoformat(),
        "go_day": first_run,
        "window_end": (go_live + timedelta(hours=4)).isoformat(),
        **(stream if streaming else batch),
    }


def _clarified(start: Start) -> str:
    """Write the answers of guided mode, and an assumption for each question that was declined."""
    if start.mode != "guided":
        return ""
    asked, assumed = [], []
    for question in questions():
        answer = start.answers.get(question.topic)
        head = f"  - {{topic: {question.topic}, question: {_text(question.question)}"
        if answer:
            asked.append(f"{head}, answer: {_text(answer)}}}")
            continue
        name = f"assumed_{question.topic}"
        asked.append(f"{head}, declined: true, assumption: {name}}}")
        assumed.append(
            f"  - {{id: {name}, text: {_text(question.assume)}, because: Nobody could say yet, "
            f"if_wrong: {_text(question.if_wrong)}, status: open}}"
        )
    rows = ["clarifications:", *asked, *(["assumptions:", *assumed] if assumed else [])]
    return "\n".join(rows) + "\n"


def _text(text: str) -> str:
    """Quote text for YAML; control characters, which no plan may hold, become spaces."""
    plain = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text)
    return json.dumps(" ".join(plain.split()), ensure_ascii=False)

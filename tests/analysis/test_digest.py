"""Digests: whatever changes the meaning of a gate changes its digest, and nothing else does."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from plangate.analysis.canonical import canonical, leaves
from plangate.analysis.derived import derived
from plangate.analysis.digest import digest, digests, field_parts, gate_parts, preimage, signed, split
from plangate.analysis.wording import wording
from plangate.model.plan import Header, Plan, Prose
from plangate.model.problem import Path as Place
from plangate.model.problem import path_text
from plangate.reading import yaml
from plangate.reading.plan import GATES, ReadPlan, read_plan
from plangate.reading.policy import load_policy

from .every_field import filled, model_of, models_below, scalars, written
from .second_canon import json_text, reduced, second_digest

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
POLICY = load_policy(ROOT / "references")[0]
ARMS = [(gate, arm) for gate in GATES for arm in range(3)]


def of(gate: str, value: BaseModel, **more: Any) -> str:
    plan = Plan("a-plan", Header(), {gate: value}, **more)  # type: ignore[dict-item]
    return digest(gate_parts(plan, gate, derived(plan)))


def put(data: Any, path: Place, value: object) -> Any:
    within = changed = deepcopy(data)
    for part in path[:-1]:
        within = within[part]
    within[path[-1]] = value
    return changed


@pytest.mark.parametrize(("gate", "arm"), ARMS)
def test_every_value_of_every_field_counts(gate: str, arm: int) -> None:
    model = model_of(gate)
    data, other = filled(model, 1, arm), dict(scalars(filled(model, 2, arm)))
    before = of(gate, model.model_validate(data))
    unmoved = [
        path_text(path)
        for path, value in scalars(data)
        if other[path] != value and of(gate, model.model_validate(put(data, path, other[path]))) == before
    ]
    assert unmoved == []


@pytest.mark.parametrize("gate", GATES)
def test_the_fillings_write_every_field_of_every_model_that_a_gate_reaches(gate: str) -> None:
    """What is proved of the fillings is proved of the models: a field that is new tomorrow is in them."""
    model = model_of(gate)
    known = {(one, info.alias or name) for one in models_below(model) for name, info in one.model_fields.items()}
    reached = {field for arm in range(3) for field in written(model.model_validate(filled(model, 1, arm)))}
    assert known - reached == set()


@pytest.mark.parametrize(
    ("gate", "path", "forms"),
    [
        ("sources", ("freshness",), 2),
        ("contracts", ("contracts", 0, "columns"), 3),
        ("contracts", ("contracts", 0, "consumers"), 3),
        ("acceptance", ("criteria", 0), 2),
    ],
)
def test_one_form_of_a_field_instead_of_another_counts(gate: str, path: Place, forms: int) -> None:
    model = model_of(gate)
    data = filled(model, 1)

    def at(arm: int) -> Any:
        value: Any = filled(model, 1, arm)
        for part in path:
            value = value[part]
        return value

    assert len({of(gate, model.model_validate(put(data, path, at(arm)))) for arm in range(forms)}) == forms


@pytest.mark.parametrize("gate", GATES)
def test_every_field_that_is_left_out_counts(gate: str) -> None:
    model = model_of(gate)
    data = filled(model, 1)
    before = of(gate, model.model_validate(data))

    def without(value: Any, path: Place = ()) -> list[Place]:
        if isinstance(value, dict):
            return [(*path, key) for key in value] + [p for key in value for p in without(value[key], (*path, key))]
        if isinstance(value, list):
            return [p for place, item in enumerate(value) for p in without(item, (*path, place))]
        return []

    unmoved = []
    for path in without(data):
        changed = deepcopy(data)
        within: Any = changed
        for part in path[:-1]:
            within = within[part]
        del within[path[-1]]
        try:
            read = model.model_validate(changed)
        except ValueError:
            continue
        if of(gate, read) == before:
            unmoved.append(path_text(path))
    assert unmoved == []


@pytest.mark.parametrize(("gate", "arm"), ARMS)
def test_a_second_canonical_form_agrees(gate: str, arm: int) -> None:
    value = model_of(gate).model_validate(filled(model_of(gate), 3, arm))
    parts = ["pg1", "a-plan", gate, json_text(reduced(value)), "", "{}"]
    if gate in {"context", "cutover", "bundle"}:
        parts.append("{}")
    plan = Plan("a-plan", Header(), {gate: value})  # type: ignore[dict-item]
    empty = derived(Plan("a-plan", Header(), {}))
    assert digest(gate_parts(plan, gate, empty)) == second_digest(*parts)


@pytest.mark.parametrize(("gate", "arm"), ARMS)
def test_the_order_of_elements_with_ids_and_of_references_is_nobodys_meaning(gate: str, arm: int) -> None:
    model = model_of(gate)
    data = filled(model, 1, arm)

    def turned(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: turned(item, key) for key, item in reversed(value.items())}
        if isinstance(value, list):
            items = [turned(item) for item in value]
            return items[::-1] if all(isinstance(i, dict) and "id" in i for i in items) and name not in KEPT else items
        return value

    assert of(gate, model.model_validate(turned(data))) == of(gate, model.model_validate(data))


KEPT = ("columns", "steps", "layers")


@pytest.mark.parametrize(
    ("gate", "field"), [("cutover", "cutover.steps"), ("modeling", "layers"), ("contracts", "contracts.0.columns")]
)
def test_the_order_of_steps_layers_and_columns_counts(gate: str, field: str) -> None:
    model = model_of(gate)
    data = filled(model, 1)
    path = tuple(int(part) if part.isdigit() else part for part in field.split("."))
    value: Any = data
    for part in path:
        value = value[part]
    assert of(gate, model.model_validate(put(data, path, value[::-1]))) != of(gate, model.model_validate(data))


@pytest.mark.parametrize("gate", ["context", "cutover", "bundle", "capacity"])
@pytest.mark.parametrize(
    "changed",
    [{"profile": "streaming"}, {"tier": "B"}, {"mode": "one_shot"}, {"go_live": "2027-01-01"}, {"title": "Else"}],
    ids=lambda changed: next(iter(changed)),
)
def test_three_gates_speak_for_the_plan(gate: str, changed: dict[str, str]) -> None:
    value = model_of(gate).model_validate({})
    one, two = (Plan("a-plan", Header.model_validate(header), {gate: value}) for header in ({}, changed))  # type: ignore[dict-item]
    moved = digests(one, derived(one)) != digests(two, derived(two))
    assert moved == (gate != "capacity" and "title" not in changed)


def copied(folder: Path, plan: str, change: Callable[[str], str], suffix: str = "") -> ReadPlan:
    place = folder / plan
    shutil.copytree(ROOT / "plans" / plan, place)
    for file in sorted(place.rglob("*.y*ml")) + (sorted(place.rglob("*.md")) if suffix == ".md" else []):
        if file.suffix == suffix or not suffix:
            file.write_text(change(file.read_text()), newline="")
    return read_plan(place, f"plans/{plan}", POLICY)


@cache
def sample(plan: str) -> MappingProxyType[str, str]:
    read = read_plan(ROOT / "plans" / plan, f"plans/{plan}", POLICY)
    return MappingProxyType(dict(digests(read.plan, derived(read.plan))))


class Bare(float):
    """A decimal that is written as it is."""

    def __new__(cls, number: Decimal) -> "Bare":
        found = super().__new__(cls, number)
        found.text = str(number)  # type: ignore[attr-defined]
        return found

    def __repr__(self) -> str:
        return str(self.text)  # type: ignore[attr-defined]


def as_json(text: str) -> str:
    """Write YAML as JSON with keys in reverse: other order, quoting and indentation, the same values."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(item) for key, item in reversed(value.items())}
        if isinstance(value, list):
            return [turned(item) for item in value]
        return Bare(value) if isinstance(value, Decimal) else value

    return json.dumps(turned(yaml.load(text.encode(), name="a.yml").data), indent=5, ensure_ascii=False)


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(as_json, id="as JSON"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends"),
        pytest.param(lambda text: text.replace("\n", "   \n"), id="trailing blanks"),
        pytest.param(lambda text: "# A comment\n" + text + "\n\n# and another one\n", id="comments"),
    ],
)
def test_what_the_yaml_looks_like_changes_no_digest(tmp_path: Path, plan: str, change: Callable[[str], str]) -> None:
    read = copied(tmp_path, plan, change)
    assert dict(digests(read.plan, derived(read.plan))) == dict(sample(plan))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("rows_per_day: 1_000 rows/d", "rows_per_day: 1000 rows/d", True),
        ("rows_per_day: 1000 rows/d", "rows_per_day: {base: 7000 rows/wk}", True),
        ("rows_per_day: 1000 rows/d", "rows_per_day: 1001 rows/d", False),
        ("retention: {total: 90 min}", "retention: {total: 1.5 h}", True),
        ("retention: {total: 90 min}", "retention: {total: PT1H30M}", True),
        ("retention: {total: 90 min}", "retention: {total: 91 min}", False),
        ("peak_factor: 6", "peak_factor: 6.0", True),
        ("peak_factor: 6", "peak_factor: 6.1", False),
        ("format: parquet", "format: 'parquet'", True),
        ("format: parquet", "format: |-\n      parquet", True),
        ("format: cafe\u0301", "format: caf\u00e9", True),
        ("format: parquet", "format: Parquet", False),
        ("format: parquet", "format: parquet\n    partitions: null", True),
        ("format: a  b", "format: a b", True),
        ("format: split by '  '", "format: split by ' '", False),
        ("row_bytes: 1 GB", "row_bytes: 1 GiB", False),
    ],
)
def test_spelling_is_no_meaning(one: str, other: str, same: bool) -> None:
    def read(text: str) -> str:
        data = yaml.load(f"workloads:\n  - dataset: raw.orders\n    {text}\n".encode(), name="a.yml").data
        return of("capacity", model_of("capacity").model_validate(data))

    assert (read(one) == read(other)) == same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Text.\n", "Text.", True),
        ("Text.  \nMore.", "Text.\nMore.", True),
        ("One.\n\n\n\nTwo.", "One.\n\nTwo.", True),
        ("One.\r\nTwo.", "One.\nTwo.", True),
        ("One.\n<!-- why -->\nTwo.", "One.\nTwo.", True),
        ("One. <!-- why --> Two.", "One. Two.", True),
        ("One.\n\n<!-- a\n\nb -->\n\nTwo.", "One.\n\nTwo.", True),
        ("Caf\u00e9", "Cafe\u0301", True),
        ("One.", "Two.", False),
        ("See [it](https://a.example)", "See [it](https://b.example)", False),
        ("```\na  \n\n\nb\n```", "```\na\n\nb\n```", False),
        ("```\n<!-- a -->\n```", "```\n<!-- b -->\n```", False),
        ("~~~~\n~~~\n<!-- a -->\n~~~~", "~~~~\n~~~\n<!-- b -->\n~~~~", False),
        ("1. ```\n   <!-- a -->\n   ```", "1. ```\n   <!-- b -->\n   ```", False),
        ("Write `<!-- a -->`.", "Write `<!-- b -->`.", False),
        ("Write ``a ` <!-- a -->``.", "Write ``a ` <!-- b -->``.", False),
        ("    <!-- a -->", "    <!-- b -->", False),
        ("\\<!-- a -->", "\\<!-- b -->", False),
        ("<!-- a", "<!-- b", False),
        ("<!-- ` --> See `<!-- a -->`", "<!-- ` --> See `<!-- b -->`", False),
        ("One.\n\nTwo.", "One.\nTwo.", False),
        ("- one\n- two", "- two\n- one", False),
    ],
)
def test_prose_is_what_its_readers_read(one: str, other: str, same: bool) -> None:
    assert (wording(one) == wording(other)) == same


@given(st.text(alphabet="ab`~<!->\n \t#\\", max_size=80))
def test_prose_settles_at_once(text: str) -> None:
    settled = wording(text)
    assert wording(text + "\n\n") == settled
    assert "\r" not in settled
    assert wording(text.replace("\n", "\r\n")) == settled


def test_hostile_prose_takes_no_longer_than_its_length() -> None:
    assert wording("<!--" * 40_000) == "<!--" * 40_000
    assert wording("".join("`" * size + " " for size in range(1, 500))).startswith("` ``")
    assert wording("`<!-- -->" * 20_000)


def test_what_stands_beside_the_values_counts(tmp_path: Path) -> None:
    """Reasons, assumptions, own keys, front matter, contract files and images are part of what is approved."""

    def read(name: str, *changes: tuple[str, str, str]) -> dict[str, str]:
        place = tmp_path / name / "a-plan"
        place.mkdir(parents=True)
        files = {
            "plan.yml": "id: a-plan\n",
            "03-capacity.yml": "x_note: 1\nhorizon: {assume: 12 month, because: Nobody knows better}\n"
            "cost: {not_applicable: The team pays nothing for it}\n",
            "03-capacity.md": "---\ntags: [a, b]\n---\nSee ![it](images/a.png).\n",
            "06-contracts.yml": "contracts: []\n",
            "contracts/a.odcs.yaml": "version: 1.0.0\nschema: [{name: a}]\n",
            "contracts/b.avsc": "{}",
            "images/a.png": "one",
            "images/b.png": "nobody shows it",
        }
        for file, old, new in changes:
            assert old in files[file]
            files[file] = files[file].replace(old, new)
        for file, text in files.items():
            (place / file).parent.mkdir(exist_ok=True)
            (place / file).write_text(text)
        plan = read_plan(place, "plans/a-plan", POLICY).plan
        return dict(digests(plan, derived(plan)))

    before = read("before")

    def moved(name: str, *change: str) -> set[str]:
        after = read(name, change)  # type: ignore[arg-type]
        return {gate for gate in before if before[gate] != after[gate]}

    assert moved("own key", "03-capacity.yml", "x_note: 1", "x_note: 2") == {"capacity"}
    assert moved("because", "03-capacity.yml", "Nobody", "Somebody") == {"capacity"}
    assert moved("stated", "03-capacity.yml", "{assume: 12 month, because: Nobody knows better}", "12 month")
    assert moved("reason", "03-capacity.yml", "pays nothing", "pays little") == {"capacity"}
    assert moved("tags", "03-capacity.md", "[a, b]", "[b, a]") == set()
    assert moved("tag", "03-capacity.md", "[a, b]", "[a]") == {"capacity"}
    assert moved("image", "images/a.png", "one", "two") == {"capacity"}
    assert moved("other image", "images/b.png", "nobody", "somebody") == set()
    assert moved("contract", "contracts/a.odcs.yaml", "name: a", "name: b") == {"contracts"}
    assert moved("contract's look", "contracts/a.odcs.yaml", "[{name: a}]", "\n  - name: a # it") == set()
    assert moved("schema", "contracts/b.avsc", "{}", "[]") == {"contracts"}
    assert moved("refused", "03-capacity.yml", "cost: {", "peak_headroom_factor: 1e3\ncost: {") == {"capacity"}


def test_a_preimage_comes_apart_again() -> None:
    value = model_of("context").model_validate(filled(model_of("context"), 1))
    prose = Prose(None, None, (), "Why.", 1, "01-context.md")
    plan = Plan("a-plan", Header(tier="A"), {"context": value}, {"context": prose})  # type: ignore[dict-item]
    parts = gate_parts(plan, "context", derived(plan))
    assert split(preimage(parts)) == parts
    assert signed(parts).prose == "Why."
    assert signed(parts).plan == {"tier": "A"}
    assert dict(leaves(signed(parts).data))["constraints.budget"].endswith(" EUR/s")


@pytest.mark.parametrize("content", [b"\0", b"\0" * 7 + b"\5abc", b"\xff" * 20])
def test_bytes_that_are_no_preimage_do_not_come_apart(content: bytes) -> None:
    assert split(content) is None


def test_fields_leave_out_who_owns_and_how_it_is_called() -> None:
    model = model_of("sources")
    data = {
        "sources": [
            {"id": "shop", "owner": "a_team", "contact": "#a", "capture": "full", "mutation": {"deletes": "hard"}}
        ]
    }
    rests = ("sources.*.capture", "sources.*.mutation", "freshness")

    def fields(path: Place, value: object) -> str:
        plan = Plan("a-plan", Header(), {"sources": model.model_validate(put(data, path, value))})  # type: ignore[dict-item]
        return digest(field_parts(plan, "sources", rests, ("owner", "contact")))

    before = fields(("sources", 0, "id"), "shop")
    assert fields(("sources", 0, "owner"), "b_team") == before
    assert fields(("sources", 0, "system"), "postgres") == before
    assert fields(("sources", 0, "capture"), "snapshot") != before
    assert fields(("sources", 0, "mutation", "deletes"), "soft") != before
    assert fields(("sources", 0, "id"), "shop_db") != before


def test_what_no_model_holds_has_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="complex"):
        canonical(1j)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_golden_vectors_hold_for_good(file: Path, tmp_path: Path) -> None:
    """`pg1` never changes: a record signed under it stays as good as it was."""
    golden = json.loads(file.read_text())
    place = tmp_path / golden["plan"]
    for name, text in golden["files"].items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    plan = read_plan(place, "plans/x", load_policy(None)[0]).plan
    assert dict(digests(plan, derived(plan))) == golden["digests"]

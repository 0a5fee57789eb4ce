"""Every rule shows itself by its example: it alone, with the verdicts that it states."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from plangate.analysis.compatibility.avro_changes import compare_avro
from plangate.analysis.compatibility.change import Change, Rule, made
from plangate.analysis.compatibility.contract_changes import compare_contracts
from plangate.analysis.compatibility.json_changes import compare_json_schema
from plangate.analysis.compatibility.protobuf_changes import compare_protobuf
from plangate.analysis.compatibility.protobuf_rules import CATEGORIES, Category
from plangate.analysis.compatibility.rulebook import rules
from plangate.analysis.compatibility.table_changes import compare_tables
from plangate.model.protobuf import ProtoFile

TYPES = ("PROTO-TYPE-WIDENED", "PROTO-TYPE-NARROWED", "PROTO-TYPE-REINTERPRETED")
RULES = list(rules().values())


def shown_in(rule: Rule) -> Category:
    """Give a category in which a rule of Protobuf counts."""
    return next((name for name in ("FILE", "WIRE_JSON", "WIRE") if name in CATEGORIES[rule.id]), "WIRE")


def changes(rule: Rule) -> tuple[Change, ...]:
    before: Any = rule.before
    after: Any = rule.after
    match rule.format:
        case "avro":
            return compare_avro(before, after)
        case "json_schema":
            return compare_json_schema(before, after)
        case "protobuf":
            return compare_protobuf(before, after, category=shown_in(rule))
        case "table":
            return compare_tables(before, after, {"amount": "total"} if rule.id == "TBL-COLUMN-RENAMED" else {})
        case "contract":
            return compare_contracts(before.facts(), after.facts())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_shows_itself(rule: Rule) -> None:
    found = changes(rule)
    assert [change.rule_id for change in found] == [rule.id]
    (change,) = found
    stated = (rule.consumer, rule.producer, rule.bump, rule.rebuild, rule.reason)
    assert (change.consumer, change.producer, change.bump, change.rebuild, change.says) == stated
    never = rule.format == "protobuf" and not CATEGORIES[rule.id]
    assert never or (change.backward, change.forward) == (rule.backward, rule.forward)
    assert change.before != change.after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_stays_is_no_change(rule: Rule) -> None:
    for value in (rule.before, rule.after):
        same = replace(rule, before=value, after=value)
        assert changes(same) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_is_written_well(rule: Rule) -> None:
    assert re.fullmatch(r"(AVRO-A\d+|JSON|PROTO|TBL|CTR)(-[A-Z]+)*", rule.id)
    assert rule.reason.endswith(".")
    assert not rule.title.endswith(".")
    assert rule.bump == "major" or rule.consumer not in ("breaking", "undetermined")


def test_no_id_is_used_twice() -> None:
    assert len(RULES) == len({rule.id for rule in RULES}) > 200


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.format == "protobuf"], ids=lambda rule: rule.id)
@pytest.mark.parametrize("category", ["FILE", "WIRE_JSON", "WIRE"])
def test_protobuf_rules_count_in_their_categories(rule: Rule, category: Category) -> None:
    assert isinstance(rule.before, ProtoFile)
    assert isinstance(rule.after, ProtoFile)
    found = compare_protobuf(rule.before, rule.after, category=category)
    ids = [change.rule_id for change in found]
    if rule.id in TYPES and category not in CATEGORIES[rule.id]:
        assert ids == ["PROTO-TYPE-CHANGED"]
        return
    assert ids == [rule.id]
    expected = (rule.backward, rule.forward) if category in CATEGORIES[rule.id] else ("compatible", "compatible")
    assert (found[0].backward, found[0].forward) == expected


def test_a_change_takes_the_reason_of_its_rule() -> None:
    rule = RULES[0]
    assert made(rule, "p", "e", "a", "b").says == rule.reason
    assert made(rule, "p", "e", "a", "b", "Because.").says == "Because."

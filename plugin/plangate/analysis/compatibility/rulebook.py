"""The rules of compatibility: every kind of change that is told apart, by its id."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from plangate.analysis.compatibility import avro_rules, contract_rules, json_rules, protobuf_rules, table_rules
from plangate.analysis.compatibility.change import Rule


@cache
def rules() -> Mapping[str, Rule]:
    """Give every rule by its id, in the order of the formats; raises ValueError where an id is used twice."""
    return _registry(
        rule
        for book in (
            avro_rules.RULES,
            json_rules.RULES,
            protobuf_rules.RULES,
            table_rules.RULES,
            contract_rules.RULES,
        )
        for rule in book
    )


def _registry(found: Iterable[Rule]) -> Mapping[str, Rule]:
    registry: dict[str, Rule] = {}
    for rule in found:
        if rule.id in registry:
            raise ValueError(f"rule {rule.id} is defined twice")
        registry[rule.id] = rule
    return MappingProxyType(registry)

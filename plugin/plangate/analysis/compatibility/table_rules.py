"""The rules of tables: what a change means to queries that name their columns, and to the jobs that write."""

from collections.abc import Mapping

from plangate.analysis.compatibility.change import Rule
from plangate.analysis.compatibility.table_meaning_rules import MEANING
from plangate.analysis.compatibility.table_shape_rules import SHAPE

RULES: tuple[Rule, ...] = (*SHAPE, *MEANING)
BY_NAME: Mapping[str, Rule] = {rule.id.removeprefix("TBL-"): rule for rule in RULES}

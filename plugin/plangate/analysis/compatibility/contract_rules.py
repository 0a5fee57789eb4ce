"""The rules of promises: service levels, quality, access, and how a contract is held."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.compatibility.change import Rule
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.model.contracts import Contract
from plangate.model.quality import Check
from plangate.model.table import Field, Table, Type


class Example(Struct, frozen=True):
    """A contract of an example as plans write it, with its columns and a check; it is read only where it is shown."""

    contract: Mapping[str, object]
    table: Table | None = None
    check: Mapping[str, object] | None = None

    def facts(self) -> ContractFacts:
        """Read the example."""
        checks = (Check.model_validate(self.check),) if self.check is not None else ()
        return ContractFacts(Contract.model_validate(self.contract), self.table, checks)


def _contract(**what: object) -> Example:
    return Example({"dataset": "mart.orders", **what})


def _sla(**what: object) -> Example:
    return _contract(sla=what)


def _check(**what: object) -> Example:
    return replace(_NONE, check={"id": "rows", "dataset": "mart.orders", "kind": "row_count", **what})


_NONE = _contract()
_TABLE = Table("orders", (Field("order_id", Type("string")),))

RULES: tuple[Rule, ...] = (
    Rule(
        "CTR-SLA-LOOSENED",
        "Service level loosened",
        "YYnY",
        "major",
        _sla(freshness="24 h"),
        _sla(freshness="48 h"),
        "Nothing fails, and whoever counted on the old figure is wrong: it deserves the notice of a removed column.",
    ),
    Rule(
        "CTR-SLA-TIGHTENED",
        "Service level tightened",
        "YYYn",
        "minor",
        _sla(freshness="24 h"),
        _sla(freshness="12 h"),
        "Readers get more; whoever delivers has to do better than was promised.",
    ),
    Rule(
        "CTR-SLA-ADDED",
        "Service level promised for the first time",
        "YYYn",
        "minor",
        _NONE,
        _sla(retention="3 yr"),
        "Readers get more; whoever delivers has to keep it from now on.",
    ),
    Rule(
        "CTR-SLA-REMOVED",
        "Service level no longer promised",
        "YYnY",
        "major",
        _sla(retention="3 yr"),
        _NONE,
        "Readers counted on it, and nobody owes it any more.",
    ),
    Rule(
        "CTR-SUPPORT-CHANGED",
        "Hours of support changed",
        "YY??",
        "major",
        _sla(support_window="Mon to Fri"),
        _sla(support_window="Mon to Thu"),
        "The hours are words: whether they became more or fewer has to be read.",
    ),
    Rule(
        "CTR-CLASSIFICATION-RAISED",
        "Dataset classified as more restricted",
        "YYnn",
        "major",
        _contract(classification="internal"),
        _contract(classification="restricted"),
        "Readers may lose access, and whoever writes or copies it has to protect it.",
    ),
    Rule(
        "CTR-CLASSIFICATION-LOWERED",
        "Dataset classified as less restricted, or no longer",
        "YYY?",
        "minor",
        _contract(classification="restricted"),
        _contract(classification="internal"),
        "Nobody loses access; whether the data may be shown that widely is for its owner to say.",
    ),
    Rule(
        "CTR-QUALITY-ADDED",
        "Quality rule added",
        "YYYn",
        "minor",
        _NONE,
        _check(must_be=">= 1 rows"),
        "Readers get more; data that was delivered before may be refused.",
    ),
    Rule(
        "CTR-QUALITY-REMOVED",
        "Quality rule removed",
        "YYnY",
        "major",
        _check(must_be=">= 1 rows"),
        _NONE,
        "What was held before is no longer looked at.",
    ),
    Rule(
        "CTR-QUALITY-LOOSENED",
        "Quality rule loosened",
        "YYnY",
        "major",
        _check(must_be="> 100 rows"),
        _check(must_be="> 50 rows"),
        "Data passes now that was refused before.",
    ),
    Rule(
        "CTR-QUALITY-TIGHTENED",
        "Quality rule tightened",
        "YYYn",
        "minor",
        _check(must_be="> 100 rows"),
        _check(must_be="> 200 rows"),
        "Data that was delivered before may be refused.",
    ),
    Rule(
        "CTR-QUALITY-CHANGED",
        "Quality rule changed",
        "YY??",
        "major",
        _check(kind="custom_sql", sql="select 1"),
        _check(kind="custom_sql", sql="select 2"),
        "Whether it lets more or less pass cannot be told from what is written.",
    ),
    Rule(
        "CTR-SEVERITY-LOWERED",
        "Severity of a quality rule lowered",
        "YYnY",
        "major",
        _check(severity="error"),
        _check(severity="warn"),
        "What was stopped before is published now, with a warning that readers do not see.",
    ),
    Rule(
        "CTR-SEVERITY-RAISED",
        "Severity of a quality rule raised",
        "YYYn",
        "minor",
        _check(severity="warn"),
        _check(severity="error"),
        "What was published before with a warning is stopped now.",
    ),
    Rule(
        "CTR-DEPRECATED",
        "Contract deprecated",
        "YYYY",
        "minor",
        _contract(status="active"),
        _contract(status="deprecated"),
        "It still holds; readers have until its sunset.",
    ),
    Rule(
        "CTR-WITHDRAWN",
        "Contract retired, or no longer in force",
        "YYnY",
        "major",
        _contract(status="active"),
        _contract(status="retired"),
        "Nobody owes anything of it any more.",
    ),
    Rule(
        "CTR-STATUS-CHANGED",
        "Status changed",
        "YYYY",
        "patch",
        _contract(status="draft"),
        _contract(status="active"),
        "Nobody who counted on it loses anything.",
    ),
    Rule(
        "CTR-CONSUMER-ADDED",
        "Consumer named",
        "YYYY",
        "patch",
        _contract(consumers=[{"consumer": "finance"}]),
        _contract(consumers=[{"consumer": "finance"}, {"consumer": "growth"}]),
        "One more who has to be told of changes.",
    ),
    Rule(
        "CTR-CONSUMER-REMOVED",
        "Consumer no longer named",
        "YY?Y",
        "major",
        _contract(consumers=[{"consumer": "finance"}, {"consumer": "growth"}]),
        _contract(consumers=[{"consumer": "finance"}]),
        "Who is not named is not told: make sure that they no longer read.",
    ),
    Rule(
        "CTR-PIN-CHANGED",
        "Versions that a consumer accepts changed",
        "YYYY",
        "patch",
        _contract(consumers=[{"consumer": "finance", "pinned": "^2"}]),
        _contract(consumers=[{"consumer": "finance", "pinned": "^3"}]),
        "The consumer says what it takes; the data does not change.",
    ),
    Rule(
        "CTR-MODE-LOOSENED",
        "Compatibility mode guarantees less, or something else",
        "YYnY",
        "major",
        _contract(compatibility="full"),
        _contract(compatibility="backward"),
        "Changes are allowed from now on that readers were protected from.",
    ),
    Rule(
        "CTR-MODE-TIGHTENED",
        "Compatibility mode guarantees more",
        "YYYn",
        "minor",
        _contract(compatibility="backward"),
        _contract(compatibility="full"),
        "Changes are refused from now on that were allowed.",
    ),
    Rule(
        "CTR-ENFORCEMENT-WEAKENED",
        "Contract held in fewer places, or less strictly",
        "YYnY",
        "major",
        _contract(enforcement={"where": ["ci", "ingest"], "on_violation": "block"}),
        _contract(enforcement={"where": ["ci"], "on_violation": "block"}),
        "What was caught before comes through.",
    ),
    Rule(
        "CTR-ENFORCEMENT-STRENGTHENED",
        "Contract held in more places, or more strictly",
        "YYYn",
        "minor",
        _contract(enforcement={"where": ["ci"], "on_violation": "warn"}),
        _contract(enforcement={"where": ["ci"], "on_violation": "block"}),
        "What came through before is caught.",
    ),
    Rule(
        "CTR-FORMAT-CHANGED",
        "Format changed",
        "nnnn",
        "major",
        _contract(format="avro"),
        _contract(format="protobuf"),
        "Readers and writers of the one format cannot take the other.",
        "the whole dataset",
    ),
    Rule(
        "CTR-DATASET-RENAMED",
        "Contract is about another dataset",
        "YYnn",
        "major",
        _contract(),
        _contract(dataset="mart.sales"),
        "Everybody who names it has to change; a view of the old name bridges the time.",
    ),
    Rule(
        "CTR-VERSION-DROPPED",
        "Older version no longer served",
        "YYnY",
        "major",
        _contract(live_versions=[{"version": "1.0.0"}]),
        _NONE,
        "Whoever still reads the older version has nothing to read.",
    ),
    Rule(
        "CTR-TERMS-CHANGED",
        "Terms changed",
        "YY?Y",
        "major",
        _contract(terms={"usage": "Internal reports"}),
        _contract(terms={"usage": "Internal reports of finance"}),
        "The terms are words: whether they allow less than before has to be read.",
    ),
    Rule(
        "CTR-OWNER-CHANGED",
        "Owner changed",
        "YYYY",
        "patch",
        _contract(owner="data"),
        _contract(owner="finance"),
        "Other people answer; what they owe stays.",
    ),
    Rule(
        "CTR-DESCRIPTION-CHANGED",
        "Description changed",
        "YYYY",
        "patch",
        _contract(description="Orders"),
        _contract(description="All orders"),
        "Nothing that is read changes, unless the meaning did: then say so as a change of its own.",
    ),
    Rule(
        "CTR-COLUMNS-UNTESTED",
        "Columns of one version are not known",
        "----",
        "none",
        replace(_NONE, table=_TABLE),
        _NONE,
        "One of the versions does not say its columns, so that they were not compared.",
    ),
)
BY_NAME: Mapping[str, Rule] = {rule.id.removeprefix("CTR-"): rule for rule in RULES}
"""The rules by their id without the format."""

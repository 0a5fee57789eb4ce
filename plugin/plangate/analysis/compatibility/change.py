"""One change of a schema or contract, and what it means to each of those whom it concerns."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Verdict(StrEnum):
    """What a change does to one party; `undetermined` cannot be told from what is written, `untested` was not asked."""

    COMPATIBLE = "compatible"
    UNTESTED = "untested"
    UNDETERMINED = "undetermined"
    BREAKING = "breaking"


Bump = Literal["none", "patch", "minor", "major"]
Format = Literal["avro", "json_schema", "protobuf", "table", "contract"]

BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
"""The steps of a version, the smallest first."""

_WEIGHT = {verdict: weight for weight, verdict in enumerate(Verdict)}


_LETTERS = {
    "Y": Verdict.COMPATIBLE,
    "n": Verdict.BREAKING,
    "?": Verdict.UNDETERMINED,
    "-": Verdict.UNTESTED,
}
_FORMATS: Mapping[str, Format] = {
    "AVRO": "avro",
    "JSON": "json_schema",
    "PROTO": "protobuf",
    "TBL": "table",
    "CTR": "contract",
}


class Rule(Struct, frozen=True):
    """A kind of change: what is judged of it, why, and an example that shows it and nothing else.

    `verdicts` are those of backward, forward, consumer and producer in turn: Y compatible, n breaking, ? undetermined,
    - untested. Backward: the new schema reads old data; forward: the previous schema reads new data. A consumer is code
    that reads, a producer code that writes, both as they were before the change. `rebuild` names what has to be
    computed again, empty where nothing.
    """

    id: str
    title: str
    verdicts: str
    bump: Bump
    before: object
    after: object
    reason: str
    rebuild: str = ""

    @property
    def format(self) -> Format:
        """What the two versions are written in."""
        return _FORMATS[self.id.partition("-")[0]]

    @property
    def backward(self) -> Verdict:
        """Whether the new schema reads old data."""
        return _LETTERS[self.verdicts[0]]

    @property
    def forward(self) -> Verdict:
        """Whether the previous schema reads new data."""
        return _LETTERS[self.verdicts[1]]

    @property
    def consumer(self) -> Verdict:
        """What it does to code that reads."""
        return _LETTERS[self.verdicts[2]]

    @property
    def producer(self) -> Verdict:
        """What it does to code that writes."""
        return _LETTERS[self.verdicts[3]]


class Change(Struct, frozen=True):
    """What differs at one place of two versions, and what that means; see `Rule` for the parties.

    `path` leads to the place (`columns.amount.type`), `element` is the column, field or promise, `before` and `after`
    are as written, empty where there was or is nothing, and `says` tells why in a sentence.
    """

    rule_id: str
    path: str
    element: str
    before: str
    after: str
    says: str
    backward: Verdict
    forward: Verdict
    consumer: Verdict
    producer: Verdict
    rebuild: str
    bump: Bump


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the gravest of some verdicts: breaking, undetermined, untested; compatible where there is none."""
    return max(verdicts, key=_WEIGHT.__getitem__, default=Verdict.COMPATIBLE)


def bump_needed(changes: Iterable[Change]) -> Bump:
    """Give the step of the version that some changes ask for together."""
    return max((change.bump for change in changes), key=BUMPS.index, default="none")


def made(
    rule: Rule,
    path: str,
    element: str,
    before: str,
    after: str,
    says: str = "",
    *,
    backward: Verdict | None = None,
    forward: Verdict | None = None,
) -> Change:
    """Make a change by its rule: the rule's verdicts, where nothing else is said, and its reason as the sentence."""
    return Change(
        rule.id,
        path,
        element,
        before,
        after,
        says or rule.reason,
        backward or rule.backward,
        forward or rule.forward,
        rule.consumer,
        rule.producer,
        rule.rebuild,
        rule.bump,
    )


def joined(*steps: str) -> str:
    """Join steps of a path: `order`, `lines[]`, `qty` is `order.lines[].qty`."""
    path = ""
    for step in steps:
        path += step if not path or not step or step[0] in "[{" else f".{step}"
    return path

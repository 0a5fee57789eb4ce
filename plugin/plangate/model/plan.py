"""A plan: its header, its gates as typed values, its prose, and what was resolved while it was read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct, field
from pydantic import Field

from plangate.model.element import Gate, Part
from plangate.model.moment import Day, Instant
from plangate.model.problem import Path
from plangate.model.reference import Identifier, PlanRef, TeamRef
from plangate.model.text import HttpUrl, Semver

if TYPE_CHECKING:
    from plangate.model.acceptance import Acceptance
    from plangate.model.bundle import Bundle
    from plangate.model.capacity import Capacity
    from plangate.model.context import Context
    from plangate.model.contracts import Contracts
    from plangate.model.cutover import Cutover, Switch
    from plangate.model.events import Events
    from plangate.model.ingestion import Ingestion
    from plangate.model.modeling import Modeling
    from plangate.model.operations import Operations
    from plangate.model.quality import Quality
    from plangate.model.review import Filed, Waiver
    from plangate.model.schema_document import SchemaDocument
    from plangate.model.sources import Sources

Intent = Literal["draft", "in_review", "live", "retired", "withdrawn"]

JUDGED = frozenset({"in_review", "live"})
"""The intents under which errors block, and everything of a plan has to be there."""
Tier = Literal["A", "B", "C"]
Mode = Literal["guided", "one_shot"]


class Owner(Part):
    """A team or person with a role in the plan; exactly one is accountable."""

    team: TeamRef | None = None
    role: Literal["accountable", "responsible", "consulted", "informed"] | None = None
    contact: str | None = None


class Code(Part):
    """A place in a repository that builds what the plan describes."""

    repo: str | None = None
    path: str | None = None
    dbt_selector: str | None = None


class Link(Part):
    """A page elsewhere that belongs to the plan."""

    title: str | None = None
    url: HttpUrl | None = None


class Header(Part):
    """plan.yml: identity and intent of a plan. Every other state is computed."""

    id: str | None = None
    title: str | None = None
    profile: str = "batch"
    mode: Mode = "guided"
    intent: Intent = "draft"
    tier: Tier | None = None
    version: Semver | None = None
    domain: Identifier | None = None
    data_product: str | None = None
    defaults: Identifier | None = None
    owners: tuple[Owner, ...] = ()
    created: Day | None = None
    go_live: Instant | None = None
    review_by: Day | None = None
    supersedes: PlanRef | None = None
    superseded_by: PlanRef | None = None
    depends_on: tuple[PlanRef, ...] = ()
    code: tuple[Code, ...] = ()
    links: tuple[Link, ...] = Field(default=())

    @property
    def accountable(self) -> str | None:
        """The team that answers for the plan: the owner with role accountable, else the only owner."""
        named = [owner.team for owner in self.owners if owner.role == "accountable"]
        if not named and len(self.owners) == 1:
            named = [self.owners[0].team]
        return named[0] if len(named) == 1 else None


class Prose(Struct, frozen=True):
    """The Markdown of a gate: front matter, body, and the line of the file on which the body starts."""

    title: str | None
    description: str | None
    tags: tuple[str, ...]
    body: str
    first_line: int
    file: str


class Assumed(Struct, frozen=True):
    """A value that was written as `{assume: …, because: …}`, with the place where it stands."""

    gate: str
    path: Path
    value: object
    because: str | None
    owner: str | None
    verify_by: str | None
    if_wrong: str | None


Place = tuple[str, Path]
"""A gate id with a path inside that gate."""

GateType = TypeVar("GateType", bound=Gate)


def _nothing() -> Mapping[Place, str]:
    return MappingProxyType({})


class Plan(Struct, frozen=True):
    """One folder of `plans/` as a typed value.

    `gates` holds the gates that could be read, in the profile's order. `broken` lists the places whose value was
    refused and left out (each carries a finding of its own), so that a rule can tell absent from unreadable;
    `extensions` keeps the authors' own `x_…` keys, `contract_files` the files of the folder `contracts`
    by their name (`contracts/fct_orders.odcs.yaml`). `attachments` holds the SHA-256 of images and of
    contract files that are no YAML, by their names.
    """

    id: str
    header: Header
    gates: Mapping[str, Gate]
    prose: Mapping[str, Prose] = field(default_factory=lambda: MappingProxyType({}))
    assumed: tuple[Assumed, ...] = ()
    not_applicable: Mapping[Place, str] = field(default_factory=_nothing)
    inherited: Mapping[Place, str] = field(default_factory=_nothing)
    extensions: Mapping[Place, object] = field(default_factory=lambda: MappingProxyType({}))
    broken: frozenset[Place] = frozenset()
    records: tuple["Filed", ...] = ()
    waivers: tuple["Waiver", ...] = ()
    contract_files: Mapping[str, "SchemaDocument"] = field(default_factory=lambda: MappingProxyType({}))
    attachments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def gate(self, kind: type[GateType]) -> GateType | None:
        """Give the gate of a class, or None where its file is absent or cannot be read."""
        found = self.gates.get(kind.gate)
        return found if isinstance(found, kind) else None

    @property
    def title(self) -> str:
        """The title, or the id where there is none."""
        return self.header.title or self.id

    @property
    def context(self) -> "Context | None":
        """Gate context."""
        return self.gates.get("context")  # type: ignore[return-value]

    @property
    def sources(self) -> "Sources | None":
        """Gate sources."""
        return self.gates.get("sources")  # type: ignore[return-value]

    @property
    def events(self) -> "Events | None":
        """Gate events, in the streaming profile."""
        return self.gates.get("events")  # type: ignore[return-value]

    @property
    def capacity(self) -> "Capacity | None":
        """Gate capacity."""
        return self.gates.get("capacity")  # type: ignore[return-value]

    @property
    def ingestion(self) -> "Ingestion | None":
        """Gate ingestion."""
        return self.gates.get("ingestion")  # type: ignore[return-value]

    @property
    def modeling(self) -> "Modeling | None":
        """Gate modeling."""
        return self.gates.get("modeling")  # type: ignore[return-value]

    @property
    def contracts(self) -> "Contracts | None":
        """Gate contracts."""
        return self.gates.get("contracts")  # type: ignore[return-value]

    @property
    def quality(self) -> "Quality | None":
        """Gate quality."""
        return self.gates.get("quality")  # type: ignore[return-value]

    @property
    def operations(self) -> "Operations | None":
        """Gate operations."""
        return self.gates.get("operations")  # type: ignore[return-value]

    @property
    def cutover(self) -> "Cutover | None":
        """Gate cutover."""
        return self.gates.get("cutover")  # type: ignore[return-value]

    @property
    def switch(self) -> "Switch | None":
        """The switch of gate cutover, where there is one."""
        return self.cutover.cutover if self.cutover is not None else None

    @property
    def acceptance(self) -> "Acceptance | None":
        """Gate acceptance."""
        return self.gates.get("acceptance")  # type: ignore[return-value]

    @property
    def bundle(self) -> "Bundle | None":
        """Gate bundle."""
        return self.gates.get("bundle")  # type: ignore[return-value]

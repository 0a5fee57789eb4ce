"""Gate acceptance: what must be shown before and after the switch, and who accepts it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.bound import MustBe
from plangate.model.choice import ByShape
from plangate.model.element import Element, Gate, Part
from plangate.model.moment import Day, Span
from plangate.model.number import Flag
from plangate.model.quantity import AnyQuantity, Bytes, Duration, Percent
from plangate.model.reference import CheckRef, DatasetRef, Ref, TeamRef

Phase = Literal["pre_launch", "parallel_run", "post_cutover"]
Measured = Annotated[str, Ref("check", "reconciliation", "slo", "metric", "performance_test", "dataset")]
"""What can be measured for acceptance; a dataset stands for the service level of its contract."""


class ParallelRun(Span):
    """The time in which old and new run side by side and are compared."""

    min: Duration | None = None
    compare: tuple[CheckRef, ...] = ()
    allowed_difference: Percent | None = None


class Phases(Part):
    """What is validated before launch, in the parallel run and after the switch."""

    pre_launch: tuple[Measured, ...] = ()
    parallel_run: ParallelRun | None = None
    post_cutover: tuple[Measured, ...] = ()


class AcceptanceCoverage(Part):
    """What shows that the data is right, fresh and fast."""

    correctness: tuple[Measured, ...] = ()
    freshness: tuple[Measured, ...] = ()
    performance: tuple[Measured, ...] = ()
    security: tuple[Measured, ...] = ()


class PerformanceTest(Element):
    """A test under load."""

    kind: ClassVar[str] = "performance_test"

    load: AnyQuantity | None = None
    expected_p95: Duration | None = None
    dataset: DatasetRef | None = None
    dataset_size: Bytes | None = None
    environment: str | None = None
    owner: TeamRef | None = None
    evidence: str | None = None


class Criterion(Element):
    """A criterion of acceptance: taken `from` something measured, or stated with its own measure and bound."""

    kind: ClassVar[str] = "criterion"

    from_: Measured | None = Field(default=None, alias="from")
    statement: str | None = None
    measure: Measured | None = None
    must_be: MustBe | None = None
    phase: Phase | None = None
    environment: str | None = None
    evidence: str | None = None
    owner: TeamRef | None = None
    approver: TeamRef | None = None
    due: Day | None = None


class DerivedCriteria(Part):
    """Criteria that follow from metrics, objectives and reconciliations, one for each that is named."""

    derive: tuple[Measured, ...]
    phase: Phase | None = None
    environment: str | None = None
    evidence: str | None = None
    owner: TeamRef | None = None
    approver: TeamRef | None = None
    due: Day | None = None


CriterionEntry = Annotated[DerivedCriteria | Criterion, ByShape("a criterion with an id, or `{derive: […], approver}`")]


class ReleaseGate(Element):
    """A decision to release that needs criteria to be met."""

    kind: ClassVar[str] = "release_gate"

    needs: tuple[Annotated[str, Ref("criterion")], ...] = ()
    decision_owner: TeamRef | None = None
    due: Day | None = None


class Stabilization(Part):
    """The time after the switch until the plan counts as done."""

    duration: Duration | None = None
    exit: str | None = None
    owner: TeamRef | None = None


class TestLevel(Part):
    """One level of testing: whether it is needed, who does it, when it is over."""

    required: Flag | None = None
    owner: TeamRef | None = None
    exit: str | None = None


class TestLevels(Part):
    """The levels of testing."""

    unit: TestLevel | None = None
    integration: TestLevel | None = None
    data_diff: TestLevel | None = None
    performance: TestLevel | None = None
    security: TestLevel | None = None
    dr_drill: TestLevel | None = None
    uat: TestLevel | None = None


class Acceptance(Gate):
    """The data of gate acceptance."""

    gate: ClassVar[str] = "acceptance"

    phases: Phases | None = None
    coverage: AcceptanceCoverage | None = None
    performance_test: PerformanceTest | None = None
    criteria: tuple[CriterionEntry, ...] = ()
    release_gates: tuple[ReleaseGate, ...] = ()
    stabilization: Stabilization | None = None
    test_levels: TestLevels | None = None

    @property
    def stated_criteria(self) -> tuple[Criterion, ...]:
        """The criteria that the plan writes out."""
        return tuple(entry for entry in self.criteria if isinstance(entry, Criterion))

    @property
    def derived_criteria(self) -> tuple[DerivedCriteria, ...]:
        """The entries from which criteria are derived."""
        return tuple(entry for entry in self.criteria if isinstance(entry, DerivedCriteria))

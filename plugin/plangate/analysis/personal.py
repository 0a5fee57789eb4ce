"""Personal data and the consumers that can see it: in the clear, masked, or not known for want of columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from plangate.analysis.columns import ColumnLineage

if TYPE_CHECKING:
    from plangate.analysis.landscape import Reader

Verdict = Literal["clear", "unknown", "masked"]

_ORDER: tuple[Verdict, ...] = ("clear", "unknown", "masked")


class Sight(Struct, frozen=True):
    """What a consumer can see of a column of personal data.

    `origin` is the column where the data enters, `path` its way to `column`, which stands in `dataset` that the
    consumer reads; `masked_at` is the first column on the way that hides it. Where the columns of the
    dataset are not listed, `column` is None and the path is empty: nobody can tell.
    """

    origin: str
    dataset: str
    reader: "Reader"
    column: str | None = None
    path: tuple[str, ...] = ()
    masked_at: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Tell whether the data is seen in the clear or masked, or whether that is not known."""
        if self.column is None:
            return "unknown"
        return "masked" if self.masked_at else "clear"


class PersonalData(Struct, frozen=True):
    """The columns where personal data enters, sorted, and who sees what of them: the worst first for each column."""

    origins: tuple[str, ...] = ()
    sights: tuple[Sight, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """Count the consumers that see any personal data in this way."""
        return len({_who(sight) for sight in self.sights if sight.verdict == verdict})

    def about(self, plan: str, columns: ColumnLineage) -> "PersonalData":
        """Give what concerns a plan: data that enters in it, goes through a column of its own, or is read in it."""
        sights = tuple(
            sight
            for sight in self.sights
            if plan == sight.reader.plan.id
            or any(columns.nodes[name].plan == plan for name in (sight.origin, *sight.path))
        )
        seen = {sight.origin for sight in sights}
        origins = tuple(name for name in self.origins if name in seen or columns.nodes[name].plan == plan)
        return PersonalData(origins, sights)


def personal(
    columns: ColumnLineage,
    readers: Mapping[str, Sequence["Reader"]],
    downstream: Callable[[str], Iterable[str]],
    listed: Set[str],
) -> PersonalData:
    """Follow personal data to the consumers.

    `readers` are those of each dataset, `downstream` gives what is built from a dataset at any distance, `listed` are
    the datasets whose columns are listed; what such a list does not mark or trace is taken to be no personal data.
    """
    found = [
        Sight(flow.origin, columns.nodes[flow.column].dataset, reader, flow.column, flow.path, flow.masked_at)
        for flow in columns.flows
        for reader in readers.get(columns.nodes[flow.column].dataset, ())
    ]
    origins = tuple(sorted(name for name, node in columns.nodes.items() if node.personal))
    found.extend(_unknown(columns, readers, downstream, listed, origins))
    return PersonalData(origins, tuple(sorted(found, key=_place)))


def _unknown(
    columns: ColumnLineage,
    readers: Mapping[str, Sequence["Reader"]],
    downstream: Callable[[str], Iterable[str]],
    listed: Set[str],
    origins: Iterable[str],
) -> Iterator[Sight]:
    """Find datasets behind personal data that a consumer reads and whose columns nobody lists."""
    reached = {(flow.origin, columns.nodes[flow.column].dataset) for flow in columns.flows}
    for origin in origins:
        for dataset in sorted((set(downstream(columns.nodes[origin].dataset)) & readers.keys()) - listed):
            if (origin, dataset) not in reached:
                yield from (Sight(origin, dataset, reader) for reader in readers[dataset])


def _who(sight: Sight) -> tuple[str, str]:
    return sight.reader.plan.id, sight.reader.consumer.id


def _place(sight: Sight) -> tuple[str, int, tuple[str, str], str, str]:
    return sight.origin, _ORDER.index(sight.verdict), _who(sight), sight.dataset, sight.column or ""

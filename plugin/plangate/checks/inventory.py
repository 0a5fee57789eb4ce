"""Gate sources, source by source: who owns it, how its changes are seen, how much comes, when it counts as late."""

from collections.abc import Iterator

from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.sources import Source, SourceDataset, SourceFreshness
from plangate.model.text import spoken

_FILE = "02-sources.yml"
_CHANGES = frozenset({"incremental", "cdc_log", "cdc_trigger"})


def _sources(subject: Subject) -> Iterator[tuple[Path, Source]]:
    for index, source in enumerate(subject.plan.sources.sources if subject.plan.sources else ()):
        yield ("sources", index), source


def _datasets(subject: Subject) -> Iterator[tuple[Path, Source, SourceDataset]]:
    for path, source in _sources(subject):
        for place, dataset in enumerate(source.datasets):
            yield (*path, "datasets", place), source, dataset


def _named(subject: Subject) -> bool:
    return bool(subject.plan.sources and subject.plan.sources.sources)


def _lack(subject: Subject, rule_id: str, path: Path, message: str, expected: str) -> Iterator[Problem]:
    return absent(subject, rule_id, "sources", path, message, expected)


@rule(
    "SRC001",
    "Every source says what it is, whose it is, and how it is reached",
    tiers=FROM_B,
    reason="A source that nobody answers for changes without a word.",
    reads=(
        "sources.sources[].system",
        "sources.sources[].kind",
        "sources.sources[].datasets",
        "sources.sources[].owner",
        "sources.sources[].contact",
        "sources.sources[].access.method",
    ),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, '    contact: "#data-platform"\n', ""),),
)
def sources_are_known(subject: Subject) -> Iterator[Problem]:
    """Each source has `system`, `kind`, `owner`, `contact`, `access.method` and at least one of `datasets`."""
    for path, source in _sources(subject):
        told = {
            ("system",): source.system,
            ("kind",): source.kind_,
            ("owner",): source.owner,
            ("contact",): source.contact,
            ("access", "method"): source.access.method if source.access else None,
            ("datasets",): source.datasets,
        }
        for name, value in told.items():
            if not value:
                message = f"Source {source.id} does not say its `{'.'.join(name)}`"
                yield from _lack(subject, "SRC001", (*path, *name), message, f"`{'.'.join(name)}`")


@rule(
    "SRC002",
    "Every source says when it counts as late",
    tiers=FROM_B,
    reason="A warning that comes with the error, or after it, is none.",
    reads=("sources.sources[].freshness.warn_after", "sources.sources[].freshness.error_after"),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, "warn_after: 26 h, error_after: 30 h", "warn_after: 30 h, error_after: 30 h"),),
    passes=(Edit(_FILE, "warn_after: 26 h, error_after: 30 h", "warn_after: 29 h, error_after: 30 h"),),
)
def late_is_said(subject: Subject) -> Iterator[Problem]:
    """Each source has `freshness.warn_after` and `freshness.error_after`, the first above zero and below the second."""
    for path, source in _sources(subject):
        limits = source.freshness or SourceFreshness()
        warn, error = limits.warn_after, limits.error_after
        for name, value in (("warn_after", warn), ("error_after", error)):
            if value is None:
                message = f"Source {source.id} does not say `{name}`"
                yield from _lack(subject, "SRC002", (*path, "freshness", name), message, f"`{name}`")
        place = (*path, "freshness", "warn_after")
        if warn is not None and warn.base <= 0:
            message = f"Source {source.id} warns at once, after {warn}"
            yield Problem("SRC002", message, "sources", place, str(warn), "more than 0 s")
        elif warn is not None and error is not None and warn.base >= error.base:
            message = f"Source {source.id} warns after {warn} and is in error after {error}"
            yield Problem("SRC002", message, "sources", place, str(warn), f"less than {error}")


@rule(
    "SRC003",
    "Something tells how fresh a source is",
    tiers=FROM_B,
    reason="A limit on freshness that nothing measures is never broken.",
    reads=("sources.sources[].capture", "sources.sources[].freshness"),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, ", loaded_at_field: loaded_at", ""),),
    passes=(Edit(_FILE, ", loaded_at_field: loaded_at", ", metadata: The catalogue has the time of the last commit"),),
)
def freshness_is_measured(subject: Subject) -> Iterator[Problem]:
    """Each source that is not captured in full names `loaded_at_field`, `loaded_at_query`, or in `metadata` how its
    freshness is told otherwise.
    """
    for path, source in _sources(subject):
        told = source.freshness or SourceFreshness()
        if source.capture == "full" or told.loaded_at_field or told.loaded_at_query or told.metadata:
            continue
        message = f"Nothing tells how fresh the rows of source {source.id} are"
        expected = "`loaded_at_field`, `loaded_at_query` or `metadata`"
        yield from _lack(subject, "SRC003", (*path, "freshness", "loaded_at_field"), message, expected)


@rule(
    "SRC004",
    "Every source dataset says how much it brings",
    tiers=FROM_B,
    reason="Storage, run time and cost are computed from these four numbers.",
    reads=("sources.sources[].datasets",),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, "peak_factor: 3", "peak_factor: 0.5"),),
    passes=(Edit(_FILE, "peak_factor: 3", "peak_factor: 1"),),
)
def volumes_are_said(subject: Subject) -> Iterator[Problem]:
    """Each dataset of a source has `rows_per_day`, `row_bytes`, a `peak_factor` of at least 1, and a `growth` that says
    what it rests on: a `basis`, or an assumption.
    """
    assumed = {(item.gate, item.path) for item in subject.plan.assumed}
    for path, _, dataset in _datasets(subject):
        for name in ("rows_per_day", "row_bytes", "peak_factor", "growth"):
            if getattr(dataset, name) is None:
                message = f"{dataset.id} has no `{name}`"
                yield from _lack(subject, "SRC004", (*path, name), message, f"`{name}`")
        factor = dataset.peak_factor
        if factor is not None and factor.lowest < 1:
            message = f"{dataset.id} has a peak of {factor.lowest} times the mean, which is below the mean"
            yield Problem("SRC004", message, "sources", (*path, "peak_factor"), str(factor.lowest), "at least 1")
        growth, place = dataset.growth, (*path, "growth")
        taken = ("sources", subject.read.origin("sources", place)) in assumed
        if growth is not None and growth.basis is None and not taken:
            message = f"{dataset.id} grows by {growth.base}, and nothing says what that rests on"
            expected = "a `basis`, or `{assume: …, because: …}`"
            yield Problem("SRC004", message, "sources", place, str(growth.base), expected)


@rule(
    "SRC005",
    "Changes can be found and put together by key",
    tiers=FROM_B,
    reason="Without a key a change cannot be merged, without a cursor or a log it cannot be found.",
    reads=("sources.sources[].capture", "sources.sources[].datasets"),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, "        cursor: updated_at\n", ""),),
    passes=(Edit(_FILE, "        cursor: updated_at\n", "        log_position: lsn\n"),),
)
def changes_are_found(subject: Subject) -> Iterator[Problem]:
    """Each source says its `capture`; each dataset that is captured by change (`incremental`, `cdc_log`, `cdc_trigger`)
    has a `primary_key`, and a `cursor` or a `log_position`.
    """
    for path, source in _sources(subject):
        if source.capture is None:
            message = f"Source {source.id} does not say how its changes are captured"
            yield from _lack(subject, "SRC005", (*path, "capture"), message, "`capture`")
    for path, source, dataset in _datasets(subject):
        if source.capture not in _CHANGES:
            continue
        needs = {"primary_key": bool(dataset.primary_key), "cursor": bool(dataset.cursor or dataset.log_position)}
        said = {"primary_key": "a `primary_key`", "cursor": "a `cursor` or a `log_position`"}
        for name in (name for name, there in needs.items() if not there):
            message = f"{dataset.id} is captured by {source.capture} and has no {said[name][2:]}"
            yield from _lack(subject, "SRC005", (*path, name), message, said[name])


@rule(
    "SRC006",
    "Deletes in the source are noticed",
    reason="A row that is gone from the source and stays in the mart is the difference that nobody finds.",
    reads=("sources.sources[].mutation", "sources.sources[].capture"),
    applies=_named,
    where="there are sources",
    fails=(Edit(_FILE, "deletes: soft", "deletes: hard"),),
    passes=(Edit(_FILE, "deletes: soft", "deletes: hard, delete_detection: Keys are compared every night"),),
)
def deletes_are_noticed(subject: Subject) -> Iterator[Problem]:
    """Each source says in `mutation.deletes` what becomes of deleted rows; where they are gone (`hard`) and the capture
    is `incremental`, `delete_detection` says how that is noticed.
    """
    for path, source in _sources(subject):
        mutation = source.mutation
        if mutation is None or mutation.deletes is None:
            message = f"Source {source.id} does not say what becomes of deleted rows"
            expected = spoken(["`deletes: hard`", "`soft`", "`none` or `unknown`"])
            yield from _lack(subject, "SRC006", (*path, "mutation", "deletes"), message, expected)
        elif mutation.deletes == "hard" and source.capture == "incremental" and not mutation.delete_detection:
            message = f"Source {source.id} deletes rows, which an incremental capture does not see"
            expected = "a sentence in `delete_detection`"
            yield from _lack(subject, "SRC006", (*path, "mutation", "delete_detection"), message, expected)

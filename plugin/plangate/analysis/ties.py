"""What connects a plan with others: the datasets and the plans that it speaks of."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from plangate.analysis.lineage import defined
from plangate.analysis.places import placed
from plangate.model.plan import Plan
from plangate.model.reference import DATASET, Definition, Use


def ties(plan: Plan, marks: Iterable[tuple[str, Use | Definition]]) -> tuple[str, ...]:
    """Give every dataset and every plan that a plan names, its own name included, and where its models lie; plans end
    in a slash, places in an angle bracket.

    `marks` are all its places that name an element. Whatever looks like the id of a dataset counts: too many ties cost
    time, one too few would hide a change.
    """
    lying = (f"<{' '.join(entry.place)}>" for entry in placed(plan))
    return tuple(sorted({f"{plan.id}/", *defined(plan), *_named(plan, marks), *lying}))


def _named(plan: Plan, marks: Iterable[tuple[str, Use | Definition]]) -> Iterator[str]:
    for _, mark in marks:
        text = mark.text if isinstance(mark, Use) else mark.id
        dataset = text.partition("#")[0]
        if "." in dataset and DATASET.fullmatch(dataset):  # most ids have no dot
            yield dataset
        elif isinstance(mark, Use) and "plan" in mark.kinds:
            yield f"{text}/"
    section = plan.operations.lineage if plan.operations else None
    for edge in section.edges if section else ():
        yield from (edge.from_, edge.to)  # what they name is a node of the lineage, whatever it looks like


def connected(begin: Iterable[str], tied: Mapping[str, Collection[str]], gone: Collection[str] = ()) -> frozenset[str]:
    """Give the plans that share one of some ties, and those that these are tied to in turn.

    `tied` holds the ties of every plan by its id, `gone` are plans that were there before. The name of any other plan
    connects nobody.
    """
    return _reached(begin, tied, _holders(tied, gone), set())


def groups(names: Iterable[str], tied: Mapping[str, Collection[str]]) -> Sequence[frozenset[str]]:
    """Give some plans in groups, each with all that they are connected with; `tied` holds the ties of every plan."""
    holders, seen, grouped = _holders(tied, ()), set[str](), set[str]()
    found: list[frozenset[str]] = []
    for name in names:
        if name not in grouped:
            found.append(_reached(tied[name], tied, holders, seen) | {name})
            grouped |= found[-1]
    return found


def _holders(tied: Mapping[str, Collection[str]], gone: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Give for every tie the plans that have it."""
    plans = {f"{plan}/" for plan in (*tied, *gone)}
    holders: dict[str, list[str]] = {}
    for plan, names in tied.items():
        for name in names:
            if not name.endswith("/") or name in plans:
                holders.setdefault(name, []).append(plan)
    return holders


def _reached(
    begin: Iterable[str], tied: Mapping[str, Collection[str]], holders: Mapping[str, Sequence[str]], seen: set[str]
) -> frozenset[str]:
    """Give the plans to which ties lead that were not `seen` yet."""
    waiting = list(begin)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for plan in holders.get(name, ()):
            if plan not in found:
                found.add(plan)
                waiting.extend(tied[plan])
    return frozenset(found)

"""What connects a plan with others: the datasets and the plans that it speaks of."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from plangate.analysis.facts import Facts
from plangate.analysis.lineage import produced
from plangate.model.reference import DATASET, Use


def ties(facts: Facts) -> tuple[str, ...]:
    """Give every dataset and every plan that a plan names, its own name included; plans end in a slash.

    Whatever looks like the id of a dataset counts: too many ties cost time, one too few would hide a change.
    """
    return tuple(sorted({f"{facts.plan.id}/", *produced(facts.plan), *_named(facts)}))


def _named(facts: Facts) -> Iterator[str]:
    for _, mark in facts.references.marks:
        text = mark.text if isinstance(mark, Use) else mark.id
        dataset = text.partition("#")[0]
        if "." in dataset and DATASET.fullmatch(dataset):  # most ids have no dot
            yield dataset
        elif isinstance(mark, Use) and "plan" in mark.kinds:
            yield f"{text}/"
    yield from (node.id for node in facts.lineage.nodes if node.kind != "consumer")


def connected(begin: Iterable[str], tied: Mapping[str, Collection[str]], gone: Collection[str] = ()) -> frozenset[str]:
    """Give the plans that share one of some ties, and those that these are tied to in turn.

    `tied` holds the ties of every plan by its id, `gone` are plans that were there before. The name of any other plan
    connects nobody.
    """
    waiting = list(begin)
    plans = {f"{plan}/" for plan in (*tied, *gone)}
    holders: dict[str, list[str]] = {}
    for plan, names in tied.items():
        for name in names:
            if not name.endswith("/") or name in plans:
                holders.setdefault(name, []).append(plan)
    found: set[str] = set()
    seen: set[str] = set()
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

"""Pins: the versions that consumers accept, held against those that are served, and how one dataset is pinned."""

from collections.abc import Iterator

from plangate.analysis.compatibility.versions import satisfies
from plangate.analysis.derived import consumers_of
from plangate.checks.rule import Subject
from plangate.model.context import Consumer
from plangate.model.contracts import Contract
from plangate.model.plan import Plan
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_VERSIONS = ("contracts.contracts[].version", "contracts.contracts[].live_versions")
"""Where stands what the plan's own contracts serve."""


def unfit(subject: Subject, name: str, other: Plan) -> Iterator[Problem]:
    """Tell of pins on a dataset that no version which the other plan serves satisfies."""
    plan = subject.plan
    contract = next(
        (one for one in (other.contracts.contracts if other.contracts else ()) if one.dataset == name), None
    )
    if contract is None:
        return  # CON001 asks the other plan for one
    served = _served(contract)
    pins: list[tuple[str, str, Path, str | None]] = [
        (
            consumer.pinned,
            "context",
            ("consumers", index, "pinned"),
            _pinned_alone(subject, consumer, other, contract),
        )
        for index, consumer in enumerate(subject.plan.context.consumers if subject.plan.context else ())
        if consumer.pinned and name in consumer.reads
    ]
    pins += [
        (dataset.pinned, "sources", ("sources", index, "datasets", place, "pinned"), None)
        for index, source in enumerate(plan.sources.sources if plan.sources else ())
        for place, dataset in enumerate(source.datasets)
        if dataset.pinned and dataset.id == name
    ]
    if isinstance(contract.consumers, tuple):
        node = subject.facts.lineage.by_id.get(name)
        pins += [
            (entry.pinned, node.gate, node.path, None)
            for entry in contract.consumers
            if entry.pinned and entry.consumer == subject.plan.id and node is not None
        ]
    write = f"Write `pinned: {_pin(served[0])}` once you read that version" if served else None
    for pin, gate, path, hint in pins:
        if wrong := _unreadable(pin):
            yield Problem("PLN002", wrong, gate, path, pin, "versions such as ^1")
        elif not any(_accepts(pin, version) for version in served):
            yield Problem(
                "PLN002",
                f"{name} is pinned to {pin}, plan {other.id} serves {spoken(served) or 'no version'}",
                gate,
                path,
                pin,
                _accepted(name, served, alone=hint is not None),
                hint or write,
            )


def unfit_here(subject: Subject) -> Iterator[Problem]:
    """Tell of pins of the plan's own consumers that no version which its own contracts serve satisfies."""
    plan = subject.plan
    for contract, consumer, pin, gate, path in pins_here(plan):
        served = _served(contract)
        if wrong := _unreadable(pin):
            yield Problem("PLN002", wrong, gate, path, pin, "versions such as ^1")
        if wrong or not served or any(_accepts(pin, version) for version in served) or subject.refused(*_VERSIONS):
            continue  # CON002 asks for a version where there is none
        alone = _pinned_alone(subject, consumer, plan, contract) if gate == "context" else None
        yield Problem(
            "PLN002",
            f"{consumer.id} pins {contract.dataset} to {pin}, the contract here serves {spoken(served)}",
            gate,
            path,
            pin,
            _accepted(contract.dataset or "", served, alone=alone is not None),
            alone
            or f"Write `pinned: {_pin(served[0])}` once it reads that version, or name the one that it reads "
            "in `live_versions` of the contract",
        )


def pins_here(plan: Plan) -> Iterator[tuple[Contract, Consumer, str, str, Path]]:
    """Give what consumers of a plan pin of its own datasets: contract, consumer, pin, and the place of the pin.

    What the contract says of a consumer comes before what the consumer says of everything that it reads.
    """
    readers = {one.id: (index, one) for index, one in enumerate(plan.context.consumers if plan.context else ())}
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        listed = contract.consumers if isinstance(contract.consumers, tuple) else ()
        for place, entry in enumerate(listed):
            if entry.pinned and entry.consumer in readers:
                path: Path = ("contracts", index, "consumers", place, "pinned")
                yield contract, readers[entry.consumer][1], entry.pinned, "contracts", path
        told = {entry.consumer for entry in listed if entry.pinned}
        for place, consumer in readers.values():
            if consumer.pinned and contract.dataset in consumer.reads and consumer.id not in told:
                yield contract, consumer, consumer.pinned, "context", ("consumers", place, "pinned")


def _served(contract: Contract) -> list[str]:
    return [version for version in (contract.version, *(one.version for one in contract.live_versions)) if version]


def _pin(version: str) -> str:
    """Write the pin that accepts whatever does not break who reads a version: `^3`."""
    return f"^{version.partition('.')[0]}"


def _accepted(dataset: str, served: list[str], *, alone: bool) -> str:
    """Write the pins that would do, and that they stand elsewhere where the pin here holds for other datasets too."""
    pins = spoken([_pin(version) for version in served])
    return f"{pins} for {dataset}, pinned by itself in its contract" if alone else pins or "a version that is served"


def _pinned_alone(subject: Subject, consumer: Consumer, other: Plan, contract: Contract) -> str | None:
    """Say how one dataset of several that a consumer reads is pinned by itself, in the plan that makes it, and where
    the pin of the others goes when it cannot stay."""
    others, served = [name for name in consumer.reads if name != contract.dataset], _served(contract)
    if not others or not served or other.contracts is None:
        return None
    pin = _entry(subject.plan, consumer, other, contract, _pin(served[0]))
    if other.id == subject.plan.id:
        return f"It holds for {spoken(others)} too; pin this one by itself in {pin}"
    held = _contracts_of(subject, others)
    lost = [name for name in others if name not in held]
    told = [f"Take `pinned: {consumer.pinned}` out here, where it holds for {spoken(others)} too"]
    if lost:
        told.append(f"{spoken(lost)} {'has' if len(lost) == 1 else 'have'} no contract that could pin it")
    told += [
        f"keep it for {name} in {_entry(subject.plan, consumer, *held[name], consumer.pinned)}"
        for name in others
        if name in held
    ]
    return f"{'; '.join(told)}; and pin {contract.dataset} in {pin}"


def _contracts_of(subject: Subject, names: list[str]) -> dict[str, tuple[Plan, Contract]]:
    """Give the contracts of datasets, each with the plan that makes it."""
    landscape = subject.facts.landscape
    makers = [landscape.by_id[one] for name in names for one in landscape.producers.get(name, ())]
    return {
        contract.dataset: (plan, contract)
        for plan in makers
        for contract in (plan.contracts.contracts if plan.contracts else ())
        if contract.dataset in names
    }


def _entry(reading: Plan, consumer: Consumer, plan: Plan, contract: Contract, pin: str | None) -> str:
    """Write the consumers of a contract with one pinned, a consumer of the same plan or else the plan that reads."""
    index = (plan.contracts.contracts if plan.contracts else ()).index(contract)
    here = plan.id == reading.id
    reader = consumer.id if here else reading.id
    entries = contract.consumers if isinstance(contract.consumers, tuple) else ()
    pins = {**{entry.consumer: entry.pinned for entry in entries}, reader: pin}
    known = [name for name in consumers_of(plan, contract) if name != reader]
    listed = [f"{{consumer: {name}{f', pinned: {pins[name]}' if pins.get(name) else ''}}}" for name in (*known, reader)]
    where = "gate contracts here" if here else f"gate contracts of plan {plan.id}"
    instead = " in place of `from_context`" if contract.consumers == "from_context" else ""
    return f"{where}, at `contracts[{index}]`: `consumers: [{', '.join(listed)}]`{instead}"


def _unreadable(pin: str) -> str | None:
    """Say why a text is no pin; None where it is one."""
    try:
        satisfies("0.0.0", pin)
    except ValueError as error:
        return str(error)
    return None


def _accepts(pin: str, version: str) -> bool:
    try:
        return satisfies(version, pin)
    except ValueError:
        return True  # CON002 tells of what is no version

"""Digest `pg1`: the meaning of a gate as one SHA-256, so that an approval holds for what was read and nothing else.

A digest is taken over parts, each its length as 8 bytes, big-endian, and its bytes. A gate's parts are the scheme, the
plan's id, the gate's id, its data, its prose, its files, and for gates that speak for the whole plan the plan. Data and
files are canonical JSON (RFC 8785) of `canonical` values.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping

import rfc8785
from msgspec import Struct
from msgspec.json import Encoder
from pydantic import BaseModel

from plangate.analysis.canonical import Data, canonical, field_data, named_path, part_data, plain
from plangate.analysis.derived import Derived
from plangate.analysis.wording import wording
from plangate.model.pattern import WHOLE, along, places
from plangate.model.plan import Plan
from plangate.model.problem import Path

SCHEME = "pg1"
SCHEMES = frozenset({SCHEME})
"""The schemes that can be checked."""

FOR_THE_PLAN = frozenset({"context", "cutover", "bundle"})
"""The gates whose approval holds for profile, tier, mode and go-live too."""

_FIELDS = b"fields"
_BEHIND = re.compile(b"[\xee-\xf4]")
"""How letters begin in UTF-8 that lie behind the surrogates."""
_ENCODER = Encoder(order="sorted")


class Signed(Struct, frozen=True):
    """What a digest is taken over: the parts, by name, as canonical JSON or text."""

    data: Data
    prose: str = ""
    files: Data = ""
    plan: Data = ""


def gate_parts(plan: Plan, gate: str, derived: Derived) -> tuple[bytes, ...]:
    """Give the parts of a gate's digest; raises KeyError for a gate that is not there or cannot be read."""
    prose = plan.prose.get(gate)
    body = wording(prose.body) if prose else ""
    data, files = _json(_data(plan, gate, derived)), _json(_files(plan, gate, body))
    parts = (SCHEME.encode(), plan.id.encode(), gate.encode(), data, body.encode(), files)
    if gate in FOR_THE_PLAN:
        header = part_data(plan.header)
        return (*parts, _json({key: header[key] for key in ("profile", "tier", "mode", "go_live") if key in header}))
    return parts


def field_parts(
    plan: Plan, gate: str, patterns: Iterable[str], leave_out: Iterable[str], known: dict[str, Data] | None = None
) -> tuple[bytes, ...]:
    """Give the parts of the digest over those fields of a gate that another one rests on.

    A gate that is not there says nothing: all its fields are absent. `known` is that of `fields_of`.
    """
    fields = _json(fields_of(plan, gate, patterns, leave_out, known))
    return (SCHEME.encode(), plan.id.encode(), gate.encode(), _FIELDS, fields)


def fields_of(
    plan: Plan, gate: str, patterns: Iterable[str], leave_out: Iterable[str], known: dict[str, Data] | None = None
) -> Data:
    """Give, for each pattern, what stands at the places of a gate that it names, by their paths.

    `known` keeps what patterns name between calls for one gate.
    """
    value, left_out = plan.gates.get(gate), frozenset(leave_out)
    found: dict[str, Data] = {} if known is None else known
    names: dict[int, list[str | None]] = {}
    wanted = sorted(set(patterns))
    for pattern in wanted:
        if pattern in found:
            continue
        inner: dict[str, Data] = {}
        for path, item in places(value, pattern) if value is not None else ():
            data = _member(value, path, item, left_out)
            if data is not None:
                inner[named_path(value, path, names) if pattern != WHOLE else gate] = data
        found[pattern] = inner
    return {pattern: found[pattern] for pattern in wanted}


def _member(value: object, path: Path, item: object, leave_out: frozenset[str]) -> Data | None:
    """Give the canonical data of a member as its part has it; None where nothing stands."""
    if item is None or item == ():
        return None
    parent = along(value, path[:-1])[-1] if path else None
    if path and isinstance(path[-1], str) and isinstance(parent, BaseModel):
        return field_data(parent, path[-1], leave_out)
    return canonical(item, leave_out=leave_out)


def preimage(parts: Iterable[bytes]) -> bytes:
    """Put parts together, each behind its length."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def digest(parts: Iterable[bytes]) -> str:
    """Give the digest of parts: `sha256:` and 64 hexadecimal digits."""
    return sha256(preimage(parts))


def sha256(content: bytes) -> str:
    """Give the SHA-256 of bytes: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def split(content: bytes) -> tuple[bytes, ...] | None:
    """Take a preimage apart into its parts; None where it is none."""
    parts: list[bytes] = []
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 8], "big")
        if place + 8 + length > len(content):
            return None
        parts.append(content[place + 8 : place + 8 + length])
        place += 8 + length
    return tuple(parts)


def signed(parts: tuple[bytes, ...]) -> Signed:
    """Read the parts of a gate's or of fields' digest back; raises ValueError where they are none."""
    if len(parts) == 5 and parts[3] == _FIELDS:
        return Signed(json.loads(parts[4]))
    if len(parts) not in {6, 7}:
        raise ValueError("neither the parts of a gate nor those of its fields")
    return Signed(
        json.loads(parts[3]), parts[4].decode("utf-8"), json.loads(parts[5]), json.loads(parts[6]) if parts[6:] else ""
    )


def digests(plan: Plan, derived: Derived) -> Mapping[str, str]:
    """Give the digest of every gate that could be read, in the profile's order."""
    return {gate: digest(gate_parts(plan, gate, derived)) for gate in plan.gates}


def _json(data: Data) -> bytes:
    """Write canonical JSON (RFC 8785). A usual writer does, and faster, while its order of keys is that of UTF-16: as
    long as no letter lies behind the surrogates."""
    quick = _ENCODER.encode(data)
    return rfc8785.dumps(data) if not quick.isascii() and _BEHIND.search(quick) else quick


def _data(plan: Plan, gate: str, derived: Derived) -> Data:
    """Give the gate's own data with what was written in other forms: what is derived, assumed, declined, refused."""
    value = plan.gates[gate]
    data = part_data(value)

    names: dict[int, list[str | None]] = {}

    def at(path: tuple[str | int, ...]) -> str:
        return named_path(value, path, names)

    more: dict[str, Data] = {
        "$derived": dict(_derived(plan, gate, derived)),
        "$assumed": {
            at(one.path): plain(
                {"because": one.because, "owner": one.owner, "verify_by": one.verify_by, "if_wrong": one.if_wrong}
            )
            for one in plan.assumed
            if one.gate == gate
        },
        "$not_applicable": {at(path): plain(why) for (name, path), why in plan.not_applicable.items() if name == gate},
        "$extensions": {at(path): plain(item) for (name, path), item in plan.extensions.items() if name == gate},
        "$refused": sorted(at(path) for name, path in plan.broken if name == gate),  # type: ignore[dict-item]
        "$page": _page(plan, gate),
    }
    return data | {key: item for key, item in more.items() if item}


def _page(plan: Plan, gate: str) -> Data:
    prose = plan.prose.get(gate)
    if prose is None:
        return {}
    page = {"title": prose.title, "description": prose.description}
    tags: Data = sorted({str(plain(tag)) for tag in prose.tags})  # type: ignore[assignment]
    return {key: plain(item) for key, item in page.items() if item} | ({"tags": tags} if tags else {})


def _derived(plan: Plan, gate: str, derived: Derived) -> Iterator[tuple[str, Data]]:
    """Give what the gate lets follow from other gates, as it follows today."""
    if gate == "quality" and derived.checks:
        checks = sorted(derived.checks, key=lambda check: (check.id, check.dataset))
        yield (
            "checks",
            plain([{"id": c.id, "dataset": c.dataset, "columns": c.columns, "kind": c.kind} for c in checks]),
        )
    elif gate == "sources" and derived.promises:
        promises = sorted(derived.promises, key=lambda promise: promise.dataset)
        yield "freshness", [{"dataset": one.dataset, "target": canonical(one.target)} for one in promises]
    elif gate == "contracts":
        columns = {name: canonical(found) for name, found in derived.contract_columns.items()}
        consumers = {name: plain(sorted(found)) for name, found in derived.contract_consumers.items()}
        if columns:
            yield "columns", columns
        if consumers:
            yield "consumers", consumers
    elif gate == "acceptance" and derived.criteria:
        yield "criteria", canonical(derived.criteria)


def _files(plan: Plan, gate: str, body: str) -> Data:
    """Give the files that belong to a gate: contracts as values, all else by content."""
    found: dict[str, Data] = {}
    if gate == "contracts":
        found.update(
            {name: plain(one.raw) for name, one in plan.contract_files.items() if name not in plan.attachments}
        )
    for name, content in plan.attachments.items():
        contract = name.startswith("contracts/")
        if (contract and gate == "contracts" and name not in found) or (not contract and name in body):
            found[name] = content
    return found


def inherited_paths(plan: Plan, gate: str) -> frozenset[str]:
    """Give the paths of a gate, by names, that its team's defaults fill."""
    value = plan.gates.get(gate)
    return frozenset(named_path(value, path) for name, path in plan.inherited if name == gate)

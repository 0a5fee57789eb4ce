"""What was read when it was signed: unpacked only as what it was, and told as people write it."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.canonical import Data
from plangate.analysis.digest import SCHEME, Signed, digest
from plangate.analysis.seen import Change, changes, field_changes, packed, unpacked

PARTS = (SCHEME.encode(), b"a-plan", b"capacity", b'{"horizon":"3600 s"}', b"Why.", b"{}")
FIELDS = (SCHEME.encode(), b"a-plan", b"sources", b"fields", b'{"freshness":{}}')


def test_what_was_packed_comes_back_under_its_digest() -> None:
    found = unpacked(packed([PARTS, FIELDS]))
    assert found[digest(PARTS)] == Signed({"horizon": "3600 s"}, "Why.", {})
    assert found[digest(FIELDS)].data == {"freshness": {}}
    assert len(found) == 2


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.b64encode(zlib.compress(raw)).decode()))
def test_anything_else_is_nothing(text: str) -> None:
    assert all(name.startswith("sha256:") for name in unpacked(text))


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a": 1}', b"null", b'{"a":' * 80 + b'"b"' + b"}" * 80, b"{"])
def test_what_no_gate_says_is_not_believed_even_under_its_digest(data: bytes) -> None:
    assert unpacked(packed([(*PARTS[:3], data, b"", b"{}"), (*FIELDS[:4], data)])) == {}


def test_long_texts_are_told_by_their_beginning() -> None:
    (change,) = changes("context", Signed({"problem": "a" * 5000}), Signed({"problem": "b" * 5000}))
    assert len(str(change)) < 200


@given(st.from_regex(r"\A-?[0-9]{1,30}(\.[0-9]{1,30})? ((s|B|rows|EUR|ratio|1/s|h|x)[ /]?){1,4}\Z"), st.booleans())
def test_any_text_that_looks_like_a_quantity_can_be_told(text: str, twice: bool) -> None:
    other = f"2{text}" if twice and text[0] != "-" else text.replace("1", "2")
    assert all(str(change) for change in changes("capacity", Signed({"a": text}), Signed({"a": other})))


def test_a_bomb_is_cut() -> None:
    assert unpacked(base64.b64encode(zlib.compress(b"\0" * 50_000_000, 9)).decode()) is not None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("7200 s", "900 s", "120 min → 15 min"),
        ("31104000 s", "32400000 s", "360 d → 375 d"),
        ("0.05 ratio", "0.1 ratio", "5 % → 10 %"),
        ("10 rows/s", "a word", "10 rows/s → a word"),
        ("true", "false", "true → false"),
        ("3 engineers", "4 engineers", "3 engineers → 4 engineers"),
        ("1 s", "0 s", "1 s → 0 s"),
    ],
)
def test_changes_read_as_people_write(old: str, new: str, told: str) -> None:
    (change,) = changes("capacity", Signed({"horizon": old}), Signed({"horizon": new}))
    assert str(change).removeprefix("capacity.horizon ") == told


def test_what_came_and_went_is_told() -> None:
    (gone, come, prose) = changes(
        "sources", Signed({"sources": [{"id": "a"}]}, "One."), Signed({"sources": [{"id": "b"}]}, "Two.")
    )
    assert str(gone) == "sources[a].id is gone: a"
    assert str(come) == "sources[b].id is new: b"
    assert str(prose) == "sources: prose “One.” → “Two.”"


def test_what_follows_comes_last_and_a_part_of_it_once() -> None:
    one: dict[str, Data] = {"id": "a", "kind": "unique", "columns": ""}
    other: Data = {"id": "b", "kind": "row_count", "dataset": "mart.orders"}
    before: Data = {"$derived": {"checks": [one, other]}, "derive": ["row_count", "unique"]}
    after: Data = {"$derived": {"checks": [one | {"kind": "not_null"}]}, "derive": ["unique"]}
    assert [str(change) for change in changes("quality", Signed(before), Signed(after))] == [
        "quality.derive row_count, unique → unique",
        "quality.checks[a].kind unique → not_null",
        "quality.checks[b] is gone: mart.orders, b, row_count",
    ]
    assert str(changes("quality", Signed(after), Signed(before))[-1]) == (
        "quality.checks[b] is new: mart.orders, b, row_count"
    )
    short: Data = {"$derived": {"checks": [{"id": "a", "columns": ""}, other]}}
    (gone, *_) = changes("quality", Signed({"$derived": {"checks": [one, other]}}), Signed(short))
    assert (gone.path, str(gone)) == ("quality.$derived.checks[a].kind", "quality.checks[a].kind is gone: unique")


def test_what_is_written_in_another_form_stands_where_its_file_has_it() -> None:
    before: Data = {"horizon": "62208000 s", "workloads": [{"id": "a", "peak_factor": "2"}]}
    after: Data = {
        "horizon": "31104000 s",
        "$assumed": {"horizon": {"because": "nobody knows", "owner": "", "if_wrong": ""}},
        "$not_applicable": {"workloads[a].peak_factor": "it is even"},
        "$extensions": {"workloads[a].x_seen": "yes"},
        "$page": {"title": "Sizes"},
        "$refused": ["budget", "runtimes[b].p50"],
        "workloads": [{"id": "a"}],
    }
    assert [str(change) for change in changes("capacity", Signed(before), Signed(after))] == [
        "capacity.horizon 720 d → 360 d",
        "capacity.horizon.because is new: nobody knows",
        "capacity.workloads[a].peak_factor is gone: 2",
        "capacity.workloads[a].peak_factor.not_applicable is new: it is even",
        "capacity.workloads[a].x_seen is new: yes",
        "capacity: title of the page is new: Sizes",
        "capacity: what cannot be read is new: budget, runtimes[b].p50",
    ]
    assumed: Data = {"$assumed": {"sources[a].volume": {"because": "nobody knows"}}}
    (come,) = changes("sources", Signed({}), Signed(assumed))
    assert str(come) == "sources[a].volume.because is new: nobody knows"
    (empty,) = changes("capacity", Signed({}), Signed({"$assumed": {"horizon": {"owner": ""}}}))
    assert str(empty) == "capacity.horizon.owner is new: "


def test_prose_that_only_grows_or_moves_is_a_change() -> None:
    assert [str(c) for c in changes("context", Signed("", "One."), Signed("", "One.\n\nTwo."))] == [
        "context: prose is new: “Two.”"
    ]
    assert [str(c) for c in changes("context", Signed("", ""), Signed("", "One."))] == ["context: prose is new: “One.”"]
    assert len(changes("context", Signed("", "One.\n\nTwo."), Signed("", "Two.\n\nOne."))) == 1


def test_fields_that_were_not_asked_for_are_changes() -> None:
    (change,) = field_changes("sources", {}, {"freshness": {}}, ("freshness",))
    assert change == Change("sources.freshness", "not asked for", "part of the review")

"""What was found out about signers: read back as it was written, or not believed at all."""

from pathlib import Path

import pytest

from plangate.model.review import Identity
from plangate.reading.identity import IdentityRejected, identity_text, read_identity

SHA = "sha256:" + "5f0c" * 16


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    known = Identity({SHA: "verified"}, {"orders-mart": {"capacity": "bob"}}, {"a": ("reviews/x.yml",)}, {"b": ()})
    (tmp_path / "identity.json").write_text(identity_text(known))
    read = read_identity(tmp_path / "identity.json")
    assert (read.level(SHA), read.level("sha256:0"), read.author("orders-mart", "capacity")) == (
        "verified",
        "claimed",
        "bob",
    )
    assert read.author("orders-mart", "sources") is None
    assert (read.gone, read.edited) == ({"a": ("reviews/x.yml",)}, {"b": ()})
    assert identity_text(read) == identity_text(known)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"scheme": 2}',
        '{"scheme": 1, "level": {}}',
        '{"scheme": 1, "levels": {"a": "certain"}}',
        '{"scheme": 1, "levels": ["a"]}',
        '{"scheme": 1, "authors": {"a": "bob"}}',
        '{"scheme": 1, "authors": {"a": {"b": 1}}}',
        '{"scheme": 1, "gone": {"a": "b"}}',
        '{"scheme": 1, "edited": {"a": [1]}}',
    ],
)
def test_anything_else_is_not_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / "identity.json").write_text(text)
    with pytest.raises(IdentityRejected):
        read_identity(tmp_path / "identity.json")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IdentityRejected, match="cannot be read"):
        read_identity(tmp_path / "identity.json")

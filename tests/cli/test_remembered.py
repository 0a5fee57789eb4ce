"""Runs that are remembered: told again to the byte where nothing changed, and never believed where anything did."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from plangate.cli import kept, remembered, snapshot
from plangate.reports.formats import FORMATS

Cli = Callable[..., Any]

GATE = "plans/first-plan/03-capacity.yml"


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each run that really examines something."""
    from plangate.cli import check  # noqa: PLC0415 -- the module whose work is counted

    runs: list[int] = []
    real = check.examine

    def counted(*args: Any, **asked: Any) -> Any:
        runs.append(1)
        return real(*args, **asked)

    monkeypatch.setattr(check, "examine", counted)
    return runs


def _break(portal: Path) -> None:
    path = portal / GATE
    path.write_text(path.read_text("utf-8").replace("horizon: 24 month", "horizon: 24 m"), "utf-8")


def _kept(suffix: str = "") -> list[Path]:
    place = kept.folder()
    assert place is not None
    return sorted(place.glob(f"*{suffix}"))


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_second_run_says_the_same_and_examines_nothing(
    cli: Cli, portal: Path, examined: list[int], form: str, broken: bool
) -> None:
    if broken:
        _break(portal)
    first, second = cli("check", "--format", form), cli("check", "--format", form)
    assert len(examined) == 1
    assert first.status == int(broken)
    assert second == first == cli("check", "--format", form, "--no-cache")
    assert len(examined) == 2


def test_files_are_written_again(cli: Cli, portal: Path, examined: list[int]) -> None:
    args = ("check", "--format", "text", "--format", "json=out/report.json")
    first = cli(*args)
    written = (portal / "out/report.json").read_bytes()
    (portal / "out/report.json").unlink()
    assert cli(*args) == first
    assert (portal / "out/report.json").read_bytes() == written
    (portal / "out/report.json").unlink()
    (portal / "out/report.json").mkdir()
    assert cli(*args).status == 2
    assert len(examined) == 1


def _touch(portal: Path) -> None:
    (portal / GATE).touch()


def _new_file(portal: Path) -> None:
    (portal / "plans/first-plan/notes.txt").write_text("", "utf-8")


def _renamed(portal: Path) -> None:
    (portal / "plans/first-plan").rename(portal / "plans/other-plan")


def _same_size(portal: Path) -> None:
    path, when = portal / GATE, (portal / GATE).stat().st_mtime_ns
    text = path.read_text("utf-8")
    path.write_text(text.replace("24 month", "25 month"), "utf-8")
    os.utime(path, ns=(when, when))


def _policy(portal: Path) -> None:
    path = portal / "references/checklists.yml"
    path.write_text(path.read_text("utf-8") + "\n# another word\n" if path.is_file() else "preset: minimal\n", "utf-8")


@pytest.mark.parametrize(
    "change", [_break, _new_file, _renamed, _same_size, _policy], ids=lambda change: change.__name__
)
def test_whatever_changes_is_examined(
    cli: Cli, portal: Path, examined: list[int], change: Callable[[Path], None]
) -> None:
    cli("check")
    change(portal)
    told = cli("check")
    assert len(examined) == 2
    assert told == cli("check", "--no-cache")


def test_the_time_of_a_file_changes_nothing(cli: Cli, portal: Path, examined: list[int]) -> None:
    cli("check")
    _touch(portal)
    cli("check")
    assert len(examined) == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--today", "2026-12-24"),
        ("--preset", "strict"),
        ("--fail-on", "never"),
        ("--format", "json"),
        ("first-plan",),
        ("--base", "HEAD"),
        ("--changed",),
        ("--write-baseline",),
    ],
    ids=" ".join,
)
def test_what_is_asked_otherwise_is_examined(
    cli: Cli, portal: Path, examined: list[int], args: tuple[str, ...]
) -> None:
    cli("check")
    cli("check", *args)
    assert len(examined) == 2


@pytest.mark.parametrize("args", [("first-plan",), ("--base", "HEAD"), ("--changed",)], ids=" ".join)
def test_what_depends_on_more_than_files_is_not_kept(cli: Cli, portal: Path, args: tuple[str, ...]) -> None:
    cli("check", *args)
    assert not _kept()


def test_what_breaks_down_is_not_kept(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("plangate.reading.portfolio.read_plan", broken)
    assert cli("check").status == 3
    assert not _kept()


def _forge(path: Path) -> None:
    body = (
        path.read_text("utf-8").partition("\n")[2].replace("Failed: ", "Passed: ").replace('"status": 1', '"status": 0')
    )
    path.write_text(f"{'0' * 64}\n{body}", "utf-8")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95pickle")


def _sealed(path: Path, name: str, body: str) -> None:
    path.write_text("\n".join((hashlib.sha256(f"{name}\n{body}".encode()).hexdigest(), body)), "utf-8")


def _of_another_run(path: Path) -> None:
    _sealed(path, f"{'0' * 64}{path.suffix}", path.read_text("utf-8").partition("\n")[2])


def _of_another_shape(path: Path) -> None:
    _sealed(path, path.name, json.dumps({"status": 0, "texts": [1], "contents": [1]}))


def _link(path: Path) -> None:
    path.rename(path.with_suffix(".other"))
    path.symlink_to(path.with_suffix(".other"))


def _written_by_all(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize(
    "spoil",
    [_forge, _cut, _garbage, _of_another_run, _of_another_shape, _link, _written_by_all],
    ids=lambda spoil: spoil.__name__,
)
def test_a_broken_or_foreign_record_is_thrown_away(
    cli: Cli, portal: Path, examined: list[int], spoil: Callable[[Path], None]
) -> None:
    _break(portal)
    first = cli("check")
    (path,) = _kept(".run")
    spoil(path)
    assert cli("check") == first
    assert len(examined) == 2
    assert cli("check") == first
    assert len(examined) == (3 if path.is_symlink() else 2)


@pytest.mark.parametrize(
    "spoil",
    [_forge, _cut, _garbage, _of_another_run, _of_another_shape, _link, _written_by_all],
    ids=lambda spoil: spoil.__name__,
)
def test_what_came_of_plans_is_believed_as_it_was_written_alone(
    cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    from plangate.checks.runner import judge_all as real  # noqa: PLC0415 -- whose work is looked at

    wanted: list[Any] = []

    def seen(order: Any, portfolio: Any, landscape: Any, plans: Any, *rest: Any) -> Any:
        wanted.append(list(plans))
        return real(order, portfolio, landscape, plans, *rest)

    monkeypatch.setattr("plangate.checks.hand.judge_all", seen)
    _break(portal)
    first = cli("check")
    for path in _kept(".run"):
        path.unlink()
    assert cli("check") == first
    assert wanted == [["first-plan"], []]
    for path in _kept(".run"):
        path.unlink()
    (path,) = _kept(".plans")
    spoil(path)
    assert cli("check") == first
    assert wanted[2:] == [["first-plan"]]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by the name of each entry whose content is read; files are at rest at once."""
    names: list[str] = []
    real = snapshot._content

    def counted(below: Sequence[tuple[os.DirEntry[str], os.stat_result]]) -> bytes:
        names.append(below[0][0].name)
        return real(below)

    monkeypatch.setattr(snapshot, "_content", counted)
    monkeypatch.setattr(snapshot, "_SETTLED", 0)
    return names


def test_what_rests_is_not_read_again(cli: Cli, portal: Path, hashed: list[str]) -> None:
    first = cli("check")
    assert hashed.count("first-plan") == 1
    assert cli("check") == first
    assert hashed.count("first-plan") == 1


def test_a_change_that_hides_its_time_and_size_is_seen(cli: Cli, portal: Path, hashed: list[str]) -> None:
    cli("check")
    path, text = portal / GATE, (portal / GATE).read_text("utf-8")
    before = path.stat()
    changed = text.replace("horizon: 24 month", "horizon: 24 mouth")
    assert changed != text
    path.write_text(changed, "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert cli("check").status == 1
    assert hashed.count("first-plan") == 2


def test_what_was_saved_a_moment_ago_is_read_again(
    cli: Cli, portal: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_SETTLED", 10**15)
    cli("check")
    cli("check")
    assert hashed.count("first-plan") == 2


def test_what_was_seen_is_believed_as_it_was_written_alone(cli: Cli, portal: Path, hashed: list[str]) -> None:
    cli("check")
    (path,) = _kept(".seen")
    _forge(path)
    cli("check")
    assert hashed.count("first-plan") == 2


def test_nothing_in_the_repository_is_read_as_a_result(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert (kept.folder() or Path()).is_relative_to(Path.home())
    monkeypatch.setenv("XDG_CACHE_HOME", str(portal / "a-file"))
    (portal / "a-file").write_text("", "utf-8")
    assert cli("check").status == 0


def test_old_runs_are_forgotten(cli: Cli, portal: Path) -> None:
    for number in range(40):
        remembered.remember(snapshot.Snapshot(f"{number:064d}", "", {}, (), {}), remembered.Run(0, ("Passed.\n",)))
    assert len(_kept()) == 32


def test_what_is_saved_while_we_look_is_not_mistaken_for_what_was_there(
    cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plangate.cli import check  # noqa: PLC0415 -- the module that is interrupted

    real = check.examine

    def meanwhile(*args: Any, **asked: Any) -> Any:
        _break(portal)
        return real(*args, **asked)

    monkeypatch.setattr(check, "examine", meanwhile)
    assert cli("check").status == 1
    assert not _kept()

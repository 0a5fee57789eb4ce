"""The history of a plan from real commits: what counts as a version, what each changed, and what is kept of it."""

from pathlib import Path

import pytest

from plangate.analysis.history import History, Lapsed, Moved, Said, Signed, Step, Waived
from plangate.reading.policy import load_policy
from plangate.reports.history import MISSING, NO_REPOSITORY, NOT_COMMITTED, SHALLOW, Kept, histories

from ..checks.signing import NAME, plans, sign
from ..repositories import git

WAIVER = (
    "id: W-001\nrule: GEN012\ngate: sources\npath: sources\nreason: The source counts again next week\n"
    "owner: alice\napproved_by: carol\ncreated: 2026-11-02\nexpires: 2026-12-24\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of plans in a repository, with the first plan committed."""
    made = plans(tmp_path / "repository")
    git(made.parent, "init", "--quiet", "--initial-branch", "main")
    commit(made, "Plan the orders")
    return made


def commit(place: Path, message: str, who: str = "alice@example.com") -> str:
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--author", f"X <{who}>", "--message", message)
    return git(place, "rev-parse", "HEAD")


def edit(place: Path, file: str, old: str, new: str) -> None:
    path = place / NAME / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_plans_may_lie_at_the_top_of_their_repository(tmp_path: Path) -> None:
    made = plans(tmp_path / "plans")
    git(made, "init", "--quiet")
    commit(made, "Plan the orders")
    assert [version.subject for version in told(made).versions] == ["Plan the orders"]


def told(place: Path, most: int = 10, kept: Kept | None = None, name: str = NAME) -> History:
    return histories(place, None, load_policy(None)[0], [name], most, kept or Kept())[name]


def newest(place: Path) -> Step:
    step = told(place).versions[0].step
    assert step is not None
    return step


def test_versions_are_the_commits_that_changed_the_meaning(place: Path) -> None:
    edit(place, "03-capacity.yml", "horizon: 24 month", "# how far\nhorizon: 24 month")
    commit(place, "Comment")
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    sha = commit(place, "Look further", "bob@example.com")
    (place.parent / "elsewhere.txt").write_text("x")
    commit(place, "Elsewhere")
    edit(place, "11-bundle.yml", "risks:", "risks: ")
    commit(place, "A blank", "stranger@example.com")
    found = told(place)
    assert [(version.subject, version.author) for version in found.versions] == [
        ("Look further", "bob"),
        ("Plan the orders", "alice"),
    ]
    assert (found.cosmetic, found.earlier, found.ends) == (2, 0, "")
    assert (found.versions[0].sha, str(found.versions[0].day)) == (sha, "2026-11-01")
    last, first = (version.step for version in found.versions)
    assert first is not None
    assert last is not None
    assert (first.fate, len(first.gates), first.said) == ("new", 11, ())
    assert last.said == (Said("capacity.horizon", "720 d", "750 d", "neutral", "", None),)
    assert (last.gates, last.counts[-1][0]) == (("capacity",), "neutral")
    stored = next(one for one in last.numbers if one.label == "Stored at the horizon")
    assert isinstance(stored, Moved)
    assert stored.before is not None
    assert stored.before != stored.after


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("03-capacity.yml", "budget: 100 EUR/month", "budget: 20 EUR/month",
         Moved("Cost a month", "24 EUR/month", "24 EUR/month", "20 EUR/month", "risk", "The limit is missed now")),
        ("03-capacity.yml", "quantity: 8 credits/month", "quantity: 30 credits/month", "The cost grows by"),
        ("06-contracts.yml", "compatibility: backward", "compatibility: full",
         "'backward', after='full', weight='neutral', why='', rule='CTR-MODE-TIGHTENED'"),
    ],
)  # fmt: skip
def test_changes_come_by_weight_with_numbers_and_limits(
    place: Path, file: str, old: str, new: str, said: Moved | str
) -> None:
    edit(place, file, old, new)
    commit(place, "Another value")
    step = newest(place)
    assert str(said) in str((step.said, step.numbers))


def test_a_loosened_promise_is_breaking_and_lists_are_told_by_what_they_lost(place: Path) -> None:
    edit(place, "07-quality.yml", ", row_count]", "]")
    commit(place, "One check less")
    step = newest(place)
    assert step.said[0] == Said("quality.derive", "row_count", None, "breaking", "A derived check is removed", None)
    assert step.counts[0] == ("breaking", 1)


def test_records_and_waivers_come_and_approvals_lapse(place: Path) -> None:
    sign(place, "platform", ("capacity", "sources"))
    sign(place, "sre", ("operations",))
    commit(place, "Approve")
    step = newest(place)
    assert step.said == ()
    assert step.records == (
        Signed("reviews/2026-11-20-bob-platform.yml", "bob", "platform", "approve", ("capacity", "sources"), "new"),
        Signed("reviews/2026-11-20-bob-sre.yml", "bob", "sre", "approve", ("operations",), "new"),
    )
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    (place / NAME / "waivers").mkdir()
    (place / NAME / "waivers" / "W-001.yml").write_text(WAIVER)
    commit(place, "Look further")
    step = newest(place)
    assert step.lapsed == (Lapsed("capacity", "bob", "platform", "stale"),)
    assert [(one.id, one.rule, one.fate) for one in step.waivers] == [("W-001", "GEN012", "new")]
    assert isinstance(step.waivers[0], Waived)
    (place / NAME / "reviews" / "2026-11-20-bob-sre.yml").unlink()
    edit(place, "waivers/W-001.yml", "2026-12-24", "2026-12-31")
    commit(place, "Take a record away")
    step = newest(place)
    assert [(one.role, one.fate) for one in step.records] == [("sre", "removed")]
    assert [(one.id, str(one.expires), one.fate) for one in step.waivers] == [("W-001", "2026-12-31", "changed")]
    assert step.lapsed == ()


def test_a_merge_tells_only_what_no_side_of_it_tells(place: Path) -> None:
    git(place, "checkout", "--quiet", "-b", "side")
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(place, "Side")
    git(place, "checkout", "--quiet", "main")
    edit(place, "plan.yml", "version: 0.1.0", "version: 0.2.0")
    commit(place, "Here")
    git(place, "merge", "--quiet", "--no-ff", "--message", "Both", "side")
    found = told(place)
    assert sorted(version.subject for version in found.versions) == ["Here", "Plan the orders", "Side"]
    assert found.cosmetic == 1
    edit(place, "03-capacity.yml", "horizon: 25 month", "horizon: 26 month")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--amend", "--no-edit")
    version = told(place).versions[0]
    assert version.subject == "Both"
    assert version.step is not None
    assert [one.place for one in version.step.said] == ["capacity.horizon"]


def test_a_plan_that_went_and_came_back(place: Path) -> None:
    top = place.parent
    git(top, "rm", "--quiet", "-r", "plans")
    git(top, "commit", "--quiet", "--message", "Away")
    git(top, "checkout", "--quiet", "HEAD~1", "--", "plans")
    git(top, "commit", "--quiet", "--message", "Back")
    fates = [version.step.fate if version.step else None for version in told(place).versions]
    assert fates == ["new", "removed", "new"]


def test_what_cannot_be_read_is_not_compared(place: Path) -> None:
    whole = (place / NAME / "03-capacity.yml").read_text()
    (place / NAME / "03-capacity.yml").write_text("broken: [\n")
    commit(place, "Break")
    (place / NAME / "03-capacity.yml").write_text(whole)
    commit(place, "Mend")
    found = told(place)
    assert [version.step and version.step.unreadable for version in found.versions[:2]] == [("capacity",)] * 2
    assert all("capacity" not in one.place for v in found.versions for one in (v.step.said if v.step else ()))


def test_the_newest_commits_are_looked_at_and_the_others_counted(place: Path) -> None:
    for month in range(25, 29):
        edit(place, "03-capacity.yml", f"horizon: {month - 1} month", f"horizon: {month} month")
        commit(place, f"To {month}")
    found = told(place, most=2)
    assert ([version.subject for version in found.versions], found.earlier) == (["To 28", "To 27"], 3)


def test_what_a_commit_says_is_cut_and_keeps_no_secret(place: Path) -> None:
    for number, message in enumerate(("Use postgres://app:Xk29vQpLm4@db.example/orders", "x" * 500), 1):
        edit(place, "plan.yml", f"version: 0.{number}.0", f"version: 0.{number + 1}.0")
        commit(place, message)
    long, secret = (version.subject for version in told(place).versions[:2])
    assert long == "x" * 200 + "…"
    assert secret.startswith("Use postgres://")
    assert "Xk29vQpLm4" not in secret


def test_steps_are_kept_and_used_again(place: Path, tmp_path: Path) -> None:
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(place, "Look further")
    file = tmp_path / "kept" / "history.json"
    first = told(place, kept=Kept(file))
    text = file.read_text()
    marked = text.replace("capacity.horizon", "capacity.marked")
    assert marked != text
    file.write_text(marked)
    assert "capacity.marked" in str(told(place, kept=Kept(file)))
    for broken in ("", "{", "[]", marked.replace('"key":"', '"key":"0'), marked.replace('"neutral"', '"odd"')):
        file.write_text(broken)
        assert told(place, kept=Kept(file)) == first
        assert file.read_text() == text
    file.unlink()
    file.mkdir()
    assert told(place, kept=Kept(file)) == first


def test_a_preview_compares_each_version_once(place: Path, tmp_path: Path) -> None:
    references = tmp_path / "references"
    references.mkdir()
    policy = load_policy(None)[0]
    for stays in (True, False):
        kept = Kept(stays=stays)
        histories(place, references, policy, [NAME], 10, kept)
        known = dict(kept.steps)
        (references / "checklists.yml").write_text(f"preset: strict # {stays}\n")
        histories(place, references, policy, [NAME], 10, kept)
        assert all((kept.steps[name] is step) == stays for name, step in known.items())


def test_where_git_cannot_tell_the_history_says_so(place: Path, tmp_path: Path) -> None:
    alone = plans(tmp_path / "alone")
    assert told(alone) == History(ends=NO_REPOSITORY)
    git(alone, "init", "--quiet")
    assert told(alone) == History(ends=NO_REPOSITORY)
    (place / "another").mkdir()
    assert told(place, name="another") == History(ends=NOT_COMMITTED)
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(place, "Look further")
    for depth, number in ((1, 0), (2, 1)):
        clone = tmp_path / f"clone-{depth}"
        git(tmp_path, "clone", "--quiet", "--depth", str(depth), f"file://{place.parent}", str(clone))
        found = told(clone / "plans")
        assert (len(found.versions), found.ends) == (number, SHALLOW)


def test_where_objects_are_missing_the_history_ends(place: Path) -> None:
    edit(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(place, "Look further")
    edit(place, "03-capacity.yml", "horizon: 25 month", "horizon: 26 month")
    commit(place, "And further")
    blob = git(place, "rev-parse", f"HEAD~2:./{NAME}/03-capacity.yml")
    (place.parent / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = told(place)
    assert ([version.subject for version in found.versions], found.earlier, found.ends) == (["And further"], 2, MISSING)

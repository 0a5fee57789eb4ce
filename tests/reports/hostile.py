"""Texts that an author might write to speak to the machine that shows them, and findings made of them."""

from itertools import product
from typing import Any

from hypothesis import strategies as st

from plangate.checks.finding import Finding, Severity, Verdict

PIECES = (
    *("::error::forged", "::error file=a,line=1::x", "##[error]x", "##vso[task.complete]", "::add-mask::x"),
    *("\n", "\r", "\r\n", "\x00", "\x08", "\x0b", "\x1b[2J", "\x7f", "\x85", "\x9b31m", "\u2028", "\u202e", "\u200b"),
    *("\ufeff", "\ud800", "\udfff", "\ufffe", "\uffff", "\U000e0041", "\U0001f600", "é", "%0A", "%25", "%", ":", ","),
    *("{0}", "{", "}", "[a](https://evil.example)", "[", "]", "\\", "<!--", "]]>", "<![CDATA[", "</failure>", "&"),
    *("&#10;", "<", ">", '"', "'", "```", "````", "`", "~~~", "| a |", "@alice", "#1", "plans/../../etc", "a b", " "),
    *("//evil.example/x", "file:///x", "::stop-commands::t"),
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.text(alphabet=st.characters(), max_size=30),
    st.builds("{}{}{}".format, st.text(max_size=5), st.sampled_from(PIECES), st.text(max_size=5)),
)


def hostile(**fixed: Any) -> st.SearchStrategy[Finding]:
    """Findings whose every text is an author's; `fixed` replaces fields."""
    fields: dict[str, Any] = {
        "rule": st.sampled_from(("BCK003", "CUT009", "GEN005")),
        "severity": st.sampled_from(("error", "warning", "info")),
        "verdict": st.sampled_from(("fail", "waived", "baselined", "undetermined")),
        "blocking": st.booleans(),
        "cause": st.sampled_from((None, "BCK003")),
        "plan": st.one_of(st.just("orders-mart"), TEXTS),
        "gate": st.one_of(st.sampled_from((None, "context", "cutover")), TEXTS),
        "file": TEXTS,
        "line": st.integers(1, 9999),
        "column": st.integers(1, 9999),
        "path": TEXTS,
        "message": TEXTS,
        "observed": st.one_of(st.none(), TEXTS),
        "expected": st.one_of(st.none(), TEXTS),
        "hint": st.one_of(st.none(), TEXTS),
        "url": st.just("rules/BCK003/"),
        "cause_plan": st.one_of(st.none(), TEXTS),
    }
    return st.builds(Finding, **{**fields, **{name: st.just(value) for name, value in fixed.items()}})


FINDINGS = st.lists(hostile(), max_size=3)


def many() -> list[Finding]:
    """Findings whose texts are every pair of pieces, some thousands of them."""
    pairs = [f"{one}{other}" for one, other in product(PIECES, PIECES)]
    shifted = [pairs[number:] + pairs[:number] for number in (0, 1, 7, 61, 499, 1009, 2003)]
    rules = ("BCK003", "CUT009", "GEN005")
    severities: tuple[Severity, ...] = ("error", "warning", "info")
    verdicts: tuple[Verdict, ...] = ("fail", "fail", "waived", "baselined", "undetermined")
    return [
        Finding(
            rule=rules[number % 3],
            severity=severities[number % 2],
            verdict=verdicts[number % 5],
            blocking=number % 5 == 0,
            cause=None,
            plan=f"{file}{number % 50}",
            gate=(None, "context", gate)[number % 3],
            file=file,
            line=number + 1,
            column=1,
            path=path,
            message=message,
            observed=observed,
            expected=expected,
            hint=hint,
            url="",
        )
        for number, (message, path, file, hint, observed, expected, gate) in enumerate(zip(*shifted, strict=True))
    ]

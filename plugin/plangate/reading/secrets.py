"""Secrets that slipped into the text of a plan: found by shape, masked wherever the text is shown."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from plangate.model.problem import Problem

MASK = "•••"

UNREFERENCED = "unreferenced"
"""The kind of what stands where a reference to a secret is asked for and is none."""

Hidden = tuple[int, int, int]
"""Where a mask ends: its line, the column behind it in the masked text, and how much further right that is in the file.

Lines and columns are 1-based.
"""


class Secret(Struct, frozen=True):
    """A secret in a text: its kind, its half-open range of characters, and the 1-based place of its start."""

    kind: str
    start: int
    end: int
    line: int
    column: int


# Every pattern starts with a literal, which is searched for quickly, and repeats a bounded or a disjoint class, so that
# hostile text costs linear time. Behind the literal stands what must not be before it. The last group that matched is
# what is masked. The letter before a pattern is its rarest one: of most texts nothing else is looked at.
_TOKENS = tuple(
    (kind, letter, re.compile(pattern, re.DOTALL))
    for kind, letter, pattern in (
        ("url_credentials", "@", r"://(?<=[A-Za-z0-9]://)[^\s/:@\"'<>]{0,300}:([^\s/@\"'<>]{1,500})@"),
        ("aws_key", "A", r"(A(?<![A-Za-z0-9].)(?:KIA|SIA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
        ("github_token", "_", r"(gh(?<![A-Za-z0-9]..)[pousr]_[A-Za-z0-9]{36,255})"),
        ("github_token", "_", r"(github_pat_(?<![A-Za-z0-9].{11})[A-Za-z0-9_]{22,255})"),
        ("gitlab_token", "-", r"(gl(?<![A-Za-z0-9]..)(?:pat|dt|rt)-[A-Za-z0-9_-]{20,255})"),
        ("slack_token", "x", r"(x(?<![A-Za-z0-9].)(?:ox[abeoprs]|app)-[A-Za-z0-9-]{10,255})"),
        ("slack_token", "k", r"hooks\.slack\.com/services/([A-Za-z0-9]{6,20}/[A-Za-z0-9]{6,20}/[A-Za-z0-9]{10,60})"),
        ("google_key", "I", r"(AIza(?<![A-Za-z0-9].{4})[A-Za-z0-9_-]{35})"),
        ("google_key", "9", r"(ya29\.(?<![A-Za-z0-9].{5})[A-Za-z0-9_-]{20,500})"),
        ("stripe_key", "_", r"(sk_(?<![A-Za-z0-9].{3})(?:live|test)_[A-Za-z0-9]{10,255})"),
        ("stripe_key", "_", r"(rk_(?<![A-Za-z0-9].{3})(?:live|test)_[A-Za-z0-9]{10,255})"),
        ("stripe_key", "_", r"(whsec_(?<![A-Za-z0-9].{6})[A-Za-z0-9]{10,255})"),
        ("databricks_token", "p", r"(dapi(?<![A-Za-z0-9].{4})[0-9a-f]{32}(?:-[0-9]{1,2})?)(?![A-Za-z0-9])"),
        ("jwt", "J", r"(eyJ(?<![A-Za-z0-9_-].{3})[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})"),
        ("azure_sas", "=", r"sig=(?<![A-Za-z0-9].{4})([A-Za-z0-9%+/=_-]{30,500})"),
        ("azure_key", "=", r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/=]{40,200})"),
        (
            "bearer_token",
            "earer ",
            r"earer (?<=[Bb]earer ) {0,8}((?=[A-Za-z._~+/-]{0,500}[0-9])[\w.~+/-]{20,500}={0,2})",
        ),
    )
)

# A digest is none of these: what carries a caller in is as short as one and written like one.
_NO_DIGESTS = frozenset({"bearer_token"})

_KEY_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{1,80}-----")
_KEY_LINES = re.compile(r"(?:\s{1,80}[A-Za-z0-9+/=]{16,200})*")
_KEY_LENGTH = 20_000

_CONNECTION = re.compile(r"(?:password|passwd|pwd)[ \t]{0,8}=[ \t]{0,8}[\"']?([^\s;\"'&=][^\s;\"'&]*)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?=[psca][aewpul])"  # how the words begin: most letters are passed over at once
    r"(?:(?P<word>password|passwd|pwd|passphrase)"
    r"|secret_access_key|secret_key|client_secret|api_?key|access_token|auth_token)"
    r"[\"']?:(?:[ \t]{1,40}|(?=\n))(?:(?:[|>][-+0-9]{0,2}[ \t]{0,40})?\n[ \t]{1,80})?"
    r"(?:\"(?P<double>(?:[^\"\\\n]|\\.)++)|'(?P<single>(?:[^'\n]|'')++)|(?P<plain>[^\s\"'#{\[][^\n]*))",
    re.IGNORECASE,
)
_API_KEY = re.compile("api_?key")
_PLAIN_END = re.compile(r"(?<![ \t])[ \t]++(?:#|\Z)|[,}\]](?=[ \t,}\]]|\Z)")
_SHAPELESS = re.compile(r"[A-Za-z0-9+/=_.~-]{16,}")

# What the fields for secrets hold: one value, or a list in brackets or with dashes.
_KEEPING = re.compile(r"secret(?<![^\s{,\"']secret)s?[\"']?:(?=[\s\[\"'])")
_KEY_BEFORE = re.compile(r"(?:\A|[\n{,]|(?:\A|\s)-)[ \t]*[\"']?\Z")
_KEY_SIGHT = 80
_QUOTED = r"\"(?P<double>(?:[^\"\\\n]|\\.)++)\"?|'(?P<single>(?:[^'\n]|'')++)'?"
_PLAIN_START = r"(?=[^\s\"'#{}\[\],&*!|>%@`-]|-[^\s])"
_ALONE = re.compile(
    r"[ \t]*+(?:(?:[|>][-+0-9]{0,2}[ \t]*+)?\n[ \t]++)?"
    rf"(?:{_QUOTED}|{_PLAIN_START}(?P<plain>(?:[^\s,}}\]]|[,}}\]](?![\s,}}\]]|\Z)|[ \t]++(?![#\n]|\Z))++))",
    re.DOTALL,
)
_BRACKET = re.compile(r"[ \t]*+(?:\n[ \t]++)?\[")
_IN_BRACKETS = re.compile(
    rf"(?:[\s,]|\#[^\n]*+)*+(?:{_QUOTED}|{_PLAIN_START}(?P<plain>(?:[^\s,}}\]]|[ \t]++(?![#\n,}}\]]|\Z))++))",
    re.DOTALL,
)
_BEHIND_DASH = re.compile(
    r"(?:[ \t]*+(?:\#[^\n]*+)?\n)++(?P<indent>[ \t]*+)-[ \t]++"
    rf"(?:{_QUOTED}|{_PLAIN_START}(?P<plain>(?:[^\s]|[ \t]++(?![#\n]|\Z))++))",
    re.DOTALL,
)
_WORD = re.compile(r"\W*(?:[^\W\d_]+(?:['’/-][^\W\d_]+)*|[0-9]+)\W*")
_KEPT = re.compile(r"[a-z][a-z0-9+._-]{1,40}:/{0,2}[\w.-]+/[\w./:#?=&-]+")

_REFERENCE = re.compile(
    r"(?:vault|env|secrets?|ssm|op|kms|arn|sops|keyvault|aws-sm|gcp-sm|azure-kv|k8s|doppler|file|ref)(?::|/{2})"
    r"|\$|%\(|\{\{|<|os\.environ|getenv"
    r"|(?:null|none|true|false|~|tbd|todo|n/a|na|fixme|redacted|placeholder|x{3,}|lorem.*|[?*•….-]+)$",
    re.IGNORECASE,
)
_HASH = re.compile(
    r"(?:(?:sha-?(?:1|224|256|384|512)|md5)[:-])?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})",
    re.IGNORECASE,
)


def find(text: str) -> tuple[Secret, ...]:
    """The secrets in `text`, in order, none overlapping another; references to a secret and digests are none."""
    spans = sorted(_spans(text), key=lambda span: (span[1], -span[2]))
    found: list[Secret] = []
    line, line_start, counted = 1, 0, 0
    reached = 0
    for kind, start, end in spans:
        if end <= reached:
            continue
        begin = max(start, reached)
        line += text.count("\n", counted, begin)
        line_start = max(line_start, text.rfind("\n", counted, begin) + 1)
        counted = begin
        found.append(Secret(kind, begin, end, line, begin - line_start + 1))
        reached = end
    return tuple(found)


def mask(text: str) -> str:
    """`text` with every secret replaced by `•••`, line by line, so that lines keep their numbers."""
    parts: list[str] = []
    reached = 0
    for secret in find(text):
        parts += (text[reached : secret.start], _masked(text[secret.start : secret.end]))
        reached = secret.end
    return "".join((*parts, text[reached:])) if parts else text


def hidden(text: str) -> tuple[Hidden, ...]:
    """Where the masks end that `mask` puts into `text`, in order."""
    found: list[Hidden] = []
    for secret in find(text):
        before = found[-1][2] if found and found[-1][0] == secret.line else 0
        last = text.rfind("\n", secret.start, secret.end)
        behind = secret.column - before + len(MASK)
        line, column = secret.line, secret.column + secret.end - secret.start
        if last >= 0:
            line += text.count("\n", secret.start, secret.end)
            column = secret.end - last
            behind = len(_masked(text[secret.start : secret.end]).rpartition("\n")[2]) + 1
        found.append((line, behind, column - behind))
    return tuple(found)


def in_file(masks: Sequence[Hidden], line: int, column: int) -> int:
    """The column in the file of a place of the masked text."""
    before = bisect_right(masks, (line, column), key=lambda mask: mask[:2])
    return column + _moved(masks, before, line)


def as_masked(masks: Sequence[Hidden], line: int, column: int) -> int:
    """The column in the masked text of a place of the file."""
    before = bisect_right(masks, (line, column), key=lambda mask: (mask[0], mask[1] + mask[2]))
    return column - _moved(masks, before, line)


def _moved(masks: Sequence[Hidden], before: int, line: int) -> int:
    return masks[before - 1][2] if before and masks[before - 1][0] == line else 0


def _masked(secret: str) -> str:
    first, *others = secret.split("\n")
    indented = (line[: len(line) - len(line.lstrip())] + MASK if line.strip() else line for line in others)
    return "\n".join((MASK if first else "", *indented))


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, letter, pattern in _TOKENS:
        for match in pattern.finditer(text) if letter in text else ():
            start, end = match.span(match.lastindex or 0)
            value = text[start:end]
            if not (_REFERENCE.match(value) if kind in _NO_DIGESTS else _exempt(value)):
                yield kind, start, end
    if "-----BEGIN" in text:
        yield from _private_keys(text)
    lowered = text.lower()
    password = "passw" in lowered or "pwd" in lowered  # all that is looked for below holds one of a few words
    if password:
        for match in _CONNECTION.finditer(text):
            if not _exempt(match[1]):
                yield "connection_string", match.start(1), match.end(1)
    if password or any(word in lowered for word in ("passphrase", "secret", "_token")) or _API_KEY.search(lowered):
        yield from _named(text)
    if "secret" in text:
        yield from _unreferenced(text)


def _private_keys(text: str) -> Iterator[tuple[str, int, int]]:
    for begin in _KEY_BEGIN.finditer(text):
        # No further than the next key: a page of headers alone stays linear.
        following = text.find("-----BEGIN", begin.end(), begin.end() + _KEY_LENGTH)
        limit = following if following >= 0 else begin.end() + _KEY_LENGTH
        end = _KEY_END.search(text, begin.end(), limit)
        if end is not None:
            yield "private_key", begin.start(), end.end()
        else:
            lines = _KEY_LINES.match(text, begin.end())
            yield "private_key", begin.start(), lines.end() if lines else begin.end()


def _named(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _NAMED.finditer(text):
        group = "double" if match["double"] else "single" if match["single"] else "plain"
        start, end = match.span(group)
        if group == "plain":
            value = match[group]
            stop = _PLAIN_END.search(value)
            end = start + (stop.start() if stop else len(value))
        value = text[start:end]
        if not value or _exempt(value) or (group == "plain" and _is_mapping(match[0], value)):
            continue
        if match["word"]:
            yield "password", start, end
        elif _SHAPELESS.fullmatch(value) and any(c.isdigit() for c in value) and any(c.isalpha() for c in value):
            yield "named_secret", start, end


def _unreferenced(text: str) -> Iterator[tuple[str, int, int]]:
    """What stands in a field for secrets and tells not where one is kept; a digest does not tell it either."""
    place = 0
    while (key := _KEEPING.search(text, place)) is not None:
        place = key.end()
        before = text[max(0, key.start() - _KEY_SIGHT) : key.start()]
        if not _KEY_BEFORE.search(before):
            continue
        for found in _kept_at(text, place, len(before) - before.rfind("\n") - 1):
            place = found.end()
            group = found.lastgroup or "plain"
            value = found[group]
            if not _is_mapping("\n", value) and not _tells_where(value):
                yield UNREFERENCED, *found.span(group)


def _tells_where(value: str) -> bool:
    """Tell whether a value is a reference, or says in three words or more where the secret is kept."""
    words = value.split()
    said = len(words) > 2 and all(_WORD.fullmatch(word) for word in words)
    return said or _REFERENCE.match(value) is not None or _KEPT.fullmatch(value) is not None


def _kept_at(text: str, place: int, indent: int) -> Iterator[re.Match[str]]:
    """The values behind a key that stands `indent` characters into its line: one, or those of a list."""
    bracket = _BRACKET.match(text, place)
    if bracket is not None:
        place = bracket.end()
        while (found := _IN_BRACKETS.match(text, place)) is not None:
            yield found
            place = found.end()
    elif (found := _BEHIND_DASH.match(text, place)) is not None:
        while found is not None and len(found["indent"]) >= indent:
            yield found
            found = _BEHIND_DASH.match(text, found.end())
    elif (found := _ALONE.match(text, place)) is not None:
        yield found


def _is_mapping(matched: str, value: str) -> bool:
    """Whether the next line holds a nested mapping or list instead of the value."""
    return "\n" in matched and (": " in value or value.endswith(":") or value.startswith("- "))


def _exempt(value: str) -> bool:
    return _REFERENCE.match(value) is not None or _HASH.fullmatch(value) is not None


def problem(secret: Secret, file: str) -> Problem:
    """What is told of a secret in a file of a plan."""
    told = f"A secret ({secret.kind}) stands in the plan; remove it, revoke it, and name where it is kept"
    if secret.kind == UNREFERENCED:
        told = "This does not tell where a secret is kept; name its keeper, and revoke it if it is the secret itself"
    return Problem(
        "GEN010",
        told,
        observed=MASK,
        expected="a reference such as vault:shop_db/replica",
        file=file,
        line=secret.line,
        column=secret.column,
    )

"""Names of findings that stay from run to run, whatever line they stand on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from plangate.checks.finding import Finding, Identity


def fingerprints(found: Sequence[Finding]) -> Iterator[str]:
    """Give each finding a name of 32 hexadecimal digits, from its identity and how many of the same came before it."""
    before: Counter[Identity] = Counter()
    for finding in found:
        parts = [*finding.identity, str(before[finding.identity])]
        before[finding.identity] += 1
        packed = "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)
        yield sha256(packed.encode()).hexdigest()[:32]

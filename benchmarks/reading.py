"""Reading YAML: our strict loader against PyYAML's CSafeLoader on the same bytes, in one run.

.venv/bin/python benchmarks/reading.py
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import yaml

from plangate.reading.yaml import load

PLANS = Path(__file__).parents[1] / "plans"


def corpus() -> list[bytes]:
    """Give the sample plans' gate files, repeated to about four megabytes."""
    files = [path.read_bytes() for path in sorted(PLANS.glob("*/*.yml"))]
    return files * max(1, 4_000_000 // sum(map(len, files)))


def seconds(read: Callable[[bytes], object], files: list[bytes]) -> float:
    """Give the best time of three runs over all files."""
    best = float("inf")
    for _ in range(3):
        start = perf_counter()
        for data in files:
            read(data)
        best = min(best, perf_counter() - start)
    return best


def main() -> None:
    """Print both times and their ratio."""
    files = corpus()
    ours = seconds(lambda data: load(data, name="plan.yml"), files)
    theirs = seconds(lambda data: yaml.load(data, yaml.CSafeLoader), files)
    size = sum(map(len, files)) / 1e6
    print(f"{len(files)} files, {size:.1f} MB")
    print(f"plangate {ours:.2f} s, CSafeLoader {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()

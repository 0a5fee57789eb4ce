"""`plangate check` on a portfolio against PyYAML's CSafeLoader, and check-jsonschema where it is, on the same files.

.venv/bin/python benchmarks/checking.py [PLANS]

It prints times, ratios to CSafeLoader in one process, the largest memory of one process, and how time grows with plans.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from portfolio import TODAY, write_portfolio

from plangate.exchange.jsonschema import all_schemas

_LOAD = """
import sys, yaml
for name in sys.stdin.read().splitlines():
    with open(name, "rb") as stream:
        yaml.load(stream.read(), yaml.CSafeLoader)
"""


def seconds(command: list[str], place: Path, given: str = "") -> float:
    """Give the time of a process, its start included."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache")}
    start = perf_counter()
    subprocess.run(command, cwd=place, input=given, text=True, env=environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    return perf_counter() - start


def by_schema(place: Path, files: Sequence[Path]) -> Iterator[list[str]]:
    """Write the schemas of the gates, and give for each what check-jsonschema is asked: the schema, and its files."""
    for gate, schema in all_schemas().items():
        own = [str(path) for path in files if (path.stem if gate == "plan" else path.stem.partition("-")[2]) == gate]
        if own:
            (place / f"{gate}.json").write_text(json.dumps(schema), "utf-8")
            yield ["--schemafile", f"{gate}.json", *own]


def change(files: Sequence[Path]) -> None:
    """Let the last plan that loads rows load ten times as many."""
    for path in reversed(files):
        text = path.read_text("utf-8")
        more = re.sub(r"(rows_per_day: [0-9]+)", r"\g<1>0", text, count=1)
        if more != text:
            path.write_text(more, "utf-8")
            return


def measure(number: int) -> None:
    """Measure a portfolio of so many plans and print what came out."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        files = write_portfolio(place, number)
        size = sum(path.stat().st_size for path in files) / 1e6
        names = "".join(f"{path}\n" for path in files)
        check = [sys.executable, "-c", "from plangate.cli.main import main; main()", "check", "--today", str(TODAY)]
        yaml = seconds([sys.executable, "-c", _LOAD], place, names)
        cold, warm = seconds(check, place), seconds(check, place)
        change(files)
        changed = seconds(check, place)
        print(f"{number} plans, {len(files)} files, {size:.1f} MB: CSafeLoader {yaml:.2f} s")
        for name, time in (("cold", cold), ("warm", warm), ("one plan changed", changed)):
            print(f"  {name}: {time:.2f} s, ratio {time / yaml:.2f}, {1000 * time / number:.1f} ms a plan")
        other = shutil.which("check-jsonschema", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if other is None:
            print("  check-jsonschema: not there; `pip install -e '.[bench]'` brings it")
        else:
            time = sum(seconds([other, *arguments], place) for arguments in by_schema(place, files))
            print(f"  check-jsonschema, with the schemas of the gates: {time:.2f} s, ratio {time / yaml:.2f}")
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  largest process so far: {most:.0f} MB")


def main() -> None:
    """Measure a quarter, a half and all of the plans asked for."""
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for number in (whole // 4, whole // 2, whole):
        measure(number)


if __name__ == "__main__":
    main()

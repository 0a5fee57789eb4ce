"""What is asked for often starts fast: nothing is imported that the answer does not need."""

import subprocess
import sys

import pytest

_RUN = """
import sys
from plangate.cli.main import run
status = run(sys.argv[1:])
print(",".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(status)
"""


def _modules(*args: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", _RUN, *args], capture_output=True, text=True, check=True)
    return set(done.stderr.strip().splitlines()[-1].split(","))


@pytest.mark.parametrize("args", [("--version",), ("--help",)], ids=" ".join)
def test_version_and_help_import_almost_nothing(args: tuple[str, ...]) -> None:
    loaded = _modules(*args)
    assert "click" in loaded
    assert not loaded & {"pydantic", "yaml", "jinja2", "mkdocs", "markdown", "nh3", "rich"}


def test_the_package_alone_imports_nothing_heavy() -> None:
    code = "import sys, plangate; print(sorted({n.partition('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "yaml", "click", "jinja2", "mkdocs"} & set(eval(done.stdout))  # noqa: S307 -- our own list


def test_checking_needs_no_site() -> None:
    assert not _modules("rules") & {"mkdocs", "jinja2", "markdown", "nh3", "sqlglot"}

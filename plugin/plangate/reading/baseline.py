"""A baseline file to a Baseline: known findings with their places in the file."""

from pathlib import Path

from plangate.model.baseline import Baseline, BaselineFile, Entry
from plangate.model.problem import Problem
from plangate.reading import typed
from plangate.reading.yaml import YamlRejected, load

NAME = "baseline.yml"
"""The file of the references that is read where no other one is named."""

_RULE = "CONFIG"


def read_baseline(file: Path, shown: str) -> tuple[Baseline, tuple[Problem, ...]]:
    """Read a baseline; what cannot be read is a problem of the configuration, and then nothing is known."""
    try:
        document = load(file.read_bytes(), name=shown, mapping=True)
    except YamlRejected as rejected:
        problem = Problem(_RULE, rejected.message, file=shown, line=rejected.line, column=rejected.column)
        return Baseline(shown), (problem,)
    except OSError as error:
        message = f"`{shown}` cannot be read: {error.strerror or error}"
        return Baseline(shown), (Problem(_RULE, message, file=shown, line=1, column=1),)
    outcome = typed.read(BaselineFile, NAME, document.data if isinstance(document.data, dict) else {})
    problems = []
    for problem in outcome.problems:
        line, column = document.position(problem.path, key=problem.at_key)
        problems.append(Problem(_RULE, problem.message, path=problem.path, file=shown, line=line, column=column))
    if outcome.value is None or problems:
        return Baseline(shown), tuple(problems)
    entries = tuple(
        Entry(plan, rule, known, *document.position(("findings", plan, rule, index)))
        for plan, rules in outcome.value.findings.items()
        for rule, listed in rules.items()
        for index, known in enumerate(listed)
    )
    return Baseline(shown, entries), ()

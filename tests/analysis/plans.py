"""Plans made of plain gate data, for tests of the analysis."""

from pathlib import Path

from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.reading.plan import read_plan
from plangate.reading.policy import load_policy

POLICY: Policy = load_policy(None)[0]
_ORDER = POLICY.workflow.profiles["batch"].gates
HEADER = (
    "id: a-plan\ntitle: A plan\nprofile: batch\nintent: draft\ntier: C\n"
    "owners: [{team: data_team, role: accountable}]\n"
)


def plan(folder: Path, **gates: str) -> Plan:
    """Write a batch plan of the given gates' YAML and read it; no value may be refused."""
    place = folder / "a-plan"
    place.mkdir(parents=True)
    (place / "plan.yml").write_text(HEADER)
    for gate, text in gates.items():
        (place / f"{_ORDER.index(gate) + 1:02d}-{gate}.yml").write_text(text)
    read = read_plan(place, "plans/a-plan", POLICY)
    assert read.problems == ()
    return read.plan

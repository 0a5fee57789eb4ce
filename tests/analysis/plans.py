"""Plans made of plain gate data, for tests of the analysis."""

from pathlib import Path

from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.reading.plan import read_plan
from plangate.reading.policy import load_policy

POLICY: Policy = load_policy(None)[0]
HEADER = (
    "id: a-plan\ntitle: A plan\nprofile: batch\nintent: draft\ntier: C\n"
    "owners: [{team: data_team, role: accountable}]\n"
)


def plan(folder: Path, **gates: str) -> Plan:
    """Write a plan of the given gates' YAML and read it; with gate events it is a stream. No value may be refused."""
    profile = "streaming" if "events" in gates else "batch"
    order = POLICY.workflow.profiles[profile].gates
    place = folder / "a-plan"
    place.mkdir(parents=True)
    (place / "plan.yml").write_text(HEADER.replace("batch", profile))
    for gate, text in gates.items():
        (place / f"{order.index(gate) + 1:02d}-{gate}.yml").write_text(text)
    read = read_plan(place, "plans/a-plan", POLICY)
    assert read.problems == ()
    return read.plan

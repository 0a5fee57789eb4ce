"""`plangate schema`: JSON Schema for editors."""

import json

import click

from plangate.exchange.jsonschema import all_schemas, gate_schema, schema_names
from plangate.model.nearest import nearest


@click.command("schema")
@click.argument("gate", required=False)
def schema_command(gate: str | None) -> int:
    """Print the JSON Schema of a gate's file (or of plan.yml: `plan`); without a name, of all of them."""
    if gate is not None and gate not in schema_names():
        near = nearest(gate, schema_names())
        meant = f"did you mean {near}?" if near else f"known are {', '.join(schema_names())}"
        raise click.UsageError(f"There is no gate {gate!r}; {meant}")
    schema = all_schemas() if gate is None else gate_schema(gate)
    click.echo(json.dumps(schema, indent=2, ensure_ascii=True))
    return 0

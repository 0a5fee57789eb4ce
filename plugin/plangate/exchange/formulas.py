"""The registry of formulas as data, for whoever computes with it elsewhere."""

from typing import Any

from plangate.analysis.formula import Formula
from plangate.analysis.formulas import TOPICS


def formulas_data() -> dict[str, Any]:
    """Give every formula in the order of the registry, as what JSON can hold.

    A law is nested lists: an operator (`+ - * / ^`) or a word (`ceil`, `sum` and so on) before its arguments, which are
    names of inputs, numbers or lists in turn. It computes in base units, whatever unit an input is told in.
    """
    return {"formulas": [_formula(topic, entry) for topic, formulas in TOPICS.items() for entry in formulas]}


def _formula(topic: str, found: Formula) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "topic": topic,
        "family": found.family,
        "expression": found.expression,
        "law": found.law.data(),
        "inputs": [
            {"name": entry.name, "unit": entry.unit, "meaning": entry.meaning, "many": entry.many}
            for entry in found.inputs
        ],
        "unit": found.unit,
        "generic": found.generic,
        "source": found.source,
        "note": found.note,
        "examples": [
            {"given": dict(entry.given), "result": entry.result, "source": entry.source, "note": entry.note}
            for entry in found.examples
        ],
    }

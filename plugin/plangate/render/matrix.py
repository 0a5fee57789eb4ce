"""The matrix of plans and gates: each state by glyph, word and border."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct, field

from plangate.model.policy import Workflow
from plangate.render.links import Links
from plangate.render.template import fill

STATES: Mapping[str, tuple[str, str]] = {
    "missing": ("·", "missing"),
    "draft": ("○", "draft"),
    "ready": ("◇", "ready"),
    "in_review": ("◐", "in review"),
    "approved": ("✓", "approved"),
    "approved_with_waivers": ("✓", "approved, with waivers"),
    "waived": ("◆", "waived"),
    "stale": ("↻", "stale"),
    "suspect": ("?", "suspect"),
    "blocked": ("✕", "blocked"),
    "not_applicable": ("–", "not applicable"),
    "live": ("●", "live"),
    "retired": ("–", "retired"),
    "withdrawn": ("–", "withdrawn"),
    "superseded": ("–", "superseded"),
}
"""Glyph and word of every state of a gate or plan."""

_TONES = {
    "approved": "good",
    "approved_with_waivers": "good",
    "live": "good",
    "waived": "warn",
    "stale": "warn",
    "suspect": "warn",
    "blocked": "bad",
}


class MatrixRow(Struct, frozen=True):
    """A plan in the matrix: its state and that of each gate; `remarks` is a short text beneath a gate's state."""

    plan: str
    title: str
    profile: str
    state: str
    gates: Mapping[str, str]
    remarks: Mapping[str, str] = field(default_factory=dict)


def state_mark(state: str) -> Markup:
    """Give a state as glyph and word; one that is not known is shown as its word alone."""
    glyph, word = STATES.get(state, ("", state.replace("_", " ")))
    return Markup('<span class="pg-state pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(
        tone(state), glyph, word
    )


def tone(state: str) -> str:
    """Give the class that a state is set in: good, warn, bad or plain."""
    return _TONES.get(state, "plain")


def gate_matrix(
    rows: Sequence[MatrixRow], workflow: Workflow, links: Links, caption: str = "Plans and their gates"
) -> Markup:
    """Give the matrix with a link from every state to its gate; gates that no plan's profile has are left out."""
    gates = _order([row.profile for row in rows], workflow)
    own = {row.plan: _order([row.profile], workflow) for row in rows}
    lines = [
        {
            "title": row.title,
            "href": links.page(plan=row.plan),
            "state": state_mark(row.state),
            "cells": [
                {
                    "mark": state_mark(row.gates.get(gate, "missing")),
                    "tone": tone(row.gates.get(gate, "missing")),
                    "href": links.page(gate, plan=row.plan),
                    "remark": row.remarks.get(gate, ""),
                }
                if gate in own[row.plan]
                else None
                for gate in gates
            ],
        }
        for row in rows
    ]
    titles = [workflow.gates[gate].title if gate in workflow.gates else gate for gate in gates]
    return fill("matrix", caption=caption, gates=titles, rows=lines)


def _order(profiles: Sequence[str], workflow: Workflow) -> list[str]:
    """Merge the profiles' gates into one order that keeps that of each."""
    orders = [list(workflow.profiles[name].gates) for name in dict.fromkeys(profiles) if name in workflow.profiles]
    merged: list[str] = []
    for order in sorted(orders, key=len, reverse=True):
        for place, gate in enumerate(order):
            if gate not in merged:
                before = next((merged.index(name) + 1 for name in reversed(order[:place]) if name in merged), 0)
                merged.insert(before, gate)
    return merged

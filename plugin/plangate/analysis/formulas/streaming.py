"""Streams: state, lag, checkpoints and what a broker has to keep (F2, F7)."""

from plangate.analysis.formula import Formula

FORMULAS: tuple[Formula, ...] = ()

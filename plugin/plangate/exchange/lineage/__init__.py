"""Lineage in the forms that other programs read; a module a form, each a pure function of a graph."""

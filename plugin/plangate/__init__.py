"""Plangate."""

__version__ = "0.1.0"

"""Gate contracts: what must hold."""

"""Gate operations: what must hold."""

"""Gate capacity: what must hold."""

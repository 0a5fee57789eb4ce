"""Gate context: what must hold."""

"""Gate sources: what must hold."""

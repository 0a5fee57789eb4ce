"""Gate cutover: what must hold."""

"""Gate quality: what must hold."""

"""Gate events (streaming): what must hold."""

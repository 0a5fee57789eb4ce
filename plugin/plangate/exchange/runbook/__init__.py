"""The runbook of a cutover in the forms that other programs read."""

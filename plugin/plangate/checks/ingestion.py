"""Gate ingestion: what must hold."""

"""What a change of a schema or contract means: for readers of data, for writers, and for what must be rebuilt."""

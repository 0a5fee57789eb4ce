"""What differs between two states of a plan, told by ids and by meaning, and what follows from it."""

"""What the user reads: a pure reading of a Tally."""

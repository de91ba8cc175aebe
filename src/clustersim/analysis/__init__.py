"""What to do: questions whose answers are worked out from many runs, or from single lives. None needs another."""

"""The same model by other means, for comparison in the same run."""

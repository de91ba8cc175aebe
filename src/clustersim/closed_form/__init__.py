"""Answers without simulating, where there are any; and what is missing where there are none."""

"""What the user says about a practice."""

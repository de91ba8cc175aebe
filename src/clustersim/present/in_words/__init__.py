"""A plan in words, whole: what it says about everything that it may say something about."""

"""A plan in words: in a sentence, and whole, with everything that it may say something about."""

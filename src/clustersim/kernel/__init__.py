"""One month of many practices at once; knows arrays, not plans."""

"""The processes that the cold start benchmark starts, one after another."""

"""Items, keys, conditional writes and transactions of the two tables."""

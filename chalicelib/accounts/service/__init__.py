"""Use cases of accounts, one function each."""

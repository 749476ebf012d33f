"""Use cases of scheduling, one function each."""

"""Use cases of booking, one function each."""

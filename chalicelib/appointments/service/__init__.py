"""Use cases of appointments, one function each."""

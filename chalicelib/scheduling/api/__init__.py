"""A practice's time over HTTP."""

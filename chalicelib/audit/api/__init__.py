"""The history and statistics over HTTP."""

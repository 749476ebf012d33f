"""Locks over HTTP."""

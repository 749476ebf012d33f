"""Tokens, their revocation, and rate limits."""

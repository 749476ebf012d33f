"""Tenants, members, sign-up and sessions."""

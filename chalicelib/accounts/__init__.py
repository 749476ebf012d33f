"""Tenants, their members, and how they sign in."""

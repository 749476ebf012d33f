"""Transactions on the tables."""

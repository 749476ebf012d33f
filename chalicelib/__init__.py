"""Holdfast: one room per capability, in the order in which they are explained (see README)."""

__version__ = "0.1.0"

"""Holdfast: one room per capability, in the order in which they are explained (see README)."""

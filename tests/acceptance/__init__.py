"""Whole themes as sentences through the front doors: what takes too long to be run before each commit."""

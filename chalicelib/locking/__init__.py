"""The right to edit one appointment, and everything said about it."""

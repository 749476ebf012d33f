"""The history of locks, and the statistics derived from it."""

"""A small model of the lock's protocol, and an exhaustive search of its states."""

"""A small model of the lock's protocol, and a search through everything that can happen in it."""

"""The items of the history and of its counters.

One transaction writes an entry and its counters, so that a redelivered change counts once.
"""

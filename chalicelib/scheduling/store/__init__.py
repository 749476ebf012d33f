"""Storage of schedules and of allocated time."""

"""What it costs to tell one change to many connections."""

"""Cost of delivering one change to many connections."""

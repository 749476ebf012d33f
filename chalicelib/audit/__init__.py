"""What happened to the locks: their history, counted."""

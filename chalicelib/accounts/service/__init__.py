"""What one can do with practices, members and their sessions."""

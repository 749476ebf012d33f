"""What changes of the table mean to people."""

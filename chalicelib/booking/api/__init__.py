"""HTTP endpoints of booking."""

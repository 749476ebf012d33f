"""HTTP endpoints of appointments."""

"""Types and pure rules of appointments."""

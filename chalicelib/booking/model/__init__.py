"""Types and pure rules of booking."""

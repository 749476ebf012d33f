"""Types and pure rules of notifications."""

"""Types and pure rules of a tenant's time."""

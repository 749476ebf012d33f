"""Storage of tenants, members and sign-in accounts."""

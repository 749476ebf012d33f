"""How tenants, members and sign-in accounts are kept."""

"""What a client sends, and what comes back."""

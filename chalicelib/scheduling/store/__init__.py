"""How a practice's set-up is kept."""

"""What one can do with a practice's doctors, services and time."""

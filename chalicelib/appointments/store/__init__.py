"""The DynamoDB items of appointments, and their transactions."""

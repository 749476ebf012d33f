"""The DynamoDB items of booking, and their transactions."""

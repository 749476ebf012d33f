"""DynamoDB items and writes."""

"""The base of every package: HTTP, DynamoDB, security, events, settings, time and logs."""

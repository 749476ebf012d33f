"""The lock's item in DynamoDB. It stays when the lock is free, so that its version continues to grow."""

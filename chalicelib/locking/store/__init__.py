"""The only place that knows how a lock is kept in DynamoDB.

The item stays when the lock is free, so that `version` goes on growing.
"""

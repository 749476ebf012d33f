"""The only place of this room that knows DynamoDB.

An entry and what it adds to the counters are one transaction, so that a change that is told twice counts once.
"""

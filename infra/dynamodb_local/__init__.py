"""DynamoDB Local: AWS's own engine in one process, for the tests that prove things about concurrency."""

from infra.dynamodb_local.server import dynamodb_local

__all__ = ["dynamodb_local"]

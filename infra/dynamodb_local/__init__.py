"""DynamoDB Local: AWS's own engine in one process, for tests of concurrency."""

from infra.dynamodb_local.server import dynamodb_local

__all__ = ["dynamodb_local"]

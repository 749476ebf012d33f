"""Requests that change some fields of a record."""

from dataclasses import fields
from typing import Any, cast

from chalicelib.core.http.schema import UNSET, Schema


class PartialUpdate(Schema):
    """Base of a request with fields that keep their stored values when absent.

    These are the `optional()` fields.
    """

    __slots__ = ()

    def changes(self) -> dict[str, Any]:
        """Return the optional fields that were sent, by name."""
        names = (field.name for field in fields(cast("Any", self)) if field.metadata.get("optional"))
        return {name: value for name in names if (value := getattr(self, name)) is not UNSET}

"""Revisions as items: each is written with the change that it tells of, and never changed afterwards."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model import Changes, Editor
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import camel, to_wire
from chalicelib.core.table import DataItem


class RevisionItem(DataItem):
    """One save: the fields it changed (all of them in the first), who and when. Never changed afterwards."""

    version = NumberAttribute()
    changes = MapAttribute[str, Any]()
    saved_at = UnicodeAttribute(attr_name="savedAt")
    saved_by = MapAttribute[str, str](attr_name="savedBy")


def new_revision(partition: str, version: int, changes: Changes, editor: Editor, now: datetime) -> RevisionItem:
    """The item that tells of one save."""
    return RevisionItem(
        partition,
        keys.revision(version),
        version=version,
        changes={camel(name): to_wire(value) for name, value in changes.items()},
        saved_at=rfc3339(now),
        saved_by=to_wire(editor),
    )

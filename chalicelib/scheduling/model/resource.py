"""Rooms and devices."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.core.http.schema import Name, Schema

ResourceKind = Literal["room", "device"]


@dataclass(frozen=True, slots=True)
class ResourceForm(Schema):
    """A new room or device."""

    name: Name
    kind: ResourceKind = "room"


@dataclass(frozen=True, slots=True)
class Resource(Schema):
    """A room or a device for one appointment at a time; an archived one takes none."""

    id: str
    name: str
    kind: ResourceKind
    archived: bool = False

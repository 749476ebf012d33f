"""What the requests that change and list a practice's set-up have in common."""

from dataclasses import dataclass, fields
from typing import Any, cast

from chalicelib.core.shape import OMITTED, Shape


class Change(Shape):
    """Base of a request that names the fields to change; the others stay as they are."""

    __slots__ = ()

    def changes(self) -> dict[str, object]:
        """The fields that were sent."""
        sent = {field.name: getattr(self, field.name) for field in fields(cast("Any", self))}
        return {name: value for name, value in sent.items() if value is not OMITTED}


@dataclass(frozen=True, slots=True)
class Listing(Shape):
    """Whether to list what is archived too."""

    archived: bool = False

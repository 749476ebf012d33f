"""A parsed HTTP response."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case) and body: parsed JSON, the text of a file, or None."""

    status: int
    headers: dict[str, str]
    body: Any

    @classmethod
    def of(cls, status: int, headers: dict[str, str], raw: bytes) -> "Response":
        """Parse a raw response."""
        named = {name.lower(): value for name, value in headers.items()}
        is_file = "content-disposition" in named
        body = raw.decode() if is_file else json.loads(raw) if raw else None
        return cls(status, named, body)

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def code(self) -> Any:
        """A problem's code."""
        return self.body["code"]

"""A management API that records frames."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.realtime.management_api.delivery import DeliveryFailure


class Recorder:
    """Records every frame, by connection and in order; every connection is open."""

    def __init__(self) -> None:
        self.by_connection: dict[str, list[dict[str, Any]]] = {}
        self.closed: list[str] = []

    @property
    def frames(self) -> list[dict[str, Any]]:
        """All frames, connection by connection."""
        return [frame for frames in self.by_connection.values() for frame in frames]

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        del timeout_seconds
        for connection_id, text in texts.items():
            self.by_connection.setdefault(connection_id, []).append(json.loads(text))
        return {}

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        self.closed += connection_ids
        return set()

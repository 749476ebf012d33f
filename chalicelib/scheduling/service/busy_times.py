"""What a search has read of occupied time: of each owner, each hour once."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from chalicelib.scheduling.model import Span
from chalicelib.scheduling.model.allocation import CalendarOwner
from chalicelib.scheduling.service.allocation import busy_spans

# What a query takes is nearly all waiting for its answer.
_MAX_THREADS = 4


class BusyTimes:
    """The occupied time of several owners, from one instant on; it grows as more of it is asked for.

    Cells under a name in `mine` count as free. What was taken in this moment is known if it is read `consistent`.
    """

    def __init__(
        self,
        tenant_id: str,
        since: datetime,
        *,
        now: datetime,
        owned_ids: Collection[str] = (),
        consistent: bool = False,
    ) -> None:
        self._tenant_id = tenant_id
        self._since = since
        self._now = now
        self._owned_ids = owned_ids
        self._consistent = consistent
        self._until: dict[CalendarOwner, datetime] = {}
        self._spans: dict[CalendarOwner, list[Span]] = {}

    def load(self, owners: Iterable[CalendarOwner], until: datetime) -> None:
        """Know these owners' time up to an instant; one query for each of whom it is not known, side by side."""
        # Whole hours, as they are stored, so that none is read again by the next query.
        hour = until.replace(minute=0, second=0, microsecond=0)
        end = hour if hour == until else hour + timedelta(hours=1)
        missing = [owner for owner in dict.fromkeys(owners) if self._loaded_until(owner) < until]
        spans = [Span(self._loaded_until(owner), end) for owner in missing]
        for owner, found in zip(missing, _query_concurrently(self._query, missing, spans), strict=True):
            self._spans[owner] = self.spans_of(owner) + found
            self._until[owner] = end

    def spans_of(self, owner: CalendarOwner) -> list[Span]:
        """What is occupied of an owner's time, as far as it was read."""
        return self._spans.get(owner, [])

    def _loaded_until(self, owner: CalendarOwner) -> datetime:
        return self._until.get(owner, self._since)

    def _query(self, owner: CalendarOwner, within: Span) -> list[Span]:
        return busy_spans(
            self._tenant_id, owner, within, now=self._now, owned_ids=self._owned_ids, consistent=self._consistent
        )


def _query_concurrently(
    query: Callable[[CalendarOwner, Span], list[Span]], owners: list[CalendarOwner], spans: list[Span]
) -> list[list[Span]]:
    if len(owners) <= 1:
        return [query(owner, span) for owner, span in zip(owners, spans, strict=True)]
    with ThreadPoolExecutor(min(_MAX_THREADS, len(owners))) as lanes:
        return list(lanes.map(query, owners, spans))

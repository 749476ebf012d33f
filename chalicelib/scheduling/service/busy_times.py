"""A cache of the busy times that one search has read: each hour of each owner once."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from chalicelib.scheduling.model.allocation import CalendarOwner
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import busy_spans

# A query spends nearly all its time waiting for the response.
_MAX_THREADS = 4


class BusyTimes:
    """The busy spans of several owners from one instant on, loaded as far as needed.

    Cells that carry one of `owned_ids` count as free. Only a `consistent` read sees time that was just taken.
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
        """Load the busy spans of owners up to an instant.

        Concurrently, one query for each that needs more.
        """
        # Items are whole hours; a query that ends with one leaves nothing to read twice.
        hour = until.replace(minute=0, second=0, microsecond=0)
        end = hour if hour == until else hour + timedelta(hours=1)
        missing = [owner for owner in dict.fromkeys(owners) if self._loaded_until(owner) < until]
        ranges = [Span(self._loaded_until(owner), end) for owner in missing]
        for owner, spans in zip(missing, _query_concurrently(self._query, missing, ranges), strict=True):
            self._spans[owner] = self.spans_of(owner) + spans
            self._until[owner] = end

    def spans_of(self, owner: CalendarOwner) -> list[Span]:
        """Return the busy spans of an owner as far as they were loaded."""
        return self._spans.get(owner, [])

    def _loaded_until(self, owner: CalendarOwner) -> datetime:
        return self._until.get(owner, self._since)

    def _query(self, owner: CalendarOwner, within: Span) -> list[Span]:
        return busy_spans(
            self._tenant_id, owner, within, now=self._now, owned_ids=self._owned_ids, consistent=self._consistent
        )


def _query_concurrently(
    query: Callable[[CalendarOwner, Span], list[Span]], owners: list[CalendarOwner], ranges: list[Span]
) -> list[list[Span]]:
    if len(owners) <= 1:
        return [query(owner, within) for owner, within in zip(owners, ranges, strict=True)]
    with ThreadPoolExecutor(min(_MAX_THREADS, len(owners))) as executor:
        return list(executor.map(query, owners, ranges))

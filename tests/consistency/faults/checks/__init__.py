"""The checker: what must hold of every record, whatever happened to the clients and to the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.consistency.faults.checks import answers, endings, fencing, holders, refusals, saves, telling
from tests.consistency.faults.record import Record

Check = Callable[[Record], Iterator[str]]
INVARIANTS: dict[str, Check] = {
    "the fencing number only grows": fencing.only_grows,
    "the stream has every version": fencing.has_every_version,
    "no two holders": holders.pass_on_rightly,
    "a hold stays its holder's": holders.stay_the_same,
    "nobody jumps the line": holders.keep_the_line,
    "a save had the lock": saves.had_the_lock,
    "no save is lost": saves.none_is_lost,
    "what was told is stored": answers.are_stored,
    "what was seen was so": answers.were_so,
    "one no is one asker's": answers.deny_one_at_a_time,
    "nothing broke": answers.are_answers,
    "a refusal left nothing": refusals.left_nothing,
    "a refusal had its reason": refusals.had_their_reason,
    "a hold begins and ends once": endings.begin_and_end_once,
    "every lock ends": endings.all_ended,
    "the history tells what happened": telling.tells_what_happened,
    "the statistics count each thing once": telling.counts_each_once,
}


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: str
    appointment: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what} [{self.appointment}]"


def violations(record: Record) -> list[Violation]:
    """Everything that is wrong with a record."""
    return [
        Violation(invariant, record.appointment, what)
        for invariant, check in INVARIANTS.items()
        for what in check(record)
    ]

"""`python -m docs.protocol`: search the design with three clients (or as many as are given), then what each
condition is there for.
"""

import sys
import time

from docs.protocol.guards import DESIGN
from docs.protocol.search import Search, search
from docs.protocol.story import story
from docs.protocol.trials import BACKSTOPS, TRIALS, Trial


def main(clients: int) -> int:
    """Print what was found. Returns 1 if the design breaks a promise, or a trial does not break its own."""
    begin = time.perf_counter()
    found = search(clients, DESIGN)
    seconds = time.perf_counter() - begin
    print(f"{clients} clients: {found.states:,} states, {found.steps:,} steps, {seconds:.1f} s")
    _tell(found)
    as_said = [_try(trial) for trial in (*TRIALS, *BACKSTOPS)]
    return 0 if not found.broken and all(as_said) else 1


def _try(trial: Trial) -> bool:
    found = search(2, trial.guards)
    print(f"\n{trial.title}: {found.states:,} states")
    _tell(found)
    return found.broken == trial.breaks


def _tell(found: Search) -> None:
    for promise in found.breaches:
        print(f"  BROKEN: {promise}")
        for number, sentence in enumerate(story(found, promise), start=1):
            print(f"    {number}. {sentence}")
    if not found.broken:
        print("  every promise is kept")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 3))

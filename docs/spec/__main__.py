"""Search the design with three clients, then run every mutation with two.

Usage: `python -m docs.spec [clients]`.
"""

import sys
import time

from docs.spec.counterexample import counterexample
from docs.spec.mutations import MUTATIONS, SINGLE_ENDINGS, Mutation
from docs.spec.preconditions import DESIGN
from docs.spec.search import Search, search


def main(clients: int) -> int:
    """Print the results.

    Returns 1 if the design or a mutation violates other invariants than expected.
    """
    begin = time.perf_counter()
    found = search(clients, DESIGN)
    seconds = time.perf_counter() - begin
    print(f"{clients} clients: {found.states:,} states, {found.steps:,} steps, {seconds:.1f} s")
    _print_violations(found)
    as_expected = [_run(mutation) for mutation in (*MUTATIONS, *SINGLE_ENDINGS)]
    return 0 if not found.violated and all(as_expected) else 1


def _run(mutation: Mutation) -> bool:
    found = search(2, mutation.preconditions)
    print(f"\n{mutation.title}: {found.states:,} states")
    _print_violations(found)
    return found.violated == mutation.violates


def _print_violations(found: Search) -> None:
    for invariant in found.violations:
        print(f"  VIOLATED: {invariant}")
        for number, line in enumerate(counterexample(found, invariant), start=1):
            print(f"    {number}. {line}")
    if not found.violated:
        print("  every invariant holds")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 3))

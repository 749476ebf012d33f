"""Telling one change to 1, 10, ... 10,000 connections: `python -m tests.benchmarks.fanout [ways]`.

API Gateway's management endpoint is a stand-in in a process of its own, which answers after 20 ms. Each
measurement is a fresh process that opens its connections first. "Delivery" is our own code from a ready audience
to what came of it. "Bare" are the same signed requests with nothing around them, the frames ready: sockets, and a
look at the status. The plain loop is boto3, one after another. With `ways` all that were tried are compared.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from tests.fake_management_api.process import Weather, standin_process

SIZES = (1, 10, 100, 1_000, 10_000)
TURNS = 5
LOOP, BARE, DELIVERY = "boto3_loop", "bare", "delivery"
WAYS = (LOOP, "boto3_threads", "urllib3_threads", "http_client_threads", "asyncio_protocol", "ours", BARE)
# Small audiences are told again until there were so many deliveries or rounds; the loop is too slow for more.
ENOUGH, ENOUGH_OF_A_LOOP, MOST_ROUNDS = 2_000, 200, 50
MOST_LOOPED = 1_000
FAIR = Weather(latency_ms=20)
FOUL = Weather(latency_ms=20, gone=0.02, reset=0.005, burst_ms=100)
SPEED_AIM, CPU_AIM = 20, 1.5
BENCH_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}


class Found(NamedTuple):
    """One way with one size of audience."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    missed: float


def measure(way: str, size: int, endpoint: str) -> Found:
    """In a fresh process."""
    rounds = min(MOST_ROUNDS, max(1, (ENOUGH_OF_A_LOOP if way == LOOP else ENOUGH) // size))
    command = [sys.executable, "-m", "tests.benchmarks.fanout.one", way, str(size), str(rounds), endpoint]
    done = subprocess.run(command, env={**os.environ, **BENCH_AWS}, stdout=subprocess.PIPE, text=True, check=True)
    return Found(*map(float, done.stdout.split()))


def in_turn(ways: Iterable[str], size: int, endpoint: str) -> dict[str, list[Found]]:
    """All of them, turn by turn; the loop, which is slow, only once."""
    found: dict[str, list[Found]] = {way: [] for way in ways}
    for turn in range(TURNS):
        for way, its in found.items():
            if way != LOOP or turn == 0:
                its.append(measure(way, size, endpoint))
    return found


def middle(found: list[Found]) -> Found:
    """Its medians."""
    return Found(*map(statistics.median, zip(*found, strict=True)))


def line(size: int, way: str, found: Found, *notes: str) -> None:
    """Print one."""
    each_us = found.cpu_seconds / size * 1e6
    print(
        f"{size:>11,}  {way:<20}{size / found.seconds:>12,.0f}{each_us:>12,.0f}{found.peak_mb:>9,.0f}"
        f"   {'  '.join(notes)}".rstrip(),
        flush=True,
    )


def compare_ways(endpoint: str) -> None:
    """Every way that was tried, with 1,000 connections."""
    size = 1_000
    found = in_turn(WAYS, size, endpoint)
    for way, its in found.items():
        line(size, way, middle(its), *_ratios(its, middle(found[LOOP]).seconds, found[BARE]))


def fair(endpoint: str) -> None:
    """Ours beside bare and the plain loop, in growing audiences."""
    loop_each = 0.0
    for size in SIZES:
        looped = size <= MOST_LOOPED
        found = in_turn([*([LOOP] if looped else []), BARE, DELIVERY], size, endpoint)
        loop_each = middle(found[LOOP]).seconds / size if looped else loop_each
        for way, its in found.items():
            notes = _ratios(its, loop_each * size, found[BARE]) if way == DELIVERY else ()
            line(size, way, middle(its), *notes)
        if not looped:
            print(f"{'':>13}the loop's time with {size:,} is taken to be {size // MOST_LOOPED} times that above")


def _ratios(its: list[Found], loop_seconds: float, bare: list[Found]) -> tuple[str, str]:
    """How much faster than the loop; and how much more CPU than bare, turn by turn: the median of that."""
    cpu = statistics.median(one.cpu_seconds / least.cpu_seconds for one, least in zip(its, bare, strict=False))
    return f"{loop_seconds / middle(its).seconds:.1f} x the loop's speed", f"{cpu:.2f} x bare's CPU"


def foul(endpoint: str) -> None:
    """Ours where much goes wrong."""
    for size in SIZES:
        its = middle(in_turn([DELIVERY], size, endpoint)[DELIVERY])
        line(size, DELIVERY, its, f"{its.missed:.0f} missed")


def main(*, ways: bool) -> None:
    """Measure and print."""
    print("connections  way                  deliveries/s  CPU us each  peak MB")
    with standin_process(FAIR) as endpoint:
        if ways:
            compare_ways(endpoint)
            return
        fair(endpoint)
    print(
        f"\nThe same, {FOUL.gone:.0%} closed, all throttled in {FOUL.burst_ms:.0f} ms of every 500, "
        f"{FOUL.reset:.1%} of the requests cut off"
    )
    with standin_process(FOUL) as endpoint:
        foul(endpoint)
    print(
        f"\naim, with 1,000 connections: delivery at least {SPEED_AIM} times as fast as the loop, "
        f"with at most {CPU_AIM} times bare's CPU"
    )


if __name__ == "__main__":
    main(ways="ways" in sys.argv[1:])

"""Deliver one change to 1, 10, ... 10,000 connections: `python -m tests.benchmarks.fanout`.

The management API is a fake in a process of its own, with a latency of 20 ms. Each measurement is a fresh process
that opens its sockets first. "delivery" is our own code from a ready audience to the outcome; "boto3_loop" sends
the same frames one after another (its time with 10,000 is taken to be ten times that with 1,000), "boto3_threads"
in 64 threads.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from tests.fake_management_api.process import Conditions, fake_management_api_process

SIZES = (1, 10, 100, 1_000, 10_000)
TURNS = 5
LOOP, THREADS, DELIVERY = "boto3_loop", "boto3_threads", "delivery"
# Small audiences are served again until there were so many deliveries or rounds; the loop is too slow for more.
MIN_DELIVERIES, MIN_DELIVERIES_OF_LOOP, MAX_ROUNDS = 2_000, 200, 50
MAX_LOOPED = 1_000
GOOD = Conditions(latency_ms=20)
BAD = Conditions(latency_ms=20, gone=0.02, reset=0.005, burst_ms=100)
SPEED_TARGET = 20
BENCH_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}


class Measurement(NamedTuple):
    """One transport with one size of audience; the means of a round."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    missed: float


def measure(transport: str, size: int, endpoint: str) -> Measurement:
    """Measure in a fresh process."""
    deliveries = MIN_DELIVERIES_OF_LOOP if transport == LOOP else MIN_DELIVERIES
    rounds = min(MAX_ROUNDS, max(1, deliveries // size))
    arguments = [transport, str(size), str(rounds), endpoint]
    command = [sys.executable, "-m", "tests.benchmarks.fanout.measurement", *arguments]
    done = subprocess.run(command, env={**os.environ, **BENCH_AWS}, stdout=subprocess.PIPE, text=True, check=True)
    figures = done.stdout.splitlines()[-1]  # behind what the client logs
    return Measurement(*map(float, figures.split()))


def measure_in_turn(transports: Iterable[str], size: int, endpoint: str) -> dict[str, Measurement]:
    """Return the medians of several turns; the loop, which is slow, has only one."""
    found: dict[str, list[Measurement]] = {transport: [] for transport in transports}
    for turn in range(TURNS):
        for transport, measurements in found.items():
            if transport != LOOP or turn == 0:
                measurements.append(measure(transport, size, endpoint))
    return {transport: median(measurements) for transport, measurements in found.items()}


def median(measurements: list[Measurement]) -> Measurement:
    """Return the median of each number."""
    return Measurement(*map(statistics.median, zip(*measurements, strict=True)))


def print_row(size: int, transport: str, found: Measurement, note: str = "") -> None:
    """Print one row of the table."""
    each_us = found.cpu_seconds / size * 1e6
    print(
        f"{size:>11,}  {transport:<15}{size / found.seconds:>12,.0f}{each_us:>12,.0f}{found.peak_mb:>9,.0f}"
        f"{found.seconds * 1000:>11,.1f}   {note}".rstrip(),
        flush=True,
    )


def measure_good_conditions(endpoint: str) -> None:
    """Compare the transports in growing audiences."""
    loop_each = 0.0
    for size in SIZES:
        is_looped = size <= MAX_LOOPED
        others = [*([LOOP] if is_looped else []), *([THREADS] if size == MAX_LOOPED else [])]
        found = measure_in_turn([*others, DELIVERY], size, endpoint)
        loop_each = found[LOOP].seconds / size if is_looped else loop_each
        for transport, measurement in found.items():
            print_row(size, transport, measurement, f"{loop_each * size / measurement.seconds:.1f} x the loop")


def measure_bad_conditions(endpoint: str) -> None:
    """Measure ours where much goes wrong."""
    for size in SIZES:
        found = measure_in_turn([DELIVERY], size, endpoint)[DELIVERY]
        print_row(size, DELIVERY, found, f"{found.missed:.0f} missed")


def main() -> None:
    """Measure and print."""
    print("connections  transport      deliveries/s  CPU us each  peak MB  ms in all")
    with fake_management_api_process(GOOD) as endpoint:
        measure_good_conditions(endpoint)
    print(
        f"\nThe same, {BAD.gone:.0%} closed, all throttled in {BAD.burst_ms:.0f} ms of every 500, "
        f"{BAD.reset:.1%} of the requests cut off"
    )
    with fake_management_api_process(BAD) as endpoint:
        measure_bad_conditions(endpoint)
    print(f"\nTarget with 1,000 connections: delivery at least {SPEED_TARGET} times as fast as the loop.")


if __name__ == "__main__":
    main()

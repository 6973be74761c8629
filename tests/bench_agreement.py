"""How the cost of agreement grows with the number of coders: printed, and held to its goals.

`.venv/bin/python tests/bench_agreement.py`; `agreement_growth` is the table alone.
"""

from __future__ import annotations

import random
import sys
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from casekit import agreement

SEGMENTS, CODES, DRAWS = 40, 10, 200
CODERS = (125, 250, 500, 1000)
GOAL = 5.0  # seconds for the largest class
LINEAR = 1.6  # eight times the coders may cost at most eight times this


def codings(coders: int, seed: int = 0) -> dict[str, dict[str, set[str]]]:
    """Return invented codings: each code is given to a segment with a chance of one in five."""
    chance = random.Random(seed)
    codes = [f"C{number}" for number in range(CODES)]
    return {
        f"coder {coder}": {
            f"s{segment}": {code for code in codes if chance.random() < 0.2}
            for segment in range(SEGMENTS)
        }
        for coder in range(coders)
    }


def seconds(coders: int) -> float:
    """Return the seconds that alpha with an interval takes for every code."""
    given = codings(coders)
    start = time.perf_counter()
    agreement.by_code(given, [f"C{number}" for number in range(CODES)], draws=DRAWS)
    return time.perf_counter() - start


def agreement_growth(rounds: int = 3) -> tuple[list[str], bool]:
    """Return the lines of a table, and whether the goals are met.

    Times are the best of ``rounds``: what else the machine does only ever adds to them.
    """
    seconds(CODERS[0])  # not counted: warms up
    times = [min(seconds(coders) for _ in range(rounds)) for coders in CODERS]
    lines = [
        f"| alpha of {CODES} codes, {SEGMENTS} segments, {DRAWS} resamples | seconds | × | goal |",
        "| --- | --: | --: | --: |",
    ]
    growth = [1.0, *(b / a for a, b in pairwise(times))]
    for coders, took, factor in zip(CODERS, times, growth, strict=True):
        goal = f"{GOAL:g} s" if coders == CODERS[-1] else ""
        lines.append(f"| {coders:,} coders | {took:.2f} | {factor:.2f} | {goal} |")
    linear = times[-1] / times[0] <= LINEAR * CODERS[-1] / CODERS[0]
    return lines, times[-1] <= GOAL and linear


if __name__ == "__main__":
    table, met = agreement_growth()
    print("\n".join(table))
    sys.exit(0 if met else 1)

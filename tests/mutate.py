"""Proves that the tests can fail: `make mutants` breaks one thing at a time and runs its test.

``tests/mutants.toml`` lists what is broken: a ``file``, a text in it that occurs once (``old``) and
what stands there instead (``new``), the ``test`` that must fail, and words of its failure
(``says``), so that it fails for the right reason; ``after`` names a test that must run before it.
Works in copies in a temporary folder and changes nothing here. What drives a browser takes about
half a minute each.
"""

from __future__ import annotations

import argparse
import queue
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen
from newest import LEFT_OUT, ROOT

LIST = Path(__file__).with_name("mutants.toml")
LONGEST = 600  # seconds for one test


@frozen
class Mutant:
    """One thing that is broken, and how its test must fail."""

    file: str
    old: str
    new: str
    test: str
    says: str
    after: str = ""

    def fault(self, root: Path) -> str:
        """Return why it cannot be tried in a tree, "" if it can."""
        path, test = root / self.file, root / self.test.split("::")[0]
        if not path.is_file() or not test.is_file():
            return f"{path if test.is_file() else test} is not there"
        count = path.read_text(encoding="utf-8").count(self.old)
        return "" if count == 1 else f"{self.file} holds {self.old!r} {count} times, not once"


def mutants(path: Path = LIST) -> list[Mutant]:
    """Return what the list holds, in its order."""
    return [Mutant(**one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]]


@contextmanager
def broken(root: Path, one: Mutant) -> Iterator[None]:
    """Break the thing in a tree, and mend it again."""
    path = root / one.file
    whole = path.read_bytes()
    path.write_bytes(whole.decode("utf-8").replace(one.old, one.new).encode("utf-8"))
    try:
        yield
    finally:
        path.write_bytes(whole)


def survives(root: Path, one: Mutant) -> str:
    """Return why a mutant is not caught in a tree as the list says, "" if it is."""
    if fault := one.fault(root):
        return fault
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-rf", "-p", "no:cacheprovider"]
    command += filter(None, [one.after, one.test])
    with broken(root, one):
        try:
            done = subprocess.run(
                command, cwd=root, capture_output=True, text=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return f"the test has not ended after {LONGEST} seconds"
    said = done.stdout + done.stderr
    if f"FAILED {one.test}" not in said:
        return f"the test does not fail: …{said[-500:]}" if done.returncode else "the test passes"
    # The lines at which it failed, and what pytest says of them.
    told = " ".join(line for line in said.splitlines() if line.startswith((">", "E ")))
    if one.says not in " ".join(told.split()):
        return f"the test does not say {one.says!r} but: …{told[-1500:]}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Break one thing at a time; its test must fail.")
    parser.add_argument("part", nargs="?", default="", help="only tests whose name holds this")
    parser.add_argument("--copies", type=int, default=2, help="how many at the same time")
    given = parser.parse_args()
    chosen = [one for one in mutants() if given.part in one.test]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(given.copies) as pool:
        free: queue.Queue[Path] = queue.Queue()
        for number in range(given.copies):
            copy = Path(scratch, str(number))
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
            free.put(copy)

        def tried(one: Mutant) -> str:
            copy = free.get()
            try:
                return survives(copy, one)
            finally:
                free.put(copy)

        left = 0
        for number, (one, why) in enumerate(zip(chosen, pool.map(tried, chosen), strict=True), 1):
            left += bool(why)
            state = f"SURVIVES: {why}" if why else "caught"
            print(f"{number}/{len(chosen)} {one.test} | {one.file}: {state}", flush=True)
    print(f"{len(chosen) - left} of {len(chosen)} caught.")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()

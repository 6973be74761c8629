"""Two commands for authors: ``python -m casekit sync`` and ``python -m casekit check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .building import notebooks, sync
from .checks import check_case
from .tables import CaseError, root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 1 with findings or without a case."""
    parser = argparse.ArgumentParser(
        prog="python -m casekit", description="Look after a case: its notebooks, items and figures."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="sync | check")
    commands.add_parser("sync", help="write what is generated: numbers, reading list, dictionary")
    commands.add_parser("check", help="say what is wrong in notebooks, items and figures")
    command = parser.parse_args(arguments).command
    try:
        return _sync() if command == "sync" else _check()
    except CaseError as error:
        print(error, file=sys.stderr)
        return 1


def _sync() -> int:
    changed = sync(root())
    for path in changed:
        print(f"written: {path.relative_to(root()).as_posix()}")
    if not changed:
        print("Nothing to write: everything generated is up to date.")
    return 0


def _check() -> int:
    findings = check_case(root())
    for finding in findings:
        print(finding)
    count = len(notebooks(root()))
    print(f"Findings: {len(findings)}. Notebooks read: {count}.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

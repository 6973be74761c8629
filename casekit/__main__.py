"""Commands for authors and instructors: ``python -m casekit COMMAND``; ``--help`` lists them."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from .tables import CaseError, root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 1 with findings or without a case."""
    parser = ArgumentParser(
        prog="python -m casekit",
        description="Look after a case: its notebooks, items and figures.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (purpose, add_arguments, _) in COMMANDS.items():
        add_arguments(commands.add_parser(name, help=purpose, description=purpose))
    given = parser.parse_args(arguments)
    try:
        return COMMANDS[given.command][2](given)
    except CaseError as error:
        print(error, file=sys.stderr)
        return 1


def _nothing(parser: ArgumentParser) -> None:
    """Add no arguments."""


def _sync(_: Namespace) -> int:
    from .building import sync

    changed = sync(root())
    for path in changed:
        print(f"written: {path.relative_to(root()).as_posix()}")
    if not changed:
        print("Nothing to write: everything generated is up to date.")
    return 0


def _check(_: Namespace) -> int:
    from .authoring import placeholders
    from .building import notebooks
    from .catalogue import content, item_ids
    from .checks import check_case
    from .work import count

    findings = check_case(root())
    for finding in findings:
        print(finding)
    read = len(notebooks(root()))
    asked = [content(name) for name in item_ids()]
    paths = sum(len(one.get("feedback", [])) for one in asked)
    print(
        f"Findings: {len(findings)}. Notebooks read: {read}. Questions: {len(asked)}, with "
        f"{count(paths, 'feedback path')}."
    )
    if left := placeholders(root()):
        said = ", ".join(f"{name} ({number})" for name, number in left)
        print(f"Still from the template, marked “Replace”: {said}.")
    return 1 if findings else 0


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where it is to be; free yet")


def _new(given: Namespace) -> int:
    from .authoring import new

    folder = new(given.folder)
    print(f"A new case stands in {folder.resolve()}.")
    print("Go there and run `make lab`; its README.md says what to replace, and in which order.")
    return 0


def _schema(_: Namespace) -> int:
    from .building import put
    from .schema import SCHEMA, schema_text

    put(root() / SCHEMA, schema_text())
    print(f"written: {SCHEMA.as_posix()}")
    return 0


def _store_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")


def _store(given: Namespace) -> int:
    from .storing import store

    failed = 0
    for line, well in store(given.notebooks, root()):
        print(line, file=sys.stdout if well else sys.stderr, flush=True)
        failed += not well
    return 1 if failed else 0


def _browser_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the folder to write; its old content is removed")
    parser.add_argument("--line", default="older", help="a line of site/lines.toml")
    parser.add_argument("--tools", type=Path, required=True, help="the environment of tools.txt")
    parser.add_argument("--pyodide", type=Path, help="an archive or folder of that Pyodide")


def _browser(given: Namespace) -> int:
    from .browser import build

    missing = build(
        root(), given.out, given.line, tools=given.tools, distribution=given.pyodide, say=_told
    )
    if missing:
        print(
            f"The site is there, but its notebooks cannot run: the distribution lacks "
            f"{', '.join(missing)}. Name a whole one: make site PYODIDE=FILE.",
            file=sys.stderr,
        )
    return 1 if missing else 0


def _reading_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the folder to write; what is in it goes, not lite/")
    parser.add_argument("--tools", type=Path, required=True, help="the environment of tools.txt")


def _reading(given: Namespace) -> int:
    from .reading import build

    build(root(), given.out, tools=given.tools, say=_told)
    return 0


def _told(line: str) -> None:
    print(line, flush=True)


def _class_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder with the passports")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--lesson", default="", help="report one lesson only, such as 01-name")


def _class(given: Namespace) -> int:
    from .classroom import from_command

    return from_command(given.folder, given.out, given.lesson, _told)


def _cells(words: Sequence[str], what: str) -> dict[str, str]:
    """Return "column=value" words as cells by column."""
    parts = [word.partition("=") for word in words]
    if wrong := [word for word, (column, mark, _) in zip(words, parts, strict=True) if not mark]:
        raise CaseError(f"{what}: write column=value, not {wrong[0]!r}.")
    if len({column for column, _, _ in parts}) < len(parts):
        raise CaseError(f"{what}: a column is given twice.")
    return {column: value for column, _, value in parts}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CaseError(f"{text!r} is no date like 2020-01-31.") from error


def _keeping_arguments(parser: ArgumentParser) -> None:
    cells = {"nargs": "+", "default": [], "metavar": "COLUMN=VALUE"}
    parser.add_argument("--source", help="a source that is not listed yet", **cells)
    parser.add_argument("--as-of", default="", help="the day of the record; today if not given")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("cells", nargs="+", metavar="COLUMN=VALUE")
    _keeping_arguments(parser)


def _add(given: Namespace) -> int:
    from .keeping import add

    row, source = _cells(given.cells, "The row"), _cells(given.source, "--source")
    print(*add(given.table, row, source, _as_of(given)), sep="\n")
    return 0


def _as_of(given: Namespace) -> date:
    return _day(given.as_of) if given.as_of else date.today()


def _resolve_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("outcome", metavar="OUTCOME", help="yes or no")
    parser.add_argument("--on", required=True, help="the day on which it was settled")
    parser.add_argument("--sources", nargs="+", default=[], metavar="ID", help="who says so")
    parser.add_argument("--confidence", default="", help="high, medium or low; as it was")
    _keeping_arguments(parser)


def _resolve(given: Namespace) -> int:
    from .keeping import settle

    source, on = _cells(given.source, "--source"), _day(given.on)
    ids = list(dict.fromkeys([*given.sources, *filter(None, [source.get("id")])]))
    told = settle(given.question, given.outcome, on, ids, source, _as_of(given), given.confidence)
    print(*told, sep="\n")
    return 0


def _handouts_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("items", nargs="*", metavar="ITEM", help="such as E02; all if none")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--paper", default="a4", help="a4 or letter")
    parser.add_argument("--no-pdf", action="store_true", help="pages only")


def _handouts(given: Namespace) -> int:
    from .printing import handouts

    handouts(given.out, given.items, paper=given.paper, pdf=not given.no_pdf, say=_told)
    return 0


def _slides_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 01-name")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument(
        "--tools", type=Path, help="the environment that draws charts; .venv/reading if not given"
    )


def _slides(given: Namespace) -> int:
    from .printing import slides

    tools = given.tools or root() / ".venv" / "reading"
    slides(given.out, given.lessons, tools=tools, say=_told)
    return 0


# What each command is for, what it takes, and what it does.
COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None], Callable[[Namespace], int]]] = {
    "sync": ("write what is generated: numbers, exercises, lists", _nothing, _sync),
    "check": ("say what is wrong in notebooks, items and figures", _nothing, _check),
    "new": ("begin a new case in a folder of its own", _new_arguments, _new),
    "schema": ("write the schema of question files, for editors", _nothing, _schema),
    "store": ("run notebooks on a fresh kernel and store them", _store_arguments, _store),
    "add": ("add a row to a table, with its source", _add_arguments, _add),
    "resolve": ("settle a question that was open", _resolve_arguments, _resolve),
    "class": ("report on a folder of passports", _class_arguments, _class),
    "reading": ("write every lesson as a page to read", _reading_arguments, _reading),
    "browser": ("build the notebooks as a site without a server", _browser_arguments, _browser),
    "handouts": ("print questions for a room without devices", _handouts_arguments, _handouts),
    "slides": ("make slides of lessons, to be projected", _slides_arguments, _slides),
}


if __name__ == "__main__":
    sys.exit(main())

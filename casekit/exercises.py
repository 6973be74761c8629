"""From a solution to the exercise: the same notebook as students meet it, without the answers.

A solution marks what is not for students in two ways, after the manner of nbgrader. A cell with
the tag ``solution`` is left out. In a code cell, lines between ``### BEGIN SOLUTION`` and
``### END SOLUTION`` give way to the commented lines after ``### STARTER``, or to one line that
asks for the student's own.
"""

from __future__ import annotations

import ast
import copy
import re

from nbformat import NotebookNode

from .tables import CaseError

TAG = "solution"
BEGIN, STARTER, END = "### BEGIN SOLUTION", "### STARTER", "### END SOLUTION"
STUB = "...  # your own lines here"
UNSTORED = "nbval-ignore-output"

# What somebody may have meant as a marker.
MARKER = re.compile(
    r"\s*#+\s*(?:(?:begin|end)[\s_-]*solutions?\b|#{2}\s*start(?:er)?s?\b)", re.IGNORECASE
)
COMMENT = re.compile(r"# ?(?P<code>.*)")


def exercise(book: NotebookNode, file: str) -> NotebookNode:
    """Return what a student gets of a solution; cell ids stay, and outputs that still hold.

    ``file`` is the solution's place in the case and stands in messages. A cell with a starter is
    stored without outputs and tagged so that its outputs are not compared. Raises CaseError
    naming file, cell and cure where a marker or a tag cannot be meant as it stands.
    """
    result = copy.deepcopy(book)
    kept = []
    for number, cell in enumerate(result.cells, 1):
        where = f"{file}, cell {number}"
        if not _left_out(cell, where):
            kept.append(cell)
            if cell.cell_type == "code":
                _begin(cell, where)
    result.cells = kept
    code = (cell for cell in kept if cell.cell_type == "code")
    for count, cell in enumerate((cell for cell in code if cell.execution_count), 1):
        _count(cell, count)
    return result


def _left_out(cell: NotebookNode, where: str) -> bool:
    """Whether the cell is for the solution only. Raises CaseError if that is not clear."""
    tags = cell.metadata.get("tags", [])
    for tag in tags:
        if tag != TAG and re.sub(r"\W", "", str(tag).lower()) in ("solution", "solutions"):
            raise CaseError(
                f"{where}: the tag {tag!r} leaves nothing out; write it {TAG!r}, or students get "
                "the answer."
            )
    marked = any(MARKER.match(line) for line in cell.source.split("\n"))
    if cell.cell_type != "code" and marked:
        raise CaseError(
            f"{where}: a marker in a text cell hides nothing; take it out and give the cell the "
            f"tag {TAG!r}."
        )
    if TAG not in tags:
        return False
    if re.search(r"^\s*ask\s*\(", cell.source, re.MULTILINE) and cell.cell_type == "code":
        raise CaseError(
            f"{where}: asks a question and has the tag {TAG!r}, so no student would meet the "
            "question; take the tag away."
        )
    if marked:
        raise CaseError(
            f"{where}: has the tag {TAG!r} and a marker; the tag leaves out the whole cell, so "
            "take out one of them."
        )
    return True


def _begin(cell: NotebookNode, where: str) -> None:
    """Put the starter in the place of each solution in a code cell."""
    lines: list[str] = []
    opened, starter = 0, None  # the line a solution begins in, and what follows its STARTER
    for number, line in enumerate(cell.source.split("\n"), 1):
        mark, at = line.strip(), f"{where}, line {number}"
        if MARKER.match(line) and mark not in (BEGIN, STARTER, END):
            raise CaseError(
                f"{at}: {mark!r} is no marker; write {BEGIN!r}, {STARTER!r} or {END!r}, alone on "
                "its line."
            )
        if mark == BEGIN:
            if opened:
                raise CaseError(
                    f"{at}: a solution begins inside the one of line {opened}; add {END!r} between "
                    "them."
                )
            opened, starter = number, None
            indent = line[: len(line) - len(line.lstrip())]
        elif mark == STARTER:
            if not opened or starter is not None:
                raise CaseError(
                    f"{at}: a starter stands once in each solution, after its lines; move it "
                    f"between {BEGIN!r} and {END!r}."
                )
            starter = []
        elif mark == END:
            if not opened:
                raise CaseError(f"{at}: no solution ends here; add {BEGIN!r} above it.")
            lines += [f"{indent}{STUB}"] if starter is None else starter
            opened = 0
        elif opened and starter is not None:
            if not (comment := COMMENT.fullmatch(mark)):
                raise CaseError(
                    f"{at}: a line of a starter is a comment, so that the solution does not run "
                    "it; put “# ” before it."
                )
            before = line[: len(line) - len(line.lstrip())]
            lines.append(f"{before}{comment['code']}".rstrip())
        elif not opened:
            lines.append(line)
    if opened:
        raise CaseError(
            f"{where}: {BEGIN!r} in line {opened} has no {END!r}; add it below the solution."
        )
    source = "\n".join(lines)
    if source == cell.source:
        return
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise CaseError(
            f"{where}: with its starter the cell is not Python ({error.msg}, line {error.lineno}); "
            "mend the lines after the marker."
        ) from error
    cell.source = source
    cell.outputs = []
    tags = cell.metadata.setdefault("tags", [])
    if UNSTORED not in tags:
        tags.append(UNSTORED)


def _count(cell: NotebookNode, count: int) -> None:
    """Number a cell, and its results, as in a notebook that was run from top to bottom."""
    cell.execution_count = count
    for output in cell.outputs:
        if "execution_count" in output:
            output.execution_count = count

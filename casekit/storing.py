"""Run notebooks on a fresh kernel and store them as a reader should find them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode, v4

from .building import EXERCISES, SOLUTIONS, numbered, put, solution_of
from .exercises import UNSTORED
from .tables import CaseError

LONGEST = 600  # seconds for one cell


def store(paths: Iterable[Path], root: Path) -> Iterator[tuple[str, bool]]:
    """Run and store notebooks one by one; yield lines that say how it goes, and whether well.

    Citations are numbered, every cell is run, the outputs of questions are left out, and times
    and the state of widgets are not kept. Answers that a notebook gives while it runs go to a
    passport that is thrown away. A notebook that fails stays as it was, and the next one is run.
    """
    for path in paths:
        name = _name(path, root)
        yield f"{name}: running …", True
        begun = time.monotonic()
        try:
            cells = _stored(path, name, root)
        except CaseError as error:
            yield str(error), False
        else:
            after = " Then run `make sync`." if name.startswith(f"{SOLUTIONS}/") else ""
            taken = time.monotonic() - begun
            yield f"{name}: stored, {cells} cells run in {taken:.1f} s.{after}", True


def _name(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _stored(path: Path, name: str, root: Path) -> int:
    """Run and store one notebook; return how many cells were run. Raises CaseError."""
    if name.startswith(f"{EXERCISES}/") and solution_of(path.resolve(), root.resolve()).is_file():
        raise CaseError(
            f"{name} is made from {SOLUTIONS}/{path.name}: store that one, then run `make sync`."
        )
    try:
        book = numbered(v4.reads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise CaseError(f"{name} is not there; give a path such as lessons/01-a.ipynb.") from error
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise CaseError(f"{name} cannot be read as a notebook: {error}.") from error
    before = path.read_text(encoding="utf-8")
    put(path, v4.writes(book) + "\n")  # a list of sources reads the file that it stands in
    try:
        _run(book, path, name)
    except BaseException:
        put(path, before)
        raise
    put(path, v4.writes(book) + "\n")
    return sum(cell.cell_type == "code" for cell in book.cells)


def _run(book: NotebookNode, path: Path, name: str) -> None:
    """Run every cell of a notebook in its own folder, on a fresh kernel, and leave it clean."""
    try:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise CaseError(
            "Running a notebook needs nbclient, which comes with JupyterLab: run `make lab` or "
            "`make sync` once, which install it."
        ) from error
    metadata = dict(book.metadata)
    client = NotebookClient(
        book,
        timeout=LONGEST,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with tempfile.TemporaryDirectory() as folder:
        passport = str(Path(folder) / "passport.jsonl")
        try:
            client.execute(env={**os.environ, "CASEKIT_PASSPORT": passport})
        except CellExecutionError as error:
            raise CaseError(
                f"{name}, cell {_failed(book)}: {error.ename}: {error.evalue} Mend the cell and "
                "store again; the file is as it was."
            ) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise CaseError(
                f"{name}: the kernel gave no answer ({type(error).__name__}). Look for a cell that "
                "never ends; the file is as it was."
            ) from error
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        if UNSTORED in cell.metadata.get("tags", []):
            cell.outputs = []
    book.metadata = metadata


def _failed(book: NotebookNode) -> int:
    """Return the number of the cell that stopped the run."""
    kinds = [
        {output.output_type for output in cell.get("outputs", [])} if "outputs" in cell else set()
        for cell in book.cells
    ]
    return next((number for number, kind in enumerate(kinds, 1) if "error" in kind), 0)

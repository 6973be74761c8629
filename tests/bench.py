"""How fast the module is, as ratios within one run: `make bench`.

Compares, each time in a new kernel, what a learner waits for with the bare
`import pandas, altair, ipywidgets`. The runs alternate, so that a busy moment meets all of
them; a ratio is the median over the rounds. Then it makes a new environment with empty caches and
counts seconds, packages and megabytes, times every notebook under nbval, runs the other
`bench_*.py` beside this file, and writes all that into docs/benchmarks.md. With `--quick` it ends
after the first of these and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "lessons").glob("[0-9]*.ipynb"))
BARE = "bare imports"
FIRST = "set-up cell and first chart"
FAILED = "| **a notebook failed** | |"
GOALS = {FIRST: 1.3}  # and 2.5 for every whole lesson


def notebooks() -> dict[str, nbformat.NotebookNode]:
    """Return what is timed: the bare imports, set-up and first chart, every lesson."""
    lessons = {path: nbformat.read(path, as_version=4) for path in LESSONS}
    code = [cell for book in lessons.values() for cell in book.cells if cell.cell_type == "code"]
    charts = [cell for cell in code if "vegalite" in str(cell.outputs)]
    if not charts:
        sys.exit("No lesson stores a chart: run the cells of one and save it first.")
    bare = nbformat.v4.new_code_cell("import pandas, altair, ipywidgets")
    short = {BARE: [bare], FIRST: [code[0], charts[0]]}
    books = {name: nbformat.v4.new_notebook(cells=cells) for name, cells in short.items()}
    for path, book in lessons.items():
        books[f"lesson {path.stem}, whole"] = book
        GOALS[f"lesson {path.stem}, whole"] = 2.5
    return books


def seconds(book: nbformat.NotebookNode, folder: Path) -> float:
    """Return the seconds from the start of a new kernel to the end of the last cell."""
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, resources=where, extra_arguments=["--log-level=40"])
    begin = time.perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(book.cells):
            client.execute_cell(cell, index)
        return time.perf_counter() - begin


def kernels(rounds: int) -> tuple[list[str], bool]:
    """Return the table's lines, and whether every goal is met."""
    books = notebooks()
    folder = ROOT / "lessons"
    for book in books.values():  # not counted: compiles what is imported
        seconds(book, folder)
    times = [{name: seconds(b, folder) for name, b in books.items()} for _ in range(rounds)]
    lines = ["| in a new kernel | seconds | ratio | goal |", "| --- | --: | --: | --: |"]
    met = True
    for name in books:
        ratio = statistics.median(one[name] / one[BARE] for one in times)
        met = met and ratio <= GOALS.get(name, ratio)
        median = statistics.median(one[name] for one in times)
        lines.append(f"| {name} | {median:.2f} | {ratio:.2f} | {GOALS.get(name, '')} |")
    return lines, met


def setup() -> list[str]:
    """Return the lines on a new environment, made as `make lab` makes it, caches empty."""
    with tempfile.TemporaryDirectory() as scratch:
        venv = Path(scratch, "venv")
        env = {**os.environ, "UV_CACHE_DIR": str(Path(scratch, "uv")), "PIP_NO_CACHE_DIR": "1"}
        begin = time.perf_counter()
        subprocess.run(
            ["make", f"VENV={venv}", f"{venv}/.user"], cwd=ROOT, env=env, check=True, stdout=2
        )
        took = time.perf_counter() - begin
        (site,) = venv.glob("lib/python*/site-packages")
        packages = len(list(distributions(path=[str(site)])))
        files = [path for path in venv.rglob("*") if path.is_file() and not path.is_symlink()]
        megabytes = sum(path.stat().st_size for path in files) / 1e6
    return [
        "| a new environment | |",
        "| --- | --: |",
        f"| seconds to set up | {took:.0f} |",
        f"| packages, pip and uv among them | {packages} |",
        f"| megabytes | {megabytes:.0f} |",
    ]


def every_notebook() -> list[str]:
    """Return the lines on one run of nbval over all notebooks, on two processes."""
    folders = ("lessons", "exercises", "solutions", "instructor")
    count = sum(len(list((ROOT / name).glob("*.ipynb"))) for name in folders)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *folders]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - begin
    starts = []
    for _ in range(3):
        start = time.perf_counter()
        with NotebookClient(nbformat.v4.new_notebook()).setup_kernel():
            starts.append(time.perf_counter() - start)
    bare = count * statistics.median(starts)
    lines = [
        f"| nbval over all {count} notebooks, 2 processes | |",
        "| --- | --: |",
        f"| seconds (goal 90) | {took:.0f} |",
        f"| ratio to {count} bare kernel starts, one after another | {took / bare:.1f} |",
    ]
    return lines if done.returncode == 0 else [*lines, FAILED]


def others() -> tuple[list[str], bool]:
    """Return what the other benchmarks print, and whether all their goals are met."""
    lines, met = [], True
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"{script.name} ...", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True)
        said = done.stdout.strip() or (done.stderr.strip().splitlines() or ["nothing"])[-1]
        lines += ["", f"`{script.name}`", "", *said.splitlines()]
        met = met and done.returncode == 0
    return lines, met


def main() -> int:
    """Measure, print the table, and return 0 if every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="kernels only, and write nothing")
    options = parser.parse_args()

    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    lines, met = kernels(options.rounds)
    print("\n".join(lines), flush=True)
    if not options.quick:
        more, all_met = others()
        rest = ["", *setup(), "", *every_notebook(), *more]
        print("\n".join(rest))
        lines, met = lines + rest, met and all_met and FAILED not in rest
        machine = (
            f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores"
        )
        head = (
            f"# Speed\n\nPrinted by `make bench`; medians of {options.rounds} rounds. {machine}.\n"
        )
        text = "\n".join([head, *lines, ""])
        (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

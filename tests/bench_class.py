"""How fast a class is read and reported, from ten passports to ten thousand.

    .venv/bin/python tests/bench_class.py                 10, 100, 1,000 and 10,000 passports
    .venv/bin/python tests/bench_class.py 10 1000         these only

Makes invented passports of forty answers each in a temporary folder, reads them and writes report
and exports, each time in a new process, and prints seconds, the most memory used, and the
processor's milliseconds for each passport, which a busy machine does not change. The goal for
1,000 is 15 seconds and 600 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = 40
SIZES = (10, 100, 1_000, 10_000)
GOALS = {1_000: (15.0, 600.0)}  # seconds, MB
MANY = 1_000  # different students; beyond that answers repeat, names and times do not

RUN = """
import json, resource, sys, time
begin = time.perf_counter()
from casekit.classroom import read_class, write
imported = time.perf_counter()
room = read_class(sys.argv[1])
read = time.perf_counter()
write(room, sys.argv[2], sys.argv[1])
done = time.perf_counter()
used = resource.getrusage(resource.RUSAGE_SELF)
cpu = used.ru_utime + used.ru_stime
parts = [imported - begin, read - imported, done - read, cpu, used.ru_maxrss / 1024]
print(json.dumps([*parts, len(room.answers)]))
"""


def fill(folder: Path, size: int) -> None:
    """Write a class of this size, forty answers a passport."""
    sys.path.insert(0, str(ROOT / "tests"))
    from make_sample_class import Student, passport, questions

    asked = questions()
    made: list[list[dict]] = []
    for number in range(1, size + 1):
        if number <= MANY:
            student = Student(number, "bench")
            student.lessons, student.care = 9, 0.9
            lines = passport(student, asked).splitlines()
            drawn = student.chance("drawn").sample(lines, min(ANSWERS, len(lines)))
            made.append([json.loads(line) for line in drawn])
        entries = made[(number - 1) % MANY]
        name = f"synthetic-bench-{number}"
        text = "".join(
            json.dumps({**one, "codename": name}, ensure_ascii=False) + "\n" for one in entries
        )
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def measured(size: int) -> tuple[float, float, float, float, float, int]:
    """Return seconds to import, read, write, and of the processor; MB at the most; answers."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch, "class"), Path(scratch, "out")
        folder.mkdir()
        fill(folder, size)
        arguments = [sys.executable, "-c", RUN, str(folder), str(out)]
        done = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True)
        return tuple(json.loads(done.stdout))


def main() -> int:
    sizes = [int(text.replace(",", "")) for text in sys.argv[1:]] or SIZES
    print(
        "| passports | answers | read, s | written, s | in all, s | processor, s | MB | ms each |"
    )
    print("| --: | --: | --: | --: | --: | --: | --: | --: |")
    missed = []
    for size in sizes:
        begun, read, wrote, cpu, peak, answers = measured(size)
        seconds = begun + read + wrote
        times = " | ".join(f"{part:.1f}" for part in (read, wrote, seconds, cpu))
        each = 1000 * cpu / size
        print(f"| {size:,} | {answers:,} | {times} | {peak:.0f} | {each:.1f} |", flush=True)
        most, room = GOALS.get(size, (seconds, peak))
        if seconds > most or peak > room:
            missed.append(f"{size:,}: the goal is {most:g} s and {room:g} MB.")
    print("\n".join(missed) or "Every goal is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

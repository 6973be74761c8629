"""How many students one machine carries: `make load`.

Starts the class server of hub/ on this machine, with its own folder and ports, and sends it
simulated students, all at once: 10, 25, and then as many as the free memory holds. Each logs in by
the form, waits for a server, opens a kernel by its websocket, runs every code cell of a lesson,
commits answers, restarts the kernel and asks for them again. An answer counts as lost if it is not
exactly what was sent. Linux only: memory is PSS, in which what servers share counts once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import psutil
import requests
import websocket

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from casekit import catalogue  # noqa: E402
from casekit.items.plain import form  # noqa: E402
from casekit.tables import settings  # noqa: E402
from casekit.work import pages  # noqa: E402

LESSON = "lessons/01-history.ipynb"
EACH = 250  # MiB that a student takes, as long as none was measured here
SHARE = 0.9  # of the free memory; the rest is for the simulated students themselves
LONGEST = 600  # seconds for one step of one student
WHOLE = 240  # seconds for a class: then its server is stopped, and the class has failed
MORE = 15  # seconds for each student in it
PASSWORD = "only-on-this-machine"


def programs() -> Path:
    """Return the environment of the class server, as `make hub` makes it."""
    return Path(os.environ.get("HUB") or Path(sys.prefix) / "hub")


def missing() -> str:
    """Return why no class server can run here, or "" where one can."""
    if not sys.platform.startswith("linux"):
        return "the class server is for Linux"
    if not (programs() / ".made").is_file():
        return "there is no class server here: run `make hubtools`"
    return ""


def room(each: float = EACH) -> int:
    """Return how many students the free memory holds if each takes so many MiB."""
    return int(SHARE * psutil.virtual_memory().available / 2**20 / each)


# The server


class Hub:
    """A running class server on this machine; ``address`` is where it listens."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder / "class"
        self.address = f"http://127.0.0.1:{_three_ports()}"
        self.log = folder / "hub.log"
        places = {
            name: str(folder / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        }
        self.environment = {
            **{name: value for name, value in os.environ.items() if not _ours(name)},
            **places,
            "CLASS_PASSWORD": PASSWORD,
            "CLASS_FOLDER": str(self.folder),
            "CLASS_ADDRESS": self.address,
            "CLASS_SIZE": str(size),
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    programs() / "bin" / "jupyterhub",
                    "--config",
                    ROOT / "hub" / "jupyterhub_config.py",
                ],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def ready(self) -> None:
        """Wait until the server shows its form."""
        for _ in range(LONGEST * 5):
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.address}/hub/login", timeout=5).ok:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"The class server did not start: {self.tail()}")

    def tail(self) -> str:
        """Return the end of what the server said."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self) -> None:
        """End the server, its proxy, and all that it started."""
        started = []
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(90)
        # Students' servers are in sessions of their own: what is left of them ends here.
        for process in [*started, *(one.process for one in servers(self.folder))]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def _ours(name: str) -> bool:
    return name.startswith(("CASEKIT_", "JUPYTERHUB_", "BINDER_", "COVERAGE_"))


def _three_ports() -> int:
    """Return a port that is free together with the two after it."""
    for _ in range(50):
        with contextlib.ExitStack() as kept:
            first = kept.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                for more in (1, 2):
                    kept.enter_context(socket.socket()).bind(("127.0.0.1", port + more))
            except (OSError, OverflowError):
                continue
            return port
    raise RuntimeError("No three free ports in a row.")


@contextlib.contextmanager
def hub(size: int) -> Iterator[Hub]:
    """Give a class server for so many students, in a folder of its own that goes away."""
    with tempfile.TemporaryDirectory(prefix="class-") as scratch:
        running = Hub(Path(scratch), size)
        try:
            running.ready()
            yield running
        finally:
            running.stop()


@dataclass
class Server:
    """A student's server with its kernels."""

    name: str
    process: psutil.Process

    def megabytes(self) -> float:
        """Return the memory of server and kernels together, as PSS, in MiB."""
        total = 0
        for process in (self.process, *self.process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        return total / 2**20


def servers(folder: Path) -> list[Server]:
    """Return the students' servers whose homes lie in this class's folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if not any("jupyterhub-singleuser" in part for part in process.cmdline()):
                continue
            said = process.environ()
            if Path(said.get("HOME", "/")).is_relative_to(folder / "homes"):
                found.append(Server(said.get("JUPYTERHUB_USER", ""), process))
    return found


# A student


class Kernel:
    """A kernel by its websocket: what a browser says to it, without the browser."""

    def __init__(self, student: Student, number: str) -> None:
        self.student = student
        self.number = number
        self.session = uuid.uuid4().hex
        cookies = "; ".join(
            f"{one.name}={one.value}"
            for one in student.browser.cookies
            if student.base.startswith(one.path.rstrip("/"))
        )
        address = student.hub.address.replace("http", "ws", 1)
        self.socket = websocket.create_connection(
            f"{address}{student.base}/api/kernels/{number}/channels?session_id={self.session}",
            cookie=cookies,
            origin=student.hub.address,
            timeout=LONGEST,
        )

    def run(self, code: str) -> str:
        """Run code to its end and return what it printed. Raises RuntimeError if it fails."""
        asked = uuid.uuid4().hex
        header = {
            "msg_id": asked,
            "msg_type": "execute_request",
            "username": self.student.name,
            "session": self.session,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        printed, replied, idle, failed = [], False, False, ""
        end = time.monotonic() + LONGEST
        while not (replied and idle):
            if time.monotonic() > end:
                raise RuntimeError(f"no end after {LONGEST} seconds: {code[:200]}")
            said = self.socket.recv()
            if not isinstance(said, str):
                continue  # a widget's files
            said = json.loads(said)
            if said["parent_header"].get("msg_id") != asked:
                continue
            kind, content = said["header"]["msg_type"], said["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                failed = f"{content['ename']}: {content['evalue']}"
            elif kind == "execute_reply":
                replied = True
            elif kind == "status":
                idle = idle or content["execution_state"] == "idle"
        if failed:
            raise RuntimeError(f"{failed} in: {code[:200]}")
        return "".join(printed)

    def close(self) -> None:
        """Leave the kernel running and hang up."""
        self.socket.close()


@dataclass
class Student:
    """One simulated student, and what happened."""

    hub: Hub
    name: str
    browser: requests.Session = field(default_factory=requests.Session)
    seconds: dict[str, float] = field(default_factory=dict)
    feedback: list[float] = field(default_factory=list)
    sent: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Where the student's server is, on the hub's address."""
        return f"/user/{self.name}"

    def _cookie(self, path: str) -> str:
        """Return the token against forged requests that the browser holds for a path."""
        found = [one for one in self.browser.cookies if one.name == "_xsrf"]
        fits = [one for one in found if path.startswith(one.path.rstrip("/"))]
        return max(fits, key=lambda one: len(one.path)).value if fits else ""

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = self.browser.request(
            method,
            f"{self.hub.address}{path}",
            headers={"X-XSRFToken": self._cookie(path)},
            timeout=LONGEST,
            **more,
        )
        answer.raise_for_status()
        return answer

    def log_in(self) -> None:
        """Fill in the form and wait until the server answers."""
        self._ask("get", "/hub/login")
        given = {"username": self.name, "password": PASSWORD, "_xsrf": self._cookie("/hub/")}
        self._ask("post", "/hub/login?next=%2Fhub%2Fspawn", data=given)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            with contextlib.suppress(requests.RequestException):
                # a page: it hands out the cookies of the student's own server, an API call does not
                here = self._ask("get", f"{self.base}/lab")
                if here.url.startswith(f"{self.hub.address}{self.base}/"):
                    return
            time.sleep(0.5)
        raise RuntimeError(f"{self.name} has no server after {LONGEST} seconds")

    def open(self, lesson: str) -> Kernel:
        """Open a notebook as JupyterLab does: its page, its text, a session with a kernel."""
        place = f"{settings()['id']}/{lesson}"
        self._ask("get", f"{self.base}/doc/tree/{place}")
        self._ask("get", f"{self.base}/api/contents/{place}")
        wanted = {
            "path": place,
            "name": Path(lesson).name,
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        session = self._ask("post", f"{self.base}/api/sessions", json=wanted).json()
        return Kernel(self, session["kernel"]["id"])

    def commit(self, kernel: Kernel, name: str, value: Any) -> None:
        """Commit an answer and wait until its feedback is there."""
        reason = f"{self.name}: why, in one line"
        with _timed() as took:
            kernel.run(f"casekit.answer({name!r}, {value!r}, reason={reason!r})")
        self.feedback.append(took[0])
        self.sent[name] = [value, reason]

    def restart(self, kernel: Kernel) -> Kernel:
        """Restart the kernel and join it again."""
        kernel.close()
        self._ask("post", f"{self.base}/api/kernels/{kernel.number}/restart")
        return Kernel(self, kernel.number)

    def look(self, kernel: Kernel) -> None:
        """Read back what is there, and note what of the answers is not."""
        there = json.loads(kernel.run(LOOK))
        wanted = {name: json.loads(json.dumps(one)) for name, one in self.sent.items()}
        self.lost = [name for name, one in wanted.items() if there.get(name) != one]


LOOK = """
import sys; sys.path.insert(0, "..")
import json
from casekit import passport
print(json.dumps({e.item: [e.answer, e.reason] for e in passport.read().entries}))
"""


@contextlib.contextmanager
def _timed() -> Iterator[list[float]]:
    """Give a list that holds the seconds once the block is left."""
    took: list[float] = []
    begin = time.perf_counter()
    yield took
    took.append(time.perf_counter() - begin)


# A class


@dataclass
class Result:
    """What a class did; memory in MiB, times in seconds."""

    students: list[Student]
    megabytes: list[float]
    errors: list[str]

    @property
    def feedback(self) -> list[float]:
        """The seconds to feedback of every answer."""
        return [one for student in self.students for one in student.feedback]

    @property
    def answers(self) -> int:
        """How many answers were committed."""
        return sum(len(student.sent) for student in self.students)

    @property
    def lost(self) -> int:
        """How many of them are not there."""
        return sum(len(student.lost) for student in self.students)


def answers(lesson: str) -> dict[str, Any]:
    """Return an answer that is accepted for each question of a lesson that text can answer."""
    (asked,) = (page.asks for page in pages() if page.file == lesson)
    forms = {name: form(catalogue.item(name)) for name in asked}
    return {name: one.example for name, one in forms.items() if one.example and not one.call}


def class_of(
    size: int,
    hub: Hub,
    lesson: str = LESSON,
    most: int | None = None,
    tell: Callable[[str], Any] = lambda _: None,
) -> Result:
    """Send so many students at once through a lesson, and return what happened.

    All of them reach each step before the next begins, so that each is measured with all there;
    ``tell`` is called with the step that begins.
    """
    book = nbformat.read(ROOT / lesson, as_version=4)
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    given = dict(list(answers(lesson).items())[:most])
    students = [Student(hub, f"student{number:02}") for number in range(1, size + 1)]
    gate = threading.Barrier(size)
    memory: list[float] = []
    errors: list[str] = []

    def together(student: Student, step: str, work: Callable[[], Any]) -> Any:
        if gate.wait(LONGEST * 2) == 0:
            tell(step)
        with _timed() as took:
            done = work()
        student.seconds[step] = took[0]
        return done

    def lesson_of(kernel: Kernel) -> None:
        for cell in cells:
            kernel.run(cell)
        kernel.run("import casekit")

    def answers_of(student: Student, kernel: Kernel) -> None:
        for name, value in given.items():
            student.commit(kernel, name, value)

    def live(student: Student) -> None:
        try:
            together(student, "server", student.log_in)
            kernel = together(student, "kernel", lambda: student.open(lesson))
            together(student, "lesson", lambda: lesson_of(kernel))
            together(student, "answers", lambda: answers_of(student, kernel))
            if gate.wait(LONGEST * 2) == 0:
                memory.extend(one.megabytes() for one in servers(hub.folder))
            kernel = together(student, "restart", lambda: student.restart(kernel))
            together(student, "look", lambda: student.look(kernel))
            kernel.close()
        except threading.BrokenBarrierError:
            errors.append(f"{student.name}: stopped, because another one failed")
        except Exception as error:
            errors.append(f"{student.name}: {type(error).__name__}: {error}")
            gate.abort()

    whole = WHOLE + MORE * size

    def stop() -> None:
        errors.append(f"The class was not done after {whole} seconds, and was stopped.")
        gate.abort()
        hub.stop()

    watch = threading.Timer(whole, stop)
    watch.start()
    try:
        with ThreadPoolExecutor(size) as pool:
            list(pool.map(live, students))
    finally:
        watch.cancel()
    return Result(students, memory, errors)


# The table


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


ROWS: list[tuple[str, Callable[[Result], str]]] = [
    ("students at once", lambda done: f"{len(done.students)}"),
    ("server and kernel of one student, MiB (PSS), median", lambda done: _middle(done.megabytes)),
    ("the same, largest, MiB", lambda done: f"{max(done.megabytes):.0f}"),
    ("all students together, MiB", lambda done: f"{sum(done.megabytes):.0f}"),
    ("log-in to own server, seconds, median", lambda done: _step(done, "server")),
    ("the same, last student", lambda done: _step(done, "server", max)),
    ("opening the notebook, seconds, median", lambda done: _step(done, "kernel")),
    ("running every cell of Lesson 1, seconds, median", lambda done: _step(done, "lesson")),
    ("the same, last student", lambda done: _step(done, "lesson", max)),
    ("answers committed", lambda done: f"{done.answers}"),
    ("seconds to feedback, median", lambda done: f"{statistics.median(done.feedback):.2f}"),
    ("seconds to feedback, p95", lambda done: f"{p95(done.feedback):.2f}"),
    ("answers lost after a restart of every kernel", lambda done: f"{done.lost}"),
]


def _middle(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}"


def _step(done: Result, step: str, of: Callable = statistics.median) -> str:
    return f"{of([student.seconds[step] for student in done.students]):.1f}"


def table(results: list[Result]) -> list[str]:
    """Return the results as lines of a table in markdown, a column a class."""
    heads, *rows = [[name, *(cell(done) for done in results)] for name, cell in ROWS]
    lines = [heads, ["---", *("--:" for _ in results)], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


HEAD = """# Load

What one machine carries, printed by `make load`: a real class server as in [running a \
class](running-a-class.md), and simulated students who do everything at the same moment. Each \
logs in, opens Lesson 1, runs all its cells, answers every question of it that can be answered in \
text, one after the other without a pause, then restarts the kernel and looks whether each answer \
is there as it was sent. A class of people is kinder: they do not all press the same button at once.
"""
FULL = "The largest class is as many as the free memory held.\n"


def main() -> int:
    """Run the classes, print the table, and return 0 if no answer was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--students",
        type=int,
        nargs="+",
        default=[*(size for size in (10, 25) if size < room()), 0],
        help="how many at once, one class after the other; 0: as many as the free memory holds",
    )
    parser.add_argument("--write", action="store_true", help="also write docs/load.md")
    options = parser.parse_args()
    if not room() or not all(0 <= size <= room() for size in options.students):
        sys.exit(f"The free memory holds up to {room()} students: ask for so many, or for fewer.")
    if why := missing():
        sys.exit(f"No load can be tried: {why}.")
    busy = os.getloadavg()[0]
    results = []
    for size in options.students:
        size = size or room(max(results[-1].megabytes) if results else EACH)
        with hub(size) as running:
            done = class_of(size, running, tell=partial(print, f"{size}:", flush=True))
            if done.errors:
                sys.exit("\n".join([*done.errors, "The server's last words:", running.tail()]))
        results.append(done)
        print("\n".join(table(results)), flush=True)
    lines = table(results)
    memory = psutil.virtual_memory().total / 2**30
    machine = (
        f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB; the simulated students ran on the same machine. Its load average was "
        f"{busy:.1f} before the first of them."
    )
    if options.write:
        head = HEAD + FULL if 0 in options.students else HEAD
        text = "\n".join([head, *lines, "", machine, ""])
        (ROOT / "docs" / "load.md").write_text(text, encoding="utf-8")
    print(machine)
    return 1 if any(done.lost for done in results) else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a student sees when something breaks, and that no committed answer is lost by it.

docs/faults.md says the same in a table; `test_the_table_names_every_test` holds the two together.
"""

import contextlib
import json
import os
import random
import re
import signal
import time
import urllib.request
from pathlib import Path

import pytest
from keys import settle
from nbformat import v4, write

from casekit.catalogue import item
from casekit.passport import Entry

ROOT = Path(__file__).resolve().parents[2]
ASKED = "L1-recall-2"
OTHERS = ("L1-recall-1", "L1-hook", "L1-log")
SETUP = (
    'import sys; sys.path.insert(0, "..")\n'
    "from casekit import ask, figure, my_work, say, sources, table, words"
)

pytestmark = pytest.mark.browser


def notebook(lab, name: str, *cells: str) -> str:
    """Write a notebook into the case's copy, after the set-up cell, and return its place."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    code = [v4.new_code_cell(source) for source in (SETUP, *cells)]
    place = f"lessons/fault-{name}.ipynb"
    write(v4.new_notebook(cells=code, metadata={"kernelspec": kernel}), lab.case / place)
    return place


@pytest.fixture
def file(lab):
    """The passport, absent at the start."""
    place = lab.case / "passport.jsonl"
    place.unlink(missing_ok=True)
    return place


def lines(file) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def chosen(line: dict) -> str:
    return line["answer"]["choice"]


def option(at: int) -> str:
    return item(ASKED).options[at].id


def choose(one, at: int, heard: bool = True):
    """Choose an option, and let the kernel hear of it if there is one."""
    question = one.question(item(ASKED).title)
    question.get_by_role("radio").nth(at).check()
    if heard:
        settle(one.page)
    return question


def commit(question) -> None:
    question.get_by_role("button", name="Commit", exact=False).press("Enter")


def answered(one, at: int, attempt: int = 1):
    """Commit an option and wait until it is said to be saved."""
    question = choose(one, at)
    commit(question)
    question.get_by_text(f"attempt {attempt}, codename", exact=False).wait_for()
    return question


def holds(one, *wanted: str) -> None:
    """The browser's copy says, within a few seconds, that these were chosen, in this order."""
    for _ in range(50):
        text = one.page.evaluate(
            "() => Object.keys(localStorage).filter(key => key.startsWith('casekit:'))"
            ".map(key => localStorage.getItem(key)).join('\\n')"
        )
        held = [chosen(json.loads(line)) for line in text.splitlines() if line]
        if held == list(wanted):
            return
        one.page.wait_for_timeout(100)
    pytest.fail(f"The browser holds {held}, not {list(wanted)}.")


def shows(one, at: int) -> None:
    """The page shows this option as the answer that was committed last."""
    question = one.question(item(ASKED).title)
    question.get_by_text("Last saved").wait_for()
    assert question.get_by_role("radio").nth(at).is_checked()


def again(one, questions: int = 1) -> None:
    """Run all cells anew, and wait until the questions of the first run have been replaced."""
    one.page.evaluate(
        "() => document.querySelectorAll('.ck-item').forEach(part => part.dataset.old = 1)"
    )
    one.menu("Run", "Run All Cells")
    one.page.wait_for_function(
        "count => document.querySelectorAll('.ck-item:not([data-old])').length >= count"
        " && !document.querySelector('.ck-item[data-old]')",
        arg=questions,
        timeout=60_000,
    )
    settle(one.page)


def kernel(lab, place: str) -> int:
    """Return the process of a notebook's kernel, which the server of this test has started."""
    address = f"http://127.0.0.1:{lab.port}/api/sessions"
    with urllib.request.urlopen(address, timeout=10) as answer:
        ids = [one["kernel"]["id"] for one in json.load(answer) if one["path"] == place]
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if ids and ids[0] in command and int(parent) == lab.process.pid:
                return int(folder.name)
    pytest.fail(f"No kernel runs for {place}.")


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Needs Linux's /proc.")


def download(one, work, folder) -> list[str]:
    """Download the passport; return what it says was chosen."""
    with one.page.expect_download() as waited:
        work.get_by_role("button", name="Download your passport").press("Enter")
    target = folder / "download.jsonl"
    waited.value.save_as(target)
    return [chosen(line) for line in lines(target)]


@needs_proc
def test_kernel_killed(lab, reader, file):
    one, place = reader(), notebook(lab, "kernel", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    answered(one, 0)
    question = choose(one, 1)  # chosen, not committed
    os.kill(kernel(lab, place), signal.SIGKILL)
    one.page.get_by_text("appears to have died", exact=False).first.wait_for(timeout=30_000)
    one.page.get_by_role("button", name="Ok").click()
    assert question.get_by_role("radio").nth(1).is_checked(), "The page lost what was chosen."
    holds(one, option(0))
    assert [chosen(line) for line in lines(file)] == [option(0)]
    one.ready()
    again(one)
    shows(one, 0)
    answered(one, 1, attempt=2)
    assert [chosen(line) for line in lines(file)] == [option(0), option(1)]


def test_tab_closed(lab, reader, file):
    one, place = reader(), notebook(lab, "tab", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    commit(choose(one, 1))
    context = one.page.context
    one.page.close(run_before_unload=False)
    for _ in range(50):
        if file.exists() and file.read_text(encoding="utf-8").endswith("\n"):
            break
        time.sleep(0.1)
    one.page = context.new_page()
    one.open(lab.address(place))
    one.run_all(1)
    shows(one, 1)
    assert [chosen(line) for line in lines(file)] == [option(1)]


def test_two_tabs(lab, reader, file):
    one, place = reader(), notebook(lab, "tabs", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    one.saved()
    first, second = one.page, one.page.context.new_page()
    one.page = second
    one.open(lab.address(place))
    one.run_all(1)
    one.saved()
    one.page = first
    choose(one, 0)
    first.keyboard.press("Control+s")
    one.overwrite()
    assert one.question(item(ASKED).title).get_by_role("radio").nth(0).is_checked()
    for turn, page in enumerate((first, second, first)):
        one.page = page
        answered(one, turn, attempt=turn + 1)
    said = lines(file)
    assert [chosen(line) for line in said] == [option(0), option(1), option(2)]
    assert [line["attempt"] for line in said] == [1, 2, 3]
    assert len({line["codename"] for line in said}) == 1
    holds(one, option(0), option(1), option(2))


def test_saved_while_it_saves_itself(lab, reader, file):
    one, place = reader(), notebook(lab, "saves", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    under_way = []

    def hold(route):
        """Let the first save reach the disk, and the page wait for the word of it."""
        if route.request.method == "PUT" and not under_way:
            under_way.append((route, route.fetch()))
        else:
            route.fallback()

    one.page.route("**/api/contents/**", hold)
    one.page.keyboard.press("Control+s")
    choose(one, 1)
    for _ in range(500):
        if not under_way:
            one.page.wait_for_timeout(20)
    one.page.keyboard.press("Control+s")
    one.changed.wait_for()
    for route, response in under_way:
        route.fulfill(response=response)
    one.overwrite()
    assert one.question(item(ASKED).title).get_by_role("radio").nth(1).is_checked()
    answered(one, 1)
    one.open(lab.address(place))
    one.run_all(1)
    shows(one, 1)
    assert [chosen(line) for line in lines(file)] == [option(1)]
    assert not one.errors, f"The page complained: {one.errors}"


# JupyterLab itself shows an empty page where it may store nothing at all.
BLOCKED = """
  for (const name of ["getItem", "setItem", "removeItem"]) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...rest) {
      if (key.startsWith("casekit:")) throw new DOMException("denied", "SecurityError");
      return real.call(this, key, ...rest);
    };
  }
"""


def test_storage_blocked(lab, reader, file, tmp_path):
    one, place = reader(), notebook(lab, "storage", f'ask("{ASKED}")', "my_work()")
    one.page.context.add_init_script(BLOCKED)
    one.open(lab.address(place))
    one.run_all(2)
    question = answered(one, 1)
    question.get_by_text("This browser keeps no copy: it does not allow storage here.").wait_for()
    assert [chosen(line) for line in lines(file)] == [option(1)]
    work = one.question("Done and open")
    work.get_by_role("button", name="Look again").press("Enter")
    work.get_by_text("1 question answered", exact=False).wait_for()
    assert download(one, work, tmp_path) == [option(1)]


def test_passport_deleted(lab, reader, file):
    one, place = reader(), notebook(lab, "deleted", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    answered(one, 0)
    file.unlink()
    commit(choose(one, 1))
    holds(one, option(0), option(1))
    assert [chosen(line) for line in lines(file)] == [option(1)]
    one.open(lab.address(place))  # the page is loaded anew
    one.run_all(1)
    question = one.question(item(ASKED).title)
    question.get_by_text("This browser holds 1 answer", exact=False).wait_for()
    question.get_by_role("button", name="Bring them back").press("Enter")
    question.get_by_text("1 answer was added", exact=False).wait_for()
    assert {chosen(line) for line in lines(file)} == {option(0), option(1)}


@needs_proc
def test_disk_full(lab, reader, file, tmp_path):
    resource = pytest.importorskip("resource")
    one, place = reader(), notebook(lab, "full", f'ask("{ASKED}")', "my_work()")
    one.open(lab.address(place))
    one.run_all(2)
    answered(one, 0)
    process = kernel(lab, place)
    limits = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (file.stat().st_size + 40, limits[1]))
    question = choose(one, 1)
    commit(question)
    alert = question.get_by_role("alert")
    alert.get_by_text("Not saved:", exact=False).wait_for()
    said = alert.inner_text().strip()
    assert not re.search(r"[.!?]\s", said), f"More than a sentence: {said}"
    assert question.get_by_role("radio").nth(1).is_checked()
    holds(one, option(0), option(1))  # what the disk has refused, too
    work = one.question("Done and open")
    work.get_by_role("button", name="Look again").press("Enter")
    work.get_by_text("1 answer is not on the disk yet", exact=False).wait_for()
    assert download(one, work, tmp_path) == [option(0), option(1)]
    resource.prlimit(process, resource.RLIMIT_FSIZE, limits)
    question = one.question(item(ASKED).title)
    commit(question)
    question.get_by_text("attempt 2, codename", exact=False).wait_for()
    assert question.get_by_role("alert").count() == 0
    good = [line for line in file.read_text("utf-8").splitlines() if line.endswith("}")]
    assert [chosen(json.loads(line)) for line in good] == [option(0), option(1)]


def test_cell_twice_and_clock_changed(lab, reader, file):
    """An answer of a time to come stands in the passport; the cell is run again and again."""
    future = {
        "case": "drum-diplomacy",
        "version": "0.1.0",
        "codename": "calm-bay-11",
        "item": ASKED,
        "attempt": 1,
        "time": "2031-01-01T00:00:00+00:00",
        "answer": {"choice": option(0)},
    }
    assert Entry(**future).attempt == 1
    file.write_text(json.dumps(future) + "\n", encoding="utf-8")
    one, place = reader(), notebook(lab, "twice", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    shows(one, 0)
    answered(one, 1, attempt=2)
    for _ in range(2):
        again(one)
        shows(one, 1)
    assert one.page.locator(".ck-item").count() == 1, "The question stands on the page twice."
    assert [chosen(line) for line in lines(file)] == [option(0), option(1)]


def test_committed_again_without_a_change(lab, reader, file):
    one, place = reader(), notebook(lab, "same", f'ask("{ASKED}")')
    one.open(lab.address(place))
    one.run_all(1)
    question = answered(one, 1)
    for _ in range(2):
        commit(question)
        question.get_by_text("Committed again without a change", exact=False).wait_for()
        settle(one.page)
    one.page.wait_for_timeout(9000)
    alerts = question.get_by_role("alert").all_inner_texts()
    assert alerts == [], "The page waits for an answer that has come."
    assert [line["attempt"] for line in lines(file)] == [1]


def test_cells_in_any_order(lab, reader, file):
    names = (*OTHERS, ASKED)
    cells = [f'ask("{name}")' for name in names] + ['words("lessons/01-history")', "my_work()"]
    one, place = reader(), notebook(lab, "order", *cells)
    one.open(lab.address(place))
    one.ready()
    numbers = list(range(1, len(cells) + 1))
    random.Random(7).shuffle(numbers)
    for number in [0, *numbers]:
        run(one, number, len(cells))
    for name in names:
        one.question(item(name).title).wait_for()
    one.question("Done and open").get_by_text("Read from").wait_for()
    assert one.failures() == []
    answered(one, 1)
    run(one, 1 + names.index(ASKED), len(cells))
    shows(one, 1)


def test_committed_while_a_cell_runs(lab, reader, file):
    """What was written before the commit is in it, however late the kernel hears of it."""
    asked = item("L4-hook")
    slow = "import time\ntime.sleep(4)"
    one, place = reader(), notebook(lab, "slow", f'ask("{asked.id}")', slow)
    one.open(lab.address(place))
    one.run_all(1)
    settle(one.page)
    question = one.question(asked.title)
    *needed, last = (question.get_by_label(box.label) for box in asked.fields)
    for box in needed:
        box.fill("A word.")
    settle(one.page)
    commit(question)
    question.get_by_text("attempt 1, codename", exact=False).wait_for()
    settle(one.page)  # the kernel has spoken to the button by now, and never to the last box
    press_run(one, 2, 2)
    last.fill("A sentence.")
    commit(question)
    question.get_by_text("attempt 2, codename", exact=False).wait_for()
    name = asked.fields[-1].id
    assert [line["answer"]["text"][name] for line in lines(file)] == ["", "A sentence."]


def test_changed_twice_while_a_cell_runs(lab, reader, file):
    """What the page shows is what is committed, also of a control that was changed twice."""
    slow = "import time\ntime.sleep(4)"
    one, place = reader(), notebook(lab, "changed", f'ask("{ASKED}")', slow)
    one.open(lab.address(place))
    one.run_all(1)
    answered(one, 0)
    settle(one.page)
    press_run(one, 2, 2)
    for at in (1, 2):
        question = choose(one, at, heard=False)
    commit(question)
    question.get_by_text("attempt 2, codename", exact=False).wait_for()
    shows(one, 2)
    assert [chosen(line) for line in lines(file)] == [option(0), option(2)]
    assert one.errors == []


def run(one, number: int, last: int) -> None:
    """Run one cell by keyboard, and wait until it has run."""
    press_run(one, number, last)
    one.page.wait_for_timeout(500)
    settle(one.page)


def press_run(one, number: int, last: int) -> None:
    """Press the keys that run one cell: to the first cell, down to it, run."""
    keys = one.page.keyboard
    one.page.locator(".jp-Notebook .jp-Cell").first.scroll_into_view_if_needed()
    keys.press("Escape")
    one.page.locator(".jp-Notebook").first.focus()
    for _ in range(last + 1):
        keys.press("k")
    for _ in range(number):
        keys.press("j")
    keys.press("Control+Enter")


def test_server_stopped(lab, reader, file, tmp_path):
    """The last test of this file: it stops the server."""
    one, place = reader(), notebook(lab, "server", f'ask("{ASKED}")', "my_work()")
    one.open(lab.address(place))
    one.run_all(2)
    answered(one, 1)
    work = one.question("Done and open")
    work.get_by_role("button", name="Look again").press("Enter")
    work.get_by_text("1 question answered", exact=False).wait_for()
    settle(one.page)
    one.saved()  # or JupyterLab first says that it could not save
    lab.stop()
    dialog = one.page.locator(".jp-Dialog")
    dialog.get_by_text("Server Connection Error").wait_for()
    dialog.get_by_text("Do not show this message again").click()  # or it comes back at any moment
    dialog.get_by_role("button", name="Close", exact=True).click()
    assert download(one, work, tmp_path) == [option(1)]
    question = choose(one, 2, heard=False)
    commit(question)
    question.get_by_text("No answer from the notebook yet", exact=False).wait_for()
    assert question.get_by_role("radio").nth(2).is_checked(), "The page lost what was chosen."
    holds(one, option(1))
    assert [chosen(line) for line in lines(file)] == [option(1)]


def test_the_table_names_every_test():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    files = ["browser/test_faults.py", "test_passport_faults.py", "test_passport_properties.py"]
    tests = [
        re.findall(r"^def (test_\w+)", (ROOT / "tests" / name).read_text(encoding="utf-8"), re.M)
        for name in files
    ]
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named <= {name for part in tests for name in part}, "docs/faults.md names no test."
    missing = set(tests[0][:-1]) - named
    assert not missing, f"docs/faults.md does not name {missing}"

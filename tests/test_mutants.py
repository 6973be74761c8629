"""The list of what is broken on purpose: it fits the tree, and leaves no browser test out."""

import re
from pathlib import Path

import pytest
from mutate import ROOT, Mutant, mutants, survives

ALL = mutants()
BROWSER = sorted((ROOT / "tests" / "browser").glob("test_*.py"))
ADDED = "def add(a, b):\n    return a + b\n"
TEST = """\
from adding import add


def test_two_and_two():
    assert add(0, 0) == 0
    assert add(2, 2) == 4, "Two and two are not four."
"""


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.test}-{one.file}")
def test_it_can_be_tried(one):
    assert one.fault(ROOT) == ""
    assert one.new != one.old and one.says
    name = one.test.split("::")[-1].split("[")[0]
    assert f"def {name}(" in (ROOT / one.test.split("::")[0]).read_text(encoding="utf-8")


def test_none_stands_twice():
    assert len({(one.file, one.old, one.new, one.test) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("file", BROWSER, ids=lambda file: file.stem)
def test_every_browser_test_has_been_seen_to_fail(file):
    named = {one.test.split("[")[0] for one in ALL}
    place = file.relative_to(ROOT).as_posix()
    tests = re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in tests if f"{place}::{name}" not in named] == []


@pytest.mark.parametrize(
    ("old", "new", "says", "why"),
    [
        ("a + b", "a - b", "Two and two are not four.", ""),
        ("a + b", "b + a", "Two and two are not four.", "the test passes"),
        ("a + b", "a + b + 1", "Two and two are not four.", "the test does not say"),
        ("return", "retrun", "Two and two are not four.", "the test does not fail"),
        ("a * b", "a - b", "Two and two are not four.", "adding.py holds 'a * b' 0 times"),
    ],
)
def test_a_mutant_is_caught_only_for_its_own_reason(tmp_path: Path, old, new, says, why):
    (tmp_path / "adding.py").write_text(ADDED)
    (tmp_path / "test_adding.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    one = Mutant("adding.py", old, new, "test_adding.py::test_two_and_two", says)
    found = survives(tmp_path, one)
    assert found.startswith(why) and bool(found) is bool(why)
    assert (tmp_path / "adding.py").read_text() == ADDED

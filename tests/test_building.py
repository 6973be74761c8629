"""What `sync` writes, and that it writes nothing else."""

import copy
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

from casekit import __main__ as command
from casekit import tables
from casekit.building import LITERATURE, literature, mentioned, notebooks, numbered, sync
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]


def book(*cells):
    return v4.new_notebook(cells=[new(text) for new, text in cells])


def text(source):
    return v4.new_markdown_cell, source


def code(source):
    return v4.new_code_cell, source


def test_numbers_follow_first_mention():
    result = numbered(
        book(text("One [@a:x]."), code('say("Two [@a:z; @a:x].")'), text("[@a:y], [@a:z]"))
    )
    assert [cell.source for cell in result.cells] == [
        'One [[1]](#Sources "@a:x").',
        r'say("Two [[2, 1]](#Sources \"@a:z; @a:x\").")',
        '[[3]](#Sources "@a:y"), [[2]](#Sources "@a:z")',
    ]


def test_moved_text_is_numbered_anew():
    before = numbered(book(text("[@a:x]"), text("[@a:y]")))
    before.cells.reverse()
    assert [cell.source for cell in numbered(before).cells] == [
        '[[1]](#Sources "@a:y")',
        '[[2]](#Sources "@a:x")',
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('say("A [@a:x]")', r'say("A [[1]](#Sources \"@a:x\")")'),
        ("say('A [@a:x]')", "say('A [[1]](#Sources \"@a:x\")')"),
        ('say("""A [@a:x].""")', 'say("""A [[1]](#Sources "@a:x").""")'),
        ('say(f"{1} [@a:x] {2}")', r'say(f"{1} [[1]](#Sources \"@a:x\") {2}")'),
        ('say("é " "[@a:x]"\n    "[@a:y]")', None),
        ('é = "한국"; say(f"한국 {é!r} [@a:x]", "[@a:y]")', None),
        ('x = "[@a:x]"', 'x = "[@a:x]"'),
        ('say(  # [@a:x]\n    "B")', 'say(  # [@a:x]\n    "B")'),
        ('say("[@a:x]"', 'say("[@a:x]"'),
    ],
)
def test_strings_of_say(source, expected):
    once = numbered(book(code(source)))
    if expected is not None:
        assert once.cells[0].source == expected
    else:
        assert once.cells[0].source.count("#Sources") == 2
        compile(once.cells[0].source, "cell", "exec")
    assert numbered(once) == once


def test_numbering_changes_nothing_else(small_case):
    given = small_case.book
    given.cells[2].source = given.cells[2].source.replace("[[1]]", "[[7]]")
    before = copy.deepcopy(given)
    result = numbered(given)
    assert given == before, "the notebook that was handed in has changed"
    assert result.cells[2].source != before.cells[2].source
    result.cells[2].source = before.cells[2].source
    assert result == before


def test_mentioned(small_case):
    assert mentioned(small_case.book) == ["case:archive", "case:paper"]


BIB = r"""
@book{snow2020, editor={Snow, Nancy and Cull, Nicholas J.}, title={A {Handbook} \& More},
  publisher={House}, year={2020}, isbn={978}, idcheck={seen}, lessons={1, 3}, verified={yes}}
@article{matthes2008, author={Matthes, J{\"o}rg}, title={Why `This' Isn't {US} News},
  journal={A Journal}, volume={58}, number={2}, pages={258--279}, year={2008},
  doi={10.1111/j.1460}, shelf={further}}
"""


def test_literature():
    first, second, last = literature(BIB).split("\n")[1:]
    assert literature(BIB).split("\n")[0] == ",".join(LITERATURE)
    assert first == (
        'matthes2008,article,"Matthes, Jörg",false,2008,Why ‘This’ Isn’t US News,A Journal,58,2,'
        "258–279,10.1111/j.1460,,further,,false,none,,bib:matthes2008,medium"
    )
    assert second == (
        'snow2020,book,"Snow, Nancy and Cull, Nicholas J.",true,2020,A Handbook & More,House,,,,,'
        "978,core,1;3,true,seen,,bib:snow2020,high"
    )
    assert last == ""


@pytest.mark.parametrize("wrong", ["@book{a title={x}}", BIB + "@book{snow2020, title={Again}}"])
def test_literature_that_cannot_be_read(wrong):
    with pytest.raises(CaseError, match=r"references\.bib, line \d+: this entry cannot be read"):
        literature(wrong)


def test_literature_without_the_development_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, "bibtexparser", None)
    with pytest.raises(CaseError, match=r"needs bibtexparser.*`make sync`"):
        literature(BIB)


def with_literature(case, columns):
    package = json.loads((case.root / "data/datapackage.json").read_text(encoding="utf-8"))
    package["resources"].append(case.resource("literature", columns))
    case.write("data/datapackage.json", json.dumps(package))
    case.write("data/references.bib", BIB)


def test_sync_writes_what_is_generated_and_nothing_else(small_case):
    with_literature(small_case, LITERATURE)
    cell = small_case.book.cells[2]
    cell.source = cell.source.replace('[[1]](#Sources "@case:archive")', "[@case:archive]")
    small_case.save()
    small_case.path.chmod(0o640)
    untouched = small_case.root / "data" / "case.toml"
    before = untouched.stat().st_mtime_ns
    changed = sync(small_case.root)
    assert [path.relative_to(small_case.root).as_posix() for path in changed] == [
        "lessons/01-a.ipynb",
        "data/tables/literature.csv",
        "docs/data-dictionary.md",
    ]
    assert '[[1]](#Sources "@case:archive")' in small_case.read().cells[2].source
    assert stat.S_IMODE(small_case.path.stat().st_mode) == 0o640
    assert untouched.stat().st_mtime_ns == before
    assert not list(small_case.root.rglob("*.part"))
    assert tables.table("literature")["key"].tolist() == ["matthes2008", "snow2020"]
    times = {path: path.stat().st_mtime_ns for path in changed}
    assert sync(small_case.root) == []
    assert {path: path.stat().st_mtime_ns for path in changed} == times


def test_sync_keeps_the_layout_of_a_notebook_it_has_nothing_to_change_in(small_case):
    content = json.loads(small_case.path.read_text(encoding="utf-8"))
    small_case.write("lessons/01-a.ipynb", json.dumps(content))
    assert small_case.path not in sync(small_case.root)


def test_literature_is_written_only_as_it_is_described(small_case):
    small_case.write("data/references.bib", BIB)
    assert "literature.csv" not in [path.name for path in sync(small_case.root)]
    with_literature(small_case, ["key", "title"])
    with pytest.raises(CaseError, match="describe its columns as key, kind, authors"):
        sync(small_case.root)


def test_broken_notebook_is_named(small_case):
    small_case.write("lessons/01-a.ipynb", "{}")
    with pytest.raises(CaseError, match=r"lessons/01-a\.ipynb cannot be read as a notebook"):
        sync(small_case.root)


def test_notebooks_of_every_room(small_case):
    for folder in ("solutions", "instructor/packs", "elsewhere", "exercises/.ipynb_checkpoints"):
        small_case.write(f"{folder}/a.ipynb", "{}")
    assert [
        path.relative_to(small_case.root).as_posix() for path in notebooks(small_case.root)
    ] == [
        "instructor/packs/a.ipynb",
        "lessons/01-a.ipynb",
        "solutions/a.ipynb",
    ]


def test_commands(small_case, capsys):
    assert command.main(["sync"]) == 0
    assert "written: docs/data-dictionary.md" in capsys.readouterr().out
    assert command.main(["sync"]) == 0
    assert "Nothing to write" in capsys.readouterr().out
    assert command.main(["check"]) == 0
    assert capsys.readouterr().out == "Findings: 0. Notebooks read: 1.\n"
    small_case.book.cells[3].source = 'figure("none")'
    small_case.save()
    assert command.main(["check"]) == 1
    assert "lessons/01-a.ipynb, cell 4: there is no figure 'none'" in capsys.readouterr().out


def test_command_without_a_case(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "casekit", "check"],
        cwd=ROOT,
        env={"CASEKIT_CASE": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("No case found: ") and done.stderr.count("\n") == 1
    assert done.stdout == ""

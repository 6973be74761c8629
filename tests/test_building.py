"""What `sync` writes, and that it writes nothing else."""

import copy
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

from casekit import __main__ as command
from casekit import storing, tables
from casekit.building import LITERATURE, literature, mentioned, notebooks, numbered, sync
from casekit.checks import check_case
from casekit.exercises import STUB, exercise
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


# From a solution to the exercise

SOLVED = """\
x = 1
if x:
    ### BEGIN SOLUTION
    y = x + 1
    z = y
    ### STARTER
    # y = x + ____
    # # as a comment
    ### END SOLUTION
    print(y)"""
WITHOUT = """\
x = 1
if x:
    y = x + ____
    # as a comment
    print(y)"""


def solved(source, **metadata):
    """Return a solution of one code cell, run."""
    outputs = [v4.new_output("stream", text="2\n")]
    cell = v4.new_code_cell(source, execution_count=1, outputs=outputs, metadata=metadata)
    return v4.new_notebook(cells=[cell])


def test_starter_takes_the_place_of_a_solution():
    given = solved(SOLVED, tags=["own"])
    before = copy.deepcopy(given)
    (cell,) = exercise(given, "solutions/a.ipynb").cells
    assert given == before, "the solution that was handed in has changed"
    assert cell.source == WITHOUT
    assert cell.outputs == []
    assert cell.metadata.tags == ["own", "nbval-ignore-output"]
    assert cell.id == before.cells[0].id
    assert exercise(v4.new_notebook(cells=[cell]), "a").cells == [cell]


def test_without_a_starter_a_line_asks_for_ones_own():
    source = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    (cell,) = exercise(solved(source), "a").cells
    assert cell.source == f"def f():\n    {STUB}"


def test_two_solutions_in_a_cell():
    one = "### BEGIN SOLUTION\nx = 1\n### STARTER\n# x = ____\n### END SOLUTION"
    (cell,) = exercise(solved(f"{one}\n{one}"), "a").cells
    assert cell.source == "x = ____\nx = ____"


def test_tagged_cells_are_left_out_and_the_others_counted_anew():
    cells = [
        v4.new_code_cell("1", execution_count=1),
        v4.new_code_cell("2", execution_count=2, metadata={"tags": ["solution"]}),
        v4.new_markdown_cell("Answer", metadata={"tags": ["solution"]}),
        v4.new_code_cell("3", metadata={"tags": ["nbval-skip"]}),
        v4.new_code_cell(
            "4",
            execution_count=3,
            outputs=[v4.new_output("execute_result", {"text/plain": "4"}, execution_count=3)],
        ),
    ]
    kept = exercise(v4.new_notebook(cells=cells), "a").cells
    assert [cell.source for cell in kept] == ["1", "3", "4"]
    assert [cell.execution_count for cell in kept] == [1, None, 2]
    assert kept[2].outputs[0].execution_count == 2
    assert kept[2].outputs[0].data == {"text/plain": "4"}


BEGUN, ENDED, STARTED = "### BEGIN SOLUTION\n", "### END SOLUTION\n", "### STARTER\n"
BAD = {
    "unclosed": (code(f"x\n{BEGUN}y"), "cell 1: '### BEGIN SOLUTION' in line 2 has no"),
    "unclosed starter": (code(f"{BEGUN}y\n{STARTED}# z"), "add it below the solution"),
    "nested": (code(f"{BEGUN}x\n{BEGUN}y\n{ENDED}"), "cell 1, line 3: a solution begins inside"),
    "nested in a starter": (code(f"{BEGUN}{STARTED}{BEGUN}"), "line 3: a solution begins inside"),
    "end without a beginning": (code(f"x\n{ENDED}"), "line 2: no solution ends here; add"),
    "starter outside": (code(f"{STARTED}# x"), "line 1: a starter stands once in each solution"),
    "two starters": (code(f"{BEGUN}{STARTED}# x\n{STARTED}"), "line 4: a starter stands once"),
    "starter that runs": (
        code(f"{BEGUN}{STARTED}x = 1\n{ENDED}"),
        "line 3: a line of a starter is",
    ),
    "empty starter line": (code(f"{BEGUN}{STARTED}\n{ENDED}"), "put “# ” before it"),
    "misspelt": (code(f"# BEGIN SOLUTION\nx\n{ENDED}"), "line 1: '# BEGIN SOLUTION' is no marker"),
    "plural": (code("### END SOLUTIONS"), "'### END SOLUTIONS' is no marker; write"),
    "lower case": (code("### begin solution"), "'### begin solution' is no marker"),
    "with more on its line": (code("### BEGIN SOLUTION here"), "alone on its line"),
    "starter that is no Python": (
        code(f"{BEGUN}x = 1\n{STARTED}# x = \n{ENDED}"),
        "cell 1: with its starter the cell is not Python",
    ),
    "marker in a text": (text(f"A\n{BEGUN}B"), "cell 1: a marker in a text cell hides nothing"),
}
BAD_TAGS = {
    "question left out": ('ask("E01")', ["solution"], "so no student would meet the question"),
    "question after a line": ("x\nask('E01')", ["solution"], "take the tag away"),
    "tag and marker": (f"{BEGUN}{ENDED}", ["solution"], "take out one of them"),
    "tag in the plural": ("x", ["solutions"], "cell 1: the tag 'solutions' leaves nothing out"),
    "tag with a capital": ("x", ["own", "Solution"], "the tag 'Solution' leaves nothing out"),
}


def one_sentence(error, file):
    assert str(error.value).startswith(f"{file}, cell 1")
    assert str(error.value).count("\n") == 0
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("fault", BAD)
def test_markers_that_cannot_be_meant(fault):
    cell, says = BAD[fault]
    with pytest.raises(CaseError) as error:
        exercise(book(cell), "solutions/a.ipynb")
    assert says in str(error.value)
    one_sentence(error, "solutions/a.ipynb")


@pytest.mark.parametrize("fault", BAD_TAGS)
def test_tags_that_cannot_be_meant(fault):
    source, tags, says = BAD_TAGS[fault]
    with pytest.raises(CaseError) as error:
        exercise(solved(source, tags=tags), "solutions/a.ipynb")
    assert says in str(error.value)
    one_sentence(error, "solutions/a.ipynb")


def with_solution(case):
    """Add a solution to the small case: its lesson, with an answer in front of a cited text."""
    given = copy.deepcopy(case.book)
    for cell in given.cells:
        cell.source = cell.source.replace("lessons/01-a", "solutions/01-a")
    answer = 'They met [[1]](#Sources "@case:office").'
    given.cells.insert(2, v4.new_markdown_cell(answer, metadata={"tags": ["solution"]}))
    given.cells.insert(3, v4.new_code_cell(SOLVED, metadata={"tags": ["nbval-skip"]}))
    given = numbered(given)
    case.write("solutions/01-a.ipynb", v4.writes(given) + "\n")
    return given


def test_sync_writes_exercises(small_case):
    given = with_solution(small_case)
    changed = [path.relative_to(small_case.root).as_posix() for path in sync(small_case.root)]
    assert changed == ["exercises/01-a.ipynb", "docs/data-dictionary.md"]
    made = v4.reads((small_case.root / "exercises/01-a.ipynb").read_text(encoding="utf-8"))
    assert [cell.id for cell in made.cells] == [
        cell.id for cell in given.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    cells = {cell.id: cell for cell in made.cells}
    assert '[[1]](#Sources "@case:archive")' in cells["cell-3"].source
    assert cells["cell-10"].source == 'sources("exercises/01-a")'
    (listed,) = cells["cell-10"].outputs
    assert listed.data["text/plain"] == "Sources of exercises/01-a"
    assert listed.data["text/html"].count("<li>") == 2
    assert listed.data["text/html"].index("An Archive") < listed.data["text/html"].index("Paper")
    assert cells["cell-8"].outputs[0].data["text/plain"] == "Words of exercises/01-a"
    assert cells["cell-4"].outputs == given.cells[5].outputs != []
    assert [str(finding) for finding in check_case(small_case.root)] == []
    assert sync(small_case.root) == []


def test_an_exercise_that_was_changed_is_made_again(small_case):
    with_solution(small_case)
    sync(small_case.root)
    small_case.replace("exercises/01-a.ipynb", "It was warm.", "It was cold.")
    (path,) = sync(small_case.root)
    assert path.name == "01-a.ipynb" and "It was warm." in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "solutions/01-a.ipynb cannot be read as a notebook"),
        ("", "solutions/01-a.ipynb cannot be read as a notebook"),
        ('{"cells": [', "solutions/01-a.ipynb cannot be read as a notebook"),
        ("[1, 2]", "solutions/01-a.ipynb cannot be read as a notebook"),
        ('{"cells": 3, "nbformat": 4}', "solutions/01-a.ipynb cannot be read as a notebook"),
    ],
)
def test_solution_that_is_no_notebook(content, says, small_case):
    small_case.write("solutions/01-a.ipynb", content)
    with pytest.raises(CaseError, match=says) as error:
        sync(small_case.root)
    assert str(error.value).count("\n") == 0
    assert not (small_case.root / "exercises").exists()


def test_faulty_solution_is_a_finding(small_case):
    with_solution(small_case)
    sync(small_case.root)
    small_case.replace("solutions/01-a.ipynb", "### STARTER", "### START")
    (found,) = [str(finding) for finding in check_case(small_case.root)]
    assert found.startswith("solutions/01-a.ipynb, exercise: cell 4")


def test_exercise_without_a_solution_is_a_finding(small_case):
    small_case.write(
        "exercises/02-b.ipynb", v4.writes(small_case.book).replace("lessons/01-a", "exercises/02-b")
    )
    found = [str(finding) for finding in check_case(small_case.root)]
    assert found == [
        "exercises/02-b.ipynb, notebook: has no notebook of its name in solutions/, the place "
        "where exercises are written; move it there and run `make sync`."
    ]


# Storing


def unrun(case):
    """Leave the small case's notebook as an author leaves it: out of order, without numbers."""
    for cell in case.book.cells:
        cell.source = cell.source.replace('[[1]](#Sources "@case:archive")', "[@case:archive]")
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = []
            if cell.source.startswith('figure("'):  # the small case draws nothing by itself
                cell.source = 'say("A figure.")'
    case.save()


def stored(case, *names):
    """Run the command in the case's folder, with the kit of this project."""
    return subprocess.run(
        [sys.executable, "-m", "casekit", "store", *names],
        cwd=case.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CASEKIT_PASSPORT": str(case.root / "own")},
        capture_output=True,
        text=True,
    )


def test_store_leaves_a_notebook_without_findings(small_case):
    unrun(small_case)
    before = copy.deepcopy(small_case.book.metadata)
    done = stored(small_case, "lessons/01-a.ipynb")
    assert done.returncode == 0, done.stderr
    running, said = done.stdout.splitlines()
    assert running == "lessons/01-a.ipynb: running …"
    assert re.fullmatch(r"lessons/01-a\.ipynb: stored, 6 cells run in \d+\.\d s\.", said)
    small_case.book = small_case.read()
    assert small_case.in_notebook() == []
    assert small_case.book.metadata == before
    asked = [cell for cell in small_case.book.cells if cell.source.startswith("ask(")]
    assert asked and all(cell.outputs == [] and cell.execution_count for cell in asked)
    assert any(cell.get("outputs") for cell in small_case.book.cells)
    assert not list(small_case.root.rglob("*.part")) and not (small_case.root / "own").exists()


def test_store_goes_on_after_a_notebook_that_fails(small_case):
    unrun(small_case)
    wrong = copy.deepcopy(small_case.book)
    wrong.cells[3].source = "1 / 0"
    small_case.write("lessons/00-wrong.ipynb", v4.writes(wrong))
    before = (small_case.root / "lessons/00-wrong.ipynb").read_bytes()
    done = stored(small_case, "lessons/00-wrong.ipynb", "lessons/no.ipynb", "lessons/01-a.ipynb")
    assert done.returncode == 1
    assert "lessons/00-wrong.ipynb, cell 4: ZeroDivisionError: division by zero" in done.stderr
    assert "lessons/no.ipynb is not there" in done.stderr
    assert "Traceback" not in done.stderr
    assert "lessons/01-a.ipynb: stored" in done.stdout
    assert (small_case.root / "lessons/00-wrong.ipynb").read_bytes() == before


def test_store_runs_no_exercise_that_is_made(small_case):
    with_solution(small_case)
    sync(small_case.root)
    small_case.write("solutions/02-b.ipynb", "{")
    ways = ("exercises/01-a.ipynb", "solutions/02-b.ipynb")
    said = list(storing.store([small_case.root / name for name in ways], small_case.root))
    assert [well for _, well in said] == [True, False, True, False]
    assert said[1][0] == (
        "exercises/01-a.ipynb is made from solutions/01-a.ipynb: store that one, then run "
        "`make sync`."
    )
    assert "solutions/02-b.ipynb cannot be read as a notebook" in said[3][0]


def test_store_without_what_runs_notebooks(small_case, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    before = small_case.path.read_bytes()
    *_, (said, well) = storing.store([small_case.path], small_case.root)
    assert not well and "needs nbclient" in said
    assert small_case.path.read_bytes() == before


def test_commands(small_case, capsys):
    assert command.main(["sync"]) == 0
    assert "written: docs/data-dictionary.md" in capsys.readouterr().out
    assert command.main(["sync"]) == 0
    assert "Nothing to write" in capsys.readouterr().out
    assert command.main(["check"]) == 0
    assert capsys.readouterr().out == (
        "Findings: 0. Notebooks read: 1. Questions: 1, with 1 feedback path.\n"
    )
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

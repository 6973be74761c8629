"""A new case runs, tests and builds as it stands; another case needs no change to the engine."""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import jsonschema
import pytest

from casekit import authoring
from casekit.__main__ import COMMANDS, main
from casekit.authoring import SHARED, TEMPLATE, names_of, new, placeholders
from casekit.browser import lines
from casekit.items import KINDS
from casekit.schema import SCHEMA, item_schema, schema_text
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "ping-pong-1971"
CASES = {"this case": ROOT, "template": TEMPLATE, "example": EXAMPLE}
CASE_FOLDERS = ("data", "lessons", "exercises", "solutions", "instructor", "tests", "docs")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """Run Python in a folder as a stranger would: with nothing of this case around it."""
    ours = ("CASEKIT_", "PYTEST_", "PYTHONPATH")
    environment = {name: v for name, v in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def passes_its_tests(folder: Path) -> None:
    """Fail unless the case in a folder passes what `make test` runs there, and its own check."""
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout and "skipped" not in done.stdout
    done = run(folder, "-m", "casekit", "check")
    assert done.returncode == 0 and "Findings: 0." in done.stdout, done.stdout + done.stderr


# The new case


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return new(tmp_path_factory.mktemp("cases") / "Öl & Wasser, 1973")


def test_new_case_passes_its_own_tests_untouched(made):
    passes_its_tests(made)


def test_new_case_has_what_it_promises(made):
    settings = tomllib.loads((made / "data" / "case.toml").read_text(encoding="utf-8"))
    assert settings["title"] == "Öl Wasser 1973" and settings["id"] == "ol-wasser-1973"
    assert (made / "environment.yml").read_text().count("\nname: ol-wasser-1973\n") == 1
    assert (made / settings["start"]).is_file()
    lessons = [p for p in (made / "lessons").glob("*.ipynb") if p.stem[0].isdigit()]
    items = [tomllib.loads(p.read_text()) for p in (made / "data" / "items").glob("*.toml")]
    assert len(lessons) == 2 and len({item["kind"] for item in items}) == len(items) == 5
    assert list((made / "solutions").glob("*.ipynb")) and list((made / "exercises").glob("*.ipynb"))
    assert all((made / name).exists() for name in SHARED)
    assert placeholders(made), "Nothing says what to replace."


def test_new_case_tells_a_word_of_the_case_it_came_from_nowhere(made):
    files = [p for p in made.rglob("*") if p.is_file() and p.suffix in {".toml", ".csv", ".ipynb"}]
    own = [p for p in files if p.name != "pyproject.toml"]
    found = [p for p in own if "drum" in p.read_text(encoding="utf-8").lower()]
    assert not found
    assert "drum" not in (made / "README.md").read_text(encoding="utf-8").lower()


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_new_case_has_no_command_without_its_files(made):
    text = (made / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    targets = phony.split()
    assert {"lab", "test", "sync", "site", "lint", "lock", "clean"} <= set(targets)
    handed_on = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # by a make that runs these tests
    environment = {name: value for name, value in os.environ.items() if name not in handed_on}
    for target in targets:
        done = subprocess.run(
            ["make", "-n", target], cwd=made, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{target}: {done.stderr}"
        named = re.findall(r"(?<![\w./-])(?:hub|tests|site)/[\w./-]+", done.stdout)
        assert [name for name in named if not (made / name).exists()] == [], target


def test_new_case_builds_for_the_browser(made, tmp_path):
    assert lines(made)
    with zipfile.ZipFile(case_wheel_of(made, tmp_path)) as wheel:
        names = set(wheel.namelist())
    assert {"casekit/__init__.py", "data/case.toml", "lessons/01-first.ipynb"} <= names
    assert "casekit/template/data/case.toml" in names


def case_wheel_of(folder: Path, out: Path) -> Path:
    said = (
        "from pathlib import Path; from casekit.browser import case_wheel; "
        f"print(case_wheel(Path('.'), Path({str(out)!r})))"
    )
    done = run(folder, "-c", said)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_a_new_case_makes_new_cases(made, tmp_path):
    done = run(made, "-m", "casekit", "new", str(tmp_path / "next"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "next" / "casekit" / "template" / "README.md").is_file()


@pytest.mark.parametrize(
    ("name", "title", "plain"),
    [
        ("my-case", "My case", "my-case"),
        ("oil_shock  1973", "Oil shock 1973", "oil-shock-1973"),
        ('L\'été <b>"x"\\', "L'été b x", "l-ete-b-x"),
        ("冷戦", "冷戦", "my-case"),
        ("!!!", "My case", "my-case"),
    ],
)
def test_a_name_of_any_signs_becomes_a_title(name, title, plain):
    assert names_of(Path("/somewhere") / name) == (title, plain)


def test_odd_names_make_whole_cases(tmp_path):
    folder = new(tmp_path / "a 'b' \"c\" #d ${e} 冷戦")
    settings = tomllib.loads((folder / "data" / "case.toml").read_text(encoding="utf-8"))
    assert settings["title"] == "A b c d e 冷戦" and settings["id"] == "a-b-c-d-e"


def test_a_name_that_cannot_be_shown_is_refused(tmp_path):
    with pytest.raises(CaseError, match="cannot be shown; choose another"):
        new(tmp_path / "a\nb")
    assert not list(tmp_path.iterdir())


# What it refuses, and what it leaves behind


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert main(["new", str(tmp_path / "mine")]) == 1
    assert (
        "is not empty, and nothing in it was touched; name a new folder." in capsys.readouterr().err
    )
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    with pytest.raises(CaseError, match="is a file"):
        new(tmp_path / "mine" / "notes.txt")


@pytest.mark.parametrize("name", ["casekit", "site"])
def test_a_folder_inside_what_is_copied_is_refused(name):
    with pytest.raises(CaseError, match=f"lies inside {name}, which is copied"):
        new(ROOT / name / "mine")


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    assert (new(tmp_path / "empty") / "data" / "case.toml").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]


def test_nothing_is_left_where_writing_fails(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(authoring, "_put", full)
    with pytest.raises(CaseError, match="nothing was: No space left on device"):
        new(tmp_path / "case")
    assert not list(tmp_path.iterdir())


def test_a_kit_without_its_folder_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(authoring, "KIT", tmp_path / "casekit")
    with pytest.raises(CaseError, match=r"no Makefile.*in the module's folder as you got it"):
        new(tmp_path / "case")


# Another case in the place of this one


def test_the_example_in_the_place_of_this_case_needs_no_change_to_the_engine(tmp_path):
    folder = new(tmp_path / "other")
    for name in CASE_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in EXAMPLE.iterdir():
        if path.is_dir():
            shutil.copytree(path, folder / path.name)
    engine = {path: path.read_bytes() for path in (folder / "casekit").rglob("*.py")}
    passes_its_tests(folder)
    assert engine and all(path.read_bytes() == code for path, code in engine.items())
    assert case_wheel_of(folder, tmp_path).is_file()


def test_every_new_case_has_the_same_test():
    one, other = (case / "tests" / "test_case.py" for case in (TEMPLATE, EXAMPLE))
    assert filecmp.cmp(one, other, shallow=False), "Copy the template's test to the example."


# The schema for editors


def test_the_schema_is_the_one_that_the_models_make():
    assert (ROOT / SCHEMA).read_text(encoding="utf-8") == schema_text(), (
        "Run `python -m casekit schema`."
    )
    jsonschema.Draft202012Validator.check_schema(item_schema())


@pytest.mark.parametrize("case", CASES)
def test_every_question_keeps_the_schema(case):
    checker = jsonschema.Draft202012Validator(json.loads(schema_text()))
    files = sorted((CASES[case] / "data" / "items").glob("*.toml"))
    assert files
    for path in files:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        wrong = [f"{path.name}: {error.message[:200]}" for error in checker.iter_errors(content)]
        assert not wrong, wrong


def good(name: str = "T01") -> dict:
    text = (TEMPLATE / "data" / "items" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "quiz"},
        {"minutes": "two"},
        {"hint": ["a", "b", "c"]},
        {"hints": "one"},
        {"options": [{"id": "a", "label": "A", "correct": True}]},
        {"feedback": [{"path": "a", "when": {"chose": ["a"]}, "say": "No."}]},
        {"feedback": [{"path": "a", "when": {"otherwise": True}}]},
        {"sources": [{"table": "words"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses(change):
    checker = jsonschema.Draft202012Validator(item_schema())
    assert checker.is_valid(good())
    assert not checker.is_valid({**good(), **change})


@pytest.mark.parametrize(
    "name", [field for field in good() if field not in ("reason", "reveal", "sources")]
)
def test_the_schema_misses(name):
    content = good()
    del content[name]
    assert not jsonschema.Draft202012Validator(item_schema()).is_valid(content)


def test_every_question_to_copy_names_the_schema(made):
    for path in [p for case in (made, EXAMPLE) for p in (case / "data" / "items").iterdir()]:
        first = path.read_text(encoding="utf-8").split("\n")[0]
        assert first.startswith("#:schema "), f"{path.name} names no schema."
        schema = path.parent / first.removeprefix("#:schema ")
        assert schema.read_text(encoding="utf-8") == schema_text()


def test_the_schema_knows_every_kind():
    assert item_schema()["properties"]["kind"]["enum"] == sorted(KINDS)


# The page that says how


def test_the_page_names_commands_and_files_that_exist():
    page = (ROOT / "docs" / "your-own-case.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"python -m casekit (\w+)", page))
    assert {"new", "check", "store", "class", "schema"} <= commands <= set(COMMANDS)
    links = re.findall(r"\]\(([^)#]+)", page)
    assert links and all((ROOT / "docs" / link).is_file() for link in links)
    named = set(re.findall(r"`((?:data|lessons|tests|solutions)/[\w./-]+)`", page))
    assert named and all((TEMPLATE / name).exists() for name in named)

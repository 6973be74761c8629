"""What the module is built from: pins, locks, Binder, and which room may use which."""

import ast
import filecmp
import functools
import graphlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import nbformat
import pytest

from casekit.building import notebooks

ROOT = Path(__file__).resolve().parents[1]
KIT = ROOT / "casekit"
SKIPPED = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
SKIPPED |= {".ipynb_checkpoints", "build", "dist", "node_modules"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    """Return the exact pins of a file: name to version."""
    found = re.findall(r"^[ \t]*(?:- )?([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


# Pins and locks


def test_environment_pins_the_direct_packages():
    assert pins(read("environment.yml")) == pins(read("requirements.in"))


def test_environment_names_its_python():
    assert re.search(r"^  - python=3\.\d+$", read("environment.yml"), re.MULTILINE)
    assert not re.search(r"^\s*- (?:-r|-e)\b", read("environment.yml"), re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_holds_the_direct_packages(name):
    direct, lock = pins(read(f"{name}.in")), pins(read(f"{name}.txt"))
    assert direct, f"{name}.in pins nothing."
    assert {package: lock.get(package) for package in direct} == direct, "run `make lock`"


def test_the_two_locks_agree():
    users, developers = pins(read("requirements.txt")), pins(read("requirements-dev.txt"))
    different = {name for name in users.keys() & developers if users[name] != developers[name]}
    assert not different


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_holds_hashes_and_no_address(name):
    text = read(name)
    assert "://" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        if not requirement.startswith("#"):
            assert "==" in requirement, requirement
            assert "--hash=sha256:" in requirement, requirement


# Binder, and the other ways in


def test_no_folder_silences_the_environment():
    assert [name for name in ("binder", ".binder") if (ROOT / name).exists()] == []


def test_binder_would_build_it(tmp_path):
    if not importlib.util.find_spec("repo2docker"):
        reason = "repo2docker is not installed: run `make test`, which installs it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    for path in project_files():
        if path.parent == ROOT:  # all that could win over environment.yml
            shutil.copy2(path, tmp_path / path.name)
    options = ["--no-build", "--no-run", "--debug", "--user-id", "1000", "--user-name", "learner"]
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", *options, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "python=3.13" in said
    steps = ("src/environment.yml ", ' env update -p ${NB_PYTHON_PREFIX} --file "', " src/ ")
    places = [said.find(step) for step in (*steps, "\nRUN ./postBuild\n")]
    assert -1 not in places, said
    assert places == sorted(places), "What is installed is made anew at every commit."
    assert "requirements.txt" not in said and "pyproject.toml" not in said


def test_what_binder_installs_runs_every_lesson(tmp_path):
    uv = Path(sys.executable).with_name("uv")
    named = [f"{name}=={version}" for name, version in pins(read("environment.yml")).items()]
    python = tmp_path / "made" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    commands = [
        [uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "made"],
        [uv, "pip", "install", "--quiet", "--python", python, *named],
    ]
    for command in commands:
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            reason = f"the packages of environment.yml cannot be installed here: {error}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    lessons = sorted((ROOT / "lessons").glob("*.ipynb"))
    cells = [(lesson.name, cell) for lesson in lessons for cell in nbformat.read(lesson, 4).cells]
    for number, (_, cell) in enumerate(cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    together = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])  # one kernel for all
    places = {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    done = subprocess.run(
        [python, "-m", "nbconvert", "--stdin", "--stdout", "--execute", "--to=notebook"],
        cwd=ROOT / "lessons",
        input=nbformat.writes(together),
        env={**os.environ, **places, "CASEKIT_PASSPORT": str(tmp_path / "passport.jsonl")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    made = nbformat.reads(done.stdout, 4).cells
    assert len(made) == len(cells) > 100
    for (lesson, _), cell in zip(cells, made, strict=True):
        if cell.cell_type == "code":
            assert cell.execution_count, f"{lesson}: {cell.source}"
            errors = [one for one in cell.outputs if one.output_type == "error"]
            assert not errors, f"{lesson}: {errors[0]}"


def test_post_build_puts_the_settings_into_its_python(tmp_path):
    venv.create(tmp_path, with_pip=False, symlinks=os.name != "nt")
    python = tmp_path / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, ROOT / "postBuild"], cwd=tmp_path, check=True, capture_output=True)
    settings = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert filecmp.cmp(settings, ROOT / "jupyterlab-overrides.json", shallow=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permission")
@pytest.mark.parametrize("name", ["postBuild", ".ci/run"])
def test_script_can_be_run(name):
    assert os.access(ROOT / name, os.X_OK)


def test_ci_runs_the_command_of_the_readme():
    assert read(".ci/run").rstrip().split("\n")[-1] == "make test"


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_make_lab_opens_the_first_notebook():
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        ["make", "-n", "lab"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    start = tomllib.loads(read("data/case.toml"))["start"]
    assert f"jupyter-lab --LabApp.default_url=/doc/tree/{start}" in done.stdout
    assert (ROOT / start).is_file()


def test_without_an_address_nothing_links_to_one():
    if tomllib.loads(read("data/case.toml"))["address"]:
        pytest.skip("the module has a public address")
    pages = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("README.md")}
    for path in notebooks(ROOT):  # what authors write; outputs list sources, wherever they are
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        pages[path.name] = "\n".join("".join(cell["source"]) for cell in cells)
    hosts = ("mybinder.org", "github.com/", "github.io")
    linked = [f"{name}: {host}" for name, text in pages.items() for host in hosts if host in text]
    assert not linked, linked


# What may not stand anywhere

# A character in brackets keeps this file from finding itself.
HOSTS = (
    r"(?i)p[y]pi\.org|p[y]thonhosted\.org|n[p]mjs\.(?:org|com)|"
    r"y[a]rnpkg\.com|a[n]aconda\.(?:org|com)"
)
PLACES = r"(?<![\w.:/-])/(?:w[o]rk|h[o]me|r[o]ot|U[s]ers)/\w|\b[A-Z]:\\+U[s]ers\b"
CASE_WORDS = (
    r"(?i)\b(?:japan|korea|china|chinese|taiwan|russia|america|united states|tokyo|seoul|nara|"
    r"pyongyang|beijing|washington|dokdo|takeshima|yasukuni|hanbok|kimono|k-pop|"
    r"takaichi|lee jae|kishida|ishiba|abe\b|yoon\b|moon jae|trump|kim jong|drum)"
)


def project_files() -> list[Path]:
    """Return the files of the project, those that git ignores left out."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = done.stdout.decode().split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):  # no git, or a copy without its history
        files = (path for path in ROOT.rglob("*") if path.is_file())
        return [path for path in files if SKIPPED.isdisjoint(path.relative_to(ROOT).parts)]


def found(pattern: str, files: list[Path]) -> list[str]:
    """Return "file, line 3: match" for every match in files of text."""
    wanted = re.compile(pattern)
    lines = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for match in wanted.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            lines.append(f"{path.relative_to(ROOT).as_posix()}, line {line}: {match[0]}")
    return lines


def test_no_file_names_a_registry_or_a_place_on_one_machine():
    assert len(project_files()) > 20
    assert found(HOSTS, project_files()) == []
    assert found(PLACES, project_files()) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOSTS, "https://{}i.org/simple".format("p" + "yp")),
        (HOSTS, "https://files.{}.org/".format("python" + "hosted")),
        (PLACES, 'open("/{}/me/a.csv")'.format("ho" + "me")),
        (PLACES, " /{}/main".format("wo" + "rk")),
        (CASE_WORDS, "Japanese"),
        (CASE_WORDS, "the drums"),
    ],
)
def test_patterns_find_what_they_are_for(pattern, text):
    assert re.search(pattern, text)


def test_the_engine_knows_no_case():
    engine = [path for path in project_files() if path.is_relative_to(KIT)]
    assert engine
    assert found(CASE_WORDS, engine) == []


# Imports run one way

ROOMS = {path.stem for path in KIT.iterdir() if path.suffix == ".py" or path.is_dir()}
ROOMS -= SKIPPED
HALL = ROOMS - {"__init__", "__main__"}
MAY_IMPORT = {
    "tables": set(),
    "citations": {"tables"},
    "charts": {"tables", "citations", "agreement"},
    "agreement": set(),
    "codebook": {"tables"},
    "items": {"agreement"},
    "catalogue": {"tables", "items", "codebook"},
    "passport": {"tables"},
    "doors": {"tables"},
    "work": {"tables", "charts", "items", "catalogue", "passport"},
    "classroom": {
        *("tables", "agreement", "charts", "items", "catalogue", "passport", "work"),
    },
    "desk": {"tables", "catalogue", "work", "classroom"},
    "widgets": {"charts", "items", "catalogue", "passport", "tables", "citations", "work"}
    | {"agreement", "codebook", "desk", "doors"},
    "dictionary": {"tables"},
    "exercises": {"tables"},
    "computed": {"tables"},
    "building": {"tables", "citations", "computed", "desk", "dictionary", "exercises", "notebook"},
    "storing": {"tables", "exercises", "building"},
    "sites": {"tables"},
    "browser": {"tables", "sites"},
    "reading": {"tables", "citations", "charts", "items", "catalogue", "doors", "building"}
    | {"sites", "widgets"},
    "keeping": {
        *("tables", "citations", "computed", "charts", "catalogue", "dictionary", "building"),
    },
    "printing": {
        *("tables", "citations", "charts", "items", "catalogue", "widgets", "notebook"),
        *("building", "reading", "sites"),
    },
    "schema": {"items"},
    "authoring": {"tables", "schema"},
    "template": HALL,
    "checks": HALL - {"widgets"},
    "notebook": HALL,
    "__init__": HALL,
    "__main__": HALL,
}
AT_RUN_TIME = {"pandas", "altair", "ipywidgets", "anywidget", "traitlets"}
AT_RUN_TIME |= {"attrs", "attr", "cattrs", "IPython", "nbformat"}
FOR_AUTHORS = {"building": {"bibtexparser", "pylatexenc"}, "storing": {"nbclient"}}
FOR_AUTHORS["browser"] = {"packaging"}
FOR_AUTHORS["template"] = {"pytest", "frictionless"}  # the tests of a new case
FOR_AUTHORS["printing"] = {"mistune"}


def imports(path: Path) -> tuple[set[str], set[str]]:
    """Return the rooms and the packages that a file of the kit imports."""
    rooms, packages = set(), set()
    inside = ["casekit", *path.relative_to(KIT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            dotted = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = inside[: len(inside) - node.level + 1] if node.level else []
            start = [*start, *(node.module or "").split(".")] if node.module else start
            dotted = [[*start, alias.name] for alias in node.names]
        else:
            continue
        for parts in dotted:
            if parts[0] != "casekit":
                packages.add(parts[0])
            else:
                rooms.add(parts[1] if len(parts) > 1 and parts[1] in ROOMS else "__init__")
    return rooms, packages


def room_of(path: Path) -> str:
    return path.relative_to(KIT).parts[0].removesuffix(".py")


@functools.cache
def imported() -> dict[str, tuple[set[str], set[str]]]:
    """Return what each room imports: other rooms, and packages."""
    found = {room: (set(), set()) for room in ROOMS}
    for path in KIT.rglob("*.py"):
        rooms, packages = imports(path)
        found[room_of(path)][0].update(rooms - {room_of(path)})
        found[room_of(path)][1].update(packages)
    return found


def test_every_room_has_its_place():
    assert MAY_IMPORT.keys() >= ROOMS, "Say in MAY_IMPORT which rooms the new room may import."


@pytest.mark.parametrize("room", sorted(ROOMS & MAY_IMPORT.keys()))
def test_imports_run_one_way(room):
    wrong = imported()[room][0] - MAY_IMPORT[room]
    assert not wrong, f"casekit/{room} may not import {', '.join(sorted(wrong))}."


def test_imports_run_in_no_circle():
    graph = {room: rooms for room, (rooms, _) in imported().items()}
    assert list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_needs_only_what_users_install(room):
    allowed = sys.stdlib_module_names | AT_RUN_TIME | FOR_AUTHORS.get(room, set())
    wrong = imported()[room][1] - allowed
    assert not wrong, f"casekit/{room} imports {', '.join(sorted(wrong))}."


def test_what_is_for_authors_is_imported_only_when_needed():
    done = subprocess.run(
        [sys.executable, "-c", "import casekit.storing, sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for_authors = FOR_AUTHORS["building"] | FOR_AUTHORS["storing"]
    assert not for_authors & set(done.stdout.split())

"""What README, CONTRIBUTING and the page of licences say is so."""

import fnmatch
import json
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from casekit import catalogue, charts, citations
from casekit.building import notebooks
from casekit.checks import PLACEHOLDER
from casekit.exercises import BEGIN, exercise
from casekit.items import read_item
from casekit.tables import table

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "docs/licences.md"]
CASE = tomllib.loads((ROOT / "data" / "case.toml").read_text(encoding="utf-8"))
ENDINGS = "bib|cff|css|csv|in|ipynb|json|jsonl|md|png|py|toml|txt|yml"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]*)(?: \"[^\"]*\")?\)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
LICENSED = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))["resources"]

every_page = pytest.mark.parametrize("page", PAGES)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page in one language."""
    return [text for named, text in FENCE.findall(read(page)) if named == language]


def code(page: str) -> list[str]:
    """Return the spans in backticks and the lines of commands of a page."""
    commands = "\n".join(blocks(page, "")).splitlines()
    return [*re.findall(r"`([^`\n]+)`", FENCE.sub("", read(page))), *commands]


def paths(page: str) -> list[str]:
    """Return what the code on a page names as a file or folder of the project."""
    words = [word for span in code(page) for word in re.split(r"[\s\"'=]+", span)]
    wanted = re.compile(rf"\.?[\w*-][\w.*-]*(?:(?:/[\w.*-]+)+/?|/|\.(?:{ENDINGS}))")
    return [word for word in words if wanted.fullmatch(word)]


def made_here(name: str) -> bool:
    """Whether git ignores it: then each machine makes its own, and it need not exist."""
    ignored = [line.strip("/") for line in read(".gitignore").splitlines() if line[:1] not in "#"]
    return any(fnmatch.fnmatch(name.split("/")[0], pattern) for pattern in ignored if pattern)


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as they are made on the web."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


# What the pages name exists


@every_page
def test_named_files_and_folders_exist(page):
    missing = [n for n in paths(page) if not made_here(n) and not list(ROOT.glob(n.rstrip("/")))]
    assert not missing, f"{page} names what is not there: {missing}"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("README.md", "requirements.txt"),
        ("README.md", "lessons/"),
        ("README.md", "passport.jsonl"),
        ("CONTRIBUTING.md", "data/items/*.toml"),
        ("CONTRIBUTING.md", "casekit/charts/"),
        ("CONTRIBUTING.md", ".ci/run"),
        ("CONTRIBUTING.md", "tests/test_data.py"),
    ],
)
def test_names_are_found(page, name):
    assert name in paths(page)


@every_page
def test_links_lead_somewhere(page):
    for target in LINK.findall(FENCE.sub("", read(page))):
        file, _, anchor = target.partition("#")
        assert file or anchor, f"{page} has a link without a target."
        if f"#{anchor}" == f"#{citations.WORDS_HEADING}" or re.match(r"https?://\w", file):
            continue
        place = (ROOT / page).parent / file
        assert place.exists(), f"{page} links to {file}, which is not there."
        if anchor:
            name = place.relative_to(ROOT).as_posix() if file else page
            assert anchor in anchors(name), f"{page} links to {target}: no such heading."


@every_page
def test_make_targets_exist(page):
    rules = set(re.findall(r"^(\w+):(?!=)", read("Makefile"), re.MULTILINE))
    named = {t for span in code(page) for t in re.findall(r"^make (?:-\w+ )?([a-z]+)", span)}
    assert named <= rules, f"{page} names targets that make does not have: {named - rules}"


def test_targets_without_a_file_are_all_phony():
    rules = set(re.findall(r"^(\w+):(?!=)", read("Makefile"), re.MULTILINE))
    assert rules == set(re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)[1].split())


@every_page
def test_nothing_is_left_open(page):
    match = PLACEHOLDER.search(read(page))
    assert not match, f"{page} holds the placeholder {match[0]!r}."


# README


def test_readme_has_one_picture_and_says_what_it_shows():
    images = IMAGE.findall(read("README.md"))
    assert len(images) == 1 and "<img" not in read("README.md")
    said, target = images[0]
    assert len(said.split()) > 15, "Say in a sentence or two what the picture shows."
    assert (ROOT / target).read_bytes().startswith(b"\x89PNG"), f"{target} is no PNG picture."


def test_readme_names_the_two_commands():
    assert {"make lab", "make test"} <= set("\n".join(blocks("README.md", "")).splitlines())


def test_commands_open_the_first_notebook():
    opened = re.findall(r"--LabApp\.default_url=(\S+)", read("README.md"))
    assert opened and set(opened) == {f"/doc/tree/{CASE['start']}"}


def test_conda_environment_has_the_name_of_the_commands():
    name = re.search(r"^name: (\S+)$", read("environment.yml"), re.MULTILINE)[1]
    assert re.findall(r"conda activate (\S+)", read("README.md")) == [name]


def test_readme_names_every_notebook_and_its_minutes():
    for path in notebooks(ROOT):
        name = path.relative_to(ROOT).as_posix()
        line = next((line for line in read("README.md").splitlines() if f"(`{name}`)" in line), "")
        assert line, f"README.md, “What is here today”, does not name {name}."
        opening = nbformat.read(path, as_version=4).cells[0].source
        minutes = re.search(r"About (\d+) minutes", opening)
        assert not minutes or f"about {minutes[1]} minutes" in line, f"README.md: minutes of {name}"


def test_readme_maps_every_folder():
    listed = re.findall(r"^\| `(\w+)/` \|", read("README.md"), re.MULTILINE)
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    # What git ignores and what begins with a full stop is no part of the house.
    there = {name for name in folders if not name.startswith(".") and not made_here(name)}
    assert set(listed) == there


# CONTRIBUTING


def test_every_room_is_in_the_table():
    kit = ROOT / "casekit"
    rooms = {p.name for p in kit.glob("*.py")} | {f"{p.parent.name}/" for p in kit.glob("*/*.py")}
    listed = re.findall(r"^\| `casekit/(\S+)` \|", read("CONTRIBUTING.md"), re.MULTILINE)
    assert set(listed) == rooms - {"__init__.py", "__main__.py"}


def test_rooms_import_only_rooms_above_them():
    listed = re.findall(r"^\| `casekit/(\w+)\S*` \|", read("CONTRIBUTING.md"), re.MULTILINE)
    for place, room in enumerate(listed):
        own = ROOT / "casekit" / room
        files = own.glob("*.py") if own.is_dir() else [own.with_suffix(".py")]
        outside = r"\s*from \.\.(\w+)?" if own.is_dir() else r"\s*from \.(\w+)?"
        for file in files:
            for line in file.read_text(encoding="utf-8").splitlines():
                if match := re.match(outside + r"[\w.]* import (.+)", line):
                    named = [match[1]] if match[1] else re.findall(r"\w+", match[2])
                    below = set(named) & set(listed[place + 1 :])
                    assert not below, f"{file.name} imports {below}, which stands below {room}."


def test_example_question_is_one():
    items = [text for text in blocks("CONTRIBUTING.md", "toml") if "[[feedback]]" in text]
    (question,) = [read_item(tomllib.loads(text), "CONTRIBUTING.md") for text in items]
    assert question.mark({"choice": "server"}).paths == ("server",)
    assert question.mark({"choice": "file"}).paths == ("otherwise",)
    assert question.id not in catalogue.item_ids()


def test_example_figure_is_drawn():
    figures = [text for text in blocks("CONTRIBUTING.md", "toml") if "form = " in text]
    ((name, entries),) = [one for text in figures for one in tomllib.loads(text).items()]
    assert charts.draw(name, entries).charts
    known = {key: value for key, value in catalogue.figures()[name].items() if key != "file"}
    assert entries == known, "The example is not the figure of that name any more."


def test_examples_cite_what_exists():
    text = "\n".join(blocks("CONTRIBUTING.md", "markdown"))
    assert citations.cited(text)
    assert citations.unknown(citations.cited(text)) == []
    terms = {str(term).lower() for term in table("glossary")["term"]}
    assert citations.words(read("CONTRIBUTING.md"))
    assert set(citations.words(read("CONTRIBUTING.md"))) <= terms


def test_example_of_an_exercise_is_made():
    (source,) = [text for text in blocks("CONTRIBUTING.md", "python") if BEGIN in text]
    cell = nbformat.v4.new_code_cell(source)
    (made,) = exercise(nbformat.v4.new_notebook(cells=[cell]), "CONTRIBUTING.md").cells
    assert made.source.startswith('per_speaker = leaders.groupby("____")')
    assert catalogue.item(re.search(r'check\("(\w+)"', source)[1]).kind == "code_task"


# Licences


def test_every_licence_stands_on_the_page():
    """Each row of the page names the tables that have these terms, and no other."""
    rows = {}
    for line in read("docs/licences.md").splitlines():
        if match := re.match(
            r"\| `([\w.-]+)` \| (.+?)(?: \(\[\w+\]\((\S+)\)\))? \| (.+) \|$", line
        ):
            name, title, address, where = match.groups()
            rows[name, title] = (address, where)
    wanted: dict[tuple[str, str], list[str]] = {}
    for resource in LICENSED:
        for licence in resource["licenses"]:
            wanted.setdefault((licence["name"], licence["title"]), []).append(resource["name"])
            row = rows.get((licence["name"], licence["title"]))
            assert row, f"docs/licences.md lacks {licence['name']}: {licence['title']}"
            if licence["name"] != "CC-BY-4.0":
                assert row[0] == licence.get("path"), f"The address of {licence['name']} differs."
    assert rows.keys() == wanted.keys(), f"No table has these terms: {rows.keys() - wanted.keys()}"
    described = {resource["name"] for resource in LICENSED if "schema" in resource}
    for terms, names in wanted.items():
        listed = set(re.findall(r"`([\w-]+)`", rows[terms][1]))
        if rows[terms][1].startswith("every table except"):
            listed = described - listed
        assert listed == set(names), f"docs/licences.md, {terms[0]}: {listed ^ set(names)}"


# Versions


def test_versions_agree():
    cited = dict(
        re.findall(r"^(version|date-released): (\S+)$", read("CITATION.cff"), re.MULTILINE)
    )
    released = re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert cited["version"] == CASE["version"] == released[0][0]
    assert cited["date-released"] == released[0][1]
    assert f"Version {CASE['version']}." in read("README.md")
    assert f'title: "{CASE["title"]}"' in read("CITATION.cff")
    assert read("README.md").startswith(f"# {CASE['title']}\n")

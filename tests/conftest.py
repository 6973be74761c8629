"""A small case, complete and without a fault, that tests break one thing at a time."""

import json

import nbformat
import pytest
from hypothesis import HealthCheck, settings
from nbformat import NotebookNode, v4

from casekit import catalogue
from casekit.checks import SETUP, check_catalogue, check_notebook

pytest.register_assert_rewrite("questions")

# A busy machine is slow, and nothing else: no example has a time to keep.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

RESOURCE = {
    "title": "A table",
    "description": "Rows.",
    "as_of": "2026-01-01",
    "licenses": [{"name": "CC-BY-4.0"}],
}
COLUMNS = {
    "sources": ["id", "publisher", "title", "published", "url"],
    "glossary": ["term", "definition"],
    "events": ["date", "row", "kind", "text", "source_ids"],
}
ROWS = {
    "sources": [
        "case:archive,An Archive,A record,2019,",
        "case:office,An Office,A count,2021,",
        "case:paper,The Paper,A report,2020-01-02,https://example.org/1",
    ],
    "glossary": ["Audience cost,What a leader pays for breaking a promise."],
    "events": [
        "2019-05-01,talks,warm,They met.,case:office",
        "2020-01-02,talks,cool,They did not.,case:office",
    ],
}
ITEM = """\
id = "E01"
lesson = "01-a"
title = "A question"
kind = "choice"
minutes = 1
difficulty = 1
bloom = ["remember"]
outcomes = ["O1"]
instructor = "Ask why."
prompt = "Which?"
hints = []
sources = ["case:office"]
reveal = ["strip"]
options = [{ id = "a", label = "This", right = true }, { id = "b", label = "That" }]

[[feedback]]
path = "otherwise"
when = { otherwise = true }
say = "So it is."
"""
FIGURES = """\
[strip]
form = "event strip"
table_name = "events"
title = "Events"
description = "One mark for each event."
date = "date"
row = "row"
kind = "kind"
text = "text"
"""
OPENING = "# Lesson 1: a walk\n\n**Time.** About 20 minutes."
TEXT = (
    '## A date\n\nThey met in 2019 [[1]](#Sources "@case:archive"). It was warm.\n\n'
    "![A handshake before two flags](hands.png)\n\n"
    "Promises have an [audience cost](#Words-used-here)."
)
SAY = 'say("The paper wrote “we met again” [[2]](#Sources \\"@case:paper\\").")'
CHART = {
    "application/vnd.vegalite.v5+json": {
        "description": "One mark for each event.",
        "mark": "point",
    },
    "text/plain": "One mark for each event.",
}


def good_notebook() -> NotebookNode:
    """Return a short lesson that keeps every rule."""

    def code(source: str, *bundles: dict, **metadata) -> NotebookNode:
        outputs = [v4.new_output("display_data", data=bundle) for bundle in bundles]
        return v4.new_code_cell(source, outputs=outputs, metadata=metadata)

    cells = [
        v4.new_markdown_cell(OPENING, metadata={"tags": ["opening"]}),
        code(SETUP, jupyter={"source_hidden": True}),
        v4.new_markdown_cell(TEXT),
        code('figure("strip")', CHART),
        code(SAY, {"text/markdown": "The paper wrote it."}),
        code('ask("E01")', tags=["nbval-ignore-output"]),
        v4.new_markdown_cell("## Words used here"),
        code('words("lessons/01-a")', {"text/plain": "Words"}),
        v4.new_markdown_cell("## Sources"),
        code('sources("lessons/01-a")', {"text/plain": "Sources"}),
    ]
    count = 0
    for index, cell in enumerate(cells, 1):
        cell.id = f"cell-{index}"
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


class SmallCase:
    """A case in a folder of its own. Its notebook is ``book`` until `save` writes it."""

    def __init__(self, root) -> None:
        self.root = root
        self.path = root / "lessons" / "01-a.ipynb"
        self.book = good_notebook()

    def make(self) -> None:
        resources = [self.resource(name, columns) for name, columns in COLUMNS.items()]
        package = {"name": "small", "description": "A small case.", "resources": resources}
        self.write("data/datapackage.json", json.dumps(package))
        self.write("data/case.toml", 'id = "small"\ntitle = "A small case"\naddress = ""\n')
        for name, columns in COLUMNS.items():
            lines = [",".join(columns), *ROWS[name]]
            self.write(f"data/tables/{name}.csv", "\n".join(lines) + "\n")
        self.write("data/items/E01.toml", ITEM)
        self.write("data/figures/01-a.toml", FIGURES)
        self.save()

    @staticmethod
    def resource(name: str, columns: list[str]) -> dict:
        fields = [{"name": c, "type": "string", "description": c} for c in columns]
        for field in fields:
            if field["name"] == "source_ids":
                field |= {"type": "list", "delimiter": ";"}
        schema = {"fields": fields, "primaryKey": columns[:1]}
        return {**RESOURCE, "name": name, "path": f"tables/{name}.csv", "schema": schema}

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        catalogue.forget()

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new))

    def save(self) -> None:
        self.write(self.path.relative_to(self.root).as_posix(), v4.writes(self.book) + "\n")

    def read(self) -> NotebookNode:
        return nbformat.read(self.path, as_version=4)

    def in_notebook(self) -> list[str]:
        self.save()
        return [str(finding) for finding in check_notebook(self.path, self.root)]

    def in_catalogue(self) -> list[str]:
        return [str(finding) for finding in check_catalogue(self.root)]


@pytest.fixture
def small_case(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(tmp_path))
    case = SmallCase(tmp_path)
    case.make()
    yield case
    monkeypatch.undo()
    catalogue.forget()

"""The case keeps every rule, its data fit their description, every feedback path is reached."""

import os
import tomllib
from pathlib import Path

import frictionless
import pytest

from casekit import building
from casekit.catalogue import forget, item, item_ids
from casekit.checks import check_case

ROOT = Path(__file__).resolve().parents[1]
os.environ["CASEKIT_CASE"] = str(ROOT)
forget()
ANSWERS = tomllib.loads((ROOT / "tests" / "answers.toml").read_text(encoding="utf-8"))
ROWS = [(name, row) for name, rows in ANSWERS.items() for row in rows]


def test_nothing_is_wrong_in_the_case():
    found = "\n".join(map(str, check_case(ROOT)))
    assert not found, found


def test_nothing_is_left_to_sync():
    late = [
        path.relative_to(ROOT).as_posix()
        for path, text in building.generated(ROOT)
        if not path.is_file() or path.read_bytes() != text.encode()
    ]
    assert not late, f"Out of date, run `make sync`: {', '.join(late)}"


def test_the_data_fit_their_description():
    report = frictionless.validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:10]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n}-{r['paths'][0]}" for n, r in ROWS])
def test_answer_takes_its_paths(name, row):
    assert item(name).mark(row["answer"]).paths == tuple(row["paths"])


@pytest.mark.parametrize("name", item_ids())
def test_every_path_is_reached(name):
    reached = {path for row in ANSWERS.get(name, []) for path in row["paths"]}
    missed = [path.path for path in item(name).feedback if path.path not in reached]
    assert not missed, f"Add to tests/answers.toml an answer to {name} for: {', '.join(missed)}"

"""The notebooks of this case keep every rule, and nothing generated is out of date."""

from pathlib import Path

import pytest

from casekit import building
from casekit.catalogue import forget
from casekit.checks import Finding, check_catalogue, check_notebook

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in building.notebooks(ROOT)]


@pytest.fixture(autouse=True)
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    forget()
    yield
    monkeypatch.undo()
    forget()


def fail_with(findings: list[Finding]) -> None:
    if findings:
        pytest.fail("\n".join(map(str, findings)), pytrace=False)


def test_there_is_a_lesson():
    assert any(name.startswith("lessons/") for name in NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_keeps_the_rules(name):
    fail_with(check_notebook(ROOT / name, ROOT))


def test_questions_and_figures_keep_the_rules():
    fail_with(check_catalogue(ROOT))


def test_nothing_is_left_to_sync():
    late = [
        path.relative_to(ROOT).as_posix()
        for path, text in building.generated(ROOT)
        if not path.is_file() or path.read_bytes() != text.encode()
    ]
    assert not late, f"Out of date, run `make sync`: {', '.join(late)}"

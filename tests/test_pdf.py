"""Which browser writes the PDFs of the handouts, and what is said where there is none."""

import sys

import pytest

from casekit.printing import pdf
from casekit.tables import CaseError


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with no browser on the PATH, and none named."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CASEKIT_BROWSER", raising=False)


@pytest.mark.usefixtures("bare")
def test_without_a_browser_it_says_where_it_looked_and_what_to_do():
    assert pdf.browser() == ""
    assert "on the PATH" in pdf.NO_BROWSER
    assert "CASEKIT_BROWSER" in pdf.NO_BROWSER
    assert "on this machine" not in pdf.NO_BROWSER


@pytest.mark.usefixtures("bare")
def test_a_browser_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv("CASEKIT_BROWSER", sys.executable)
    assert pdf.browser() == sys.executable


@pytest.mark.usefixtures("bare")
def test_a_name_that_leads_to_no_program_is_a_sentence(monkeypatch, tmp_path):
    for wrong in (tmp_path / "none", tmp_path):
        monkeypatch.setenv("CASEKIT_BROWSER", str(wrong))
        with pytest.raises(CaseError, match=r"^CASEKIT_BROWSER names .*, which is no program: "):
            pdf.browser()

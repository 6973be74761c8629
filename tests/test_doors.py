"""The links into the module follow from one setting, and Binder's students are told of its ways."""

import ast
import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from casekit import doors, passport
from casekit.catalogue import item
from casekit.tables import CaseError
from casekit.widgets import shelf as shelves
from casekit.widgets.question import Question

ROOT = Path(__file__).resolve().parents[1]
CASE = tomllib.loads((ROOT / "data" / "case.toml").read_text(encoding="utf-8"))
HOSTS = ("mybinder.org", "git-pull", "/archive/")


@pytest.fixture
def public(monkeypatch):
    """Give the case a public address: ``public("https://github.com/owner/name")``."""

    def give(address="https://github.com/some-body/a.case"):
        monkeypatch.setattr(doors, "settings", lambda: {**CASE, "address": address})

    return give


def asked(link):
    return parse_qs(urlsplit(link).query)


@pytest.mark.parametrize("address", ["", "  "])
def test_without_an_address_there_is_no_link(public, address):
    public(address)
    assert doors.doors("lessons/x.ipynb", hub="https://hub.example") == doors.Doors("", "", "")
    assert doors.repository() == ""


def test_binder_opens_the_first_notebook_in_document_mode(public):
    public()
    link = doors.doors().binder
    assert link.startswith("https://mybinder.org/v2/gh/some-body/a.case/HEAD?")
    assert asked(link) == {"urlpath": [f"doc/tree/{CASE['start']}"]}
    assert (ROOT / CASE["start"]).is_file()


def test_binder_opens_the_notebook_and_the_version_that_are_named(public):
    public()
    link = doors.doors("lessons/a b&c.ipynb", version="v1.0/x").binder
    assert urlsplit(link).path == "/v2/gh/some-body/a.case/v1.0%2Fx"
    assert asked(link) == {"urlpath": ["doc/tree/lessons/a b&c.ipynb"]}


def test_the_hub_link_says_what_nbgitpuller_reads(public):
    public()
    link = doors.doors("lessons/x.ipynb", hub="https://hub.example/jupyter/").hub
    assert link.startswith("https://hub.example/jupyter/hub/user-redirect/git-pull?")
    assert asked(link) == {
        "repo": ["https://github.com/some-body/a.case"],
        "urlpath": ["doc/tree/a.case/lessons/x.ipynb"],
    }
    other = doors.doors(hub="https://hub.example", version="v1.0").hub
    assert asked(other)["branch"] == ["v1.0"]
    assert doors.doors().hub == "", "A link into a hub that nobody named."


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/owner/name",
        "https://github.com/owner/name/",
        "https://github.com/owner/name.git",
        " https://github.com/owner/name.git/\n",
    ],
)
def test_every_way_to_write_the_address_gives_the_same_links(public, address):
    public(address)
    assert doors.doors().download == "https://github.com/owner/name/archive/HEAD.zip"
    assert doors.doors().binder.startswith("https://mybinder.org/v2/gh/owner/name/HEAD?")
    assert doors.repository() == "https://github.com/owner/name"


@pytest.mark.parametrize(
    "address",
    [
        "github.com/owner/name",
        "https://example.org/owner/name",
        "https://github.com/owner",
        "javascript:alert(1)",
        "https://github.com/owner/name?tab=x",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_in_a_sentence(public, address):
    public(address)
    for asked_for in (doors.doors, doors.repository):
        with pytest.raises(CaseError, match=r"data/case\.toml, address: .* leave it empty\.$"):
            asked_for()


def test_a_hub_that_is_no_address_is_refused_in_a_sentence(public):
    public()
    with pytest.raises(CaseError, match="is not the address of a hub"):
        doors.doors(hub="hub.example")


def test_the_readme_links_as_the_setting_says():
    """With an address, the README's links are those of the setting; without one, it has none."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\((https?://[^)\s]+)\)", text))
    found = {link for link in linked if any(host in link for host in HOSTS)}
    if CASE["address"]:
        one = doors.doors()
        assert {one.binder, one.download} <= found
        assert found <= {one.binder, one.download}
    else:
        assert not found


def test_the_case_s_own_setting_is_one_that_can_be_used():
    assert isinstance(doors.doors(), doors.Doors)  # raises CaseError if it cannot


# The notice


@pytest.fixture
def elsewhere(monkeypatch):
    for name in ("BINDER_REPO_URL", "BINDER_REF_URL", "BINDER_LAUNCH_HOST", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("elsewhere")
def test_at_home_and_on_a_hub_of_one_s_own_nothing_is_said(monkeypatch):
    assert doors.notice() == ""
    monkeypatch.setenv("JUPYTERHUB_USER", "someone")
    assert doors.notice() == ""


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("name", ["BINDER_REPO_URL", "BINDER_REF_URL", "BINDER_LAUNCH_HOST"])
def test_on_binder_it_is_said_when_answers_go_and_how_to_keep_them(monkeypatch, name):
    monkeypatch.setenv(name, "https://example.org/")
    said = doors.notice()
    assert "10 minutes" in said
    assert "in this browser" in said
    assert "Download your passport" in said
    source = (ROOT / "casekit" / "widgets" / "work.py").read_text(encoding="utf-8")
    labels = [
        part.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant)
    ]
    assert any(label.startswith("Download your passport") for label in labels), "no such button"


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("binder", [True, False])
def test_the_first_question_on_binder_says_it_once(monkeypatch, tmp_path, binder):
    if binder:
        monkeypatch.setenv("BINDER_REPO_URL", "https://example.org/")
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    monkeypatch.setattr(Question, "_offering", "")
    shelves.shelf.cache_clear()
    told = [texts(Question(item(name)).box) for name in ("L1-recall-1", "L1-recall-2")]
    shelves.shelf.cache_clear()
    assert [text.count("This is Binder") for text in told] == [1 if binder else 0, 0]
    assert passport.read().entries == ()


def texts(widget):
    """Return all text below a widget."""
    below = "".join(texts(child) for child in getattr(widget, "children", ()))
    return str(getattr(widget, "value", "")) + below

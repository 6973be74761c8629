"""The parts of the browser build, without JupyterLite: lines, hashes, wheels, archives."""

import hashlib
import json
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from casekit import browser, sites
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
LINES = browser.lines(ROOT)


def test_what_the_start_page_tells_to_run_and_to_choose_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    page = (ROOT / "site" / "start.html").read_text(encoding="utf-8")
    *lines, label = re.findall("“([^”]+)”", page)
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    exec("\n".join(lines), {})
    (box,) = shown
    rows = [one.children for one in box.children if "ck-row" in one._dom_classes]
    assert [one for row in rows for one in row if getattr(one, "label", "").startswith(label)]


@pytest.fixture
def distribution(tmp_path):
    """A small distribution: the core's names, one package that needs another, and a lock."""
    folder = tmp_path / "distribution"
    folder.mkdir()
    for name in LINES["older"].core:
        (folder / name).write_text(name)
    packages = {}
    for name, needs in {"numpy": ["Other.Name"], "other-name": []}.items():
        path = folder / f"{name}-1.0-py3-none-any.whl"
        path.write_bytes(name.encode())
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        packages[name] = {"file_name": path.name, "sha256": sha, "depends": needs, "name": name}
    lock = {"info": {"version": "x"}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def test_both_lines_are_described_and_locked():
    assert set(LINES) == {"older", "current"}
    for name, line in LINES.items():
        assert line.pyodide in line.archive
        for lock in ("tools.txt", "wheels.txt"):
            text = (ROOT / "site" / name / lock).read_text()
            assert "--hash=sha256:" in text and "http" not in text


def test_the_older_line_has_what_a_desktop_has():
    def pins(path):
        lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
        return dict(line.split("==") for line in lines if "==" in line)

    desktop = pins(ROOT / "requirements.in")
    browsers = pins(ROOT / "site" / "older" / "wheels.in")
    for name in ("pandas", "altair", "ipywidgets", "anywidget", "attrs", "cattrs"):
        assert browsers[name] == desktop[name], name


def test_a_package_brings_what_it_needs(distribution, tmp_path):
    taken = {}
    offered = json.loads((distribution / "pyodide-lock.json").read_text())["packages"]
    static = tmp_path / "static"
    static.mkdir()
    browser._take("numpy", offered, distribution, static, taken)
    assert set(taken) == {"numpy", "other-name"}
    assert len(list(static.iterdir())) == 2


def test_a_spoilt_package_is_refused(distribution, tmp_path):
    (distribution / "numpy-1.0-py3-none-any.whl").write_bytes(b"spoilt")
    offered = json.loads((distribution / "pyodide-lock.json").read_text())["packages"]
    with pytest.raises(CaseError, match=r"numpy-1\.0.*hash differs.*again"):
        browser._take("numpy", offered, distribution, tmp_path, {})


def test_a_distribution_may_be_a_folder_or_an_archive(distribution, tmp_path):
    line = LINES["older"]
    told = []
    assert browser._distribution(line, distribution, tmp_path / "a", told.append) == distribution
    packed = tmp_path / "pyodide.tar.bz2"
    with tarfile.open(packed, "w:bz2") as archive:
        archive.add(distribution, "pyodide")
    kept = browser._distribution(line, packed, tmp_path / "b", told.append)
    assert (kept / "pyodide-lock.json").is_file()
    assert browser._distribution(line, None, tmp_path / "b", told.append) == kept


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "pyodide-lock.json").unlink(), "holds no pyodide-lock.json"),
        (lambda folder: (folder / "pyodide.mjs").unlink(), "lacks pyodide.mjs"),
    ],
)
def test_a_folder_that_is_no_distribution_is_refused(distribution, tmp_path, spoil, said):
    spoil(distribution)
    with pytest.raises(CaseError, match=said):
        browser._distribution(LINES["older"], distribution, tmp_path, print)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    wrong = tmp_path / "pyodide.tar.bz2"
    wrong.write_text("<html>not found</html>")
    with pytest.raises(CaseError, match="cannot be unpacked"):
        browser._distribution(LINES["older"], wrong, tmp_path / "kept", print)
    assert not (tmp_path / "kept" / f"pyodide-{LINES['older'].pyodide}").exists()


def test_where_nothing_can_be_fetched_it_says_what_to_do(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr(browser.urllib.request, "urlopen", refuse)
    with pytest.raises(CaseError, match=r"no network.*make site PYODIDE=FILE"):
        browser._distribution(LINES["older"], None, tmp_path, print)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_line_names_the_known_ones(tmp_path):
    with pytest.raises(CaseError, match="older, current"):
        browser.build(ROOT, tmp_path, "newest", tools=tmp_path)


def test_the_case_wheel_is_the_same_each_time_and_holds_no_passport(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = browser.case_wheel(ROOT, tmp_path / "one")
    second = browser.case_wheel(ROOT, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
    assert {"casekit/__init__.py", "data/datapackage.json"} <= set(names)
    assert not [name for name in names if "passport" in name and name.endswith(".jsonl")]
    entry = browser._entry(first)
    assert entry["depends"] == ["altair", "anywidget", "attrs", "cattrs", "ipywidgets", "pandas"]
    assert "casekit" in entry["imports"]


def test_a_class_kept_in_the_module_is_in_no_wheel(tmp_path):
    kept = [
        "instructor/my-class/1234_anna.jsonl",
        "instructor/answers.csv",
        "lessons/my-class/anna.jsonl",
        "lessons/answers.csv",
        "exercises/anna.txt",
        "exercises/my-class/anna.ipynb",
        "data/anna.jsonl",
        "data/class.zip",
        "passports/anna/passport.json",
        "casekit/passport-unread.jsonl",
    ]
    for name in ("casekit", "data", "lessons", "exercises", "instructor"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "clean").mkdir()
    (tmp_path / "full").mkdir()
    clean = browser.case_wheel(tmp_path, tmp_path / "clean")
    for name in kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("an answer")
    full = browser.case_wheel(tmp_path, tmp_path / "full")
    assert full.read_bytes() == clean.read_bytes()
    with zipfile.ZipFile(full) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.startswith("instructor/")]


def test_the_case_wheel_holds_all_that_the_notebooks_read(tmp_path):
    with zipfile.ZipFile(browser.case_wheel(ROOT, tmp_path)) as archive:
        names = set(archive.namelist())
    read = [path for name in ("lessons", "exercises") for path in (ROOT / name).glob("*.ipynb")]
    for folder, kinds in (("data", ("csv", "toml", "json")), ("casekit", ("py", "js", "css"))):
        read += [path for kind in kinds for path in (ROOT / folder).rglob(f"*.{kind}")]
    assert {path.relative_to(ROOT).as_posix() for path in read} <= names


def test_the_folder_named_for_a_class_is_never_committed():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/passports/" in ignored


@pytest.mark.parametrize("name", ["docs", ".", "..", "lessons", "site", "README.md"])
def test_a_folder_that_is_no_earlier_build_is_refused_and_stays(tmp_path, name):
    case = tmp_path / "case"
    for folder in ("docs", "lessons", "site"):
        (case / folder).mkdir(parents=True)
        (case / folder / "start.html").write_text("ours")
    (case / "README.md").write_text("ours")
    shutil.copyfile(ROOT / "site" / "lines.toml", case / "site" / "lines.toml")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CaseError, match=": name a folder of its own, such as"):
        browser.build(case, case / name, "older", tools=tmp_path / "none")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("python", ["bin/python", "Scripts/python.exe"])
def test_the_tools_python_is_found_on_every_system(tmp_path, python):
    path = tmp_path / python
    path.parent.mkdir()
    path.touch()
    assert sites.python_of(tmp_path, "JupyterLite") == path


def test_tools_without_a_python_are_a_sentence(tmp_path):
    (tmp_path / "lite").mkdir()
    with pytest.raises(CaseError, match=r"holds no JupyterLite: `make site` installs it\.$"):
        browser._run_lite(tmp_path / "lite", tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_site_takes_the_place_of_an_earlier_one_and_what_is_kept_stays(tmp_path):
    written, out = tmp_path / "written", tmp_path / "out"
    for folder in (written, out / "old", out / "lite"):
        folder.mkdir(parents=True)
        (folder / "page.html").write_text(folder.name)
    (out / "gone.html").write_text("gone")
    sites.put(written, out, kept={"lite"})
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {"page.html", "lite/page.html"}
    assert (out / "lite" / "page.html").read_text() == "lite"


def test_needs_are_those_of_a_browser():
    text = (
        "Name: x\nRequires-Dist: tzdata; sys_platform == 'emscripten'\n"
        "Requires-Dist: colorama; sys_platform == 'win32'\n"
        "Requires-Dist: pytest; extra == 'test'\nRequires-Dist: Typing_Extensions>=4"
    )
    assert browser._needs(text) == {"tzdata", "typing-extensions"}


def test_a_need_that_nothing_brings_is_named():
    taken = {"a": {"depends": ["b-c"]}}
    with pytest.raises(CaseError, match="a needs b-c"):
        browser._check_whole(taken, LINES["older"])


def test_a_notebook_for_the_site_holds_its_texts_in_one_piece():
    output = {"output_type": "stream", "text": ["c", "d"]}
    shown = {"output_type": "display_data", "data": {"text/html": ["<b>", "</b>"], "x/y": {"z": 1}}}
    cell = {"cell_type": "code", "source": ["a\n", "b"], "outputs": [output, shown]}
    book = browser._joined({"cells": [cell], "metadata": {"kernelspec": {"name": "python3"}}})
    assert book["cells"][0]["source"] == "a\nb"
    assert output["text"] == "cd"
    assert shown["data"] == {"text/html": "<b></b>", "x/y": {"z": 1}}
    assert book["metadata"]["kernelspec"]["name"] == "python"

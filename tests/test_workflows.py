"""The workflow files for a public host do nothing that make does not do, and hold no secret."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
OURS = "actions/"  # the host's own actions, and no one else's


def workflow(path):
    # YAML reads the key "on" as true.
    return {"on" if name is True else name: value for name, value in load(path).items()}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs():
    return [(path.name, name, job) for path in FILES for name, job in load(path)["jobs"].items()]


def steps():
    return [
        (f"{file}, {name}", step) for file, name, job in jobs() for step in job.get("steps", [])
    ]


def unknown(command: str) -> list[str]:
    """Return the lines of a step that are neither .ci/run nor a target of the Makefile."""
    lines = [line.strip() for line in command.strip().splitlines()]
    wanted = (re.fullmatch(r"make ([a-z-]+)(?: [A-Z]+=[\w./-]+)*", line) for line in lines)
    return [
        line
        for line, make in zip(lines, wanted, strict=True)
        if line != ".ci/run" and not (make and make[1] in TARGETS)
    ]


def test_there_are_the_two_workflows():
    assert [path.name for path in FILES] == ["ci.yml", "weekly.yml"]
    for path in FILES:
        assert {"name", "on", "permissions", "jobs"} <= workflow(path).keys()


@pytest.mark.parametrize(("place", "step"), steps())
def test_a_step_runs_ci_or_make_or_an_action_of_the_host(place, step):
    assert ("run" in step) != ("uses" in step), place
    if "run" in step:
        assert unknown(step["run"]) == [], place
    else:
        assert re.fullmatch(rf"{OURS}[\w-]+@v\d+", step["uses"]), f"{place}: {step['uses']}"


@pytest.mark.parametrize("command", ["pip install x", "make nothing", "make site; curl x", "sh x"])
def test_a_step_of_another_kind_is_found(command):
    assert unknown(command)


def test_the_tests_run_as_a_whole_and_the_site_after_them():
    ci = load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    assert [step.get("run") for step in ci["test"]["steps"] if "run" in step] == [".ci/run"]
    assert ci["site"]["needs"] == "test"
    assert ci["publish"]["needs"] == "site"
    sites = [step for step in ci["site"]["steps"] if "upload-pages" in step.get("uses", "")]
    site = re.search(r"^SITE \?= (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [step["with"]["path"] for step in sites] == [site[1]]


def test_only_the_job_that_publishes_may_write():
    for path in FILES:
        assert workflow(path)["permissions"] == {"contents": "read"}
    may = {
        f"{file}, {name}": job["permissions"] for file, name, job in jobs() if "permissions" in job
    }
    assert may == {"ci.yml, publish": {"pages": "write", "id-token": "write"}}


def test_no_secret_is_asked_for_and_every_job_ends():
    for path in FILES:
        assert not re.search(r"(?i)\bsecrets\b|token(?!: write)", path.read_text(encoding="utf-8"))
    for file, name, job in jobs():
        assert 0 < job["timeout-minutes"] <= 120, f"{file}, {name}"
    for place, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, place


def test_the_weekly_report_is_where_the_workflow_looks_for_it():
    weekly = load(ROOT / ".github" / "workflows" / "weekly.yml")
    assert "schedule" in workflow(ROOT / ".github" / "workflows" / "weekly.yml")["on"]
    (report,) = [
        step["with"]["path"]
        for step in weekly["jobs"]["newest"]["steps"]
        if "upload" in step.get("uses", "")
    ]
    source = (ROOT / "tests" / "newest.py").read_text(encoding="utf-8")
    assert 'ROOT / "build" / "newest.md"' in source
    assert report == "build/newest.md"


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
@pytest.mark.parametrize("target", ["site", "newest", "hubtools", "load", "hub"])
def test_make_knows_the_target(target):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# What the weekly run raises


@pytest.fixture
def newest(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests"))
    import newest

    return newest


def test_pins_are_loosened_but_for_those_held_for_a_reason(newest):
    text = "# why\npandas==3.1.1\n      - Ana_Conda==1.0\njsonschema==4.24.0\n"
    loose = newest.loosened(text)
    assert loose == "# why\npandas>=3.1.1\n      - Ana_Conda>=1.0\njsonschema==4.24.0\n"
    now = {"pandas": "3.2.0", "ana-conda": "2.0"}
    expected = "# why\npandas==3.2.0\n      - Ana_Conda==2.0\njsonschema==4.24.0\n"
    assert newest.raised(text, now) == expected


def test_what_is_held_back_is_a_pin_of_ours(newest):
    assert newest.pins((ROOT / "requirements.in").read_text("utf-8")).keys() >= newest.HELD


def test_the_report_names_what_is_newer_and_what_failed(newest):
    said = "tests/a.py ..F\nFAILED tests/a.py::test_b - AssertionError\n=== 1 failed in 2s ===\n"
    text = newest.report({"pandas": ("3.1.1", "3.2.0"), "altair": ("6.3.0", "6.3.0")}, False, said)
    assert "do not pass" in text
    assert "| pandas | 3.1.1 | 3.2.0 |" in text
    assert "altair" not in text
    assert "FAILED tests/a.py::test_b" in text
    assert "..F" not in text

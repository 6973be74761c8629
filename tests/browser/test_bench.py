"""What `make bench` presses still fits the questions. How long it takes is not looked at here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import chromium

ROOT = Path(__file__).resolve().parents[2]
KINDS = ["choice", "classify", "probabilities", "estimate", "write", "guess", "board", "rule"]

pytestmark = pytest.mark.browser


def test_feedback_is_measured_for_every_kind():
    chromium("chromium", "chromium-browser")
    command = [sys.executable, "tests/bench_feedback.py", "--commits", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    rows = re.findall(r"^\| (\w+) \| (\d+) \| \d+ \| \d+ \|$", done.stdout, re.MULTILINE)
    wanted = [*((kind, "1") for kind in KINDS), ("all", "8")]
    assert rows == wanted, f"A kind was not measured: {done.stderr[-1000:]}"

"""Every test with the newest version of each direct package: `make newest`.

Works in a copy in a temporary folder and changes nothing here but ``build/newest.md``, the
report: which versions are newer, and whether the tests pass with them. Where there is no
Chromium, the tests that need it are skipped, and the report counts them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([ \t]*(?:- )?)([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
LOCKS = ("requirements", "requirements-dev", "hub/requirements")
# Held back for a reason that is written beside the pin, not because nobody has looked.
HELD = {"jsonschema"}
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".[ph]y*", ".ruff_cache", "__pycache__", "_site", "build", "node_modules"),
    "passport*.jsonl",
)


def pins(text: str) -> dict[str, str]:
    """Return the exact pins of a file: name to version."""
    return {_plain(name): version for _, name, version in PIN.findall(text)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def loosened(text: str) -> str:
    """Return a file whose pins, but those that are held, accept newer versions too."""
    return PIN.sub(
        lambda pin: pin[0] if _plain(pin[2]) in HELD else pin[0].replace("==", ">="), text
    )


def raised(text: str, versions: dict[str, str]) -> str:
    """Return a file with its pins set to these versions."""
    return PIN.sub(lambda pin: f"{pin[1]}{pin[2]}=={versions.get(_plain(pin[2]), pin[3])}", text)


def newest(copy: Path) -> dict[str, tuple[str, str]]:
    """Raise every pin of the copy to the newest version; return name to (before, now)."""
    before: dict[str, str] = {}
    original = {name: (copy / f"{name}.in").read_text(encoding="utf-8") for name in LOCKS}
    for name, text in original.items():
        (copy / f"{name}.in").write_text(loosened(text), encoding="utf-8")
    for name in LOCKS:
        before.update(pins(original[name]))
        (copy / f"{name}.txt").unlink()
        _lock(copy, name)
    now: dict[str, str] = {}
    for name in LOCKS:
        now.update(pins((copy / f"{name}.txt").read_text(encoding="utf-8")))
    for name, text in original.items():
        (copy / f"{name}.in").write_text(raised(text, now), encoding="utf-8")
    conda = copy / "environment.yml"
    conda.write_text(raised(conda.read_text(encoding="utf-8"), now), encoding="utf-8")
    return {name: (version, now[name]) for name, version in before.items()}


def _lock(copy: Path, name: str) -> None:
    command = [Path(sys.executable).with_name("uv"), "pip", "compile", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    files = [f"{name}.in", "--output-file", f"{name}.txt"]
    subprocess.run([*command, *files], cwd=copy, check=True, stdout=subprocess.DEVNULL)


def report(versions: dict[str, tuple[str, str]], passed: bool, said: str) -> str:
    """Return the report in markdown."""
    newer = {name: pair for name, pair in sorted(versions.items()) if pair[0] != pair[1]}
    lines = ["# The newest versions", ""]
    lines.append(f"The tests {'pass' if passed else 'do not pass'} with the versions below.")
    lines += ["", "| package | pinned | newest |", "| --- | --- | --- |"]
    lines += [f"| {name} | {old} | {new} |" for name, (old, new) in newer.items()]
    if not newer:
        lines[-2:] = ["Every pin is the newest version that fits the others."]
    held = ", ".join(sorted(HELD & versions.keys()))
    lines += ["", f"Held back on purpose: {held}." if held else ""]
    kept = [line for line in said.splitlines() if re.match(r"(FAILED|ERROR|=+ .*=+$|\d+ )", line)]
    return "\n".join([*lines, "", "```", *kept[-60:], "```", ""])


def main() -> int:
    """Make the copy, raise the pins, run the tests, and write the report."""
    out = ROOT / "build" / "newest.md"
    out.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="newest-") as scratch:
        copy = Path(scratch, "module")
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        try:
            versions = newest(copy)
        except subprocess.CalledProcessError:
            out.write_text(
                "# The newest versions\n\nThey do not fit together: see above what uv says.\n",
                encoding="utf-8",
            )
            return 1
        ours = ("CI", "VENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        done = subprocess.run(
            ["make", "test", f"ARGS={' '.join(sys.argv[1:])}"],
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(done.stdout)
    text = report(versions, done.returncode == 0, done.stdout)
    out.write_text(text, encoding="utf-8")
    print(text)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

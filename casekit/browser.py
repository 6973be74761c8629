"""The browser build: a static site in which every notebook runs with no server behind it.

It is JupyterLite with the Pyodide kernel and all that they load, the kit and the case among it,
so that nothing is fetched from elsewhere at run time. What a line of Pyodide needs stands in
``site/lines.toml`` of the case; `build` lays the parts side by side and calls `jupyter lite`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from importlib.metadata import files as files_of
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from attrs import frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError

from .sites import check_place, put, python_of
from .tables import CaseError, settings

# What the case wheel holds besides the notebooks that are shown. Nothing else is published: a
# class's answers may lie anywhere in the case, under any name.
CARRIED = ("casekit", "data")
KINDS = {".py", ".js", ".css", ".ipynb", ".toml", ".json", ".csv", ".bib", ".md"}
SHOWN = ("lessons", "exercises")  # the notebooks that a learner finds in the site
MADE = ("start.html", "jupyter-lite.json")  # what every build leaves
LITE_SETTINGS = "@jupyterlite/pyodide-kernel-extension:kernel"
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
# JupyterLite takes a file that ends in .jsonl for one JSON value, and spoils it.
PASSPORT = "/drive/passport.jsonl.txt"
Say = Callable[[str], None]


@frozen
class Line:
    """One line of the browser build, as ``site/lines.toml`` describes it."""

    pyodide: str
    python: str
    archive: str
    core: tuple[str, ...]
    packages: tuple[str, ...]
    required: tuple[str, ...]
    boot: tuple[str, ...]
    wheel_tags: tuple[str, ...]


def lines(root: Path) -> dict[str, Line]:
    """Return the lines by name. Raises CaseError if ``site/lines.toml`` is missing or wrong."""
    path = root / "site" / "lines.toml"
    try:
        return Converter(forbid_extra_keys=True).structure(
            tomllib.loads(path.read_text(encoding="utf-8")), dict[str, Line]
        )
    except (OSError, tomllib.TOMLDecodeError, BaseValidationError) as error:
        raise CaseError(f"site/lines.toml cannot be read: {error}.") from error


def build(
    root: Path,
    out: Path,
    line_name: str,
    *,
    tools: Path,
    distribution: Path | None = None,
    say: Say = print,
) -> list[str]:
    """Write the browser build of the case in ``root`` to the folder ``out``.

    ``tools`` is the environment that ``site/<line>/tools.txt`` describes, ``distribution`` a
    folder or archive of the line's Pyodide; without it the archive that the line names is
    fetched once and kept in ``tools``. Returns the names of required packages that the
    distribution lacks, empty for a whole one. Raises CaseError, with what to do, if a part
    cannot be had, is not what its hash says, or the build fails, and if ``out`` holds anything but
    an earlier build.
    """
    known = lines(root)
    if line_name not in known:
        raise CaseError(f"There is no line {line_name!r}; site/lines.toml has {', '.join(known)}.")
    line = known[line_name]
    check_place(root, out, MADE)
    say(f"Pyodide {line.pyodide}: looking for the distribution.")
    source = _distribution(line, distribution, tools, say)
    say("Fetching the wheels of the lock.")
    wheels = _wheels(root / "site" / line_name / "wheels.txt", line, tools / "wheels")
    with tempfile.TemporaryDirectory() as scratch:
        lite, written = Path(scratch, "lite"), Path(scratch, "site")
        missing = _lay(root, lite, line, source, wheels, tools)
        say("Building with JupyterLite.")
        _run_lite(lite, written, tools)
        _start_page(root, written, line)
        put(written, out)
    return missing


# The parts


def _distribution(line: Line, given: Path | None, cache: Path, say: Say) -> Path:
    """Return a folder that holds ``pyodide-lock.json`` and the files it names."""
    kept = cache / f"pyodide-{line.pyodide}"
    if given is None and not kept.is_dir():
        given = cache / line.archive.rsplit("/", 1)[-1]
        if not given.is_file():
            _fetch(line.archive, given, say)
    if given is None:
        folder = kept
    elif given.is_dir():
        folder = given
    else:
        _unpack(given, kept)
        folder = kept
    found = sorted(folder.rglob("pyodide-lock.json"))
    if not found:
        raise CaseError(f"{folder} is no Pyodide distribution: it holds no pyodide-lock.json.")
    folder = found[0].parent
    absent = [name for name in line.core if not (folder / name).is_file()]
    if absent:
        raise CaseError(f"{folder} is no Pyodide {line.pyodide}: it lacks {', '.join(absent)}.")
    return folder


def _fetch(address: str, target: Path, say: Say) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        with urllib.request.urlopen(address, timeout=30) as answer, part.open("wb") as file:
            size, done, told = int(answer.headers.get("Content-Length", 0)), 0, 0
            while block := answer.read(1 << 20):
                file.write(block)
                done += len(block)
                if size and done * 10 // size > told:
                    told = done * 10 // size
                    say(f"  {done / 1e6:.0f} of {size / 1e6:.0f} MB")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CaseError(
            f"The Pyodide distribution cannot be fetched ({error}). Download {address} where there "
            "is a network, and name the file or its unpacked folder: make site PYODIDE=FILE."
        ) from error


def _unpack(archive: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CaseError(f"{archive} cannot be unpacked as a tar archive: {error}.") from error


def _wheels(lock: Path, line: Line, folder: Path) -> list[Path]:
    """Return the wheels of a hashed lock, downloaded into ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    digits = line.python.replace(".", "")
    tags = [argument for tag in ("any", *line.wheel_tags) for argument in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--implementation=cp", f"--abi=cp{digits}", "--abi=none"]
    command += [f"--python-version={digits}", *tags, f"--dest={folder}", f"--requirement={lock}"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise CaseError(f"The wheels of {lock.name} cannot be had: {_last_line(result.stderr)}")
    return sorted(folder.glob("*.whl"))


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no word why")


# Laying them side by side


def _lay(
    root: Path, lite: Path, line: Line, source: Path, wheels: list[Path], tools: Path
) -> list[str]:
    """Write what `jupyter lite build` reads; return the required packages that are missing."""
    static = lite / "static" / "pyodide"
    static.mkdir(parents=True)
    for name in line.core:
        shutil.copyfile(source / name, static / name)
    lock = json.loads((source / "pyodide-lock.json").read_text(encoding="utf-8"))
    taken: dict[str, dict[str, Any]] = {}
    for name in line.packages:
        _take(name, lock["packages"], source, static, taken)
    missing = [name for name in line.required if name not in taken]
    with tempfile.TemporaryDirectory() as scratch:
        ours = [*wheels, *_kernel_wheels(tools), _markupsafe(Path(scratch))]
        ours.append(case_wheel(root, Path(scratch), left_out=missing))
        for path in ours:
            shutil.copyfile(path, static / path.name)
            taken[_key(path.name.split("-")[0])] = _entry(path)
    if not missing:
        _check_whole(taken, line)
    lock["packages"] = dict(sorted(taken.items()))
    _write_json(static / "pyodide-lock.json", lock)
    for path in _shown(root):
        target = lite / "files" / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_json(target, _joined(json.loads(path.read_text(encoding="utf-8"))))
    boot = [*line.boot, *([] if missing else ["casekit"])]
    options = {"packages": boot, "env": {"CASEKIT_PASSPORT": PASSPORT}}
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": options}
    title = settings()["title"]
    config = {"appName": title, "litePluginSettings": {LITE_SETTINGS: kernel}}
    _write_json(
        lite / "jupyter-lite.json",
        {"jupyter-lite-schema-version": 0, "jupyter-config-data": config},
    )
    overrides = json.loads((root / "jupyterlab-overrides.json").read_text(encoding="utf-8"))
    # Every cell is drawn at once: so the browser's own search and Tab reach all of them.
    overrides["@jupyterlab/notebook-extension:tracker"] = {"windowingMode": "none"}
    _write_json(lite / "overrides.json", overrides)
    build_config = {
        "contents": ["files"],
        "no_sourcemaps": True,
        "apps": ["lab", "notebooks"],
        "source_date_epoch": 1_600_000_000,  # two builds of one state are the same, byte for byte
    }
    _write_json(lite / "jupyter_lite_config.json", {"LiteBuildConfig": build_config})
    return missing


def _take(
    name: str, offered: dict[str, Any], source: Path, static: Path, taken: dict[str, Any]
) -> None:
    """Copy a package of the distribution, and all that it needs there, against its hash."""
    keys = {_key(key): key for key in offered}
    name = keys.get(_key(name), name)
    if name in taken or name not in offered:
        return
    entry = offered[name]
    path = source / entry["file_name"]
    if not path.is_file():
        return
    if _sha256(path) != entry["sha256"]:
        raise CaseError(
            f"{path.name} is not the file that pyodide-lock.json names: its hash differs. Fetch "
            "the distribution again."
        )
    shutil.copyfile(path, static / path.name)
    taken[name] = entry
    for other in entry["depends"]:
        _take(other, offered, source, static, taken)


def _kernel_wheels(tools: Path) -> list[Path]:
    """Return the kernel's own wheels, of each the newest."""
    extension = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    found = {
        _key(path.name.split("-")[0]): path for path in sorted((tools / extension).glob("*.whl"))
    }
    if not found:
        raise CaseError(
            f"{tools} holds no JupyterLite with its Pyodide kernel: `make site` installs it."
        )
    return list(found.values())


def _markupsafe(folder: Path) -> Path:
    """Return MarkupSafe as a pure wheel: without its compiled part, which it can do without."""
    found = [file for file in files_of("markupsafe") or [] if file.suffix == ".py"]
    members = {file.as_posix(): Path(file.locate()).read_bytes() for file in found}
    return _wheel(folder, "markupsafe", version_of("markupsafe"), members)


def case_wheel(root: Path, folder: Path, left_out: Iterable[str] = ()) -> Path:
    """Return the kit and the case as one wheel: code, tables, items and notebooks.

    ``left_out`` names packages that the wheel does not ask for, though the kit needs them.
    """
    found = [path for name in CARRIED for path in sorted((root / name).rglob("*"))]
    carried = [
        path
        for path in found
        if path.suffix in KINDS and ".ipynb_checkpoints" not in path.parts and path.is_file()
    ]
    members = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in [*carried, *_shown(root)]
    }
    needs = ("pandas", "altair", "ipywidgets", "anywidget", "attrs", "cattrs")
    needs = [name for name in needs if name not in left_out]
    return _wheel(folder, "casekit", str(settings()["version"]), members, needs)


def _wheel(
    folder: Path, name: str, version: str, members: dict[str, bytes], needs: Iterable[str] = ()
) -> Path:
    """Write a pure wheel whose bytes depend on nothing but its content."""
    info = f"{name}-{version}.dist-info"
    wanted = "".join(f"Requires-Dist: {need}\n" for need in needs)
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}"
    members = {
        **members,
        f"{info}/METADATA": about.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0)), content, 8)
    return path


def _entry(wheel: Path) -> dict[str, Any]:
    """Return what Pyodide's lock says of a wheel, read from the wheel itself."""
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        members = archive.namelist()
        about = next(member for member in members if member.endswith(".dist-info/METADATA"))
        text = archive.read(about).decode("utf-8").split("\n\n")[0]
    return {
        "name": _key(name),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": _sha256(wheel),
        "package_type": "package",
        "imports": sorted(_imports(members)),
        "depends": sorted(_needs(text)),
        "unvendored_tests": False,
    }


def _imports(members: list[str]) -> set[str]:
    """Return the names that a wheel's files can be imported by."""
    tops = {member.split("/")[0] for member in members if member.endswith("/__init__.py")}
    modules = {member[:-3] for member in members if re.fullmatch(r"\w+\.py", member)}
    return {name for name in tops | modules if name.isidentifier()}


def _needs(metadata: str) -> set[str]:
    """Return the packages that a wheel needs in the browser, without its extras."""
    from packaging.requirements import Requirement

    place = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}
    wanted = re.findall(r"^Requires-Dist: (.+)$", metadata, re.MULTILINE)
    asked = [Requirement(text) for text in wanted]
    return {_key(one.name) for one in asked if not one.marker or one.marker.evaluate(place)}


def _check_whole(taken: dict[str, Any], line: Line) -> None:
    """Raise CaseError if a package needs one that is not there."""
    there = {_key(name) for name in taken}
    for name, entry in taken.items():
        lost = sorted({_key(need) for need in entry["depends"]} - there)
        if lost:
            raise CaseError(
                f"The package {name} needs {', '.join(lost)}, which neither Pyodide {line.pyodide} "
                "nor wheels.txt brings: add it to site/*/wheels.in and run `make lock`."
            )


def _shown(root: Path) -> list[Path]:
    return sorted(path for folder in SHOWN for path in (root / folder).glob("*.ipynb"))


def _joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook for the site: its kernel, each text in one piece as a server sends it."""
    notebook["metadata"]["kernelspec"] = dict(KERNEL)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = "".join(output["text"])
            data = output.get("data", {})
            for kind, value in data.items():
                if isinstance(value, list) and all(isinstance(part, str) for part in value):
                    data[kind] = "".join(value)
    return notebook


def _run_lite(lite: Path, out: Path, tools: Path) -> None:
    python = python_of(tools, "JupyterLite").absolute()
    command = [python, "-m", "jupyterlite_core", "build", "--no-libarchive"]
    result = subprocess.run(
        [*command, "--output-dir", out.resolve()], cwd=lite, capture_output=True, text=True
    )
    if result.returncode or not (out / "notebooks" / "index.html").is_file():
        raise CaseError(f"JupyterLite cannot build the site: {_last_line(result.stderr)}")


def _start_page(root: Path, out: Path, line: Line) -> None:
    """Write the page that loads everything, with its progress, and then opens a notebook."""
    page = (root / "site" / "start.html").read_text(encoding="utf-8")
    big = [path for path in (out / "static" / "pyodide").iterdir() if path.suffix != ".json"]
    files = [[f"static/pyodide/{path.name}", path.stat().st_size] for path in sorted(big)]
    first = settings()["start"]
    shown = [path.relative_to(root).as_posix() for path in _shown(root)]
    facts = {"title": settings()["title"], "first": first, "notebooks": shown, "files": files}
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    (out / "start.html").write_text(page.replace('"FACTS"', text), encoding="utf-8")
    shutil.copyfile(out / "lab" / "favicon.ico", out / "favicon.ico")  # browsers ask for it there


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

"""The class server: its settings, its locks, and two students who go through a lesson on it."""

import io
import json
import os
import re
import socket
import stat
import sys
import types
from pathlib import Path

import pytest
import traitlets.config

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "hub" / "jupyterhub_config.py"
SETTINGS = ("CLASS_PASSWORD", "TEACHER_PASSWORD", "CLASS_FOLDER", "CLASS_ADDRESS", "CLASS_SIZE")


@pytest.fixture
def load(monkeypatch):
    """The script of `make load`."""
    monkeypatch.syspath_prepend(str(ROOT / "tests"))
    import load

    return load


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """Read the class server's file: ``configured(CLASS_SIZE="3")`` gives its names."""

    def read(ports_are_free=True, **given):
        if ports_are_free:  # whatever runs on the machine that tests
            monkeypatch.setattr(socket, "create_server", lambda *_: io.StringIO())
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        good = {"CLASS_PASSWORD": "eight-or-more", "CLASS_FOLDER": str(tmp_path / "class")}
        for name, value in {**good, **given}.items():
            monkeypatch.setenv(name, value)
        config = traitlets.config.Config()
        names = {"get_config": lambda: config, "__file__": str(CONFIG)}
        exec(compile(CONFIG.read_text(encoding="utf-8"), str(CONFIG), "exec"), names)
        return names

    return read


# Settings


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"CLASS_PASSWORD": ""}, "Set CLASS_PASSWORD to at least 8 characters"),
        ({"CLASS_PASSWORD": "short"}, "Set CLASS_PASSWORD to at least 8 characters"),
        ({"TEACHER_PASSWORD": "short"}, "Set TEACHER_PASSWORD to at least 32 characters"),
        ({"CLASS_ADDRESS": "127.0.0.1:8000"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "http://127.0.0.1"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "https://127.0.0.1:8000"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "http://127.0.0.1:99999"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "http://127.0.0.1:abc"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "http://127.0.0.1:0"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_ADDRESS": "http://[127.0.0.1:8000"}, "CLASS_ADDRESS needs the form http://"),
        ({"CLASS_SIZE": "many"}, "CLASS_SIZE needs a whole number"),
        ({"CLASS_SIZE": "0"}, "CLASS_SIZE needs a whole number"),
    ],
)
def test_a_setting_that_cannot_be_meant_stops_the_server_with_a_sentence(
    configured, given, sentence
):
    with pytest.raises(SystemExit) as stopped:
        configured(**given)
    assert sentence in str(stopped.value)


def test_a_port_that_is_taken_stops_the_server_with_a_sentence(configured):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            configured(ports_are_free=False, CLASS_ADDRESS=f"http://127.0.0.1:{port}")
    assert f"Port {port} cannot be used" in str(stopped.value)


def test_answers_may_not_lie_in_the_module_that_everybody_gets(configured):
    with pytest.raises(SystemExit, match="Choose another"):
        configured(CLASS_FOLDER=str(ROOT / "lessons" / "answers"))
    assert not (ROOT / "lessons" / "answers").exists()


def test_without_a_word_it_listens_on_this_machine_only_and_nobody_is_admin(configured):
    c = configured()["c"]
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert c.JupyterHub.hub_bind_url == "http://127.0.0.1:8001"
    assert c.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:8002"
    assert c.Authenticator.admin_users == set()
    assert c.SharedPasswordAuthenticator.admin_password is None


def test_a_whole_class_may_start_at_once(configured):
    c = configured(CLASS_SIZE="31")["c"]
    assert c.JupyterHub.active_server_limit == c.JupyterHub.concurrent_spawn_limit == 31


def test_kernels_that_start_together_take_no_ports(configured):
    c = configured()["c"]
    assert "--KernelManager.transport=ipc" in c.Spawner.args
    names = ("someone", "x" * 31)
    spawners = [types.SimpleNamespace(user=types.SimpleNamespace(name=name)) for name in names]
    folders = [c.Spawner.environment["JUPYTER_RUNTIME_DIR"](one) for one in spawners]
    assert len(set(folders)) == 2, "Two students share a folder of sockets."
    socket = "kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5"
    assert all(len(f"{folder}/{socket}") < 100 for folder in folders), "Unix takes 107 at most."


def test_only_names_that_are_safe_as_folders_can_log_in(configured):
    # As JupyterHub asks: `match`, which looks no further than the pattern goes.
    pattern = re.compile(configured()["c"].Authenticator.username_pattern)
    for name in ("student01", "ana.b-c_d", "7", "x" * 31):
        assert pattern.match(name), name
    names = ("", "..", "../x", "a/b", ".ssh", "a b", "ab cd", "x" * 32, "x" * 300, "a\nb", "a\n")
    for name in names:
        assert not pattern.match(name), name


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permission")
def test_the_class_s_folder_is_closed_to_others(configured, tmp_path):
    configured()
    assert stat.S_IMODE((tmp_path / "class").stat().st_mode) == 0o700


def test_a_student_gets_the_module_once_without_solutions(configured, tmp_path):
    names = configured()
    spawner = types.SimpleNamespace(user=types.SimpleNamespace(name="someone"))
    names["bring_the_module"](spawner)
    (home,) = (tmp_path / "class" / "homes").iterdir()
    (own,) = home.iterdir()
    start = Path(*names["c"].Spawner.default_url.split("/")[3:])
    assert (home / start).is_file(), "The first page does not exist."
    assert (own / "data" / "datapackage.json").is_file()
    assert not [name for name in ("solutions", "instructor", "tests") if (own / name).exists()]
    assert not list(own.rglob("passport*.jsonl"))
    (own / "lessons" / "mine.txt").write_text("mine")
    (home / start).write_text("changed")
    names["bring_the_module"](spawner)
    assert (home / start).read_text() == "changed"
    assert (own / "lessons" / "mine.txt").read_text() == "mine"
    assert [path.name for path in home.iterdir()] == [own.name], "A copy that was begun stays."


# Locks


def pins(text):
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


def test_the_lock_holds_hashes_no_address_and_the_versions_of_the_module():
    text = (ROOT / "hub" / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in requirement and "--hash=sha256:" in requirement, requirement
    server, users = pins(text), pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert pins((ROOT / "hub" / "requirements.in").read_text("utf-8")).items() <= server.items()
    assert {name: server.get(name) for name in users} == users, "run `make lock`"


def test_the_lock_of_the_proxy_holds_hashes_and_no_address():
    wanted = json.loads((ROOT / "hub" / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((ROOT / "hub" / "package-lock.json").read_text("utf-8"))["packages"]
    assert lock[""]["dependencies"] == wanted
    for name, package in lock.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


# Counting


class Kernel:
    """A kernel that says what it is told to."""

    def __init__(self, said):
        self.said = said

    def run(self, _):
        return self.said


def test_an_answer_that_is_changed_or_gone_counts_as_lost(load):
    student = load.Student(hub=None, name="someone")
    student.sent = {"A": [{"choice": "a"}, "why"], "B": [{"choice": "b"}, "why"]}
    whole = json.dumps(student.sent)
    student.look(Kernel(whole))
    assert student.lost == []
    student.look(Kernel(whole.replace('{"choice": "a"}', '{"choice": "c"}')))
    assert student.lost == ["A"]
    student.look(Kernel('{"B": [{"choice": "b"}, ""]}'))
    assert student.lost == ["A", "B"]


def test_p95_is_the_value_that_95_of_100_do_not_exceed(load):
    assert load.p95([float(number) for number in range(1, 101)]) == 95
    assert load.p95([3.0, 1.0]) == 3
    assert load.p95([7.0]) == 7


@pytest.fixture
def one_gibibyte(monkeypatch, load):
    free = types.SimpleNamespace(available=2**30)
    monkeypatch.setattr(load.psutil, "virtual_memory", lambda: free)


def test_a_class_is_as_large_as_nine_tenths_of_the_free_memory(load, one_gibibyte):
    assert load.room() == 3  # of 250 MiB each, in 921
    assert load.room(100) == 9
    assert load.room(2000) == 0


@pytest.mark.parametrize("students", ["4", "-1"])
def test_a_class_that_the_memory_does_not_hold_is_refused(
    load, one_gibibyte, monkeypatch, students
):
    monkeypatch.setattr(sys, "argv", ["load.py", "--students", "2", students])
    with pytest.raises(SystemExit, match="holds up to 3 students"):
        load.main()


# The server itself


def test_two_students_lose_nothing(load):
    if why := load.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with load.hub(2) as running:
        done = load.class_of(2, running, most=3)
        assert done.errors == [], running.tail()
        homes = running.folder / "homes"
        kept = {path.parents[1].name: path for path in homes.glob("*/*/passport.jsonl")}
        lines = {name: path.read_text("utf-8").splitlines() for name, path in kept.items()}
    assert done.answers == 6
    assert done.lost == 0
    assert {name: len(found) for name, found in lines.items()} == {"student01": 3, "student02": 3}
    assert all("student01" not in line for line in lines["student02"]), "Two students are mixed up."
    assert len(done.megabytes) == 2
    assert not load.servers(running.folder), "A student's server is still running."
    if sys.platform == "linux":
        assert running.process.poll() is not None

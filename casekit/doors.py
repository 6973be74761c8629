"""The ways in: the links that open the case elsewhere, and what a student must know there.

All links follow from one setting, ``address`` in ``data/case.toml``, the public address of the
repository. Without it there are none.
"""

from __future__ import annotations

import os
import re
from urllib.parse import quote, urlencode

from attrs import frozen

from .tables import CaseError, settings

GITHUB = re.compile(r"https://github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?$")
# What BinderHub sets in every server that it starts; a hub of one's own sets none of them.
BINDER = ("BINDER_REPO_URL", "BINDER_REF_URL", "BINDER_LAUNCH_HOST")
IDLE = 10  # minutes without a run after which mybinder.org ends a kernel, its page open or not


@frozen
class Doors:
    """Links to one notebook of the case, each "" where there is none.

    ``binder`` opens it on mybinder.org, ``download`` is an archive of the whole case, and ``hub``
    brings the case into a JupyterHub that has nbgitpuller, and opens the notebook there.
    """

    binder: str = ""
    download: str = ""
    hub: str = ""


def repository(address: str | None = None) -> str:
    """Return the address of the repository, as the setting has it, or "" where there is none.

    It has no slash and no ".git" at its end. ``address`` stands in for the setting. Raises
    CaseError if it is not the address of a repository on GitHub.
    """
    address = str(settings().get("address", "") if address is None else address).strip()
    if not address:
        return ""
    match = GITHUB.match(address)
    if not match:
        raise CaseError(
            f'data/case.toml, address: "{address}" is not the address of a repository on GitHub. '
            'Write it as "https://github.com/owner/name", or leave it empty.'
        )
    return f"https://github.com/{match['owner']}/{match['name']}"


def doors(
    place: str = "", hub: str = "", version: str = "HEAD", address: str | None = None
) -> Doors:
    """Return the links to a notebook, such as "lessons/x.ipynb"; without one, to the first.

    ``hub`` is the address of a JupyterHub. ``version`` is a tag or commit: Binder is quick where
    one that does not move has been opened before. ``address`` stands in for the setting. Raises
    CaseError if the address is not that of a repository on GitHub, or ``hub`` is no address.
    """
    known = repository(address)
    if not known:
        return Doors()
    if hub and not re.match(r"https?://[^\s/]+(?:/\S*)?$", hub):
        raise CaseError(f'"{hub}" is not the address of a hub. Write it as "https://hub.example".')
    owner, name = known.rsplit("/", 2)[1:]
    place = place or str(settings()["start"])
    asked = {"repo": known, "urlpath": f"doc/tree/{name}/{place}"}
    if version != "HEAD":
        asked["branch"] = version
    at = quote(version, safe="")
    return Doors(
        binder=f"https://mybinder.org/v2/gh/{owner}/{name}/{at}?"
        + urlencode({"urlpath": f"doc/tree/{place}"}),
        download=f"{known}/archive/{quote(version)}.zip",
        hub=f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked)}" if hub else "",
    )


def notice() -> str:
    """Return what a student must know where the server forgets, or "" where it does not."""
    if not any(os.environ.get(name) for name in BINDER):
        return ""
    return (
        f"This is Binder: when you have run nothing for {IDLE} minutes, the server may end and "
        "take your files with it. Your answers are kept in this browser too, where it allows "
        "that, and offered to you when you come back; to be sure of them, open My work and choose "
        "“Download your passport” before you leave."
    )

"""A role-play: its teams, its rounds, its cards."""

from __future__ import annotations

from attrs import field, frozen

from ..tables import CaseError, read_table
from .files import FOLDER, once, read

FILE = "role-play.toml"


@frozen(kw_only=True)
class Role:
    """A team: what all may know of it, and what only it may know.

    ``posts`` are the rounds in which it posts, ``look_up`` the sources that bear on its hidden
    card; none where the card is invented.
    """

    id: str
    name: str
    office: str
    public: str
    want: str
    fear: str
    must: str
    may_not: str
    hidden: str
    posts: list[int]
    look_up: list[str] = field(factory=list)


@frozen(kw_only=True)
class Round:
    """A stretch of a form. ``posts`` is the number of the round in which teams post, or 0."""

    minutes: int
    text: str
    posts: int = 0
    debrief: bool = False


@frozen(kw_only=True)
class Form:
    """A length in which the role-play can be played."""

    id: str
    title: str
    minutes: int
    steps: list[Round]


@frozen(kw_only=True)
class Part:
    """A part of the debrief."""

    title: str
    minutes: int
    text: str


@frozen(kw_only=True)
class Card:
    """A card that is drawn once in the game, and how to use it."""

    id: str
    text: str
    how: str


@frozen(kw_only=True)
class RolePlay:
    """A role-play as its file describes it. ``limit`` is the longest post, in characters."""

    id: str
    title: str
    limit: int
    setting: str
    constraints: list[str]
    safety: list[str]
    reflection: str
    roles: list[Role]
    forms: list[Form]
    debrief: list[Part]
    shocks: list[Card]

    @property
    def rounds(self) -> list[int]:
        """The rounds in which teams post, in order."""
        return sorted({number for role in self.roles for number in role.posts})

    def of_round(self, number: int) -> list[Role]:
        """Return the teams that post in a round."""
        return [role for role in self.roles if number in role.posts]

    def role(self, name: str) -> Role | None:
        """Return the team with this id."""
        return next((role for role in self.roles if role.id == name), None)


def role_play() -> RolePlay:
    """Return the role-play of the case.

    Raises CaseError if something is missing or empty, or minutes do not add up.
    """
    play = read(FILE, RolePlay)
    once(FILE, "the team", [role.id for role in play.roles])
    known = set(read_table("sources")["id"]) if any(r.look_up for r in play.roles) else set()
    for role in play.roles:
        texts = ("name", "office", "public", "want", "fear", "must", "may_not", "hidden")
        if empty := [name for name in texts if not getattr(role, name).strip()]:
            raise CaseError(f"{FOLDER}/{FILE}, team {role.id}: {', '.join(empty)} is empty.")
        if not role.posts:
            raise CaseError(f"{FOLDER}/{FILE}, team {role.id}: it posts in no round.")
        if unknown := [name for name in role.look_up if name not in known]:
            raise CaseError(
                f"{FOLDER}/{FILE}, team {role.id}: the source {', '.join(unknown)} is not listed."
            )
    for form in play.forms:
        _form(play, form)
    return play


def _form(play: RolePlay, form: Form) -> None:
    where = f"{FOLDER}/{FILE}, form {form.id}"
    whole = sum(step.minutes for step in form.steps)
    if whole != form.minutes:
        raise CaseError(f"{where}: its steps take {whole} minutes, not {form.minutes}.")
    if wrong := [s.posts for s in form.steps if s.posts and s.posts not in play.rounds]:
        raise CaseError(f"{where}: no team posts in round {wrong[0]}.")
    talk = sum(step.minutes for step in form.steps if step.debrief)
    if talk * 100 < form.minutes * 32:
        raise CaseError(f"{where}: the debrief takes {talk} minutes, less than a third.")
    if form.minutes == max(one.minutes for one in play.forms):
        parts = sum(part.minutes for part in play.debrief)
        if parts != talk:
            raise CaseError(f"{where}: the parts of the debrief take {parts} minutes, not {talk}.")

"""Posts of a role-play: written, sealed into a small file, and shown all at once.

A file holds one post with its sealed note. Whoever reads it trusts none of it: what does not fit
is refused in one sentence. Sealed means not shown before its time; it is not encrypted.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ..tables import CaseError
from .roles import Role, RolePlay

FORMAT = 1
LARGEST = 20_000  # bytes: a post with its note takes about two thousand
NOTE, NAME = 1_000, 60  # characters


@frozen(kw_only=True)
class Draft:
    """A post as a team has it: team and round, text, primary frame, note, and who approved it."""

    team: str
    round: int
    text: str
    frame: str
    note: str = ""
    approved: str = ""


def clean(text: str) -> str:
    """Return text as it is counted and kept: composed, without characters that cannot be shown."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    shown = (
        " " if unicodedata.category(one) in ("Cc", "Cs") and one != "\n" else one for one in text
    )
    return "".join(shown).strip()


def checked(draft: Draft, play: RolePlay, frames: Mapping[str, Any]) -> Draft:
    """Return a post, cleaned, if it may be sealed. Raises CaseError with one sentence if not."""
    role = play.role(draft.team)
    if role is None or draft.round not in role.posts:
        raise CaseError("Choose who posts, and in which round.")
    text, note, approved = clean(draft.text), clean(draft.note), clean(draft.approved)
    if not text:
        raise CaseError("The post is still empty: write it first.")
    if len(text) > play.limit:
        raise CaseError(
            f"The post has {len(text)} characters, and {play.limit} is the limit: shorten it by "
            f"{len(text) - play.limit}."
        )
    if draft.frame not in frames:
        raise CaseError("No frame is declared: choose the one primary frame for the sealed note.")
    if not approved:
        raise CaseError("Nobody has approved it: the legal adviser's codename is still missing.")
    if len(note) > NOTE or len(approved) > NAME:
        raise CaseError(
            f"The note has at most {NOTE} characters, and the adviser's codename {NAME}."
        )
    return Draft(
        team=role.id,
        round=draft.round,
        text=text,
        frame=draft.frame,
        note=note,
        approved=" ".join(approved.split()),
    )


def seal(draft: Draft, play: RolePlay, frames: Mapping[str, Any]) -> str:
    """Return the file of a post, as text. Raises CaseError if the post may not be sealed."""
    draft = checked(draft, play, frames)
    content = {"file": "post", "format": FORMAT, "exercise": play.id}
    content |= {name: getattr(draft, name) for name in PARTS}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


PARTS = {"team": str, "round": int, "text": str, "frame": str, "note": str, "approved": str}


def unsealed(raw: str | bytes, play: RolePlay, frames: Mapping[str, Any]) -> Draft:
    """Return the post that a file holds.

    Raises CaseError with the reason in one sentence if it is torn, too large, none of these, or
    holds a post that could not have been sealed here.
    """
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else bytes(raw)
    if len(data) > LARGEST:
        raise CaseError(f"It is larger than {LARGEST // 1000} kB: this is no file of a post.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CaseError(
            "It is torn or was changed on the way: ask the team to seal and send it again."
        ) from error
    if not isinstance(content, dict) or (content.get("file"), content.get("format")) != (
        "post",
        FORMAT,
    ):
        raise CaseError("This is no file of a post: choose the one that a drafting desk gave.")
    if content.get("exercise") != play.id:
        raise CaseError("It holds a post of another exercise.")
    wrong = [
        name
        for name, kind in PARTS.items()
        if not isinstance(content.get(name), kind) or isinstance(content[name], bool)
    ]
    if wrong:
        raise CaseError(
            f"The part {wrong[0]} is missing or of the wrong kind: ask the team to seal it again."
        )
    return checked(Draft(**{name: content[name] for name in PARTS}), play, frames)


@frozen
class Board:
    """What has come in, and which rounds are revealed. Nothing in it changes; methods return anew.

    ``posts`` goes by round and team; ``revealed`` are rounds that all may read, ``opened`` those
    whose sealed notes they may read too.
    """

    play: RolePlay
    posts: dict[tuple[int, str], Draft] = field(factory=dict)
    revealed: frozenset[int] = frozenset()
    opened: frozenset[int] = frozenset()

    def added(self, draft: Draft) -> tuple[Board, str]:
        """Return the board with one more post, and what to say, which tells nothing of its words.

        Raises CaseError if the round is revealed already and the post would change it.
        """
        key, role = (draft.round, draft.team), self.play.role(draft.team)
        name = f"{role.name}, round {draft.round}"
        before = self.posts.get(key)
        if before == draft:
            return self, f"{name}: this very post is in already."
        if draft.round in self.revealed:
            raise CaseError(
                f"{name}: the round is revealed, and what others have read is not changed."
                if before
                else f"{name}: too late for the board, the round is revealed."
            )
        said = f"{name}: {'a newer post takes the place of the older one' if before else 'in'}."
        return Board(self.play, {**self.posts, key: draft}, self.revealed, self.opened), said

    def waiting(self, number: int) -> list[Role]:
        """Return the teams whose post of a round is not in."""
        return [role for role in self.play.of_round(number) if (number, role.id) not in self.posts]

    def reveal(self, number: int) -> Board:
        """Return the board with a round revealed. Raises CaseError if no post of it is in."""
        if not self._in(number):
            raise CaseError(f"Round {number}: no post is in yet, so there is nothing to reveal.")
        return Board(self.play, self.posts, self.revealed | {number}, self.opened)

    def open_notes(self, number: int) -> Board:
        """Return the board with the notes of a round opened. Raises CaseError before its reveal."""
        if number not in self.revealed:
            raise CaseError(f"Round {number}: reveal the posts first, then code them, then open.")
        return Board(self.play, self.posts, self.revealed, self.opened | {number})

    def published(self) -> list[tuple[int, list[tuple[Role, Draft]]]]:
        """Return what may be read: each revealed round with its posts, in the order of teams."""
        return [
            (number, self._in(number)) for number in self.play.rounds if number in self.revealed
        ]

    def _in(self, number: int) -> list[tuple[Role, Draft]]:
        found = [(role, self.posts.get((number, role.id))) for role in self.play.of_round(number)]
        return [(role, draft) for role, draft in found if draft]

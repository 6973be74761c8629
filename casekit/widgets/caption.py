"""A drafting desk for posts of a role-play, and a board that shows all of them at once."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..codebook import codebook
from ..desk import Board, Draft, RolePlay, role_play, seal, unsealed
from ..desk.posts import clean
from ..tables import CaseError
from .names import controlled
from .view import GONE, STYLE, WIDE, paragraphs, row, safe
from .work import Download


def _head(title: str, text: str) -> widgets.HTML:
    return widgets.HTML(
        f'<style>{STYLE}</style><h3 class="ck-title">{safe(title)}</h3>{paragraphs(text)}'
    )


def _error(text: str) -> str:
    return f'<p class="ck-error" role="alert">{safe(text)}</p>'


def _status(*lines: str) -> str:
    return f'<div role="status">{"".join(f"<p>{safe(line)}</p>" for line in lines)}</div>'


def frame_names() -> dict[str, str]:
    """Return the frames that can be declared, id to name."""
    return {code: f"{code}: {entry['name']}" for code, entry in codebook().items()}


class Desk:
    """Where a team drafts a post, declares its frame and seals both. ``box`` is what is shown.

    Nothing is kept until the sealed file is downloaded or copied; a refusal changes no text.
    """

    def __init__(self, play: RolePlay) -> None:
        self.play, self.frames = play, frame_names()
        places = [
            (f"{role.name}, round {number}", f"{number} {role.id}")
            for number in play.rounds
            for role in play.of_round(number)
        ]
        self.who = widgets.Dropdown(
            options=[("choose …", ""), *places], description="Team and round", layout=WIDE
        )
        self.text = widgets.Textarea(
            description=f"The post (at most {play.limit} characters)", layout=WIDE
        )
        self.count = widgets.HTML()
        self.frame = widgets.Dropdown(
            options=[("choose …", ""), *((name, code) for code, name in self.frames.items())],
            description="Sealed note: the one primary frame",
            layout=WIDE,
        )
        self.note = widgets.Textarea(
            description="Sealed note: whose names we use, and why this frame (may stay empty)",
            layout=WIDE,
        )
        self.approved = widgets.Text(
            description="Approved by (codename of the legal adviser)", layout=WIDE
        )
        self.button = widgets.Button(description="Seal the post")
        self.said = widgets.HTML()
        self.file = Download(kind="application/json")
        self.copy = widgets.Textarea(
            description="Or copy this text and hand it on", disabled=True, layout=WIDE
        )
        self.out = widgets.VBox([row(self.file), self.copy], layout=GONE)
        self.sealed = False
        for control in (self.who, self.text, self.frame, self.note, self.approved):
            control.observe(self._changed, "value")
        self.button.on_click(self._seal)
        self.box = widgets.VBox(
            [
                _head(
                    "Drafting desk",
                    "Only your team and, once it has your file, the board see this post. Nothing "
                    "is kept here until you download or copy it.",
                ),
                *(self.who, self.text, self.count, self.frame, self.note, self.approved),
                row(self.button),
                *(self.said, self.out),
            ]
        )
        controlled(self.box)
        self._changed()

    def _draft(self) -> Draft:
        number, _, team = self.who.value.partition(" ")
        return Draft(
            team=team,
            round=int(number or 0),
            text=self.text.value,
            frame=self.frame.value,
            note=self.note.value,
            approved=self.approved.value,
        )

    def _changed(self, _: Any = None) -> None:
        """Count anew; a sealed file that no longer fits what stands here is taken away."""
        count, limit = len(clean(self.text.value)), self.play.limit
        over = f", {count - limit} too many" if count > limit else ""
        self.count.value = (
            f'<p class="ck-quiet" role="status">{count} of {limit} characters{over}.</p>'
        )
        if self.sealed:
            self.sealed, self.out.layout = False, GONE
            self.said.value = _status("Changed since it was sealed: seal it again.")

    def _seal(self, _: Any) -> None:
        draft = self._draft()
        try:
            text = seal(draft, self.play, self.frames)
        except CaseError as error:
            self.said.value = _error(str(error))
            return
        role = self.play.role(draft.team)
        self.file.text = self.copy.value = text
        self.file.name = f"post-{self.play.id}-round-{draft.round}-{role.id}.json"
        self.file.label = f"Download the sealed post ({role.name}, round {draft.round})"
        self.out.layout, self.sealed = WIDE, True
        self.said.value = _status(
            f"Sealed for {role.name}, round {draft.round}, with the frame {draft.frame}. Give the "
            "file to whoever keeps the board."
        )


class BoardView:
    """Where posts come in unread and are revealed round by round. ``box`` is what is shown.

    Before its reveal a round shows which teams are in and which are missing, and no word of any
    post. Sealed notes open by a button of their own, after the posts.
    """

    def __init__(self, play: RolePlay) -> None:
        self.board, self.frames = Board(play), frame_names()
        self.upload = widgets.FileUpload(
            accept=".json", multiple=True, description="Add sealed posts from files"
        )
        self.paste = widgets.Textarea(
            description="Or paste the text of one sealed post", layout=WIDE
        )
        self.add = widgets.Button(description="Add the pasted post")
        self.said = widgets.HTML()
        self.round = widgets.Dropdown(
            options=[(f"Round {number}", number) for number in play.rounds],
            description="Round",
            layout=WIDE,
        )
        self.waiting = widgets.HTML()
        self.reveal = widgets.Button()
        self.notes = widgets.Button()
        self.shown = widgets.HTML()
        self.upload.observe(self._files, "value")
        self.add.on_click(self._pasted)
        self.round.observe(lambda _: self._draw(), "value")
        self.reveal.on_click(lambda _: self._turn(self.board.reveal))
        self.notes.on_click(lambda _: self._turn(self.board.open_notes))
        self.box = widgets.VBox(
            [
                _head(
                    "The board",
                    "Posts come in sealed. Each round is shown at once, when you reveal it. The "
                    "board lives as long as this page's kernel: keep the files.",
                ),
                *(row(self.upload), self.paste, row(self.add), self.said),
                *(self.round, self.waiting, row(self.reveal, self.notes), self.shown),
            ]
        )
        controlled(self.box)
        self._draw()

    # What comes in

    def _files(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        told = [self._take(file["name"], bytes(file["content"])) for file in change["new"]]
        self.said.value = "".join(told)
        self.upload.value = ()  # so that the same file can be chosen again
        self._draw()

    def _pasted(self, _: Any) -> None:
        if not self.paste.value.strip():
            self.said.value = _error("Paste the text of a sealed post first.")
            return
        before = self.board
        self.said.value = self._take("The pasted text", self.paste.value)
        if self.board is not before:
            self.paste.value = ""
        self._draw()

    def _take(self, name: str, raw: str | bytes) -> str:
        """Take one file in, and return what to say of it."""
        try:
            post = unsealed(raw, self.board.play, self.frames)
            self.board, told = self.board.added(post)
        except CaseError as error:
            return _error(f"{name}: {error}")
        return _status(told)

    # What is shown

    def _turn(self, step: Any) -> None:
        try:
            self.board = step(self.round.value)
            self.said.value = ""
        except CaseError as error:
            self.said.value = _error(str(error))
        self._draw()

    def _draw(self) -> None:
        number, board = self.round.value, self.board
        missing = [role.name for role in board.waiting(number)]
        there = [r.name for r in board.play.of_round(number) if r.name not in missing]
        self.waiting.value = _status(
            f"In: {', '.join(there) or 'nobody yet'}.",
            f"Missing: {', '.join(missing)}." if missing else "Nobody is missing.",
        )
        state = (
            "revealed" if number in board.revealed else f"{len(there)} in, {len(missing)} missing"
        )
        notes = "opened" if number in board.opened else "sealed"
        self.reveal.description = f"Reveal round {number} ({state})"
        self.notes.description = f"Open the notes of round {number} ({notes})"
        self.shown.value = "".join(self._round(n, posts) for n, posts in board.published())

    def _round(self, number: int, posts: list[tuple[Any, Draft]]) -> str:
        said = "".join(self._post(role.name, draft) for role, draft in posts)
        return f'<h4 class="ck-title">Round {number}, as published</h4>{said}'

    def _post(self, name: str, draft: Draft) -> str:
        lines = "<br>".join(safe(line) for line in draft.text.split("\n"))
        shown = (
            f"<p><strong>{safe(name)}</strong></p>"
            f'<blockquote dir="auto"><bdi>{lines}</bdi></blockquote>'
        )
        if draft.round not in self.board.opened:
            return shown
        note = f" Note: <bdi>{safe(draft.note)}</bdi>" if draft.note else ""
        return (
            f'{shown}<p class="ck-quiet">Sealed note: {safe(self.frames[draft.frame])}.{note} '
            f"Approved by <bdi>{safe(draft.approved)}</bdi>.</p>"
        )


def drafting_desk() -> None:
    """Show a desk at which a team drafts and seals a post of the case's role-play."""
    from IPython.display import display

    display(Desk(role_play()).box)


def board() -> None:
    """Show the board on which the posts of the case's role-play come in and are revealed."""
    from IPython.display import display

    display(BoardView(role_play()).box)

"""The small file by which two students exchange their codings, written and read.

It holds what a comparison needs and nothing else: question, codebook, codename, and for each
segment its codes and a digest of the text that was coded. Whoever reads it trusts none of it:
what does not fit is refused in one sentence, and nothing that is on the page changes.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Protocol

from attrs import frozen

from .base import AnswerError

FORMAT = 1
LARGEST = 200_000  # bytes: forty segments take about six thousand
LONGEST = 60  # characters of a codename


class Rules(Protocol):
    """The codebook that a coding rests on, as far as a file names it."""

    version: str
    digest: str


@frozen
class Received:
    """Another coder's codings as a file holds them: segment to what the answer would hold."""

    codename: str
    codings: dict[str, dict[str, Any]]


def text_digest(text: str) -> str:
    """Return 16 characters that change with every letter of a text."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:16]


def written(
    item: str,
    texts: Mapping[str, str],
    codings: Mapping[str, Mapping[str, Any]],
    codename: str,
    rules: Rules,
) -> str:
    """Return the file of one student's codings, as text.

    ``texts`` and ``codings`` go by segment; a coding holds codes, primary and scope.
    """
    segments = {name: {"text": text_digest(texts[name]), **one} for name, one in codings.items()}
    content = {
        "file": "codings",
        "format": FORMAT,
        "item": item,
        "codebook": {"version": rules.version, "digest": rules.digest},
        "codename": codename,
        "segments": segments,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def received(
    raw: str | bytes, item: str, texts: Mapping[str, str], codename: str, rules: Rules
) -> Received:
    """Return what a classmate's file holds, its codings not yet read by the question.

    Raises AnswerError with the reason in one sentence if the file is torn or none of these, or
    belongs to another question, codebook, text or to the student (``codename``).
    """
    content = _content(raw)
    if content.get("file") != "codings" or content.get("format") != FORMAT:
        raise AnswerError(
            "This is no file of codings: choose the one that your classmate downloaded here."
        )
    if content.get("item") != item:
        raise AnswerError(
            f"This file holds codings of another question, {_said(content.get('item'))}; "
            f"this question is {item}."
        )
    _same_book(content.get("codebook"), rules)
    who = content.get("codename")
    if not isinstance(who, str) or not 0 < len(who.strip()) <= LONGEST or not who.isprintable():
        raise AnswerError("This file names no coder: ask your classmate to download it again.")
    if who == codename:
        raise AnswerError(
            f"This file bears your own codename, {who}: choose the one you were sent, since "
            "nobody can agree or disagree with themselves."
        )
    return Received(who, _segments(content.get("segments"), texts))


def _content(raw: str | bytes) -> dict[str, Any]:
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else bytes(raw)
    if len(data) > LARGEST:
        raise AnswerError(
            f"This file is larger than {LARGEST // 1000} kB: it is no file of codings."
        )
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AnswerError(
            "This file is torn or was changed on the way: ask your classmate to download and send "
            "it again."
        ) from error
    if not isinstance(content, dict):
        raise AnswerError(
            "This is no file of codings: choose the one that your classmate downloaded here."
        )
    return content


def _same_book(named: Any, rules: Rules) -> None:
    given = named if isinstance(named, dict) else {}
    if given.get("version") != rules.version:
        raise AnswerError(
            f"Your classmate coded by version {_said(given.get('version'))} of the codebook and "
            f"you by version {rules.version}: agree on one, and code again what its changes touch."
        )
    if given.get("digest") != rules.digest:
        raise AnswerError(
            f"Both codebooks say version {rules.version}, but their rules differ: compare the two "
            "files data/codebook.toml, and give a changed one a new version."
        )


def _segments(given: Any, texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict) or not given:
        raise AnswerError("This file holds no codings: your classmate has to commit first.")
    for name, one in given.items():
        if name not in texts:
            raise AnswerError(
                f"This file is about other segments: {_said(name)} is none of this question's."
            )
        if not isinstance(one, dict) or one.get("text") != text_digest(texts[name]):
            raise AnswerError(
                f"Your classmate coded another text as segment {name} than you did: use the same "
                "version of the module."
            )
    return {name: {k: v for k, v in one.items() if k != "text"} for name, one in given.items()}


def _said(value: Any) -> str:
    """Return what a file says of itself, short and in one line, to be named in a sentence."""
    text = "".join(c for c in value if c.isprintable()) if isinstance(value, str) else ""
    return f"“{text[:40]}”" if text else "without a name"

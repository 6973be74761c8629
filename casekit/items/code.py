"""Code a set of segments one at a time, from a codebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from ..agreement import (
    TENTATIVE,
    Result,
    alpha,
    by_code,
    grouped_alpha,
    kappa,
    one_decision,
    percent,
    yes_no,
)
from .base import IDS, NUMBER, TRUTH, AnswerError, Argument, Item, condition, parts, wants, whole
from .coding_file import Rules, received, written
from .write import Check, TextField

NONE = "NONE"  # stands for no code, as primary
PRIMARY = "primary code"  # names the line of a comparison that is not about one code
DRAWS = 500  # resamples behind each interval
LONGEST_LOG, LONGEST_NOTE = 100, 500  # lines of a log, characters of what is said in one

OFTEN = Argument(
    "{ segments = a list of ids, as = one code, times = a number }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"segments", "as", "times"}
        and IDS.fits(value["segments"])
        and isinstance(value["as"], str)
        and whole(value["times"])
    ),
)


def _segment(_: Any, __: Any, arg: dict[str, Any]) -> tuple[str, ...]:
    return (arg["segment"],)


@frozen(kw_only=True)
class Segment:
    """One segment as it is coded (``text``), its reference, and what is shown afterwards.

    ``codes`` is the reference (``primary`` alone if it is empty), ``primary`` its first code,
    ``scope`` its scope and ``guess`` what there was to guess; ``full``, ``original``, ``speaker``,
    ``date``, ``rendered`` (by whom: a key of the question's ``renderings``) and ``aside`` stay
    hidden until an answer is committed.
    """

    id: str
    text: str
    primary: str
    why: str
    codes: list[str] = field(factory=list)
    scope: str = ""
    guess: str = ""
    lang: str = ""
    full: str = ""
    original: str = ""
    original_lang: str = ""
    speaker: str = ""
    date: str = ""
    rendered: str = ""
    aside: str = ""

    @property
    def reference(self) -> list[str]:
        """The codes of the reference."""
        return self.codes or ([] if self.primary == NONE else [self.primary])


@frozen(kw_only=True)
class Peer:
    """How another coder, in a table of the case, coded one segment.

    ``primary`` is the first of ``codes`` if it is empty; ``synthetic`` marks an invented coder.
    """

    coder: str
    segment: str
    codes: list[str]
    primary: str = ""
    synthetic: bool = False

    @property
    def coding(self) -> Coding:
        """The same as a coding."""
        return Coding(tuple(self.codes), self.primary or (*self.codes, NONE)[0])


@frozen(kw_only=True)
class Guessed:
    """What is guessed of every segment, and the possible answers, id to label.

    ``then`` names the boxes that come after the guess.
    """

    label: str
    options: dict[str, str]
    then: list[str] = field(factory=list)


@frozen(kw_only=True)
class Predict:
    """A number asked for once, after the last segment and before anything is revealed."""

    label: str
    minimum: float
    maximum: float
    step: float


@frozen
class Coding:
    """One segment as the student coded it; ``notes`` by the id of the box."""

    codes: tuple[str, ...]
    primary: str
    scope: str = ""
    guess: str = ""
    notes: Mapping[str, str] = field(factory=dict)
    known: bool = False

    @property
    def decision(self) -> tuple:
        """What counts as coded: codes, primary and scope."""
        return frozenset(self.codes), self.primary, self.scope


@frozen(kw_only=True)
class Sort:
    """A sort of disagreement that the log of an adjudication knows."""

    id: str
    label: str


@frozen
class Settled:
    """One line of the log: a segment on which two coders differ, and what came of it.

    ``other`` is the other coder, ``codes`` what that coder gave, the primary code first.
    """

    segment: str
    other: str
    codes: tuple[str, ...]
    sort: str
    note: str = ""


@frozen
class Line:
    """How far two coders agree on one code: how often each used it, and the measures.

    ``lowest`` is the lowest alpha that one other decision of the first coder would bring.
    """

    code: str
    used: tuple[int, int]
    percent: Result
    kappa: Result
    alpha: Result
    lowest: float | None = None


@frozen
class Codings:
    """An answer as read. ``first`` holds what stood before the reference was seen."""

    now: dict[str, Coding]
    first: dict[str, Coding]
    predicted: float | None = None
    check: str = ""
    log: tuple[Settled, ...] = ()


@define(kw_only=True)
class Code(Item):
    """Segments with up to ``limit`` codes, a primary one and a scope.

    Answer: ``{"codings": {segment id: {"codes": [code], "primary": code, "scope": id, "guess":
    id, "notes": {box id: text}, "known": bool}}, "first": {the same}, "predicted": number,
    "check": option id, "log": [{"segment": id, "with": coder, "codes": [code], "sort": id,
    "note": text}]}``. Entries the question does not ask for are left out. ``first`` is
    there only if codings were changed after the reference was seen: agreement uses it.
    ``log`` may be left out; ``sorts`` are the sorts of disagreement it knows.

    In a ``practice`` set the reference of a segment is shown as soon as it is coded. ``at_least``
    is the number of segments to code, 0 for all.
    """

    kind = "code"
    codes: list[str]
    segments: list[Segment]
    codes_label: str
    primary_label: str = ""
    scopes: dict[str, str] = field(factory=dict)
    scope_label: str = ""
    limit: int = 3
    practice: bool = False
    at_least: int = 0
    recognised: str = ""
    guess: Guessed | None = None
    notes: list[TextField] = field(factory=list)
    predict: Predict | None = None
    check_yourself: Check | None = None
    agreement: bool = True
    exchange: bool = False
    peers: list[Peer] = field(factory=list)
    peers_label: str = ""
    aside_label: str = ""
    renderings: dict[str, str] = field(factory=dict)
    sorts: list[Sort] = field(factory=list)

    def check(self) -> None:
        super().check()
        ids = self.ids
        self.expect(len(set(self.codes)) == len(self.codes) > 1, "codes", "two or more, each once")
        self.expect(
            all(re.fullmatch(r"[\w-]+", name) for name in (*self.codes, *self.scopes, *ids)),
            "codes, scopes and segments",
            "ids of letters, digits and hyphens",
        )
        self.expect(len(set(ids)) == len(ids) > 0, "segments", "segments with ids of their own")
        self.expect(1 <= self.limit <= len(self.codes), "limit", "a number of codes")
        self.expect(0 <= self.at_least <= len(ids), "at_least", "a number of segments, 0 for all")
        self.expect(bool(self.scopes) == bool(self.scope_label), "scope_label", "one, with scopes")
        boxes = [box.id for box in self.notes]
        self.expect(len(set(boxes)) == len(boxes), "notes", "boxes with ids of their own")
        for one in self.segments:
            where = f"segments, {one.id}"
            self.expect_known(one.codes, self.codes, f"{where}, codes")
            known = one.codes or [*self.codes, NONE]
            self.expect_known([one.primary], known, f"{where}, primary")
            if self.scopes:
                self.expect_known([one.scope], list(self.scopes), f"{where}, scope")
            if self.guess:
                self.expect_known([one.guess], list(self.guess.options), f"{where}, guess")
            if one.rendered:
                self.expect_known([one.rendered], list(self.renderings), f"{where}, rendered")
        if self.guess:
            self.expect_known(self.guess.then, boxes, "guess, then")
        sorts = [sort.id for sort in self.sorts]
        self.expect(len(set(sorts)) == len(sorts), "sorts", "sorts with ids of their own")
        for peer in self.peers:
            where = f"peers, {peer.coder}, {peer.segment}"
            self.expect_known(peer.codes, self.codes, where)
            self.expect_known([peer.coding.primary], peer.codes or [NONE], f"{where}, primary")
        if self.predict:
            span = self.predict.maximum - self.predict.minimum
            self.expect(0 < self.predict.step <= span, "predict, step", "a step that fits")
        for name in ("coded", "led"):
            for path, arg in self.paths_with(name):
                self.expect_known([arg["segment"]], ids, f"feedback, path {path!r}, {name}")
                self.expect_known(arg["as"], self.codes, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("often"):
            self.expect_known(arg["segments"], ids, f"feedback, path {path!r}, often")
            self.expect_known([arg["as"]], self.codes, f"feedback, path {path!r}, often")
        for path, arg in self.paths_with("note_blank"):
            self.expect_known(arg, boxes, f"feedback, path {path!r}, note_blank")
        for path, arg in self.paths_with("checked"):
            self.expect_known(arg, self.check_ids, f"feedback, path {path!r}, checked")

    @property
    def ids(self) -> list[str]:
        """The ids of all segments, in order."""
        return [segment.id for segment in self.segments]

    @property
    def check_ids(self) -> list[str]:
        """The ids of the self-check's options; empty where there is no self-check."""
        return [option.id for option in self.check_yourself.options] if self.check_yourself else []

    # Reading

    def read(self, answer: Any) -> Codings:
        (given,) = wants(answer, codings=dict)
        now = self._all(given)
        wanted = self.at_least or len(self.segments)
        if len(now) < wanted:
            raise AnswerError(f"{len(now)} of {wanted} segments are coded.")
        before = answer.get("first", {})
        if not isinstance(before, dict):
            raise AnswerError("What stood first are codings too, segment by segment.")
        first = {**now, **{name: one for name, one in self._all(before).items() if name in now}}
        log = self._log(answer.get("log", []))
        return Codings(now, first, self._predicted(answer), self._checked_own(answer), log)

    def _all(self, given: dict) -> dict[str, Coding]:
        return {name: self._one(name, given[name]) for name in self.ids if name in given}

    def _one(self, name: str, given: Any) -> Coding:
        """Return one segment's coding. Raises AnswerError, naming the segment, if it is none."""
        if not isinstance(given, dict):
            raise AnswerError(f"Segment {name} is not coded yet.")
        codes, primary = given.get("codes"), given.get("primary")
        if not isinstance(codes, list) or any(code not in self.codes for code in codes):
            raise AnswerError(f"Segment {name}: choose among the codes of the book.")
        if len(set(codes)) < len(codes):
            raise AnswerError(f"Segment {name} has one code twice.")
        if primary not in (codes or [NONE]):
            raise AnswerError(f"Segment {name}: choose the primary code among those you marked.")
        scope = given.get("scope") if self.scopes else ""
        if self.scopes and (not isinstance(scope, str) or scope not in self.scopes):
            raise AnswerError(f"Segment {name} has no scope yet.")
        guess = given.get("guess") if self.guess else ""
        if self.guess and (not isinstance(guess, str) or guess not in self.guess.options):
            raise AnswerError(f"Segment {name}: make your guess too.")
        notes = given.get("notes", {})
        if not isinstance(notes, dict):
            raise AnswerError(f"Segment {name}: notes are texts, each in its box.")
        texts = {box.id: notes.get(box.id, "") for box in self.notes}
        if not all(isinstance(text, str) for text in texts.values()):
            raise AnswerError(f"Segment {name}: every box holds text.")
        known = given.get("known", False)
        if not isinstance(known, bool):
            raise AnswerError(f"Segment {name}: recognised is a tick, yes or no.")
        texts = {box: text.strip() for box, text in texts.items()}
        return Coding(tuple(codes), primary, scope, guess, texts, known)

    def _predicted(self, answer: Any) -> float | None:
        if not self.predict:
            return None
        value, asked = answer.get("predicted"), self.predict
        if not whole(value) or not asked.minimum <= value <= asked.maximum:
            raise AnswerError(
                f"{asked.label}: a number from {asked.minimum:g} to {asked.maximum:g}, before you "
                "commit."
            )
        return value

    def _checked_own(self, answer: Any) -> str:
        checked = answer.get("check", "")
        if self.check_yourself and (not isinstance(checked, str) or checked not in self.check_ids):
            raise AnswerError("Look once more at what you wrote and choose what fits it.")
        return checked if self.check_yourself else ""

    def _log(self, given: Any) -> tuple[Settled, ...]:
        if not isinstance(given, list) or len(given) > LONGEST_LOG:
            raise AnswerError(f"The log is a list of at most {LONGEST_LOG} lines.")
        return tuple(self._settled(number, line) for number, line in enumerate(given, 1))

    def _settled(self, number: int, line: Any) -> Settled:
        """Return one line of the log. Raises AnswerError, naming the line, if it is none."""
        known = line if isinstance(line, dict) else {}
        codes, sorts = known.get("codes"), [sort.id for sort in self.sorts]
        texts = [known.get(name) for name in ("segment", "with", "sort")]
        texts.append(known.get("note", ""))
        if not all(isinstance(text, str) and len(text) <= LONGEST_NOTE for text in texts):
            raise AnswerError(f"Line {number} of the log has a part that is missing or too long.")
        if texts[0] not in self.ids or texts[2] not in sorts:
            raise AnswerError(f"Line {number} of the log names what this question does not know.")
        if not isinstance(codes, list) or any(c not in [*self.codes, NONE] for c in codes):
            raise AnswerError(f"Line {number} of the log holds codes that are not in the book.")
        segment, other, sort, note = texts
        return Settled(segment, other, tuple(codes), sort, note.strip())

    # Agreement

    def reference(self) -> dict[str, tuple[str, ...]]:
        """Return the codes of the reference, segment by segment."""
        return {segment.id: tuple(segment.reference) for segment in self.segments}

    def against(
        self, mine: Mapping[str, Coding], other: Mapping[str, Any], draws: int = 0
    ) -> dict[str, tuple[Result, Result]]:
        """Return (percent agreement, alpha) of two coders for each code, on their own columns."""
        both = {"mine": {name: one.codes for name, one in mine.items()}, "other": other}
        alphas = by_code(both, self.codes, draws)
        return {code: (percent(yes_no(both, code)), alphas[code]) for code in self.codes}

    def pooled(self, mine: Mapping[str, Coding]) -> Result:
        """Return alpha with the reference over all decisions; segments are drawn anew."""
        both = {"mine": {name: one.codes for name, one in mine.items()}, "other": self.reference()}
        segments = zip(*(yes_no(both, code) for code in self.codes), strict=True)
        return grouped_alpha(segments, DRAWS, noun="decision")

    def key(self) -> dict[str, Coding]:
        """Return the reference as codings, segment by segment."""
        return {s.id: Coding(tuple(s.reference), s.primary, s.scope) for s in self.segments}

    def peer_coders(self) -> dict[str, dict[str, Coding]]:
        """Return the other coders' codings; the name of an invented one says that it is."""
        found: dict[str, dict[str, Coding]] = {}
        for peer in self.peers:
            if peer.segment in self.ids:
                name = f"{peer.coder} (synthetic)" if peer.synthetic else peer.coder
                found.setdefault(name, {})[peer.segment] = peer.coding
        return found

    def compare(
        self, mine: Mapping[str, Coding], other: Mapping[str, Coding], draws: int = DRAWS
    ) -> list[Line]:
        """Return how far two coders agree: one line for each code, and one for the primary code.

        Only segments that both have coded count.
        """
        both = [name for name in self.ids if name in mine and name in other]
        pairs = [(mine[name], other[name]) for name in both]
        lines = [
            _line(code, [(code in a.codes, code in b.codes) for a, b in pairs], draws)
            for code in self.codes
        ]
        primary = _line(PRIMARY, [(a.primary, b.primary) for a, b in pairs], draws)
        return lines if self.limit == 1 else [*lines, primary]

    def apart(self, mine: Mapping[str, Coding], other: Mapping[str, Coding]) -> list[str]:
        """Return the segments on which two coders differ, in codes or in the primary code."""
        both = [name for name in self.ids if name in mine and name in other]
        return [n for n in both if mine[n].decision[:2] != other[n].decision[:2]]

    # The file that classmates exchange

    def file(self, mine: Mapping[str, Coding], codename: str, rules: Rules) -> str:
        """Return codings as the text of a file for a classmate."""
        codings = {
            name: {"codes": list(one.codes), "primary": one.primary, "scope": one.scope}
            for name, one in mine.items()
        }
        return written(self.id, self._texts(), codings, codename, rules)

    def from_file(
        self, raw: str | bytes, codename: str, rules: Rules
    ) -> tuple[str, dict[str, Coding]]:
        """Return the codename and the codings in a classmate's file.

        Raises AnswerError with the reason in one sentence if they cannot be compared with ours.
        """
        file = received(raw, self.id, self._texts(), codename, rules)
        return file.codename, {name: self._one_of(name, one) for name, one in file.codings.items()}

    def _one_of(self, name: str, given: dict[str, Any]) -> Coding:
        """Return one coding of a classmate's file: what is asked beside codes does not count."""
        guess = next(iter(self.guess.options)) if self.guess else ""
        kept = {part: given.get(part) for part in ("codes", "primary", "scope")}
        try:
            return self._one(name, {**kept, "guess": guess})
        except AnswerError as error:
            raise AnswerError(f"In your classmate's file: {error}") from error

    def _texts(self) -> dict[str, str]:
        return {segment.id: segment.text for segment in self.segments}

    def score(self, answer: Codings) -> str:
        first, known = answer.first, {s.id: s for s in self.segments}
        same = sum(set(one.codes) == set(known[name].reference) for name, one in first.items())
        lead = sum(one.primary == known[name].primary for name, one in first.items())
        said = f"{lead} of {len(first)} primary codes as in the reference"
        if self.limit > 1:
            said += f"; {same} of {len(first)} segments with exactly its codes"
        if self.guess:
            said += f"; {self.hits(answer)} of {len(first)} guesses right"
        return f"{said}."

    def hits(self, answer: Codings) -> int:
        """Return how many guesses are right."""
        return sum(
            answer.first[s.id].guess == s.guess for s in self.segments if s.id in answer.first
        )

    # Conditions

    @condition("coded", parts("segment", "as"), _segment)
    def _coded(self, answer: Codings, arg: dict[str, Any]) -> bool:
        one = answer.first.get(arg["segment"])
        return one is not None and any(code in arg["as"] for code in one.codes)

    @condition("led", parts("segment", "as"), _segment)
    def _led(self, answer: Codings, arg: dict[str, Any]) -> bool:
        one = answer.first.get(arg["segment"])
        return one is not None and one.primary in arg["as"]

    @condition("often", OFTEN)
    def _often(self, answer: Codings, arg: dict[str, Any]) -> bool:
        some = [answer.first[name] for name in arg["segments"] if name in answer.first]
        return sum(one.primary == arg["as"] for one in some) >= arg["times"]

    @condition("too_many", TRUTH)
    def _too_many(self, answer: Codings, arg: bool) -> bool:
        return any(len(one.codes) > self.limit for one in answer.first.values()) is arg

    def _alphas(self, answer: Codings) -> list[tuple[float | None, float | None]]:
        found = self.against(answer.first, self.reference()).values()
        return [(share.value, result.value) for share, result in found]

    @condition("alpha_below", NUMBER)
    def _alpha_below(self, answer: Codings, arg: float) -> bool:
        return any(value is not None and value < arg for _, value in self._alphas(answer))

    @condition("alpha_one", TRUTH)
    def _alpha_one(self, answer: Codings, arg: bool) -> bool:
        found = [value for _, value in self._alphas(answer) if value is not None]
        return bool(found and min(found) == 1) is arg

    @condition("flattered", NUMBER)
    def _flattered(self, answer: Codings, arg: float) -> bool:
        """Whether a code is agreed on this often and its alpha still too low to report."""
        return any(
            share is not None and share >= arg and value is not None and value < TENTATIVE
            for share, value in self._alphas(answer)
        )

    @condition("revised", TRUTH)
    def _revised(self, answer: Codings, arg: bool) -> bool:
        changed = any(
            answer.first[name].decision != one.decision for name, one in answer.now.items()
        )
        return changed is arg

    @condition("recognised", NUMBER)
    def _recognised(self, answer: Codings, arg: float) -> bool:
        return sum(one.known for one in answer.first.values()) >= arg

    @condition("predicted_above", NUMBER)
    def _predicted_above(self, answer: Codings, arg: float) -> bool:
        return answer.predicted is not None and answer.predicted > arg

    @condition("predicted_below", NUMBER)
    def _predicted_below(self, answer: Codings, arg: float) -> bool:
        return answer.predicted is not None and answer.predicted < arg

    @condition("guessed_at_most", NUMBER)
    def _guessed_at_most(self, answer: Codings, arg: float) -> bool:
        return self.hits(answer) <= arg * len(answer.first)

    @condition("guessed_above", NUMBER)
    def _guessed_above(self, answer: Codings, arg: float) -> bool:
        return self.hits(answer) > arg * len(answer.first)

    @condition("note_blank", IDS)
    def _note_blank(self, answer: Codings, arg: list[str]) -> bool:
        return any(not one.notes[box] for one in answer.first.values() for box in arg)

    @condition("checked", IDS)
    def _checked(self, answer: Codings, arg: list[str]) -> bool:
        return answer.check in arg

    @condition("all_right", TRUTH)
    def _all_right(self, answer: Codings, arg: bool) -> bool:
        known = {s.id: (frozenset(s.reference), s.primary, s.scope) for s in self.segments}
        right = all(
            one.decision == known[name] if self.limit > 1 else one.primary == known[name][1]
            for name, one in answer.first.items()
        )
        return right is arg


def _line(code: str, pairs: list[tuple[Any, Any]], draws: int) -> Line:
    used = (sum(a is True for a, _ in pairs), sum(b is True for _, b in pairs))
    return Line(
        code,
        used,
        percent(pairs),
        kappa([a for a, _ in pairs], [b for _, b in pairs]),
        alpha(pairs, draws),
        one_decision(pairs),
    )

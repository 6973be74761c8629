"""A question and its answer in plain text: its ids and labels, an example, an answer in words.

For pages that cannot draw controls, and for print. One function for each kind says what may be
shown before an answer is committed; what is revealed afterwards has no place here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from .base import Item
from .board import signed

DOTS = "…"  # stands where a student writes
DEEPEST = 12  # levels of an answer put into words
OWN_WORDS = {"text", "notes", "reasons", "moves", "words", "wanted", "source"}  # no ids below these


@frozen
class Part:
    """Something an answer can name by its id; without an id, something to read.

    ``more`` is read before answering, and left out where an answer is put into words.
    """

    id: str
    text: str = ""
    lang: str = ""
    more: str = ""


@frozen
class Listing:
    """Parts of one sort. If ``under`` is set, their ids mean this only below that entry.

    Without a heading it is there for `in_words` alone.
    """

    heading: str
    parts: tuple[Part, ...]
    under: str = ""


@frozen
class Form:
    """What an answer looks like: one that is accepted and need not be right, and the ids in it.

    ``code`` is code to begin with. If ``call`` is set, that line is run instead of an answer.
    """

    example: dict[str, Any]
    listings: tuple[Listing, ...] = ()
    note: str = ""
    code: str = ""
    call: str = ""

    @property
    def short(self) -> Any:
        """The example without entries that stand alone: `full` puts them back."""
        value: Any = self.example
        while isinstance(value, dict) and len(value) == 1:
            (value,) = value.values()
        return value


@frozen
class Words:
    """One line of an answer in words, as (text, language) pairs, and the lines below it."""

    said: tuple[tuple[str, str], ...]
    below: tuple[Words, ...] = ()
    numbered: bool = False


FORMS: dict[str, Callable[[Any, bool], Form]] = {}


def form(item: Item, answered: bool = False) -> Form:
    """Return what an answer to a question looks like.

    ``answered`` opens what a kind shows only to those who have answered before. A kind that has
    no form here shows none.
    """
    make = FORMS.get(item.kind)
    return make(item, answered) if make else Form({})


def full(item: Item, value: Any) -> Any:
    """Return a value as a whole answer: ``"a"`` for ``{"choice": "a"}``, where that is clear."""
    return _wrapped(form(item).example, value)


def _wrapped(example: Any, value: Any) -> Any:
    if not isinstance(example, dict) or len(example) != 1:
        return value
    ((name, inner),) = example.items()
    if isinstance(value, dict) and set(map(str, value)) == {name}:
        return {name: _wrapped(inner, next(iter(value.values())))}
    return {name: _wrapped(inner, value)}


# An answer in words


def in_words(item: Item, answer: Any) -> tuple[Words, ...]:
    """Return an answer with every id it names replaced by its label. Any answer will do."""
    listings = form(item, True).listings
    path: tuple[str, ...] = ()
    while isinstance(answer, dict) and len(answer) == 1 and len(path) < DEEPEST:
        ((name, inner),) = answer.items()
        if _label(name, path, listings):
            break
        answer, path = inner, (*path, str(name))
    if isinstance(answer, (dict, list)) and answer:
        return _below(answer, path, listings)
    return (Words((_leaf(answer, path, listings),)),)


def _below(value: Any, path: tuple[str, ...], listings: tuple[Listing, ...]) -> tuple[Words, ...]:
    if len(path) > DEEPEST:
        return (Words(((DOTS, ""),)),)
    if isinstance(value, list):
        return tuple(_line((), part, path, listings) for part in value)
    lines = []
    for name, part in value.items():
        head = _label(name, path, listings) or (_entry(name), "")
        lines.append(_line((head,), part, (*path, str(name)), listings))
    return tuple(lines)


def _line(head: tuple, value: Any, path: tuple[str, ...], listings: tuple[Listing, ...]) -> Words:
    if isinstance(value, (dict, list)) and value:
        return Words(head, _below(value, (*path, "[]"), listings), isinstance(value, list))
    return Words((*head, _leaf(value, path, listings)))


def _leaf(value: Any, path: tuple[str, ...], listings: tuple[Listing, ...]) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, str) and value.strip():
        own = not OWN_WORDS.isdisjoint(path)
        return (None if own else _label(value, path, listings)) or (value, "")
    if isinstance(value, (int, float)):
        inside = tuple(listing for listing in listings if listing.under)
        return _label(str(value), path, inside) or (number(value), "")
    return "nothing", ""


def _label(
    name: Any, path: tuple[str, ...], listings: tuple[Listing, ...]
) -> tuple[str, str] | None:
    """Return the label and language of an id: the nearest meaning; None if it has no or two."""
    for place in (*reversed(path), ""):
        found = {
            (part.text or part.id, part.lang)
            for listing in listings
            for part in listing.parts
            if listing.under == place and part.id and part.id == name
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def number(value: float) -> str:
    """Return a number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def _entry(name: Any) -> str:
    words = str(name).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


# The kinds


def _of(kind: str) -> Callable:
    def known(make: Callable[[Any, bool], Form]) -> Callable[[Any, bool], Form]:
        FORMS[kind] = make
        return make

    return known


def _listed(heading: str, parts: Iterable[tuple], under: str = "") -> Listing:
    """Return a listing of parts, given as (id, text), (…, language) or (…, language, more)."""
    return Listing(heading, tuple(Part(*part) for part in parts), under)


def _options(heading: str, options: Iterable[Any], under: str = "") -> Listing:
    return _listed(heading, ((option.id, option.label) for option in options), under)


def _own_check(item: Any) -> tuple[dict[str, str], tuple[Listing, ...]]:
    """Return the part of an answer that judges it, and its options; both may be empty."""
    own = item.check_yourself
    if not own:
        return {}, ()
    return {"check": own.options[0].id}, (_options(own.label, own.options, "check"),)


@_of("board")
def _board(item: Any, _: bool) -> Form:
    groups = [
        (name, f"{side.label}: {label}")
        for side in item.sides
        for name, label in side.groups.items()
    ]
    rows = [
        (name, row["label"], "", _numbers(row, groups, item)) for name, row in item.by_id.items()
    ]
    note = (
        f"Choose up to {item.most} items. A package holds if no side's total is below 0 and every "
        f"group stays above {signed(item.floor)}."
    )
    if item.changes:
        note += (
            f" In “changes” you may put up to {item.changes} other numbers, from "
            f"{signed(item.lowest)} to {signed(item.highest)}, each as "
            f' {{"row": "{rows[0][0]}", "group": "{groups[0][0]}", "value": '
            '0, "source": "…"}; without a source it is an opinion.'
        )
    changes = {"changes": []} if item.changes else {}
    return Form(
        {"chosen": [rows[0][0]], **changes},
        (_listed("Items", rows), _listed("Groups", groups, "changes")),
        note,
    )


def _numbers(row: dict[str, Any], groups: list[tuple[str, str]], item: Any) -> str:
    said = [f"{label} {signed(row[group])}" for group, label in groups]
    return "; ".join([*said, f"{item.binding_label} {signed(row[item.binding])}"])


@_of("choice")
def _choice(item: Any, _: bool) -> Form:
    return Form({"choice": item.options[0].id}, (_options("Options", item.options),))


@_of("choose")
def _choose(item: Any, _: bool) -> Form:
    listing = _listed("Options", ((option["id"], option["text"]) for option in item.options))
    return Form({"chosen": item.ids[: item.n]}, (listing,), f"Choose {item.n}.")


@_of("classify")
def _classify(item: Any, _: bool) -> Form:
    example: dict[str, Any] = {"placed": {t.id: item.bins[0].id for t in item.things}}
    note = ""
    if item.verify:
        example["ticked"] = [thing.id for thing in item.things[: item.verify.n]]
        note = f"In “ticked”, {item.verify.n} of them. {item.verify.label}"
    things = _listed("To be placed", ((t.id, t.text, t.lang) for t in item.things))
    return Form(example, (things, _options("Places", item.bins, "placed")), note)


@_of("code")
def _code(item: Any, _: bool) -> Form:
    one: dict[str, Any] = {"codes": item.codes[:1], "primary": item.codes[0]}
    listings = [
        _listed("Segments", ((s.id, s.text, s.lang) for s in item.segments)),
        _listed(item.codes_label, ((code, "") for code in item.codes), "codes"),
    ]
    notes = []
    if item.limit > 1:
        notes.append(
            f"Up to {item.limit} codes for a segment, one of them primary; where none fits, no "
            'codes and "NONE" as primary.'
        )
    if item.scopes:
        one["scope"] = next(iter(item.scopes))
        listings.append(_listed(item.scope_label, item.scopes.items(), "scope"))
    if item.guess:
        one["guess"] = next(iter(item.guess.options))
        listings.append(_listed(item.guess.label, item.guess.options.items(), "guess"))
    if item.notes:
        one["notes"] = {box.id: DOTS for box in item.notes}
        listings.append(_options("Notes", item.notes, "notes"))
    if item.sorts:  # the log comes after the answer: only its words are needed here
        listings.append(_listed("", ((sort.id, sort.label) for sort in item.sorts), "sort"))
    if item.recognised:
        one["known"] = False
        notes.append(f"“known”: {item.recognised}")
    count = item.at_least or len(item.ids)
    example: dict[str, Any] = {"codings": {name: dict(one) for name in item.ids[:count]}}
    if item.predict:
        example["predicted"] = item.predict.minimum
        notes.append(
            f"“predicted”: {item.predict.label} (from {number(item.predict.minimum)} to "
            f"{number(item.predict.maximum)})"
        )
    check, own = _own_check(item)
    return Form({**example, **check}, (*listings, *own), " ".join(notes))


@_of("code_task")
def _code_task(item: Any, _: bool) -> Form:
    return Form(
        {"found": {item.checks[0].id: None}},
        note=item.open_task,
        code=item.starter.strip(),
        call=item.call,
    )


@_of("compare")
def _compare(item: Any, _: bool) -> Form:
    example, listings = {}, []
    for asked in item.questions:
        place = item.place(asked.place)
        lang = place.languages[0] if len(place.languages) == 1 else ""
        one: dict[str, Any] = {"choice": asked.options[0].id} if asked.options else {"text": DOTS}
        if item.weight_label:
            one["weight"] = 0
        if item.sure_label:
            one["sure"] = False
        example[asked.place] = one
        read = [
            ("", place.original, lang),
            ("", f"Gloss: {place.gloss}"),
            *(("", f"Version: {version}") for version in place.versions),
            *((option.id, option.label) for option in asked.options),
        ]
        listings.append(_listed(f"{asked.place}: {asked.heading}", read, asked.place))
    listings.append(_listed("", ((one.place, one.heading) for one in item.questions)))
    notes = [
        f"“choice”: {item.choice_label}",
        f"“text”: {item.text_label}",
        f"“weight”, 0 to {item.most}: {item.weight_label}" if item.weight_label else "",
        f"“sure”: {item.sure_label}" if item.sure_label else "",
    ]
    return Form({"places": example}, tuple(listings), "\n\n".join(filter(None, notes)))


@_of("estimate")
def _estimate(item: Any, _: bool) -> Form:
    example: dict[str, Any] = {"values": {one.id: one.minimum for one in item.quantities}}
    if item.questions:
        example["choices"] = {one.id: one.options[0].id for one in item.questions}
    numbers = [
        (one.id, one.label, "", f"{one.unit}, from {number(one.minimum)} to {number(one.maximum)}")
        for one in item.quantities
    ]
    asked = [_options(one.label, one.options, one.id) for one in item.questions]
    names = _listed("Questions", ((one.id, one.label) for one in item.questions))
    return Form(example, (_listed("Numbers", numbers), *([names] if asked else []), *asked))


@_of("forecast")
def _forecast(item: Any, _: bool) -> Form:
    example: dict[str, Any] = {"values": dict.fromkeys(item.ids, 50), "known": []}
    note = (
        "“values”: per cent for yes. If you already know an answer, put its id into “known” and "
        "take it out of “values”."
    )
    if item.move_label:
        example["moves"] = dict.fromkeys(item.ids, DOTS)
        note += f" “moves”: {item.move_label}"
    asked = [
        (q.id, q.text, "", f"closes {q.closes}; how it is settled: {q.rule}")
        for q in item.questions
    ]
    return Form(example, (_listed("Questions", asked),), note)


@_of("guess")
def _guess(item: Any, _: bool) -> Form:
    ends = {str(year): item.minimum for year in (item.open_years[0], item.x_to)}
    return Form(
        {"points": {line.id: dict(ends) for line in item.lines}},
        (_options("Lines", item.lines),),
        f"{item.y_title}: from {number(item.minimum)} to {number(item.maximum)}. Give two years or "
        f"more, from {item.open_years[0]} to {item.x_to}; between them the line is straight."
        + known_in_words(item),
    )


def known_in_words(item: Any) -> str:
    """Return in words what is known before the guess, "" where nothing is."""
    said = [
        f" {line.label}, on record: "
        + ", ".join(f"{year}: {number(value)}" for year, value in item.known(line).items())
        + "."
        for line in item.lines
        if item.known(line)
    ]
    return "".join(said)


@_of("highlight")
def _highlight(item: Any, _: bool) -> Form:
    number, listings = 0, []
    for label, passages in (
        (item.passages_label or "Words", item.passages),
        (item.around_label or "Around them", item.around),
    ):
        parts = []
        for passage in passages:
            words = passage.text.split()
            numbered = (f"{number + place} {word}" for place, word in enumerate(words, 1))
            parts.append(("", " · ".join(numbered), passage.lang))
            number += len(words)
        if parts:
            listings.append(_listed(label, parts))
    listings.append(_listed("Codes", ((code, "") for code in item.codes)))
    check, own = _own_check(item)
    example = {
        "spans": [{"from": 1, "to": 1, "code": item.codes[0]}],
        "primary": item.codes[0],
        **check,
    }
    note = "A span runs from one numbered word to another; primary is one of the codes given."
    return Form(example, (*listings, *own), note)


@_of("judge")
def _judge(item: Any, _: bool) -> Form:
    example: dict[str, Any] = {"verdicts": dict.fromkeys(item.ids, next(iter(item.verdicts)))}
    if item.why:
        example["reasons"] = dict.fromkeys(item.ids, DOTS)
    statements = _listed(f"{item.noun}s".capitalize(), ((s.id, s.text) for s in item.statements))
    verdicts = _listed(item.question, item.verdicts.items(), "verdicts")
    return Form(example, (statements, verdicts), f"“reasons”: {item.why}" if item.why else "")


@_of("matrix")
def _matrix(item: Any, answered: bool) -> Form:
    shown = item.shown(True)
    later = [name for name in item.columns if name not in shown]
    example = {
        "only_known": True,
        "marks": {name: dict.fromkeys(item.ids, "N") for name in shown},
        "rankings": {"then": list(item.ids)},
        "heaviest": shown[0],
        "wanted": DOTS,
    }

    def described(names: Iterable[str]) -> list[tuple]:
        return [
            (
                n,
                item.columns[n].label,
                "",
                item.columns[n].text + _doubt(item.columns[n].confidence),
            )
            for n in names
        ]

    listings = [
        _listed("Explanations", ((h.id, h.label, "", h.text) for h in item.hypotheses)),
        _listed("Evidence", described(shown)),
        _listed(item.question, item.marks.items(), "marks"),
    ]
    notes = [
        f"“only_known”: {item.switch}",
        f"“rankings”: {item.place_label}",
        f"“heaviest”: {item.heaviest_label}",
        f"“wanted”: {item.wanted_label}",
    ]
    if later and answered:
        listings.append(_listed(f"Evidence from after {item.day}", described(later)))
        notes.append(
            'With "only_known": False, mark the later evidence too, and add a ranking "now".'
        )
    return Form(example, tuple(listings), "\n\n".join(notes))


@_of("order")
def _order(item: Any, _: bool) -> Form:
    titles = {card.id: card.title for card in item.cards}
    return Form(
        {
            "order": list(item.shuffled),
            "marks": dict.fromkeys(item.shuffled, next(iter(item.marks.options))),
        },
        (
            _listed("Cards", ((name, titles[name]) for name in item.shuffled)),
            _listed(item.marks.label, item.marks.options.items(), "marks"),
        ),
        "“order”: the earliest first.",
    )


@_of("probabilities")
def _probabilities(item: Any, _: bool) -> Form:
    return Form(
        {"values": {statement.id: 50 for statement in item.statements}},
        (_listed("Statements", ((s.id, s.text) for s in item.statements)),),
        "Per cent, from 0 to 100.",
    )


@_of("rate")
def _rate(item: Any, _: bool) -> Form:
    acts = [
        (name, item.labels[name], "", f"{act.text} Confidence of the record: {act.confidence}.")
        for name, act in item.by_id.items()
    ]
    rated = [name for name in item.ids if name not in item.reserve] or item.ids
    note = f"“pick”: {item.pick}"
    if item.reserve:
        note += f". You may leave out: {', '.join(item.reserve)}"
    return Form(
        {
            "ratings": {name: dict.fromkeys(item.scales, 0) for name in rated},
            "pick": rated[0],
        },
        (
            _listed("Acts", acts),
            _listed("Scales", item.scales.items()),
            _listed("Levels", ((str(n), text) for n, text in enumerate(item.levels)), "ratings"),
        ),
        note,
    )


@_of("rule")
def _rule(item: Any, _: bool) -> Form:
    def begun() -> dict[str, Any]:
        rule = {
            "on": [item.switches[0].id],
            "each_side": False,
            "least": 1,
            "months": item.spans[0],
        }
        return {"rule": rule, "words": DOTS}

    notes = [
        "“on”: what your rule counts.",
        "“each_side”: whether each direction is needed at least once.",
        f"“least”: how many {item.noun} at least, 1 to 10.",
        f"“months”: within how many, {', '.join(map(str, item.spans))}, or 0 for no limit.",
        f"“words”: {item.words_label}",
        "“before”: your rule before you saw a count; the first time, the same again.",
    ]
    return Form(
        {**begun(), "before": begun()},
        (_options("Switches", item.switches, "on"),),
        "\n\n".join(notes),
    )


@_of("update")
def _update(item: Any, _: bool) -> Form:
    step = {"likely": 50, "likely_if_not": 50, "predicted": 50}
    pieces = [
        (name, item.labels[name], "", piece.text + _doubt(piece.confidence))
        for name, piece in item.pieces.items()
    ]
    worked = " ".join(f"{text}, ratio {r:g} → {b:.0f} %." for text, r, b in item.worked())
    notes = [
        "Per cent. One step for each piece of evidence, in the order you weigh them.",
        f"“prior”: {item.prior_label}",
        f"“likely”: {item.likely_label}",
        f"“likely_if_not”: {item.likely_if_not_label}",
        f"“predicted”: {item.predicted_label}",
        f"Worked example: prior {item.example.prior:.0f} %. {worked}",
    ]
    return Form(
        {"prior": 50, "steps": [{"evidence": name, **step} for name in item.pieces]},
        (_listed("Evidence", pieces),),
        "\n\n".join(notes),
    )


def _doubt(confidence: str) -> str:
    return f" Confidence: {confidence}." if confidence not in ("", "high") else ""


@_of("write")
def _write(item: Any, _: bool) -> Form:
    example: dict[str, Any] = {"text": {box.id: DOTS for box in item.fields}}
    check, own = _own_check(item)
    example |= check
    listings = []
    for one in item.shown:
        listings.append(_listed(one.label or "To read", [("", one.text, one.lang)]))
    if item.declare:
        example["declared"] = {one.id: one.options[0].id for one in item.declare}
        menus = ((one.id, one.label) for one in item.declare)
        listings.append(_listed("To declare", menus, "declared"))
        listings += [_options(one.label, one.options, one.id) for one in item.declare]
    boxes = ((box.id, f"{box.label}{_length(box)}") for box in item.fields)
    listings.append(_listed("Boxes", boxes, "text"))
    return Form(example, (*listings, *own))


def _length(box: Any) -> str:
    if box.limit:
        return f" (at most {box.limit} characters)"
    return f" (about {box.words} words)" if box.words else ""

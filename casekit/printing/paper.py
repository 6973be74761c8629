"""A question on paper: what is read, the boxes to tick, the space to write.

One function for each kind. As on the screen, nothing of the reference stands on a sheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..items import Item
from ..items.board import signed
from ..items.plain import known_in_words, number
from ..widgets.view import safe
from .axes import axes, legend
from .page import BOX, grid, listed

A_LINE = 11  # words that a hand writes on one line
LETTERS = 75  # letters on one line
BLANK = '<span class="blank" aria-hidden="true"></span>'
PER_CENT = f"{BLANK} %"
MOST_COLUMNS, MOST_LETTERS = 6, 150  # beyond them the places of a sorting get numbers


def form_html(item: Item) -> str:
    """Return the form of a question: all that stands between its prompt and its reason."""
    return FORMS[item.kind](item)


def lines(count: int) -> str:
    """Return so many lines to write on."""
    return f'<div class="lines" aria-hidden="true">{"<div></div>" * count}</div>'


def boxed(options: Iterable[str], css: str = "options") -> str:
    """Return options as harmless HTML, each with a box to tick."""
    return listed((f"{BOX} {one}" for one in options), css)


def _what(text: str) -> str:
    return f'<p class="what">{safe(text)}</p>' if text.strip() else ""


def _labels(options: Iterable[Any]) -> list[str]:
    return [safe(option.label) for option in options]


def _named(name: str, text: str, more: str = "", lang: str = "") -> str:
    more = f'<br><span class="more">{safe(more)}</span>' if more.strip() else ""
    return f"<strong>{safe(name)}</strong> {safe(text, lang)}{more}"


def _own_check(item: Any) -> str:
    own = item.check_yourself
    return _what(own.label) + boxed(_labels(own.options)) if own else ""


def _doubt(confidence: str) -> str:
    return f" Confidence: {confidence}." if confidence not in ("", "high") else ""


def _board(item: Any) -> str:
    groups = {
        name: f"{side.label}: {label}" for side in item.sides for name, label in side.groups.items()
    }
    groups[item.binding] = item.binding_label
    rows = [
        [f"{BOX} {safe(row['label'])}", *(safe(signed(row[name])) for name in groups)]
        for row in item.rows
    ]
    rows.append(["Sum of my package", *("" for _ in groups)])
    rule = (
        f"Choose up to {item.most}. A package holds if no side's total is below 0 and every group "
        f"stays above {signed(item.floor)}."
    )
    changed = ""
    if item.changes:
        changed = _what(
            f"Up to {item.changes} numbers may be changed, from {signed(item.lowest)} to "
            f"{signed(item.highest)}; without a source a change is an opinion."
        ) + grid(
            ("Item", "Group", "My number", "Source"),
            ([""] * 4 for _ in range(item.changes)),
            "write",
        )
    heads = ("Item", *map(safe, groups.values()))
    return f"<p>{safe(rule)}</p>{grid(heads, rows, 'numbers')}{changed}"


def _choice(item: Any) -> str:
    return boxed(_labels(item.options))


def _choose(item: Any) -> str:
    return _what(f"Tick {item.n}.") + boxed(safe(option["text"]) for option in item.options)


def _classify(item: Any) -> str:
    labels = [safe(one.label) for one in item.bins]
    few = len(labels) <= MOST_COLUMNS and sum(map(len, labels)) <= MOST_LETTERS
    verify = item.verify
    last = [safe(f"Tick {verify.n}")] if verify else []
    said = f"<p>{safe(f'Last column, {verify.n} ticks: {verify.label}')}</p>" if verify else ""
    places = "" if few else _what("The places, each with its number") + listed(labels, start=1)
    heads = ("To be placed", *(labels if few else ["Number"]), *last)
    boxes = [BOX] * (len(heads) - 1) if few else [BLANK, *([BOX] if verify else [])]
    rows = [
        [f"{n} {safe(thing.text, thing.lang)}", *boxes] for n, thing in enumerate(item.things, 1)
    ]
    return said + places + grid(heads, rows, "ticks")


def _code(item: Any) -> str:
    many = item.limit > 1
    told = [
        f"<strong>{safe(item.codes_label)}</strong> {safe(', '.join(item.codes))}.",
        f"Up to {item.limit} codes, one of them primary; NONE where no code fits." if many else "",
    ]
    heads = ["Words", "Codes" if many else "Code"]
    if many:
        heads.append(safe(item.primary_label or "Primary"))
    if item.scopes:
        heads.append(safe(item.scope_label))
        told.append(f"<strong>{safe(item.scope_label)}</strong> {_joined(item.scopes)}")
    if item.guess:
        heads.append("My guess")
        told.append(f"<strong>{safe(item.guess.label)}</strong> {_joined(item.guess.options)}")
    if item.recognised:
        heads.append("Known")
        told.append(f"<strong>Known:</strong> {safe(item.recognised)}")
    if item.at_least:
        told.append(f"Code at least {item.at_least} of the {len(item.segments)}.")
    rows = [
        [f"{n} {safe(one.text, one.lang)}", *("" for _ in heads[1:])]
        for n, one in enumerate(item.segments, 1)
    ]
    if item.recognised:
        for row in rows:
            row[-1] = BOX
    notes = "".join(_what(f"Notes: {box.label}") + lines(2) for box in item.notes)
    predict = ""
    if item.predict:
        span = f"from {number(item.predict.minimum)} to {number(item.predict.maximum)}"
        predict = f"<p>{safe(item.predict.label)} {BLANK} <small>({safe(span)})</small></p>"
    reading = "".join(f"<p>{one}</p>" for one in told if one)
    return f"{reading}{grid(heads, rows, 'coding')}{notes}{predict}{_own_check(item)}"


def _joined(options: Mapping[str, str]) -> str:
    return " · ".join(
        safe(f"{name} {text}" if name != text else name) for name, text in options.items()
    )


def _compare(item: Any) -> str:
    parts = []
    for asked in item.questions:
        place = item.place(asked.place)
        lang = place.languages[0] if len(place.languages) == 1 else ""
        answer = _what(item.choice_label) + boxed(_labels(asked.options))
        if not asked.options:
            answer = _what(item.text_label) + lines(2)
        scale = " · ".join(str(level) for level in range(item.most + 1))
        tail = [
            f"{safe(item.weight_label)} <strong>{scale}</strong>" if item.weight_label else "",
            f"{BOX} {safe(item.sure_label)}" if item.sure_label else "",
        ]
        parts.append(
            f'<div class="card">{_what(asked.heading)}'
            f"<p>{safe(place.original, lang)}</p><p>{safe(f'Gloss: {place.gloss}')}</p>"
            f"{listed(safe(version) for version in place.versions)}{answer}"
            f"<p>{' &emsp; '.join(one for one in tail if one)}</p></div>"
        )
    return "".join(parts)


def _estimate(item: Any) -> str:
    rows = [
        [
            safe(one.label),
            BLANK,
            safe(f"{one.unit}, from {number(one.minimum)} to {number(one.maximum)}"),
        ]
        for one in item.quantities
    ]
    asked = "".join(_what(one.label) + boxed(_labels(one.options)) for one in item.questions)
    return grid(("Number", "My estimate", "Unit and range"), rows) + asked


def _forecast(item: Any) -> str:
    heads = ["Question", "Yes, in per cent", "I know already"]
    rows = [
        [
            _named(q.id, q.text, f"Closes {q.closes}; how it is settled: {q.rule}"),
            PER_CENT,
            BOX,
        ]
        for q in item.questions
    ]
    if not item.move_label:
        return grid(heads, rows, "forecast")
    for row in rows:
        row.append("")
    return grid([*heads, safe(item.move_label)], rows, "forecast write")


def _guess(item: Any) -> str:
    known = {line.id: item.known(line) for line in item.lines}
    said = (
        f"Empty axes. {item.y_title}, from {number(item.minimum)} to {number(item.maximum)}, for "
        f"the years {item.x_from} to {item.x_to}.{known_in_words(item)}"
    )
    draw = (
        f"Draw from {item.open_years[0]} to {item.x_to}. What is on record before that is drawn."
        if any(known.values())
        else f"Draw from {item.open_years[0]} to {item.x_to}."
    )
    key = legend(item) if len(item.lines) > 1 else _what(item.lines[0].label)
    return f"<p>{safe(draw)}</p>{key}{axes(item, known, said)}"


def _highlight(item: Any) -> str:
    parts, at = [], 1
    for label, passages in (
        (item.passages_label or "Words", item.passages),
        (item.around_label or "Around them", item.around),
    ):
        text = []
        for passage in passages:
            words = passage.text.split()
            cut = [" ".join(words[n : n + A_LINE]) for n in range(0, len(words), A_LINE)]
            text.append(
                f'<ol class="numbered" start="{at}">'
                + "".join(f"<li>{safe(one, passage.lang)}</li>" for one in cut)
                + "</ol>"
            )
            at += len(cut)
        if text:
            parts += [_what(label), *text]
    codes = f"<p><strong>Codes</strong> {safe(', '.join(item.codes))}</p>"
    rows = (["", "", BOX] for _ in range(5))
    asked = _what("Mark the words, then list them here. Tick the one code that is primary.")
    asked += grid(("Line and words", "Code", "Primary"), rows, "write")
    return "".join(parts) + codes + asked + _own_check(item)


def _judge(item: Any) -> str:
    heads = [safe(item.noun.capitalize()), *map(safe, item.verdicts.values())]
    rows = [
        [f"{n} {safe(one.text)}", *(BOX for _ in item.verdicts)]
        for n, one in enumerate(item.statements, 1)
    ]
    if item.why:
        heads.append(safe(item.why))
        rows = [[*row, ""] for row in rows]
    css = "ticks write" if item.why else "ticks"
    return _what(item.question) + grid(heads, rows, css)


def _matrix(item: Any) -> str:
    shown = item.shown(True)
    pieces = [item.columns[name] for name in shown]
    evidence = listed(
        (
            f"<strong>{safe(one.label)}.</strong> {safe(one.text + _doubt(one.confidence))}"
            for one in pieces
        ),
        "tight",
        1,
    )
    texts = listed(_named(f"{one.id} {one.label}.", one.text) for one in item.hypotheses)
    marks = " · ".join(map(safe, item.marks.values()))
    heads = ["Explanation", *(str(n) for n, _ in enumerate(pieces, 1)), "Place"]
    rows = [[safe(f"{one.id} {one.label}"), *("" for _ in pieces), ""] for one in item.hypotheses]
    return (
        f"{_what('Explanations')}{texts}{_what('Evidence')}{evidence}"
        f"<p><strong>{safe(item.question)}</strong> {marks}. Place: {safe(item.place_label)}</p>"
        f"{grid(heads, rows, 'matrix')}"
        f"<p>{safe(item.heaviest_label)} {BLANK}</p>{_what(item.wanted_label)}{lines(1)}"
    )


def _order(item: Any) -> str:
    titles = {card.id: card.title for card in item.cards}
    marks = " &emsp; ".join(f"{BOX} {safe(text)}" for text in item.marks.options.values())
    cards = "".join(
        f'<li class="card cut"><p><strong>{safe(titles[name])}</strong></p>'
        f"<p>Place, the earliest is 1: {BLANK}</p><p>{marks}</p></li>"
        for name in item.shuffled
    )
    return (
        f"<p>Cut the cards out along the dashes, or write their places. "
        f'{safe(item.marks.label)}</p><ul class="cards">{cards}</ul>'
    )


def _probabilities(item: Any) -> str:
    return grid(
        ("Statement", "My probability, 0 to 100"),
        ([safe(one.text), PER_CENT] for one in item.statements),
    )


def _rate(item: Any) -> str:
    levels = " · ".join(item.levels)
    spare = f" You may leave out {', '.join(item.reserve)}." if item.reserve else ""
    rows = [
        [
            _named(f"({name}) {item.labels[name]}.", act.text + _doubt(act.confidence)),
            *("" for _ in item.scales),
        ]
        for name, act in item.by_id.items()
    ]
    return (
        f"<p>{safe(f'Write a number in every box: {levels}.{spare}')}</p>"
        f"{grid(('Act', *map(safe, item.scales.values())), rows, 'rating')}"
        f"<p>{safe(item.pick)} {BLANK}</p>"
    )


def _rule(item: Any) -> str:
    spans = " &emsp; ".join(f"{BOX} {span}" for span in (*item.spans, "no limit"))
    return (
        f"{_what('What my rule counts')}{boxed(_labels(item.switches))}"
        f"<p>{BOX} Each direction is needed at least once.</p>"
        f"<p>At least {BLANK} {safe(item.noun)} (1 to 10) within so many months: {spans}</p>"
        f"{_what(item.words_label)}{lines(3)}"
        f"{_what('After the count is shown: what I change, and why')}{lines(3)}"
    )


def _update(item: Any) -> str:
    pieces = listed(
        (
            _named(f"{item.labels[name]}.", piece.text + _doubt(piece.confidence))
            for name, piece in item.pieces.items()
        ),
        "tight",
    )
    worked = " ".join(f"{text}, ratio {r:g} → {b:.0f} %." for text, r, b in item.worked())
    asked = (item.likely_label, item.likely_if_not_label, "ratio", item.predicted_label)
    heads = ("Evidence, in my order", *map(safe, asked), "By the ratio")
    rows = (["", "%", "%", "", "%", "%"] for _ in item.pieces)
    return (
        f"{_what('Evidence')}{pieces}<p>{safe(item.prior_label)} {PER_CENT}</p>"
        f'<p class="more">{safe(f"A worked example. Prior {item.example.prior:.0f} %. {worked}")}'
        f"</p>{grid(heads, rows, 'write')}"
        "<p>By the ratio: odds before × ratio = odds after; odds are p ÷ (100 − p).</p>"
    )


def _write(item: Any) -> str:
    shown = "".join(
        f"{_what(one.label)}<blockquote>{safe(one.text, one.lang)}</blockquote>"
        for one in item.shown
    )
    declared = "".join(_what(one.label) + boxed(_labels(one.options)) for one in item.declare)
    boxes = []
    for box in item.fields:
        count, told = 3, ""
        if box.limit:
            count, told = math.ceil(box.limit / LETTERS) + 1, f"at most {box.limit} characters"
        elif box.words:
            count, told = math.ceil(box.words / A_LINE) + 1, f"about {box.words} words"
        more = f" <small>({told})</small>" if told else ""
        boxes.append(f'<div class="keep"><p class="what">{safe(box.label)}{more}</p>{lines(count)}')
        boxes.append("</div>")
    return f"{shown}{declared}{''.join(boxes)}{_own_check(item)}"


# The kinds that can be done without a device; code can not.
FORMS: dict[str, Callable[[Any], str]] = {
    "board": _board,
    "choice": _choice,
    "choose": _choose,
    "classify": _classify,
    "code": _code,
    "compare": _compare,
    "estimate": _estimate,
    "forecast": _forecast,
    "guess": _guess,
    "highlight": _highlight,
    "judge": _judge,
    "matrix": _matrix,
    "order": _order,
    "probabilities": _probabilities,
    "rate": _rate,
    "rule": _rule,
    "update": _update,
    "write": _write,
}

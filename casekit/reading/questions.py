"""A question to be read: what it asks, and folded below it its hints and what an answer brings.

Nothing is answered here, so all that a committed answer would reveal stands in the explanation:
the reference, where there is one, every sentence of feedback, figures and sources. One function
for each kind says what its reference is; every text is made harmless.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from .. import catalogue, charts
from ..charts.theme import MEDIA_TYPE, actor, lab_renderer
from ..citations import source_items
from ..items import Item
from ..items.plain import Listing, Part, form, known_in_words, number
from ..tables import CaseError
from ..widgets.view import paragraphs, safe

HEADINGS = {"Boxes": "What to write"}


def question_html(item: Item, level: int = 3) -> str:
    """Return a question as HTML; its title is a heading of this level."""
    minutes = f"{item.minutes} minute{'' if item.minutes == 1 else 's'}"
    name = safe(item.id)
    level = max(2, min(level, 6))
    return (
        f'<section class="question" id="question-{name}" aria-labelledby="title-{name}">'
        f'<h{level} class="title" id="title-{name}">{safe(item.title)}</h{level}>'
        f'<p class="quiet">Question {name} · about {minutes}</p>'
        f"{paragraphs(item.prompt)}{_offered(item)}{paragraphs(item.reason)}"
        f"{_hints(item)}{_explanation(item)}</section>"
    )


def chart_html(spec: dict[str, Any]) -> str:
    """Return a chart that a script on the page draws; without one its description stands there."""
    said = safe(spec.get("description", ""))
    content = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="chart"><script type="application/json">{content}</script>'
        f'<noscript><p class="quiet">A chart: {said}</p></noscript></div>'
    )


def bundles_html(bundles: Iterable[dict[str, Any]]) -> str:
    """Return media bundles as HTML: charts to be drawn, and all else as it is."""
    return "".join(
        chart_html(bundle[MEDIA_TYPE]) if MEDIA_TYPE in bundle else bundle.get("text/html", "")
        for bundle in bundles
    )


def figure_html(name: str) -> str:
    """Return a figure of the case as HTML, or a sentence that says why it cannot be drawn."""
    known = catalogue.figures()
    if name not in known:
        return f"<p>The figure {safe(name)} is not in this case.</p>"
    try:
        return bundles_html(charts.draw(name, known[name]).bundles())
    except CaseError as error:
        return f"<p>A figure cannot be drawn. {safe(error)}</p>"


def folded(summary: str, content: str) -> str:
    """Return content under a line that opens it; nothing for no content."""
    return f"<details><summary>{safe(summary)}</summary>{content}</details>" if content else ""


def table(data: pd.DataFrame, label: str) -> str:
    """Return a table that scrolls by itself where there is no room for it."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{safe(label)}">'
        f"{charts.table_html(data)}</div>"
    )


# What stands there before an answer


def _offered(item: Item) -> str:
    make = OFFERED.get(item.kind, _listings)
    return make(item)


def _listings(item: Item) -> str:
    return "".join(_listing(one) for one in form(item).listings if one.heading)


def _listing(listing: Listing) -> str:
    parts = "".join(f"<li>{_part(part)}</li>" for part in listing.parts)
    heading = HEADINGS.get(listing.heading, listing.heading)
    return f'<p class="what">{safe(heading)}</p><ul>{parts}</ul>'


def _part(part: Part) -> str:
    text = safe(part.text or part.id, part.lang)
    return f'{text}<br><span class="quiet">{safe(part.more)}</span>' if part.more else text


def _choose_offered(item: Any) -> str:
    return f"<p>Choose {item.n}.</p>{_listings(item)}"


def _guess_offered(item: Any) -> str:
    said = (
        f"{item.y_title}: from {number(item.minimum)} to {number(item.maximum)}, for the years "
        f"{item.open_years[0]} to {item.x_to}.{known_in_words(item)}"
    )
    return f"{_listings(item)}<p>{safe(said)}</p>"


def _board_offered(item: Any) -> str:
    groups = {
        name: f"{side.label}: {label}" for side in item.sides for name, label in side.groups.items()
    }
    groups[item.binding] = item.binding_label
    rows = [
        {"Item": row["label"], **{label: row[name] for name, label in groups.items()}}
        for row in item.rows
    ]
    rule = (
        f"Choose up to {item.most}. A package holds if no side's total is below 0 and every group "
        f"stays above {number(item.floor)}."
    )
    return f"<p>{safe(rule)}</p>{table(pd.DataFrame(rows), 'Items and numbers')}"


def _highlight_offered(item: Any) -> str:
    html = ""
    for label, passages in (
        (item.passages_label or "Words", item.passages),
        (item.around_label or "Around them", item.around),
    ):
        quoted = "".join(f"<p>{safe(one.text, one.lang)}</p>" for one in passages)
        if quoted:
            html += f'<p class="what">{safe(label)}</p><blockquote>{quoted}</blockquote>'
    rest = [one for one in form(item).listings if one.heading not in _labels(item)]
    return html + "".join(_listing(one) for one in rest)


def _labels(item: Any) -> tuple[str, str]:
    return item.passages_label or "Words", item.around_label or "Around them"


def _code_task_offered(item: Any) -> str:
    begun = item.starter.strip()
    code = f'<pre tabindex="0"><code>{safe(begun)}</code></pre>' if begun else ""
    return paragraphs(item.open_task) + code


def _update_offered(item: Any) -> str:
    steps = " ".join(f"{text}, ratio {r:g} → {b:.0f} %." for text, r, b in item.worked())
    asked = (
        f"{item.prior_label} For each piece of evidence: {item.likely_label} "
        f"{item.likely_if_not_label} {item.predicted_label}"
    )
    worked = f"A worked example. Prior {item.example.prior:.0f} %. {steps}"
    return f"{_listings(item)}<p>{safe(asked)}</p><p>{safe(worked)}</p>"


OFFERED: dict[str, Callable[[Any], str]] = {
    "board": _board_offered,
    "choose": _choose_offered,
    "code_task": _code_task_offered,
    "guess": _guess_offered,
    "highlight": _highlight_offered,
    "update": _update_offered,
}


# What is folded


def _hints(item: Item) -> str:
    lines = "".join(f"<li>{safe(hint)}</li>" for hint in item.hints)
    return folded("Hints", f"<ol>{lines}</ol>" if lines else "")


def _explanation(item: Item) -> str:
    reference = REFERENCE[item.kind](item) if item.kind in REFERENCE else ""
    if not reference:
        reference = "<p>No list of right answers stands here: what is said depends on yours.</p>"
    lines = "".join(f"<li>{source}</li>" for source in source_items(item.sources))
    sources = f'<p class="what">Sources of this question</p><ul>{lines}</ul>' if lines else ""
    figures = "".join(figure_html(name) for name in item.reveal)
    said = f"{reference}{_feedback(item)}{paragraphs(item.after)}{figures}{sources}"
    return folded("Explanation", said)


def _feedback(item: Item) -> str:
    """Return every sentence of feedback, and where a choice decides it, for which choice."""
    lines = [f"<li>{_when(item, path)}{safe(item.filled(path))}</li>" for path in item.feedback]
    return f'<p class="what">What is said to different answers</p><ul>{"".join(lines)}</ul>'


def _when(item: Any, path: Any) -> str:
    """Return in words for which answer a sentence is, where that is one choice."""
    options = _judged(item)
    if not options:
        return ""
    named = {name for one in item.feedback for name in _chosen(one)}
    ids = [name for name in options if name not in named] if path.otherwise else _chosen(path)
    labels = [f"“{options[name]}”" for name in ids if name in options]
    if not labels or (len(path.when) > 1 and not path.otherwise):
        return ""
    return f"<strong>{safe(' or '.join(labels))}</strong> "


def _judged(item: Any) -> dict[str, str]:
    """Return the options on which the feedback hangs, id to label; none where it is not so."""
    own = item if item.kind == "choice" else getattr(item, "check_yourself", None)
    return {option.id: option.label for option in own.options} if own else {}


def _chosen(path: Any) -> list[str]:
    found = path.when.get("chosen") or path.when.get("checked") or []
    return found if isinstance(found, list) else []


# What the reference is, kind by kind


def _choice(item: Any) -> str:
    right = [option.label.rstrip(".") for option in item.options if option.right]
    labels = " or ".join(f"“{safe(label)}”" for label in right)
    return f"<p>Reference: {labels}.</p>" if labels else ""


def _choose(item: Any) -> str:
    rows = [
        {name.replace("_", " "): text for name, text in option.items() if name != "id"}
        for option in item.options
    ]
    return table(pd.DataFrame(rows).fillna(""), "The options and what is known of each")


def _classify(item: Any) -> str:
    bins = {one.id: one.label for one in item.bins}
    lines = []
    for thing in item.things:
        said = [safe(thing.text, thing.lang)]
        if thing.key:
            also = "".join(f" or “{bins[name]}”" for name in thing.also)
            said.append(safe(f"Reference: “{bins[thing.key]}”{also}."))
        if thing.second and item.second:
            said.append(safe(f"{item.second.label}: {item.second.entries[thing.second]}."))
        said.append(safe(thing.note))
        lines.append(said)
    return _lines(lines) if any(any(line[1:]) for line in lines) else ""


def _code(item: Any) -> str:
    lines = []
    for one in item.segments:
        codes = ", ".join(one.reference) or "none of the codes"
        primary = f"; primary: {one.primary}" if len(one.reference) > 1 else ""
        scope = f"; {item.scope_label} {item.scopes[one.scope]}" if one.scope else ""
        why = f" {one.why.rstrip('.')}." if one.why else ""
        guess = ""
        if item.guess and one.guess:
            guess = f" {item.guess.label} {item.guess.options[one.guess]}."
        lines.append(
            [
                safe(one.text, one.lang),
                safe(f"Reference: {codes}{primary}{scope}.{why}{guess}"),
                safe(one.full),
                safe(one.original, one.original_lang),
                safe(", ".join(filter(None, [one.speaker, one.date]))),
                safe(f"{item.aside_label} {one.aside}".strip()) if one.aside else "",
            ]
        )
    return _lines(lines, "ol")


def _compare(item: Any) -> str:
    lines = []
    for asked in item.questions:
        place = item.place(asked.place)
        right = " or ".join(option.label for option in asked.options if option.right)
        reference = right or place.key
        weight = "" if place.weight is None else f"Reference rating: {place.weight}."
        lines.append(
            [
                f"<strong>{safe(asked.heading)}</strong>",
                safe(f"Reference: {reference}") if reference else "",
                safe(f"Lost or added: {place.lost}") if place.lost else "",
                safe(f"Why it matters: {place.why}") if place.why else "",
                safe(weight),
            ]
        )
    return _lines(lines)


def _estimate(item: Any) -> str:
    lines = []
    for one in item.quantities:
        found = item.found(one.id)
        said = (
            f"About {number(found.value)} ({one.unit}); accepted here as near: "
            f"{number(found.low)} to {number(found.high)}."
        )
        lines.append([safe(one.label), safe(said)])
    findings = [
        [
            f"<strong>{safe(one.study)}.</strong> {safe(one.design)}",
            safe(one.result),
            safe(f"What it does not show: {item.caveats[one.id]}"),
            safe(f"Confidence: {one.confidence}.") if one.confidence else "",
        ]
        for one in item.findings
    ]
    return _lines(lines) + _lines(findings)


def _forecast(item: Any) -> str:
    rows, notes = [], []
    for one in item.questions:
        outcome = {1: "yes", 0: "no"}.get(one.outcome, "open") if one.settled else "open"
        on = f" ({one.resolved}; confidence {one.confidence})" if one.resolved else ""
        base = "none on record" if one.base == "" else f"{one.base * 100:.0f} per cent"
        rows.append(
            {"Question": f"{one.id}. {one.text}", "Base rate": base, "Outcome": outcome + on}
        )
        notes.append(f"{one.id}. {one.base_note}" if one.base_note else "")
    said = "".join(f"<li>{safe(note)}</li>" for note in notes if note)
    return table(pd.DataFrame(rows), "Base rates and outcomes") + (
        f"<ul>{said}</ul>" if said else ""
    )


def _guess(item: Any) -> str:
    rows = [
        {"who": line.label, "year": year, "value": value, "part": f"{line.id}-{part}"}
        for line in item.lines
        for part, run in enumerate(runs(item.true(line)))
        for year, value in run.items()
    ]
    if not rows:
        return ""
    looks = [actor(one.actor) if one.actor else {"colour": "#1F5FA8"} for one in item.lines]
    names = [line.label for line in item.lines]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X(
            "year:Q",
            title=None,
            scale=alt.Scale(domain=[item.x_from, item.x_to], padding=12),
            axis=alt.Axis(format="d", labelOverlap=True, tickMinStep=1),
        ),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(domain=[item.minimum, item.maximum])),
        color=alt.Color(
            "who:N",
            scale=alt.Scale(domain=names, range=[look["colour"] for look in looks]),
            legend=alt.Legend(columns=1),
        ),
    )
    shapes = alt.Scale(domain=names, range=[look.get("shape", "circle") for look in looks])
    drawn = alt.layer(
        base.mark_line(strokeWidth=2.5, strokeJoin="round").encode(detail="part:N"),
        base.mark_point(size=60, filled=True, opacity=1).encode(
            shape=alt.Shape("who:N", scale=shapes, legend=alt.Legend(columns=1))
        ),
    )
    said = " ".join(_in_words(line.label, item.true(line)) for line in item.lines)
    drawn = drawn.properties(width="container", height=260, description=f"On record. {said}")
    frame = pd.DataFrame(rows).drop(columns="part")
    frame["value"] = frame["value"].map(number)
    caption = f"<p><strong>{safe(f'On record: {item.y_title}')}</strong></p>"
    data = table(frame, f"Table: {item.y_title}")
    return (
        caption
        + chart_html(lab_renderer(drawn.to_dict())[0][MEDIA_TYPE])
        + folded(f"Table: {item.y_title}", data)
    )


def runs(values: Mapping[int, float]) -> list[dict[int, float]]:
    """Return values by year in parts without a gap: no line crosses a missing year."""
    found: list[dict[int, float]] = []
    last = None
    for year in sorted(values):
        if last is None or year != last + 1:
            found.append({})
        found[-1][year] = values[year]
        last = year
    return found


def _in_words(label: str, values: dict[int, float]) -> str:
    if not values:
        return f"{label}: nothing."
    low, high = min(values, key=values.get), max(values, key=values.get)
    return (
        f"{label}: {number(values[min(values)])} in {min(values)}, lowest {number(values[low])} in "
        f"{low}, highest {number(values[high])} in {high}, {number(values[max(values)])} in "
        f"{max(values)}."
    )


def _highlight(item: Any) -> str:
    keys = "".join(f"<li>“{safe(one.phrase)}”: {safe(one.code)}</li>" for one in item.key)
    why = "".join(paragraphs(one.why) for one in item.passages if one.why)
    return f"<p>Reference:</p><ul>{keys}</ul><p>Primary: {safe(item.primary)}.</p>{why}"


def _judge(item: Any) -> str:
    lines = []
    for one in item.statements:
        reference = one.answer or " or ".join(item.verdicts[v] for v in item.reference[one.id])
        lines.append(
            [
                f"<strong>{safe(one.text)}</strong>",
                safe(f"Reference: {reference.rstrip('.')}."),
                safe(one.note),
                _spoken(one) if one.words else "",
            ]
        )
    return _lines(lines)


def _spoken(one: Any) -> str:
    """Return words on record in their languages; a slash parts two speakers' words."""
    words, langs = one.words.split(" / "), one.lang.split("/")
    if len(words) != len(langs):
        words, langs = [one.words], [langs[0] if len(langs) == 1 else ""]
    said = " / ".join(safe(text, lang.strip()) for text, lang in zip(words, langs, strict=True))
    rendering = f": {safe(one.rendering)}" if one.rendering else ""
    return f"{safe(one.said_by)}: {said}{rendering}"


def _matrix(item: Any) -> str:
    rows = [
        {
            "Evidence": piece.label,
            **{f"{one.id} {one.label}": item.marks[piece.marks[one.id]] for one in item.hypotheses},
        }
        for piece in item.columns.values()
    ]
    reasons = [
        [
            f"<strong>{safe(piece.label)}</strong>",
            *(
                safe(f"{one.id} {one.label}: {piece.reasons[one.id]}")
                for one in item.hypotheses
                if piece.reasons[one.id]
            ),
        ]
        for piece in item.columns.values()
    ]
    return table(pd.DataFrame(rows), "The marks of the reference") + _lines(reasons)


def _order(item: Any) -> str:
    labels, terms, lines = item.marks.options, item.terms, []
    for card in sorted(item.cards, key=lambda card: card.place):
        marks = " or ".join(f"“{labels[mark]}”" for mark in card.accepted)
        named = ""
        if terms and card.term_1 and card.term_2:
            named = (
                f"{safe(terms.label_1)}: {safe(card.term_1, terms.lang_1)}. "
                f"{safe(terms.label_2)}: {safe(card.term_2, terms.lang_2)}."
            )
        lines.append(
            [
                f"<strong>{safe(card.date)}: {safe(card.title)}.</strong>",
                safe(f"{card.line_1} {card.line_2}".strip()),
                safe(f"Reference: {marks}. {card.note}".strip()),
                named,
            ]
        )
    return f"<p>The order on record:</p>{_lines(lines, 'ol')}"


def _rate(item: Any) -> str:
    rows, reasons = [], []
    for name in item.ids:
        act, label = item.by_id[name], f"({name}) {item.labels[name]}"
        ratings = {text: act.ratings[scale] for scale, text in item.scales.items()}
        rows.append({"Act": label, **ratings, "sum": sum(act.ratings.values())})
        reasons.append([f"<strong>{safe(label)}</strong>", safe(act.reason)])
    return table(pd.DataFrame(rows), "The ratings of the reference") + _lines(reasons)


def _rule(item: Any) -> str:
    rows = [
        {
            "Date": event.when,
            "Where": event.label,
            "Sort": item.sort_of(event).label,
            "Confidence": event.confidence,
        }
        for event in sorted(item.events, key=lambda event: event.day)
    ]
    return table(pd.DataFrame(rows), f"All {item.noun} on record")


def _update(item: Any) -> str:
    noted = [
        [f"<strong>{safe(item.labels[name])}</strong>", safe(piece.date), safe(piece.note)]
        for name, piece in item.pieces.items()
        if piece.note
    ]
    return _lines(noted) if noted else ""


def _write(item: Any) -> str:
    models = "".join(f"<li>{safe(model)}</li>" for model in item.models)
    return f"<p>To compare with:</p><ul>{models}</ul>" if models else ""


def _lines(lines: Iterable[Iterable[str]], tag: str = "ul") -> str:
    """Return a list whose entries have several lines; the texts are HTML already."""
    said = "".join(f"<li>{'<br>'.join(part for part in line if part)}</li>" for line in lines)
    return f"<{tag}>{said}</{tag}>" if said else ""


REFERENCE: dict[str, Callable[[Any], str]] = {
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
    "rate": _rate,
    "rule": _rule,
    "update": _update,
    "write": _write,
}

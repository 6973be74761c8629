"""The report on a class as one page of HTML: tables, pictures, and no script.

A page to project: students appear by codename, and only where they did something; beliefs and
guesses carry no name at all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from attrs import frozen

from ..agreement import REPORT, TENTATIVE
from ..charts.theme import INK, PAPER, QUIET, RULE
from ..tables import CaseError, settings
from ..work import POLICY, count
from . import measures, pictures
from .reading import Classroom

INVENTED = "synthetic-"  # a codename that begins so belongs to nobody

STYLE = f"""
*{{box-sizing:border-box}}
body{{font:18px/1.5 system-ui,'Noto Sans','Noto Sans CJK KR','Noto Sans CJK JP',sans-serif;
  color:{INK};background:{PAPER};max-width:74rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}}
h1{{font-size:1.9rem;line-height:1.2}} h2{{margin-top:2.5rem;border-top:3px solid {INK};
  padding-top:.6rem}} h3{{margin-bottom:.3rem}} h1,h2,h3{{text-wrap:balance}}
a{{color:#0b57a4}} a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{{
  outline:3px solid #0b57a4;outline-offset:2px}}
.quiet{{color:{QUIET}}} .invented{{border:3px double {INK};padding:.6rem .9rem;font-weight:600}}
.scroll{{overflow-x:auto;margin:.8rem 0}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}
caption{{text-align:left;font-weight:600;padding:.3rem 0}}
th,td{{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;
  border-bottom:1px solid {RULE};min-width:4.2rem}}
th{{font-weight:600}} td.wide,th.wide{{min-width:15rem;overflow-wrap:break-word}}
th,td{{overflow-wrap:normal}}
.bar{{display:block;width:7rem;height:.6rem;border:1px solid {QUIET};margin-top:.35rem}}
.bar span{{display:block;height:100%;background:{QUIET}}}
.picture{{display:block;width:100%;height:auto;max-width:46rem;overflow:visible}}
.pictures{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));
  gap:1.5rem 2rem}} bdi{{white-space:nowrap}}
bdi.long{{white-space:normal;overflow-wrap:anywhere}}
figure{{margin:1rem 0}} figcaption{{font-weight:600;margin-bottom:.4rem}}
nav ul{{columns:2 14rem;padding-left:1.2rem}}
@media (max-width:40rem){{body{{font-size:16px}} h1{{font-size:1.5rem}} .bar{{width:4rem}}
  td.wide,th.wide{{min-width:12rem}}}}
@media print{{body{{font-size:10pt;max-width:none}} .scroll{{overflow:visible}}
  tr,figure{{break-inside:avoid}} h2,h3{{break-after:avoid}}}}
""".strip()


@frozen
class Section:
    """One part of the report: an id for links, a heading, and what stands below it."""

    id: str
    title: str
    html: str

    def _repr_html_(self) -> str:
        return f'<div class="ck-class"><style>{NOTEBOOK}</style>{self.html}</div>'

    def __repr__(self) -> str:
        return self.title


NOTEBOOK = (
    ".ck-class .bar{display:block;width:7rem;height:.6rem;border:1px solid #5B6470}"
    ".ck-class .bar span{display:block;height:100%;background:#5B6470}"
    ".ck-class .picture{display:block;width:100%;height:auto;max-width:40rem;background:#fff}"
    ".ck-class .pictures{display:grid;gap:1.5rem 2rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}"
    ".ck-class figure{margin:1rem 0}.ck-class figcaption{font-weight:600}"
    ".ck-class .invented{border:3px double;padding:.5em .8em;font-weight:600}"
    ".ck-class .scroll{overflow-x:auto}.ck-class caption{text-align:left;font-weight:600}"
    ".ck-class th,.ck-class td{text-align:left!important;vertical-align:top}"
    ".ck-class td.wide{min-width:15rem}"
)


# Cells


def safe(text: Any) -> str:
    """Return text that cannot be anything else on a page."""
    return html.escape(str(text), quote=True)


def _in(lang: str, text: str) -> str:
    return f'<span lang="{safe(lang)}">{safe(text)}</span>' if lang else safe(text)


def _number(value: Any, pattern: str = "{:.2f}") -> str:
    return "" if value is None or pd.isna(value) else pattern.format(value)


def _share(value: Any) -> str:
    """Return a share as per cent with a bar, or nothing where there is none."""
    if value is None or pd.isna(value):
        return ""
    return f"{value:.0%}{pictures.bar(value)}"


Cell = Callable[[Any], str]


def _table(
    caption: str, head: dict[str, Cell], rows: Iterable[Iterable[Any]], wide: Iterable[str] = ()
) -> str:
    """Return a table: head -> how its cells are written; the first column heads its row."""
    names, wide = list(head), set(wide)

    def kind(name: str) -> str:
        return ' class="wide"' if name in wide else ""

    top = "".join(f'<th scope="col"{kind(name)}>{safe(name)}</th>' for name in names)
    body = []
    for row in rows:
        first, *rest = [head[name](v) for name, v in zip(names, row, strict=True)]
        cells = "".join(f"<td{kind(n)}>{v}</td>" for n, v in zip(names[1:], rest, strict=True))
        body.append(f'<tr><th scope="row"{kind(names[0])}>{first}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {safe(caption)}">'
        f"<table><caption>{safe(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _told(*sentences: str) -> str:
    return "".join(f'<p class="quiet">{safe(said)}</p>' for said in sentences if said)


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{safe(summary)}</summary>{inner}</details>"


def _figure(caption: str, picture: str, table: str) -> str:
    inside = f"<figcaption>{safe(caption)}</figcaption>{picture}"
    return f"<figure>{inside}{_folded('The same as a table', table)}</figure>"


# The sections


def sections(room: Classroom) -> list[Section]:
    """Return the parts of the report that there is something to say in."""
    return [made for name, make in MAKERS.items() if name != ADVICE and (made := make(room))]


def section(room: Classroom, name: str) -> Section:
    """Return one part: numbers, spread, beliefs, guesses, agreement, forecasts, paths, who, files.

    Or "advice", which is no part of the report: what an instructor can do with each question.
    Raises CaseError if there is no part of that name.
    """
    if name not in MAKERS:
        raise CaseError(f"There is no part {name!r}. The parts are: {', '.join(MAKERS)}.")
    nothing = Section(name, "Nothing yet", _told("Nothing yet: no answer in this class is of use."))
    return MAKERS[name](room) or nothing


def _numbers(room: Classroom) -> Section | None:
    rows = measures.four_numbers(room)
    if rows.empty:
        return None
    titles = room.titles
    head: dict[str, Cell] = {
        "lesson": lambda name: safe(titles[name]),
        "students": safe,
        "moved": safe,
        "widest spread": safe,
        "commonest wrong path": safe,
        "reasons blank": lambda v: _number(v, "{:.0%}"),
    }
    said = _told(
        "Moved: the share of students whose last belief log of the lesson differs from the log "
        "before it, statement by statement. Spread: 0 is all alike, 1 as far apart as can be; the "
        "widest spread, not the lowest score, is where to spend discussion. Commonest wrong path: "
        "over first answers. Reasons blank: of all reasons asked for, those with fewer than five "
        "letters."
    )
    wide = ("lesson", "widest spread", "commonest wrong path", "moved")
    table = _table("Lesson by lesson", head, rows.to_numpy(), wide)
    return Section("numbers", "Four numbers for each lesson", table + said)


def _items(room: Classroom) -> Section | None:
    rows = measures.by_item(room)
    if rows.empty:
        return None
    titles = {name: room.questions[name].title for name in rows["item"]}
    head: dict[str, Cell] = {
        "question": lambda name: f"{safe(titles[name])} ({safe(name)})",
        "students": safe,
        "spread": lambda v: _number(v) + (pictures.bar(v) if v == v else ""),
        "widest at": str,
        "on no wrong path at first": _share,
        "answered again": lambda v: _number(v, "{:.0%}"),
        "hints, median": lambda v: _number(v, "{:g}"),
    }
    rows["widest at"] = [_in(lang, text) for text, lang in rows[["widest at", "lang"]].to_numpy()]
    kept = rows.drop(columns=["title", "lesson", "lang"]).to_numpy()
    caption = "Questions, the widest spread first"
    said = _told(
        "Spread compares the students' first answers: 0 is all alike, 1 as far apart as can be. "
        f"Free text has none. Questions with fewer than {measures.FEWEST} students come last. "
        "Which paths are wrong the questions themselves say; some of these are defensible, and "
        "worth discussing."
    )
    return Section(
        "spread",
        "Where the class differs most",
        _table(caption, head, kept, ("question", "widest at")) + said,
    )


def _beliefs(room: Classroom) -> Section | None:
    found = [one for one in measures.beliefs(room) if len(one.asked) > 1]
    parts = []
    for belief in found:
        place = {name: number for number, name in enumerate(belief.asked, 1)}
        rows = [{place[n]: v for n, v in one.items()} for one in belief.values.values()]
        table = measures.belief_table(room, belief)
        medians = ", ".join(
            f"{log}: {value:g}" for log, value in zip(table["log"], table["median"], strict=True)
        )
        said = (
            f"Beliefs of {count(len(rows), 'student')} in “{belief.text}”, 0 to 100 per cent, over "
            f"{len(place)} logs. Median, log by log: {medians}."
        )
        ticks = {number: name.removesuffix("-log") for name, number in place.items()}
        drawn = pictures.lines(rows, ticks, (0, 100), said)
        head = {"log": safe, "students": safe, **dict.fromkeys(measures.FIVE, _plain)}
        listed = _table(f"Statement {belief.statement}, per cent", head, table.to_numpy(), ("log",))
        parts.append(_figure(f"{belief.statement}: {belief.text}", drawn, listed))
    if not parts:
        return None
    said = _told(
        "Per cent. A thin line is one student, without a name; the thick dashed line is the "
        "median. A number that never moves is no fault, and a large move no success: ask what "
        "moved it."
    )
    return Section(
        "beliefs", "The paths of belief", f'{said}<div class="pictures">{"".join(parts)}</div>'
    )


def _plain(value: Any) -> str:
    return _number(value, "{:g}") if isinstance(value, (int, float)) else safe(value)


def _guesses(room: Classroom) -> Section | None:
    parts = []
    for cloud in measures.clouds(room):
        item, table = cloud.item, cloud.table
        known = table.dropna(subset="on record")
        inside = known["on record"].between(known["lowest"], known["highest"]).sum()
        far = (known["median"] - known["on record"]).abs()
        worst = known.loc[far.idxmax()]
        said = (
            f"{cloud.line.label}, guessed by {count(len(cloud.guesses), 'student')}, {item.x_from} "
            f"to {item.x_to}. In {inside} of {len(known)} years the record lies within the "
            f"guesses. The median guess is furthest away in {worst['year']:g}: "
            f"{_round(worst['median']):g} guessed, {_round(worst['on record']):g} on record."
        )
        step = max(1, len(item.years) // 5)
        ticks = {year: str(year) for year in list(item.years)[step // 2 :: step]}
        limits = (item.minimum, item.maximum)
        drawn = pictures.lines(cloud.guesses, ticks, limits, said, item.true(cloud.line))
        head = {"year": safe, **dict.fromkeys((*measures.FIVE, "on record"), _plain)}
        rows = [[int(row[0]), *map(_round, row[1:])] for row in table.to_numpy()]
        listed = _table(f"{cloud.line.label}: guesses and record", head, rows)
        caption = f"{item.title}. {cloud.line.label} ({item.y_title})"
        parts.append(_figure(caption, drawn + f"<p>{safe(said)}</p>", listed))
    if not parts:
        return None
    said = _told(
        "A thin line is one student's guess, the thick dashed line the median of the class, a "
        "filled diamond a year on record. Years without a diamond are not on record."
    )
    return Section(
        "guesses",
        "Guesses against the record",
        f'{said}<div class="pictures">{"".join(parts)}</div>',
    )


def _round(value: float) -> float:
    return round(value, 1) + 0.0  # no −0


def _agreement(room: Classroom) -> Section | None:
    parts = []
    for one in measures.agreements(room):
        head: dict[str, Cell] = {
            "code": safe,
            "agreement": _share,
            "alpha": lambda v: _number(v, "{:.3f}").replace("-", "−") or "not defined",
            "95 per cent of resamples": safe,
            "what it allows": safe,
        }
        rows = [
            [code, share, alpha, _interval(low, high), verdict]
            for code, share, alpha, low, high, verdict in one.table.to_numpy()
        ]
        below = [row[0] for row in rows if row[2] == row[2] and row[2] < TENTATIVE]
        listed = f"Below {TENTATIVE}: {', '.join(below)}." if below else ""
        parts += [
            f"<h3>{safe(one.item.title)} ({safe(one.item.id)})</h3>",
            _told(
                f"{count(one.coders, 'coder')}, {count(len(one.item.ids), 'segment')}, first "
                f"codings only. {listed}"
            ),
            _table(f"Agreement per code, {one.item.id}, the lowest alpha first", head, rows),
        ]
    if not parts:
        return None
    said = _told(
        f"Alpha from {REPORT:g} on: findings that rest on the code may be reported. From "
        f"{TENTATIVE:g}: tentatively. Below: not at all. With few segments the interval is wide. "
        "Agreement is not validity: a class can agree on a bad rule."
    )
    return Section("agreement", "Agreement code by code", "".join(parts) + said)


def _interval(low: Any, high: Any) -> str:
    if low is None or pd.isna(low):
        return ""
    return f"{round(low, 2) + 0.0:.2f} to {round(high, 2) + 0.0:.2f}".replace("-", "−")


def _forecasts(room: Classroom) -> Section | None:
    parts = []
    for one in measures.forecasts(room):
        table, item = one.table, one.item
        if not table["forecasts"].any():
            continue
        rows = [
            (
                name,
                list(one.values[name].values()),
                average if average == average else None,
                outcome,
            )
            for name, outcome, average in table[["id", "outcome", "class average"]].to_numpy()
        ]
        said = f"Forecasts of the class in per cent, {count(len(rows), 'question')}. " + " ".join(
            f"{name}: average {average:.0f}, outcome {outcome}."
            for name, _, average, outcome in rows
            if average is not None
        )
        head: dict[str, Cell] = {"id": safe, "question": safe, "outcome": safe}
        head |= {"forecasts": safe, "already known": safe}
        for name in ("class average", "lowest", "highest", "base rate"):
            head[name] = lambda v: _number(v, "{:.0f}")
        head["spread"] = _number
        listed = _table(
            f"{item.title}: forecasts in per cent", head, table.to_numpy(), ("question",)
        )
        parts += [
            f"<h3>{safe(item.title)} ({safe(item.id)})</h3>",
            f"<p>{safe(measures.said_of_crowd(one))}</p>",
            _figure("Forecasts, the widest spread first", pictures.strips(rows, said), listed),
        ]
        if len(one.scores):
            parts.append(_scores(one))
    if not parts:
        return None
    said = _told(
        "An open dot is one forecast, without a name (beyond five of the same, or 120 in all, not "
        "every one is drawn); the filled diamond is the average; what happened stands at the "
        "right. What a student already knew is left out of the score. The average beats most "
        "members when their errors differ, and fails when all err for the same reason."
    )
    return Section("forecasts", "Forecasts and scores", said + "".join(parts))


def _scores(one: measures.Forecasted) -> str:
    head: dict[str, Cell] = {"codename": _name, "questions": safe}
    head |= dict.fromkeys(("Brier score", "crowd on the same"), lambda v: _number(v, "{:.3f}"))
    listed = _table(f"Brier scores, {one.item.id}, the best first", head, one.scores.to_numpy())
    return _folded(f"Scores by codename, {count(len(one.scores), 'student')}", listed)


def _paths(room: Classroom) -> Section | None:
    taken = measures.paths(room)
    if taken.empty:
        return None
    taken = taken[taken["wrong"]]
    parts = [
        _told(
            "For each question: how many students' first and last answers took a wrong path, and "
            "what was said. One answer can take several; questions on which nobody took any are "
            "not listed."
        )
    ]
    titles = room.titles
    head: dict[str, Cell] = {
        "path": safe,
        "first answers": str,
        "last answers": safe,
        "what was said": safe,
    }
    tables: dict[str, list[str]] = {}
    for name, rows in taken.groupby("item", sort=False):
        item, students = room.questions[name], rows["students"].iloc[0]
        ordered = rows.sort_values("first", ascending=False, kind="stable")
        listed = [
            [path, _Counted(first, students), last, said]
            for _, path, _, said, first, last, _ in ordered.to_numpy()
        ]
        caption = f"{item.title} ({name}), {count(students, 'student')}"
        made = _table(caption, head, listed, ("what was said",))
        tables.setdefault(item.lesson, []).append(made)
    for lesson, made in tables.items():
        few = len(tables) == 1
        inside = "".join(made)
        summary = f"{titles[lesson]}: {count(len(made), 'question')}"
        parts.append(inside if few else _folded(summary, inside))
    return Section("paths", "Wrong paths, question by question", "".join(parts))


@frozen
class _Counted:
    """A count with its bar, as HTML."""

    value: int
    of: int

    def __str__(self) -> str:
        return f"{self.value}{pictures.bar(self.value / self.of)}"


def _name(text: Any) -> str:
    long = ' class="long"' if len(str(text)) > 32 else ""
    return f"<bdi{long}>{safe(text)}</bdi>"


def _short(title: str, lesson: str) -> str:
    """Return what stands before the first colon or point of a title: "Lesson 1"."""
    return re.split(r"\s·\s|:\s", title)[0].strip() or lesson


def _who(room: Classroom) -> Section | None:
    rows = measures.who(room)
    if rows.empty:
        return None
    titles = room.titles
    lessons = list(rows.columns[5:])
    rows["last saved"] = rows["last saved"].str[:10]
    head: dict[str, Cell] = {"codename": _name, "done": safe, "answered again": safe}
    head |= {"hints, median": lambda v: _number(v, "{:g}"), "last saved (UTC)": _name}
    for name in lessons:
        short = _short(titles[name], name)
        head[name if short in head else short] = safe
    said = _told(
        "Answered of asked, lesson by lesson. Positions are not marked here, and neither are "
        "scores: what is counted is that an answer was committed."
    )
    table = _table("Who did what, by codename", head, rows.to_numpy())
    return Section("who", "Who did what", said + table)


def _files(room: Classroom) -> Section | None:
    files, left = room.files, room.skipped
    noted = files[files["read"].astype(bool) & (files["note"] != "")]
    parts = [
        _told(
            f"{count(int(files['read'].sum()), 'file')} read, {count(len(left), 'file')} left out, "
            f"{count(len(room.answers), 'answer')} in all, of which "
            f"{int(room.answers['fits'].sum())} fit their question as it stands now.",
            *room.notes,
        )
    ]
    head: dict[str, Cell] = {"file": _name, "why": safe}
    if len(left):
        listed = _table("Left out, with the reason", head, left.to_numpy(), ("file", "why"))
        parts.append(_folded(f"{count(len(left), 'file')} left out", listed))
    if len(noted):
        head = {"file": _name, "codename": _name, "note": safe}
        rows = noted[["file", "codename", "note"]].to_numpy()
        listed = _table("Read, with a remark", head, rows, ("file", "note"))
        parts.append(_folded(f"{count(len(noted), 'file')} read with a remark", listed))
    return Section("files", "What was read", "".join(parts))


def _advice(room: Classroom) -> Section | None:
    """What the module suggests; for the instructor's eyes, as it gives away what is to come."""
    rows = measures.by_item(room)
    if rows.empty:
        return None
    head: dict[str, Cell] = {"question": safe, "spread": _number, "what to do with it": safe}
    listed = [
        [f"{title} ({name})", spread, room.questions[name].instructor]
        for name, title, spread in rows[["item", "title", "spread"]].to_numpy()
    ]
    wide = ("question", "what to do with it")
    table = _table("Questions, the widest spread first, and what to do", head, listed, wide)
    return Section(ADVICE, "What to do with it", table)


ADVICE = "advice"
MAKERS: dict[str, Callable[[Classroom], Section | None]] = {
    "numbers": _numbers,
    "spread": _items,
    "beliefs": _beliefs,
    "guesses": _guesses,
    "agreement": _agreement,
    "forecasts": _forecasts,
    "paths": _paths,
    "who": _who,
    "files": _files,
    ADVICE: _advice,
}


# The whole


def report(room: Classroom) -> str:
    """Return the report on a class as a page of HTML that needs nothing else."""
    parts = sections(room)
    case = settings().get("title", "")
    links = "".join(f'<li><a href="#{one.id}">{safe(one.title)}</a></li>' for one in parts)
    body = "".join(
        f'<section aria-labelledby="{one.id}"><h2 id="{one.id}">{safe(one.title)}</h2>'
        f"{one.html}</section>\n"
        for one in parts
    )
    students = len(room.codenames)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Class report</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<header><h1>Class report</h1><p>{safe(case)}</p>"
        f"<p>{count(students, 'student')}, {count(len(room.answers), 'answer')}.</p>"
        f"{invented(room)}</header>\n"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n<main>\n{body}</main>\n'
        "</body>\n</html>\n"
    )


def invented(room: Classroom) -> str:
    """Return a label for a class that nobody attended, in whole or in part; "" for a real one."""
    names = room.codenames
    made = sum(name.startswith(INVENTED) for name in names)
    if not made:
        return ""
    if made == len(names):
        said = "Synthetic: this class is invented. No student wrote these answers."
    else:
        said = f"{made} of {len(names)} students here are invented (synthetic)."
    return f'<p class="invented">{safe(said)}</p>'

"""Makes the sample class: invented passports, each answer valid for its question.

    .venv/bin/python tests/make_sample_class.py

writes ``instructor/sample-class/``. The same seed gives the same files; every student and question
has a chance of its own, so that a changed question changes its own lines, the times after it and,
if it asks for beliefs, the beliefs after it. Nobody's answers went into it: every file name and
codename, and every text in an answer, says synthetic.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from casekit import catalogue  # noqa: E402
from casekit.items import Item  # noqa: E402
from casekit.items.code import NONE  # noqa: E402
from casekit.items.update import moved  # noqa: E402
from casekit.tables import settings  # noqa: E402
from casekit.work import pages  # noqa: E402

FOLDER = ROOT / "instructor" / "sample-class"
SEED = "sample class, 1"
STUDENTS = 24
START = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
FIRST = ("amber", "calm", "clear", "deep", "early", "keen", "kind", "mild")
SECOND = ("bay", "bridge", "field")
REASONS = (
    "the date of the source comes first, then who is speaking.",
    "one public record says so; I found no second one.",
    "both governments could have said this, so it tells me little.",
    "I compared it with the card above and stayed with my first reading.",
    "I would expect the opposite if the other explanation were true.",
    "I am unsure: two of the options fit, and I took the narrower one.",
    "it depends on what is counted, and the text does not say.",
    "the words are quoted, so I ask who heard them.",
    "it has happened before under similar conditions.",
    "my first idea was another one, and the second hint changed it.",
)


class Student:
    """An invented student: a codename, how careful, and how far the work has come."""

    def __init__(self, number: int, seed: str = SEED) -> None:
        self.number, self.seed = number, seed
        chance = self.chance("student")
        place = number - 1
        words = f"{FIRST[place % len(FIRST)]}-{SECOND[place // len(FIRST) % len(SECOND)]}"
        self.codename = f"synthetic-{words}-{number:02d}"
        self.care = chance.uniform(0.35, 0.95)
        self.lessons = chance.choice((3, 4, 5, 6, 6, 6))
        self.beliefs: dict[str, float] = {}

    @property
    def file(self) -> str:
        return f"{self.codename}.jsonl"

    def chance(self, what: str) -> random.Random:
        return random.Random(f"{self.seed}/{self.number}/{what}")


def passport(student: Student, questions: list[Item]) -> str:
    """Return the passport of an invented student, a line for each answer."""
    lessons = list(dict.fromkeys(q.lesson for q in questions if q.lesson[:1].isdigit()))
    lines, clock = [], {}
    for item in questions:
        chance = student.chance(item.id)
        is_lesson = item.lesson in lessons
        week = lessons.index(item.lesson) if is_lesson else len(lessons)
        wanted = week < student.lessons if is_lesson else student.lessons > 5 and student.care > 0.7
        if not wanted or chance.random() > 0.75 + student.care / 4:
            continue
        now = clock.get(week, START + timedelta(weeks=week, seconds=chance.randrange(600)))
        attempts = 2 if chance.random() < 0.18 else 1
        for attempt in range(1, attempts + 1):
            care = student.care if attempt == 1 else (1 + student.care) / 2
            answer = made(item, chance, care, student.beliefs)
            item.mark(answer)
            now += timedelta(seconds=60 * item.minutes * chance.uniform(0.5, 1.4))
            opened = chance.choices((0, 1, 2, 3), (6, 2, 1, 2 - care))[0] if item.hints else 0
            entry = {
                "case": settings()["id"],
                "version": settings()["version"],
                "codename": student.codename,
                "item": item.id,
                "attempt": attempt,
                "time": now.isoformat(timespec="seconds"),
                "answer": answer,
                "reason": reason(item, chance, student.care),
                "hints": opened,
            }
            lines.append(json.dumps(entry, ensure_ascii=False))
        clock[week] = now
    return "".join(f"{line}\n" for line in lines)


def reason(item: Item, chance: random.Random, care: float) -> str:
    if not item.reason:
        return ""
    return "…" if chance.random() > 0.85 + care / 5 else f"Synthetic: {chance.choice(REASONS)}"


def text(label: str) -> str:
    return f"(Synthetic text.) {' '.join(label.split())[:60]}"


# One answer, kind by kind

KINDS: dict[str, Callable[..., dict]] = {}


def made(item: Item, chance: random.Random, care: float, beliefs: dict[str, float]) -> dict:
    """Return a valid answer: near the reference for the careful, on a wrong path for others."""
    if item.kind == "probabilities":
        return probabilities(item, chance, beliefs)
    return KINDS[item.kind](item, chance, care)


def kind(name: str) -> Callable:
    def known(make: Callable[..., dict]) -> Callable[..., dict]:
        KINDS[name] = make
        return make

    return known


def hit(chance: random.Random, care: float) -> bool:
    return chance.random() < 0.3 + 0.65 * care


def one_of(chance: random.Random, right: list[str], every: list[str], care: float) -> str:
    return chance.choice(right if right and hit(chance, care) else every)


def near(value: float, width: float, chance: random.Random, low: float, high: float) -> float:
    return min(high, max(low, value + chance.gauss(0, width)))


def per_cent(value: float) -> int:
    return round(min(100, max(0, value)) / 5) * 5


def own_check(item: Any, chance: random.Random, care: float) -> dict[str, str]:
    asked = item.check_yourself
    if not asked:
        return {}
    ids = [option.id for option in asked.options]
    return {"check": one_of(chance, [o.id for o in asked.options if o.right], ids, care)}


def probabilities(item: Any, chance: random.Random, beliefs: dict[str, float]) -> dict:
    values = {}
    for place, one in enumerate(item.statements):
        name = f"{one.id}{one.text[-30:]}"
        start = (84, 66, 48)[place % 3]
        before = beliefs.get(name, near(start, 18, chance, 1, 99))
        stays = name in beliefs and chance.random() < 0.4
        values[one.id] = per_cent(before if stays else before + chance.gauss(-2, 9))
        beliefs[name] = values[one.id]
    if chance.random() < 0.06:
        values = dict.fromkeys(values, 50)
    return {"values": values}


@kind("board")
def board(item: Any, chance: random.Random, care: float) -> dict:
    listed = [package for _, arg in item.paths_with("package") for package in arg]
    rows = list(item.by_id)
    drawn = chance.sample(rows, chance.randint(1, item.most))
    chosen = chance.choice(listed) if listed and chance.random() < 0.7 else drawn
    answer: dict[str, Any] = {"chosen": list(chosen)}
    if not item.changes:
        return answer
    changes = {}
    for _ in range(chance.randint(1, item.changes)):
        row, group = chance.choice(chosen), chance.choice(list(item.groups))
        value = chance.randint(item.lowest, item.highest)
        if value != item.by_id[row][group]:
            source = text("a source") if hit(chance, care) else ""
            changes[row, group] = {"row": row, "group": group, "value": value, "source": source}
    return {**answer, "changes": list(changes.values())}


@kind("choice")
def choice(item: Any, chance: random.Random, care: float) -> dict:
    right = [option.id for option in item.options if option.right]
    return {"choice": one_of(chance, right, [option.id for option in item.options], care)}


@kind("choose")
def choose(item: Any, chance: random.Random, care: float) -> dict:
    told = [option["id"] for option in item.options if option.get("lasted") == "yes"]
    if len(told) >= item.n and not hit(chance, care):
        return {"chosen": sorted(chance.sample(told, item.n))}
    return {"chosen": sorted(chance.sample(item.ids, item.n))}


@kind("classify")
def classify(item: Any, chance: random.Random, care: float) -> dict:
    bins = [one.id for one in item.bins]
    placed = {t.id: one_of(chance, [t.key] if t.key else [], bins, care) for t in item.things}
    answer: dict[str, Any] = {"placed": placed}
    if item.verify:
        answer["ticked"] = sorted(chance.sample([t.id for t in item.things], item.verify.n))
    return answer


@kind("code")
def code(item: Any, chance: random.Random, care: float) -> dict:
    count, care = item.at_least or len(item.ids), (1 + care) / 2
    codings = {s.id: coding(item, s, chance, care) for s in item.segments[:count]}
    answer: dict[str, Any] = {"codings": codings}
    if item.predict:
        asked = item.predict
        steps = round((asked.maximum - asked.minimum) / asked.step)
        value = asked.minimum + asked.step * chance.randint(round(steps / 3), steps)
        answer["predicted"] = round(value, 6)
    return {**answer, **own_check(item, chance, care)}


def coding(item: Any, segment: Any, chance: random.Random, care: float) -> dict:
    codes = [name for name in segment.reference if chance.random() < care]
    if len(codes) < item.limit and chance.random() > care:
        codes += [chance.choice([name for name in item.codes if name not in codes])]
    codes = codes[: item.limit]
    if item.limit == 1 and not codes:
        codes = [chance.choice(item.codes)]
    primary = segment.primary if segment.primary in codes else (codes or [NONE])[0]
    one: dict[str, Any] = {"codes": codes, "primary": primary}
    if item.scopes:
        one["scope"] = one_of(chance, [segment.scope], list(item.scopes), care)
    if item.guess:
        one["guess"] = one_of(chance, [segment.guess], list(item.guess.options), care / 3)
    if item.notes:
        one["notes"] = {b.id: text(b.label) if hit(chance, care) else "" for b in item.notes}
    if item.recognised:
        one["known"] = chance.random() < 0.04
    return one


@kind("code_task")
def code_task(item: Any, chance: random.Random, care: float) -> dict:
    return {"found": {c.id: found(c) if hit(chance, care) else None for c in item.checks}}


def found(check: Any) -> Any:
    """Return a value for which a check holds."""
    if check.has_all or check.has_one:
        return [*check.has_all, *check.has_one[:1]]
    if check.not_above:
        return [0, 1]
    if check.wanted is None:
        return check.at_least if check.at_least is not None else check.at_most
    try:
        return float(check.wanted) if isinstance(check.wanted, str) else check.wanted
    except ValueError:
        return check.wanted


@kind("compare")
def compare(item: Any, chance: random.Random, care: float) -> dict:
    places = {}
    for asked in item.questions:
        if asked.options:
            right = [option.id for option in asked.options if option.right]
            said: dict[str, Any] = {
                "choice": one_of(chance, right, [option.id for option in asked.options], care)
            }
        else:
            said = {"text": text(asked.heading)}
        if item.weight_label:
            said["weight"] = chance.randint(0, item.most)
        if item.sure_label:
            said["sure"] = chance.random() < 0.2
        places[asked.place] = said
    return {"places": places}


@kind("estimate")
def estimate(item: Any, chance: random.Random, care: float) -> dict:
    values = {}
    for asked, accepted in zip(item.quantities, item.accepted, strict=True):
        width = (asked.maximum - asked.minimum) / (4 + 12 * care)
        low, high = asked.minimum, asked.maximum
        values[asked.id] = round(near(accepted.value, width, chance, low, high), 1)
    choices = {
        one.id: one_of(
            chance, [o.id for o in one.options if o.right], [o.id for o in one.options], care
        )
        for one in item.questions
    }
    return {"values": values, **({"choices": choices} if item.questions else {})}


@kind("forecast")
def forecast(item: Any, chance: random.Random, care: float) -> dict:
    values, known = {}, []
    for asked in item.questions:
        if asked.settled and chance.random() < 0.08:
            known.append(asked.id)
            continue
        base = 100 * asked.base if asked.base != "" else 50
        target = base + (100 * asked.outcome - base) * care * 0.5 if asked.settled else base
        values[asked.id] = per_cent(near(target, 20, chance, 0, 100))
    answer: dict[str, Any] = {"values": values, "known": known}
    if item.move_label:
        answer["moves"] = {
            name: text("an announcement by a date.") if hit(chance, care) else "" for name in values
        }
    return answer


@kind("guess")
def guess(item: Any, chance: random.Random, care: float) -> dict:
    years = sorted({item.x_from, item.x_to, *range(item.x_from, item.x_to + 1, 4)})
    span = item.maximum - item.minimum
    shape = "near" if hit(chance, care / 2) else chance.choice(("rise", "flat", "wave"))
    shift = chance.uniform(-0.1, 0.1) * span
    points = {}
    for line in item.lines:
        true = item.true(line)
        drawn = {}
        for place, year in enumerate(years):
            nearest = true[min(true, key=lambda known, year=year: abs(known - year))]
            value = {
                "near": nearest,
                "rise": item.minimum + span * (0.15 + 0.6 * place / len(years)),
                "flat": item.minimum + span * 0.1,
                "wave": item.minimum + span * (0.3 + 0.2 * (place % 2)),
            }[shape]
            width = span / (25 if shape == "rise" else 10)
            value = near(value + shift, width, chance, item.minimum, item.maximum)
            steps = round((value - item.minimum) / item.step)
            drawn[str(year)] = round(min(item.maximum, item.minimum + steps * item.step), 6)
        points[line.id] = drawn
    return {"points": points}


@kind("highlight")
def highlight(item: Any, chance: random.Random, care: float) -> dict:
    spans: dict[tuple[int, int, str], None] = {}
    for one in item.key:
        if words := item.find(one.phrase):
            given = one_of(chance, [one.code], item.codes, care)
            if hit(chance, care):
                spans[words[0], words[-1], given] = None
    if not spans or not hit(chance, care):
        first = chance.randint(1, item.codable - 1)
        spans[first, min(item.codable, first + 4), chance.choice(item.codes)] = None
    codes = [given for _, _, given in spans]
    return {
        "spans": [{"from": a, "to": b, "code": given} for a, b, given in spans],
        "primary": item.primary if item.primary in codes else codes[0],
        **own_check(item, chance, care),
    }


@kind("judge")
def judge(item: Any, chance: random.Random, care: float) -> dict:
    verdicts = {
        name: one_of(chance, item.reference[name][:1], list(item.verdicts), care)
        for name in item.ids
    }
    why = {name: text(chance.choice(REASONS)) for name in item.ids}
    return {"verdicts": verdicts, **({"reasons": why} if item.why else {})}


@kind("matrix")
def matrix(item: Any, chance: random.Random, care: float) -> dict:
    only_known = chance.random() < 0.5
    marks = {
        name: {
            one: one_of(chance, [item.columns[name].marks[one]], list(item.marks), care)
            for one in item.ids
        }
        for name in item.shown(only_known)
    }
    early = {name: column for name, column in marks.items() if name in item.shown(True)}

    def ranking(some: dict) -> list[str]:
        surprises = item.count(some, "I")
        return sorted(item.ids, key=lambda one: (surprises[one], chance.random()))

    rankings = {"then": ranking(early), **({} if only_known else {"now": ranking(marks)})}
    return {
        "only_known": only_known,
        "marks": marks,
        "rankings": rankings,
        "heaviest": chance.choice(list(marks)),
        "wanted": text(item.wanted_label),
    }


@kind("order")
def order(item: Any, chance: random.Random, care: float) -> dict:
    cards = list(item.truth)
    for place in range(len(cards) - 1):
        if not hit(chance, care):
            cards[place], cards[place + 1] = cards[place + 1], cards[place]
    accepted = {card.id: list(card.accepted) for card in item.cards}
    options = list(item.marks.options)
    return {
        "order": cards,
        "marks": {name: one_of(chance, accepted[name], options, care) for name in cards},
    }


@kind("rate")
def rate(item: Any, chance: random.Random, care: float) -> dict:
    top = len(item.levels) - 1
    ratings = {
        name: {
            scale: level
            if hit(chance, care)
            else min(top, max(0, level + chance.choice((-2, -1, 1, 2))))
            for scale, level in act.ratings.items()
        }
        for name, act in item.by_id.items()
        if name not in item.reserve or chance.random() < 0.3
    }
    return {"ratings": ratings, "pick": chance.choice(list(ratings))}


@kind("rule")
def rule(item: Any, chance: random.Random, care: float) -> dict:
    switches = [switch.id for switch in item.switches if not switch.alone]
    drawn = {
        "on": sorted(chance.sample(switches, chance.randint(1, len(switches)))),
        "each_side": chance.random() < 0.4,
        "least": chance.randint(2, 4),
        "months": chance.choice([0, *item.spans]),
    }
    words = text(item.words_label)
    before = drawn if hit(chance, care) else {**drawn, "least": drawn["least"] + 1}
    return {"rule": drawn, "words": words, "before": {"rule": before, "words": words}}


@kind("update")
def update(item: Any, chance: random.Random, care: float) -> dict:
    prior = per_cent(near(45, 15, chance, 5, 95))
    belief, steps, taken = float(prior), [], []
    while left := item.offered(taken):
        name = left[0] if hit(chance, care) else chance.choice(left)
        likely = max(5, min(95, per_cent(near(60, 18, chance, 5, 95))))
        other = max(5, min(95, per_cent(near(45, 15 if care > 0.5 else 22, chance, 5, 95))))
        after = moved(belief, likely / other)
        predicted = per_cent(near(after, 4 + 14 * (1 - care), chance, 0, 100))
        steps.append(
            {"evidence": name, "likely": likely, "likely_if_not": other, "predicted": predicted}
        )
        taken.append(name)
        belief = after
    return {"prior": prior, "steps": steps}


@kind("write")
def write(item: Any, chance: random.Random, care: float) -> dict:
    texts = {}
    for box in item.fields:
        written = box is item.fields[0] or box.id in item.needed or hit(chance, care)
        said = text(box.label) if written else ""
        texts[box.id] = said[: box.limit] if box.limit else said
    answer: dict[str, Any] = {"text": texts, **own_check(item, chance, care)}
    if item.declare:
        answer["declared"] = {one.id: chance.choice(one.ids) for one in item.declare}
    return answer


def questions() -> list[Item]:
    """Return the questions of the case, lesson by lesson, in the order of the pages."""
    asked = list(dict.fromkeys(name for page in pages() for name in page.asks))
    known = catalogue.item_ids()
    names = [*(n for n in asked if n in known), *(n for n in known if n not in asked)]
    return sorted((catalogue.item(name) for name in names), key=lambda item: item.lesson)


def passports(students: int = STUDENTS, seed: str = SEED) -> dict[str, str]:
    """Return the whole class: file name to text."""
    asked = questions()
    everybody = [Student(number, seed) for number in range(1, students + 1)]
    return {student.file: passport(student, asked) for student in everybody}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made_now = passports()
    for old in FOLDER.glob("synthetic-*.jsonl"):
        if old.name not in made_now:
            old.unlink()
    for name, text_now in made_now.items():
        (FOLDER / name).write_text(text_now, encoding="utf-8", newline="\n")
    lines = sum(text_now.count("\n") for text_now in made_now.values())
    print(f"{len(made_now)} invented passports with {lines} answers: {FOLDER.name}/")


if __name__ == "__main__":
    main()

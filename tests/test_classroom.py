"""A class's numbers, its report and its exports; and a folder from strangers does no harm."""

from __future__ import annotations

import csv
import html
import html.parser
import io
import json
import os
import random
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_sample_class import FOLDER, KINDS, STUDENTS, made, passports

from casekit import catalogue, passport
from casekit.__main__ import main
from casekit.agreement import alpha
from casekit.classroom import measures, read_class, report, section, sections, write
from casekit.classroom import page as pages
from casekit.classroom.decisions import KINDS as DECIDED
from casekit.classroom.decisions import decisions, label, spread
from casekit.classroom.exports import ANSWERS, FILES, POINTS, REPORT, cell, completion, text_of
from casekit.classroom.pictures import lines, strips
from casekit.classroom.reading import DEEPEST, Classroom
from casekit.items import KINDS as ITEM_KINDS
from casekit.items import Item, ItemError, read_item
from casekit.tables import CaseError
from casekit.tables import settings as case_settings

CHOICE = "L1-recall-2"  # right: home-base
EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def entry(**changed) -> dict:
    """An answer as a passport of this case holds it, some parts changed."""
    return {
        "case": case_settings()["id"],
        "version": case_settings()["version"],
        "codename": "calm-bay-11",
        "item": CHOICE,
        "attempt": 1,
        "time": "2027-01-11T09:00:00+00:00",
        "answer": {"choice": "jackets"},
        "reason": "because it is so",
        "hints": 0,
        **changed,
    }


def put(folder: Path, name: str, *entries: dict | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines_now = [one if isinstance(one, str) else json.dumps(one) for one in entries]
    path.write_text("".join(f"{line}\n" for line in lines_now), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "class").mkdir()
    return tmp_path / "class"


@pytest.fixture(scope="module")
def sample() -> Classroom:
    return read_class(FOLDER)


def why(room: Classroom) -> dict[str, str]:
    return dict(room.skipped.itertuples(index=False))


def note(room: Classroom, file: str) -> str:
    return room.files.set_index("file")["note"][file]


def chosen(folder: Path, **answers: str) -> Classroom:
    """A class in which each student, by name, gave the one choice this answer."""
    for name, choice in answers.items():
        put(folder, f"{name}.jsonl", entry(codename=name, answer={"choice": choice}))
    return read_class(folder)


class Page(html.parser.HTMLParser):
    """What a page is made of: tags with attributes, and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict]:
        return [attrs for name, attrs in self.tags if name == tag]


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section"),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "div", "span", "bdi", "table", "caption", "thead"),
    *("tbody", "tr", "th", "td", "figure", "figcaption", "details", "summary"),
    *("svg", "text", "polyline", "polygon", "circle", "path"),
}


def harmless(text: str) -> Page:
    """Fail if a page could run or fetch anything, whatever went into it."""
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "src"], (tag, attrs)
        assert attrs.get("href", "#").startswith("#")
    assert re.search(r"default-src 'none'", page.of("meta")[1]["content"])
    return page


# Numbers: every expected value is counted by hand


def test_the_table_has_one_row_for_each_student_question_and_attempt(folder):
    put(
        folder,
        "a.jsonl",
        entry(),
        entry(attempt=2, time="2027-01-11T10:00:00+01:00", answer={"choice": "home-base"}, hints=2),
        entry(item="E06F", answer={"choice": "rule"}, reason=""),
    )
    rows = read_class(folder).answers
    assert rows[["codename", "item", "attempt"]].to_numpy().tolist() == [
        ["calm-bay-11", "E06F", 1],
        ["calm-bay-11", CHOICE, 1],
        ["calm-bay-11", CHOICE, 2],
    ]
    assert rows["saved"].tolist()[1:] == ["2027-01-11 09:00:00", "2027-01-11 09:00:00"]
    assert rows["paths"].tolist()[1:] == ["fact-as-interpretation", "otherwise"]
    assert rows["hints"].tolist() == [0, 0, 2]
    assert rows["fits"].all()
    assert json.loads(rows["answer"].iloc[2]) == {"choice": "home-base"}


def test_wrong_paths_are_counted_over_first_and_last_answers(folder):
    room = chosen(folder, a="jackets", b="jackets", c="home-base")
    put(
        folder,
        "a.jsonl",
        entry(codename="a"),
        entry(codename="a", attempt=2, time="2027-01-12T09:00:00", answer={"choice": "home-base"}),
    )
    room = read_class(folder)
    rows = measures.paths(room).set_index("path")
    assert rows.loc["fact-as-interpretation", ["first", "last", "students"]].tolist() == [2, 1, 3]
    assert rows.loc["otherwise", ["first", "last"]].tolist() == [1, 2]
    assert rows["wrong"].to_dict() == {"fact-as-interpretation": True, "otherwise": False}
    said = {path.path: path.say for path in catalogue.item(CHOICE).feedback}
    assert rows.loc["fact-as-interpretation", "sentence"] == said["fact-as-interpretation"]


@pytest.mark.parametrize(
    ("right", "otherwise", "expected"),
    [
        (None, None, ["took"]),
        (True, None, []),
        (False, False, ["took", "otherwise"]),
        (None, True, ["took"]),
    ],
)
def test_a_path_says_itself_whether_it_is_wrong(right, otherwise, expected):
    said = {"when": {"chosen": ["a"]}, "otherwise": {"otherwise": True}}
    feedback = [
        {"path": "took", "when": said["when"], "say": "A."},
        {"path": "otherwise", "when": said["otherwise"], "say": "B."},
    ]
    for path, flag in zip(feedback, (right, otherwise), strict=True):
        path |= {} if flag is None else {"right": flag}
    item = made_up(feedback)
    assert measures.wrong(item) == expected


def test_a_flag_that_is_no_truth_value_is_refused():
    feedback = [{"path": "otherwise", "when": {"otherwise": True}, "say": "B.", "right": "yes"}]
    with pytest.raises(ItemError, match=r"true or false, not .yes. at field .*right"):
        made_up(feedback)


def made_up(feedback: list[dict]) -> Item:
    names = {"id": "Q1", "kind": "choice", "lesson": "1", "title": "Q", "prompt": "Q?"}
    rest = {"minutes": 1, "difficulty": 1, "bloom": ["recall"], "outcomes": ["O1"], "hints": []}
    options = [{"id": name, "label": name} for name in "ab"]
    return read_item({**names, **rest, "instructor": "–", "options": options, "feedback": feedback})


# Conditions that hold for answers as in the reference, near it, or better than a yardstick.
GOOD = {"all_right", "all_near", "near", "close", "beats_base", "alpha_one"}
PRAISE = re.compile(
    r"(Right\b|Good\b(?!, and add)|Perfect|Exactly|It holds, and something|All \w+)"
)


@pytest.mark.parametrize("name", catalogue.item_ids())
def test_praise_is_no_wrong_path_and_other_answers_than_the_reference_are(name):
    """A path with praise is not counted as wrong; what is left over beside it is, if it differs."""
    item = catalogue.item(name)
    praised = {
        path.path
        for path in item.feedback
        if PRAISE.match(path.say) or any(path.when.get(one) not in (None, False) for one in GOOD)
    }
    assert not praised & set(measures.wrong(item))
    if any(path.when.get("all_right") is True for path in item.feedback):
        assert "otherwise" in measures.wrong(item)


def judged(verdicts: dict[str, str]) -> dict:
    return {"verdicts": verdicts, "reasons": dict.fromkeys(verdicts, "A source.")}


def test_the_report_lists_wrong_paths_only(folder):
    """Every number of L2-missiles is right by its own way of counting; E10 has a reference."""
    found = {path.path: path.say for path in catalogue.item("E10").feedback}
    praise = [path.say for path in catalogue.item("L2-missiles").feedback]
    reference = {name: verdicts[0] for name, verdicts in catalogue.item("E10").reference.items()}
    other = reference | {"AT05": "tokyo"}  # the gift was Seoul's choice
    for name, verdicts in (("a", reference), ("b", other), ("c", other)):
        put(
            folder,
            f"{name}.jsonl",
            entry(codename=name, item="L2-missiles", answer={"choice": "31"}),
            entry(codename=name, item="E10", answer=judged(verdicts)),
        )
    shown = html.unescape(report(read_class(folder)))
    assert found["otherwise"] in shown and found["as-the-reference"] not in shown
    assert not [say for say in praise if say in shown]


def test_four_numbers_of_a_lesson(folder):
    """Two of three moved C between the first lesson's logs; one of six reasons is a dot."""
    for name, before, after, reason in (
        ("a", 40, 40, "."),
        ("b", 40, 70, "a report"),
        ("c", 0, 90, "a card"),
    ):
        logs = {"E01": before, "L0-log": after}
        entries = [
            entry(
                codename=name,
                item=item,
                time=f"2027-01-11T0{hour}:00:00",
                answer={"values": {"A": 80, "B": 80, "C": value}},
                reason=reason if item == "E01" else "a long reason",
            )
            for hour, (item, value) in enumerate(logs.items(), 1)
        ]
        put(folder, f"{name}.jsonl", *entries)
    (row,) = measures.four_numbers(read_class(folder)).to_dict("records")
    assert row["lesson"] == "00-start-here"
    assert row["students"] == 3
    assert row["moved"] == "A 0% of 3; B 0% of 3; C 67% of 3"
    assert row["reasons blank"] == pytest.approx(1 / 6)
    # c-above-a: C 90 above A 80, by c only, and no other path is taken by more first answers
    assert row["commonest wrong path"] in {"L0-log, c-above-a: 1 of 3", "E01, no-room: 1 of 3"}


def test_widest_spread_leads_and_few_answers_come_last(folder):
    answers = dict(zip("abcdef", ["jackets", "home-base", "surprise"] * 2, strict=True))
    for name, choice in answers.items():
        put(
            folder,
            f"{name}.jsonl",
            entry(codename=name, answer={"choice": choice}),
            entry(codename=name, item="L2-recall-1", answer={"choice": "few"}),
            *(
                [entry(codename=name, item="L3-cost", answer={"choice": c})]
                if (c := {"a": "drums", "b": "clip"}.get(name))
                else []
            ),
        )
    rows = measures.by_item(read_class(folder)).set_index("item")
    assert list(rows.index) == [CHOICE, "L2-recall-1", "L3-cost"]
    # of 15 pairs, 3 chose alike: 12/15
    assert rows["spread"].round(6).tolist() == [0.8, 0.0, 1.0]
    assert rows.loc[CHOICE, "no wrong path"] == pytest.approx(2 / 6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a"], None),
        (["a", "a", "b"], 2 / 3),  # two of three pairs differ
        ([True, True, False, False], 1.0),  # 4 of 6 pairs, doubled and capped
        ([0.0, 0.0, 0.5], 2 / 3),  # distances 0, .5, .5: mean 1/3, doubled
        ([0.2, 0.2], 0.0),
        ([0.0, 1.0], 1.0),
    ],
)
def test_spread(values, expected):
    assert spread(values) == (None if expected is None else pytest.approx(expected))


def test_a_decision_is_named_once():
    named, _ = label(catalogue.item("E01"), "C")
    assert named.startswith("C") and named.count("C)") <= 1 and "C: C" not in named
    assert label(catalogue.item("E10"), "AT01") == ("AT01: The city", "")


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_spread_of_places_is_the_mean_distance_of_pairs(values):
    pairs = [abs(a - b) for i, a in enumerate(values) for b in values[:i]]
    assert spread(values) == pytest.approx(min(1, 2 * sum(pairs) / len(pairs)), abs=1e-9)


def test_every_kind_says_what_is_decided():
    assert DECIDED.keys() == ITEM_KINDS.keys()
    for name in catalogue.item_ids():
        item = catalogue.item(name)
        for seed in range(3):
            chance = random.Random(seed)
            answer = made(item, chance, 0.6, {})
            item.mark(answer)
            taken = decisions(item, item.read(answer))
            assert all(isinstance(value, (str, bool, float)) for value in taken.values()), name
            assert all(0 <= v <= 1 for v in taken.values() if isinstance(v, float)), name
            assert taken or item.kind == "write", name


def test_agreement_of_a_class_is_alpha_over_its_coders(folder):
    item = catalogue.item("E16")
    codings = {}
    for name, swapped in (("a", None), ("b", "P05"), ("c", None)):
        codings[name] = {
            s.id: {
                "codes": list(s.reference) if s.id != swapped else ["CULTURE"],
                "primary": s.primary if s.id != swapped else "CULTURE",
                "scope": s.scope,
            }
            for s in item.segments
        }
        put(
            folder,
            f"{name}.jsonl",
            entry(codename=name, item="E16", answer={"codings": codings[name], "predicted": 0.8}),
        )
    (found,) = measures.agreements(read_class(folder))
    assert found.coders == 3
    units = [
        ["CULTURE" in codings[name][segment]["codes"] for name in "abc"] for segment in item.ids
    ]
    assert found.codes["CULTURE"][1].value == alpha(units).value
    same = sum(len(set(unit)) == 1 for unit in units)
    assert found.codes["CULTURE"][0].value == pytest.approx((same + (12 - same) / 3) / 12)
    assert same == 11


def test_the_crowd_is_the_average_forecast(folder):
    item = catalogue.item("E22")
    ids = item.ids
    for name, value in (("a", 100), ("b", 0)):
        known = [ids[0]] if name == "b" else []
        put(
            folder,
            f"{name}.jsonl",
            entry(
                codename=name,
                item="E22",
                answer={"values": {n: value for n in ids if n not in known}, "known": known},
            ),
        )
    one = next(f for f in measures.forecasts(read_class(folder)) if f.item.id == "E22")
    # on every question but the first, which only a answered, the average is 50 per cent
    first = (1 - item.questions[0].outcome) ** 2
    assert one.crowd == pytest.approx((first + 0.25 * (len(ids) - 1)) / len(ids))
    scores = one.scores.set_index("codename")
    no = sum(q.outcome == 0 for q in item.questions)
    assert scores.loc["a", "Brier score"] == pytest.approx(no / len(ids))
    assert scores.loc["b", "questions"] == len(ids) - 1
    assert scores.loc["b", "crowd on the same"] == pytest.approx(0.25)
    assert one.known[ids[0]] == 1


def test_guesses_stand_beside_the_record(folder):
    item = catalogue.item("E05A")
    for name, value in (("a", 0), ("b", 1), ("c", 4)):
        points = {item.lines[0].id: {str(item.x_from): value, str(item.x_to): value}}
        put(
            folder,
            f"{name}.jsonl",
            entry(codename=name, item="E05A", answer={"points": points}),
        )
    (cloud,) = [c for c in measures.clouds(read_class(folder)) if c.item.id == "E05A"]
    row = cloud.table.set_index("year").loc[item.x_from]
    assert row[measures.FIVE].tolist() == [0, 0.5, 1, 2.5, 4]
    assert row["on record"] == item.lines[0].truth[item.x_from]


def test_who_did_what(folder):
    put(folder, "a.jsonl", entry(hints=3), entry(item="L1-recall-1", answer={}, hints=1))
    row = measures.who(read_class(folder)).iloc[0]
    asked = measures._asked(read_class(folder))["01-history"]
    assert row["01-history"] == f"2 of {asked}"
    assert (row["done"], row["again"], row["hints"]) == (2, 0, 2.0)


def test_lessons_of_one_short_title_have_columns_of_their_own(folder):
    put(folder, "a.jsonl", entry(), entry(item="E01", answer={}))
    room = evolve(read_class(folder), titles=dict.fromkeys(read_class(folder).titles, "done: x"))
    assert section(room, "who").html.count('<th scope="col">') == 5 + len(measures._asked(room))


def test_an_answer_that_does_not_fit_is_kept_and_not_counted(folder):
    put(folder, "a.jsonl", entry(answer={"choice": "gone"}), entry(item="gone"))
    room = read_class(folder)
    assert room.answers["fits"].tolist() == [False, False]
    assert measures.paths(room).empty and measures.by_item(room).empty
    assert completion(room).set_index("codename")[CHOICE].tolist() == [0]
    assert "1 student, 2 answers" in report(room)


def test_one_lesson_only(sample):
    room = sample.only("01-history")
    assert set(room.answers["lesson"]) == {"01-history"}
    assert list(measures.four_numbers(room)["lesson"]) == ["01-history"]
    with pytest.raises(CaseError, match=r"no lesson 'nowhere'\. The lessons are: 00-start-here"):
        sample.only("nowhere")


# Whose answers they are


def test_a_later_copy_is_taken_together_with_the_earlier_one(folder):
    first, second = entry(), entry(item="E06F", answer={"choice": "rule"})
    put(folder, "monday.jsonl", first)
    put(folder, "tuesday.jsonl", first, second)
    room = read_class(folder)
    assert room.codenames == ["calm-bay-11"]
    assert len(room.answers) == 2
    assert note(room, "tuesday.jsonl") == "A later copy of monday.jsonl: taken together with it."


def test_a_file_that_joins_two_others_makes_them_one(folder):
    first, second = entry(), entry(item="E06F", answer={"choice": "rule"})
    put(folder, "a.jsonl", first)
    put(folder, "b.jsonl", second)
    put(folder, "c.jsonl", first, second)
    room = read_class(folder)
    assert len(room.codenames) == 1 and len(room.answers) == 2


def test_nobody_takes_a_classmates_answers_over(folder):
    put(folder, "a.jsonl", entry())
    put(folder, "b.jsonl", entry(codename="keen-pine-20", item="L0-hook"), entry())
    room = read_class(folder)
    assert room.codenames == ["calm-bay-11", "keen-pine-20"]
    assert (room.answers["codename"] == "calm-bay-11").sum() == 1
    assert note(room, "b.jsonl") == "Shares answers with a.jsonl under another codename."


def test_the_same_codename_by_chance_is_kept_apart(folder):
    put(folder, "a.jsonl", entry())
    put(folder, "b.jsonl", entry(time="2027-01-11T09:00:01+00:00"))
    put(folder, "c.jsonl", entry(codename="calm-bay-11 (2)", reason="another"))
    room = read_class(folder)
    assert len(room.codenames) == 3 and "calm-bay-11 (3)" in room.codenames
    assert note(room, "b.jsonl").startswith("Another student has the same codename: kept apart.")


def test_two_handed_in_by_one_continue_the_attempts(folder):
    first = entry()
    put(folder, "a.jsonl", first, entry(attempt=2, time="2027-01-13T09:00:00"))
    put(folder, "b.jsonl", first, entry(attempt=2, time="2027-01-12T09:00:00", hints=1))
    rows = read_class(folder).answers
    assert rows["attempt"].tolist() == [1, 2, 3]
    assert rows["hints"].tolist() == [0, 1, 0]


# A hostile folder


def test_every_file_that_is_not_read_is_named_with_its_reason(folder, tmp_path):
    put(folder, "good.jsonl", entry())
    outside = put(tmp_path, "outside.jsonl", entry(codename="outside-bay-1", reason="secret"))
    inside = folder / "good.jsonl"
    for name, target in (("out.jsonl", outside), ("in.jsonl", inside), ("gone.jsonl", "nowhere")):
        (folder / name).symlink_to(target)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("passport.jsonl", b"0" * 10_000_000)
    (folder / "renamed.jsonl").write_bytes((folder / "bomb.zip").read_bytes())
    with (folder / "huge.jsonl").open("wb") as huge:
        huge.truncate(100_000_000)
    (folder / "empty.jsonl").touch()
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    put(folder, "passport.jsonl.txt", entry(codename="lite-lane-1"))
    os.mkfifo(folder / "pipe.jsonl")
    put(folder, "other.jsonl", entry(case="another-module"))
    deep = folder.joinpath(*["down"] * (DEEPEST + 1))
    put(deep, "deep.jsonl", entry(codename="deep-bay-1"))
    reasons = why(read_class(folder))
    link = "It is a link. Links are not followed; put the file itself here."
    assert reasons.pop("bomb.zip").startswith("It is an archive. Archives are not opened")
    assert reasons.pop("huge.jsonl") == "It is larger than 20 MB: no passport grows so large."
    assert reasons.pop("renamed.jsonl").startswith("It holds no answer to this module.")
    assert reasons.pop("empty.jsonl") == "It is empty."
    assert reasons.pop("notes.txt").endswith("its name does not end in .jsonl.")
    assert reasons.pop("pipe.jsonl") == "It is no file that can be read."
    assert "1 answer belongs to another module" in reasons.pop("other.jsonl")
    assert reasons.pop("/".join(["down"] * (DEEPEST + 1)) + "/").startswith("More than")
    assert reasons == dict.fromkeys(["out.jsonl", "in.jsonl", "gone.jsonl", "up", "round"], link)
    assert read_class(folder).codenames == ["calm-bay-11", "lite-lane-1"]


def test_nothing_outside_the_folder_is_opened(folder, tmp_path, monkeypatch):
    put(folder, "good.jsonl", entry())
    put(folder, "sub/../odd name;$(touch x).jsonl", entry(codename="../../b", item="../../up"))
    (folder / "link.jsonl").symlink_to(put(tmp_path, "outside.jsonl", entry()))
    opened = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: opened.append(self) or read(self))
    room = read_class(folder)
    assert len(opened) == 2
    assert all(path.resolve().is_relative_to(folder.resolve()) for path in opened)
    before = sorted(tmp_path.rglob("*"))
    write(room, tmp_path / "out", folder)
    new = sorted(set(tmp_path.rglob("*")) - set(before))
    names = {ANSWERS, FILES, POINTS, REPORT}
    assert {p.relative_to(tmp_path).as_posix() for p in new} == {
        "out",
        *(f"out/{n}" for n in names),
    }


def test_a_file_that_may_not_be_opened_is_named(folder, monkeypatch):
    put(folder, "good.jsonl", entry(codename="good"))
    closed = put(folder, "closed.jsonl", entry())
    read = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self.name == closed.name:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    room = read_class(folder)
    assert room.codenames == ["good"]
    assert why(room) == {"closed.jsonl": "It cannot be opened: Permission denied."}


def test_a_folder_that_may_not_be_opened_is_named(folder, monkeypatch):
    put(folder, "good.jsonl", entry(codename="good"))
    put(folder, "closed/a.jsonl", entry())
    scan = os.scandir

    def refused(place):
        if Path(place).name == "closed":
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", refused)
    room = read_class(folder)
    assert why(room) == {"closed/": "The folder cannot be opened: Permission denied."}
    with pytest.raises(CaseError, match=r"closed cannot be opened: Permission denied\."):
        read_class(folder / "closed")


def test_a_folder_that_is_missing_or_a_file(folder, capsys):
    with pytest.raises(CaseError, match="There is no folder"):
        read_class(folder / "missing")
    put(folder, "a.jsonl", entry())
    with pytest.raises(CaseError, match="There is no folder"):
        read_class(folder / "a.jsonl")
    assert main(["class", str(folder / "missing"), "--out", str(folder.parent / "out")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_an_empty_folder(folder, capsys):
    room = read_class(folder)
    assert room.answers.empty and room.files.empty and room.codenames == []
    harmless(report(room))
    assert main(["class", str(folder), "--out", str(folder.parent / "out")]) == 1
    assert "There is no passport to report on" in capsys.readouterr().out
    assert not (folder.parent / "out").exists()


def test_other_versions_are_read_and_named(folder):
    put(folder, "old.jsonl", entry(version="0.0.1"), entry(answer={"choice": "gone"}, attempt=2))
    put(folder, "new.jsonl", entry(codename="b", version="99", later={"x": 1}))
    room = read_class(folder)
    assert note(room, "old.jsonl").startswith("Made with version 0.0.1 of the module")
    assert note(room, "new.jsonl").startswith("Made with version 99 of the module")
    assert room.answers["fits"].sum() == 2


def test_bad_lines_stop_nothing(folder):
    bad = [
        "{",
        "[]",
        "null",
        "[" * 5000,
        '{"a":' * 3000,
        "1e999",
        "9" * 6000,
        json.dumps(entry(hints=-1)),
        json.dumps(entry(codename="x" * 61)),
        json.dumps(entry(time="yesterday")),
        json.dumps(entry(reason="x" * 20_001)),
        json.dumps(entry(answer={"choice": "x" * 30_000})),
        json.dumps(entry(answer=[])),
    ]
    put(folder, "a.jsonl", *bad, entry(), entry(time="0001-01-01T00:00:00+14:00", attempt=2))
    put(folder, "b.jsonl", entry(codename="b"))
    room = read_class(folder)
    assert room.codenames == ["b", "calm-bay-11"]
    assert len(room.answers) == 3
    assert f"{len(bad)} lines could not be read: left out." in note(room, "a.jsonl")


def test_html_in_every_text_field_stays_text(folder):
    put(
        folder,
        f"{EVIL.replace('/', '')[:40]}.jsonl",
        entry(codename=EVIL[:60], reason=EVIL, version=EVIL),
        entry(codename=EVIL[:60], item=EVIL[:60], answer={EVIL: EVIL}),
        entry(codename=EVIL[:60], item="L0-hook", answer={"text": {"word": EVIL}}),
    )
    put(folder, "=cmd.txt", "<script>alert(1)</script>")
    room = read_class(folder)
    text = report(room)
    harmless(text)
    assert "&lt;img src=x" in text and "<img" not in text and "<script" not in text
    for name in pages.MAKERS:
        assert "<img" not in section(room, name)._repr_html_()


def test_a_codename_cannot_steer_the_screen(folder, capsys):
    put(folder, "a\x1b[2J\n.jsonl", entry(codename="\x1b[31mred\u202eder\n"))
    put(folder, "b\x1b]0;x\x07.txt", "x")
    assert main(["class", str(folder), "--out", str(folder.parent / "out")]) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told and "\x07" not in told
    assert "\u202e" not in (folder.parent / "out" / REPORT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "a;=1+1",
        "a\n=1+1",
        "a\r\n  @x",
        "=cmd|' /C calc'!A0",
    ],
)
def test_no_cell_begins_as_a_formula(text):
    written = cell(text)
    assert written.replace("'", "", 1) == text or text.count("'") < written.count("'")
    for part in re.split(r"[;\t\r\n]", written):
        assert not re.match(r"\s*[=+\-@＝＋－＠]", part), written


@given(st.text(max_size=30))
def test_cells_are_safe_and_lose_nothing_but_gain_apostrophes(text):
    written = cell(text)
    for part in re.split(r"[;\t\r\n]", written):
        assert not re.match(r"\s*[=+\-@＝＋－＠]", part)
    plain = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    assert written.replace("'", "") == plain.replace("'", "")


@pytest.mark.parametrize(
    ("value", "expected"), [(True, "true"), (None, ""), (float("nan"), ""), (-3, -3), (0.5, 0.5)]
)
def test_numbers_and_nothing_stay_what_they_are(value, expected):
    assert cell(value) == expected


def test_formulas_in_codenames_and_answers_are_text_in_every_export(folder, tmp_path):
    put(
        folder,
        "=1+1.jsonl",
        entry(codename='=HYPERLINK("http://example.org";"x")', reason="@SUM(1)\t=2;=3"),
        entry(codename="=1", item="+1", answer={"-1": "\r=1"}),
    )
    put(folder, "-2.txt", "x")
    out = tmp_path / "out"
    write(read_class(folder), out, folder)
    for name in (POINTS, ANSWERS, FILES):
        text = (out / name).read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for value in row:
                assert not re.match(r"\s*[=+@\t\r]", value), (name, value)
                assert not re.match(r"\s*-", value), (name, value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
WORDS = st.text(min_size=1, max_size=20) | st.sampled_from([EVIL[:60], "=1+1", "\u202ex", "'"])
STRANGE = st.fixed_dictionaries(
    {
        "codename": WORDS,
        "item": st.sampled_from(catalogue.item_ids()) | WORDS,
        "answer": st.dictionaries(
            st.sampled_from(["values", "choice", "placed", "text", "codings", "points"]) | WORDS,
            JSON,
            max_size=3,
        ),
        "reason": st.text(max_size=20) | st.just(EVIL),
        "version": WORDS,
        "hints": st.integers(-1, 10**6),
        "attempt": st.integers(0, 10**6),
        "time": st.sampled_from(["2027-01-11", "0001-01-01T00:00:00+14:00", "20270111T0900"]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(st.lists(STRANGE | JSON, max_size=4), min_size=1, max_size=3))
def test_whatever_files_hold_the_report_is_made_and_harmless(files, tmp_path_factory):
    place = tmp_path_factory.mktemp("class")
    for number, content in enumerate(files):
        lines_now = [entry(**one) if _strange(one) else json.dumps(one) for one in content]
        put(
            place,
            f"{number}.jsonl",
            entry(codename=f"good-{number}", reason=str(number)),
            *lines_now,
        )
    room = read_class(place)
    assert room.files["read"].all() and len(room.codenames) == len(files)
    harmless(report(room))
    out = tmp_path_factory.mktemp("out")
    write(room, out, place)
    exported = pd.read_csv(out / ANSWERS, encoding="utf-8-sig", dtype=str)
    assert len(exported) == len(room.answers)


def _strange(one: object) -> bool:
    return isinstance(one, dict) and "codename" in one


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200))
def test_whatever_bytes_a_file_holds_it_stops_nothing(raw, tmp_path_factory):
    place = tmp_path_factory.mktemp("class")
    (place / "a.jsonl").write_bytes(raw)
    put(place, "b.jsonl", entry())
    room = read_class(place)
    assert room.codenames == ["calm-bay-11"]
    assert len(room.files) == 2 and note(room, "a.jsonl")


# Exports


def test_completion_counts_an_answer_with_a_reason(folder):
    asked, free = entry(item="E09A", answer={"choice": "a-lee"}), entry(reason="")
    put(folder, "a.jsonl", asked, free)
    put(folder, "b.jsonl", {**asked, "codename": "b", "reason": "…"})
    rows = completion(read_class(folder)).set_index("codename")
    assert catalogue.item("E09A").reason and not catalogue.item(CHOICE).reason
    assert rows.loc["calm-bay-11", [CHOICE, "E09A", "total"]].tolist() == [1, 1, 2]
    assert rows.loc["b", [CHOICE, "E09A", "total"]].tolist() == [0, 0, 0]


def test_completion_is_a_plain_table_that_platforms_read(sample):
    text = text_of(completion(sample))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][0] == "codename" and rows[0][-1] == "total"
    assert len(rows) == 1 + STUDENTS and len({len(row) for row in rows}) == 1
    assert {value for row in rows[1:] for value in row[1:-1]} == {"0", "1"}
    assert text.isascii() and text.count("\r\n") == len(rows)


def test_a_link_in_the_place_of_an_export_is_replaced_and_not_followed(folder, tmp_path):
    put(folder, "a.jsonl", entry())
    target = tmp_path / "target.txt"
    target.write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / REPORT).symlink_to(target)
    (out / "mine.txt").write_text("kept", encoding="utf-8")
    write(read_class(folder), out, folder)
    assert target.read_text(encoding="utf-8") == "mine"
    assert not (out / REPORT).is_symlink()
    assert sorted(p.name for p in out.iterdir()) == sorted(
        [ANSWERS, FILES, POINTS, REPORT, "mine.txt"]
    )


@pytest.mark.parametrize("name", [".", "sub", "sub/../sub"])
def test_nothing_is_written_into_the_folder_that_is_read(folder, name):
    put(folder, "a.jsonl", entry())
    with pytest.raises(CaseError, match="lies in the folder with the passports"):
        write(read_class(folder), folder / name, folder)
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]


def test_a_folder_that_cannot_be_written(folder, tmp_path):
    put(folder, "a.jsonl", entry())
    (tmp_path / "file").touch()
    with pytest.raises(CaseError, match=r"cannot be written: .+\. Name another folder\."):
        write(read_class(folder), tmp_path / "file" / "out", folder)


def test_the_command_says_how_it_goes(folder, capsys):
    put(folder, "a.jsonl", entry())
    put(folder, "b.txt", "x")
    assert (
        main(["class", str(folder), "--out", str(folder.parent / "out"), "--lesson", "01-history"])
        == 0
    )
    told = capsys.readouterr().out
    assert "Read 1 of 2 files." in told and "Read 2 of 2 files." in told
    assert "Left out: b.txt. It is no passport" in told
    assert "1 student, 1 answer." in told
    for name in (REPORT, POINTS, ANSWERS, FILES):
        assert f"written: {folder.parent / 'out' / name}" in told


# The page


def test_the_page_can_be_read_by_everybody(sample):
    page = harmless(report(sample))
    assert page.of("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert len(page.of("table")) == len(page.of("caption")) > 20
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.of("th"))
    svgs = page.of("svg")
    assert len(svgs) >= 5
    assert all(a["role"] == "img" and len(a["aria-label"].split()) > 8 for a in svgs)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.of("a")} == set(ids)


def test_every_picture_has_its_table(sample):
    for one in sections(sample):
        for figure in re.findall(r"<figure>.*?</figure>", one.html, re.DOTALL):
            assert figure.count("<svg") == figure.count("<table") == 1


def test_beliefs_and_guesses_carry_no_name(sample):
    for name in ("beliefs", "guesses"):
        assert "synthetic-" not in section(sample, name).html


def test_what_an_instructor_may_do_is_not_projected(sample):
    advice = catalogue.item("E01").instructor
    assert pages.safe(advice) in section(sample, "advice").html
    assert pages.safe(advice) not in report(sample)


def test_parts_have_names(sample):
    with pytest.raises(CaseError, match=r"There is no part 'x'\. The parts are: numbers, spread"):
        section(sample, "x")


def test_a_class_without_answers_to_show_says_so(folder):
    room = chosen(folder, a="jackets")
    for name in ("beliefs", "guesses", "agreement", "forecasts"):
        assert "Nothing yet" in section(room, name).html
        assert name not in {one.id for one in sections(room)}


def test_many_students_become_a_band():
    few = lines([{0: 1, 1: 2}] * 3, {0: "a"}, (0, 5), "said")
    many = lines([{0: 1, 1: 2}] * 500, {0: "a"}, (0, 5), "said")
    assert few.count("<polyline") - 1 - 6 == 3 and "<polygon" not in few
    assert "<polygon" in many and len(many) < len(few) + 500


def test_pictures_keep_texts_harmless():
    drawn = lines([{0: 1}], {0: EVIL}, (0, 100), EVIL) + strips([(EVIL, [5], 5, EVIL)], EVIL)
    assert {tag for tag, _ in Page(drawn).tags} <= ALLOWED


# The sample class


def test_the_sample_class_is_what_the_script_makes():
    now = passports()
    stored = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    late = [name for name in now.keys() | stored.keys() if now.get(name) != stored.get(name)]
    assert not late, f"Out of date, run tests/make_sample_class.py: {', '.join(sorted(late)[:3])} …"


def test_the_sample_class_is_synthetic_everywhere():
    files = list(FOLDER.iterdir())
    assert len(files) == STUDENTS == 24
    for path in files:
        assert path.name.startswith("synthetic-")
        record = passport.read(path)
        assert record.entries and not record.damaged
        for one in record.entries:
            assert one.codename == path.stem
            assert not one.reason or one.reason == "…" or one.reason.startswith("Synthetic: ")
            for text in _texts(one.answer.get("text", {})):
                assert not text or text.startswith("(Synthetic text.)")


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    return [value] if isinstance(value, str) else []


def test_every_answer_of_the_sample_class_fits_its_question(sample):
    assert sample.answers["fits"].all()
    assert sample.files["read"].all() and (sample.files["note"] == "").all()
    assert set(sample.answers["item"]) >= sample.asked


def test_the_sample_class_shows_what_a_class_shows(sample):
    """Retries, hints, short reasons, wrong paths in every lesson, a mix of alphas, a crowd."""
    rows = sample.answers
    assert (rows["attempt"] > 1).mean() > 0.05
    assert set(rows["hints"]) == {0, 1, 2, 3}
    numbers = measures.four_numbers(sample)
    assert (numbers["commonest wrong path"] != "").all()
    assert numbers["reasons blank"].max() > 0
    (one,) = measures.agreements(sample)
    alphas = [result.value for _, result in one.codes.values()]
    assert min(alphas) < 0.667 < max(alphas)
    scored = [f for f in measures.forecasts(sample) if f.crowd is not None]
    assert scored and all(0 < f.beaten < len(f.scores) for f in scored)
    assert len(measures.clouds(sample)) >= 3 and len(measures.beliefs(sample)) >= 3
    for item, rows_of in measures.paths(sample).groupby("item"):
        assert rows_of["first"].sum() >= rows_of["students"].iloc[0], item


def test_the_report_says_that_the_sample_class_is_invented(sample, folder):
    assert "Synthetic: this class is invented." in report(sample)
    room = chosen(folder, b="jackets")
    assert "invented (synthetic)" not in report(room)
    room = chosen(folder, **{"synthetic-a": "jackets"})
    assert "1 of 2 students here are invented (synthetic)." in report(room)


def test_every_kind_can_be_answered_by_an_invented_student():
    assert KINDS.keys() | {"probabilities"} == ITEM_KINDS.keys()

"""The instructor's desk: minutes add up, ids exist, posts stay sealed, marks and posts are safe."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from pathlib import Path

import pytest

from casekit import building, catalogue, desk, tables
from casekit.citations import unknown
from casekit.desk import generated, marks, roles, sessions
from casekit.desk.posts import LARGEST, clean
from casekit.desk.printing import role_packs
from casekit.tables import CaseError
from casekit.widgets import caption
from casekit.widgets import marking as sheets

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "instructor"
PAGES = [
    f"{name}.md"
    for name in ("guide", "session-plans", "questions", "role-play", "rubric", "capstone")
]
EVIL = '<img src=x onerror="alert(1)"> & </blockquote><script>x</script>'
FORMULA = "=cmd|' /C calc'!A0"


def toml(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


# Plans


def minutes_of(name: str) -> int:
    path = ROOT / "data" / "items" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["minutes"]


def test_minutes_of_a_plan_are_those_of_the_design():
    found = {plan.id: plan for plan in desk.plans()}
    assert {name: plan.minutes for name, plan in found.items()} == {
        "50-minutes": 50,
        "3-hours": 180,
        "4-weeks": 4 * 2 * 75,
    }
    starts = [0, 4, 12, 18, 32, 40, 46, 50]
    steps = found["50-minutes"].meetings[0].steps
    assert [sum(s.minutes for s in steps[:n]) for n in range(len(steps) + 1)] == starts
    starts = [0, 20, 50, 70, 80, 115, 145, 155, 175, 180]
    steps = found["3-hours"].meetings[0].steps
    assert [sum(s.minutes for s in steps[:n]) for n in range(len(steps) + 1)] == starts


def test_sums_in_the_tables_are_those_of_the_questions():
    """Read the table as a reader does: add its ids' minutes up from the files."""
    text = (FOLDER / "session-plans.md").read_text(encoding="utf-8")
    seen = 0
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not re.match(r"\| \d+:\d\d–", line):
            continue
        named = [n for n in cells[3].split(", ") if n in catalogue.item_ids()]
        if not named or cells[3].startswith("all of"):
            continue
        assert cells[4] == str(sum(map(minutes_of, named))), line
        begin, end = (int(h) * 60 + int(m) for h, m in re.findall(r"(\d+):(\d\d)", cells[0]))
        assert cells[1] == str(end - begin), line
        seen += 1
    assert seen > 15


def test_a_whole_lesson_counts_what_its_page_asks():
    cells = json.loads((ROOT / "lessons" / "02-alliance.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    names = re.findall(r'^ask\("([^"]+)"\)', code, re.MULTILINE)
    step = sessions.Step(minutes=1, text="", lessons=["02-alliance"])
    assert desk.taken(step) == sum(map(minutes_of, names)) > 40


def planned(monkeypatch, **step) -> None:
    step = {"minutes": 10, "text": "A step", **step}
    meeting = {"minutes": 10, "steps": [step]}
    content = {"plans": [{"id": "p", "title": "P", "minutes": 10, "meetings": [meeting]}]}
    monkeypatch.setattr(sessions, "read", lambda name, kind: read(name, kind, content))


read = sessions.read


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"minutes": 9}, "9 is 9, not 10"),
        ({"asks": ["E99"]}, "there is no question E99"),
        ({"asks": ["E12"]}, "its questions take 18 minutes, the step has 10"),
        ({"lessons": ["99-none"]}, "there is no lesson '99-none'"),
        ({"role_play": "endless"}, "has no form 'endless'"),
        ({"asked": []}, "asked"),
    ],
)
def test_a_faulty_plan_is_named(monkeypatch, step, said):
    planned(monkeypatch, **step)
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.plans()


def test_a_plan_that_says_what_is_cut_is_good(monkeypatch):
    planned(monkeypatch, asks=["E12"], cut="One row each.")
    assert desk.plans()[0].meetings[0].steps[0].cut == "One row each."


# Pages


def test_generated_parts_are_up_to_date():
    late = [p.name for p, text in desk.pages(ROOT) if p.read_bytes() != text.encode()]
    assert not late, f"Run `make sync`: {late}"
    assert {p.name for p, _ in desk.pages(ROOT)} >= {"guide.md", "role-packs.html", "rubric.html"}
    assert {p for p, _ in desk.pages(ROOT)} <= {p for p, _ in building.generated(ROOT)}


@pytest.mark.parametrize("page", PAGES)
def test_ids_on_a_page_exist(page):
    text = (FOLDER / page).read_text(encoding="utf-8")
    named = re.findall(r"\b(?:E\d\d[A-Z]?|[BC][1-5]|L\d-[a-z]+(?:-\d)?)\b", text)
    evidence = {"E1", "E7", "E8", "E10"}  # columns of the matrix; E10 is a question as well
    ids = set(catalogue.item_ids())
    missing = {n for n in named if n not in ids and f"{n}A" not in ids} - evidence
    assert not missing
    if page == "guide.md":
        assert {"E02B", "E19", "L1-names"} <= set(named)


@pytest.mark.parametrize("page", PAGES)
def test_links_on_a_page_lead_somewhere(page):
    text = (FOLDER / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    targets += re.findall(r"`([\w-]+\.(?:ipynb|html|toml))`", text)
    missing = [n for n in targets if not (FOLDER / n).exists()]
    assert not missing, f"{page} names {missing}"


def test_reading_exists():
    keys = [f"bib:{k}" for p in desk.plans() for m in p.meetings for k in m.reading]
    assert len(keys) > 8 and unknown(keys) == []


def test_every_outcome_is_practised_where_the_design_says():
    """The lessons' E questions of each outcome, as the module's design aligns them."""
    design = {
        "O1": {"E02", "E03", "E10", "E18"},
        "O2": {"E04", "E05A", "E05B", "E06", "E19"},
        "O3": {"E07", "E08", "E09A", "E09B", "E09C"},
        "O4": {"E03", "E10", "E11", "E12", "E13", "E14", "E23"},
        "O5": {"E09A", "E15", "E16", "E17", "E18", "E19", "E20"},
        "O6": {"E01", "E06", "E13", "E19", "E21", "E22", "E24"},
        "O7": {"E20", "E23", "E24"},
    }
    head, _, *rows = generated.outcomes().splitlines()
    columns = [name.strip() for name in head.strip("|").split("|")][1:]
    shown: dict[str, set[str]] = {name: set() for name in columns}
    for row in rows:
        for name, cell in zip(columns, row.strip("|").split("|")[1:], strict=True):
            shown[name] |= set(filter(None, map(str.strip, cell.split(","))))
    assert columns == list(design)
    for name, wanted in design.items():
        assert wanted <= shown[name], f"{name} lacks {wanted - shown[name]}"


def test_every_question_of_a_lesson_has_its_paragraph():
    text = generated.questions()
    for name in (n for p in sessions.lesson_pages() for n in p.asks):
        content = catalogue.content(name)
        assert f"### {name}: {content['title']}" in text
        assert content["instructor"] in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "<!-- begin nothing, written by make sync -->\n<!-- end nothing -->",
            "no table 'nothing'",
        ),
        ("<!-- begin rubric, written by make sync -->\n", "has no partner"),
        ("<!-- end rubric -->", "has no partner"),
        ("<!-- begin plan x, written by make sync -->\n<!-- end plan x -->", "no plan 'x'"),
        ("<!-- begin timeline x, written by make sync -->\n<!-- end timeline x -->", "no form 'x'"),
    ],
)
def test_a_faulty_mark_is_named(text, said):
    with pytest.raises(CaseError, match=re.escape(said)):
        generated.filled(text, "page")


def test_filling_twice_changes_nothing_and_keeps_the_rest():
    block = "<!-- begin debrief, written by make sync -->\nold\n<!-- end debrief -->"
    text = f"Before\n\n{block}\n\nAfter\n"
    once = generated.filled(text, "page")
    assert once.startswith("Before\n") and once.endswith("\nAfter\n") and "old" not in once
    assert generated.filled(once, "page") == once


def test_pages_are_the_same_in_the_evening_view(monkeypatch):
    whole = dict(desk.pages(ROOT))
    monkeypatch.setenv("CASEKIT_VIEW", "evening")
    catalogue.forget()
    assert tables.cutoff() is not None
    assert dict(desk.pages(ROOT)) == whole
    monkeypatch.undo()
    catalogue.forget()


def test_a_case_without_a_desk_has_no_pages(small_case):
    assert list(desk.pages(small_case.root)) == []


# The role-play


@pytest.fixture
def play():
    return desk.role_play()


def test_the_design_stands_in_the_role_play(play):
    assert [role.name for role in play.roles] == [
        *("Tokyo", "Seoul", "Washington", "Beijing", "Japan critics A", "Japan critics B"),
        *("Korea critics A", "Korea critics B", "Press pool"),
    ]
    assert [role.name for role in play.of_round(1)] == ["Tokyo", "Seoul"]
    assert play.limit == 280 and play.rounds == [1, 2, 3, 4]
    assert {form.id: form.minutes for form in play.forms} == {"long": 75, "short": 25}
    long = next(form for form in play.forms if form.id == "long")
    assert [step.minutes for step in long.steps] == [10, 5, 12, 5, 10, 6, 2, 25]
    assert [part.minutes for part in play.debrief] == [5, 7, 3, 7, 3]
    assert len(play.shocks) == 4


@pytest.mark.parametrize("role", toml("role-play.toml")["roles"], ids=lambda role: role["id"])
def test_every_team_has_every_field(role):
    texts = ("id", "name", "office", "public", "want", "fear", "must", "may_not", "hidden")
    assert all(role[name].strip() for name in texts)
    assert role["posts"] and unknown(role["look_up"]) == []


def changed(monkeypatch, change) -> None:
    content = toml("role-play.toml")
    change(content)
    whole = roles.read
    monkeypatch.setattr(roles, "read", lambda name, kind: whole(name, kind, content))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["roles"][1].update(fear=" "), "team seoul: fear is empty"),
        (lambda c: c["roles"][1].pop("hidden"), "hidden"),
        (lambda c: c["roles"][1].update(id="tokyo"), "the team tokyo stands there twice"),
        (lambda c: c["roles"][0].update(look_up=["no:where"]), "the source no:where is not listed"),
        (lambda c: c["roles"][0].update(posts=[]), "posts in no round"),
        (lambda c: c["forms"][0].update(minutes=80), "take 75 minutes, not 80"),
        (lambda c: c["debrief"][0].update(minutes=9), "debrief take 29 minutes, not 25"),
        (lambda c: c["forms"][1]["steps"][1].update(posts=7), "no team posts in round 7"),
    ],
)
def test_a_faulty_role_play_is_named(monkeypatch, change, said):
    changed(monkeypatch, change)
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.role_play()


def test_a_debrief_that_is_too_short_is_refused(monkeypatch):
    def hurry(content):
        content["forms"][1]["steps"][2]["minutes"] = 11
        content["forms"][1]["steps"][3]["minutes"] = 5

    changed(monkeypatch, hurry)
    with pytest.raises(CaseError, match="less than a third"):
        desk.role_play()


def test_each_pack_holds_its_own_secrets_and_no_other(play):
    sections = re.findall(r"<section>.*?</section>", role_packs(play), re.DOTALL)
    assert len(sections) == len(play.roles) + 2
    for role, own in zip(play.roles, sections[1:-1], strict=True):
        for text in (role.want, role.fear, role.must, role.may_not, role.hidden):
            hidden = generated_html(text)
            assert hidden in own
        for other in play.roles:
            if other.id != role.id:
                assert generated_html(other.hidden) not in own
    assert all(generated_html(card.text) in sections[-1] for card in play.shocks)


def generated_html(text: str) -> str:
    import html

    return re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(text))


@pytest.mark.parametrize("page", ["role-packs.html", "rubric.html"])
def test_printed_pages_need_no_network(page):
    text = (FOLDER / page).read_text(encoding="utf-8")
    assert "<script" not in text and "http" not in text and "@page" in text
    assert '<html lang="en">' in text and "<title>" in text


# A post: sealed, unsealed


FRAMES = {"HOST": "HOST: Hosting", "PROCESS": "PROCESS: Process"}


def draft(**other) -> desk.Draft:
    return desk.Draft(
        **{
            "team": "tokyo",
            "round": 1,
            "text": "A post.",
            "frame": "HOST",
            "note": "",
            "approved": "heron",
            **other,
        }
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {"text": "x" * 281},
            "The post has 281 characters, and 280 is the limit: shorten it by 1.",
        ),
        ({"text": " \n "}, "The post is still empty: write it first."),
        ({"frame": ""}, "No frame is declared: choose the one primary frame for the sealed note."),
        ({"frame": "NOT"}, "No frame is declared: choose the one primary frame"),
        (
            {"approved": "  "},
            "Nobody has approved it: the legal adviser's codename is still missing.",
        ),
        ({"team": ""}, "Choose who posts, and in which round."),
        ({"team": "tokyo", "round": 2}, "Choose who posts, and in which round."),
        ({"note": "n" * 1001}, "The note has at most 1000 characters"),
        ({"approved": "n" * 61}, "and the adviser's codename 60"),
    ],
)
def test_what_may_not_be_sealed_is_said(play, other, said):
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.seal(draft(**other), play, FRAMES)


def test_characters_are_counted_as_readers_see_them(play):
    composed, apart = "가" * 280, "\u1100\u1161" * 280
    assert clean(apart) == composed
    assert desk.unsealed(desk.seal(draft(text=apart), play, FRAMES), play, FRAMES).text == composed
    assert clean(" a\r\nb\x00\ud800c ") == "a\nb  c"


@pytest.mark.parametrize("text", ["x" * 280, "両首脳\n한마음", EVIL, '"quoted" \\ {x}'])
def test_a_post_comes_back_as_it_was(play, text):
    whole = draft(text=text, note=EVIL, approved="heron")
    for raw in (desk.seal(whole, play, FRAMES), desk.seal(whole, play, FRAMES).encode()):
        assert desk.unsealed(raw, play, FRAMES) == whole


def tampered(play, **other) -> str:
    return json.dumps({**json.loads(desk.seal(draft(), play, FRAMES)), **other})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("{", "It is torn or was changed on the way"),
        (b"\xff\xfe\x00", "It is torn or was changed on the way"),
        ("[" * 5000, "It is torn or was changed on the way"),
        ("[]", "This is no file of a post"),
        ('{"file": "codings"}', "This is no file of a post"),
        ("x" * (LARGEST + 1), "It is larger than 20 kB"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(play, raw, said):
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.unsealed(raw, play, FRAMES)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"exercise": "other"}, "It holds a post of another exercise."),
        ({"text": "x" * 281}, "The post has 281 characters"),
        ({"text": None}, "The part text is missing or of the wrong kind"),
        ({"round": True}, "The part round is missing or of the wrong kind"),
        ({"round": "1"}, "The part round is missing or of the wrong kind"),
        ({"frame": ["HOST"]}, "The part frame is missing or of the wrong kind"),
        ({"approved": ""}, "Nobody has approved it"),
        ({"team": "nobody"}, "Choose who posts"),
        ({"format": 2}, "This is no file of a post"),
    ],
)
def test_a_changed_file_is_refused_with_its_reason(play, other, said):
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.unsealed(tampered(play, **other), play, FRAMES)


# The board


def test_a_board_keeps_its_order(play):
    empty = desk.Board(play)
    with pytest.raises(CaseError, match="Round 1: no post is in yet"):
        empty.reveal(1)
    with pytest.raises(CaseError, match="reveal the posts first"):
        empty.open_notes(1)
    one, said = empty.added(draft())
    assert said == "Tokyo, round 1: in." and one.published() == []
    assert [role.id for role in one.waiting(1)] == ["seoul"]
    newer, said = one.added(draft(text="Another."))
    assert said == "Tokyo, round 1: a newer post takes the place of the older one."
    assert newer.added(draft(text="Another."))[1] == "Tokyo, round 1: this very post is in already."
    both, _ = newer.added(draft(team="seoul", text="Ours."))
    shown = both.reveal(1)
    ((number, posts),) = shown.published()
    assert number == 1
    assert [(r.id, d.text) for r, d in posts] == [("tokyo", "Another."), ("seoul", "Ours.")]
    with pytest.raises(CaseError, match="what others have read is not changed"):
        shown.added(draft(text="Third."))
    early, _ = one.reveal(1), None
    with pytest.raises(CaseError, match="too late for the board"):
        early.added(draft(team="seoul"))
    assert shown.open_notes(1).opened == {1} and empty.posts == {}


# On the page


def text_of(part) -> str:
    """Return all that a part of a page shows or holds, at any depth."""
    own = [getattr(part, name, "") for name in ("value", "description", "label", "text")]
    inner = [text_of(child) for child in getattr(part, "children", ())]
    return "\n".join([*(one for one in own if isinstance(one, str)), *inner])


@pytest.fixture
def drafting(play):
    return caption.Desk(play)


def write(one, text="Our two countries met.", frame="HOST", approved="heron") -> None:
    one.who.value, one.text.value = "1 tokyo", text
    one.frame.value, one.approved.value = frame, approved


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "x" * 281}, "281 characters, and 280 is the limit"),
        ({"frame": ""}, "No frame is declared"),
        ({"approved": ""}, "Nobody has approved it"),
    ],
)
def test_the_desk_refuses_with_a_sentence_and_keeps_the_text(drafting, wrong, said):
    write(drafting, **wrong)
    before = drafting._draft()
    drafting.button.click()
    assert said in drafting.said.value and 'role="alert"' in drafting.said.value
    assert drafting._draft() == before and drafting.text.value
    assert drafting.out.layout.display == "none" and not drafting.file.text


def test_the_desk_counts_and_seals(drafting, play):
    assert "0 of 280 characters." in drafting.count.value
    drafting.text.value = "x" * 281
    assert "281 of 280 characters, 1 too many." in drafting.count.value
    write(drafting, text="x" * 280)
    assert "280 of 280 characters." in drafting.count.value
    drafting.button.click()
    assert "Sealed for Tokyo, round 1" in drafting.said.value
    assert drafting.file.name == "post-caption-war-round-1-tokyo.json"
    assert desk.unsealed(drafting.file.text, play, drafting.frames).text == "x" * 280
    assert drafting.copy.value == drafting.file.text
    drafting.note.value = "One more word."
    assert drafting.out.layout.display == "none" and "seal it again" in drafting.said.value


def test_the_desk_offers_every_frame_of_the_codebook(drafting):
    book = tomllib.loads((ROOT / "data" / "codebook.toml").read_text(encoding="utf-8"))
    assert [v for _, v in drafting.frame.options] == ["", *(code["id"] for code in book["codes"])]


@pytest.fixture
def board(play):
    return caption.BoardView(play)


def paste(board, play, **other) -> None:
    board.paste.value = desk.seal(draft(**other), play, board.frames)
    board.add.click()


def test_the_board_shows_nothing_before_the_reveal(board, play):
    secret = {"text": "Unmistakable words", "note": "Private reasons", "approved": "kingfisher"}
    paste(board, play, **secret)
    seen = text_of(board.box)
    assert not any(word in seen for word in secret.values())
    assert "In: Tokyo." in seen and "Missing: Seoul." in seen
    assert board.reveal.description == "Reveal round 1 (1 in, 1 missing)"
    board.notes.click()
    assert "reveal the posts first" in text_of(board.box)
    assert not any(word in text_of(board.box) for word in secret.values())
    paste(board, play, team="seoul", text="Other words")
    board.reveal.click()
    seen = text_of(board.box)
    assert "Unmistakable words" in seen and "Other words" in seen
    assert "Private reasons" not in seen and "kingfisher" not in seen
    board.notes.click()
    seen = text_of(board.box)
    assert "Private reasons" in seen and "kingfisher" in seen and "HOST: Hosting" in seen
    assert board.notes.description == "Open the notes of round 1 (opened)"


def test_a_round_is_revealed_alone(board, play):
    paste(board, play)
    paste(board, play, team="beijing", round=2, text="Not yet to be read")
    board.reveal.click()
    assert "A post." in board.shown.value and "Not yet" not in board.shown.value
    board.round.value = 2
    assert board.reveal.description.startswith("Reveal round 2 (1 in, 6 missing)")


def test_malicious_text_is_harmless_on_the_board(board, play):
    paste(board, play, text=EVIL, note=EVIL, approved="<b>adviser</b>")
    board.reveal.click()
    board.notes.click()
    shown = text_of(board.box)
    assert "<img" not in shown and "<script" not in shown and "<b>" not in shown
    assert "&lt;img src=x" in shown and "&lt;b&gt;adviser" in shown


def test_files_come_in_and_a_bad_one_is_named(board, play):
    good = desk.seal(draft(), play, board.frames).encode()
    files = [
        {"name": "good.json", "content": memoryview(good)},
        {"name": "<i>torn</i>.json", "content": memoryview(b"{")},
    ]
    board._files({"new": files})
    assert "Tokyo, round 1: in." in board.said.value
    assert "&lt;i&gt;torn&lt;/i&gt;.json: It is torn" in board.said.value
    assert len(board.board.posts) == 1
    board.paste.value = "half a post"
    board.add.click()
    assert "The pasted text: It is torn" in board.said.value
    assert board.paste.value == "half a post"
    board.paste.value = ""
    board.add.click()
    assert "Paste the text of a sealed post first." in board.said.value


# The rubric and the sheet


@pytest.fixture
def of():
    return desk.rubric()


def test_the_design_stands_in_the_rubric(of):
    assert [(one.name, one.weight) for one in of.criteria] == [
        ("Evidence discipline", 20),
        ("Rival explanations", 20),
        ("Signalling analysis", 15),
        ("Text and translation", 15),
        ("Judgement under uncertainty", 15),
        ("Balance and care", 10),
        ("Clarity", 5),
    ]
    assert [(level.value, level.name) for level in of.levels] == [
        *((4, "Excellent"), (3, "Secure"), (2, "Developing"), (1, "Beginning")),
    ]
    assert {work.name: work.share for work in of.works} == {"Memo": 70, "Portfolio": 30}
    assert [level.lowest for level in of.levels] == [90, 70, 50, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["criteria"][0].update(weight=25), "add up to 105, not to 100"),
        (lambda c: c["works"][0].update(share=60), "shares of the works add up to 90"),
        (lambda c: c["criteria"][2]["at"].pop(), "signalling: expected a text for each level"),
        (lambda c: c["criteria"][0].update(id="text"), "the criterion text stands there twice"),
    ],
)
def test_a_faulty_rubric_is_named(monkeypatch, change, said):
    content = toml("rubric.toml")
    change(content)
    whole = marks.read
    monkeypatch.setattr(marks, "read", lambda name, kind: whole(name, kind, content))
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.rubric()


def levels(of, *values) -> dict[str, int]:
    return {one.id: value for one, value in zip(of.criteria, values, strict=False) if value}


def test_the_conversion_is_a_span_and_needs_every_level(of):
    assert of.conversion(levels(of, 4, 4, 4, 4, 4, 4, 4)) == (90, 100)
    # 20 per cent at 4, the rest at 3: 0.2 x 90 + 0.8 x 70 and 0.2 x 100 + 0.8 x 89
    assert of.conversion(levels(of, 4, 3, 3, 3, 3, 3, 3)) == pytest.approx((74, 91.2))
    assert of.conversion(levels(of, 4, 3, 3, 3, 3, 3)) is None


def test_the_sheet_is_safe_and_comes_back(of):
    lines = [
        desk.Marks(codename=FORMULA, work="memo", levels=levels(of, 4, 3, 3, 3, 3, 3, 3)),
        desk.Marks(codename="heron", work="portfolio", levels=levels(of, 2), remark="@sum, +1"),
    ]
    text = desk.sheet(lines, of)
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head[:3] == ["codename", "work", "Evidence discipline"]
    assert head[-2:] == ["suggested conversion, lowest", "suggested conversion, highest"]
    assert not any(re.match(r"\s*[=+\-@]", cell) for row in rows for cell in row)
    assert [float(cell) for cell in rows[0][-2:]] == [74, 91.2] and rows[1][-2:] == ["", ""]
    assert desk.bring("\ufeff" + text, of) == lines
    assert desk.bring(desk.sheet([], of), of) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "a,b\r\n", "Its columns are not those of this rubric"),
        (lambda text: "", "Its columns are not those of this rubric"),
        (lambda text: text.encode("utf-16"), "save it as CSV in UTF-8"),
        (lambda text: text.replace('"Memo",4', '"Memo",5'), "Row 2: '5' is no level"),
        (lambda text: text.replace('"Memo"', '"Essay"'), "Row 2: heron: choose what is marked"),
        (lambda text: text.replace('"heron"', '""'), "Row 2: Write the student's codename first."),
        (lambda text: text + '"x"\r\n', "Row 3 has 1 cells, not 12"),
        (lambda text: "x" * 1_000_001, "It is larger than 1 MB"),
    ],
)
def test_a_bad_sheet_is_refused_with_its_reason(of, change, said):
    text = desk.sheet([desk.Marks(codename="heron", work="memo", levels=levels(of, 4))], of)
    with pytest.raises(CaseError, match=re.escape(said)):
        desk.bring(change(text), of)


def test_the_sheet_on_the_page(of):
    one = sheets.Sheet(of)
    one.put.click()
    assert "codename first." in one.said.value
    one.who.value, one.remark.value = EVIL[:50], "Good."
    for value in (4, 3, 3, 3, 3, 3, 3):
        one.level.value = value
        one.turn.on.click()
    assert "Evidence discipline: 4" in one.head.value and "Clarity: 3" in one.head.value
    one.put.click()
    assert "is on the sheet." in one.said.value and one.who.value == "" and one.given == {}
    assert "74 to 91" in one.table.value and "Suggested conversion, of 100" in one.table.value
    assert "<img" not in one.table.value and "<img" not in one.said.value
    assert one.file.label == "Download the sheet as CSV (1 line)"
    assert one.file.text.startswith("\ufeff")

    other = sheets.Sheet(of)
    other.who.value = "heron"
    other.put.click()
    assert "7 levels still open." in other.said.value
    other._bring({"new": [{"name": "a.csv", "content": memoryview(one.file.text.encode())}]})
    assert "1 line brought in." in other.said.value and len(other.marks) == 2
    other._bring({"new": [{"name": "<i>.csv", "content": memoryview(b"x")}]})
    assert "&lt;i&gt;.csv: Its columns" in other.said.value and len(other.marks) == 2


def test_a_level_can_be_taken_back(of):
    one = sheets.Sheet(of)
    one.level.value = 2
    assert one.given == {"evidence": 2}
    one.level.value = 0
    assert one.given == {} and "Evidence discipline: no level yet" in one.head.value


def test_this_case_is_the_one_that_is_read():
    assert tables.root() == ROOT

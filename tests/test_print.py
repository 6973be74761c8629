"""Handouts and slides: whole, harmless, and silent about what only an answer may reveal."""

import html
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from casekit import catalogue
from casekit.__main__ import main
from casekit.items import KINDS, read_item
from casekit.printing import handouts, printable, sheets, slides
from casekit.printing.paper import FORMS
from casekit.printing.pdf import count_pages
from casekit.printing.pictures import Pictures
from casekit.printing.sheets import answers, handout, index
from casekit.printing.slides import deck
from casekit.tables import CaseError, root

PAPER = printable()
OF_KIND = {catalogue.item(name).kind: name for name in reversed(PAPER)}
LESSONS = sorted(path.stem for path in (root() / "lessons").glob("[0-9]*.ipynb"))
POISON = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.said: list[str] = []
        self.inside: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self.inside):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())

    def count(self, tag: str, css: str = "") -> int:
        return sum(
            name == tag and (not css or css in (attrs.get("class") or "").split())
            for name, attrs in self.tags
        )


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def evening(monkeypatch):
    """The view in which nothing later than the evening is shown."""
    monkeypatch.setenv("CASEKIT_VIEW", "evening")
    catalogue.forget()
    yield
    monkeypatch.undo()
    catalogue.forget()


# Handouts


def test_every_kind_that_needs_no_device_has_a_form():
    assert set(KINDS) - set(FORMS) == {"code_task"}
    assert set(OF_KIND) == set(FORMS)


@pytest.mark.parametrize("name", PAPER)
def test_a_handout_asks_all_and_tells_nothing(name):
    item = catalogue.item(name)
    page = Page(handout(item))
    assert ("html", {"lang": "en"}) in page.tags
    assert spaced(item.title) in page.text and spaced(item.reason) in page.text
    for part in item.prompt.split("\n\n"):
        assert spaced(part) in page.text
    kept = [item.after, item.instructor, *item.hints, *(item.filled(p) for p in item.feedback)]
    assert not [text for text in kept if text and spaced(text) in page.text]
    assert not {"script", "a", "img", "link", "iframe", "object", "button"} & {
        t for t, _ in page.tags
    }
    assert f"{item.minutes} min" in page.text


@pytest.mark.parametrize("name", PAPER)
def test_an_answer_sheet_gives_every_path_hint_and_the_sources(name):
    item = catalogue.item(name)
    page = Page(answers(item))
    for said in [
        item.instructor,
        item.after,
        *item.hints,
        *(item.filled(p) for p in item.feedback),
    ]:
        for part in said.split("\n\n"):
            assert spaced(part) in page.text
    assert not {"script", "img", "link"} & {tag for tag, _ in page.tags}
    assert ("Sources" in page.said) is bool(item.sources)


def test_a_sorting_has_a_box_for_every_thing_and_place():
    item = catalogue.item("E02")
    page = Page(handout(item))
    assert page.count("span", "box") == len(item.things) * (len(item.bins) + 1)
    many = catalogue.item("L4-worked")
    page = Page(handout(many))
    assert page.count("span", "box") == 0 and page.count("span", "blank") == len(many.things)
    for place in many.bins:
        assert spaced(place.label) in page.text


def test_cards_stand_as_shuffled():
    item = catalogue.item("E04")
    page = Page(handout(item))
    titles = {card.id: card.title for card in item.cards}
    places = [page.text.index(titles[name]) for name in item.shuffled]
    assert places == sorted(places) and page.count("li", "cut") == len(item.cards)
    assert not [card.date for card in item.cards if card.date in page.text]


def filled(name: str) -> dict:
    """The content of a question, its tables filled in."""
    content = catalogue._filled(catalogue.content(name))
    content.pop("evening", None)
    return content


def runs(values: dict) -> int:
    return sum(year - 1 not in values for year in values)


@pytest.mark.parametrize("name", [n for n in PAPER if catalogue.item(n).kind == "guess"])
def test_axes_show_what_is_known_and_later_all_of_it_with_its_gaps(name):
    item = catalogue.item(name)
    known = sum(runs(item.known(line)) for line in item.lines)
    true = sum(runs(item.true(line)) for line in item.lines)
    assert Page(handout(item)).count("polyline") == known
    assert Page(answers(item)).count("polyline") == true > known


def test_known_years_are_drawn_before_the_guess():
    item = read_item({**filled("E05A"), "known_to": 2004})
    page = Page(handout(item))
    expected = sum(year <= 2004 for line in item.lines for year in line.truth)
    assert page.count("circle") == expected > 0
    assert "2004: " in dict(page.tags[[t for t, _ in page.tags].index("svg")][1])["aria-label"]


def test_a_board_prints_its_numbers():
    item = catalogue.item("E08")
    page = Page(handout(item))
    columns = sum(len(side.groups) for side in item.sides) + 1
    assert page.count("td") == (len(item.rows) + 1) * columns
    assert page.text.count("−") >= sum(row[g] < 0 for row in item.rows for g in item.groups)


def test_a_matrix_is_a_grid_of_what_was_known():
    item = catalogue.item("E12")
    page = Page(handout(item))
    shown = item.shown(True)
    assert page.count("td") == len(item.hypotheses) * (len(shown) + 1)
    later = set(item.columns) - set(shown)
    assert later and not [n for n in later if item.columns[n].text in page.text]


def test_highlighted_words_stand_on_numbered_lines():
    item = catalogue.item("E15")
    content = handout(item)
    listed = re.findall(r'<ol class="numbered" start="(\d+)">(.*?)</ol>', content)
    words = [Page(one.replace("</li>", " </li>")).text.split() for _, one in listed]
    passages = [*item.passages, *item.around]
    assert [len(w) for w in words] == [len(p.text.split()) for p in passages]
    starts, lines = [int(start) for start, _ in listed], [one.count("<li>") for _, one in listed]
    assert starts == [1 + sum(lines[:n]) for n in range(len(lines))]


def test_a_forecast_is_a_table_of_probabilities_without_outcomes():
    item = catalogue.item("E22")
    page = Page(handout(item))
    assert page.count("span", "blank") == len(item.questions)
    assert not [q.base_note for q in item.questions if q.base_note and q.base_note in page.text]


def poisoned(value):
    """The content of a question with something foul in every text that a reader sees."""
    if isinstance(value, list):
        return [poisoned(part) for part in value]
    if not isinstance(value, dict):
        return value
    seen = {"title", "prompt", "reason", "instructor", "after", "label", "text", "say", "note"}
    seen |= {"why", "question", "more", "heading", "choice_label", "text_label", "y_title", "pick"}
    seen |= {"lang", "gloss", "rule", "noun", "words_label", "unit"}
    return {
        name: f"{part} {POISON}" if name in seen and _read(part) else poisoned(part)
        for name, part in value.items()
        if name != "when"
    } | {name: part for name, part in value.items() if name == "when"}


def _read(part) -> bool:
    """Whether a value is a text to be read, and not the name of a column."""
    return isinstance(part, str) and not part.startswith("reason_")


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_what_is_foul_in_a_question_stays_text(kind):
    content = filled(OF_KIND[kind])
    for path in content["feedback"]:
        path["say"] = path["say"].replace("{", "").replace("}", "")
        path.pop("counts", None)
    item = read_item(poisoned(content))
    for page in (Page(handout(item)), Page(answers(item)), Page(index([item], {}))):
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
        assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "alert(1)" in Page(handout(item)).text


def test_commands_write_pages_and_say_what_is_wrong(tmp_path, capsys, monkeypatch):
    assert main(["handouts", "--out", str(tmp_path / "a"), "E06", "E19", "--no-pdf"]) == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["E06-answers.html", "E06.html", "E19-answers.html", "E19.html", "index.html"]
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert main(["handouts", "--out", str(tmp_path / "a"), "E06", "E19", "--no-pdf"]) == 0
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    capsys.readouterr()
    (tmp_path / "file").write_text("x")
    for arguments, said in (
        (["handouts", "E99"], "There is no question 'E99'."),
        (["handouts", "C1"], "C1 needs a device"),
        (["handouts", "E06", "--paper", "foolscap"], "choose a4 or letter"),
        (["slides", "99-none"], "There is no lesson 99-none."),
    ):
        assert main([*arguments, "--out", str(tmp_path / "b")]) == 1
        assert said in capsys.readouterr().err and not (tmp_path / "b").exists()
    assert main(["handouts", "E06", "--out", str(tmp_path / "file")]) == 1
    assert "cannot be written into" in capsys.readouterr().err
    monkeypatch.setattr(sheets, "browser", lambda: "")
    assert main(["handouts", "E06", "--out", str(tmp_path / "c")]) == 0
    assert "No PDF is written: there is no Chromium" in capsys.readouterr().out


def test_the_list_names_every_handout_once(tmp_path):
    told = []
    assert handouts(tmp_path, pdf=False, say=told.append) == len(PAPER)
    page = Page((tmp_path / "index.html").read_text("utf-8"))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert sorted(links) == sorted(f"{n}{end}.html" for n in PAPER for end in ("", "-answers"))
    assert all((tmp_path / link).is_file() for link in links)
    minutes = re.findall(r"</th><td>(\d+)</td>", (tmp_path / "index.html").read_text("utf-8"))
    assert sum(map(int, minutes)) == sum(catalogue.item(name).minutes for name in PAPER)


def test_the_evening_view_prints_nothing_later(evening, tmp_path):
    now = printable()
    gone = sorted(set(PAPER) - set(now))
    assert gone and "E12" in now
    with pytest.raises(CaseError, match="cannot be printed"):
        handouts(tmp_path / "a", gone[:1], pdf=False)
    item = catalogue.item("E03")
    page = Page(handout(item))
    assert "Evening view: nothing after" in page.text and len(item.things) < 8
    assert page.count("span", "box") == len(item.things) * len(item.bins)


# PDF


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    if not shutil.which("chromium"):
        reason = "no chromium on this machine: install Debian's package chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    out = tmp_path_factory.mktemp("handouts")
    handouts(out, ["E06", "E17"], say=lambda _: None)
    return out


def test_the_pages_stated_are_those_of_the_pdf(printed):
    listed = (printed / "index.html").read_text("utf-8")
    for name in ("E06", "E06-answers", "E17", "E17-answers"):
        pdf = (printed / f"{name}.pdf").read_bytes()
        pages = max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))
        assert count_pages(printed / f"{name}.pdf") == pages
        stated = re.search(rf'href="{name}\.pdf"[^>]*>PDF, (\d+) page', listed)
        assert int(stated[1]) == pages
    assert ">PDF, 1 page<" in listed


def test_a_browser_that_fails_is_named(tmp_path, monkeypatch):
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\necho no luck >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(sheets, "browser", lambda: str(program))
    with pytest.raises(CaseError, match=r"wrote no PDF. It said: no luck"):
        handouts(tmp_path / "a", ["E06"], say=lambda _: None)


# Slides


def notebook(*cells):
    return v4.new_notebook(
        cells=[
            v4.new_code_cell(cell[3:]) if cell.startswith(">>>") else v4.new_markdown_cell(cell)
            for cell in cells
        ]
    )


def made(*cells) -> str:
    return deck(notebook(*cells), "lessons/01-history", Pictures(None))


def parts(content: str) -> list[str]:
    return re.findall(r"<section.*?</section>", content, re.S)


@pytest.mark.parametrize("name", LESSONS)
def test_slides_are_whole_and_what_is_revealed_waits(name):
    file = nbformat.read(root() / "lessons" / f"{name}.ipynb", as_version=4)
    content = deck(file, f"lessons/{name}", Pictures(None))
    page = Page(content)
    assert ("html", {"lang": "en"}) in page.tags and page.count("h1") == 1
    assert page.count("script") == 1 and not page.count("link")
    assert not [a for t, a in page.tags if "src" in a and not a["src"].startswith("data:")]
    slides_ = parts(content)
    assert len(slides_) == page.count("section") == page.count("h2")
    source = "\n".join(cell.source for cell in file.cells if cell.cell_type == "code")
    asked = re.findall(r'ask\("([^"]+)"\)', source)
    assert asked
    shown = re.sub(r'<aside class="notes".*?</aside>', "", content, flags=re.S)
    shown = Page(re.sub(r'<details class="reveal">.*?</details>', "", shown, flags=re.S)).text
    prompts = " ".join(spaced(catalogue.item(one).prompt) for one in asked)
    for item in map(catalogue.item, asked):
        assert spaced(item.title) in shown
        later = [item.instructor, *item.hints, *(item.filled(path) for path in item.feedback)]
        assert all(spaced(part) in page.text for text in later for part in text.split("\n\n"))
        later += [item.after] if spaced(item.after) not in prompts else []
        assert not [text for text in later if text and spaced(text) in shown]
    prose = "\n".join(cell.source for cell in file.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ +(.+)$", prose, re.M)
    assert not [h for h in headings if spaced(h.replace("*", "")) not in shown]


def test_a_long_text_goes_on_and_a_short_rest_stays():
    long = " ".join(["word"] * 60)
    found = parts(made(f"# One\n\n{long}\n\n{long}\n\nfew words", "## Two", ">>>ask('E10S')"))
    heads = [re.search(r"<h\d>(.*?)</h\d>", one)[1] for one in found]
    assert heads[:2] == ["One", 'One <span class="on">(continued)</span>']
    assert "few words" in found[1] and "Two · Question E10S" in found[2]
    assert len(found) == 4 and '<details class="reveal">' in found[3]


def test_a_line_that_leads_to_a_list_stays_with_it():
    long, points = " ".join(["word"] * 60), "\n".join(f"- {n} and on" for n in range(20))
    found = parts(made(f"# One\n\n{long}\n\n**What follows**\n\n{points}"))
    assert len(found) == 2 and "What follows" not in found[0]
    assert found[1].index("What follows") < found[1].index("<ul>")


def test_slides_keep_languages_and_nothing_foul():
    content = made(
        f'# A <script>alert(0)</script>\n\n<span lang="ko">둘</span> {POISON} '
        "[go](javascript:alert(3)) ![a](http://example.org/a.png) [there](01-history.ipynb)\n\n"
        "<div onclick=alert(4)>block</div>"
    )
    page = Page(content)
    assert ("span", {"lang": "ko"}) in page.tags and page.count("script") == 1
    assert not {"img", "a", "div"} & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "alert(1)" in page.text


def test_a_cell_marked_to_be_skipped_makes_no_slide():
    file = notebook("# One\n\nText.", "## Only here\n\nPress the button.")
    file.cells[1].metadata["slideshow"] = {"slide_type": "skip"}
    assert len(parts(deck(file, "lessons/01-history", Pictures(None)))) == 1


def test_without_tools_a_chart_is_its_description_and_an_open_table():
    content = made("# One\n\nText.", '>>>figure("ladder")')
    said = catalogue.figures()["ladder"]["description"]
    assert html.escape(said[:40]) in content or "A chart: " in content
    assert "<details open>" in content and "<img" not in content


def test_the_evening_view_hides_stored_outputs_and_later_questions(evening):
    output = v4.new_output("display_data", {"text/html": "<p>much later</p>"})
    file = notebook("# One\n\nText.", '>>>table("x")', ">>>ask('E21V')")
    file.cells[1].outputs = [output]
    told = catalogue.instead("E21V")
    content = deck(file, "lessons/01-history", Pictures(None))
    assert "much later" not in content and "not shown in this view" in content
    assert told and told in Page(content).text


def test_slides_are_written_for_the_lessons_that_ask(tmp_path):
    told = []
    assert slides(tmp_path, ["00-start-here"], say=told.append) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["00-start-here.html"]
    assert "Charts are given as descriptions" in told[0]
    assert Path(tmp_path / "00-start-here.html").stat().st_size < 800_000

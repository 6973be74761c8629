"""Citations: found, numbered, numbered again without a change, and turned into safe lines."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casekit import CaseError, catalogue, citations
from casekit.citations import cited, number, words

ROOT = Path(__file__).resolve().parents[1]


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.links += [value for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}

    def handle_data(self, data):
        self.text += data


# Finding and numbering


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("So [@case:a].", ["case:a"]),
        ("So [@case:a; @history:b-1_2.x].", ["case:a", "history:b-1_2.x"]),
        ("So [@case:a;@case:b].", ["case:a", "case:b"]),
        ("Two [@case:b], one [@case:a], two [@case:b].", ["case:b", "case:a"]),
        ('So [[1, 2]](#Sources "@case:a; @case:b").', ["case:a", "case:b"]),
        ('say("So [[2]](#Sources \\"@case:a\\").")', ["case:a"]),
        ("mail me@case:a or [@nobody] or [case:a] or [@CASE:a] or [@case: a]", []),
        ("[[1]](https://example.org)", []),
        ("", []),
    ],
)
def test_citations_are_found_in_order_of_first_mention(text, ids):
    assert cited(text) == ids


def test_a_citation_becomes_a_numbered_link():
    assert number("So [@case:b; @case:a].", ["case:a", "case:b"]) == (
        'So [[2, 1]](#Sources "@case:b; @case:a").'
    )


def test_numbers_follow_the_order_anew():
    once = number("So [@case:b].", ["case:a", "case:b"])
    assert number(once, ["case:b", "case:a"]) == 'So [[1]](#Sources "@case:b").'


IDS = st.from_regex(r"[a-z]{1,4}:[A-Za-z0-9][A-Za-z0-9_.-]{0,6}", fullmatch=True)
CITED = st.lists(st.lists(IDS, min_size=1, max_size=3), min_size=1, max_size=4)
BETWEEN = st.text(st.characters(exclude_characters='[]()"\\'), max_size=12)


@settings(max_examples=60, deadline=None)
@given(groups=CITED, between=BETWEEN, quote=st.sampled_from(['"', '\\"']))
def test_numbering_again_changes_nothing_and_loses_nothing(groups, between, quote):
    text = between.join(f"[{'; '.join('@' + one for one in group)}]" for group in groups)
    order = list(dict.fromkeys(one for group in groups for one in group))
    assert cited(text) == order
    once = number(text, order, quote)
    assert cited(once) == order
    assert number(once, order, quote) == once
    assert "[@" not in once
    shown = re.findall(r"\[\[([\d, ]+)\]\]", once)
    assert [[int(n) for n in one.split(", ")] for one in shown] == [
        [order.index(one) + 1 for one in group] for group in groups
    ]
    rest = re.sub(r"\[\[[\d, ]+\]\]\(#Sources [^)]*\)", "()", once)
    assert rest == between.join(["()"] * len(groups))


def test_a_string_of_code_stays_the_same_string():
    source = 'say(f"They wrote “so” [@case:a], and {count} times [@case:b].")'
    order = ["case:a", "case:b"]
    once = number(source, order, quote='\\"')
    assert number(once, order, quote='\\"') == once
    said: list[str] = []
    exec(once, {"say": said.append, "count": 3})
    assert said == [
        'They wrote “so” [[1]](#Sources "@case:a"), and 3 times [[2]](#Sources "@case:b").'
    ]
    assert cited(once) == cited(said[0]) == order


def test_an_id_without_a_number_is_an_error():
    with pytest.raises(ValueError, match="case:b"):
        number("So [@case:b].", ["case:a"])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("An [audience cost](#Words-used-here).", ["audience cost"]),
        ('Two [audience costs](#Words-used-here "Audience cost").', ["audience cost"]),
        ('say("[costs](#Words-used-here \\"Audience cost\\")")', ["audience cost"]),
        ("[B](#Words-used-here) [a](#Words-used-here) [b](#Words-used-here)", ["b", "a"]),
        ("[text](#Sources) [other](#Words)", []),
    ],
)
def test_words_are_found_in_order_of_first_mention(text, terms):
    assert words(text) == terms


# Lines of the list of sources


def test_a_line_says_who_what_when_and_where(small_case):
    paper, archive = citations.source_items(["case:paper", "case:archive"])
    assert Links(paper).text == "The Paper. A report. 2020-01-02. example.org"
    assert Links(paper).links == ["https://example.org/1"]
    assert Links(archive).text == "An Archive. A record. 2019."
    assert Links(archive).links == []


def test_lines_stand_in_the_order_asked_for_and_once(small_case):
    lines = citations.source_items(["case:office", "case:paper", "case:office"])
    assert [Links(line).text.split(".")[0] for line in lines] == ["An Office", "The Paper"]


def test_every_unknown_id_is_named(small_case):
    ids = ["case:x", "case:paper", "bib:y1999", "case:x"]
    assert citations.unknown(ids) == ["case:x", "bib:y1999"]
    with pytest.raises(CaseError, match=r"No such source: case:x, bib:y1999\."):
        citations.source_items(ids)


ADDRESSES = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.org/x",
    "example.org",
    "javascript:alert(1)//https://example.org",
    "https://",
    "https:///x",
    "https:// example.org",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_an_address_of_the_web_becomes_a_link(small_case, address):
    small_case.replace("data/tables/sources.csv", "https://example.org/1", f'"{address}"')
    (line,) = citations.source_items(["case:paper"])
    assert Links(line).links == []
    assert Links(line).elements == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a?b=1&c=<x>",
        "https://example.org/'onmouseover='alert(1)",
        'https://example.org/""onmouseover=""alert(1)',
        'https://example.org""><script>alert(1)</script>',
        "http://www.example.org/~x",
    ],
)
def test_an_address_of_the_web_stays_one_address(small_case, address):
    small_case.replace("data/tables/sources.csv", "https://example.org/1", f'"{address}"')
    (line,) = citations.source_items(["case:paper"])
    read = Links(line)
    assert read.elements == ["a"]
    assert read.links == [address.replace('""', '"')]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "A & B", "&lt;b&gt;"]
)
def test_the_text_of_a_source_is_never_markup(small_case, text):
    small_case.replace("data/tables/sources.csv", "An Archive,A record", f"{text},{text}")
    (line,) = citations.source_items(["case:archive"])
    assert Links(line).elements == []
    assert Links(line).text == f"{text}. {text}. 2019."


# The literature


BOOKS = ["key", "authors", "year", "title", "published_in", "doi"]


def with_books(case, *rows: str) -> None:
    described = json.loads((case.root / "data/datapackage.json").read_text("utf-8"))
    described["resources"].append(case.resource("literature", BOOKS))
    case.write("data/datapackage.json", json.dumps(described))
    case.write("data/tables/literature.csv", "\n".join([",".join(BOOKS), *rows]) + "\n")


def test_a_book_is_a_source_too(small_case):
    with_books(small_case, 'a1999,"Ann, A.",1999,On it,Press,10.1/x', "b2000,B,2000,On that,Press,")
    ann, ben, paper = citations.source_items(["bib:a1999", "bib:b2000", "case:paper"])
    assert Links(ann).text == "Ann, A. (1999). On it. Press. doi.org"
    assert Links(ann).links == ["https://doi.org/10.1/x"]
    assert Links(ben).text == "B (2000). On that. Press."
    assert Links(ben).links == []
    assert Links(paper).text.startswith("The Paper")
    assert citations.unknown(["bib:a1999", "bib:c2001", "a1999"]) == ["bib:c2001", "a1999"]


# The case's own sources


@pytest.fixture
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    yield
    monkeypatch.undo()
    catalogue.forget()


def test_every_source_of_the_case_can_be_listed(this_case):
    with (ROOT / "data" / "tables" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    with (ROOT / "data" / "tables" / "literature.csv").open(encoding="utf-8", newline="") as file:
        books = {f"bib:{row['key']}": row for row in csv.DictReader(file)}
    ids = [*rows, *books]
    lines = dict(zip(ids, citations.source_items(ids), strict=True))
    for name, line in lines.items():
        read = Links(line)
        row = rows.get(name) or books[name]
        assert set(read.elements) <= {"a"}, name
        assert row["title"].rstrip(".") in read.text, name
        address = rows[name]["url"] if name in rows else row["doi"]
        expected = [address if name in rows else f"https://doi.org/{address}"] if address else []
        assert read.links == expected, name
        assert re.fullmatch(citations.ID, name), name

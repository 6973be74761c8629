"""From notebooks and questions to pages: what is said, what is folded, and that all is harmless."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from attrs import evolve
from nbformat import v4

from casekit import catalogue, citations, reading
from casekit import doors as ways_in
from casekit.catalogue import item, item_ids
from casekit.charts.theme import MEDIA_TYPE
from casekit.items import KINDS
from casekit.reading import pages
from casekit.reading.questions import chart_html, figure_html, question_html
from casekit.tables import CaseError, settings
from casekit.widgets.view import safe

ROOT = Path(__file__).resolve().parents[1]
PLACE = "lessons/01-name.ipynb"
SITE = pages.Site(
    pages=frozenset([PLACE, "docs/terms.md"]),
    files={"LICENSE": "LICENSE.txt"},
    runs=frozenset([PLACE]),
)
EVIL = '<script>alert("x")</script>'
SET_UP = 'import sys; sys.path.insert(0, "..")\nfrom casekit import ask'
HIDDEN = {"jupyter": {"source_hidden": True}}
BY_KIND = {item(name).kind: name for name in reversed(item_ids())}


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


def code(source, *outputs, hidden=True):
    return v4.new_code_cell(source, outputs=list(outputs), metadata=HIDDEN if hidden else {})


def shown(data):
    return v4.new_output("display_data", data)


def html_of(page):
    """Return all that a page shows, as one text."""
    parts = []
    for cell in page.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        for output in cell.get("outputs", []):
            parts += list(output.get("data", {}).values())
    return "\n".join(parts)


# Questions


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_read_with_its_prompt_and_a_folded_explanation(kind):
    question = item(BY_KIND[kind])
    before, _, folded = question_html(question).partition("<summary>Explanation</summary>")
    for part in question.prompt.split("\n\n"):
        assert f"<p>{safe(part)}</p>" in before
    for path in question.feedback:
        assert safe(question.filled(path)) in folded
        assert safe(question.filled(path)) not in before


def test_every_question_of_the_case_can_be_read():
    for name in item_ids():
        assert safe(item(name).title) in question_html(item(name)), name


def test_options_stand_before_and_the_reference_is_folded():
    question = next(
        q
        for q in map(item, item_ids())
        if q.kind == "choice" and any(option.right for option in q.options)
    )
    right = next(option.label for option in question.options if option.right)
    before, _, folded = question_html(question).partition("<summary>Explanation</summary>")
    for option in question.options:
        assert f"<li>{safe(option.label)}</li>" in before
    assert "Reference:" not in before
    assert f"Reference: “{safe(right)}”" in folded


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_text_of_a_question_does_no_harm(kind):
    question = item(BY_KIND[kind])
    paths = [evolve(path, say=EVIL, counts={}) for path in question.feedback]
    evil = evolve(
        question,
        title=EVIL,
        prompt=EVIL,
        reason=EVIL,
        after=EVIL,
        hints=[EVIL] * 3,
        feedback=paths,
        reveal=[EVIL],
    )
    told = question_html(evil)
    assert EVIL not in told
    assert safe(EVIL) in told
    assert "<script>" not in told


def test_options_and_models_do_no_harm():
    choice, write = item(BY_KIND["choice"]), item(BY_KIND["write"])
    options = [evolve(option, label=EVIL) for option in choice.options]
    assert EVIL not in question_html(evolve(choice, options=options))
    fields = [evolve(box, label=EVIL) for box in write.fields]
    told = question_html(evolve(write, fields=fields, models=[EVIL]))
    assert EVIL not in told and safe(EVIL) in told


def test_an_unknown_figure_is_a_sentence():
    assert figure_html("none<b>") == "<p>The figure none&lt;b&gt; is not in this case.</p>"


def test_a_figure_that_cannot_be_drawn_is_a_sentence(monkeypatch):
    monkeypatch.setattr(catalogue, "figures", lambda: {"odd": {"form": "none", "file": "f.toml"}})
    assert re.fullmatch(r"<p>A figure cannot be drawn\. .*form.*</p>", figure_html("odd"))


def test_a_chart_is_data_that_ends_nothing_early():
    spec = {"description": "A & B", "title": "</script><script>alert(1)</script>"}
    told = chart_html(spec)
    content = re.search(r'<script type="application/json">(.*?)</script>', told)[1]
    assert json.loads(content) == spec
    assert "A chart: A &amp; B" in told


# Notebooks


def test_a_page_opens_with_its_title_and_ways_out():
    opening = v4.new_markdown_cell(
        "# A lesson\n\n**The question.** Why?\n\n**Time.** About 12 minutes: all to read.\n\n"
        "If you see *Error displaying widget*, run all cells."
    )
    made = pages.page(notebook(opening, code(SET_UP)), PLACE, SITE)
    assert made.cells[0].source == "# A lesson"
    told = html_of(made)
    assert 'href="../lite/start.html?path=lessons/01-name.ipynb">Do it in the browser' in told
    assert "Error displaying widget" not in told and SET_UP not in told
    assert "Binder" not in told and "Download" not in told
    assert pages.about(notebook(opening)) == pages.About("A lesson", "Why?", 12)


def test_with_an_address_binder_and_download_are_there():
    site = pages.Site(pages=SITE.pages, runs=SITE.runs, address="https://github.com/some/where")
    told = pages.doors(PLACE, site)
    there = "urlpath=doc%2Ftree%2Flessons%2F01-name"
    assert f"https://mybinder.org/v2/gh/some/where/HEAD?{there}" in told
    assert 'href="https://github.com/some/where/raw/HEAD/lessons/01-name.ipynb">Download' in told


def test_without_a_heading_the_name_is_the_title():
    assert pages.page(notebook(code("1 + 1", hidden=False)), PLACE, SITE).cells[0].source == (
        "# 01-name"
    )


def test_a_question_stands_where_it_is_asked_one_level_below_its_heading():
    name = BY_KIND["choice"]
    cells = v4.new_markdown_cell("## Part"), code(f'ask("{name}")')
    told = html_of(pages.page(notebook(*cells), PLACE, SITE))
    assert f'<h3 class="title" id="title-{name}">' in told


def test_what_only_a_kernel_can_show_is_a_sentence():
    told = html_of(pages.page(notebook(code(f'{SET_UP}\nlook_back("X")')), PLACE, SITE))
    assert pages.OWN in told and "start.html?path=lessons/01-name.ipynb" in told
    assert pages.OWN not in html_of(pages.page(notebook(code(SET_UP)), PLACE, SITE))


def test_stored_outputs_stay_and_charts_become_data():
    chart = shown({MEDIA_TYPE: {"description": "Said.", "mark": "bar"}, "text/plain": "Said."})
    cell = code('figure("x")', chart, shown({"text/html": "<table></table>"}))
    told = html_of(pages.page(notebook(cell), PLACE, SITE))
    assert '{"description":"Said.","mark":"bar"}' in told
    assert "<table></table>" in told


def test_code_on_show_stays_and_folded_code_goes():
    open_cell, folded = code("print(1)", hidden=False), code("say(2)", shown({"text/html": "2"}))
    made = pages.page(notebook(open_cell, folded), PLACE, SITE)
    tags = {cell.source: cell.metadata.get("tags") for cell in made.cells}
    assert tags["print(1)"] == []
    assert tags["say(2)"] == ["remove-input"]


def test_a_citation_leads_to_its_source_and_a_word_to_its_meaning():
    first = catalogue.tables.table("sources")["id"].iloc[0]
    row = catalogue.tables.table("glossary").iloc[0]
    source = f'So [[1]](#Sources "@{first}"). A [thing](#Words-used-here "{row["term"]}").'
    line = citations.source_items([first])[0]
    cells = (
        v4.new_markdown_cell(source),
        code(
            'words("x")', shown({"text/html": f"<ul><li><strong>{row['term']}</strong></li></ul>"})
        ),
        code('sources("x")', shown({"text/html": f"<ol><li>{line}</li></ol>"})),
    )
    told = html_of(pages.page(notebook(*cells), PLACE, SITE))
    place = pages.word_place(row["term"])
    for target in ("source-1", place):
        assert f'href="#{target}"' in told and f'id="{target}"' in told
    assert safe(row["definition"]) in told
    assert "@" + first not in told


def test_an_unknown_word_is_named():
    cell = v4.new_markdown_cell("[no such word](#Words-used-here)")
    with pytest.raises(CaseError, match="no such word"):
        pages.page(notebook(cell), PLACE, SITE)


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("[A](01-name.ipynb)", '<a href="01-name.html">A</a>'),
        ("[A](../docs/terms.md#part)", '<a href="../docs/terms.html#part">A</a>'),
        ("[A](../LICENSE)", '<a href="../LICENSE.txt">A</a>'),
        ("[A](../data/table.csv)", "A"),
        ("[A](https://example.org/a)", "[A](https://example.org/a)"),
        ("`[A](../LICENSE)`", "`[A](../LICENSE)`"),
        ("![A](picture.png)", "![A](picture.png)"),
    ],
)
def test_a_link_leads_to_what_the_site_has(written, made):
    assert pages.Text(PLACE, SITE)(written) == made


def test_with_an_address_other_files_are_reached_there():
    site = pages.Site(address="https://example.org/some")
    made = pages.Text(PLACE, site)("[A](../data/table.csv)")
    assert made == '<a href="https://example.org/some/blob/HEAD/data/table.csv">A</a>'


# The site


def test_the_first_page_lists_every_lesson_and_no_dead_link(tmp_path):
    reading.write_source(ROOT, tmp_path)
    first = (tmp_path / "index.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "lessons").glob("*.ipynb")):
        about = pages.about(nbformat.read(path, as_version=4))
        assert f"- [{about.title}](lessons/{path.name})" in first
        assert about.question in first
    assert "lite/start.html" in first
    if not settings()["address"]:
        assert "Binder" not in first and "github" not in first
    assert json.loads((tmp_path / "reading.json").read_text())["title"] == settings()["title"]


@pytest.fixture
def addressed(monkeypatch):
    """Give the case an address: ``addressed("https://github.com/owner/name")``."""

    def give(address):
        monkeypatch.setattr(ways_in, "settings", lambda: {**settings(), "address": address})

    return give


def test_however_the_address_is_written_its_links_are_whole(tmp_path, addressed):
    addressed("https://github.com/some/where.git/")
    place = settings()["start"]
    (tmp_path / "case" / place).parent.mkdir(parents=True)
    nbformat.write(notebook(v4.new_markdown_cell("# A lesson")), tmp_path / "case" / place)
    reading.write_source(tmp_path / "case", tmp_path)
    told = (tmp_path / place).read_text(encoding="utf-8")
    assert f"https://github.com/some/where/raw/HEAD/{place}" in told
    first = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert '<a href="https://github.com/some/where">' in first
    assert "https://mybinder.org/v2/gh/some/where/HEAD?" in first


def test_an_address_that_leads_nowhere_stops_the_site(tmp_path, addressed):
    addressed("github.com/some/where")
    with pytest.raises(CaseError, match=r"data/case\.toml, address: "):
        reading.write_source(tmp_path / "case", tmp_path)


@pytest.mark.parametrize(
    ("runs", "address", "heading"),
    [
        (True, "https://github.com/some/where", "Three ways to do it"),
        (True, "", "Two ways to do it"),
        (False, "https://github.com/some/where", "Two ways to do it"),
        (False, "", "One way to do it"),
    ],
)
def test_the_first_page_counts_the_ways_that_are_there(runs, address, heading):
    start = settings()["start"]
    site = pages.Site(runs=frozenset([start] if runs else []), address=address)
    told = reading._landing(ROOT, {}, {}, site)
    ways = told.split(f"## {heading}\n")[1].split("## ")[0]
    words = {1: "One", 2: "Two", 3: "Three"}
    assert words[len(re.findall("^- ", ways, re.MULTILINE))] == heading.split()[0]


@pytest.mark.parametrize("name", ["docs", ".", "..", "lessons", "README.md"])
def test_a_folder_that_is_no_earlier_build_is_refused_and_stays(tmp_path, name):
    case = tmp_path / "case"
    for folder in ("docs", "lessons"):
        (case / folder / "_static").mkdir(parents=True)
        (case / folder / "page.md").write_text("ours")
    (case / "README.md").write_text("ours")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CaseError, match=": name a folder of its own, such as"):
        reading.build(case, case / name, tools=tmp_path / "none")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("held", [[], ["lite/start.html"], reading.MADE])
def test_a_new_folder_and_an_earlier_build_are_written(tmp_path, held):
    for name in held:
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).touch()
    with pytest.raises(CaseError, match="holds no Sphinx"):  # what it asks for next
        reading.build(ROOT, tmp_path / "out", tools=tmp_path / "none")


def test_without_its_tools_it_says_what_to_do(tmp_path):
    with pytest.raises(CaseError, match="make site"):
        reading.build(ROOT, tmp_path / "out", tools=tmp_path)
    assert not (tmp_path / "out").exists()

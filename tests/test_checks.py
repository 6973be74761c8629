"""Every rule finds its fault, and a notebook without a fault has no finding."""

import pytest
from nbformat import v4

from casekit.checks import LINES, MARK, WIDGET, Finding, check_case, sentences, uncited

MARKDOWN, SETUP, TEXT, CHART, SAY, ASK, WORDS_HEADING, WORDS, SOURCES_HEADING, SOURCES = range(10)
SAYS_NOT = "holds a date, figure or quotation and no citation"


def source(cell, old, new):
    """Return what replaces text in one cell of the notebook."""

    def break_it(book):
        assert old in book.cells[cell].source
        book.cells[cell].source = book.cells[cell].source.replace(old, new)

    return break_it


def append(cell, text):
    def break_it(book):
        book.cells[cell].source += text

    return break_it


def metadata(cell, **entries):
    def break_it(book):
        book.cells[cell].metadata.update(entries)

    return break_it


def output(cell, *outputs):
    def break_it(book):
        book.cells[cell].outputs = [v4.new_output(**entries) for entries in outputs]

    return break_it


def displays(bundle):
    return {"output_type": "display_data", "data": bundle}


def prints(text):
    return {"output_type": "stream", "name": "stderr", "text": text}


def other_kernel(book):
    book.metadata.kernelspec.name = "python3-local"


def widget_state(book):
    book.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}


def same_id(book):
    book.cells[SAY].id = book.cells[CHART].id


def without_id(book):
    del book.cells[CHART]["id"]


def not_run(book):
    book.cells[CHART].execution_count = None


def run_out_of_order(book):
    book.cells[CHART].execution_count = 3
    book.cells[SAY].execution_count = 2


def too_many_cells(book):
    for count in range(7, 24):
        cell = v4.new_code_cell("1 + 1", execution_count=count)
        book.cells.append(cell)


def without_description(book):
    (spec,) = [v for k, v in book.cells[CHART].outputs[0].data.items() if "vegalite" in k]
    del spec["description"]


def delete(*cells):
    def break_it(book):
        for cell in sorted(cells, reverse=True):
            del book.cells[cell]
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        for count, cell in enumerate(code, 1):
            cell.execution_count = count

    return break_it


def old_format(book):
    book.nbformat_minor = 4


def invalid(book):
    book.cells[CHART].outputs[0].output_type = "picture"


FAULTS = {
    # form
    "kernel": (other_kernel, "the kernel is 'python3-local'"),
    "invalid": (invalid, "is no valid notebook"),
    "old format": (old_format, "is no valid notebook"),
    "widget state": (widget_state, "holds the state of widgets"),
    "same id": (same_id, "cell 5: has the id 'cell-4', which another cell has"),
    "no id": (without_id, "cell 4: has no id"),
    "times": (
        metadata(CHART, execution={"iopub.execute_input": "2026"}),
        "holds times of execution",
    ),
    "not run": (not_run, "cell 4: has execution count None, expected 2"),
    "order of runs": (run_out_of_order, "cell 4: has execution count 3, expected 2"),
    # outputs
    "error": (
        output(CHART, {"output_type": "error", "ename": "E", "evalue": "e", "traceback": []}),
        "cell 4: stores an error",
    ),
    "widget": (output(CHART, displays({WIDGET: {"model_id": "1"}})), "cell 4: stores a widget"),
    "question without tag": (metadata(ASK, tags=[]), "needs the tag nbval-ignore-output"),
    "question with output": (
        output(ASK, displays({WIDGET: {"model_id": "1"}})),
        "cell 6: asks a question and stores outputs",
    ),
    "chart without description": (
        without_description,
        "cell 4: stores a chart without a description",
    ),
    "chart with blank description": (
        output(CHART, displays({"application/vnd.vegalite.v6+json": {"description": " "}})),
        "cell 4: stores a chart without a description",
    ),
    "chart that loads scripts": (
        output(CHART, displays({"text/html": '<div id="altair-viz-1"></div>'})),
        "cell 4: stores a chart that loads scripts",
    ),
    # headings
    "no title": (source(MARKDOWN, "# Lesson", "Lesson"), "has no title"),
    "two titles": (append(TEXT, "\n\n# Another"), "cell 3: has a second heading of level 1"),
    "underlined title": (append(TEXT, "\n\nAnother\n====="), "has a second heading of level 1"),
    "level left out": (append(TEXT, "\n\n#### Deep"), "goes from level 2 to level 4"),
    "empty heading": (append(TEXT, "\n\n###"), "cell 3: has an empty heading"),
    # code
    "long cell": (append(CHART, "\n1" * LINES), f"has {LINES + 1} lines of code"),
    "long cell with marks": (
        append(CHART, "\n### BEGIN SOLUTION" + "\n1" * (LINES - 2) + "\n### END SOLUTION"),
        f"has {LINES + 1} lines of code",
    ),
    "many cells": (too_many_cells, "has 23 code cells"),
    "no Python": (append(CHART, "\n%matplotlib inline"), "cell 4: is not Python"),
    "other set-up": (
        append(SETUP, "\nimport altair"),
        "cell 2: the first code cell is not the set-up",
    ),
    "open set-up": (metadata(SETUP, jupyter={}), "cell 2: the set-up cell is not folded"),
    # names
    "figure": (source(CHART, "strip", "stripe"), "there is no figure 'stripe'"),
    "question": (source(ASK, "E01", "E99"), "there is no question 'E99'"),
    "question in text": (append(TEXT, " See E01 and E02B."), "speaks of a question 'E02B', and"),
    # citations
    "citation in text removed": (
        lambda book: (
            source(TEXT, ' [[1]](#Sources "@case:archive")', "")(book),
            source(SAY, "[[2]]", "[[1]]")(book),
        ),
        f"cell 3: this sentence {SAYS_NOT}: “They met in 2019.”",
    ),
    "citation in say removed": (
        source(SAY, ' [[2]](#Sources \\"@case:paper\\")', ""),
        f"cell 5: this sentence {SAYS_NOT}: “The paper wrote “we met again”.”",
    ),
    "unknown source": (
        source(TEXT, "case:archive", "case:archives"),
        "the source 'case:archives' is not",
    ),
    "order of numbers": (source(TEXT, "[[1]]", "[[2]]"), "cell 3: citations are not numbered"),
    "citation not numbered": (
        source(TEXT, '[[1]](#Sources "@case:archive")', "[@case:archive]"),
        "cell 3: citations are not numbered by first mention",
    ),
    "number in say": (source(SAY, "[[2]]", "[[3]]"), "cell 5: citations are not numbered"),
    "citation in code": (append(CHART, "  # [@case:office]"), "cell 4: cites in code"),
    "no heading Sources": (
        source(SOURCES_HEADING, "Sources", "Read"),
        "heading “Sources” is missing",
    ),
    "no list of sources": (delete(SOURCES), "no cell below “Sources” calls sources(…)"),
    "other list of sources": (source(SOURCES, "01-a", "02-b"), "write sources('lessons/01-a')"),
    # glossary
    "term": (source(TEXT, "[audience cost]", "[audience]"), "the glossary has no term 'audience'"),
    "no heading Words": (source(WORDS_HEADING, "used", "met"), "“Words used here” is missing"),
    "no list of words": (delete(WORDS), "no cell below “Words used here” calls words(…)"),
    "other list of words": (source(WORDS, "01-a", "02-b"), "write words('lessons/01-a')"),
    # pictures, links, leftovers
    "image": (source(TEXT, "![A handshake before two flags]", "![]"), "without alternative text"),
    "HTML image": (append(TEXT, ' <img src="hands.png">'), "without alternative text"),
    "empty link": (append(TEXT, " See [this]()."), "cell 3: has a link that leads nowhere"),
    "link to nothing": (append(TEXT, " See [this](#)."), "cell 3: has a link that leads nowhere"),
    "placeholder": (append(TEXT, "\n\nTODO"), "cell 3: holds the placeholder 'TODO'"),
    "filler": (append(TEXT, "\n\nLorem ipsum"), "cell 3: holds the placeholder 'Lorem'"),
    "placeholder in code": (append(CHART, "  # FIXME"), "cell 4: holds the placeholder 'FIXME'"),
    "path": (
        append(CHART, '\nopen("/somewhere/else/a.csv")'),
        "cell 4: holds a path of one machine",
    ),
    "Windows path": (append(CHART, r'; r"C:\data"'), "cell 4: holds a path of one machine"),
    "printed path": (output(CHART, prints("/any/where.py:1: Warning")), "cell 4: holds a path"),
}


def test_good_case_has_no_finding(small_case):
    assert check_case(small_case.root) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_notebook_fault_is_the_one_finding(fault, small_case):
    break_it, says = FAULTS[fault]
    break_it(small_case.book)
    found = small_case.in_notebook()
    assert len(found) == 1, found
    assert says in found[0]
    assert found[0].startswith("lessons/01-a.ipynb, ")


def test_source_removed_from_the_list(small_case):
    line = "case:paper,The Paper,A report,2020-01-02,https://example.org/1\n"
    small_case.replace("data/tables/sources.csv", line, "")
    assert [str(finding) for finding in check_case(small_case.root)] == [
        "lessons/01-a.ipynb, cell 5: the source 'case:paper' is not in the list of sources; "
        "correct it or add it."
    ]


def test_table_that_cannot_be_read_is_a_finding(small_case):
    small_case.replace("data/tables/glossary.csv", "term,", "word,")
    (found,) = small_case.in_notebook()
    assert "Table 'glossary' has the columns word, definition" in found


def test_skipped_cell_needs_no_count(small_case):
    small_case.book.cells.append(v4.new_code_cell("1", metadata={"tags": ["nbval-skip"]}))
    assert small_case.in_notebook() == []


def test_no_notebook_at_all(small_case):
    small_case.write("lessons/01-a.ipynb", "{")
    (found,) = check_case(small_case.root)
    assert "is no valid notebook" in str(found)


def test_copies_that_jupyter_keeps_are_not_read(small_case):
    small_case.write("lessons/.ipynb_checkpoints/01-a-checkpoint.ipynb", "{")
    assert check_case(small_case.root) == []


CATALOGUE_FAULTS = {
    "item without title": (
        ("data/items/E01.toml", 'title = "A question"\n', ""),
        "data/items/E01.toml, line 1, question: the field title is missing; add it.",
    ),
    "item is no TOML": (
        ("data/items/E01.toml", 'id = "E01"', "id = E01"),
        "data/items/E01.toml, line 1, question: cannot be read: Invalid value",
    ),
    "item's source": (
        ("data/items/E01.toml", "case:office", "case:officer"),
        "data/items/E01.toml, line 12, sources: the source 'case:officer' is not in the list",
    ),
    "item's figure": (
        ("data/items/E01.toml", 'reveal = ["strip"]', 'reveal = ["stripe"]'),
        "data/items/E01.toml, line 13, reveal: there is no figure 'stripe'",
    ),
    "item's text": (
        ("data/items/E01.toml", "So it is.", "Go back to E01, or to E02."),
        "data/items/E01.toml, line 19, text: speaks of a question 'E02', and there is none",
    ),
    "figure's form": (
        ("data/figures/01-a.toml", "event strip", "pie"),
        "data/figures/01-a.toml, line 1, figure 'strip': form: expected one of",
    ),
    "figure's column": (
        ("data/figures/01-a.toml", 'date = "date"\n', ""),
        "the entry date is missing",
    ),
    "figure without description": (
        ("data/figures/01-a.toml", 'description = "One mark for each event."\n', ""),
        "data/figures/01-a.toml, line 1, figure 'strip': has no description",
    ),
    "figure with empty description": (
        ("data/figures/01-a.toml", "One mark for each event.", ""),
        "data/figures/01-a.toml, line 1, figure 'strip': has no description",
    ),
}


@pytest.mark.parametrize("fault", CATALOGUE_FAULTS)
def test_catalogue_fault_is_the_one_finding(fault, small_case):
    change, says = CATALOGUE_FAULTS[fault]
    small_case.replace(*change)
    found = small_case.in_catalogue()
    assert len(found) == 1, found
    assert says in found[0]


def test_figure_with_unknown_source(small_case):
    small_case.replace("data/tables/events.csv", "not.,case:office", "not.,case:a")
    (found,) = small_case.in_catalogue()
    assert "figure 'strip': the source 'case:a' is not in the list of sources" in found


def test_figures_that_are_no_toml(small_case):
    small_case.replace("data/figures/01-a.toml", "[strip]", "[strip")
    (found,) = check_case(small_case.root)
    assert str(found).startswith("data/figures/01-a.toml, line 1, figures: cannot be read: ")


def test_finding_reads_as_a_sentence():
    assert str(Finding("a.ipynb", "cell 1", "has no id.")) == "a.ipynb, cell 1: has no id."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("It rose to 54.2 per cent. Then it fell.", ["It rose to 54.2 per cent.", "Then it fell."]),
        ("Some, e.g. Dr. J. S. Mill, agree. Others do not.", None),
        ("See No. 5 of the act. Also pp. 3 and Jan. 4.", None),
        ("The answer is no. Then they left.", ["The answer is no.", "Then they left."]),
        ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
        ("He said “It is. It was.” in May. Good.", ["He said “It is. It was.” in May.", "Good."]),
        ("She said “I did.” They left.", ["She said “I did.”", "They left."]),
        ("What… is it? well.", ["What… is it? well."]),
        ("First line\ngoes on.\n\nNext", ["First line goes on.", "Next"]),
        ("Before:\n- one. Two\n- three\n1. four", ["Before:", "one.", "Two", "three", "four"]),
        ("> **Quoted.** Text", ["Quoted.", "Text"]),
        ("| year | n |\n|---|--:|\n| 1998 | 3. B |", ["1998 | 3. B"]),
        ("# 1998\n\nText\n----\nMore", ["More"]),
        ("日本語です。次の文。", ["日本語です。", "次の文。"]),
        ("```\nx = 1998. Y\n```\nText `a = 1. B` here.", ["Text code here."]),
        ("<details><summary>Open 1.</summary>In. Out</details>", ["Open 1.", "In.", "Out"]),
        ("It was so. [@a:b] Then not [@a:c].", [f"It was so. {MARK}", f"Then not {MARK}."]),
    ],
)
def test_sentences(text, expected):
    if expected is None:
        assert len(sentences(text)) == 2, sentences(text)
    else:
        assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "They met.",
        "They met in 1998 [@history:a].",
        "They met in 1998. [@history:a] Then they left.",
        'They met in 1998.[[1, 2]](#Sources "@a:b; @c:d")',
        "“We meet again”, they said [@a:b; @c:d].",
        "The word “future” is old.",
        "Do E04, E05A and L1-hook after Lesson 2, questions 1 to 3 and Hint 1.",
        "See [the page](https://example.org/2020/1), <https://example.org/1> or `x = 3`.",
        '<span style="margin:3px" title="two words">Text</span> it&#8217;s',
        "## In 1998",
        "| 1998 | They met [@a:b]. |",
        "![Two leaders in 1998](a.png)",
        "1. First\n2. Second",
    ],
)
def test_sentence_that_needs_nothing_more(text):
    assert uncited(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "They met in 1998.",
        "About 54.2 per cent agreed.",
        "“We meet again”, they said.",
        'He said "we meet again" twice.',
        "- They met in 1998.\n- They left [@a:b].",
        "They left [@a:b]. They met in 1998.",
        "They met in 1998. They left [@a:b].",
        "| 1998 | They met. |\n| May | They left [@a:b]. |",
        "In Lesson 2 they meet in 1998.",
        "In Lesson 2, 1998 is the year.",
        "The G7 met.",
        "They met at 8 p.m. They left [@a:b].",
        "[They met in 1998](https://example.org).",
        "<p>They met in 1998.</p><p>They left [@a:b].</p>",
    ],
)
def test_sentence_that_needs_a_citation(text):
    assert len(uncited(text)) == 1, uncited(text)


def test_what_a_table_fills_in_needs_no_citation(small_case):
    small_case.book.cells[CHART].source += '\nsay(f"It holds {2 + 2} rows. " "All of them.")'
    assert small_case.in_notebook() == []
    small_case.book.cells[CHART].source += '\nsay("It holds "\n    "4 rows.")'
    (found,) = small_case.in_notebook()
    assert "“It holds 4 rows.”" in found

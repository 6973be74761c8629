"""The page of the student's own work: files out and in, and what comes back from the browser."""

import json

import pytest
from keys import settle

from casekit.catalogue import item
from casekit.passport import save
from casekit.widgets.work import FORGET

PAGE, ASKED = "lessons/my-work.ipynb", "L1-recall-2"

# What reaches beyond the notebook's own edge.
BEYOND = """() => {
  const home = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  const inside = part => part.closest('details > div') || part.parentNode.closest('svg');
  return [...document.querySelectorAll('.ck-item, .ck-item *, .jp-RenderedHTMLCommon > *')]
    .filter(part => !inside(part) && part.getBoundingClientRect().width > 1)
    .filter(part => part.getBoundingClientRect().right > home.right)
    .map(part => part.tagName + ' ' + part.textContent.slice(0, 60));
}"""

pytestmark = pytest.mark.browser


def passport(lab):
    return lab.case / "passport.jsonl"


def own_work(one):
    """Return the part of the page that shows the work, once it is drawn."""
    shown = one.question("Done and open")
    shown.get_by_text("Read from").wait_for()
    return shown


def test_a_student_s_work_leaves_and_comes_back(lab, reader, tmp_path):
    one = reader(1280)
    one.open(lab.address(lab.asking("work", ASKED)))
    one.run_all(1)
    question = one.question(item(ASKED).title)
    question.get_by_role("radio").first.check()
    settle(one.page)
    question.get_by_role("button", name="Commit", exact=False).press("Enter")
    question.get_by_text("A copy is kept in this browser.").wait_for()
    kept = passport(lab).read_bytes()

    one.open(lab.address(PAGE))
    one.run_all(1)
    work = own_work(one)
    work.get_by_text("1 question answered", exact=False).wait_for()
    work.get_by_text("1 of 14 answered", exact=False).press("Enter")
    work.get_by_text("done: 1 attempt", exact=False).wait_for()
    with one.page.expect_download() as waited:
        work.get_by_role("button", name="Download your passport").press("Enter")
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    assert file.read_bytes() == kept and file.name.startswith("passport-")
    with one.page.expect_download() as waited:
        work.get_by_role("button", name="Download a page to print").press("Enter")
    printed = tmp_path / waited.value.suggested_filename
    waited.value.save_as(printed)
    assert item(ASKED).title in printed.read_text(encoding="utf-8")

    # The file is lost; the browser's copy is offered, and brought back.
    passport(lab).unlink()
    one.run_all(1)
    work = own_work(one)
    work.get_by_text("This browser holds 1 answer", exact=False).wait_for()
    assert not passport(lab).exists(), "Something came back unasked."
    work.get_by_role("button", name="Bring them back").press("Enter")
    work.get_by_text("1 question answered", exact=False).wait_for()
    assert passport(lab).read_bytes() == kept

    # The file is lost again; the download is brought in.
    passport(lab).unlink()
    work.get_by_role("button", name="Look again").press("Enter")
    work.get_by_text("0 questions answered", exact=False).wait_for()
    bring_in(one, work, file)
    work.get_by_text(f"{file.name}: 1 answer was added", exact=False).wait_for()
    assert passport(lab).read_bytes() == kept

    # What is no passport gets a sentence.
    evil = tmp_path / "evil.jsonl"
    evil.write_text('<img src=x onerror="document.title=1">\n{"torn', encoding="utf-8")
    bring_in(one, work, evil)
    work.get_by_text("evil.jsonl: This is no passport", exact=False).wait_for()
    hostile = tmp_path / "hostile.jsonl"
    line = json.loads(kept) | {"codename": "<img src=x onerror=alert(1)>", "reason": "<b>b</b>"}
    hostile.write_text(json.dumps(line), encoding="utf-8")
    bring_in(one, work, hostile)
    work.get_by_text("<img src=x onerror=alert(1)>", exact=False).first.wait_for()
    assert one.page.locator("img[src=x]").count() == 0, "A codename became markup."

    # The browser's copy goes at the second click, and not at the first.
    held = "() => Object.keys(localStorage).filter(key => key.startsWith('casekit:')).length"
    work.get_by_role("button", name=FORGET).press("Enter")
    sure = work.get_by_role("button", name="Yes, delete this browser's copy")
    sure.wait_for()
    assert one.page.evaluate(held) == 1
    sure.press("Enter")
    work.get_by_text("This browser's copy is forgotten.").wait_for()
    assert one.page.evaluate(held) == 0
    assert passport(lab).is_file()
    assert not one.outside, f"A request left the machine: {one.outside}"
    assert not one.errors, f"The page complained: {one.errors}"


def bring_in(one, work, file) -> None:
    with one.page.expect_file_chooser() as chosen:
        work.get_by_role("button", name="Add answers from a passport file", exact=False).click()
    chosen.value.set_files(file)


@pytest.fixture(scope="module")
def page(lab, lasting_reader):
    """The page of somebody who has answered a few questions."""
    passport(lab).unlink(missing_ok=True)
    for name, values in (
        ("E01", {"A": 90, "B": 70, "C": 40}),
        ("L1-log", {"C": 25}),
        ("L3-log", {"B": 100, "C": 30}),
    ):
        save(name, {"values": values}, "because", file=passport(lab))
    lasting_reader.open(lab.address(PAGE))
    lasting_reader.run_all(1)
    return lasting_reader


def test_a_question_is_answered_without_controls(page):
    """A cell with a value is enough; nothing of what it shows needs a widget."""
    cell = page.page.locator(".jp-CodeCell").last
    text = cell.locator(".jp-OutputArea-output")
    text.get_by_text(item(ASKED).prompt).wait_for()
    assert text.locator(".jupyter-widgets").count() == 0


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_cut_off(page, width):
    page.page.set_viewport_size({"width": width, "height": 1000})
    work = own_work(page)
    for fold in work.locator("details").all():
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.press("Enter")
    work.locator("svg.marks").nth(1).wait_for()
    for _ in range(5):  # charts follow the width of the page a little later
        page.page.wait_for_timeout(1000)
        if not (wide := page.page.evaluate(BEYOND)):
            break
    assert not wide, f"Beyond the edge at {width} pixels: {wide[:5]}"
    assert not page.outside and not page.errors

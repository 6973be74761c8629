"""The drafting desk, the board and the marking sheet with the keyboard; packs on paper."""

from __future__ import annotations

import json
import re

import pytest
from keys import Keys

from casekit.desk import role_play, rubric
from conftest import ROOT, Reader

pytestmark = pytest.mark.browser

WAR, SHEET = "instructor/caption-war.ipynb", "instructor/marking-sheet.ipynb"
WORDS = "Two countries agreed to meet again."
PAST_THE_EDGE = """() => [...document.querySelectorAll('.ck-item *')]
  .filter(part => part.checkVisibility() && !part.closest('.jp-OutputArea-output [role=region]'))
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
  .map(part => part.outerHTML.slice(0, 120))"""


def opened(lab, browser, path: str, parts: int) -> Reader:
    one = Reader(browser, 1280)
    one.open(lab.address(path))
    one.run_all(parts)
    one.page.wait_for_timeout(2000)
    return one


def fits_a_telephone(one: Reader) -> None:
    """Nothing stands past the edge, with all that is open and written by now."""
    one.page.set_viewport_size({"width": 400, "height": 1000})
    for _ in range(20):  # charts follow the width of the page a little later
        one.page.wait_for_timeout(500)
        if not (past := one.page.evaluate(PAST_THE_EDGE)):
            break
    assert past == []


def test_a_post_is_drafted_sealed_and_revealed(lab, browser, tmp_path):
    one = opened(lab, browser, WAR, 2)
    keys = Keys(one.page)
    keys.begin("Drafting desk")
    keys.menu("Team and round", 1)
    keys.type("The post (at most 280", "x" * 281)
    keys.see("281 of 280 characters, 1 too many.")
    keys.push("Seal the post", "and 280 is the limit")
    keys.type("The post (at most 280", WORDS)
    keys.see(f"{len(WORDS)} of 280 characters.")
    keys.push("Seal the post", "No frame is declared")
    keys.menu("Sealed note: the one primary frame", 3)
    keys.push("Seal the post", "Nobody has approved it")
    keys.type("Approved by", "heron")
    keys.push("Seal the post", "Sealed for Tokyo, round 1")
    keys.go("Download the sealed post (Tokyo, round 1)")
    with one.page.expect_download() as waited:
        keys.press("Enter")
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    post = json.loads(file.read_text(encoding="utf-8"))
    assert post["text"] == WORDS and post["approved"] == "heron"
    assert one.axe(".ck-item") == []

    keys.begin("The board")
    evil = {**post, "team": "seoul", "text": "<img src=x onerror=alert(1)>", "note": "quietly"}
    torn = tmp_path / "torn.json"
    torn.write_text("{", encoding="utf-8")
    with one.page.expect_file_chooser() as chooser:
        keys.go("Add sealed posts from files")
        keys.press("Enter")
    chooser.value.set_files([file, torn])
    keys.see("Tokyo, round 1: in.")
    keys.see("torn.json: It is torn")
    assert WORDS not in keys.box.inner_text()
    keys.go("Or paste the text of one sealed post")
    one.page.keyboard.insert_text(json.dumps(evil))
    keys.push("Add the pasted post", "Seoul, round 1: in.")
    keys.see("Nobody is missing.")
    assert WORDS not in keys.box.inner_text()
    keys.push("Reveal round 1 (2 in, 0 missing)", WORDS)
    keys.see("<img src=x onerror=alert(1)>")
    assert keys.box.locator("img").count() == 0
    assert "quietly" not in keys.box.inner_text()
    keys.push("Open the notes of round 1 (sealed)", "Approved by")
    keys.see("quietly")
    assert one.axe(".ck-item") == []
    assert all(stop["marked"] and stop["name"] for stop in keys.stops.values()), keys.stops
    fits_a_telephone(one)
    assert not one.outside and not one.errors
    one.page.context.close()


def test_levels_are_marked_and_taken_away(lab, browser, tmp_path):
    one = opened(lab, browser, SHEET, 1)
    keys = Keys(one.page)
    keys.begin("Marking sheet")
    keys.type("Codename of the student", "=heron")
    count = len(rubric().criteria)
    for number in range(1, count + 1):
        keys.see(f"Criterion {number} of {count}")
        keys.radio(1)
        keys.push(f"Next criterion: {number % count + 1} of {count}")
    keys.push("Put on the sheet", "=heron is on the sheet.")
    keys.see("70 to 89")
    keys.go("Download the sheet as CSV (1 line)")
    with one.page.expect_download() as waited:
        keys.press("Enter")
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    assert '"\'=heron"' in file.read_text(encoding="utf-8-sig")
    assert one.axe(".ck-item") == []
    assert all(stop["marked"] and stop["name"] for stop in keys.stops.values()), keys.stops
    fits_a_telephone(one)
    assert not one.outside and not one.errors
    one.page.context.close()


def test_each_pack_is_one_sheet_of_paper(browser):
    """Count the sheets of the printed file: the instructor's, one a team, and the cards."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((ROOT / "instructor" / "role-packs.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    teams = len(role_play().roles)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1 + teams + 1
    page.goto((ROOT / "instructor" / "rubric.html").as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    context.close()

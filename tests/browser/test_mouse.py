"""A student with a mouse: what is not complete is told, and all is found again after a restart."""

import json

import pytest
from keys import settle

from casekit.catalogue import item

ASKED = ("E04", "E05A", "L1-recall-2")

pytestmark = pytest.mark.browser


def said(name: str, path: str) -> str:
    """Return the sentence of a feedback path."""
    return next(one.say for one in item(name).feedback if one.path == path)


def commit(question) -> None:
    question.get_by_role("button", name="Commit", exact=False).press("Enter")


def lines(lab) -> list[dict]:
    return [json.loads(line) for line in (lab.case / "passport.jsonl").open(encoding="utf-8")]


def answer_order(question) -> None:
    """Mark every card as warming and leave the cards as they were dealt."""
    cards = question.locator(".widget-radio-box").first
    for place in range(10):
        cards.get_by_role("radio").nth(place).click()
        question.get_by_text(f"(card {place + 1}:", exact=False).wait_for()
        question.get_by_role("combobox").select_option("warming")
        question.get_by_text(f"Marked so far: {place + 1} of 10", exact=False).wait_for()
        settle(question.page)


def answer_guess(question) -> None:
    """Set two points by keyboard: 1 at the first year, 3 at the sixth."""
    year, value = question.get_by_role("slider").nth(0), question.get_by_role("slider").nth(1)
    put = question.get_by_role("button", name="Set this point")
    value.focus()
    value.press("ArrowLeft")
    question.locator(".widget-readout").nth(1).get_by_text("1", exact=True).wait_for()
    put.press("Enter")
    question.get_by_text("Set: 1998", exact=False).wait_for()
    settle(question.page)  # the year moves on by itself
    for _ in range(4):
        year.press("ArrowRight")
    value.press("ArrowRight")
    value.press("ArrowRight")
    question.locator(".widget-readout").nth(0).get_by_text("2003", exact=True).wait_for()
    question.locator(".widget-readout").nth(1).get_by_text("3", exact=True).wait_for()
    settle(question.page)  # the kernel has heard of the last key
    put.press("Enter")
    question.get_by_text("2003: 3", exact=False).wait_for()


def test_a_student_answers_and_finds_the_answers_again(lab, reader):
    one, place = reader(1280), lab.asking("mouse", *ASKED)
    one.open(lab.address(place))
    one.run_all(len(ASKED))

    order = one.question(item("E04").title)
    assert order.locator(".ck-said").count() == 0, "Something is revealed before the commit."
    commit(order)
    order.get_by_role("alert").filter(has_text="10 of 10 cards have no mark yet").wait_for()
    answer_order(order)
    commit(order)
    order.get_by_role("alert").filter(has_text="Write the reason first").wait_for()
    assert not (lab.case / "passport.jsonl").exists(), "Saved before the answer was complete."
    hint = order.get_by_role("button", name="Show hint 1 of 3")
    hint.press("Enter")
    order.get_by_text(item("E04").hints[0]).wait_for()
    assert order.get_by_text(item("E04").hints[1]).count() == 0, "Two hints came at once."
    order.get_by_role("textbox").fill('Kyoto, <b onclick="alert(1)">because</b>')
    commit(order)
    order.get_by_text(said("E04", "one-colour")).wait_for()
    order.locator("svg.marks").first.wait_for()

    guess = one.question(item("E05A").title)
    assert guess.get_by_text("on record").count() == 0, "The record is drawn before the commit."
    answer_guess(guess)
    guess.get_by_role("textbox").last.fill("a gap in the middle")
    commit(guess)
    guess.locator(".ck-said").wait_for()
    guess.locator("svg.marks").nth(1).wait_for()

    recall = one.question(item("L1-recall-2").title)
    recall.get_by_role("radio").first.focus()
    recall.get_by_role("radio").first.press(" ")
    recall.get_by_role("radio").first.press("ArrowDown")
    commit(recall)
    recall.locator(".ck-said").wait_for()

    kept = lines(lab)
    assert [line["item"] for line in kept] == list(ASKED)
    assert kept[0]["hints"] == 1 and kept[0]["attempt"] == 1
    assert kept[0]["reason"].startswith("Kyoto, <b")

    one.saved()
    one.restart()
    one.open(lab.address(place))
    one.run_all(len(ASKED))
    for name in ASKED:
        one.question(item(name).title).get_by_text("Last saved").wait_for()
    order = one.question(item("E04").title)
    order.get_by_text(said("E04", "one-colour")).wait_for()
    assert order.get_by_role("textbox").input_value() == kept[0]["reason"]
    assert order.locator("b[onclick]").count() == 0, "A student's text became markup."
    assert lines(lab) == kept, "Showing an answer again has written something."
    assert not one.outside, f"A request left the machine: {one.outside}"
    assert not one.errors, f"The page complained: {one.errors}"

"""A guess drawn by mouse and by finger: it is saved as points, and drawn anew from them."""

from __future__ import annotations

import json

import pytest
from keys import settle

from casekit.catalogue import item

ONE, TWO = item("E05A"), item("E05B")

pytestmark = pytest.mark.browser


def opened(one, lab):
    one.open(lab.address(lab.asking("draw", ONE.id, TWO.id)))
    one.run_all(2)
    return one


def paper(question) -> dict:
    """Where the drawing surface stands on the screen, without its margin of 10 pixels."""
    surface = question.locator("svg rect")
    surface.scroll_into_view_if_needed()
    box = None
    while box != (box := surface.bounding_box()):  # until the page has come to rest
        question.page.wait_for_timeout(500)
    return {
        "x": box["x"] + 10,
        "y": box["y"] + 10,
        "width": box["width"] - 20,
        "height": box["height"] - 20,
    }


def spot(box: dict, across: float, up: float) -> tuple[float, float]:
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def by_mouse(page, box: dict, *path: tuple[float, float]) -> None:
    page.mouse.move(*spot(box, *path[0]))
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*spot(box, *place), steps=5)
    page.mouse.up()


def by_finger(page, box: dict, *path: tuple[float, float]) -> None:
    driver = page.context.new_cdp_session(page)
    driver.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *places) -> None:
        points = [dict(zip("xy", spot(box, *place), strict=True)) for place in places]
        driver.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", path[0])
    for place in path:
        touch("touchMove", place)
    touch("touchEnd")


def kept(lab, name: str) -> dict:
    lines = (lab.case / "passport.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["item"] == name][-1]["answer"]


def commit(question) -> None:
    question.get_by_role("textbox").last.fill("a gap")
    question.get_by_role("textbox").last.blur()
    settle(question.page)
    question.get_by_role("button", name="Commit", exact=False).press("Enter")
    question.locator(".ck-said").wait_for()


def test_a_line_drawn_by_mouse_is_saved_and_comes_back(lab, reader):
    one = opened(reader(1280), lab)
    question = one.question(ONE.title)
    by_mouse(one.page, paper(question), (0, 0.8), (0.5, 0), (1, 0.6))
    question.get_by_text(f"Drawn: {ONE.x_from} to {ONE.x_to}.").wait_for()
    # The twin stands where the stroke ended.
    readouts = question.locator(".widget-readout")
    readouts.nth(0).get_by_text(str(ONE.x_to), exact=True).wait_for()
    readouts.nth(1).get_by_text("3", exact=True).wait_for()
    commit(question)
    points = kept(lab, ONE.id)["points"]["visits"]
    assert list(points) == [str(year) for year in ONE.years], "A year was passed over."
    assert points["1998"] == 4 and points["2012"] == 0 and points["2026"] == 3
    assert all(value == round(value) for value in points.values())
    falling = [points[str(year)] for year in range(1998, 2013)]
    assert falling == sorted(falling, reverse=True)

    one.restart()
    again = opened(reader(400), lab).question(ONE.title)
    picture = again.get_by_role("img", name=f"{ONE.title}. Your guess.", exact=False).first
    picture.wait_for()
    assert "1998: 4" in picture.get_attribute("aria-label")
    paper(again)
    marks = again.locator("svg[height='280'] path[transform]")
    assert marks.count() == len(points)
    assert again.locator("svg[height='280']").evaluate(
        "svg => svg.getBoundingClientRect().right <= "
        "document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect().right"
    )
    assert not one.outside and not one.errors


def test_a_line_drawn_by_finger_on_a_narrow_screen(lab, reader):
    one = opened(reader(400), lab)
    question = one.question(TWO.title)
    box = paper(question)
    by_finger(one.page, box, (0, 0.3), (0.5, 0.5), (1, 0.7))
    question.get_by_text(f"Drawn: {TWO.x_from} to {TWO.x_to}.").wait_for()
    settle(one.page)
    before = one.page.locator(".jp-WindowedPanel-outer").evaluate("part => part.scrollTop")
    question.get_by_role("combobox").select_option(index=1)
    question.get_by_text("(this one is being drawn)").wait_for()
    label = TWO.lines[1].label
    question.get_by_text(f"{label}: your guess (this one is being drawn)").wait_for()
    settle(one.page)
    by_finger(one.page, paper(question), (0, 0.6), (1, 0.2))
    question.get_by_text(f"{label}: {TWO.x_from}: 60", exact=False).wait_for()
    assert one.page.locator(".jp-WindowedPanel-outer").evaluate("part => part.scrollTop") == before
    commit(question)
    points = kept(lab, TWO.id)["points"]
    first = [points["japan"][str(year)] for year in TWO.years]
    second = [points["south-korea"][str(year)] for year in TWO.years]
    assert first == sorted(first) and second == sorted(second, reverse=True)
    assert abs(first[0] - 30) <= 1 and abs(first[-1] - 70) <= 1
    assert not one.outside and not one.errors

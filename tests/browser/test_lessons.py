"""Every lesson, run whole as a newcomer would run it, on a narrow and then on a wide screen."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("[0-9]*.ipynb"))
# Scrolls through the whole page, for charts are drawn anew when they come into view; then says
# what reaches beyond the notebook's own edge.
BEYOND = """async () => {
  const pause = time => new Promise(done => setTimeout(done, time)), found = [];
  for (const cell of document.querySelectorAll('.jp-Cell')) {
    cell.scrollIntoView();
    await pause(cell.querySelector('svg.marks') ? 400 : 50);
  }
  await pause(1500);
  const home = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  for (const part of document.querySelectorAll(
    '.ck-item, .ck-item *, .jp-Cell svg.marks, .jp-Cell .jp-RenderedHTMLCommon > *')) {
    const svg = part.closest('svg');
    if (part.closest('details, [role=region]') || (svg && svg !== part)) continue;
    const box = part.getBoundingClientRect();
    if (box.width > 1 && box.right > home.right)
      found.push([part.tagName, Math.round(box.width), Math.round(box.right - home.right),
                  part.textContent.slice(0, 60)].join(' '));
  }
  return found;
}"""

pytestmark = pytest.mark.browser


def asked(lesson: str) -> int:
    """Return how many questions a lesson puts on the page."""
    cells = nbformat.read(ROOT / "lessons" / f"{lesson}.ipynb", as_version=4).cells
    return sum(cell.source.startswith("ask(") for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_is_cut_off(lab, reader, lesson):
    """No output reaches beyond the notebook's own edge, nothing is asked of another machine."""
    one = reader(400)
    one.open(lab.address(f"lessons/{lesson}.ipynb"))
    one.run_all(asked(lesson))
    for width in (400, 1280):
        one.page.set_viewport_size({"width": width, "height": 1000})
        one.page.wait_for_timeout(500)
        wide = one.page.evaluate(BEYOND)
        assert not wide, f"{lesson}: beyond the edge at {width} pixels: {wide[:5]}"
    assert not one.outside, f"A request left the machine: {one.outside}"
    assert not one.errors, f"The page complained: {one.errors}"
    assert one.failures() == []

"""Every lesson, run whole as a newcomer would run it, on a wide and on a narrow screen."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("[0-9]*.ipynb"))

pytestmark = pytest.mark.browser


def asked(lesson: str) -> int:
    """Return how many questions a lesson puts on the page."""
    cells = nbformat.read(ROOT / "lessons" / f"{lesson}.ipynb", as_version=4).cells
    return sum(cell.source.startswith("ask(") for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_is_cut_off(lab, reader, lesson, width):
    """No output reaches beyond the notebook's own edge."""
    one = reader(width)
    one.open(lab.address(f"lessons/{lesson}.ipynb"))
    one.run_all(asked(lesson))
    one.page.wait_for_timeout(1500)
    wide = one.page.evaluate(
        """async () => {
          const cells = [...document.querySelectorAll('.jp-Cell')], found = [];
          const home = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
          for (const cell of cells) {
            cell.scrollIntoView();
            const pause = cell.querySelector('svg.marks') ? 1500 : 150;
            await new Promise(done => setTimeout(done, pause));
            for (const part of cell.querySelectorAll(
              '.ck-item, .ck-item *, svg.marks, .jp-RenderedHTMLCommon > *')) {
              if (part.closest('details, [role=region]') || part.closest('svg') !== part && part.closest('svg'))
                continue;
              const box = part.getBoundingClientRect();
              if (box.width > 1 && box.right > home.right)
                found.push([part.tagName, Math.round(box.width), Math.round(box.right - home.right),
                            part.textContent.slice(0, 60)].join(' '));
            }
          }
          return found;
        }"""
    )
    assert not wide, f"{lesson}: beyond the edge at {width} pixels: {wide[:5]}"
    assert not one.outside, f"A request left the machine: {one.outside}"
    assert not one.errors, f"The page complained: {one.errors}"
    assert one.page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0

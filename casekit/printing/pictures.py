"""Charts as still pictures inside a page: drawn once, by a program apart, with no network."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from ..tables import CaseError
from ..widgets.view import safe
from .page import wide

WIDE = 720  # units; a picture is as wide as its slide and its text grows with it
# Letters are measured where the picture is drawn and set where it is looked at, in another font:
# room for labels that come out a fifth wider.
ROOM = {"left": 44, "right": 34, "top": 8, "bottom": 8}
DRAW = """
import json, sys
import vl_convert
for spec in json.load(sys.stdin):
    print(json.dumps(vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])))
"""


class Pictures:
    """Puts a mark where a chart will stand, and draws all charts of a page at once.

    ``tools`` is an environment with vl-convert; without one a chart is its description.
    """

    def __init__(self, tools: Path | None) -> None:
        places = [tools / "bin/python", tools / "Scripts/python.exe"] if tools else []
        self.python = next((path for path in places if path.is_file()), None)
        self.can_draw = self.python is not None and _has(self.python)
        self.specs: list[dict[str, Any]] = []

    def drawn(self, spec: dict[str, Any]) -> str:
        """Return what stands for a chart until `filled` puts it in."""
        said = str(spec.get("description", ""))
        if not self.can_draw:
            return f'<p class="chart">A chart: {safe(said)}</p>'
        self.specs.append(spec)
        return f"\0{len(self.specs) - 1}\0"

    def table(self, shown: str) -> str:
        """Return the HTML below a chart; its table is open where there is no chart to see."""
        return shown if self.can_draw else shown.replace("<details>", "<details open>", 1)

    def filled(self, content: str) -> str:
        """Return a page with its charts in their places.

        Raises CaseError if one cannot be drawn.
        """
        for number, (spec, picture) in enumerate(zip(self.specs, self._draw(), strict=True)):
            said = safe(spec.get("description", ""))
            data = base64.b64encode(picture.encode("utf-8")).decode("ascii")
            shown = f'<img alt="{said}" src="data:image/svg+xml;base64,{data}">'
            shown = f'<div class="picture">{wide(shown, f"Chart {number + 1}")}</div>'
            content = content.replace(f"\0{number}\0", shown)
        self.specs = []
        return content

    def _draw(self) -> list[str]:
        if not self.specs:
            return []
        specs = [_still(spec) for spec in self.specs]
        run = subprocess.run(
            [str(self.python), "-c", DRAW],
            input=json.dumps(specs),
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if run.returncode:
            said = run.stderr.strip().splitlines()[-1:] or ["nothing"]
            raise CaseError(f"A chart cannot be drawn as a picture. The program says: {said[0]}")
        return [json.loads(line) for line in run.stdout.splitlines()]


def _has(python: Path) -> bool:
    run = subprocess.run([str(python), "-c", "import vl_convert"], capture_output=True)
    return run.returncode == 0


def _still(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a chart that does not follow the width of its cell."""
    spec = {name: part for name, part in spec.items() if name != "usermeta"}
    if spec.get("width") == "container":
        spec["width"] = WIDE
    return {**spec, "config": {**spec.get("config", {}), "padding": ROOM}}

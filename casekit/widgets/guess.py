"""A guess drawn before the real series is seen: points set by year and value."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ipywidgets as widgets

from ..charts import guess_chart
from ..charts.theme import lab_renderer
from .view import WIDE, View, row, safe


class GuessView(View):
    """A line, a year, a value and two buttons; the drawing follows every point set."""

    kind = "guess"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.points: dict[str, dict[int, float]] = {line.id: {} for line in item.lines}
        self.line = widgets.Dropdown(
            options=[(line.label, line.id) for line in item.lines], description="Line:", layout=WIDE
        )
        self.year = widgets.IntSlider(
            value=item.x_from, min=item.x_from, max=item.x_to, description="Year:", layout=WIDE
        )
        middle = item.minimum + item.step * round((item.maximum - item.minimum) / 2 / item.step)
        self.value = widgets.FloatSlider(
            value=middle,
            min=item.minimum,
            max=item.maximum,
            step=item.step,
            description=f"{item.y_title}:",
            readout_format="d" if item.step >= 1 else ".1f",
            layout=WIDE,
        )
        self.put = widgets.Button(description="Set this point")
        self.drop = widgets.Button(description="Remove the point of this year")
        self.said = widgets.HTML()
        self.drawing = widgets.Output()
        self.put.on_click(self._put)
        self.drop.on_click(self._drop)
        self._draw()
        menu = [self.line] if len(item.lines) > 1 else []
        caption = widgets.HTML(f"<p>{safe(self.item.y_title)}</p>")
        return [
            caption,
            self.drawing,
            *menu,
            self.year,
            self.value,
            row(self.put, self.drop),
            self.said,
        ]

    def _put(self, _: Any) -> None:
        self.points[self.line.value][self.year.value] = self.value.value
        self._draw(f"Set: {self.year.value}, {self.value.value:g}.")
        if self.year.value < self.item.x_to:
            self.year.value += 1

    def _drop(self, _: Any) -> None:
        gone = self.points[self.line.value].pop(self.year.value, None)
        self._draw(f"Removed: {self.year.value}." if gone is not None else "No point in that year.")

    def _draw(self, said: str = "") -> None:
        listed = "".join(f"<li>{safe(self._in_words(line))}</li>" for line in self.item.lines)
        self.said.value = (
            f'<div role="status" class="ck-quiet"><p>{safe(said)}</p><ul>{listed}</ul></div>'
        )
        chart = self._chart(
            {name: _joined(points) for name, points in self.points.items()}, self.points
        )
        self.drawing.outputs = (_output(lab_renderer(chart.to_dict())[0]),)

    def _in_words(self, line: Any) -> str:
        points = self.points[line.id]
        if not points:
            return f"{line.label}: no point yet; two are needed at least."
        return (
            f"{line.label}: "
            + ", ".join(f"{year}: {points[year]:g}" for year in sorted(points))
            + "."
        )

    def _chart(self, guesses: dict, points: dict, truth: bool = False) -> Any:
        item = self.item
        lines = [
            {
                "label": line.label,
                "actor": line.actor,
                "guess": guesses[line.id],
                "points": points[line.id],
                "truth": item.true(line) if truth else None,
            }
            for line in item.lines
        ]
        said = " ".join(self._in_words(line) for line in item.lines)
        return guess_chart(
            lines,
            span=(item.x_from, item.x_to),
            limits=(item.minimum, item.maximum),
            description=f"{item.title}. Your guess. {said}"
            + (" The record is drawn beside it." if truth else ""),
        )

    def answer(self) -> dict[str, Any]:
        return {
            "points": {
                name: {str(y): v for y, v in points.items()} for name, points in self.points.items()
            }
        }

    def show(self, answer: dict[str, Any]) -> None:
        self.points = self._points(answer)
        self._draw()

    def _points(self, answer: dict[str, Any]) -> dict[str, dict[int, float]]:
        """Return the points of the question's own lines; an answer may hold others."""
        return {
            line.id: {int(year): float(value) for year, value in answer["points"][line.id].items()}
            for line in self.item.lines
        }

    def charts(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        full = self.item.read(answer)
        points = self._points(answer)
        caption = f"Your guess and the record: {self.item.y_title}"
        return [
            {"text/html": f"<p><strong>{safe(caption)}</strong></p>", "text/plain": caption},
            lab_renderer(self._chart(full, points, truth=True).to_dict())[0],
        ]


def _joined(points: dict[int, float]) -> dict[int, float]:
    """Return the guess from its first to its last point, a value for every year between."""
    years = sorted(points)
    full = dict(points)
    for a, b in pairwise(years):
        slope = (points[b] - points[a]) / (b - a)
        full |= {year: points[a] + slope * (year - a) for year in range(a, b)}
    return full


def _output(bundle: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": bundle, "metadata": {}}

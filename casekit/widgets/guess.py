"""A guess made before the real series is seen: drawn by hand, or set by year and value."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..items.plain import known_in_words
from .draw import Draw
from .view import WIDE, View, row, safe


class GuessView(View):
    """Paper to draw on, and its twin for the keyboard: a line, a year, a value and buttons.

    What one of them does shows at once in the other: a stroke leaves the sliders at its end, and
    a ring on the paper marks where the sliders stand.
    """

    kind = "guess"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.points: dict[str, dict[int, float]] = {line.id: {} for line in item.lines}
        self.line = widgets.Dropdown(
            options=[(line.label, line.id) for line in item.lines], description="Line:", layout=WIDE
        )
        years = item.open_years
        self.year = widgets.IntSlider(
            value=years[0], min=years[0], max=years[-1], description="Year:", layout=WIDE
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
        self.clear = widgets.Button(description="Remove all points of this line")
        self.said = widgets.HTML()
        self.drawing = Draw(self._drawn, frame=self._frame())
        self.put.on_click(self._put)
        self.drop.on_click(self._drop)
        self.clear.on_click(self._clear)
        for control in (self.line, self.year, self.value):
            control.observe(lambda _: self._point_out(), "value")
        self._point_out()
        self._draw()
        menu = [self.line] if len(item.lines) > 1 else []
        how = "Draw with mouse, pen or finger, or set points with the controls below the picture."
        caption = f'<p>{safe(self.item.y_title)}</p><p class="ck-quiet">{safe(how)}</p>'
        return [
            *menu,
            widgets.HTML(caption),
            self.drawing,
            self.year,
            self.value,
            row(self.put, self.drop, self.clear),
            self.said,
        ]

    def _frame(self) -> dict[str, Any]:
        """Return the axes, and of each line what may be seen before the commit."""
        from ..charts.forms import GUESSED, MARKS  # here: other questions need not wait
        from ..charts.theme import actor

        item, lines = self.item, []
        for place, line in enumerate(item.lines):
            colour = MARKS["colour"][1]
            if line.actor and len(item.lines) > 1:
                colour = actor(line.actor)["colour"]
            lines.append(
                {
                    "id": line.id,
                    "label": line.label,
                    "colour": colour,
                    "shape": GUESSED[place % len(GUESSED)],
                    "known": [list(pair) for pair in item.known(line).items()],
                }
            )
        names = ("x_from", "x_to", "x_title", "minimum", "maximum", "step", "known_to")
        return {**{name: getattr(item, name) for name in names}, "lines": lines}

    def _point_out(self) -> None:
        """Show on the paper where the sliders stand."""
        self.drawing.here = {
            "line": self.line.value,
            "year": self.year.value,
            "value": self.value.value,
        }

    def _drawn(self, content: Any) -> None:
        """Take over what was drawn, as far as it fits the question."""
        stroke = self.item.stroke(content)
        if stroke is None:
            return
        line, values = stroke
        self.points[line] |= values
        last = list(values)[-1]
        self.line.value, self.year.value, self.value.value = line, last, values[last]
        span = sorted(values)
        self._draw(
            f"Drawn: {span[0]} to {span[-1]}."
            if len(span) > 1
            else f"Drawn: {last}, {values[last]:g}."
        )

    def _put(self, _: Any) -> None:
        self.points[self.line.value][self.year.value] = self.value.value
        self._draw(f"Set: {self.year.value}, {self.value.value:g}.")
        if self.year.value < self.item.x_to:
            self.year.value += 1

    def _drop(self, _: Any) -> None:
        gone = self.points[self.line.value].pop(self.year.value, None)
        self._draw(f"Removed: {self.year.value}." if gone is not None else "No point in that year.")

    def _clear(self, _: Any) -> None:
        count = len(self.points[self.line.value])
        self.points[self.line.value] = {}
        self._draw(f"Points removed: {count}.")

    def _draw(self, said: str = "") -> None:
        listed = "".join(f"<li>{safe(self._in_words(line))}</li>" for line in self.item.lines)
        self.said.value = (
            f'<div class="ck-quiet"><p role="status">{safe(said)}</p><ul>{listed}</ul></div>'
        )
        words = " ".join(self._in_words(line) for line in self.item.lines)
        self.drawing.said = f"{self.item.title}. Your guess. {words}{known_in_words(self.item)}"
        self.drawing.points = {
            name: {str(year): value for year, value in sorted(points.items())}
            for name, points in self.points.items()
        }

    def _in_words(self, line: Any) -> str:
        points = self.points[line.id]
        if not points:
            return f"{line.label}: no point yet; two are needed at least."
        return (
            f"{line.label}: "
            + ", ".join(f"{year}: {points[year]:g}" for year in sorted(points))
            + "."
        )

    def _chart(self, guesses: dict, points: dict) -> Any:
        from ..charts import guess_chart

        item = self.item
        lines = [
            {
                "label": line.label,
                "actor": line.actor,
                "guess": guesses[line.id],
                "points": points[line.id],
                "truth": item.true(line),
            }
            for line in item.lines
        ]
        said = " ".join(self._in_words(line) for line in item.lines)
        return guess_chart(
            lines,
            span=(item.x_from, item.x_to),
            limits=(item.minimum, item.maximum),
            description=f"{item.title}. Your guess. {said} The record is drawn beside it.",
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
        from ..charts.theme import lab_renderer

        full = self.item.read(answer)
        points = self._points(answer)
        caption = f"Your guess and the record: {self.item.y_title}"
        return [
            {"text/html": f"<p><strong>{safe(caption)}</strong></p>", "text/plain": caption},
            lab_renderer(self._chart(full, points).to_dict())[0],
        ]

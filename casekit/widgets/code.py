"""Coding: one segment at a time, from a codebook; agreement once all are committed."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .. import passport
from ..codebook import book, codebook, plain
from ..items.code import NONE, Coding
from . import agreed
from .book import BookPanel, code_label, rule, text_html
from .discuss import REFERENCE, Discuss
from .parts import Pages
from .view import GONE, WIDE, View, row, safe

__all__ = ["CodeView", "codebook", "plain"]


class CodeView(View):
    """One segment on the page; codes as radio buttons that one button marks and takes back.

    What is marked stands in each code's label. Two buttons turn the pages; the last page asks
    what is asked once. The codebook stands beside it. Nothing of the reference is shown before it
    is due: in a practice set when a segment is checked, else when the answer is committed; then
    comes what two students do together.
    """

    kind = "code"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.book = book()
        self.shelf = BookPanel(self.book)
        self.discuss = Discuss(item, self.book)
        self.given: dict[str, dict[str, Any]] = {}
        self.first: dict[str, dict[str, Any]] = {}
        self.busy = False
        self.agreed: tuple[dict[str, Coding], dict[str, list]] | None = None
        self.place = widgets.HTML(layout=GONE)
        self.head = widgets.HTML()
        self.codes = widgets.RadioButtons(description=item.codes_label, layout=WIDE)
        self.mark = widgets.Button(description="Mark this code")
        self.none = widgets.Button(description="No code fits")
        self.rule = widgets.HTML()
        self.primary = widgets.Dropdown(description=item.primary_label or " ", layout=WIDE)
        self.scope = _menu(item.scope_label, item.scopes)
        self.guess = _menu(item.guess.label, item.guess.options) if item.guess else _menu(" ", {})
        self.notes = {
            box.id: widgets.Text(description=box.label, layout=WIDE, continuous_update=False)
            for box in item.notes
        }
        self.known = widgets.Checkbox(description=item.recognised or " ", indent=False, layout=WIDE)
        self.reveal = widgets.Button(description="Check this segment")
        self.reference = widgets.HTML()
        self.turn = Pages("page", self.pages, self._draw)
        self.asked = self._asked_once()
        self._wire()
        single = item.limit == 1
        later = item.guess.then if item.guess else []
        self.sheet = widgets.VBox(
            [
                self.head,
                self.codes,
                *([] if single else [row(self.mark, self.none)]),
                self.rule,
                *([] if single else [self.primary]),
                *([self.scope] if item.scopes else []),
                *(box for name, box in self.notes.items() if name not in later),
                *([self.guess] if item.guess else []),
                *(self.notes[name] for name in later),
                *([self.known] if item.recognised else []),
                self.place,
                *([self.reveal, self.reference] if item.practice else []),
            ]
        )
        self.turn.go(0)
        desk = widgets.VBox([self.sheet, self.asked, self.turn.box])
        desk.add_class("ck-desk")
        both = widgets.Box([desk, self.shelf.box])
        both.add_class("ck-with-book")
        return [both, self.discuss.box]

    def _asked_once(self) -> widgets.VBox:
        item, asked = self.item, self.item.predict
        self.predicted = None
        if asked:
            middle = asked.minimum + asked.step * round(
                (asked.maximum - asked.minimum) / 2 / asked.step
            )
            self.predicted = widgets.FloatSlider(
                min=asked.minimum,
                max=asked.maximum,
                step=asked.step,
                value=middle,
                description=asked.label,
                readout_format=".2f" if asked.step < 1 else ".0f",
                layout=WIDE,
            )
        own = item.check_yourself
        self.check = None
        if own:
            self.check = widgets.RadioButtons(
                options=[(option.label, option.id) for option in own.options],
                value=None,
                description=own.label,
                layout=WIDE,
            )
        self.left = widgets.HTML()
        return widgets.VBox([self.left, *(w for w in (self.predicted, self.check) if w)])

    def _wire(self) -> None:
        self.codes.observe(self._chosen, "value")
        self.mark.on_click(self._mark)
        self.none.on_click(self._none)
        for control in (self.primary, self.scope, self.guess, self.known, *self.notes.values()):
            control.observe(self._kept, "value")
        self.reveal.on_click(self._reveal_one)

    # The page

    @property
    def segment(self) -> Any:
        """The segment on the page; the last one while the last page asks what is asked once."""
        return self.item.segments[min(self.page, len(self.item.segments) - 1)]

    @property
    def pages(self) -> int:
        """One for each segment, and one more if something is asked once."""
        return len(self.item.segments) + bool(self.item.predict or self.item.check_yourself)

    @property
    def page(self) -> int:
        """The page on the screen, counted from 0."""
        return self.turn.here

    def told_anew(self) -> None:
        self._draw()

    def _here(self) -> dict[str, Any]:
        """Return what is given for the segment on the page, to be changed."""
        return self.given.setdefault(self.segment.id, {"codes": [], "primary": ""})

    def _draw(self) -> None:
        last = self.page == len(self.item.segments)
        self.sheet.layout.display = "none" if last else None
        self.asked.layout.display = None if last else "none"
        if last:
            told = f"{self._progress()} {self.elsewhere(self._named())}"
            self.left.value = f'<p role="status" class="ck-quiet">{safe(told)}</p>'
            return
        self._draw_segment()

    def _draw_segment(self) -> None:
        item, one = self.item, self.given.get(self.segment.id, {})
        marked = one.get("codes", [])
        self.busy = True
        place = f"Segment {self.page + 1} of {len(item.segments)} ({self.segment.id})"
        told = f"{place}. {self._progress()} {self.elsewhere(self._named())}"
        self.head.value = (
            f'<div role="status"><p class="ck-quiet">{safe(told)}</p>'
            f"<blockquote>{self._text(self.segment.text, self.segment.lang)}</blockquote></div>"
        )
        self.margin(self.place, self.segment.id)
        chosen = self.codes.value
        if item.limit == 1:
            labels = [(code_label(code, self.book), code) for code in item.codes]
            chosen = marked[0] if marked else None
        else:
            labels = [(self._label(code, marked), code) for code in item.codes]
            chosen = chosen or item.codes[0]
        self.codes.options = labels
        self.codes.value = chosen
        named = [(code_label(code, self.book), code) for code in marked]
        empty = ("no code fits", NONE) if one.get("primary") == NONE else ("choose …", "")
        self.primary.options = [empty, *named]
        self.primary.value = one.get("primary") or ""
        self.scope.value = one.get("scope", "") if item.scopes else ""
        self.guess.value = one.get("guess", "") if item.guess else ""
        for name, box in self.notes.items():
            box.value = one.get("notes", {}).get(name, "")
        self.known.value = one.get("known", False)
        self.busy = False
        self._label_mark()
        seen = item.practice and self.segment.id in self.first
        self.reference.value = self._reference(self.segment) if seen else ""

    def _named(self) -> dict[str, str]:
        """Return the segments by the names that feedback knows them by."""
        return {segment.id: segment.id for segment in self.item.segments}

    def _text(self, text: str, lang: str = "") -> str:
        return text_html(text, self.book, lang)

    def _label(self, code: str, marked: list[str]) -> str:
        return f"{code_label(code, self.book)} ({'marked' if code in marked else 'not marked'})"

    def _label_mark(self) -> None:
        code = self.codes.value
        marked = code in self.given.get(self.segment.id, {}).get("codes", [])
        if code:
            self.mark.description = f"{'Take back' if marked else 'Mark'} {code}"
        self.rule.value = rule(code, self.book) if code else ""

    def _progress(self) -> str:
        wanted = self.item.at_least or len(self.item.segments)
        done = sum(self._complete(one) for one in self.given.values())
        return f"Coded so far: {done} of {wanted}."

    def _complete(self, one: dict[str, Any]) -> bool:
        return bool(
            one["primary"]
            and (not self.item.scopes or one.get("scope"))
            and (not self.item.guess or one.get("guess"))
        )

    # What the student does

    def _chosen(self, change: dict) -> None:
        if self.busy:
            return
        if self.item.limit == 1 and change["new"]:
            here = self._here()
            here["codes"], here["primary"] = [change["new"]], change["new"]
            self._draw_segment()
        self._label_mark()

    def _mark(self, _: Any) -> None:
        here, code = self._here(), self.codes.value
        if code in here["codes"]:
            here["codes"].remove(code)
        else:
            here["codes"].append(code)
        if here["primary"] not in here["codes"]:
            here["primary"] = here["codes"][0] if len(here["codes"]) == 1 else ""
        self._draw_segment()

    def _none(self, _: Any) -> None:
        self._here().update(codes=[], primary=NONE)
        self._draw_segment()

    def _kept(self, _: Any) -> None:
        """Keep what the menus and boxes say of the segment on the page."""
        if self.busy:
            return
        here = self._here()
        if here["codes"]:
            here["primary"] = self.primary.value if self.item.limit > 1 else here["primary"]
        if self.item.scopes:
            here["scope"] = self.scope.value
        if self.item.guess:
            here["guess"] = self.guess.value
        if self.notes:
            here["notes"] = {name: box.value for name, box in self.notes.items()}
        if self.item.recognised:
            here["known"] = self.known.value
        self._draw_segment()

    def _reveal_one(self, _: Any) -> None:
        """Show the reference of one segment of a practice set; what stands now stays first."""
        name = self.segment.id
        if not self._complete(self.given.get(name, {"primary": ""})):
            self.reference.value = (
                '<p class="ck-error" role="alert">Code it first: codes, primary and scope.</p>'
            )
            return
        self.first.setdefault(name, _copy(self.given[name]))
        self.reference.value = self._reference(self.segment)

    def _reference(self, one: Any) -> str:
        mine = self.first.get(one.id) or self.given[one.id]
        others = [code for code in (*mine["codes"], *one.reference) if code not in one.reference]
        missed = [code for code in one.reference if code not in mine["codes"]]
        rules = "".join(rule(code, self.book) for code in dict.fromkeys([*missed, *others]))
        return f'<div role="status">{self._line(one, mine)}{rules}</div>'

    # The answer

    def answer(self) -> dict[str, Any]:
        now = {
            name: _copy(self.given[name])
            for name in self.item.ids
            if name in self.given and self._complete(self.given[name])
        }
        answer: dict[str, Any] = {"codings": now}
        first = {name: _copy(one) for name, one in self.first.items() if name in now}
        if any(first[name] != now[name] for name in first):
            answer["first"] = first
        if self.predicted:
            answer["predicted"] = self.predicted.value
        if self.check:
            answer["check"] = self.check.value or ""
        if self.discuss.lines:
            answer["log"] = [dict(line) for line in self.discuss.lines]
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        self.given = {
            n: _copy(answer["codings"][n]) for n in self.item.ids if n in answer["codings"]
        }
        self._keep_first(answer)
        self.discuss.lines = [dict(line) for line in answer.get("log", [])]
        if self.predicted:
            self.predicted.value = answer["predicted"]
        if self.check:
            self.check.value = answer["check"]
        self.turn.go(0)

    def _keep_first(self, answer: dict[str, Any]) -> None:
        """From now on the reference is known: what stands in this answer stays first."""
        known = {**answer["codings"], **answer.get("first", {})}
        self.first = {name: _copy(known[name]) for name in self.item.ids if name in known}

    # What an answer reveals

    def revealed(self, answer: dict[str, Any]) -> str:
        self._keep_first(answer)
        item = self.item
        read = item.read(answer)
        lines = [
            f"<li>{self._line(one, self.first[one.id])}</li>"
            for one in item.segments
            if one.id in self.first
        ]
        parts = [f"<p>The reference, segment by segment:</p><ol>{''.join(lines)}</ol>"]
        if read.predicted is not None:
            parts.append(f"<p>Your number before the reveal: {read.predicted:g}.</p>")
        if item.agreement:
            said = item.pooled(read.first).sentence
            parts.append(f"<p>All codes together, with the reference: {safe(said)}</p>")
            parts.append(self._tables(read.first))
        if item.exchange or item.sorts:
            entries = passport.read().of(item.id)
            name = entries[-1].codename if entries else ""
            self.discuss.begin(read.first, name, answer.get("log", []))
        if item.exchange:
            parts.append(
                "<p>Next: compare with a classmate, under “With a classmate, in four steps”, which "
                "stands above the button that commits.</p>"
            )
        return "".join(parts)

    def charts(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        if not self.item.agreement:
            return []
        pairs = self._pairs(self.item.read(answer).first)
        return agreed.bundles(pairs, "Agreement with other coders, code by code")

    def _pairs(self, mine: dict[str, Coding]) -> dict[str, list]:
        """Return the comparisons with the reference and with the coders of the case's table."""
        if self.agreed is None or self.agreed[0] != mine:
            others = {REFERENCE: self.item.key(), **self.item.peer_coders()}
            found = {who: self.item.compare(mine, one) for who, one in others.items()}
            self.agreed = (mine, found)
        return self.agreed[1]

    def _tables(self, mine: dict[str, Coding]) -> str:
        """Return agreement code by code: with the reference, and folded with other coders."""
        parts, label = [], self.item.peers_label
        for who, lines in self._pairs(mine).items():
            said = "".join(f"<p>{safe(line)}</p>" for line in agreed.sentences(lines, who))
            table = f"{said}{agreed.table(lines, who)}"
            if who != REFERENCE:
                table = f"<details><summary>With {safe(who)}</summary>{table}</details>"
                table, label = f"<p>{safe(label)}</p>{table}" if label else table, ""
            parts.append(table)
        return "".join(parts)

    def _line(self, one: Any, mine: dict[str, Any]) -> str:
        """Return one segment with its reference, the student's coding, and the reason."""
        scopes, guess = self.item.scopes, self.item.guess
        reference, own = (
            agreed.said(one.reference, one.primary),
            agreed.said(mine["codes"], mine["primary"]),
        )
        if scopes:
            reference += f"; scope: {scopes[one.scope]}"
            own += f"; scope: {scopes[mine['scope']]}"
        told = ", ".join(part for part in (one.speaker, one.date) if part)
        by = self.item.renderings.get(one.rendered, "")
        said = [
            f"<strong>{safe(one.id)}</strong> {self._text(one.full or one.text, one.lang)}",
            safe(one.original, one.original_lang) if one.original not in ("", one.text) else "",
            self._text("; ".join(part for part in (told, by) if part)) if told or by else "",
            f"Reference: {safe(reference)}. You: {safe(own)}.",
            self._text(one.why),
        ]
        if guess:
            hit = f"{guess.options[one.guess]}; you: {guess.options[mine['guess']]}"
            said.append(f"{safe(guess.label)} {safe(hit)}.")
        if one.aside:
            said.append(f"{safe(self.item.aside_label)} {self._text(one.aside)}.")
        return "<br>".join(part for part in said if part)


def _menu(label: str, options: dict[str, str]) -> widgets.Dropdown:
    listed = [("choose …", ""), *((text, name) for name, text in options.items())]
    return widgets.Dropdown(options=listed, value="", description=label, layout=WIDE)


def _copy(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "codes": list(one["codes"]),
        **({"notes": dict(one["notes"])} if "notes" in one else {}),
    }

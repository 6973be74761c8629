"""A student at a keyboard: Tab to a control by its name, then the keys that work it.

Nothing here clicks or sets a value. Every stop inside a question is looked at: it must have a
name, and a mark that shows where the focus is.
"""

from __future__ import annotations

# Functions of the page: the questions, how a control is called, and what can have the focus.
PAGE = """
  const question = title => [...document.querySelectorAll('.ck-item')]
    .find(part => part.querySelector('.ck-title')?.textContent === title);
  const called = part => (part.getAttribute('aria-label')
    || [...(part.labels ?? [])].map(label => label.textContent).join(' ')
    || part.textContent).trim();
  const stops = box => [...box.querySelectorAll('input,select,textarea,button,summary,[tabindex]')]
    .filter(part => part.tabIndex >= 0 && part.checkVisibility());
"""
HERE = f"""() => {{
  {PAGE}
  const at = document.activeElement, item = at?.closest('.ck-item');
  if (!item || at === item) return {{name: '', item: '', tag: at?.tagName, marked: true}};
  const style = getComputedStyle(at);
  return {{
    name: called(at),
    item: item.querySelector('.ck-title')?.textContent ?? '',
    tag: at.tagName,
    type: at.getAttribute('type') ?? at.getAttribute('role') ?? '',
    checked: at.checked ?? null,
    index: at.selectedIndex ?? null,
    value: at.value ?? null,
    now: at.ariaValueText && parseFloat(at.ariaValueText),  // ariaValueNow is rounded
    least: parseFloat(at.ariaValueMin),
    most: parseFloat(at.ariaValueMax),
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  }};
}}"""
# Where a control stands, seen from the focus: 1 after it, -1 before it, 0 nowhere.
AHEAD = f"""([title, name, kind]) => {{
  {PAGE}
  const sort = part => part.getAttribute('type') ?? part.getAttribute('role') ?? '';
  const fits = part => called(part).includes(name) && (!kind || sort(part) === kind);
  const found = stops(question(title)).find(fits);
  if (!found) return 0;
  return document.activeElement.compareDocumentPosition(found) & 4 ? 1 : -1;
}}"""
PLACE = """() => {
  const at = document.activeElement, group = at.closest('.widget-radio-box');
  return group ? [...group.querySelectorAll('input')].indexOf(at) : -1;
}"""
# Until the kernel has heard of every key and the page of every answer to it: ipywidgets keep what
# is written while an earlier message is under way, and a button pressed then would overtake it.
SETTLED = """async () => {
  const soon = () => new Promise(done => setTimeout(done, 4));
  const busy = () => {
    const kernel = window.jupyterapp?.shell.currentWidget?.context?.sessionContext.session?.kernel;
    return kernel?.connectionStatus !== 'connected' || kernel.status !== 'idle'
      || [...kernel._futures.values()].some(one => !(one._status & 2));  // 2: its idle has come
  };
  const end = Date.now() + 60000;
  for (let calm = 0; calm < 3; calm = busy() ? 0 : calm + 1) {
    if (Date.now() > end) return false;
    await soon();
  }
  return true;
}"""
FOCUSED = "document.activeElement !== document.body"
LONG = 24  # characters from which on a text is put in as one, as an input method does


class Keys:
    """The keyboard, on one page of questions."""

    def __init__(self, page) -> None:
        self.page, self.item = page, ""
        self.stops: dict[tuple[str, str], dict] = {}
        self.lost: list[tuple[str, str]] = []  # buttons that left the focus nowhere
        self.changes = 0  # controls that did not yet say what they were to say

    def begin(self, item: str) -> None:
        """Put the reading place at the head of a question, as a click into its text would."""
        self.item = item
        self.box.first.evaluate("box => { box.tabIndex = -1; box.focus(); }")

    @property
    def box(self):
        """The question that is being answered."""
        title = self.page.locator(f'.ck-title:text-is("{self.item}")')
        return self.page.locator(".ck-item").filter(has=title)

    def here(self) -> dict:
        """What has the focus: its name, its kind, and the question that it is in."""
        at = self.page.evaluate(HERE)
        if at["item"]:
            self.stops[at["item"], at["name"]] = at
        return at

    def settle(self) -> None:
        """Wait until nothing is under way between the page and its kernel."""
        assert self.page.evaluate(SETTLED), f"{self.item}: the kernel stays busy."

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def has(self, name: str, kind: str = "") -> bool:
        """Whether the question at hand has a control with this in its name, to be reached now."""
        return self.page.evaluate(AHEAD, [self.item, name, kind]) != 0

    def go(self, name: str, kind: str = "", most: int = 60) -> dict:
        """Tab, or Shift+Tab, to the control with this in its name, in the question at hand."""
        at = self.here()
        if self._is(at, name, kind):
            return at
        sought = [self.item, name, kind]
        key = self._way(sought)
        for _ in range(most):
            self.press(key)
            at = self.here()
            if self._is(at, name, kind):
                return at
            if at["item"] != self.item:  # what was sought was being made anew, and is there again
                key = self._way(sought)
        raise AssertionError(f"{self.item}: {key} does not reach {name!r}; it is at {at}")

    def _way(self, sought: list[str]) -> str:
        """Return the key that leads to a control; wait for it if it is not there yet."""
        way = self.page.evaluate(AHEAD, sought)
        if not way:
            wait = f"sought => ({AHEAD})(sought)"
            try:
                way = self.page.wait_for_function(wait, arg=sought, timeout=30_000).json_value()
            except Exception as error:
                raise AssertionError("{}: there is no {!r} {}.".format(*sought)) from error
        return "Tab" if way > 0 else "Shift+Tab"

    def _is(self, at: dict, name: str, kind: str) -> bool:
        return at["item"] == self.item and name in at["name"] and kind in ("", at["type"])

    def radio(self, place: int) -> None:
        """Choose an option of the question's group by its place, from 0."""
        chosen = self.go("", "radio")["checked"]
        if not chosen:
            self.press("Space")
        self.page.wait_for_function(f"() => ({PLACE})() >= 0")
        now = self.page.evaluate(PLACE)
        self.changes += not chosen or now != place
        way = "ArrowDown" if place > now else "ArrowUp"
        self.press(*[way] * abs(place - now))
        self.page.wait_for_function(f"place => ({PLACE})() === place", arg=place, timeout=30_000)

    def menu(self, name: str, place: int) -> None:
        """Choose an entry of a menu by its place; 0 says nothing yet."""
        at = self.go(name)
        assert at["tag"] == "SELECT", at
        self.changes += at["index"] != place
        way = "ArrowDown" if place > at["index"] else "ArrowUp"
        self.press(*[way] * abs(place - at["index"]))
        assert self.here().get("index") == place, f"{name}: the arrows do not choose entry {place}."

    def tick(self, name: str, on: bool = True) -> None:
        """Set a tick box."""
        at = self.go(name)
        if at["checked"] is not on:
            self.changes += 1
            self.press("Space")
        assert self.here()["checked"] is on, f"{name}: Space does not set it."

    def slide(self, name: str, *keys: str) -> None:
        """Move a slider with keys such as Home, End and ArrowRight."""
        self.go(name, "slider")
        self.press(*keys)

    def slide_to(self, name: str, value: float, step: float = 1) -> None:
        """Move a slider to a value, by the shortest way from where it is, or from an end of it."""
        at = self.go(name, "slider")
        self.changes += at["now"] != value
        starts = {(): at["now"], ("Home",): at["least"], ("End",): at["most"]}
        far = {start: round((value - stands) / step) for start, stands in starts.items()}
        start, steps = min(far.items(), key=lambda one: len(one[0]) + sum(divmod(abs(one[1]), 5)))
        page, arrow = ("PageUp", "ArrowRight") if steps > 0 else ("PageDown", "ArrowLeft")
        pages, arrows = divmod(abs(steps), 5)
        self.press(*start, *[page] * pages, *[arrow] * arrows)
        now = self.here()["now"]
        assert abs(now - value) <= step / 2, f"{name}: the keys lead to {now}, not {value}."

    def type(self, name: str, text: str) -> None:
        """Write into a box, in the place of what stands there."""
        if self.go(name)["value"] == text:
            return
        self.changes += 1
        self.press("Control+a")
        if len(text) > LONG:
            self.page.keyboard.insert_text(text)
        elif text:
            self.page.keyboard.type(text)
        else:
            self.press("Delete")

    def push(self, name: str, wait: str = "") -> None:
        """Press a button, and wait until all that follows is there, and a text if one is named."""
        self.go(name)
        self.settle()
        self.press("Enter")
        self.settle()
        if not self.page.evaluate(FOCUSED):
            try:  # what took the place of a button that is gone comes a moment later
                self.page.wait_for_function(FOCUSED, timeout=3000)
            except Exception:
                self.lost.append((self.item, name))
        if wait:
            self.see(wait)

    def see(self, text: str) -> None:
        """Wait until a text stands in the question."""
        self.box.get_by_text(text, exact=False).first.wait_for(timeout=45_000)

    def commit(self, said: str) -> None:
        """Commit, and wait for the sentence that is meant for this answer."""
        self.push("Commit")
        below = self.box.locator(".ck-said").get_by_text(said, exact=False)
        try:
            below.first.wait_for(timeout=45_000)
        except Exception as error:
            alert = self.box.get_by_role("alert").all_inner_texts()
            shown = self.box.locator(".ck-said").all_inner_texts()
            raise AssertionError(
                f"{self.item}: expected {said[:60]!r}, alert {alert}, said {str(shown)[:300]}"
            ) from error

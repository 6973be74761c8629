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
  const told = at => {
    const item = at?.closest('.ck-item');
    if (!item || at === item) return {name: '', item: '', tag: at?.tagName, marked: true};
    const style = getComputedStyle(at);
    return {
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
    };
  };
"""
# From now on the page notes whatever gets the focus, until it is asked for it.
NOTE = f"""() => {{
  {PAGE}
  if (window.passed) return;
  window.passed = [];
  document.addEventListener('focusin', event => window.passed.push(told(event.target)));
}}"""
# What has the focus, and what had it since this was asked last.
HERE = f"""() => {{
  {PAGE}
  return [told(document.activeElement), (window.passed ?? []).splice(0)];
}}"""
# How many stops a control stands after the focus, or, below 0, before it; 0 if it is nowhere. Of
# a group of radio buttons one is a stop.
AHEAD = f"""([title, name, kind]) => {{
  {PAGE}
  const sort = part => part.getAttribute('type') ?? part.getAttribute('role') ?? '';
  const fits = part => called(part).includes(name) && (!kind || sort(part) === kind);
  const all = stops(question(title)), found = all.find(fits), at = document.activeElement;
  if (!found) return 0;
  const after = (one, other) => other.compareDocumentPosition(one) & 4;
  const group = part => part.type === 'radio' && part.name;
  const ahead = after(found, at);
  const between = all.filter(part => part !== at && part !== found && (
    ahead ? after(part, at) && after(found, part) : after(part, found) && after(at, part)));
  const groups = new Set(between.map(group).filter(one => one && one !== group(at)));
  groups.delete(group(found));
  const count = 1 + between.filter(part => !group(part)).length + groups.size;
  return ahead ? count : -count;
}}"""
# What a question's controls say, each with its name.
SAYS = f"""title => {{
  {PAGE}
  return [...question(title).querySelectorAll('input,select,textarea,[role=slider]')]
    .filter(part => part.checkVisibility())
    .map(part => [called(part), part.ariaValueText ?? part.value, part.checked ?? null]);
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


def settle(page) -> None:
    """Wait until nothing is under way between a page and its kernel."""
    assert page.evaluate(SETTLED), "The kernel stays busy."


class Keys:
    """The keyboard, on one page of questions."""

    def __init__(self, page) -> None:
        self.page, self.item = page, ""
        self.stops: dict[tuple[str, str], dict] = {}
        self.lost: list[tuple[str, str]] = []  # buttons that left the focus nowhere

    def begin(self, item: str) -> None:
        """Put the reading place at the head of a question, as a click into its text would."""
        self.item = item
        self.page.evaluate(NOTE)
        self.box.first.evaluate("box => { box.tabIndex = -1; box.focus(); }")

    @property
    def box(self):
        """The question that is being answered."""
        title = self.page.locator(f'.ck-title:text-is("{self.item}")')
        return self.page.locator(".ck-item").filter(has=title)

    def here(self) -> dict:
        """What has the focus: its name, its kind, and the question that it is in."""
        at, passed = self.page.evaluate(HERE)
        for one in (*passed, at):
            if one["item"]:
                self.stops[one["item"], one["name"]] = one
        return at

    def says(self) -> dict[tuple[str, ...], object]:
        """What each control of the question at hand says, by its name."""
        said = self.page.evaluate(SAYS, self.item)
        return {
            (name, value) if on is not None else (name,): value if on is None else on
            for name, value, on in said
        }

    def settle(self) -> None:
        """Wait until nothing is under way between the page and its kernel."""
        settle(self.page)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def has(self, name: str, kind: str = "") -> bool:
        """Whether the question at hand has a control with this in its name, to be reached now."""
        return self.page.evaluate(AHEAD, [self.item, name, kind]) != 0

    def go(self, name: str, kind: str = "", most: int = 60) -> dict:
        """Tab, or Shift+Tab, to the control with this in its name, in the question at hand."""
        at = self.here()
        left = most
        while not self._is(at, name, kind):
            if left <= 0:
                raise AssertionError(f"{self.item}: Tab does not reach {name!r}; it is at {at}")
            way = self._way([self.item, name, kind])
            self.press(*["Tab" if way > 0 else "Shift+Tab"] * abs(way))
            left -= abs(way)
            at = self.here()
        return at

    def _way(self, sought: list[str]) -> int:
        """Return how many stops away a control is; wait for it if it is not there yet."""
        way = self.page.evaluate(AHEAD, sought)
        if not way:
            wait = f"sought => ({AHEAD})(sought)"
            try:
                way = self.page.wait_for_function(wait, arg=sought, timeout=30_000).json_value()
            except Exception as error:
                raise AssertionError("{}: there is no {!r} {}.".format(*sought)) from error
        return way

    def _is(self, at: dict, name: str, kind: str) -> bool:
        return at["item"] == self.item and name in at["name"] and kind in ("", at["type"])

    def radio(self, place: int) -> None:
        """Choose an option of the question's group by its place, from 0."""
        chosen = self.go("", "radio")["checked"]
        if not chosen:
            self.press("Space")
        self.page.wait_for_function(f"() => ({PLACE})() >= 0")
        now = self.page.evaluate(PLACE)
        way = "ArrowDown" if place > now else "ArrowUp"
        self.press(*[way] * abs(place - now))
        self.page.wait_for_function(f"place => ({PLACE})() === place", arg=place, timeout=30_000)

    def menu(self, name: str, place: int) -> None:
        """Choose an entry of a menu by its place; 0 says nothing yet."""
        at = self.go(name)
        assert at["tag"] == "SELECT", at
        way = "ArrowDown" if place > at["index"] else "ArrowUp"
        self.press(*[way] * abs(place - at["index"]))
        assert self.here().get("index") == place, f"{name}: the arrows do not choose entry {place}."

    def tick(self, name: str, on: bool = True) -> None:
        """Set a tick box."""
        at = self.go(name)
        if at["checked"] is not on:
            self.press("Space")
        assert self.here()["checked"] is on, f"{name}: Space does not set it."

    def slide(self, name: str, *keys: str) -> None:
        """Move a slider with keys such as Home, End and ArrowRight."""
        self.go(name, "slider")
        self.press(*keys)

    def slide_to(self, name: str, value: float, step: float = 1) -> None:
        """Move a slider to a value, by the shortest way from where it is, or from an end of it."""
        at = self.go(name, "slider")
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

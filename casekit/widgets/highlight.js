// The words of a text, to be marked by mouse or finger. The menus beside it do the same by keyboard.
//
// The kernel gives `words`, `spans` ({from, to, code}, counted from 1), `chosen` ([from, to] or
// []), `lang`, `breaks` (numbers of words that begin a paragraph) and `labels` (what stands above each
// paragraph); a gesture sets `chosen`.
// Every text enters the page as textContent, so none of it can become markup.

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The number of the word an event fell on, 0 for none.
function numberOf(target) {
  for (let here = target; here && here.dataset; here = here.parentNode) {
    if (here.dataset.word) return Number(here.dataset.word);
  }
  return 0;
}

export function ordered(a, b) {
  return a <= b ? [a, b] : [b, a];
}

function draw(model, box) {
  const words = model.get("words");
  const spans = model.get("spans");
  const chosen = model.get("chosen");
  const breaks = model.get("breaks");
  const labels = model.get("labels");
  const lang = model.get("lang");
  const paragraphs = [];
  words.forEach((word, index) => {
    const number = index + 1;
    if (number === 1 || breaks.includes(number)) {
      const label = labels[breaks.indexOf(number)];
      if (label) paragraphs.push(element("p", "ck-quiet", label));
      const paragraph = element("p", "ck-words");
      if (lang) paragraph.lang = lang;
      paragraphs.push(paragraph);
    }
    const inside = spans.filter((span) => span.from <= number && number <= span.to);
    const picked = chosen.length === 2 && chosen[0] <= number && number <= chosen[1];
    const shown = element(inside.length ? "mark" : "span", picked ? "ck-word ck-picked" : "ck-word");
    shown.dataset.word = String(number);
    shown.appendChild(element("span", "", word));
    for (const span of inside) {
      if (span.to === number) shown.appendChild(element("span", "ck-code", ` [${span.code}]`));
    }
    const paragraph = paragraphs[paragraphs.length - 1];
    paragraph.appendChild(shown);
    paragraph.appendChild(document.createTextNode(" "));
  });
  box.replaceChildren(...paragraphs);
}

function render({ model, el }) {
  const box = element("div", "ck-text");
  let pressed = 0; // the word on which a press began
  let waiting = 0; // the word tapped alone, which the next tap makes a span with
  const choose = (a, b) => {
    model.set("chosen", ordered(a, b));
    model.save_changes();
  };
  box.addEventListener("pointerdown", (event) => {
    pressed = numberOf(event.target);
  });
  box.addEventListener("pointercancel", () => {
    pressed = 0; // the finger scrolls the page
  });
  box.addEventListener("pointerup", (event) => {
    const at = document.elementFromPoint
      ? document.elementFromPoint(event.clientX, event.clientY)
      : event.target;
    const released = numberOf(at) || numberOf(event.target);
    if (!pressed || !released) {
      pressed = 0;
      return;
    }
    if (pressed !== released) {
      choose(pressed, released);
      waiting = 0;
    } else if (waiting && waiting !== pressed) {
      choose(waiting, pressed);
      waiting = 0;
    } else {
      choose(pressed, pressed);
      waiting = pressed;
    }
    pressed = 0;
  });
  const again = () => draw(model, box);
  const names = ["words", "spans", "chosen", "breaks", "labels", "lang"].map((name) => `change:${name}`);
  for (const name of names) model.on(name, again);
  again();
  el.appendChild(box);
  return () => {
    for (const name of names) model.off(name, again);
  };
}

export default { render };

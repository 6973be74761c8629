// Axes to draw on with mouse, pen or finger. What is drawn is only told to Python, which checks
// it; what stands here is what Python says: the points, the part known, and where the sliders are.

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 280, TOP = 12, RIGHT = 14, BOTTOM = 40, LEFT = 44;
const INK = "#1F2328", QUIET = "#5B6470", RULE = "#D5D9DE", PAPER = "#FFFFFF";
const SHAPES = {
  "triangle-up": "M0,-5L5,4L-5,4Z",
  "triangle-down": "M0,5L5,-4L-5,-4Z",
  cross: "M-5,-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z",
  wedge: "M0,-6L3,5L-3,5Z",
  circle: "M-4,0A4,4 0 1,0 4,0A4,4 0 1,0 -4,0Z",
};

function make(tag, attributes = {}, parent = null, text = "") {
  const part = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  if (text) part.textContent = text;
  parent?.append(part);
  return part;
}

/** Round steps, so that no more than `most` labels stand between two numbers. */
function ticks(low, high, most, least = 0) {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(least, power * [1, 2, 5, 10].find((one) => one * power >= rough));
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step)
    found.push(Number(at.toFixed(9)));
  return found;
}

class Paper {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.stroke = null;
    this.svg = make("svg", { role: "img", height: HEIGHT });
    this.svg.style.cssText = "display:block;width:100%;background:#fff";
    this.speak();
    this.legend = document.createElement("ul");
    this.legend.className = "ck-legend";
    el.append(this.svg, this.legend);
    this.width = 0;
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(el);
    this.fit();
  }

  fit() {
    const width = Math.round(this.el.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.draw();
  }

  get frame() {
    return this.model.get("frame");
  }
  x(year) {
    const { x_from, x_to } = this.frame;
    return LEFT + ((year - x_from) / (x_to - x_from)) * (this.width - LEFT - RIGHT);
  }
  y(value) {
    const { minimum, maximum } = this.frame;
    return TOP + ((maximum - value) / (maximum - minimum)) * (HEIGHT - TOP - BOTTOM);
  }
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const { x_from, x_to, minimum, maximum, step, known_to } = this.frame;
    const across = (event.clientX - box.left - LEFT) / (this.width - LEFT - RIGHT);
    const down = (event.clientY - box.top - TOP) / (HEIGHT - TOP - BOTTOM);
    const year = x_from + across * (x_to - x_from);
    const value = maximum - down * (maximum - minimum);
    const snapped = minimum + step * Math.round((value - minimum) / step);
    return {
      year: Math.min(x_to, Math.max(Math.max(x_from, known_to + 1), year)),
      value: Math.min(maximum, Math.max(minimum, snapped)),
    };
  }

  begin(event) {
    if (event.button) return;
    event.preventDefault();
    this.hit.setPointerCapture(event.pointerId);
    this.stroke = { line: this.model.get("here").line, points: new Map(), last: null };
    this.go(event);
  }
  /** Add what lies between the last place and this one, a value for every year passed. */
  go(event) {
    if (!this.stroke) return;
    const { minimum, step } = this.frame;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) {
      const now = this.at(one), year = Math.round(now.year);
      const before = this.stroke.last;
      if (before) {
        const from = Math.round(before.year), way = Math.sign(year - from);
        for (let between = from + way; way && between !== year; between += way) {
          const share = (between - before.year) / (now.year - before.year);
          const value = before.value + share * (now.value - before.value);
          this.put(between, minimum + step * Math.round((value - minimum) / step));
        }
      }
      this.put(year, now.value);
      this.stroke.last = now;
    }
    this.draw();
  }
  put(year, value) {
    this.stroke.points.set(year, Number(value.toFixed(9)));
  }
  end() {
    if (!this.stroke) return;
    const { line, points } = this.stroke;
    this.model.send({ line, points: [...points] });
    this.kept = { line, points };
    this.stroke = null;
  }

  /** The points as Python knows them, and on top of them what is being drawn. */
  points(line) {
    const known = Object.entries(this.model.get("points")[line] ?? {});
    const points = new Map(known.map(([year, value]) => [Number(year), value]));
    const fresh = this.stroke ?? this.kept;
    if (fresh?.line === line) for (const [year, value] of fresh.points) points.set(year, value);
    return [...points].sort((a, b) => a[0] - b[0]);
  }

  /** Python has spoken: what was drawn is now among its points, or was refused. */
  heard() {
    this.kept = null;
    this.draw();
  }

  speak() {
    this.svg.setAttribute("aria-label", this.model.get("said"));
  }

  draw() {
    this.speak();
    if (!this.width) return;
    // The surface that holds the pointer stays; only what lies under it is drawn anew.
    this.under?.remove();
    this.under = make("g");
    this.svg.prepend(this.under);
    this.axes();
    for (const line of this.frame.lines) this.line(line);
    this.cursor();
    this.surface();
    this.names();
  }

  axes() {
    const { x_from, x_to, minimum, maximum, step, x_title } = this.frame;
    const small = { "font-size": 12, fill: QUIET };
    const right = this.width - RIGHT, floor = HEIGHT - BOTTOM;
    for (const value of ticks(minimum, maximum, 5, step)) {
      make("line", { x1: LEFT, x2: right, y1: this.y(value), y2: this.y(value), stroke: RULE }, this.under);
      make("text", { ...small, x: LEFT - 6, y: this.y(value) + 4, "text-anchor": "end" },
        this.under, String(value).replace("-", "\u2212"));
    }
    for (const year of ticks(x_from, x_to, (right - LEFT) / 60, 1)) {
      make("line", { x1: this.x(year), x2: this.x(year), y1: floor, y2: floor + 5, stroke: QUIET }, this.under);
      make("text", { ...small, x: this.x(year), y: floor + 18, "text-anchor": "middle" }, this.under, String(year));
    }
    make("line", { x1: LEFT, x2: right, y1: floor, y2: floor, stroke: QUIET }, this.under);
    make("text", { ...small, x: right, y: HEIGHT - 6, "text-anchor": "end" }, this.under, x_title);
  }

  line({ id, colour, shape, known }) {
    const path = (pairs) => pairs.map(([year, v], n) => `${n ? "L" : "M"}${this.x(year)},${this.y(v)}`).join("");
    let run = [];
    const close = () => {
      make("path", { d: path(run), fill: "none", stroke: colour, "stroke-width": 2.5 }, this.under);
      for (const [year, value] of run)
        make("circle", { cx: this.x(year), cy: this.y(value), r: 3.5, fill: colour }, this.under);
      run = [];
    };
    for (const pair of known) {
      if (run.length && pair[0] !== run.at(-1)[0] + 1) close(); // never across a missing year
      run.push(pair);
    }
    if (run.length) close();
    const guess = this.points(id);
    make("path", { d: path(guess), fill: "none", stroke: colour, "stroke-width": 1.5, "stroke-dasharray": "5 4" }, this.under);
    for (const [year, value] of guess)
      make("path", { d: SHAPES[shape] ?? SHAPES.circle, fill: PAPER, stroke: colour, "stroke-width": 1.5,
        transform: `translate(${this.x(year)},${this.y(value)})` }, this.under);
  }

  /** Where the sliders stand: a ring with two threads to the axes. */
  cursor() {
    const { year, value } = this.model.get("here");
    const thread = { stroke: QUIET, "stroke-width": 1, "stroke-dasharray": "1 3" };
    make("line", { ...thread, x1: this.x(year), x2: this.x(year), y1: this.y(value), y2: HEIGHT - BOTTOM }, this.under);
    make("line", { ...thread, x1: LEFT, x2: this.x(year), y1: this.y(value), y2: this.y(value) }, this.under);
    make("circle", { cx: this.x(year), cy: this.y(value), r: 9, fill: "none", stroke: INK, "stroke-width": 1.5 }, this.under);
  }

  surface() {
    const first = Math.max(this.frame.x_from, this.frame.known_to + 1);
    const left = this.x(first) - 10;
    if (!this.hit) {
      this.hit = make("rect", { y: TOP - 10, height: HEIGHT - TOP - BOTTOM + 20, fill: "transparent" }, this.svg);
      this.hit.style.cssText = "cursor:crosshair;touch-action:none";
      this.hit.addEventListener("pointerdown", (event) => this.begin(event));
      this.hit.addEventListener("pointermove", (event) => this.go(event));
      // A finger on the paper draws: without this the page would scroll and take the finger away.
      this.hit.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      for (const name of ["pointerup", "pointercancel"])
        this.hit.addEventListener(name, () => this.end());
    }
    this.hit.setAttribute("x", left);
    this.hit.setAttribute("width", this.width - RIGHT + 10 - left);
  }

  names() {
    const { lines } = this.frame, here = this.model.get("here").line;
    const rows = lines.flatMap((line) => {
      const state = lines.length > 1 && line.id === here ? " (this one is being drawn)" : "";
      const guess = [`${line.label}: your guess${state}`, line, false];
      return line.known.length ? [[`${line.label}: on record`, line, true], guess] : [guess];
    });
    const row = ([text, { colour, shape }, known]) => {
      const entry = document.createElement("li");
      const sample = make("svg", { width: 34, height: 14, viewBox: "-17 -7 34 14", "aria-hidden": "true" });
      make("path", { d: "M-16,0H16", stroke: colour, "stroke-width": known ? 2.5 : 1.5, fill: "none",
        ...(known ? {} : { "stroke-dasharray": "5 4" }) }, sample);
      make("path", { d: known ? SHAPES.circle : SHAPES[shape] ?? SHAPES.circle, stroke: colour,
        "stroke-width": 1.5, fill: known ? colour : PAPER }, sample);
      entry.append(sample, ` ${text}`);
      return entry;
    };
    this.legend.replaceChildren(...rows.map(row));
  }
}

export default {
  render({ model, el }) {
    const paper = new Paper(model, el);
    const heard = () => paper.heard(), drawn = () => paper.draw();
    model.on("change:points", heard);
    model.on("change:told", heard);
    for (const name of ["change:here", "change:said", "change:frame"]) model.on(name, drawn);
    return () => {
      paper.watch.disconnect();
      model.off("change:points", heard);
      model.off("change:told", heard);
      for (const name of ["change:here", "change:said", "change:frame"]) model.off(name, drawn);
    };
  },
};

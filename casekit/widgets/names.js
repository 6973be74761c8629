// What the plain controls leave undone on the page. They get a name from the label that stands
// beside them: the handle of a slider, the number that can be typed there, a group of radio buttons.
// And a key pressed on a control is the control's: else the notebook takes the arrows, which choose
// from a menu, and many letters for commands of its own. Keys pressed with Ctrl, Alt or Cmd stay the
// notebook's; so does what is typed into a box, which it leaves alone. Escape leads out of a
// question, to its cell, from where the notebook's keys work.
// Radio buttons of one group get a name in common; one that is made anew while it has the focus,
// because a label beside it changed, gives the focus to the one in its place. A button that goes when
// it is pressed gives it to the question that it opened, or to the first control that came instead.
// ipywidgets keep the second change of a control until the kernel has answered the first; a button
// that is pressed meanwhile waits for it, and does not overtake it.
// One observer for the page; a label that changes renames its control.

const PARTS = [
  [".widget-slider .noUi-handle", "slider", ""],
  [".widget-slider .widget-readout[contenteditable]", "textbox", ", as a number"],
  [".widget-radio .widget-radio-box", "radiogroup", ""],
];
const STOPS = "button, input, select, textarea, .noUi-handle";
const BUTTON = ".ck-item .widget-button:not(.ck-without-kernel)";
const INSTALLED = Symbol.for("casekit names");
const KERNELS = Symbol.for("casekit kernels"); // this file is loaded anew for every kernel

function name(part, role, more) {
  const holder = part.closest(".widget-slider, .widget-radio");
  const label = holder?.querySelector(".widget-label")?.textContent.trim();
  if (!label) return;
  if (part.getAttribute("role") !== role) part.setAttribute("role", role);
  if (part.getAttribute("aria-label") !== label + more) part.setAttribute("aria-label", label + more);
}

/** Runs before the notebook's own listener, which passes over what bears this attribute. */
function own(event) {
  const part = event.target;
  if (!part.closest?.(".ck-item")) return;
  if (event.key === "Escape") return leave(part);
  if (part.matches(":read-write")) return;
  const notebook = event.ctrlKey || event.altKey || event.metaKey;
  part.toggleAttribute("data-lm-suppress-shortcuts", !notebook);
}

function leave(part) {
  const cell = part.closest(".jp-Cell");
  if (!cell) return;
  if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
  cell.focus({ preventScroll: true });
}

let held = null; // what has the focus, what it stands in, and its place in a group

function remember({ target }) {
  const item = target.closest?.(".ck-item");
  if (!item) return forget();
  const group = target.closest(".widget-radio-box");
  const place = group ? [...group.querySelectorAll("input")].indexOf(target) : -1;
  const around = [];
  for (let part = target; part !== item; part = part.parentElement) around.push(part.parentElement);
  held = { target, group, place, around };
}

function forget() {
  held = null;
}

function regain() {
  if (!held || held.target.isConnected || document.activeElement !== document.body) return;
  const { group, place, around } = held;
  if (group?.isConnected) return group.querySelectorAll("input")[place]?.focus();
  const where = around.find((part) => part.isConnected);
  if (!where) return;
  const opened = where.querySelector(".ck-item");
  if (opened) opened.tabIndex = -1;
  const stops = [...where.querySelectorAll(STOPS)];
  const next = opened ?? stops.find((part) => part.checkVisibility());
  next?.focus({ preventScroll: true });
}

/** Radio buttons of one group share a name: Tab stops at the one chosen, the arrows choose. */
let groups = 0;

function group(box) {
  box.dataset.ckGroup ??= `ck-group-${++groups}`;
  for (const input of box.querySelectorAll("input:not([name]), input[name='']"))
    input.name = box.dataset.ckGroup;
}

const kernels = new Map(); // a model of each, by the class that its questions bear
const waiting = []; // the buttons that were pressed, each with its number
let through = null; // the button whose click is let through
let presses = 0;

/** Whether a change of any control of this kernel is kept back; only private fields say so. */
function keeps(kernel) {
  const models = kernel.widget_manager?._modelsSync?.values() ?? [];
  return [...models].some((model) => model._msg_buffer);
}

/** Holds a click back until the kernel has answered, which it does in order. */
function hold(event) {
  const button = event.target.closest?.(BUTTON);
  if (!button || button === through) return;
  const bears = button.closest(".ck-item").classList;
  const kernel = [...kernels].find(([name]) => bears.contains(name))?.[1];
  if (!kernel || !keeps(kernel)) return;
  try {
    kernel.send({ heard: ++presses });
  } catch {
    return; // the kernel is gone, and the button says so as it always did
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting.push([button, presses]);
}

function release({ heard }) {
  const at = waiting.findIndex(([, number]) => number === heard);
  if (at < 0) return;
  const [[button]] = waiting.splice(at, 1);
  if (!button.isConnected) return;
  through = button;
  try {
    button.click();
  } finally {
    through = null;
  }
}

function all() {
  for (const box of document.querySelectorAll(".ck-item .widget-radio-box")) group(box);
  for (const [where, role, more] of PARTS)
    for (const part of document.querySelectorAll(`.ck-item ${where}`)) name(part, role, more);
  regain(); // last, so that what gets the focus has its name by then
}

export default {
  initialize({ model }) {
    const { known, answered } = (globalThis[KERNELS] ??= { known: kernels, answered: release });
    known.set(model.get("kernel"), model);
    model.on("msg:custom", answered);
    if (globalThis[INSTALLED]) return;
    globalThis[INSTALLED] = true;
    window.addEventListener("keydown", own, true);
    document.addEventListener("click", hold, true);
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerdown", forget, true);
    let asked = false;
    const later = () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        all();
      });
    };
    new MutationObserver(later).observe(document.body, {
      childList: true, subtree: true, characterData: true,
    });
    later();
  },
};

// The browser's own copy of the passport: lines of text under one key of localStorage.
// It only ever grows, until the student asks for it to be forgotten.

function read(key) {
  try {
    return localStorage.getItem(key) || "";
  } catch {
    return null; // some private windows and embedded pages forbid storage
  }
}

function together(held, added) {
  const lines = [...held.split("\n"), ...added.split("\n")].filter((line) => line.trim());
  return [...new Set(lines)].join("\n");
}

function tell(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  try {
    model.save_changes();
  } catch {
    // the kernel is gone: the browser's copy is written all the same
  }
}

function keep(model, key) {
  const held = read(key);
  if (held === null) return tell(model, { state: "blocked" });
  try {
    localStorage.setItem(key, together(held, model.get("lines")));
    tell(model, { state: "kept" });
  } catch {
    tell(model, { state: "full" });
  }
}

// A page whose kernel or server has gone cannot mark an answer, and would say nothing at all.
const PATIENCE = 8000; // milliseconds
const SILENT =
  "No answer from the notebook yet. If none comes, its kernel or its server has stopped: what you " +
  "chose and wrote is still here, so copy longer texts, and then choose Run and Run All Cells.";

function watch() {
  if (document.documentElement.dataset.casekitWatch) return;
  document.documentElement.dataset.casekitWatch = "on";
  // before names.js, which holds a button back and presses it again by script
  window.addEventListener("click", ({ target, isTrusted }) => {
    if (!isTrusted) return;
    const button = target instanceof Element && target.closest(".ck-item button");
    if (!button || !button.textContent.trim().startsWith("Commit")) return;
    const item = button.closest(".ck-item");
    const alert = document.createElement("p");
    alert.className = "ck-error";
    alert.setAttribute("role", "alert");
    alert.textContent = SILENT;
    const timer = setTimeout(() => button.parentElement.after(alert), PATIENCE);
    const heard = new MutationObserver((changes) => {
      if (changes.every(({ addedNodes }) => [...addedNodes].includes(alert))) return;
      heard.disconnect();
      clearTimeout(timer);
      alert.remove();
    });
    heard.observe(item, { childList: true, characterData: true, subtree: true });
  }, true);
}

export default {
  initialize({ model }) {
    watch();
    const key = model.get("key");
    const held = read(key);
    model.on("change:lines", () => keep(model, key));
    model.on("msg:custom", (message) => {
      if (message !== "forget") return;
      try {
        localStorage.removeItem(key);
        tell(model, { found: "", state: "forgotten" });
      } catch {
        tell(model, { state: "blocked" });
      }
    });
    if (held === null) tell(model, { state: "blocked" });
    else if (held) tell(model, { found: held });
    if (model.get("lines")) keep(model, key);
  },
};

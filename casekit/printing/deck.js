// Moves through the slides by key or button; what waits on a slide opens before the next comes.
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const page = document.documentElement;
  const button = (id) => document.getElementById(id);
  let at = 0;

  function go(to, focus = true) {
    at = Math.max(0, Math.min(slides.length - 1, to));
    slides.forEach((slide, n) => slide.classList.toggle("on", n === at));
    button("at").textContent = `${at + 1} of ${slides.length}`;
    button("back").disabled = at === 0;
    history.replaceState(null, "", `#${at + 1}`);
    scrollTo(0, 0);
    fit();
    if (focus) slides[at].focus({ preventScroll: true });
  }

  // A picture takes the room between what stands above it and the buttons.
  function fit() {
    for (const picture of slides[at].querySelectorAll(".picture img")) {
      const top = picture.getBoundingClientRect().top + scrollY;
      const room = innerHeight - document.querySelector("nav").offsetHeight - top - 8;
      picture.style.maxHeight = `${Math.max(room, innerHeight * 0.4)}px`;
    }
  }

  function forward() {
    const waiting = slides[at].querySelector("details.reveal:not([open])");
    if (waiting) waiting.open = true;
    else go(at + 1);
  }

  function notes() {
    const shown = page.classList.toggle("with-notes");
    button("notes").setAttribute("aria-pressed", shown);
  }

  function all() {
    const waiting = [...document.querySelectorAll("details.reveal")];
    const open = waiting.some((one) => !one.open);
    for (const one of waiting) one.open = open;
  }

  const keys = {
    ArrowRight: forward,
    PageDown: forward,
    " ": forward,
    ArrowLeft: () => go(at - 1),
    PageUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(slides.length - 1),
    n: notes,
    a: all,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && event.target.closest("button, summary, a")) return;
    const wide = event.key.startsWith("Arrow") && event.target.closest(".wide, [role=region]");
    const act = wide ? null : keys[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  button("next").addEventListener("click", forward);
  button("back").addEventListener("click", () => go(at - 1, false));
  button("notes").addEventListener("click", notes);
  addEventListener("resize", fit);
  document.addEventListener("toggle", fit, true);
  addEventListener("hashchange", () => go(parseInt(location.hash.slice(1), 10) - 1 || 0));
  page.classList.add("js");
  go(parseInt(location.hash.slice(1), 10) - 1 || 0, false);
})();

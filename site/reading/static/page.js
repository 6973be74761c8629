// Draws the charts of a page, keeps meanings inside the window, and lets the keyboard scroll.
(() => {
  const here = document.currentScript.src;
  const charts = [...document.querySelectorAll(".chart")];

  function loaded() {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.type = "module"; // so that its names stay its own
      script.src = new URL("vega.js", here).href;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  async function draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const content = JSON.parse(place.querySelector("script").textContent);
    delete content.$schema; // names an older version, as some notebook programs want it
    const target = document.createElement("div");
    place.append(target);
    const drawn = await vegaEmbed(target, content, { renderer: "svg", actions: false, logLevel: 1 });
    // One picture with one description: its parts have no names of their own.
    const picture = drawn.view.container();
    picture.setAttribute("role", "img");
    picture.removeAttribute("aria-roledescription");
    picture.setAttribute("aria-label", content.description || "");
    picture.querySelector("svg").setAttribute("aria-hidden", "true");
  }

  const folded = (place) => place.closest("details:not([open])");

  async function drawOpen(places) {
    for (const place of places) {
      if (!folded(place)) await draw(place);
    }
  }

  if (charts.length) {
    const ready = loaded();
    ready.then(() => drawOpen(charts));
    for (const fold of document.querySelectorAll("details")) {
      fold.addEventListener("toggle", () => {
        if (fold.open) ready.then(() => drawOpen(fold.querySelectorAll(".chart")));
      });
    }
  }

  for (const word of document.querySelectorAll(".word")) {
    const tip = word.querySelector(".tip");
    const place = () => {
      word.classList.remove("shut");
      tip.style.left = "0";
      const edge = tip.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
      if (edge > 0) tip.style.left = `${-edge}px`;
    };
    word.addEventListener("pointerenter", place);
    word.addEventListener("focusin", place);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const word of document.querySelectorAll(".word")) word.classList.add("shut");
  });

  function reachable() {
    for (const box of document.querySelectorAll("article pre, .table-wrapper, .chart, .output")) {
      const wider = box.scrollWidth > box.clientWidth + 1;
      if (wider && !box.hasAttribute("tabindex")) box.tabIndex = 0;
    }
  }
  addEventListener("resize", reachable);
  reachable();
})();

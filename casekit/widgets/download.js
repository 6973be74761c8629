// A button that hands its text over as a file. The text is here once the button is drawn, so
// that nothing is asked of the kernel any more: it works when the server has gone.

function save(model) {
  const blob = new Blob([model.get("text")], { type: `${model.get("kind")};charset=utf-8` });
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = model.get("name");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000); // the browser has read it by then
}

export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "jupyter-widgets jupyter-button widget-button ck-without-kernel";
    const label = () => {
      button.textContent = model.get("label");
    };
    label();
    model.on("change:label", label);
    button.addEventListener("click", () => save(model));
    el.append(button);
    return () => model.off("change:label", label);
  },
};

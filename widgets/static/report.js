// The report as it was written, shut off: no script runs in it, and it reaches nothing.

function render({ model, el }) {
  const words = make("p", { class: "lfr-where" });
  const frame = make("iframe", { sandbox: "", title: "Report of the search", referrerpolicy: "no-referrer" });
  const root = make("section", { class: "lfr-panel lfr-report-view", "aria-label": "Report", tabindex: "-1" }, words, frame);
  fill(el, root);
  let number = 0;
  const talking = talk(model, {
    none: () => {
      number = 0;
      root.hidden = true;
      frame.removeAttribute("srcdoc");
    },
    report: (content, buffers) => {
      if (content.number === number) return;
      number = content.number;
      words.textContent = content.words;
      root.hidden = false;
      frame.srcdoc = new TextDecoder().decode(buffers[0]);
    },
  });
  root.hidden = true;
  return () => talking.end();
}

export default { render };

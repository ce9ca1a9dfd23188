// The slider with the chosen threshold and both rates, which stays in sight, and what is done at the
// threshold: go to a usual rate, read the sentence, write a draft down.

const LEAP = 10;

function slideBar(root, { moved, choose }) {
  const slider = make("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Threshold T" });
  const reads = make("output", { class: "lfr-t lfr-number" });
  const heads = ["False alarms (FPIR)", "Missed (FNIR)"].map((name) => ({ name, said: make("b", {}) }));
  const bar = make("div", { class: "lfr-slide" }, make("div", { class: "lfr-slide-line" }, make("b", {}, "T"), reads, slider), make("p", { class: "lfr-heads lfr-number" }, ...heads.map((one) => make("span", {}, one.name + ": ", one.said))));
  const jumps = make("div", { class: "lfr-line lfr-jumps" });
  const without = make("p", { class: "lfr-quiet lfr-without" });
  const key = (words) => make("kbd", {}, words);
  const keys = make("p", { class: "lfr-quiet" }, "Keys on the slider: ", key("\u2190"), " ", key("\u2192"), " one step, ", key("Page Up"), " ", key("Page Down"), " " + LEAP + " steps, ", key("Home"), " ", key("End"), " the ends.");
  const sentence = make("p", { class: "lfr-sentence lfr-number" });
  const caveats = make("div", { class: "lfr-caveats" });
  const few = make("div", { class: "lfr-few" });
  const write = button("", () => choose(place), { class: "lfr-button lfr-write" });
  const hindrance = make("p", { class: "lfr-hindrance" });
  const draft = make("div", { class: "lfr-draft", role: "status", hidden: true });
  const acts = make("div", { class: "lfr-acts" }, jumps, without, keys, sentence, caveats, few, write, hindrance, draft);
  let lab = null;
  let place = 0;
  let due = 0;
  const warning = (words) => make("p", { class: "lfr-warning" }, mark("warn"), words);

  // It stays in sight where that leaves three quarters of the height to what it moves.
  const fits = () => {
    root.style.setProperty("--lfr-bar", bar.offsetHeight + "px");
    root.classList.toggle("lfr-bar-flows", bar.offsetHeight > window.innerHeight / 4);
  };
  const sizes = new ResizeObserver(fits);
  sizes.observe(bar);
  window.addEventListener("resize", fits);

  function goTo(to) {
    const next = Math.min(Math.max(0, to), lab.said.length - 1);
    slider.value = next;
    if (next === place) return;
    place = next;
    moved(place);
  }

  // Drawn at once: browsers give one event of a pointer to a frame, and keys repeat more slowly.
  slider.addEventListener("input", (event) => {
    place = Number(slider.value);
    const from = event.timeStamp;
    moved(place);
    // Once the frame is on the screen: what a person waits for.
    due = requestAnimationFrame(() => setTimeout(() => root.dispatchEvent(new CustomEvent("lab-drawn", { detail: { place, ms: performance.now() - from } }))));
  });

  return {
    bar,
    acts,
    sentence,
    place: () => place,
    // A key on the slider that a browser would take for another distance.
    key(event) {
      const by = { PageUp: LEAP, PageDown: -LEAP }[event.key];
      if (event.target !== slider || !lab || !by) return;
      event.preventDefault();
      slider.value = Math.min(Math.max(0, place + by), lab.said.length - 1);
      slider.dispatchEvent(new Event("input"));
    },
    take(given) {
      const fresh = lab === null;
      lab = given;
      if (fresh) place = lab.start;
      slider.max = lab.said.length - 1;
      jumps.hidden = !lab.jumps.length;
      fill(jumps, make("span", { class: "lfr-quiet" }, "Lowest T that keeps, in a list of " + count(lab.list_size)), ...lab.jumps.map((one) => button(one.words, () => goTo(one.place), { class: "lfr-button lfr-small" })));
      without.hidden = !lab.not_offered;
      fill(without, ...(lab.not_offered ? [mark("none"), lab.not_offered] : []));
      fill(caveats, ...lab.caveats.map(warning));
    },
    forget() {
      lab = null;
    },
    move() {
      const said = lab.said[place];
      slider.value = place;
      reads.textContent = said;
      slider.setAttribute("aria-valuetext", "T = " + said + ". " + lab.fpir[place] + " " + lab.fnir[place]);
      heads.forEach((one, at) => (one.said.textContent = lab.heads[place][at]));
      fill(few, ...lab.few[place].map(warning));
      write.textContent = "Write down T = " + said + " as a draft";
      write.hidden = Boolean(lab.drafts[place]);
      hindrance.hidden = !lab.drafts[place];
      fill(hindrance, mark("none"), lab.drafts[place]);
    },
    draft(content) {
      draft.hidden = false;
      fill(
        draft,
        make("p", {}, make("b", {}, "T = " + content.said + " is written down. Nothing is decided."), " A threshold comes into force as a policy, with the figures of people that it was not chosen on, and by somebody else. Begin it with this command:"),
        make("div", { class: "lfr-line" }, make("code", {}, content.command), button("Copy", () => navigator.clipboard?.writeText(content.command), { class: "lfr-button lfr-small" })),
        ...content.words.map((words) => make("p", {}, words)),
      );
    },
    refused(words) {
      draft.hidden = false;
      fill(draft, problem("Not done.", words));
    },
    end() {
      cancelAnimationFrame(due);
      sizes.disconnect();
      window.removeEventListener("resize", fits);
    },
  };
}

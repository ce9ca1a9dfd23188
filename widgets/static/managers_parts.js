// The kinds of parts that a managers' page has, by the names that Python gives them. A page with a
// kind of its own adds it here, in a file that is joined after this one.

const marked = (name) => (name ? mark(name) : null);

function meaningOf(words) {
  return words ? make("details", { class: "lfr-meaning" }, make("summary", {}, "What is counted"), make("p", {}, words)) : null;
}

function headlineRow() {
  const root = make("div", { class: "lfr-headlines" });
  return {
    root,
    take(part) {
      const open = [...root.querySelectorAll("details")].map((one) => one.open);
      fill(root, ...part.figures.map((one) => make("article", { class: one.sides?.length ? "lfr-headline lfr-two-sided" : "lfr-headline", "aria-label": one.title },
        make("h3", {}, marked(one.mark), one.title),
        make("p", { class: "lfr-large lfr-number" }, one.value),
        ...one.lines.map((line) => make("p", { class: "lfr-number" }, line)),
        one.sides?.length ? make("div", { class: "lfr-sides" }, ...one.sides.map(([title, lines]) => make("div", {}, make("h4", {}, title), ...lines.map((line) => make("p", { class: "lfr-number" }, line))))) : null,
        meaningOf(one.meaning))));
      root.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
    },
  };
}

function factList() {
  const root = make("section", { class: "lfr-fact-box" });
  return {
    root,
    take: (part) => fill(root, part.title ? make("h3", {}, part.title) : null, make("dl", { class: "lfr-pairs" }, ...part.pairs.map(([name, words]) => make("div", {}, make("dt", {}, name), make("dd", {}, words))))),
  };
}

function wordBox() {
  const root = make("section", { class: "lfr-word-box" });
  return {
    root,
    take(part) {
      root.classList.toggle("lfr-apart", Boolean(part.mark));
      root.dataset.mark = part.mark ?? "";
      fill(root, part.title ? make("h3", {}, part.title) : null, ...part.lines.map((line, at) => make("p", {}, at === 0 ? marked(part.mark) : null, line)));
    },
  };
}

const KINDS = { headlines: headlineRow, table: tableBox, chart: chartBox, facts: factList, words: wordBox };

// Puts children in their order and leaves those be that stand right: what has the focus keeps it.
function arrange(parent, wanted) {
  wanted.forEach((one, at) => {
    if (parent.children[at] !== one) parent.insertBefore(one, parent.children[at] ?? null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild.remove();
}

function sectionBox(kit) {
  const heading = make("h2");
  const note = make("p", { class: "lfr-quiet" });
  const holder = make("div", { class: "lfr-parts" });
  const root = make("section", { class: "lfr-section" }, heading, note, holder);
  let parts = new Map();
  let told = new Map();

  // A snapshot comes each minute, and mostly says the same: what did not change is left alone, with
  // the row that somebody reads.
  function tell(key, part, now) {
    const words = JSON.stringify(part);
    now.set(key, words);
    if (told.get(key) !== words) parts.get(key).take(part);
  }

  return {
    root,
    take(section) {
      heading.textContent = section.title;
      root.setAttribute("aria-label", section.title);
      note.hidden = !section.note;
      note.textContent = section.note ?? "";
      const next = new Map();
      for (const part of section.parts) {
        const key = part.kind + " " + part.name;
        next.set(key, parts.get(key) ?? KINDS[part.kind](kit));
      }
      for (const [key, one] of parts) if (!next.has(key)) one.end?.();
      parts = next;
      arrange(holder, [...parts.values()].map((one) => one.root));
      const now = new Map();
      for (const part of section.parts) tell(part.kind + " " + part.name, part, now);
      told = now;
    },
    each: (does) => parts.forEach(does),
    end: () => parts.forEach((one) => one.end?.()),
  };
}

// Filters of the whole page; what is chosen stands in its address.
function filterBar(kit) {
  const clear = button("Show all again", () => kit.choose(Object.fromEntries([...boxes.keys()].map((name) => [name, ""]))), { class: "lfr-button lfr-small" });
  const holder = make("div", { class: "lfr-line" });
  const said = make("p", { class: "lfr-chosen" });
  const root = make("form", { class: "lfr-filters", role: "search", "aria-label": "Filters of the whole page", hidden: true }, holder, clear, said);
  root.addEventListener("submit", (event) => event.preventDefault());
  const boxes = new Map();

  function boxOf(name) {
    const select = make("select", { name });
    const words = make("span");
    select.addEventListener("change", () => kit.choose({ [name]: select.value }));
    return { select, words, root: make("label", {}, words, select) };
  }

  return {
    root,
    take(filters) {
      root.hidden = !filters.length;
      for (const one of filters) if (!boxes.has(one.name)) boxes.set(one.name, boxOf(one.name));
      for (const name of [...boxes.keys()]) if (!filters.some((one) => one.name === name)) boxes.delete(name);
      arrange(holder, filters.map((one) => boxes.get(one.name).root));
      for (const { name, title, value, options } of filters) {
        const box = boxes.get(name);
        box.words.textContent = title;
        const now = JSON.stringify(options);
        if (box.options !== now) fill(box.select, ...options.map(([key, words]) => make("option", { value: key }, words)));
        box.options = now;
        box.select.value = value;
      }
      const chosen = filters.filter((one) => one.value).map((one) => one.title + ": " + (one.options.find(([key]) => key === one.value)?.[1] ?? one.value));
      said.textContent = chosen.length ? "Chosen: " + chosen.join("; ") + "." : "Nothing was left out.";
      clear.hidden = filters.every((one) => !one.value);
    },
  };
}

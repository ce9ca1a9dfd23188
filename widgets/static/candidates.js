// A candidate list to look through. One card has the focus; arrows go from card to card, Enter
// chooses. Scores that are hidden were never sent.

// A ribbon, full or hollow: this one, and one before it.
const CHOSEN = {
  chosen: ['<path d="M3.5 1h9v14L8 11.5 3.5 15Z" fill="currentColor"/>', "#0072b2", "#56b4e9"],
  "chosen before": ['<path d="M4.5 2h7v11L8 10.3 4.5 13Z" fill="none" stroke="currentColor" stroke-width="2"/>', "#0072b2", "#56b4e9"],
};
const QUALITIES = [["accept", "good"], ["warn", "warn"], ["reject", "bad"]];

function render({ model, el }) {
  let list = null;
  let shownQualities = new Set(QUALITIES.map(([word]) => word));
  let at = null; // the id of the card in focus
  let strip = null;
  let cards = new Map();
  let asking = null; // a choice that is under way
  let loading = performance.now();

  const title = make("h3", {}, "Candidates");
  const tally = make("span", { class: "lfr-number lfr-quiet", role: "status" });
  const filters = make("span", { class: "lfr-filters", role: "group", "aria-label": "Filter by quality of the image" });
  const lay = button("As a strip (s)", () => layOut(!strip), { class: "lfr-button lfr-small", "aria-keyshortcuts": "s" });
  const sheetButton = button("?", () => toggleSheet(), { class: "lfr-button lfr-small", "aria-label": "Keys", title: "Keys (?)" });
  const stated = make("div", { class: "lfr-stated" });
  const note = make("div", { class: "lfr-note-words" });
  const grid = make("div", { class: "lfr-grid", role: "listbox", "aria-label": "Candidates by rank", "aria-multiselectable": "true" });
  const detail = make("div", { class: "lfr-focus" });
  const problemWords = make("p", { class: "lfr-problem-words", role: "alert" });
  const credits = make("div", {});
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const tools = make("span", { class: "lfr-tools" }, filters, lay, sheetButton);
  const root = make("section", { class: "lfr-panel lfr-candidates", "aria-label": "Candidates", tabindex: "-1" },
    make("header", { class: "lfr-line" }, title, tally, tools), stated, note, grid, detail, problemWords, credits, sheet, quietly);
  fill(el, root);

  const talking = talk(model, {
    list: (content) => take(content),
    chosen: (content) => {
      if (!list) return; // the list that comes says it as well
      list.chosen = content.chosen;
      asking = null;
      problemWords.replaceChildren();
      quietly.textContent = "Chosen: rank " + rowOf(content.chosen.at(-1))?.rank + ".";
      for (const row of list.rows) mend(row);
      showDetail();
    },
    thumbs: (content, buffers) => content.to === talking.view && pictures.take(content, buffers),
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      asking = null;
      fill(problemWords, mark("bad"), content.words);
      showDetail();
    },
  });
  const pictures = thumbnails(talking.send, (ids) => {
    for (const id of ids) {
      const row = rowOf(id);
      if (row) pictures.fillSlot(cards.get(id).slot, id, "Candidate of rank " + row.rank);
    }
  });

  const rowOf = (id) => list?.rows.find((one) => one.id === id);
  const inView = () => list.rows.filter((row) => shownQualities.has(row.quality));
  const standing = (id) => (!list.chosen.includes(id) ? "" : list.chosen.at(-1) === id ? "chosen" : "chosen before");

  function take(content) {
    const first = list === null || content.fresh;
    list = content;
    strip ??= content.strip;
    fill(credits, credited(content.credits));
    if (first) {
      pictures.forget();
      shownQualities = new Set(QUALITIES.map(([word]) => word));
      cards = new Map(list.rows.map((row) => [row.id, card(row)]));
      fill(grid, ...list.rows.map((row) => cards.get(row.id).root));
      if (!rowOf(at)) at = list.rows[0]?.id ?? null;
      problemWords.replaceChildren();
      asking = null;
    }
    for (const row of list.rows) mend(row);
    showFilters();
    layOut(strip);
    show();
  }

  function card(row) {
    const slot = make("div", { class: "lfr-slot" });
    const words = make("div", { class: "lfr-card-words" });
    const element = make("div", { class: "lfr-card", role: "option", tabindex: "-1", "data-candidate": row.id }, slot, words);
    element.addEventListener("click", () => goTo(row.id));
    element.addEventListener("dblclick", () => choose(row.id));
    element.addEventListener("focus", () => {
      if (at !== row.id) goTo(row.id);
    });
    pictures.fillSlot(slot, row.id, "");
    return { root: element, slot, words };
  }

  function mend(row) {
    const { root: element, words } = cards.get(row.id);
    const said = standing(row.id);
    element.setAttribute("aria-selected", String(Boolean(said)));
    element.setAttribute("aria-label", ["rank " + row.rank, said, "quality " + row.quality, "image " + row.date, row.age, row.category,
      list.hidden ? "score hidden" : "score " + score(row.score) + ", " + row.meaning].filter(Boolean).join(", "));
    fill(words,
      make("p", { class: "lfr-card-head" }, make("b", { class: "lfr-rank" }, String(row.rank)), make("span", { class: "lfr-together" }, ...qualityOf(row))),
      make("p", { class: "lfr-standing" }, ...(said ? [shape(...CHOSEN[said]), make("b", {}, said)] : [])),
      make("p", {}, ...dated(row)),
      make("p", { class: "lfr-quiet lfr-cut" }, row.category),
      list.hidden
        ? make("p", { class: "lfr-quiet" }, "score hidden")
        : make("p", { class: "lfr-number" }, "score ", make("b", {}, score(row.score)), row.gap === null ? ", last" : ", gap " + score(row.gap)),
      list.hidden ? null : make("p", { class: "lfr-quiet lfr-means" }, row.meaning.split(" (")[0]));
  }

  function qualityOf(row) {
    return [mark(QUALITIES.find(([word]) => word === row.quality)?.[1]), row.quality];
  }

  function dated(row) {
    return [row.ageing ? mark("warn") : null, row.date, make("br"), make("span", { class: "lfr-quiet" }, row.age)].filter(Boolean);
  }

  function showFilters() {
    const focused = filters.contains(document.activeElement) ? document.activeElement.dataset.quality : null;
    fill(filters, make("span", { class: "lfr-quiet" }, "Image quality:"), ...QUALITIES.map(([word, shapeName]) => {
      const many = list.rows.filter((row) => row.quality === word).length;
      const press = button("", () => filter(word), { class: "lfr-button lfr-small", "data-quality": word, "aria-pressed": String(shownQualities.has(word)), title: (shownQualities.has(word) ? "Shown" : "Left out") + ": images of quality " + word });
      fill(press, mark(shapeName), word + " " + many, make("span", { class: "lfr-quiet" }, shownQualities.has(word) ? " shown" : " left out"));
      return press;
    }));
    if (focused) filters.querySelector('[data-quality="' + focused + '"]').focus();
  }

  function filter(word) {
    if (shownQualities.has(word)) shownQualities.delete(word);
    else shownQualities.add(word);
    showFilters();
    show();
  }

  function showAll() {
    shownQualities = new Set(QUALITIES.map(([word]) => word));
    showFilters();
    show();
    cards.get(at)?.root.focus();
  }

  function layOut(asStrip) {
    strip = asStrip;
    grid.classList.toggle("lfr-as-strip", strip);
    lay.textContent = strip ? "As a grid (s)" : "As a strip (s)";
    cards.get(at)?.root.scrollIntoView({ block: "nearest", inline: "nearest" });
    wantPictures();
  }

  function show() {
    const rows = list ? inView() : [];
    for (const row of list?.rows ?? []) cards.get(row.id).root.hidden = !shownQualities.has(row.quality);
    const all = list?.rows.length ?? 0;
    const told = list && !list.fault && list.head;
    tally.textContent = !told || !all ? "" : rows.length === all ? all + " shown" : rows.length + " of " + all + " shown; " + (all - rows.length) + " left out by the filter";
    tools.hidden = stated.hidden = !told;
    filters.hidden = lay.hidden = !all;
    grid.hidden = detail.hidden = !rows.length || !told;
    if (told) fill(stated, ...statement(list.head, list.hidden, all));
    fill(note, ...emptyWords(rows, all));
    note.hidden = !note.childNodes.length;
    if (rows.length && !rows.some((row) => row.id === at)) at = rows[0].id;
    focusable();
    showDetail();
    wantPictures();
  }

  function statement(head, hidden, all) {
    return [
      make("p", {}, make("b", {}, head.collection), ": ", make("b", { class: "lfr-number" }, count(head.references)), " references; the ", make("b", { class: "lfr-number" }, count(head.length)), " highest scores were asked for" + (all < head.length ? ", " + count(all) + " came" : "") + ". Scored by " + head.scored_by + ". Searched ", make("span", { class: "lfr-number" }, head.at), "."),
      make("p", {}, mark(head.full_scan ? "good" : "warn"), make("b", {}, head.full_scan ? "Full scan. " : "Triage. "), head.stated.replace(/^Triage: n/, "N")),
      make("p", {}, (all ? head.as_long + " " : "") + head.as_good),
      hidden ? make("p", {}, mark("none"), make("b", {}, "Scores, gaps and meanings are hidden "), "until " + list.until + ".") : all ? make("p", {}, head.rates) : null,
    ];
  }

  function emptyWords(rows, all) {
    if (list === null) return [make("p", {}, "Waiting for the kernel. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - loading) / 1000) + " s"))];
    if (list.fault) return [problem("There is no candidate list.", list.fault, "Correct what is named, and search again.")];
    if (!list.head) return [make("p", {}, make("b", {}, list.none[0])), make("p", {}, list.none[1])];
    if (!all) return [make("p", {}, mark("none"), make("b", {}, "No candidate.")), make("p", {}, list.head.references ? "The search returned nobody of this collection." : "The collection holds no reference, so nobody could be returned."), make("p", {}, "That is a result: conclude \u201cno candidate\u201d with your reason, and it is kept like any other.")];
    if (!rows.length) return [make("p", {}, make("b", {}, "The filter leaves out all " + all + " candidates.")), button("Show all", showAll)];
    return [];
  }

  function focusable() {
    for (const [id, { root: element }] of cards) {
      element.setAttribute("tabindex", id === at ? "0" : "-1");
      element.classList.toggle("lfr-at", id === at);
    }
  }

  function goTo(id) {
    at = id;
    focusable();
    const element = cards.get(id).root;
    if (document.activeElement !== element) element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    showDetail();
  }

  function showDetail() {
    const row = rowOf(at);
    if (!row || detail.hidden) return void fill(detail);
    const focused = detail.contains(document.activeElement);
    const said = standing(row.id);
    const press = button(asking === row.id ? "Choosing" : "Choose this one (Enter)", () => choose(row.id), { class: "lfr-button lfr-first", disabled: asking !== null });
    const facts = make("dl", { class: "lfr-facts" });
    const add = (name, ...values) => facts.append(make("dt", {}, name), make("dd", {}, ...values));
    add("Image", row.date + ", " + row.age + ", " + row.category + ", " + row.source);
    add("Quality", ...qualityOf(row), row.reasons.length ? ": " + row.reasons.join(" ") : "");
    if (list.hidden) add("Score", "hidden until " + list.until);
    else add("Score", make("b", { class: "lfr-number" }, score(row.score)), row.gap === null ? "; the last of the list. " : "; " + score(row.gap) + " above the next. ", row.meaning[0].toUpperCase() + row.meaning.slice(1) + ".");
    fill(detail, make("div", { class: "lfr-line" }, make("h4", {}, "Rank " + row.rank), said ? make("span", {}, shape(...CHOSEN[said]), make("b", {}, said)) : null, press), facts);
    if (focused) (press.disabled ? root : press).focus({ preventScroll: true });
  }

  function choose(id) {
    if (asking !== null || !rowOf(id)) return;
    asking = id;
    problemWords.replaceChildren();
    talking.send("choose", { candidate: id });
    showDetail();
  }

  function wantPictures() {
    if (!list || grid.hidden) return;
    const rows = inView();
    const view = grid.getBoundingClientRect();
    const first = rows.findIndex((row) => {
      const box = cards.get(row.id).root.getBoundingClientRect();
      return box.bottom > view.top && box.right > view.left;
    });
    const from = Math.max(0, first);
    pictures.want([...rows.slice(from), ...rows.slice(0, from)].map((row) => row.id));
  }

  function step(key) {
    const rows = inView();
    const index = rows.findIndex((row) => row.id === at);
    if (index < 0) return;
    const to = (place) => goTo(rows[Math.min(Math.max(place, 0), rows.length - 1)].id);
    if (key === "ArrowRight") to(index + 1);
    else if (key === "ArrowLeft") to(index - 1);
    else if (key === "Home") to(0);
    else if (key === "End") to(rows.length - 1);
    else {
      const columns = strip ? 1 : perLine(rows);
      const lines = key.startsWith("Page") ? Math.max(1, Math.floor(grid.clientHeight / cards.get(at).root.offsetHeight)) : 1;
      const next = index + (key.endsWith("Down") ? 1 : -1) * columns * lines;
      if (next >= 0 && next < rows.length) to(next);
      else if (key.startsWith("Page")) to(next);
    }
  }

  function perLine(rows) {
    const top = cards.get(rows[0].id).root.offsetTop;
    const next = rows.findIndex((row) => cards.get(row.id).root.offsetTop !== top);
    return next < 0 ? rows.length : next;
  }

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return (cards.get(at)?.root ?? root).focus();
    const keys = [["\u2190, \u2192", "candidate before, after"], ["\u2191, \u2193", "line above, below"], ["Home, End", "first, last rank"], ["Enter", "choose the candidate in focus"], ["s", "strip or grid"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", { class: "lfr-facts" }, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const onCard = event.target.closest?.(".lfr-card");
    if (!sheet.hidden && (event.key === "Escape" || event.key === "?")) toggleSheet();
    else if (event.key === "?") toggleSheet();
    else if (event.key === "s" && !event.repeat && list?.rows.length) layOut(!strip);
    else if (onCard && event.key === "Enter") meant(event) && choose(at);
    else if ((onCard || event.target === root) && /^(Arrow|Home|End|Page)/.test(event.key)) step(event.key);
    else return;
    event.preventDefault();
  });
  let scrolling = 0;
  grid.addEventListener("scroll", () => {
    cancelAnimationFrame(scrolling);
    scrolling = requestAnimationFrame(wantPictures);
  });

  const ticking = setInterval(() => list === null && show(), 1000);
  show();
  return () => {
    clearInterval(ticking);
    cancelAnimationFrame(scrolling);
    pictures.forget();
    talking.end();
  };
}

export default { render };

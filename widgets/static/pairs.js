// Pairs of two pieces of footage. One pair has the focus; arrows go from pair to pair, Enter
// compares its two at one scale. What is done with a pair Python does.

const SIDES = ["first", "second"];
const QUALITY_MARKS = { accept: "good", warn: "warn", reject: "bad" };
const BUSY = { compare: "Finding both faces in their files.", "play-first": "Opening the clip.", "play-second": "Opening the clip.", "search-first": "Searching.", "search-second": "Searching." };

function render({ model, el }) {
  let list = null;
  let at = null; // the id of the pair in focus
  let chosen = null; // the id of the pair that is compared
  let asking = null; // what is under way
  let rows = new Map();
  let loading = performance.now();

  const title = make("h3", {}, "Pairs");
  const tally = make("span", { class: "lfr-number lfr-quiet", role: "status" });
  const sheetButton = button("?", () => toggleSheet(), { class: "lfr-button lfr-small lfr-tools", "aria-label": "Keys", title: "Keys (?)" });
  const stated = make("div", { class: "lfr-stated" });
  const note = make("div", { class: "lfr-note-words" });
  const heads = make("div", { class: "lfr-pair lfr-heads", "aria-hidden": "true" });
  const body = make("div", { class: "lfr-pairs-body", role: "listbox", "aria-label": "Pairs, best first" });
  const board = make("div", { class: "lfr-board" }, heads, body);
  const detail = make("div", { class: "lfr-focus" });
  const problemWords = make("p", { class: "lfr-problem-words", role: "alert" });
  const credits = make("div", {});
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const root = make("section", { class: "lfr-panel lfr-pairs", "aria-label": "Pairs", tabindex: "-1" },
    make("header", { class: "lfr-line" }, title, tally, sheetButton), stated, note, board, detail, problemWords, credits, sheet, quietly);
  fill(el, root);

  const talking = talk(model, {
    pairs: (content) => take(content),
    acted: (content) => {
      asking = null;
      problemWords.replaceChildren();
      if (content.action === "compare") {
        chosen = content.pair;
        quietly.textContent = "Pair " + rowOf(chosen)?.rank + " is compared below.";
      }
      for (const row of list?.rows ?? []) mend(row);
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
      const [pair, side] = id.split("/");
      const index = SIDES.indexOf(side);
      if (rows.has(pair)) pictures.fillSlot(rows.get(pair).slots[index], id, altOf(rowOf(pair), index));
    }
  });

  const rowOf = (id) => list?.rows.find((one) => one.id === id);
  const laneOf = (index) => list.head.lanes[index];
  const altOf = (row, index) => "Best look of the " + SIDES[index] + " of pair " + row.rank + ", " + laneOf(index).name;

  function take(content) {
    const fresh = content.head?.search !== list?.head?.search;
    list = content;
    fill(credits, credited(content.credits));
    if (fresh) {
      pictures.forget();
      chosen = asking = null;
      problemWords.replaceChildren();
      rows = new Map(list.rows.map((row) => [row.id, built(row)]));
      fill(body, ...list.rows.map((row) => rows.get(row.id).root));
      at = list.rows[0]?.id ?? null;
    }
    for (const row of list.rows) mend(row);
    show();
  }

  function built(row) {
    const slots = SIDES.map(() => make("div", { class: "lfr-slot" }));
    const words = SIDES.map(() => make("div", { class: "lfr-side-words" }));
    const rank = make("div", { class: "lfr-rank-of" });
    const means = make("div", { class: "lfr-means" });
    const sides = SIDES.map((name, index) => make("div", { class: "lfr-side", "data-side": name }, slots[index], words[index]));
    const element = make("div", { class: "lfr-pair", role: "option", tabindex: "-1", "data-pair": row.id }, rank, ...sides, means);
    element.addEventListener("click", () => goTo(row.id));
    element.addEventListener("dblclick", () => act("compare", row.id));
    element.addEventListener("focus", () => at !== row.id && goTo(row.id));
    SIDES.forEach((side, index) => pictures.fillSlot(slots[index], row.id + "/" + side, ""));
    return { root: element, slots, words, rank, means };
  }

  function mend(row) {
    const { root: element, words, rank, means } = rows.get(row.id);
    const compared = row.id === chosen;
    element.setAttribute("aria-selected", String(compared));
    element.setAttribute("aria-label", ["pair " + row.rank, compared ? "compared below" : "", ...row.sides.map((side, index) => SIDES[index] + " " + (side.clock || side.file) + ", quality " + side.quality), row.apart, "score " + score(row.score), row.meaning].filter(Boolean).join(", "));
    fill(rank, make("b", { class: "lfr-number" }, String(row.rank)), compared ? make("span", { class: "lfr-standing" }, mark("rest"), "compared") : null);
    row.sides.forEach((side, index) => fill(words[index],
      make("p", { class: "lfr-lane-name" }, laneOf(index).name),
      side.clock ? make("p", { class: "lfr-number" }, make("span", { class: "lfr-quiet" }, side.day + " "), make("b", {}, side.clock)) : make("p", {}, mark("warn"), "time of day unknown"),
      make("p", { class: "lfr-number lfr-quiet" }, side.file),
      make("p", {}, mark(QUALITY_MARKS[side.quality]), "quality " + side.quality)));
    fill(means,
      make("p", { class: "lfr-number" }, "score ", make("b", {}, score(row.score)), " ", make("span", { class: "lfr-quiet" }, row.unit)),
      make("p", {}, row.meaning.split(" (")[0]),
      make("p", { class: "lfr-quiet" }, row.apart));
  }

  function show() {
    const many = list?.rows.length ?? 0;
    const head = list?.head;
    tally.textContent = !many ? "" : many < head.above ? many + " of " + count(head.above) + " pairs, the best" : many === 1 ? "1 pair" : many + " pairs";
    stated.hidden = !head;
    board.hidden = detail.hidden = !many;
    if (head) fill(stated, ...statement(head));
    fill(note, ...emptyWords(head, many));
    note.hidden = !note.childNodes.length;
    if (many) fill(heads, make("div", {}, "Rank"), ...head.lanes.map((lane, index) => laneHead(lane, index)), make("div", {}, "Score, and what it means"));
    focusable();
    showDetail();
    if (many) pictures.want(list.rows.flatMap((row) => SIDES.map((side) => row.id + "/" + side)));
  }

  function laneHead(lane, index) {
    return make("div", {}, make("b", {}, (index ? "Second: " : "First: ") + lane.name), make("p", {}, lane.checked ? null : mark("warn"), lane.clock), ...lane.stated.map((words) => make("p", {}, mark("warn"), words)));
  }

  function statement(head) {
    return [
      make("p", {}, make("b", {}, head.lanes[0].name), " with ", make("b", {}, head.lanes[1].name), ": ", make("b", { class: "lfr-number" }, count(head.appearances)), " appearances altogether, ", make("b", { class: "lfr-number" }, count(head.comparisons)), " comparisons. Scored by " + head.scored_by + ". By " + head.by + ", ", make("span", { class: "lfr-number" }, head.at), "."),
      make("p", {}, head.stated),
      make("p", {}, "Why: " + head.reason),
    ];
  }

  function emptyWords(head, many) {
    if (list === null) return [make("p", {}, "Waiting for the kernel. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - loading) / 1000) + " s"))];
    if (!head) return [make("p", {}, make("b", {}, "Nothing was compared yet.")), make("p", {}, "Choose two pieces of footage above, say why, and compare them.")];
    if (many) return [make("p", {}, head.next)];
    if (!head.comparisons) return [make("p", {}, mark("warn"), make("b", {}, "Nothing could be compared.")), make("p", {}, "In one of the two nobody is in view whose face was found. This says nothing about who was there.")];
    return [make("p", {}, mark("none"), make("b", {}, "No pair reached the threshold.")), make("p", {}, head.as_good + " It does not say that nobody is in both: faces that are small, blurred or turned away score low.")];
  }

  function focusable() {
    for (const [id, { root: element }] of rows) {
      element.setAttribute("tabindex", id === at ? "0" : "-1");
      element.classList.toggle("lfr-at", id === at);
    }
  }

  function goTo(id) {
    at = id;
    focusable();
    const element = rows.get(id).root;
    if (document.activeElement !== element) element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
    showDetail();
  }

  function showDetail() {
    const row = rowOf(at);
    if (!row || detail.hidden) return void fill(detail);
    const focused = detail.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    const may = (action, words, first) => button(words, () => act(action, row.id), { class: "lfr-button" + (first ? " lfr-first" : ""), "data-act": action, disabled: asking !== null });
    const facts = make("dl", { class: "lfr-facts" });
    const add = (name, ...values) => facts.append(make("dt", {}, name), make("dd", {}, ...values));
    row.sides.forEach((side, index) => add(index ? "Second" : "First", laneOf(index).name + ", " + side.file + (side.clock ? ", " + side.day + " " + side.clock : ", time of day unknown") + "; quality ", mark(QUALITY_MARKS[side.quality]), side.quality + (side.reasons.length ? ": " + side.reasons.join(" ") : "")));
    add("Times", row.apart[0].toUpperCase() + row.apart.slice(1) + ".");
    add("Score", make("b", { class: "lfr-number" }, score(row.score)), " " + row.unit + ". " + row.meaning[0].toUpperCase() + row.meaning.slice(1) + ".");
    fill(detail, make("div", { class: "lfr-line" }, make("h4", {}, "Pair " + row.rank), make("span", { role: "status" }, ...(asking ? [mark("rest"), BUSY[asking]] : []))),
      make("div", { class: "lfr-line lfr-acts" }, may("compare", "Compare at equal scale (Enter)", true), may("play-first", "Play the first (1)"), may("play-second", "Play the second (2)"), may("search-first", "Search the second footage with the first"), may("search-second", "Search the first footage with the second")),
      facts);
    if (focused) {
      const press = detail.querySelector('[data-act="' + focused + '"]');
      (press.disabled ? root : press).focus({ preventScroll: true });
    }
  }

  function act(action, id) {
    if (asking !== null || !rowOf(id)) return;
    asking = action;
    problemWords.replaceChildren();
    talking.send("act", { action, pair: id });
    showDetail();
  }

  function step(key) {
    const index = list.rows.findIndex((row) => row.id === at);
    if (index < 0) return;
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: list.rows.length - 1 }[key];
    goTo(list.rows[Math.min(Math.max(to, 0), list.rows.length - 1)].id);
  }

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return (rows.get(at)?.root ?? root).focus();
    const keys = [["\u2191, \u2193", "pair before, after"], ["Home, End", "first, last pair"], ["Enter", "compare the two of the pair at equal scale"], ["1, 2", "play the clip around the first, the second, in the timeline"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", { class: "lfr-facts" }, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const onPair = event.target.closest?.(".lfr-pairs-body .lfr-pair") || event.target === root;
    if (!sheet.hidden && (event.key === "Escape" || event.key === "?")) toggleSheet();
    else if (event.key === "?") toggleSheet();
    else if (!list?.rows.length) return;
    else if ((event.key === "1" || event.key === "2") && sheet.hidden) meant(event) && act(event.key === "1" ? "play-first" : "play-second", at);
    else if (onPair && event.key === "Enter") meant(event) && act("compare", at);
    else if (onPair && /^(ArrowUp|ArrowDown|Home|End)$/.test(event.key)) step(event.key);
    else return;
    event.preventDefault();
  });

  const ticking = setInterval(() => list === null && show(), 1000);
  show();
  return () => {
    clearInterval(ticking);
    pictures.forget();
    talking.end();
  };
}

export default { render };

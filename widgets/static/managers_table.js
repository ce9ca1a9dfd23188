// A table for managers: sorted by its heads, narrowed by words and values, fifty rows at a time, so
// that thousands of rows cost no more than a few. All words come from Python.

const ROWS_AT_ONCE = 50;
const ROWS_PRINTED = 500;
const TYPING_MS = 200;

const valueOf = (cell) => (cell !== null && typeof cell === "object" ? cell.value : cell);

function wordsOf(cell) {
  if (cell !== null && typeof cell === "object") return cell.words;
  if (cell === null || cell === undefined) return "unknown";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return typeof cell === "number" ? cell.toLocaleString("en-GB", { maximumFractionDigits: 2 }).replace("-", "\u2212") : cell;
}

// What is unknown stands last, whichever way a table is sorted.
function inOrder(a, b, turn) {
  const [one, other] = [valueOf(a), valueOf(b)];
  const [none, gone] = [one === null || one === undefined, other === null || other === undefined];
  if (none || gone) return none - gone;
  if (typeof one === "string" && typeof other === "string") return turn * one.localeCompare(other, "en-GB", { numeric: true });
  return turn * (one < other ? -1 : one > other ? 1 : 0);
}

const classesOf = (column, shown) => [shown, column.paper === false ? "lfr-off-paper" : null].filter(Boolean).join(" ") || null;

function drawnCell(cell, column, first) {
  const rich = cell !== null && typeof cell === "object" ? cell : {};
  const text = wordsOf(cell);
  const said = rich.link ? make("a", { href: rich.link }, text) : text;
  const shown = { number: "lfr-right", date: "lfr-whole", time: "lfr-whole", long: "lfr-long", short: "lfr-whole" }[column.kind];
  return make(first ? "th" : "td", { scope: first ? "row" : null, class: classesOf(column, shown) }, rich.mark ? mark(rich.mark) : null, said);
}

function tableBox(kit, { plain = false } = {}) {
  const heading = make("h3");
  const note = make("p", { class: "lfr-quiet" });
  const narrow = make("div", { class: "lfr-narrow lfr-line", role: "search" });
  const told = make("p", { class: "lfr-number lfr-told", role: "status" });
  const head = make("thead");
  const body = make("tbody");
  const caption = make("caption", { class: "lfr-hidden-words" });
  const scroll = make("div", { class: "lfr-scroll", tabindex: "0", role: "region" }, make("table", {}, caption, head, body));
  const earlier = button("Earlier rows", () => turnTo(at - 1), { class: "lfr-button lfr-small" });
  const later = button("Later rows", () => turnTo(at + 1), { class: "lfr-button lfr-small" });
  const pager = make("div", { class: "lfr-line lfr-pager lfr-acts-only" }, earlier, later);
  const meanings = make("details", { class: "lfr-meaning" });
  const save = button("CSV", () => saveAs(kit.name() + " " + spec.title, csvOf(spec.columns.map((one) => one.key), rows.map((row) => row.map(valueOf)), [...kit.notes(), spec.title, ...spec.columns.filter((one) => one.key !== one.head).map((one) => one.key + ": " + one.head)])), { class: "lfr-button lfr-small" });
  const root = make("section", { class: "lfr-table-box" }, plain ? null : make("div", { class: "lfr-line lfr-figure-head" }, heading, make("span", { class: "lfr-acts-only" }, save)), note, narrow, told, scroll, pager, meanings);

  let spec = { columns: [], rows: [], title: "" };
  let rows = [];
  let at = 0;
  let sorted = null;
  let turn = 1;
  let heads = "";
  let typing = 0;
  const wanted = { text: "", values: {} };

  function take(part) {
    spec = part;
    heading.textContent = part.title;
    caption.textContent = part.title;
    scroll.setAttribute("aria-label", part.title + ", table");
    save.setAttribute("aria-label", "Save as CSV: " + part.title);
    note.hidden = !part.note;
    note.textContent = part.note ?? "";
    const now = JSON.stringify(part.columns);
    if (now !== heads) {
      heads = now;
      sorted = null;
      drawHeads();
      drawMeanings();
    }
    drawNarrow();
    const was = at;
    const many = rows.length;
    again();
    if (rows.length === many) turnTo(was);
  }

  function drawHeads() {
    fill(head, make("tr", {}, ...spec.columns.map((column, place) => {
      const press = make("button", { type: "button", class: "lfr-sort" }, column.head, make("span", { class: "lfr-arrow", "aria-hidden": "true" }));
      press.addEventListener("click", () => sort(place));
      return make("th", { scope: "col", "aria-sort": "none", class: classesOf(column, column.kind === "number" ? "lfr-right" : null) }, press);
    })));
  }

  function drawMeanings() {
    const meant = spec.columns.filter((column) => column.meaning);
    meanings.hidden = !meant.length;
    fill(meanings, make("summary", {}, "What the columns mean"), make("dl", {}, ...meant.flatMap((column) => [make("dt", {}, column.head), make("dd", {}, column.meaning)])));
  }

  // Choices of a column are its values, so many as a list can hold.
  function drawNarrow() {
    const chosen = spec.columns.map((column, place) => [column, place]).filter(([column]) => column.choose);
    narrow.hidden = plain || (!spec.search && !chosen.length) || !spec.rows.length;
    if (narrow.hidden) return;
    if (!narrow.firstChild) {
      const find = make("input", { type: "search", class: "lfr-find", autocomplete: "off" });
      find.addEventListener("input", () => {
        clearTimeout(typing);
        typing = setTimeout(() => { wanted.text = find.value.trim().toLowerCase(); again(); }, TYPING_MS);
      });
      if (spec.search) narrow.append(make("label", {}, "Find in this table", find));
      for (const [column, place] of chosen) {
        const select = make("select");
        select.addEventListener("change", () => { wanted.values[place] = select.value; again(); });
        narrow.append(make("label", { "data-place": place }, column.head, select));
      }
    }
    for (const label of narrow.querySelectorAll("[data-place]")) {
      const place = Number(label.dataset.place);
      const select = label.querySelector("select");
      const values = [...new Set(spec.rows.map((row) => wordsOf(row[place])))].sort((a, b) => a.localeCompare(b, "en-GB", { numeric: true }));
      if (!values.includes(wanted.values[place])) wanted.values[place] = "";
      fill(select, make("option", { value: "" }, "all"), ...values.map((value) => make("option", { value }, value)));
      select.value = wanted.values[place] ?? "";
    }
  }

  function sort(place) {
    turn = sorted === place ? -turn : 1;
    sorted = place;
    again();
  }

  function again() {
    const { text, values } = wanted;
    rows = spec.rows.filter((row) =>
      Object.entries(values).every(([place, value]) => !value || wordsOf(row[place]) === value)
      && (!text || row.some((cell) => String(wordsOf(cell)).toLowerCase().includes(text))));
    if (sorted !== null) rows = [...rows].sort((a, b) => inOrder(a[sorted], b[sorted], turn));
    [...head.querySelectorAll("th")].forEach((one, place) => {
      one.setAttribute("aria-sort", place === sorted ? (turn > 0 ? "ascending" : "descending") : "none");
      one.querySelector(".lfr-arrow").textContent = place === sorted ? (turn > 0 ? "\u25b2" : "\u25bc") : "";
    });
    turnTo(0);
  }

  function turnTo(page) {
    const pages = Math.max(1, Math.ceil(rows.length / ROWS_AT_ONCE));
    at = Math.min(Math.max(0, page), pages - 1);
    drawRows(rows.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE));
    earlier.disabled = at === 0;
    later.disabled = at === pages - 1;
    pager.hidden = pages === 1;
    const all = rows.length === spec.rows.length ? count(rows.length) : count(rows.length) + " of " + count(spec.rows.length);
    const shown = pages === 1 ? "" : "; shown are " + count(at * ROWS_AT_ONCE + 1) + " to " + count(Math.min(rows.length, (at + 1) * ROWS_AT_ONCE));
    told.hidden = plain && pages === 1;
    told.textContent = spec.rows.length ? all + (rows.length === 1 ? " row" : " rows") + shown + "." : spec.empty ?? "There is nothing to list.";
    scroll.hidden = !rows.length;
  }

  function drawRows(some) {
    fill(body, ...some.map((row) => make("tr", {}, ...row.map((cell, place) => drawnCell(cell, spec.columns[place], place === 0)))));
  }

  return {
    root,
    take,
    save: () => save.click(),
    // On paper there is nothing to turn: as many rows as a reader can bear.
    print(on) {
      if (!on) return turnTo(at);
      drawRows(rows.slice(0, ROWS_PRINTED));
      const left = spec.columns.filter((one) => one.paper === false).map((one) => one.head);
      if (rows.length) told.textContent = rows.length > ROWS_PRINTED ? "The first " + count(ROWS_PRINTED) + " of " + count(rows.length) + " rows; save the table as CSV for all." : count(rows.length) + (rows.length === 1 ? " row." : " rows.");
      if (rows.length && left.length) told.textContent += " Not on paper: " + left.join(", ") + ".";
    },
    end: () => clearTimeout(typing),
  };
}

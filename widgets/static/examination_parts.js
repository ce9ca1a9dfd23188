// Parts of an examiner's desk: the checklist, and examinations that may be read.

const SEEN = {
  similar: ['<circle cx="8" cy="8" r="6.5" fill="currentColor"/>', "#0072b2", "#56b4e9"],
  different: ['<path d="M3 3 13 13M13 3 3 13" fill="none" stroke="currentColor" stroke-width="4"/>', "#c25400", "#e69f00"],
  "not-visible": ['<rect x="2.5" y="2.5" width="11" height="11" fill="none" stroke="currentColor" stroke-width="2"/>', "#4d4d4d", "#c4c4c4"],
};
const STATE_SHAPES = {
  open: ['<path d="M8 1.5 15 14.5H1Z" fill="none" stroke="currentColor" stroke-width="2"/>', "#c25400", "#e69f00"],
  disputed: ['<path d="M8 1.5 15 14.5H1Z" fill="currentColor"/>', "#a5487d", "#dd93bb"],
  concluded: ['<circle cx="8" cy="8" r="6.5" fill="currentColor"/>', "#00795a", "#2bc49a"],
};
const seenWords = (seen) => seen.replace("-", " ");

// The checklist of one candidate. A row has the focus; 1, 2 and 3 mark it, Enter goes to its note.
function checklist(changed) {
  let parts = [];
  let marks = {};
  let at = 0;
  let rows = [];
  const tally = make("p", { class: "lfr-tally lfr-number", role: "status" });
  const list = make("div", { class: "lfr-parts" });
  const root = make("div", {}, list, tally);

  const counted = (seen) => parts.filter((one) => marks[one.part]?.seen === seen).length;

  function summary() {
    const left = parts.filter((one) => !marks[one.part]?.seen);
    return Object.keys(SEEN).map((seen) => counted(seen) + " " + seenWords(seen)).join(", ") + "; " + left.length + " of " + parts.length + " parts left out";
  }

  function row(one, index) {
    const name = make("span", { class: "lfr-part", id: "" }, one.words);
    const choices = make("span", { class: "lfr-marks" }, ...Object.keys(SEEN).map((seen, place) => {
      const press = button("", () => { goTo(index); set(index, seen); }, { class: "lfr-button lfr-small", tabindex: "-1", role: "radio", "data-seen": seen });
      fill(press, shape(...SEEN[seen]), make("span", {}, seenWords(seen)), make("kbd", {}, String(place + 1)));
      return press;
    }));
    const note = make("input", { type: "text", class: "lfr-mark-note", maxlength: "2000", tabindex: "-1", autocomplete: "off", "aria-label": "Note on " + one.words, placeholder: "note (Enter)" });
    note.addEventListener("input", () => {
      marks[one.part] = { ...marks[one.part], note: note.value };
      changed();
    });
    note.addEventListener("focus", () => focusable(index));
    note.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (!meant(event) || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      goTo(index);
    });
    const element = make("div", { class: "lfr-part-row", role: "radiogroup", tabindex: "-1", "data-part": one.part }, name, choices, note);
    element.addEventListener("focus", () => focusable(index));
    name.addEventListener("click", () => goTo(index));
    return { element, choices, note };
  }

  function focusable(index) {
    at = index;
    rows.forEach((one, place) => one.element.setAttribute("tabindex", place === at ? "0" : "-1"));
  }

  function goTo(index) {
    focusable(Math.min(Math.max(index, 0), rows.length - 1));
    rows[at].element.focus({ preventScroll: true });
    rows[at].element.scrollIntoView({ block: "nearest" });
  }

  function set(index, seen) {
    const { part } = parts[index];
    if (seen) marks[part] = { note: "", ...marks[part], seen };
    else delete marks[part];
    show();
    changed();
  }

  function show() {
    parts.forEach((one, index) => {
      const marked = marks[one.part];
      const { element, choices, note } = rows[index];
      element.setAttribute("aria-label", one.words + ": " + (marked?.seen ? seenWords(marked.seen) : "nothing said yet") + (marked?.note ? ", " + marked.note : ""));
      for (const press of choices.children) {
        const chosen = press.dataset.seen === marked?.seen;
        press.setAttribute("aria-checked", String(chosen));
        press.classList.toggle("lfr-on", chosen);
      }
      if (note.value !== (marked?.note ?? "")) note.value = marked?.note ?? "";
      note.disabled = !marked?.seen;
    });
    tally.textContent = "Checklist: " + summary() + ".";
  }

  return {
    root,
    summary,
    begin(given) {
      parts = given;
      rows = parts.map(row);
      fill(list, ...rows.map((one) => one.element));
      focusable(0);
      show();
    },
    take(given) {
      marks = given;
      if (rows.length) show();
    },
    focus: () => goTo(at),
    // Whether the key was one of the checklist's.
    key(event) {
      if (!event.target.closest?.(".lfr-part-row")) return false;
      const seen = Object.keys(SEEN)[Number(event.key) - 1];
      if (seen) set(at, seen);
      else if (event.key === "ArrowDown") goTo(at + 1);
      else if (event.key === "ArrowUp") goTo(at - 1);
      else if (event.key === "Home") goTo(0);
      else if (event.key === "End") goTo(rows.length - 1);
      else if (event.key === "0" || event.key === "Delete" || event.key === "Backspace") set(at, null);
      else if (event.key === "Enter" && event.target === rows[at].element) {
        if (!rows[at].note.disabled) rows[at].note.focus();
      } else return false;
      return true;
    },
  };
}

function examined(one) {
  const marked = Object.keys(SEEN).map((seen) => [seen, one.marks.filter((mark) => mark.seen === seen)]).filter(([, some]) => some.length);
  return make("article", { class: "lfr-examined" },
    make("p", {}, make("b", {}, one.words), one.candidate ? " Candidate: " + one.candidate + "." : ""),
    make("p", { class: "lfr-quiet" }, "By " + one.by + ", ", make("span", { class: "lfr-number" }, one.at)),
    make("p", {}, one.reason),
    one.marks.length ? make("dl", { class: "lfr-facts" },
      ...marked.flatMap(([seen, some]) => [make("dt", {}, shape(...SEEN[seen]), seenWords(seen)), make("dd", {}, some.map((mark) => mark.words + (mark.note ? " (" + mark.note + ")" : "")).join("; "))]),
      ...(one.left_out.length ? [make("dt", {}, "left out"), make("dd", {}, one.left_out.join("; "))] : [])) : null);
}

// One examiner's desk. What is marked and written is told to Python as it grows, so that a page that
// is loaded anew shows it again; it is saved only by the button that says so.

const BLANK_WORDS = "Say why, in a few words.";
const DRAFT_MS = 300;

function render({ model, el }) {
  let page = null;
  let review = null;
  let draft = { candidate: null, marks: {}, conclusion: null, reason: "" };
  let saving = false;
  let pressed = false; // whether the key that chose a conclusion may still be down
  let telling = 0;
  let loading = performance.now();

  const title = make("h3", {}, "Examination");
  const standing = make("span", { class: "lfr-standing", role: "status" });
  const sheetButton = button("?", () => toggleSheet(), { class: "lfr-button lfr-small", "aria-label": "Keys", title: "Keys (?)" });
  const lead = make("p", { class: "lfr-lead" });
  const steps = make("div", {});
  const note = make("div", { class: "lfr-note-words" });
  const about = make("select", { "aria-label": "Candidate that the checklist is about" });
  const parts = checklist(() => { tell(); showForm(); });
  const compare = make("div", { class: "lfr-block" }, make("h4", {}, "Compare, part by part"), make("label", {}, "Candidate", about), parts.root);
  const scale = make("div", {});
  const reason = make("textarea", { class: "lfr-reason", rows: "3", maxlength: "10000", placeholder: BLANK_WORDS, "aria-label": "Reason" });
  const summary = make("div", { class: "lfr-summary" });
  const save = button("Save (Ctrl+Enter)", () => commit(), { class: "lfr-button lfr-first" });
  const undo = button("Undo (Esc)", () => undoDraft());
  const problemWords = make("p", { class: "lfr-problem-words", role: "alert" });
  const form = make("div", { class: "lfr-form", hidden: true }, summary, make("label", {}, "Reason", reason), make("div", { class: "lfr-line" }, save, undo));
  const conclude = make("div", { class: "lfr-block" }, make("h4", {}, "Conclude"), scale, form, problemWords);
  const desk = make("div", { class: "lfr-desk" }, compare, conclude);
  const told = make("div", { class: "lfr-told" });
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const root = make("section", { class: "lfr-panel lfr-examination", "aria-label": "Examination", tabindex: "-1" },
    make("header", { class: "lfr-line" }, title, standing, make("span", { class: "lfr-tools" }, sheetButton)), lead, steps, note, desk, told, sheet, quietly);
  fill(el, root);

  const talking = talk(model, {
    page: (content) => {
      const first = page === null;
      page = content;
      lead.textContent = page.lead_only;
      fill(about, make("option", { value: "" }, page.candidates.length ? "none chosen yet" : "there is none"), ...page.candidates.map((one) => make("option", { value: one.id }, one.words)));
      if (first) parts.begin(page.parts);
      fill(scale, ...scales());
      show();
    },
    review: (content) => {
      review = content;
      show();
    },
    draft: (content) => {
      if (draft.conclusion || draft.reason || Object.keys(draft.marks).length) return void tell();
      draft = content.draft;
      reason.value = draft.reason;
      show();
    },
    look: (content) => lookAt(content.candidate),
    saved: (content) => {
      if (content.to !== talking.view && (draft.conclusion || draft.reason)) return;
      saving = false;
      draft = { candidate: null, marks: {}, conclusion: null, reason: "" };
      reason.value = "";
      problemWords.replaceChildren();
      quietly.textContent = "Examination saved.";
      show();
      const at = document.activeElement;
      if (!at || at === document.body || root.contains(at)) root.focus();
    },
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      saving = false;
      showForm();
      complain(content.words);
    },
  });

  const chosen = () => page?.conclusions.find((one) => one.conclusion === draft.conclusion);
  const called = () => page.candidates.find((one) => one.id === draft.candidate)?.words;

  // Keys go round the scale from a to f; on the screen what speaks for one person stands beside what
  // speaks as strongly for two. What is about no candidate stands apart.
  function scales() {
    const group = (words, some) => make("div", { class: "lfr-choices", role: "group", "aria-label": words }, make("p", { class: "lfr-quiet" }, words), ...some.map(choice));
    return [
      group("Of the chosen candidate", page.conclusions.filter((one) => one.about)),
      group("Of the whole list, or of the probe", page.conclusions.filter((one) => !one.about)),
    ];
  }

  function choice(one) {
    const press = button("", () => begin(one.conclusion), { "data-conclusion": one.conclusion, "aria-pressed": "false", "aria-keyshortcuts": one.key });
    fill(press, make("span", {}, make("b", {}, one.conclusion.replaceAll("-", " ")), make("br"), one.words), make("kbd", {}, one.key));
    return press;
  }

  function tell() {
    clearTimeout(telling);
    telling = setTimeout(() => talking.send("draft", draft), DRAFT_MS);
  }

  function lookAt(candidate) {
    if (candidate === draft.candidate) return;
    if (draft.conclusion) {
      complain("Save this conclusion or undo it (Esc) before another candidate is looked at.");
      about.value = draft.candidate ?? "";
      return;
    }
    draft.candidate = candidate || null;
    problemWords.replaceChildren();
    tell();
    show();
  }

  function begin(conclusion) {
    if (saving || !review?.may) return;
    const one = page.conclusions.find((some) => some.conclusion === conclusion);
    if (one.about && !draft.candidate) return complain("Choose the candidate first: \u201c" + conclusion.replaceAll("-", " ") + "\u201d is about one of them.");
    draft.conclusion = conclusion;
    problemWords.replaceChildren();
    tell();
    showForm();
    pressed = true;
    reason.focus();
  }

  function undoDraft() {
    if (!draft.conclusion || saving) return;
    draft.conclusion = null;
    draft.reason = reason.value = "";
    problemWords.replaceChildren();
    quietly.textContent = "Undone; nothing was saved. The checklist stays.";
    tell();
    showForm();
    root.focus();
  }

  function commit() {
    if (!draft.conclusion || saving) return;
    if (!reason.value.trim()) return complain(BLANK_WORDS);
    saving = true;
    problemWords.replaceChildren();
    showForm();
    clearTimeout(telling);
    const about = chosen().about;
    talking.send("examine", { candidate: about ? draft.candidate : null, conclusion: draft.conclusion, marks: about ? draft.marks[draft.candidate] ?? {} : {}, reason: reason.value });
  }

  function complain(words) {
    fill(problemWords, mark("bad"), words);
    problemWords.scrollIntoView({ block: "nearest" });
  }

  function showForm() {
    const one = chosen();
    for (const press of scale.querySelectorAll("[data-conclusion]")) press.setAttribute("aria-pressed", String(press.dataset.conclusion === draft.conclusion));
    form.hidden = !one;
    save.disabled = undo.disabled = saving;
    save.textContent = saving ? "Saving" : "Save (Ctrl+Enter)";
    if (!one) return;
    const last = make("b", {}, "Once saved it cannot be changed.");
    fill(summary, make("p", {}, mark("warn"), make("b", {}, "Not saved yet: "), one.words),
      one.about ? make("p", {}, "Candidate: ", make("b", {}, called()), ". Checklist: " + parts.summary() + ". ", last)
        : make("p", {}, "It is about no candidate: no checklist is saved with it. ", last));
  }

  function show() {
    const ready = page && review;
    root.dataset.state = review?.state ?? "";
    fill(note, ...(ready ? [] : [make("p", {}, "Waiting for the kernel. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - loading) / 1000) + " s"))]));
    note.hidden = ready;
    desk.hidden = !ready || !review.may;
    steps.hidden = told.hidden = lead.hidden = !ready;
    if (!ready) return;
    title.textContent = "Examination of search " + review.search;
    fill(standing, shape(...STATE_SHAPES[review.state]), make("b", {}, review.state), ": " + review.stands);
    fill(steps, stepBar(review.steps));
    about.value = draft.candidate ?? "";
    if (draft.candidate) draft.marks[draft.candidate] ??= {};
    parts.take(draft.candidate ? draft.marks[draft.candidate] : {});
    parts.root.hidden = !draft.candidate;
    compare.classList.toggle("lfr-none-chosen", !draft.candidate);
    fill(empty, draft.candidate ? "" : page.candidates.length ? "Choose the candidate that you compare; or conclude \u201cno candidate\u201d, which is as good a result as any." : "The search gave no candidate. Conclude \u201cno candidate\u201d, or \u201cunsuitable\u201d.");
    fill(told, ...toldWords());
    showForm();
  }

  function toldWords() {
    const outcome = review.outcome;
    return [
      outcome ? make("div", { class: "lfr-outcome" }, make("h4", {}, "What the search says"), make("p", {}, make("b", {}, outcome.words), outcome.candidate ? " Candidate: " + outcome.candidate + "." : "")) : null,
      review.why_not ? make("p", {}, mark("none"), review.why_not) : null,
      review.examinations.length ? make("h4", {}, review.examinations.length === 1 ? "Examination" : "Examinations") : null,
      ...review.examinations.map(examined),
      review.surrender ? make("article", { class: "lfr-examined" }, make("p", {}, make("b", {}, "Left as inconclusive.")), make("p", { class: "lfr-quiet" }, "By " + review.surrender.by + ", " + review.surrender.at), make("p", {}, review.surrender.reason)) : null,
    ];
  }

  const empty = make("p", { class: "lfr-none-words" });
  compare.append(empty);
  about.addEventListener("change", () => lookAt(about.value));
  about.addEventListener("keydown", (event) => event.stopPropagation());
  reason.addEventListener("input", () => {
    draft.reason = reason.value;
    tell();
  });
  reason.addEventListener("keydown", (event) => {
    event.stopPropagation();
    pressed &&= event.repeat;
    if (pressed) return void event.preventDefault(); // no letter of a reason
    if (!meant(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) commit();
    else if (event.key === "Escape") undoDraft();
    else return;
    event.preventDefault();
  });

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return root.focus();
    const keys = [["1, 2, 3", "similar, different, not visible: the part in focus"], ["0", "nothing said of it"], ["\u2191, \u2193", "part above, below"], ["Enter", "note on it, and back"],
      ...(page?.conclusions ?? []).map((one) => [one.key, one.conclusion.replaceAll("-", " ")]), ["Ctrl+Enter", "save, once there is a reason"], ["Esc", "undo the conclusion before it is saved"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", { class: "lfr-facts" }, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
    const one = page?.conclusions.find((some) => some.key === letter);
    if (!sheet.hidden && (event.key === "Escape" || event.key === "?")) toggleSheet();
    else if (event.repeat && letter) return void event.preventDefault();
    else if (event.key === "?") toggleSheet();
    else if (event.key === "Escape") undoDraft();
    else if (review?.may && parts.key(event)) { /* done */ }
    else if (one && review?.may) begin(one.conclusion);
    else return;
    event.preventDefault();
  });

  const ticking = setInterval(() => page === null && show(), 1000);
  show();
  return () => {
    clearInterval(ticking);
    clearTimeout(telling);
    talking.end();
  };
}

export default { render };

// The form of one image, or of several that are chosen: what is filled in goes to all of them.

const WAIT_MS = 600;
const BY_RELATION = ["associate", "witness", "victim"];

function entryForm(talking) {
  let ids = [];
  let shown = []; // rows of the images that are chosen
  let page = null;
  let timer = null;
  let owed = null; // a field that was typed in and not sent yet: { name, ids }
  // Fields whose newest value is not answered yet, by name: until it is, what comes of the images is
  // older, and would take back what a person just filled in.
  const sent = new Map();
  let number = 0;

  const fields = {};
  const root = make("div", { class: "lfr-form" });

  function send(name, to = ids) {
    clearTimeout(timer);
    owed = null;
    const input = fields[name].input;
    const value = input.type === "checkbox" ? input.checked : input.value;
    fields[name].several = false;
    sent.set(name, { number: ++number, of: to.join() });
    talking.send("fill", { ids: to, values: { [name]: value }, number });
  }

  const flush = () => owed && send(owed.name, owed.ids);

  function field(name, input, hint) {
    const place = make("span", { class: "lfr-fault", id: talking.view + name + "f" });
    const said = make("span", { class: "lfr-quiet lfr-hint", id: talking.view + name + "h" }, hint ?? "");
    const label = make("span", { class: "lfr-label" });
    input.setAttribute("aria-describedby", said.id + " " + place.id);
    input.dataset.field = name;
    const box = input.type === "checkbox";
    const whole = make("label", { class: box ? "lfr-check" : "lfr-field", "data-of": name }, ...(box ? [input, label] : [label, input]), said, place);
    fields[name] = { input, place, said, label, whole, hint: hint ?? "", several: false };
    input.addEventListener("change", () => send(name, owed?.name === name ? owed.ids : ids));
    if (input.matches("textarea, [type=text]")) {
      input.addEventListener("input", () => {
        if (owed && owed.name !== name) flush();
        owed = { name, ids };
        clearTimeout(timer);
        timer = setTimeout(flush, WAIT_MS);
      });
    }
    return whole;
  }

  const text = (rest = {}) => make("input", { type: "text", autocomplete: "off", spellcheck: "false", ...rest });
  const area = (rows) => make("textarea", { rows, maxlength: "10000" });
  const named = button("From the names of the files", () => talking.send("named", { ids }), { class: "lfr-button lfr-small lfr-named" });

  const link = make("div", { class: "lfr-set" },
    field("related_to", make("select"), "The listed category of the person they are linked to."),
    field("relation", area(2), "What the link is, and why it is enough."));
  const child = field("under_18_rationale", area(2), "Why a person under 18 must be on the list.");
  fill(root,
    make("div", { class: "lfr-set lfr-two" },
      make("div", {}, field("subject", text({ maxlength: "100" }), "Of the person in the force's own records; no name is needed."), named),
      field("image_date", make("input", { type: "date" }), "When it was taken; left empty where nobody knows.")),
    make("div", { class: "lfr-set lfr-three" },
      field("category", make("select")), field("legal_basis", make("select")), field("source", make("select"))),
    link,
    field("rationale", area(3), "Why this person, and why here: at least a few words that could be checked later."),
    field("under_18", make("input", { type: "checkbox" })), child,
    field("lawfully_held", make("input", { type: "checkbox" }), "An image that the police do not lawfully hold is on no list."));

  function same(name) {
    const none = fields[name].input.type === "checkbox" ? false : "";
    const values = new Set(shown.map((row) => row.values[name] ?? none));
    return values.size > 1 ? { several: true } : { value: [...values][0] ?? none };
  }

  function options(name) {
    const { input } = fields[name];
    const list = page?.choices[name] ?? [];
    const key = list.map((one) => one.value).join();
    if (input.dataset.key === key) return;
    input.dataset.key = key;
    fill(input, make("option", { value: "" }, "choose"), make("option", { value: "several", disabled: true, hidden: true }, "several values"), ...list.map((one) => make("option", { value: one.value }, one.words)));
  }

  function set(name) {
    const one = fields[name];
    const { input } = one;
    if (input.tagName === "SELECT") options(name);
    const now = same(name);
    one.several = Boolean(now.several);
    const waits = sent.get(name)?.of === ids.join();
    if (!waits && (document.activeElement !== input || input.type === "checkbox" || input.tagName === "SELECT")) {
      if (input.type === "checkbox") {
        input.checked = now.value === true;
        input.indeterminate = one.several;
      } else if (input.tagName === "SELECT") input.value = one.several ? "several" : now.value;
      else if (owed?.name !== name) {
        input.value = one.several ? "" : now.value;
        input.placeholder = one.several ? "several values; what is typed replaces all" : "";
      }
    }
    if (input.tagName === "SELECT") {
      const chosen = page?.choices[name]?.find((choice) => choice.value === input.value);
      one.said.textContent = chosen ? chosen.explanation : one.hint;
    }
    const faults = shown.filter((row) => row.faults.some((fault) => fault.field === name));
    const words = faults.length ? faults[0].faults.find((fault) => fault.field === name).text : "";
    const place = shown.length > 1 && faults.length ? words + " (" + count(faults.length) + " of " + count(shown.length) + ")" : words;
    fill(one.place, ...(place ? [mark("none"), place] : []));
    input.setAttribute("aria-invalid", String(Boolean(place)));
    one.label.textContent = CALLED[name];
  }

  const CALLED = {
    subject: "Subject reference", image_date: "Image date", category: "Category", legal_basis: "Legal basis", source: "Image source",
    related_to: "Linked to", relation: "Why the link is enough", rationale: "Justification", under_18: "Under 18, or thought to be",
    under_18_rationale: "Why a child is on the list", lawfully_held: "The police lawfully hold this image",
  };

  return {
    root,
    flush,
    show(rows, about) {
      page = about;
      const other = rows.map((row) => row.id).join() !== ids.join();
      if (other) flush();
      ids = rows.map((row) => row.id);
      shown = rows;
      for (const name of Object.keys(fields)) {
        if (other && fields[name].input.matches("textarea, [type=text]") && document.activeElement === fields[name].input) fields[name].input.blur();
        set(name);
      }
      link.hidden = !rows.some((row) => BY_RELATION.includes(row.values.category));
      child.hidden = !rows.some((row) => row.values.under_18 === true);
    },
    focus(name = "subject") {
      fields[name].input.focus();
    },
    // Also a value that was refused is answered: what stands there is what the image has.
    answered(which) {
      for (const [name, one] of sent) if (one.number === which && sent.delete(name)) set(name);
    },
    forget: () => sent.clear(),
  };
}

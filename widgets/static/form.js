// A few fields and what to do with them. What may be done, and what became of it, Python says.

const TONES = { busy: "rest", done: "good", waits: "none" };

function render({ model, el }) {
  const title = make("h3", {});
  const about = make("div", { class: "lfr-about" });
  const steps = make("div", {});
  const fields = make("div", { class: "lfr-fields" });
  const actions = make("div", { class: "lfr-line lfr-actions" });
  const status = make("p", { class: "lfr-status", role: "status" });
  const refusal = make("div", {});
  const credits = make("div", {});
  const root = make("section", { class: "lfr-panel lfr-asking", tabindex: "-1" }, title, steps, about, fields, actions, status, refusal, credits);
  fill(el, root);
  keep(root, () => {});
  const shown = new Map(); // name of a field to what it was told to be, and its element

  const talking = talk(model, {
    form: (content) => {
      title.textContent = content.title;
      title.hidden = !content.title;
      root.setAttribute("aria-label", content.label);
      fill(about, ...content.about.map((words, at) => make("p", { class: at === content.about.length - 1 && content.strong ? "lfr-lead" : null }, words)));
      about.hidden = !content.about.length;
      fill(steps, content.steps.length ? stepBar(content.steps) : null);
      draw_fields(content.fields);
      draw_actions(content.actions);
      actions.hidden = !content.actions.length;
      say(content.status, content.tone);
      fill(refusal, content.problem ? problem(content.problem_title, content.problem) : null);
      fill(credits, credited(content.credits));
    },
  });

  function say(words, tone) {
    fill(status, ...(words ? [mark(TONES[tone] ?? "none"), words] : []));
    status.hidden = !words;
  }

  // Buttons stay as they are, so that the focus stays where it was.
  function draw_actions(told) {
    const have = new Map([...actions.children].map((one) => [one.dataset.action, one]));
    const wanted = told.map((one) => {
      const press = () => talking.send("press", { action: one.name, values: values() });
      const made = have.get(one.name) ?? button("", press, { "data-action": one.name });
      made.textContent = one.words;
      made.classList.toggle("lfr-first", one.first);
      made.disabled = one.disabled;
      return made;
    });
    if (wanted.length !== actions.children.length || wanted.some((one, at) => actions.children[at] !== one)) fill(actions, ...wanted);
  }

  function values() {
    return Object.fromEntries([...shown].map(([name, one]) => [name, one.input.value]));
  }

  function draw_fields(told) {
    const names = told.map((one) => one.name);
    for (const name of [...shown.keys()]) if (!names.includes(name)) shown.delete(name);
    for (const one of told) {
      const { value, ...rest } = one;
      const key = JSON.stringify(rest);
      const known = shown.get(one.name);
      // What somebody is writing stays.
      if (known?.key === key) {
        if (one.kind === "select") known.input.value = value;
        continue;
      }
      const input = field(one);
      input.value = one.kind === "select" ? value : known?.input.value ?? value;
      input.addEventListener("change", () => talking.send("change", { name: one.name, value: input.value, values: values() }));
      shown.set(one.name, { key, input, label: make("label", { class: "lfr-field lfr-field-" + one.kind }, make("span", {}, one.label), input) });
    }
    const wanted = names.map((name) => shown.get(name).label);
    if (wanted.some((one, at) => fields.children[at] !== one) || fields.children.length !== wanted.length) fill(fields, ...wanted);
    fields.hidden = !wanted.length;
  }

  function field(one) {
    const about = { "data-field": one.name, placeholder: one.placeholder, maxlength: one.most };
    if (one.kind === "select") return make("select", { "data-field": one.name }, ...one.options.map(([value, words]) => make("option", { value }, words)));
    if (one.kind === "area") return make("textarea", { ...about, rows: "2" });
    if (one.kind === "number") return make("input", { ...about, type: "number", min: one.least, max: one.most });
    return make("input", { ...about, type: "text", autocomplete: "off" });
  }

  return () => talking.end();
}

export default { render };

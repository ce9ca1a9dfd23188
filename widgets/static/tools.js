// The kinds of steps with their parameters. What a step would give is shown while its parameters
// are tried; the picture is changed by Python only, and only when the step is added.

const TRY_MS = 250;

function toolbox(send, says) {
  const tabs = make("div", { class: "lfr-tabs", role: "group", "aria-label": "Kind of step" });
  const about = make("p", { class: "lfr-quiet lfr-about" });
  const fields = make("div", { class: "lfr-fields" });
  const add = button("Add this step", () => commit(), { class: "lfr-button" });
  const leave = button("Leave as it was", () => stop(), { class: "lfr-button" });
  const kept = make("span", { class: "lfr-quiet", role: "status" });
  const root = make("div", { class: "lfr-tools" }, tabs, about, fields, make("div", { class: "lfr-line" }, add, leave, kept));
  let tools = [];
  let tool = null;
  let editing = null; // number of the step that is changed
  let timer = null;
  let tries = 0;
  let acts = 0; // whatever somebody does to a step raises it
  let asked = null; // { tries, acts } of the step that Python was asked for and has not answered
  let remembered = false; // Enter, pressed while the kernel was busy
  let untried = false; // values, given while it was
  let busy = false;
  let usable = false;
  let lost = false; // the focus, by the button that adds

  const inputs = () => [...fields.querySelectorAll("[data-name]")];
  const values = () => ({ kind: tool.kind, ...Object.fromEntries(inputs().map((one) => [one.dataset.name, one.dataset.text === undefined ? Number(one.value) : one.value])) });
  const filled = () => inputs().every((one) => one.value !== "" && one.checkValidity());

  function field(one, value) {
    const name = one.words + (one.unit ? " (" + one.unit + ")" : "");
    if (one.choices) {
      const select = make("select", { "data-name": one.name, "data-text": true }, ...one.choices.map((word) => make("option", { value: word }, word)));
      if (value !== null) select.value = value;
      select.addEventListener("change", () => changed());
      return make("label", {}, name, select);
    }
    const limits = { min: one.least, max: one.most, step: one.step };
    const number = make("input", { type: "number", "data-name": one.name, value: value ?? "", ...limits, step: tool.kind === "crop" || one.step === 1 ? 1 : "any" });
    number.addEventListener("input", () => {
      slide && (slide.value = number.value);
      changed();
    });
    let slide = null;
    if (tool.kind !== "crop") {
      slide = make("input", { type: "range", "aria-label": one.words + ", slider", ...limits, value: value ?? one.least });
      slide.addEventListener("input", () => {
        number.value = slide.value;
        changed();
      });
    }
    return make("label", { class: slide ? "lfr-wide" : null }, name, make("span", { class: "lfr-pair" }, number, slide));
  }

  // An Enter is of the values that were there when it was pressed, and of no others.
  function acted() {
    acts += 1;
    remember(false);
  }

  function remember(on) {
    remembered = on;
    kept.textContent = on ? "Enter is remembered: it is carried out once the kernel is free." : "";
  }

  function changed() {
    says.clear();
    acted();
    allow();
    if (tool.kind === "crop") {
      if (filled()) says.crop(values());
      return;
    }
    clearTimeout(timer);
    untried = false;
    timer = setTimeout(attempt, TRY_MS);
  }

  function attempt() {
    untried = !usable && filled();
    if (!usable || !filled()) return;
    tries += 1;
    send("try", { step: values(), number: editing, asked: tries });
  }

  function allow() {
    const focused = document.activeElement === add;
    add.disabled = !usable || !filled();
    // A button that cannot be pressed for a moment loses the focus: it is given back.
    if (add.disabled) lost ||= focused;
    else if (lost && document.activeElement === document.body) add.focus({ preventScroll: true });
    if (!add.disabled) lost = false;
    add.textContent = editing === null ? "Add this step" : "Save step " + (editing + 1);
    leave.hidden = editing === null && !says.isTried();
  }

  function pick(kind, given = {}) {
    const at = fields.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    tool = tools.find((one) => one.kind === kind);
    clearTimeout(timer);
    untried = false;
    tries += 1;
    acted();
    for (const one of tabs.children) one.setAttribute("aria-pressed", String(one.dataset.kind === kind));
    about.textContent = tool.about;
    fill(fields, ...tool.fields.map((one) => field(one, given[one.name] ?? one.begins ?? null)));
    if (kind === "crop") {
      fields.append(make("span", { class: "lfr-line" }, button("Around the face", () => {
        const box = says.around();
        if (!box) return;
        for (const one of inputs()) one.value = box[one.dataset.name];
        changed();
      }, { class: "lfr-button lfr-small", title: "Draw a crop around the chosen face, or the middle where none is chosen; then move it by keys" })));
    }
    if (kind === "rotate") {
      const turns = [["90\u00b0 left", 90], ["90\u00b0 right", -90], ["180\u00b0", 180]];
      fields.append(make("span", { class: "lfr-line" }, ...turns.map(([words, degrees]) => button(words, () => {
        for (const one of fields.querySelectorAll("input")) one.value = degrees;
        changed();
      }, { class: "lfr-button lfr-small" }))));
    }
    if (at) inputs().find((one) => one.dataset.name === at)?.focus({ preventScroll: true });
    says.tool(kind, editing);
    allow();
  }

  // What is pressed twice is asked for once.
  function commit() {
    if (!filled() || asked?.acts === acts) return;
    if (!usable) return remember(busy);
    remember(false);
    clearTimeout(timer);
    tries += 1;
    asked = { tries, acts };
    if (editing === null) send("add", { step: values(), asked: tries });
    else send("change", { step: values(), number: editing, asked: tries });
  }

  function stop() {
    editing = null;
    says.done();
    pick(tool.kind);
  }

  fields.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && meant(event) && event.target.matches("input")) commit();
  });

  return {
    root,
    get kind() { return tool?.kind; },
    get editing() { return editing; },
    isLast: (number) => number === tries,
    // Whether a step was begun after the one that Python was asked for and has not answered.
    get begunSince() { return asked !== null && asked.acts !== acts; },
    answered(number) {
      if (asked?.tries === number) asked = null;
    },
    tools(list) {
      tools = list;
      fill(tabs, ...tools.map((one) => button(one.words, () => {
        if (editing !== null) stop();
        says.done();
        pick(one.kind);
      }, { class: "lfr-button lfr-small", "data-kind": one.kind, "aria-pressed": "false" })));
      if (!tool) pick(tools[0].kind);
    },
    allow(there, isBusy) {
      busy = there && isBusy;
      usable = there && !isBusy;
      allow();
      if (!usable) return;
      if (remembered) commit();
      else if (untried) attempt();
    },
    crop(box) {
      acted();
      for (const one of inputs()) one.value = box[one.dataset.name];
      allow();
    },
    edit(number, step) {
      editing = number;
      pick(step.kind, step);
      send("before", { number });
      inputs()[0]?.focus();
    },
    // After the steps have changed nothing is being changed or tried any more.
    fresh() {
      editing = null;
      if (tool) pick(tool.kind);
    },
    again: allow,
  };
}

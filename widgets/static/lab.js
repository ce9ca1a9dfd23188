// The threshold lab: one slider over charts, a plan, groups and single errors. All figures and words
// come from Python once; moving the slider asks nobody.

const PLAN_MS = 250;
const SPOKEN_MS = 500;
const LEAP = 10;

function render({ model, el }) {
  const root = make("div", { class: "lfr-panel lfr-lab", role: "region", "aria-label": "Threshold lab" });
  el.append(root);
  const heading = make("h3", {}, "Threshold lab");
  const about = make("div", { class: "lfr-about" });
  const note = make("div", { class: "lfr-note" });
  const sentence = make("p", { class: "lfr-sentence lfr-number" });
  const spoken = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const slider = make("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Threshold T" });
  const reads = make("output", { class: "lfr-t lfr-number" });
  const jumps = make("div", { class: "lfr-line lfr-jumps" });
  const keys = make("p", { class: "lfr-quiet" }, "Keys on the slider: ", make("kbd", {}, "\u2190"), " ", make("kbd", {}, "\u2192"), " one step, ", make("kbd", {}, "Page Up"), " ", make("kbd", {}, "Page Down"), " " + LEAP + " steps, ", make("kbd", {}, "Home"), " ", make("kbd", {}, "End"), " the ends.");
  const write = button("", () => talking.send("choose", { place }), { class: "lfr-button" });
  const draft = make("div", { class: "lfr-draft", role: "status", hidden: true });
  const few = make("div", { class: "lfr-few" });
  const bar = make("div", { class: "lfr-slide" }, make("div", { class: "lfr-line" }, make("b", {}, "T"), reads, jumps), slider, keys, sentence, few, make("div", { class: "lfr-line" }, write), draft);
  const layers = { scores: layered(), det: layered(), curves: layered(), plan: layered() };
  const places = Object.values(layers).map((one) => one.plot);
  const grid = make("div", { class: "lfr-lab-grid" });
  const board = make("div", { hidden: true }, bar, grid);
  root.append(make("div", { class: "lfr-lab-head" }, heading, about), note, board, spoken);

  let lab = null;
  let plan = null;
  let charts = null;
  let place = 0;
  let due = 0;
  let began = performance.now();
  let speaking = 0;
  let planning = 0;
  let planAsked = 0;
  let refusedPlan = "";
  let failed = "";

  const talking = talk(model, {
    lab: take,
    plan: (content) => {
      plan = content;
      planAsked = 0;
      refusedPlan = "";
      if (!lab) return;
      charts?.plan(plan.columns);
      charts?.move(place);
      boxes.plan.again();
      showPlan();
    },
    plotly: (content, buffers) => content.to === talking.view && program.take(buffers[0]),
    chosen: (content) => showDraft(content),
    looking: (content) => errors.looking(content.looking),
    thumbs: (content, buffers) => content.to === talking.view && errors.thumbs(content, buffers),
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      if (content.what === "plan") {
        planAsked = 0;
        refusedPlan = content.words;
        showPlan();
      } else {
        draft.hidden = false;
        fill(draft, problem("Not done.", content.words));
      }
    },
  });
  const program = chartProgram(talking.send);
  const errors = errorLists(talking.send, () => lab.unit);

  // Boxes with their tables and files.
  const notes = () => ({ name: lab.title, lines: [lab.title, ...lab.about, ...lab.warnings] });
  const columnsOf = (names, more = {}) => () => ({
    heads: [...names, ...Object.keys(more)],
    rows: lab.said.map((_, at) => [...names.map((name) => lab.columns[name][at]), ...Object.values(more).map((values) => values()?.[at])]),
    at: place,
  });
  const FPIR = ["threshold", "false_alarms", "nonmated", "fpir", "fpir_low", "fpir_high", "fpir_boot_low", "fpir_boot_high"];
  const FNIR = ["misses", "mated", "fnir", "fnir_low", "fnir_high", "fnir_boot_low", "fnir_boot_high"];
  const band = "Bands: 95 % interval, the wider of the exact one and that of a bootstrap by person. A hollow mark: fewer than three errors, not measurable here.";
  const binTable = () => ({
    heads: ["from", "to", "listed: own score", "not listed: highest score"],
    rows: lab.bins.mated.map((one, at) => [lab.bins.edges[at], lab.bins.edges[at + 1], one, lab.bins.nonmated[at]]),
    at: lab.bins.edges.findIndex((edge) => edge > lab.columns.threshold[place]) - 1,
  });
  const planBody = make("div", { class: "lfr-plan" });
  const groupBody = make("div", { class: "lfr-groups" });
  const boxes = {
    scores: figureBox("Scores", "What searches scored. At T and above there is an alarm.", layers.scores.frame, binTable, notes),
    det: figureBox("False alarms against misses (DET)", band, layers.det.frame, columnsOf([...FPIR, ...FNIR]), notes),
    curves: figureBox("FPIR and FNIR against T", band, layers.curves.frame, columnsOf([...FPIR, ...FNIR]), notes),
    plan: figureBox("The plan", null, planBody, columnsOf(["threshold"], { "false alerts expected": () => plan?.columns.expected, from: () => plan?.columns.expected_from, to: () => plan?.columns.expected_to, "chance of at least one": () => plan?.columns.chance, "in words": () => plan?.alerts }), notes),
    groups: figureBox("Groups", "A group of few people is suppressed, as a guard against reading too much into it. That is no secrecy: it is what all do, less the others.", groupBody, () => ({ heads: ["group", "rate", "people", "errors", "searches", "from", "to", "in words"], rows: groupRows(), at: -1 }), notes),
    errors: figureBox("Errors one by one", null, errors.root, () => errors.table(), notes),
  };
  grid.append(...Object.values(boxes).map((one) => one.root));

  const inputs = {};
  const fieldOf = (name, words, more) => {
    inputs[name] = make("input", { type: "number", min: 1, step: 1, required: true, ...more });
    inputs[name].addEventListener("input", () => {
      clearTimeout(planning);
      planning = setTimeout(askPlan, PLAN_MS);
    });
    return make("label", {}, words, inputs[name]);
  };
  const planFigures = make("dl", { class: "lfr-facts lfr-number" });
  const planState = make("p", { class: "lfr-plan-state", role: "status" });
  planBody.append(make("div", { class: "lfr-line" }, fieldOf("list_size", "On the list"), fieldOf("faces", "Faces expected", { min: 0 }), fieldOf("hours", "Hours", { min: 0.1, step: "any" })), planState, planFigures, layers.plan.frame);

  function askPlan() {
    const values = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
    planAsked = performance.now();
    refusedPlan = "";
    talking.send("plan", values);
    showPlan();
  }

  function take(content) {
    if (content.state !== "ready") {
      began = performance.now() - 1000 * (content.since_s ?? 0);
      lab = content.state === "loading" ? null : lab;
      showState(content);
      return;
    }
    const fresh = lab === null;
    lab = content;
    if (fresh) place = lab.start;
    errors.take(lab.errors, lab.decimals, lab.images, lab.looking);
    showLab();
  }

  function showState(content) {
    board.hidden = true;
    if (content.state === "empty") fill(note, make("p", {}, mark("none"), make("b", {}, "No measurement yet.")), make("p", { class: "lfr-detail-words" }, content.words));
    else if (content.state === "error") fill(note, problem("The measurement cannot be shown.", content.words, "Mend that, and run the cell again."));
    else loadingWords();
  }

  function loadingWords() {
    fill(note, make("p", {}, mark("rest"), "Reckoning both error rates at every threshold, with 1,000 resamples of people: usually a few seconds. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - began) / 1000) + " s")));
  }

  function showLab() {
    heading.textContent = "Threshold lab: " + lab.title;
    fill(about, ...lab.about.map((words) => make("p", {}, words)), ...lab.warnings.map((words) => make("p", { class: "lfr-warning" }, mark("warn"), words)));
    board.hidden = false;
    fill(note);
    slider.max = lab.said.length - 1;
    write.hidden = !lab.may_choose;
    fill(jumps, make("span", { class: "lfr-quiet" }, "Lowest T that keeps"), ...lab.jumps.map((one) => button(one.words + (one.note ? " (too few searches)" : ""), () => goTo(one.place), { class: "lfr-button lfr-small", title: one.note || null })));
    if (!lab.said.length) return fill(note, make("p", {}, mark("warn"), make("b", {}, "No search gave a score.")), make("p", {}, "There is no threshold to slide over. Look at whether templates could be made of the images."));
    showGroupsFrame();
    move();
    program.ask();
    program.ready.then(drawCharts, chartsFailed);
    if (plan) showPlan();
  }

  function drawCharts(plotly) {
    if (!lab || !root.isConnected) return;
    try {
      charts = labCharts(plotly, layers, themeOf(root), lab);
      if (plan) charts.plan(plan.columns);
      for (const one of places) one.dataset.drawn = "true";
      move();
    } catch (error) {
      chartsFailed(error);
    }
  }

  function resize() {
    if (!charts || !lab) return;
    charts.resize();
    charts.move(place);
  }

  function chartsFailed(error) {
    failed = String(error?.message ?? error);
    for (const one of places) fill(one, make("p", {}, mark("warn"), "The chart cannot be drawn here (" + failed + "). The table has the same figures."));
  }

  function goTo(to) {
    const next = Math.min(Math.max(0, to), lab.said.length - 1);
    slider.value = next;
    if (next !== place) {
      place = next;
      move();
    }
  }

  // Drawn at once: browsers give one event of a pointer to a frame, and keys repeat more slowly.
  slider.addEventListener("input", (event) => {
    place = Number(slider.value);
    const from = event.timeStamp;
    move();
    // Once the frame is on the screen: what a person waits for.
    due = requestAnimationFrame(() => setTimeout(() => root.dispatchEvent(new CustomEvent("lab-drawn", { detail: { place, ms: performance.now() - from } }))));
  });

  function move() {
    const said = lab.said[place];
    slider.value = place;
    reads.textContent = said;
    slider.setAttribute("aria-valuetext", "T = " + said + ". " + lab.fpir[place] + " " + lab.fnir[place]);
    root.dataset.place = place;
    write.textContent = "Write down T = " + said + " as a draft";
    boxes.scores.say("At T = " + said + ": " + lab.fpir[place] + " " + lab.fnir[place]);
    boxes.det.say(lab.fpir[place]);
    boxes.curves.say(lab.fnir[place]);
    const summary = "At T = " + said + ". " + lab.fpir[place] + " " + lab.fnir[place];
    for (const one of places) one.setAttribute("aria-label", summary);
    fill(few, ...lab.few[place].map((words) => make("p", { class: "lfr-warning" }, mark("warn"), words)));
    charts?.move(place);
    showPlanFigures();
    showGroups();
    errors.move(lab.columns.threshold[place], lab.columns.false_alarms[place], lab.columns.misses[place]);
    for (const one of Object.values(boxes)) one.follow();
  }

  function showPlan() {
    if (!inputs.list_size.value || !planAsked) {
      for (const [name, input] of Object.entries(inputs)) if (document.activeElement !== input && plan && !refusedPlan) input.value = plan.inputs[name];
    }
    fill(planState, ...planWords());
    showPlanFigures();
  }

  function planWords() {
    if (!plan) return [mark("rest"), "Reckoning."];
    const of = "Reckoned for " + count(plan.inputs.list_size) + " on the list, " + count(plan.inputs.faces) + " faces and " + plan.inputs.hours + " hours at " + plan.at + ".";
    if (refusedPlan) return [mark("bad"), refusedPlan + " " + of];
    const waits = planAsked ? Math.round((performance.now() - planAsked) / 1000) : 0;
    if (planAsked) return [mark("warn"), "Stale. " + of + " Waiting for the kernel, " + waits + " s."];
    return plan.extrapolated ? [mark("warn"), "Extrapolated: " + count(plan.measured) + " references were searched, not " + count(plan.inputs.list_size) + ". Who is missed is as measured: a longer list misses more, if anything. " + of] : [mark("good"), "As large a list was searched. " + of];
  }

  function showPlanFigures() {
    planBody.classList.toggle("lfr-stale", Boolean(planAsked));
    if (!plan || !lab) return;
    sentence.textContent = plan.sentences[place];
    const facts = [["False alerts expected", plan.alerts], ["of them in an hour", plan.hourly], ["Chance of at least one", plan.chances], ["Listed people missed", plan.missed], ["Against the cap", plan.caps], ["One step up or down", plan.steps]];
    fill(planFigures, ...facts.flatMap(([name, values]) => [make("dt", {}, name), make("dd", {}, values[place])]));
    clearTimeout(speaking);
    speaking = setTimeout(() => (spoken.textContent = sentence.textContent), SPOKEN_MS);
  }

  // Groups: one row each, whose cells follow the slider.
  let groupCells = [];
  const RATES = [["fpir", "FPIR"], ["fnir", "FNIR"]];
  function showGroupsFrame() {
    groupCells = [];
    if (!lab.groups) return fill(groupBody, make("p", {}, mark("none"), make("b", {}, "Equity not measured.")), make("p", {}, "The labelled set gives nobody a group. Measure on a set that does, such as one with the column group in its protocol."));
    const rows = lab.groups.rows.map((group) => make("tr", {}, make("th", { scope: "row" }, group.name), ...RATES.map(([rate]) => {
      const cell = make("td", {});
      groupCells.push([cell, group[rate], ", " + count(group[rate].people) + " people"]);
      return cell;
    })));
    fill(groupBody, make("table", { class: "lfr-group-table" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Group"), ...RATES.map(([, words]) => make("th", { scope: "col" }, words)))), make("tbody", {}, ...rows)), make("p", { class: "lfr-quiet" }, "95 % intervals: by people from three errors on, else exact. That they overlap does not show that groups fare alike."));
  }

  function showGroups() {
    for (const [cell, rate, people] of groupCells) {
      if (rate.suppressed) fill(cell, make("span", {}, mark("none"), rate.suppressed));
      else if (rate.count[place] === null) fill(cell, make("span", {}, rate.words[place], make("span", { class: "lfr-quiet" }, people)));
      else fill(cell, spanBar(rate.low[place], rate.high[place], rate.count[place] < lab.fewest ? null : rate.count[place] / rate.searches), make("span", { class: "lfr-number" }, rate.words[place], make("span", { class: "lfr-quiet" }, people)));
    }
  }

  function groupRows() {
    return (lab.groups?.rows ?? []).flatMap((group) => RATES.map(([rate, words]) => {
      const one = group[rate];
      return one.suppressed ? [group.name, words, one.people, null, one.searches, null, null, one.suppressed] : [group.name, words, one.people, one.count[place], one.searches, one.low[place], one.high[place], one.words[place]];
    }));
  }

  // An interval from none to all, on a scale of its square root, which gives small rates room.
  function spanBar(low, high, rate) {
    const x = (value) => 100 * Math.sqrt(Math.max(0, value));
    const svg = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "lfr-span-bar", "aria-hidden": "true" });
    svg.append(draw("line", { x1: 0, x2: 100, y1: 5, y2: 5, class: "lfr-span-all" }), draw("line", { x1: x(low), x2: Math.max(x(high), x(low) + 0.5), y1: 5, y2: 5, class: "lfr-span-ends" }));
    if (rate !== null) svg.append(draw("line", { x1: x(rate), x2: x(rate), y1: 0, y2: 10, class: "lfr-span-at" }));
    return svg;
  }

  function showDraft(content) {
    draft.hidden = false;
    fill(draft, make("p", {}, make("b", {}, "T = " + content.said + " is written down. Nothing is decided."), " A threshold comes into force as a policy, with the figures of people that it was not chosen on, and by somebody else. Begin it with this command; ID names the policy, as in street/1, and TEST is the folder of that measurement:"), make("div", { class: "lfr-line" }, make("code", {}, content.command), button("Copy", () => navigator.clipboard?.writeText(content.command), { class: "lfr-button lfr-small" })));
  }

  keep(root, (event) => {
    if (event.target !== slider || !lab) return;
    const by = { PageUp: LEAP, PageDown: -LEAP }[event.key];
    if (!by) return;
    event.preventDefault();
    slider.value = Math.min(Math.max(0, place + by), lab.said.length - 1);
    slider.dispatchEvent(new Event("input"));
  });

  const ticking = setInterval(() => {
    if (lab === null && !note.querySelector(".lfr-problem, .lfr-detail-words")) loadingWords();
    if (planAsked) showPlan();
  }, 1000);
  const unfollow = followPlace(root, resize, () => lab && program.ready.then(drawCharts, chartsFailed));
  loadingWords();
  return () => {
    clearInterval(ticking);
    clearTimeout(speaking);
    clearTimeout(planning);
    cancelAnimationFrame(due);
    unfollow();
    charts?.end();
    errors.end();
    talking.end();
  };
}

export default { render };

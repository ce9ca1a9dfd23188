// The threshold lab: one slider over charts, a plan, groups and single errors. All figures and words
// come from Python once; moving the slider asks nobody.

const BAND = "Bands: 95 % interval, the wider of the exact one and that of a bootstrap by person. A hollow mark: fewer than three errors, not measurable here.";
const LIKE_THESE = "What T would mean if the faces before a camera were like the images measured, which is not known. The cap is 1 false alert in 1,000 faces, of a police force's operating procedure ([2020] EWCA Civ 1058).";

function render({ model, el }) {
  const root = make("div", { class: "lfr-panel lfr-lab", role: "region", "aria-label": "Threshold lab" });
  el.append(root);
  const heading = make("h3", {}, "Threshold lab");
  const about = make("div", { class: "lfr-about" });
  const note = make("div", { class: "lfr-note" });
  const spoken = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const layers = { scores: layered(), det: layered(), curves: layered(), plan: layered() };
  const places = Object.values(layers).map((one) => one.plot);
  const grid = make("div", { class: "lfr-lab-grid" });

  let lab = null;
  let charts = null;
  let began = performance.now();

  const talking = talk(model, {
    lab: take,
    plan: (content) => planned.take(content),
    plotly: (content, buffers) => content.to === talking.view && program.take(buffers[0]),
    chosen: (content) => slide.draft(content),
    looking: (content) => errors.looking(content.looking),
    thumbs: (content, buffers) => content.to === talking.view && errors.thumbs(content, buffers),
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      if (content.what === "plan") planned.refuse(content.words);
      else slide.refused(content.words);
    },
  });
  const program = chartProgram(talking.send);
  const slide = slideBar(root, { moved: move, choose: (place) => talking.send("choose", { place }) });
  const errors = errorLists(talking.send, () => lab.unit);
  const groups = groupTable();
  const planned = planBox(talking.send, layers.plan.frame, { sentence: slide.sentence, spoken, changed: drawPlan });
  const board = make("div", { hidden: true }, slide.bar, slide.acts, grid);
  root.append(make("div", { class: "lfr-lab-head" }, heading, about), note, board, spoken);

  // Boxes with their tables and files.
  const notes = () => ({ name: lab.title, lines: [lab.title, ...lab.about, lab.made, ...lab.warnings, ...lab.caveats] });
  const rates = () => rateTable(lab, slide.place());
  const boxes = {
    scores: figureBox("Scores", "What searches scored. At T and above there is an alarm.", make("div", {}, scoreLegend(), layers.scores.frame), () => binTable(lab, slide.place()), notes),
    det: figureBox("False alarms against misses (DET)", BAND, layers.det.frame, rates, notes),
    plan: figureBox("The plan", LIKE_THESE, planned.root, () => planTable(lab, planned.plan(), slide.place()), notes),
    curves: figureBox("FPIR and FNIR against T", BAND, layers.curves.frame, rates, notes),
    groups: figureBox("Groups", "A group of few people is suppressed, as a guard against reading too much into it. That is no secrecy: it is what all do, less the others.", groups.root, () => groups.table(slide.place()), notes),
    errors: figureBox("Errors one by one", null, errors.root, () => errors.table(), notes),
  };
  boxes.plan.root.classList.add("lfr-wide");

  // Rows of boxes of one height: errors stand beside the curves where there are no groups to.
  function arrange() {
    const last = lab.groups ? ["groups", "errors"] : ["errors", "groups"];
    for (const name of ["groups", "errors"]) boxes[name].root.classList.toggle("lfr-wide", name === last[1]);
    grid.append(...["scores", "det", "plan", "curves", ...last].map((name) => boxes[name].root));
  }

  function take(content) {
    if (content.state !== "ready") {
      began = performance.now() - 1000 * (content.since_s ?? 0);
      if (content.state === "loading") {
        lab = null;
        slide.forget();
      }
      showState(content);
      return;
    }
    lab = content;
    slide.take(lab);
    groups.take(lab);
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
    fill(about, ...lab.about.map((words) => make("p", {}, words)), make("details", {}, make("summary", {}, "How it was made"), make("p", {}, lab.made)), ...lab.warnings.map((words) => make("p", { class: "lfr-warning" }, mark("warn"), words)));
    fill(note);
    if (!lab.said.length) {
      board.hidden = true;
      return fill(note, make("p", {}, mark("warn"), make("b", {}, "No search gave a score.")), make("p", {}, "There is no threshold to slide over. Look at whether templates could be made of the images."));
    }
    board.hidden = false;
    arrange();
    move(slide.place());
    program.ask();
    program.ready.then(drawCharts, chartsFailed);
    planned.show();
  }

  function drawCharts(plotly) {
    if (!lab?.said.length || !root.isConnected) return;
    try {
      charts = labCharts(plotly, layers, themeOf(root), lab);
      if (planned.plan()) charts.plan(planned.plan().columns);
      for (const one of places) one.dataset.drawn = "true";
      move(slide.place());
    } catch (error) {
      chartsFailed(error);
    }
  }

  function drawPlan(plan) {
    if (!lab?.said.length) return;
    charts?.plan(plan.columns);
    charts?.move(slide.place());
    boxes.plan.again();
  }

  function resize() {
    if (!charts || !lab) return;
    charts.resize();
    charts.move(slide.place());
  }

  function chartsFailed(error) {
    for (const one of places) fill(one, make("p", {}, mark("warn"), "The chart cannot be drawn here (" + String(error?.message ?? error) + "). The table has the same figures."));
  }

  function move(place) {
    const summary = "At T = " + lab.said[place] + ". " + lab.fpir[place] + " " + lab.fnir[place];
    root.dataset.place = place;
    slide.move();
    boxes.scores.say("At T = " + lab.said[place] + ": " + lab.fpir[place] + " " + lab.fnir[place]);
    boxes.det.say(lab.fpir[place]);
    boxes.curves.say(lab.fnir[place]);
    for (const one of places) one.setAttribute("aria-label", summary);
    charts?.move(place);
    planned.move(place);
    groups.move(place);
    errors.move(lab.columns.threshold[place], lab.columns.false_alarms[place], lab.columns.misses[place]);
    for (const one of Object.values(boxes)) one.follow();
  }

  keep(root, slide.key);

  const ticking = setInterval(() => {
    if (lab === null && !note.querySelector(".lfr-problem, .lfr-detail-words")) loadingWords();
    planned.tick();
  }, 1000);
  const unfollow = followPlace(root, resize, () => lab && program.ready.then(drawCharts, chartsFailed));
  loadingWords();
  return () => {
    clearInterval(ticking);
    unfollow();
    slide.end();
    planned.end();
    charts?.end();
    errors.end();
    talking.end();
  };
}

export default { render };

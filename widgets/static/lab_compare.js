// Encoders side by side: a table of what each finds, one of differences, and DET curves.

const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

function render({ model, el }) {
  const root = make("div", { class: "lfr-panel lfr-lab", role: "region", "aria-label": "Comparison of encoders" });
  el.append(root);
  const about = make("div", { class: "lfr-about" });
  const note = make("div", { class: "lfr-note" });
  const plot = make("div", { class: "lfr-plot", role: "img", "aria-label": "DET curves of all encoders; the table has the figures" });
  const rates = make("div", { class: "lfr-compared" });
  const differences = make("div", { class: "lfr-compared" });
  const board = make("div", { hidden: true });
  root.append(make("div", { class: "lfr-lab-head" }, make("h3", {}, "Comparison of encoders"), about), note, board);
  let shown = null;
  let began = performance.now();

  const talking = talk(model, {
    comparison: take,
    plotly: (content, buffers) => content.to === talking.view && program.take(buffers[0]),
  });
  const program = chartProgram(talking.send);
  const notes = () => ({ name: "comparison", lines: [...shown.about, ...shown.warnings] });
  const keysOf = (rows, keys) => rows.map((row) => keys.map((key) => row[key]));
  const flattered = () => make("div", { class: "lfr-quiet" }, mark("warn"), "fitted on these people: flattered");
  // Files keep the names that programs read; what people read has words.
  const RATE_TITLES = ["matcher", "false alarms allowed (FPIR)", "threshold", "unit of its scores", "false alarms counted", "searches for people not listed", "searches that find the listed person", "searches for listed people", "share found (TPIR)", "from (95 %)", "to (95 %)", "FPIR measurable here"];
  const DIFFERENCE_TITLES = ["matcher", "held against", "false alarms allowed (FPIR)", "difference in the share found", "from (95 %)", "to (95 %)", "found by it alone", "found by the other alone", "searches for listed people", "FPIR measurable here"];
  const RATES = ["name", "target", "threshold", "unit", "false_alarms", "nonmated", "found", "mated", "tpir", "low", "high", "measurable"];
  const DIFFERENCES = ["name", "reference", "target", "difference", "low", "high", "only", "only_reference", "mated", "measurable"];
  const boxes = [
    figureBox("Searches that find the listed person, where all raise as few false alarms", "The threshold of each is the lowest that keeps the false alarms on this data. In brackets the 95 % interval, the wider of the exact one and that of a bootstrap by person.", rates, () => ({ heads: RATE_TITLES, keys: RATES, rows: keysOf(shown.rates, RATES), at: -1 }), notes),
    figureBox("Differences", "More (+) or fewer (\u2212) of 100 searches in which the listed person is found. Paired: each draw takes the same people for both, and finds both thresholds anew. 95 % intervals, each by itself: of twenty such differences one is expected to lie outside. Whether two intervals above overlap says nothing about these.", differences, () => ({ heads: DIFFERENCE_TITLES, keys: DIFFERENCES, rows: keysOf(shown.differences, DIFFERENCES), at: -1 }), notes),
    figureBox("False alarms against misses (DET)", "To the lower left is better. Each line ends where fewer than three false alarms or three misses stand behind it: beyond, nothing is measurable here. Lines have no bands: see the differences for what is sure.", plot, () => ({ keys: ["name", "threshold", "fpir", "fnir"], heads: ["matcher", "threshold", "share of searches for people not listed that raise a false alarm (FPIR)", "share of searches for listed people that miss (FNIR)"], rows: shown.curves.flatMap((one) => one.threshold.map((value, at) => [one.name, value, one.fpir[at], one.fnir[at]])), at: -1 }), notes),
  ];
  board.append(...boxes.map((one) => one.root));

  function take(content) {
    if (content.state !== "ready") {
      board.hidden = true;
      shown = null;
      began = performance.now() - 1000 * (content.since_s ?? 0);
      if (content.state === "empty") fill(note, make("p", {}, mark("none"), make("b", {}, "Nothing to compare yet.")), make("p", { class: "lfr-detail-words" }, content.words));
      else if (content.state === "error") fill(note, problem("They cannot be compared.", content.words, "Mend that, and run the cell again."));
      else loadingWords();
      return;
    }
    shown = content;
    fill(note);
    board.hidden = false;
    fill(about, ...shown.about.map((words) => make("p", {}, words)), ...shown.warnings.map((words) => make("p", { class: "lfr-warning" }, mark("warn"), words)));
    showRates();
    showDifferences();
    program.ask();
    program.ready.then(drawCurves, failed);
  }

  function loadingWords() {
    fill(note, make("p", {}, mark("rest"), "Drawing people anew, a thousand times for each difference: a few seconds for each. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - began) / 1000) + " s")));
  }

  function showRates() {
    const targets = [...new Set(shown.rates.map((row) => row.at))];
    const cell = (name, at) => {
      const row = shown.rates.find((one) => one.name === name && one.at === at);
      return make("td", {}, make("span", { class: "lfr-number" }, row.measurable ? null : mark("none"), row.words), make("div", { class: "lfr-quiet lfr-number" }, row.detail));
    };
    const head = (name) => make("th", { scope: "row" }, name, name === shown.reference ? make("div", { class: "lfr-quiet" }, shown.usual ? "what a fresh bench uses; the others are held against it" : "the others are held against it") : null, shown.fitted.includes(name) ? flattered() : null);
    fill(rates, make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Matcher"), ...targets.map((at) => make("th", { scope: "col" }, "False alarms at most " + at)))), make("tbody", {}, ...shown.names.map((name) => make("tr", {}, head(name), ...targets.map((at) => cell(name, at)))))));
  }

  // Told by shape and words which of two is better, or that the data does not tell.
  function showDifferences() {
    const signed = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + (Math.abs(value) * 100).toFixed(1);
    const better = (one) => (one.better === null ? "not told by this data" : one.better + " is better here");
    const amount = (one) => (one.measurable ? [make("b", {}, mark(one.better === null ? "warn" : one.better === one.name ? "good" : "bad"), better(one)), make("div", { class: "lfr-number" }, [signed(one.difference), " (", signed(one.low), " to ", signed(one.high), ") of 100"].join(""))] : [mark("none"), one.alarms]);
    const row = (one) => make("tr", {}, make("th", { scope: "row" }, one.name, shown.fitted.includes(one.name) && !shown.fitted.includes(one.reference) ? flattered() : null), make("td", { class: "lfr-number" }, one.at), make("td", {}, ...amount(one)), make("td", { class: "lfr-number" }, count(one.only) + " by it alone, " + count(one.only_reference) + " by " + one.reference + " alone, of " + count(one.mated)), make("td", { class: "lfr-in-words" }, one.words));
    fill(differences, make("table", {}, make("thead", {}, make("tr", {}, ...["Matcher", "False alarms at most", ["Against " + shown.reference, shown.fitted.includes(shown.reference) ? flattered() : null], "Searches that find the person", "In words"].map((head) => make("th", { scope: "col" }, ...[head].flat())))), make("tbody", {}, ...shown.differences.map(row))));
  }

  function drawCurves(plotly) {
    if (!shown || !root.isConnected) return;
    const theme = themeOf(root);
    const colours = [theme.mated, theme.other, theme.third, theme.fourth, theme.ink, theme.mated];
    const every = shown.curves.flatMap((one) => one.fpir);
    const low = shown.curves.flatMap((one) => one.fnir);
    const least = (values) => Math.min(0.5, ...values) / 1.5;
    plotly.react(plot, shown.curves.map((one, at) => ({
      mode: "lines", name: one.name, x: one.fpir, y: one.fnir, text: one.threshold.map((value) => one.name + ", T = " + score(value)), hovertemplate: "%{text}<extra></extra>", line: { color: colours[at % colours.length], dash: DASHES[at % DASHES.length], width: 2, shape: "vh" },
    })), layoutOf(theme, { height: 420, showlegend: true, legend: { orientation: "h", y: 1.02, yanchor: "bottom" }, margin: { l: 8, r: 12, t: 56, b: 8 }, xaxis: oneInAxis(theme, "FPIR: false alarms of people not listed", least(every)), yaxis: oneInAxis(theme, "FNIR: listed people missed", least(low)) }), { displayModeBar: false, responsive: false });
    const without = shown.curves.filter((one) => !one.fpir.length).map((one) => one.name);
    boxes[2].say(without.length ? "No line for " + without.join(", ") + ": at no threshold are there three false alarms and three misses." : "");
    plot.dataset.drawn = "true";
  }

  function failed(error) {
    fill(plot, make("p", {}, mark("warn"), "The chart cannot be drawn here (" + String(error?.message ?? error) + "). The table has the same figures."));
  }

  keep(root, () => {});
  const ticking = setInterval(() => shown === null && !note.querySelector(".lfr-problem, .lfr-detail-words") && loadingWords(), 1000);
  const unfollow = followPlace(root, () => shown && program.ready.then((plotly) => plotly.Plots.resize(plot)), () => shown && program.ready.then(drawCurves, failed));
  loadingWords();
  return () => {
    clearInterval(ticking);
    unfollow();
    talking.end();
  };
}

export default { render };

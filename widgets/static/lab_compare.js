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
  const RATES = ["name", "target", "threshold", "unit", "false_alarms", "nonmated", "found", "mated", "tpir", "low", "high", "measurable"];
  const DIFFERENCES = ["name", "reference", "target", "difference", "low", "high", "only", "only_reference", "mated", "measurable"];
  const boxes = [
    figureBox("Listed people found, at an FPIR that all keep", "The threshold of each is the lowest that keeps the FPIR on this data. In brackets the 95 % interval, the wider of the exact one and that of a bootstrap by person.", rates, () => ({ heads: RATES, rows: keysOf(shown.rates, RATES), at: -1 }), notes),
    figureBox("Differences", "Paired: each draw takes the same people for both, and finds both thresholds anew. 95 % intervals, each by itself: of twenty such differences one is expected to lie outside. Whether two intervals above overlap says nothing about these.", differences, () => ({ heads: DIFFERENCES, rows: keysOf(shown.differences, DIFFERENCES), at: -1 }), notes),
    figureBox("False alarms against misses (DET)", "To the lower left is better. Lines have no bands here: see the differences for what is sure.", plot, () => ({ heads: ["name", "threshold", "fpir", "fnir"], rows: shown.curves.flatMap((one) => one.threshold.map((value, at) => [one.name, value, one.fpir[at], one.fnir[at]])), at: -1 }), notes),
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
      const where = row.threshold === null ? "at any score" : "T = " + score(row.threshold);
      return make("td", {}, make("span", { class: "lfr-number" }, row.measurable ? null : mark("none"), row.words), make("div", { class: "lfr-quiet lfr-number" }, where + ", " + count(row.false_alarms) + " of " + count(row.nonmated) + " false alarms"));
    };
    fill(rates, make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Encoder"), ...targets.map((at) => make("th", { scope: "col" }, at)))), make("tbody", {}, ...shown.names.map((name) => make("tr", {}, make("th", { scope: "row" }, name, name === shown.reference ? make("div", { class: "lfr-quiet" }, "the others are held against it") : null), ...targets.map((at) => cell(name, at)))))));
  }

  // Told by shape and words which way a difference goes, or that the data does not tell.
  function showDifferences() {
    const signed = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + (Math.abs(value) * 100).toFixed(1);
    const row = (one) => make("tr", {}, make("th", { scope: "row" }, one.name), make("td", { class: "lfr-number" }, one.measurable ? [signed(one.difference), " (", signed(one.low), " to ", signed(one.high), ") of 100"].join("") : "not measurable here"), make("td", { class: "lfr-number" }, count(one.only) + " by it alone, " + count(one.only_reference) + " by " + one.reference + " alone, of " + count(one.mated)), make("td", {}, mark(!one.measurable ? "none" : one.low > 0 ? "good" : one.high < 0 ? "bad" : "warn"), one.words));
    fill(differences, make("table", {}, make("thead", {}, make("tr", {}, ...["Encoder", "Difference in TPIR from " + shown.reference, "Found", "In words"].map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...shown.differences.map(row))));
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

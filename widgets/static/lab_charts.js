// The charts of the threshold lab. Curves are drawn once; what moves lies in a layer over them.

// Beside the chart and not in it, where the line at T would strike through it.
function scoreLegend() {
  const outline = (fill) => '<rect x="1.5" y="1.5" width="13" height="13" fill="' + fill + '" stroke="currentColor" stroke-width="1.5"/>';
  const hatched = outline("none") + '<path d="M2 8 8 2M2 14 14 2M8 14 14 8" stroke="currentColor" stroke-width="1.5"/>';
  return make("p", { class: "lfr-legend" }, make("span", {}, shape(outline("currentColor"), "#0072b2", "#56b4e9"), "on the list: own score"), make("span", {}, shape(hatched, "#b35900", "#e69f00"), "not on the list: highest score"));
}

const NONE_SEEN = "no false alarm seen: at most this";
const CONFIG = { displayModeBar: false, responsive: false, showTips: false };

function labCharts(program, layers, theme, lab) {
  const places = Object.fromEntries(Object.entries(layers).map(([name, one]) => [name, one.plot]));
  const { columns, bins, unit } = lab;
  const T = columns.threshold;
  const n = columns.nonmated[0];
  const m = columns.mated[0];
  const floor = (searches) => (searches ? 0.3 / searches : 0.001);
  const onLog = (values, least) => values.map((value) => (value === null ? null : Math.max(value, least)));
  const seen = (values) => values.map((value) => (value > 0 ? value : null));
  // With room at both ends for the mark, which else lies over the words of the axis.
  const room = 0.02 * (T[T.length - 1] - T[0] || 1);
  const span = [T[0] - room, T[T.length - 1] + room];
  const scoreAxis = (more) => axisOf(theme, "threshold T, " + unit, { range: span, ...more });

  function scores() {
    const middle = bins.edges.slice(1).map((edge, at) => (edge + bins.edges[at]) / 2);
    const width = bins.edges.length ? bins.edges[1] - bins.edges[0] : 1;
    const bar = (counts, colour, pattern) => ({
      type: "bar", x: middle, y: counts.map((one) => one || null), width, marker: { color: faded(colour, 0.55), line: { color: colour, width: 1 }, pattern: { shape: pattern, fgcolor: colour, bgcolor: "rgba(0,0,0,0)", size: 6 } }, hovertemplate: "%{y} scores near %{x:.2f}<extra></extra>",
    });
    const most = Math.max(2, ...bins.mated, ...bins.nonmated);
    const ticks = [1, 10, 100, 1000, 10000, 100000].filter((one) => one <= most * 2);
    const low = bins.edges[0];
    const high = bins.edges[bins.edges.length - 1];
    program.react(places.scores, [bar(bins.nonmated, theme.other, "/"), bar(bins.mated, theme.mated, "")], layoutOf(theme, {
      barmode: "overlay",
      xaxis: axisOf(theme, "score, " + unit, { range: [Math.min(low, span[0]), Math.max(high, span[1])] }),
      yaxis: axisOf(theme, "searches (log)", { type: "log", range: [Math.log10(0.7), Math.log10(most) + 0.15], tickvals: ticks, ticktext: ticks.map((one) => one.toLocaleString("en-GB")) }),
    }), CONFIG);
  }

  // The DET curve ends where nobody raises a false alarm any more. Misses go on to rise from there:
  // those far above the curve are told by words at the edge, and the curve has the room.
  const last = columns.false_alarms.findLastIndex((one) => one > 0);
  const curved = T.map((_, at) => at).filter((at) => columns.fpir[at] > 0);
  const lowest = Math.max(floor(m), 0.5 * Math.min(1, ...columns.fnir_from.filter((one) => one > 0)));
  const highest = Math.min(1, Math.max(10 * lowest, ...curved.map((at) => 1.5 * (columns.fnir_to[at] ?? 0))));

  function det() {
    const hover = T.map((_, at) => "T = " + lab.said[at]);
    program.react(places.det, [
      ...bandOf(onLog(columns.fpir, floor(n)), onLog(columns.fnir_from, floor(m)), onLog(columns.fnir_to, floor(m)), theme.third),
      { mode: "lines", x: seen(columns.fpir), y: seen(columns.fnir), line: { color: theme.third, width: 2 }, text: hover, hovertemplate: "%{text}<extra></extra>" },
    ], layoutOf(theme, {
      xaxis: withNone(oneInAxis(theme, "FPIR: false alarms, people not on the list", floor(n)), floor(n)),
      yaxis: oneInAxis(theme, "FNIR: misses, people on the list", lowest, { range: [Math.log10(lowest), Math.log10(highest * 1.3)] }),
    }), CONFIG);
  }

  // A logarithmic axis has no place for none: it is marked where it is drawn, away from other words.
  function withNone(axis, least) {
    const kept = axis.tickvals.map((value, at) => [value, axis.ticktext[at]]).filter(([value]) => value > 4 * least);
    return { ...axis, range: [Math.log10(least / 1.8), axis.range[1]], tickvals: [...kept.map(([value]) => value), least], ticktext: [...kept.map(([, words]) => words), "none"] };
  }

  function curves() {
    const hundred = [0, 0.25, 0.5, 0.75, 1];
    const line = (name, colour, axis, dash) => ({ mode: "lines", x: T, y: name === "fpir" ? seen(columns.fpir) : columns.fnir, yaxis: axis, line: { color: colour, width: 2, dash }, hovertemplate: "T = %{x}<extra></extra>" });
    const onSecond = bandOf(T, columns.fnir_from, columns.fnir_to, theme.mated).map((one) => ({ ...one, yaxis: "y2" }));
    program.react(places.curves, [
      ...bandOf(T, onLog(columns.fpir_from, floor(n)), onLog(columns.fpir_to, floor(n)), theme.other),
      line("fpir", theme.other, "y", "solid"),
      ...onSecond,
      line("fnir", theme.mated, "y2", "dot"),
    ], layoutOf(theme, {
      xaxis: scoreAxis({ anchor: "y2" }),
      yaxis: oneInAxis(theme, "FPIR", floor(n), { domain: [0.54, 1], range: [Math.log10(floor(n) / 1.8), Math.log10(1.8)] }),
      yaxis2: axisOf(theme, "FNIR", { domain: [0, 0.46], range: [-0.05, 1.05], tickvals: hundred, ticktext: hundred.map((one) => (one ? Math.round(one * 100) + " of 100" : "none")) }),
    }), CONFIG);
  }

  // Drawn again for each plan; a plan without faces has nothing to draw.
  let planned = null;
  function plan(given) {
    planned = given;
    const { expected, expected_from: low, expected_to: high } = given;
    const least = Math.min(0.1, ...seen(expected).filter((one) => one !== null)) / 2;
    const most = Math.max(1, ...high.filter((one) => one !== null));
    const ticks = [];
    for (let one = 10 ** Math.ceil(Math.log10(least)); one <= most * 1.01; one *= 10) ticks.push(one);
    program.react(places.plan, [
      ...bandOf(T, onLog(low, least), onLog(high, least), theme.other),
      { mode: "lines", x: T, y: seen(expected), line: { color: theme.other, width: 2 }, hovertemplate: "T = %{x}<extra></extra>" },
    ], layoutOf(theme, {
      height: 320,
      xaxis: scoreAxis(),
      yaxis: axisOf(theme, "false alerts expected", { type: "log", range: [Math.log10(least), Math.log10(most) + 0.1], tickvals: ticks, ticktext: ticks.map((one) => (one < 1 ? String(Number(one.toPrecision(1))) : Math.round(one).toLocaleString("en-GB"))) }),
    }), CONFIG);
    planned.least = least;
  }

  function movePlan(at) {
    if (!planned) return;
    const value = planned.expected[at];
    const words = last < T.length - 1 ? layers.plan.edge(T[last + 1], planned.expected_to[last + 1], NONE_SEEN, T[at]) : null;
    const mark = value === null ? [] : [layers.plan.mark(T[at], Math.max(value, planned.least), "yaxis", columns.false_alarms[at] >= lab.fewest)];
    layers.plan.show(layers.plan.rule(T[at]), ...mark, ...(words ? [words] : []));
  }

  function move(at) {
    const x = T[at];
    const fpir = columns.fpir[at];
    const fnir = columns.fnir[at];
    const sureF = columns.false_alarms[at] >= lab.fewest;
    const sureM = columns.misses[at] >= lab.fewest;
    movePlan(at);
    layers.scores.show(layers.scores.rule(x));
    const marks = [layers.curves.rule(x)];
    if (fpir !== null) marks.push(layers.curves.mark(x, Math.max(fpir, floor(n)), "yaxis", sureF));
    if (fnir !== null) marks.push(layers.curves.mark(x, fnir, "yaxis2", sureM));
    const words = last < T.length - 1 ? layers.curves.edge(T[last + 1], columns.fpir_to[last + 1], NONE_SEEN, x) : null;
    layers.curves.show(...marks, ...(words ? [words] : []));
    if (fpir === null || fnir === null) return;
    const within = (value) => Math.min(Math.max(value, floor(m)), highest);
    const [across, up] = [Math.max(fpir, floor(n)), within(fnir)];
    const beyond = fnir > highest ? ", misses beyond this chart" : "";
    layers.det.show(
      layers.det.bar(Math.max(columns.fpir_from[at], floor(n)), up, columns.fpir_to[at], up),
      layers.det.bar(across, within(columns.fnir_from[at]), across, within(columns.fnir_to[at])),
      layers.det.mark(across, up, "yaxis", sureF && sureM),
      layers.det.name(across, up, "T = " + lab.said[at] + beyond),
    );
  }

  scores();
  det();
  curves();
  return {
    move,
    plan,
    resize: () => Object.values(places).forEach((one) => program.Plots.resize(one)),
    end: () => Object.values(places).forEach((one) => program.purge(one)),
  };
}

// The charts of the threshold lab. Curves are drawn once; what moves lies in a layer over them.

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
  const span = [T[0], T[T.length - 1]];
  const scoreAxis = (more) => axisOf(theme, "threshold T, " + unit, { range: span, ...more });

  function scores() {
    const middle = bins.edges.slice(1).map((edge, at) => (edge + bins.edges[at]) / 2);
    const width = bins.edges.length ? bins.edges[1] - bins.edges[0] : 1;
    const bar = (counts, colour, pattern) => ({
      type: "bar", x: middle, y: counts.map((one) => one || null), width, marker: { color: faded(colour, 0.55), line: { color: colour, width: 1 }, pattern: { shape: pattern, fgcolor: colour, bgcolor: "rgba(0,0,0,0)", size: 6 } }, hovertemplate: "%{y} scores near %{x:.2f}<extra></extra>",
    });
    const most = Math.max(2, ...bins.mated, ...bins.nonmated);
    // Above its highest bar, within the chart, and neither over the other.
    const label = (counts, words, colour, above) => {
      const at = counts.indexOf(Math.max(...counts));
      const part = at / counts.length;
      return counts.length ? { x: middle[at], y: Math.log10(most) + above, text: words, showarrow: false, font: { color: colour }, xanchor: part < 0.3 ? "left" : part > 0.7 ? "right" : "center" } : null;
    };
    const ticks = [1, 10, 100, 1000, 10000, 100000].filter((one) => one <= most * 2);
    const low = bins.edges[0];
    const high = bins.edges[bins.edges.length - 1];
    program.react(places.scores, [bar(bins.nonmated, theme.other, "/"), bar(bins.mated, theme.mated, "")], layoutOf(theme, {
      barmode: "overlay",
      xaxis: axisOf(theme, "score, " + unit, { range: [Math.min(low, span[0]), Math.max(high, span[1])] }),
      yaxis: axisOf(theme, "searches (log)", { type: "log", range: [Math.log10(0.7), Math.log10(most) + 0.5], tickvals: ticks, ticktext: ticks.map((one) => one.toLocaleString("en-GB")) }),
      annotations: [label(bins.nonmated, "\u25a8 not listed: highest score", theme.other, 0.34), label(bins.mated, "\u25a0 listed: own score", theme.mated, 0.14)].filter(Boolean),
    }), CONFIG);
  }

  function det() {
    const hover = T.map((_, at) => "T = " + lab.said[at]);
    program.react(places.det, [
      ...bandOf(onLog(columns.fpir, floor(n)), onLog(columns.fnir_from, floor(m)), onLog(columns.fnir_to, floor(m)), theme.third),
      { mode: "lines", x: seen(columns.fpir), y: seen(columns.fnir), line: { color: theme.third, width: 2 }, text: hover, hovertemplate: "%{text}<extra></extra>" },
    ], layoutOf(theme, {
      xaxis: oneInAxis(theme, "FPIR: false alarms of people not listed", floor(n)),
      yaxis: oneInAxis(theme, "FNIR: listed people missed", Math.max(floor(m), 0.5 * Math.min(1, ...columns.fnir_from.filter((one) => one > 0)))),
    }), CONFIG);
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
      height: 360,
      xaxis: scoreAxis({ anchor: "y2" }),
      yaxis: oneInAxis(theme, "FPIR", floor(n), { domain: [0.54, 1] }),
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
      height: 240,
      xaxis: scoreAxis(),
      yaxis: axisOf(theme, "false alerts expected", { type: "log", range: [Math.log10(least), Math.log10(most) + 0.1], tickvals: ticks, ticktext: ticks.map((one) => (one < 1 ? String(Number(one.toPrecision(1))) : Math.round(one).toLocaleString("en-GB"))) }),
    }), CONFIG);
    planned.least = least;
  }

  function movePlan(at) {
    if (!planned) return;
    const value = planned.expected[at];
    const mark = value === null ? [] : [layers.plan.mark(T[at], Math.max(value, planned.least), "yaxis", columns.false_alarms[at] >= lab.fewest)];
    layers.plan.show(layers.plan.rule(T[at]), ...mark);
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
    layers.curves.show(...marks);
    if (fpir === null || fnir === null) return;
    const [across, up] = [Math.max(fpir, floor(n)), Math.max(fnir, floor(m))];
    layers.det.show(
      layers.det.bar(Math.max(columns.fpir_from[at], floor(n)), up, columns.fpir_to[at], up),
      layers.det.bar(across, Math.max(columns.fnir_from[at], floor(m)), across, columns.fnir_to[at]),
      layers.det.mark(across, up, "yaxis", sureF && sureM),
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

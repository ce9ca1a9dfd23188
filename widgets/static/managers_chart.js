// A chart for managers with the table of its figures. Python says what is drawn, in plotly's words
// with names for colours; no text of it is read as markup.

const CHART_CONFIG = { displayModeBar: false, responsive: false, showTips: false };
const NAMED_COLOUR = /^@(first|second|third|fourth|fifth|sixth|ink|line|ground)(?:\/([\d.]+))?$/;
const PAPER_WIDTH = 680;
const NARROW = 560;
const PAPER = { ink: "#000000", line: "#c9ced4", ground: "#ffffff", family: "sans-serif", size: 11, first: "#0072b2", second: "#b35900", third: "#00795a", fourth: "#a5487d", fifth: "#4d4d4d", sixth: "#7a6a00" };

// Okabe and Ito's colours, darker on white.
function managersTheme(root) {
  const theme = themeOf(root);
  const light = root.closest("[data-jp-theme-light]")?.dataset.jpThemeLight !== "false";
  return { ...theme, first: theme.mated, second: theme.other, third: theme.third, fourth: theme.fourth, fifth: light ? "#4d4d4d" : "#c4c4c4", sixth: light ? "#7a6a00" : "#f0e442" };
}

// Text of plotly is markup: what looks like it is made plain, and line breaks are kept.
const asText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>");

function inTheme(value, theme, key = "") {
  if (Array.isArray(value)) return value.map((one) => inTheme(one, theme, key));
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inTheme(one, theme, name)]));
  if (typeof value !== "string" || key === "hovertemplate") return value;
  // A place may be called like a colour.
  const named = /color$/i.test(key) && value.match(NAMED_COLOUR);
  if (!named) return asText(value);
  const colour = theme[named[1]];
  return named[2] && colour.startsWith("#") ? faded(colour, named[2]) : colour;
}

function laidOut(part, theme, width) {
  const given = inTheme((width < NARROW && part.narrow) || part.layout, theme);
  const axes = Object.fromEntries(Object.entries(given).filter(([name]) => /^[xy]axis\d*$/.test(name)).map(([name, { title = "", ...more }]) => [name, axisOf(theme, title, more)]));
  return layoutOf(theme, { height: part.height, ...given, ...axes });
}

function chartBox(kit) {
  const heading = make("h3");
  const note = make("p", { class: "lfr-quiet" });
  const plot = make("div", { class: "lfr-plot", role: "img" });
  const instead = make("p", { hidden: true });
  const figures = tableBox(kit, { plain: true });
  const holder = make("div", { class: "lfr-figures", hidden: true }, figures.root);
  const open = button("Figures", () => show(holder.hidden), { class: "lfr-button lfr-small", "aria-expanded": "false" });
  const save = button("CSV", () => figures.save(), { class: "lfr-button lfr-small" });
  const root = make("section", { class: "lfr-chart-box" }, make("div", { class: "lfr-line lfr-figure-head" }, heading, make("span", { class: "lfr-line lfr-acts-only" }, open, save)), note, plot, instead, holder);
  let part = null;
  let program = null;

  function show(on) {
    holder.hidden = !on;
    open.setAttribute("aria-expanded", String(on));
  }

  function take(given) {
    part = given;
    heading.textContent = part.title;
    note.hidden = !part.note;
    note.textContent = part.note ?? "";
    plot.setAttribute("aria-label", part.alt);
    open.setAttribute("aria-label", "Figures: " + part.title);
    save.setAttribute("aria-label", "Save as CSV: " + part.title);
    figures.take({ ...part, search: false, note: null });
    instead.hidden = !part.empty;
    instead.textContent = part.empty ?? "";
    plot.hidden = Boolean(part.empty);
    delete plot.dataset.drawn;
    if (!part.empty) {
      kit.program.ask();
      kit.program.ready.then((given) => { program = given; redraw(); }, failed);
    }
  }

  function redraw() {
    if (!program || !part || part.empty || !root.isConnected) return;
    try {
      const theme = kit.theme();
      const width = kit.printing() ? PAPER_WIDTH : plot.clientWidth || undefined;
      const layout = { ...laidOut(part, theme, width), width };
      program.react(plot, inTheme(part.traces, theme), layout, CHART_CONFIG);
      plot.dataset.drawn = "true";
    } catch (error) {
      failed(error);
    }
  }

  // The figures are there all the same.
  function failed(error) {
    instead.hidden = false;
    instead.textContent = "The chart cannot be drawn here (" + String(error?.message ?? error) + "). Its figures are below.";
    show(true);
  }

  let shown = false;
  return {
    root,
    take,
    resize: redraw,
    themed: redraw,
    print(on) {
      if (on) shown = !holder.hidden;
      show(on || shown);
      redraw();
      figures.print(on);
    },
    end() {
      figures.end();
      if (program) program.purge(plot);
    },
  };
}

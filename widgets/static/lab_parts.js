// What pages with charts share: the charts' program, colours of the theme, a box for a chart with a
// table of the same figures and a file of them.

const PROGRAM = Symbol.for("lfr-plotly");
const RESIZE_MS = 120;
const THEME_MS = 300;

// plotly.js comes once to a page, from the kernel: it is no part of any model, and of no other host.
function chartProgram(send) {
  const shared = (window[PROGRAM] ??= {});
  shared.ready ??= new Promise((done, failed) => Object.assign(shared, { done, failed }));
  return {
    ready: shared.ready,
    ask: () => shared.begun || send("plotly"),
    async take(packed) {
      if (shared.begun) return;
      shared.begun = true;
      try {
        const open = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        const code = await new Response(open).blob();
        const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        const had = Object.hasOwn(window, "Plotly");
        const before = window.Plotly;
        const program = (await import(address)).default;
        URL.revokeObjectURL(address);
        // Another version, of JupyterLab's own, may be in use beside it.
        if (had) window.Plotly = before;
        else delete window.Plotly;
        shared.done(program);
      } catch (error) {
        shared.begun = false;
        shared.failed(error);
      }
    },
  };
}

// Okabe and Ito's colours, darker on white: listed people and others, who are also told apart by
// line, hatching and words.
function themeOf(root) {
  const style = getComputedStyle(root);
  const light = root.closest("[data-jp-theme-light]")?.dataset.jpThemeLight !== "false";
  return {
    ink: style.color,
    line: style.getPropertyValue("--lfr-line").trim() || "#c9ced4",
    ground: style.backgroundColor,
    family: style.fontFamily,
    size: parseFloat(style.fontSize) || 13,
    mated: light ? "#0072b2" : "#56b4e9",
    other: light ? "#b35900" : "#e69f00",
    third: light ? "#00795a" : "#2bc49a",
    fourth: light ? "#a5487d" : "#dd93bb",
  };
}

const faded = (colour, part) => "rgba(" + [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join(",") + "," + part + ")";

function axisOf(theme, title, more = {}) {
  return {
    title: { text: title, standoff: 6, font: { size: theme.size } },
    gridcolor: theme.line,
    linecolor: theme.line,
    zeroline: false,
    automargin: true,
    fixedrange: true,
    ...more,
  };
}

// A rate on a logarithmic axis, told as people tell it.
function oneInAxis(theme, title, floor, more = {}) {
  const ticks = [];
  for (let rate = 1; rate >= floor; rate /= 10) ticks.push(rate);
  return axisOf(theme, title, {
    type: "log",
    range: [Math.log10(floor), Math.log10(1.3)],
    tickvals: ticks,
    ticktext: ticks.map((rate) => (rate === 1 ? "all" : "1 in " + Math.round(1 / rate).toLocaleString("en-GB"))),
    ...more,
  });
}

function layoutOf(theme, more) {
  return {
    font: { color: theme.ink, family: theme.family, size: theme.size },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 8, r: 12, t: 12, b: 8 },
    height: 320,
    showlegend: false,
    hovermode: "closest",
    dragmode: false,
    ...more,
  };
}

function bandOf(x, low, high, colour) {
  const line = { width: 0 };
  const edge = { mode: "lines", line, hoverinfo: "skip", x };
  return [{ ...edge, y: low }, { ...edge, y: high, fill: "tonexty", fillcolor: faded(colour, 0.25) }];
}

// A chart with a layer over it for what moves: plotly would take ten times as long to draw a rule and
// a mark anew. Coordinates are of the data; where they lie on the screen is asked of plotly's axes.
function layered() {
  const plot = make("div", { class: "lfr-plot", role: "img" });
  const layer = draw("svg", { class: "lfr-plot-layer", "aria-hidden": "true" });
  const frame = make("div", { class: "lfr-plot-frame" }, plot, layer);
  const axis = (name) => plot._fullLayout[name];
  const along = (name, value) => axis(name)._offset + axis(name).d2p(value);

  return {
    plot,
    frame,
    show: (...parts) => plot._fullLayout && layer.replaceChildren(...parts),
    rule(x) {
      const { t, h } = plot._fullLayout._size;
      const at = along("xaxis", x);
      return draw("line", { class: "lfr-rule", x1: at, x2: at, y1: t, y2: t + h });
    },
    bar: (x0, y0, x1, y1) => draw("line", { class: "lfr-ends", x1: along("xaxis", x0), x2: along("xaxis", x1), y1: along("yaxis", y0), y2: along("yaxis", y1) }),
    // Words above a flat edge that runs from x to the right end, to one side of a rule, where they
    // have room; else none.
    edge(x, y, words, rule) {
      const { l, w } = plot._fullLayout._size;
      const long = 7.5 * words.length;
      const [from, at, to] = [along("xaxis", x), along("xaxis", rule), l + w];
      const start = [from + 12, Math.max(from, at) + 12].find((one) => one + long < to && (at < one || at > one + long));
      if (y === null || start === undefined) return null;
      const text = draw("text", { class: "lfr-mark-name lfr-edge-name", x: start, y: along("yaxis", y) - 8 });
      text.textContent = words;
      return text;
    },
    // Words beside a mark: within the chart, and over neither the mark nor its bars.
    name(x, y, words) {
      const { l, t, w } = plot._fullLayout._size;
      const [cx, cy] = [along("xaxis", x), along("yaxis", y)];
      const left = cx > l + w / 2;
      const text = draw("text", { class: "lfr-mark-name", x: cx + (left ? -10 : 10), y: cy - t < 28 ? cy + 22 : cy - 11, "text-anchor": left ? "end" : "start" });
      text.textContent = words;
      return text;
    },
    // Hollow where nothing is measurable.
    mark: (x, y, up, solid) => draw("circle", { class: solid ? "lfr-at-t" : "lfr-at-t lfr-hollow", cx: along("xaxis", x), cy: along(up, y), r: 6 }),
  };
}

// Names come from outside: a text that a spreadsheet would reckon gets an apostrophe, and a note is
// one cell of one line. A text that is a number stays one. As workbench/csv_text.py does.
function csvOf(heads, rows, notes) {
  const quoted = (text) => '"' + text.replaceAll('"', '""') + '"';
  const oneLine = (text) => text.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, " ");
  const cell = (value) => {
    if (typeof value === "number") return String(value);
    const text = value === null || value === undefined ? "" : String(value);
    const reckoned = /^'*([\s\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])/.test(text) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
    const safe = (reckoned ? "'" : "") + oneLine(text);
    return /[",;\t]/.test(safe) ? quoted(safe) : safe;
  };
  return [...notes.map((note) => quoted("# " + oneLine(note))), heads.map(cell).join(","), ...rows.map((row) => row.map(cell).join(","))].join("\n") + "\n";
}

function saveAs(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = make("a", { href: address, download: name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") + ".csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// A part of the page with a heading, what is drawn, what it says, and the same figures as a table
// and as a file. `table` gives { heads, keys, rows, at }: columns in words, by their names in a file
// where those are others, and the row that is spoken of.
function figureBox(title, note, body, table, notes) {
  const said = make("p", { class: "lfr-number lfr-reads" });
  const holder = make("div", { class: "lfr-lab-table", hidden: true, tabindex: "0", role: "region", "aria-label": title + ", as a table" });
  const open = button("Table", () => toggle(), { class: "lfr-button lfr-small", "aria-expanded": "false", "aria-label": "Table: " + title });
  const save = button("CSV", () => {
    const { heads, keys = heads, rows } = table();
    const meant = keys.flatMap((key, at) => (key === heads[at] ? [] : [key + ": " + heads[at]]));
    saveAs(notes().name + " " + title, csvOf(keys, rows, [...notes().lines, ...meant]));
  }, { class: "lfr-button lfr-small", "aria-label": "Save as CSV: " + title });
  const root = make("section", { class: "lfr-figure", "aria-label": title }, make("div", { class: "lfr-line lfr-figure-head" }, make("h4", {}, title), make("span", { class: "lfr-figure-acts" }, open, save)), note ? make("p", { class: "lfr-quiet" }, note) : null, body, said, holder);
  const shownWords = (value) => (value === null || value === undefined ? "unknown" : typeof value === "boolean" ? (value ? "yes" : "no") : typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : typeof value === "number" ? value.toLocaleString("en-GB") : value);

  function toggle() {
    holder.hidden = !holder.hidden;
    open.setAttribute("aria-expanded", String(!holder.hidden));
    if (holder.hidden) return fill(holder);
    const { heads, rows } = table();
    fill(holder, make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, shownWords(cell))))))));
    follow();
  }

  function follow() {
    if (holder.hidden) return;
    holder.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const row = holder.querySelectorAll("tbody tr")[table().at];
    if (!row) return;
    row.setAttribute("aria-current", "true");
    holder.scrollTop = row.offsetTop - holder.clientHeight / 2;
  }

  return {
    root,
    say: (...words) => fill(said, ...words),
    follow,
    again() {
      if (!holder.hidden) {
        toggle();
        toggle();
      }
    },
  };
}

// Charts are as wide as their place, also where a sidebar opens; and take the colours of a theme
// that is changed.
function followPlace(root, resized, themed) {
  let timer = 0;
  let width = 0;
  const sizes = new ResizeObserver(() => {
    if (root.clientWidth === width || !root.clientWidth) return;
    width = root.clientWidth;
    clearTimeout(timer);
    timer = setTimeout(resized, RESIZE_MS);
  });
  sizes.observe(root);
  let was = "";
  const look = () => {
    const now = JSON.stringify(themeOf(root));
    if (now !== was && root.isConnected) {
      was = now;
      themed();
    }
  };
  const themes = new MutationObserver(() => setTimeout(look, THEME_MS));
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  return () => {
    clearTimeout(timer);
    sizes.disconnect();
    themes.disconnect();
  };
}

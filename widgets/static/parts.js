// What all panels share. All text goes in as text; only shapes, constants of the library, are
// markup. Files are joined by Python: a browser loads one module and asks for no other.

const SVG = "http://www.w3.org/2000/svg";
const HELLO_MS = 1500;
const HERE_MS = 5000;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

function draw(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function shape(markup, light, dark) {
  const svg = draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: "lfr-shape" });
  svg.innerHTML = markup;
  if (light) {
    svg.classList.add("lfr-two-colours");
    svg.style.setProperty("--lfr-light", light);
    svg.style.setProperty("--lfr-dark", dark);
  }
  return svg;
}

// State is word, shape and colour: these are of feeds and searches; those of alerts come from the
// library. Colours of Okabe and Ito, darker on white where the original has too little contrast.
const MARKS = {
  good: ['<circle cx="8" cy="8" r="6.5" fill="currentColor"/>', "#00795a", "#2bc49a"],
  rest: ['<path d="M3 2h4v12H3zM9 2h4v12H9z" fill="currentColor"/>', "#0072b2", "#56b4e9"],
  warn: ['<path d="M8 1.5 15 14.5H1Z" fill="currentColor"/>', "#c25400", "#e69f00"],
  none: ['<rect x="2.5" y="2.5" width="11" height="11" fill="none" stroke="currentColor" stroke-width="2"/>', "#4d4d4d", "#c4c4c4"],
  bad: ['<path d="M3 3 13 13M13 3 3 13" fill="none" stroke="currentColor" stroke-width="4"/>', "#a5487d", "#dd93bb"],
};

function mark(name) {
  return shape(...(MARKS[name] ?? MARKS.none));
}

function button(words, press, attributes = {}) {
  const element = make("button", { type: "button", class: "lfr-button", ...attributes }, words);
  element.addEventListener("click", press);
  return element;
}

const score = (value) => value.toFixed(2).replace("-", "\u2212");
const count = (value) => (value === null || value === undefined ? "unknown" : value.toLocaleString("en-GB"));

function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = two(Math.floor((whole % 3600) / 60)) + ":" + two(whole % 60);
  return hours ? hours + ":" + rest : rest.replace(/^0/, "");
}

// The talk with Python. Hello is said until the welcome comes; a view whose model cannot hear goes
// on saying it, which is how Python finds out.
function talk(model, handlers) {
  const view = "v-" + crypto.randomUUID().slice(0, 18);
  let welcome = false;
  let tries = 0;
  const send = (kind, more = {}, buffers = undefined) => model.send({ kind, view, ...more }, undefined, buffers);
  // A page that is left closes its model before its panels: what goes of itself finds nobody then.
  const alone = (kind, more) => {
    try {
      send(kind, more);
    } catch {
      clearInterval(asking);
      clearInterval(living);
    }
  };
  let asking = 0;
  let living = 0;
  const hear = (content, buffers) => {
    if (content.kind === "welcome") {
      if (content.to !== view) return;
      if (!welcome) {
        welcome = true;
        handlers.welcome?.();
      }
      return;
    }
    handlers[content.kind]?.(content, buffers ?? []);
  };
  model.on("msg:custom", hear);
  const hello = () => alone("hello", { tries: ++tries });
  asking = setInterval(() => (welcome ? clearInterval(asking) : hello()), HELLO_MS);
  living = setInterval(() => welcome && alone("here"), HERE_MS);
  hello();
  const leave = () => alone("bye");
  window.addEventListener("pagehide", leave);
  return {
    view,
    send,
    end() {
      clearInterval(asking);
      clearInterval(living);
      window.removeEventListener("pagehide", leave);
      model.off("msg:custom", hear);
      leave();
    },
  };
}

// Enter and Esc also end the writing of a letter, as of Japanese; and a key that is held presses on.
const meant = (event) => !event.isComposing && event.keyCode !== 229 && !event.repeat;

// Keys belong to the panel while it has the focus: JupyterLab would take letters as commands.
function keep(element, press) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    press(event);
    event.stopPropagation();
  });
}

// Whoever sees a face of a published photograph sees whose photograph it is.
function credited(credits) {
  if (!credits?.length) return null;
  return make("p", { class: "lfr-credits" }, make("b", {}, "Category: demonstration. "), "Photographs: " + credits.join(" "));
}

function problem(title, words, remedy) {
  const copy = button("Copy this", () => navigator.clipboard?.writeText(title + "\n" + words));
  return make(
    "div",
    { class: "lfr-problem", role: "alert" },
    make("p", {}, mark("bad"), make("b", {}, title)),
    make("p", { class: "lfr-detail-words" }, words),
    remedy ? make("p", {}, remedy) : null,
    copy,
  );
}

// A managers' page: what it is of and how old, where the other pages are, filters, and its sections.
// The page asks for what it shows with what was chosen, which it keeps in its address.

const LOOK_MS = 2000;
const SLOW_MS = 400;
const DEMONSTRATION = "Demonstration. The deployments of this bench are made up to show how the workbench works; they say nothing about any operation. Published records that are shown beside them are real, and name their source.";

const addressed = () => Object.fromEntries([...new URLSearchParams(location.hash.slice(1))].filter(([, value]) => value));

function ageWords(seconds) {
  if (seconds < 120) return Math.round(seconds) + " seconds";
  if (seconds < 7200) return Math.round(seconds / 60) + " minutes";
  return seconds < 172800 ? Math.round(seconds / 3600) + " hours" : Math.round(seconds / 86400) + " days";
}

function render({ model, el }) {
  const title = make("h1");
  const links = make("ul");
  const demo = make("p", { class: "lfr-demonstration", hidden: true }, mark("rest"), make("span", {}, DEMONSTRATION));
  const asOf = make("p", { class: "lfr-number lfr-as-of" });
  const old = make("div", { class: "lfr-old", role: "status" });
  const note = make("div", { class: "lfr-state" });
  const busy = make("p", { class: "lfr-busy lfr-acts-only", role: "status" });
  const holder = make("div", { class: "lfr-sections" });
  const root = make("main", { class: "lfr-panel lfr-managers" });
  el.append(root);

  let shown = null;
  let got = Date.now();
  const began = Date.now();
  let asking = 0;
  let printing = false;
  let sections = new Map();

  const kit = {
    choose(changes) {
      const next = { ...addressed(), ...changes };
      const kept = new URLSearchParams(Object.entries(next).filter(([, value]) => value)).toString();
      history.replaceState(history.state, "", location.pathname + location.search + (kept ? "#" + kept : ""));
      ask();
    },
    choices: addressed,
    theme: () => (printing ? PAPER : managersTheme(root)),
    printing: () => printing,
    name: () => shown?.title ?? "figures",
    notes: () => [shown.title, "as of " + shown.as_of, ...(shown.demonstration ? [DEMONSTRATION] : []), ...Object.entries(addressed()).map(([name, value]) => "chosen: " + name + " " + value)],
  };
  const talking = talk(model, {
    welcome: ask,
    page: (content) => content.to === talking.view && take(content),
    plotly: (content, buffers) => content.to === talking.view && kit.program.take(buffers[0]),
    refused: (content) => fill(note, problem("That could not be done.", content.words)),
  });
  kit.program = chartProgram(talking.send);
  const filters = filterBar(kit);
  root.append(make("header", {}, title, make("nav", { "aria-label": "Pages for managers", class: "lfr-acts-only" }, links), asOf, demo, old), note, filters.root, busy, holder);

  function ask() {
    talking.send("ask", { choices: addressed() });
    root.setAttribute("aria-busy", "true");
    clearTimeout(asking);
    asking = setTimeout(() => { if (shown?.state === "ready") busy.textContent = "Reckoning the figures anew."; }, SLOW_MS);
  }

  function take(content) {
    clearTimeout(asking);
    busy.textContent = "";
    root.setAttribute("aria-busy", "false");
    shown = content;
    got = Date.now();
    drawHead();
    note.replaceChildren();
    const ready = content.state === "ready";
    holder.hidden = !ready;
    filters.take(ready ? content.filters : []);
    if (ready) drawSections(content.sections);
    else showState(content);
    root.dataset.state = content.state;
    look();
  }

  function drawHead() {
    title.textContent = shown.title;
    fill(links, ...shown.links.map((one) => make("li", {}, make("a", { href: one.address, "aria-current": one.here ? "page" : null }, one.words))));
    demo.hidden = !shown.demonstration;
    asOf.textContent = shown.as_of ? (shown.bench ? "Bench " + shown.bench + ", as of " : "Published records, as of ") + shown.as_of : "";
  }

  function drawSections(given) {
    const next = new Map(given.map((one) => [one.name, sections.get(one.name) ?? sectionBox(kit)]));
    for (const [name, one] of sections) if (!next.has(name)) one.end();
    sections = next;
    arrange(holder, [...sections.values()].map((one) => one.root));
    for (const one of given) sections.get(one.name).take(one);
  }

  function showState(content) {
    if (content.state === "empty") fill(note, make("p", {}, mark("none"), make("b", {}, "Nothing to show yet.")), make("p", { class: "lfr-detail-words" }, content.words));
    else if (content.state === "error") fill(note, problem("These figures cannot be shown.", content.words, "Tell whoever looks after the workbench, with these words."));
    else loading();
  }

  function loading() {
    fill(note, make("p", { role: "status" }, mark("rest"), "Reading the snapshot: usually a second or two. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((Date.now() - began) / 1000) + " s")));
  }

  // By the kernel's clock when it spoke, and this one's since: also where the kernel is gone.
  function look() {
    if (!shown) return loading();
    const age = shown.age_s + (Date.now() - got) / 1000;
    const late = shown.as_of && age > shown.stale_s;
    const words = [];
    if (late) words.push("As of " + shown.as_of + "; not renewed since, for " + ageWords(age) + ". What came later is not in these figures. Look whether `workbench dashboard` still runs.");
    if (shown.fault) words.push("The snapshot could not be read again: " + shown.fault);
    root.classList.toggle("lfr-stale", words.length > 0);
    const now = words.join("\n");
    if (old.dataset.words === now) return;
    old.dataset.words = now;
    fill(old, ...words.map((one) => make("p", { class: "lfr-detail-words" }, mark("warn"), one)));
  }

  const all = (does) => sections.forEach((section) => section.each(does));

  // On paper everything is open, in dark letters, as wide as the sheet.
  let closed = [];
  function print(on) {
    if (printing === on) return;
    printing = on;
    root.classList.toggle("lfr-paper", on);
    if (on) {
      closed = [...root.querySelectorAll("details:not([open])")];
      for (const one of closed) one.open = true;
    } else for (const one of closed) one.open = false;
    all((part) => part.print?.(on));
  }
  const before = () => print(true);
  const after = () => print(false);
  const paper = window.matchMedia("print");
  const changed = (event) => print(event.matches);
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  paper.addEventListener("change", changed);
  window.addEventListener("hashchange", ask);
  keep(root, () => {});

  const looking = setInterval(look, LOOK_MS);
  const unfollow = followPlace(root, () => printing || all((part) => part.resize?.()), () => all((part) => part.themed?.()));
  loading();
  return () => {
    clearInterval(looking);
    clearTimeout(asking);
    unfollow();
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
    paper.removeEventListener("change", changed);
    window.removeEventListener("hashchange", ask);
    sections.forEach((one) => one.end());
    talking.end();
  };
}

export default { render };

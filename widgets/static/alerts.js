// The alert list: rows left, the two pictures and what the score means right.
// All text goes in as text; only the shapes of the states, constants of the library, are markup.

const SVG = "http://www.w3.org/2000/svg";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function shape(markup) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("lfr-shape");
  svg.innerHTML = markup;
  return svg;
}

function stateOf(model, word) {
  const state = model.get("states")[word];
  const icon = shape(state.shape);
  icon.style.setProperty("--lfr-light", state.colour);
  icon.style.setProperty("--lfr-dark", state.dark_colour);
  icon.classList.add("lfr-state-shape");
  return make("span", { class: "lfr-state" }, icon, make("b", {}, word), ": " + state.explanation);
}

function truthOf(truth) {
  const icon = shape(
    truth.right
      ? '<circle cx="8" cy="8" r="6.5" fill="currentColor"/>'
      : '<path d="M3 3 13 13M13 3 3 13" stroke="currentColor" stroke-width="4"/>',
  );
  return make("p", { class: "lfr-truth lfr-" + truth.word }, icon, make("b", {}, truth.word), ": " + truth.note);
}

const score = (value) => value.toFixed(2).replace("-", "\u2212");

function render({ model, el }) {
  const id = "lfr-" + Math.random().toString(36).slice(2);
  let addresses = [];

  function forget() {
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
  }

  function picture(index, alt) {
    const bytes = model.get("pictures")[index];
    if (!bytes || bytes.byteLength === 0) {
      return make("p", { class: "lfr-no-picture" }, "This picture did not arrive. Run the cell again.");
    }
    const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    addresses.push(address);
    return make("img", { src: address, alt });
  }

  function detail(index) {
    forget();
    const panel = make("section", { class: "lfr-detail", "aria-live": "polite", "aria-label": "Selected alert" });
    const alert = model.get("alerts")[index];
    if (!alert) {
      panel.append(make("p", {}, "Select an alert in the list."));
      return panel;
    }
    panel.append(make("h3", {}, "Alert " + alert.number + ", " + alert.time + ": candidate " + alert.person));
    panel.append(make("p", {}, stateOf(model, alert.state)));
    const pair = make("div", { class: "lfr-pair" });
    ["In the feed", "On the watchlist"].forEach((heading, side) => {
      const caption = make("figcaption", {}, make("b", {}, heading), make("br"), alert.captions[side]);
      pair.append(make("figure", {}, picture(2 * index + side, alert.alts[side]), caption));
    });
    panel.append(pair);
    panel.append(
      make("p", {}, make("span", { class: "lfr-score" }, score(alert.score)), " " + model.get("unit") + ", threshold " + score(model.get("threshold"))),
      make("p", {}, alert.meaning + ". ", make("span", { class: "lfr-quiet" }, alert.meaning_detail)),
    );
    if (alert.truth) panel.append(truthOf(alert.truth));
    const list = make("ul");
    for (const entry of alert.quality) {
      const reasons = entry.reasons.length ? ". " + entry.reasons.join(" ") : "";
      list.append(make("li", {}, entry.of + ": ", make("b", {}, entry.verdict), reasons));
    }
    for (const note of alert.notes) list.append(make("li", {}, note));
    panel.append(list);
    if (alert.others.length) {
      const body = make("tbody");
      for (const other of alert.others) {
        body.append(make("tr", {}, make("td", {}, other.person), make("td", { class: "lfr-number" }, score(other.score)), make("td", {}, other.meaning)));
      }
      const head = make("tr", {}, make("th", { scope: "col" }, "Person"), make("th", { scope: "col", class: "lfr-number" }, "Score"), make("th", { scope: "col" }, "What the score means"));
      panel.append(make("table", {}, make("caption", {}, "Other people on the list, for the same face"), make("thead", {}, head), body));
    }
    return panel;
  }

  function draw() {
    const alerts = model.get("alerts");
    const selected = model.get("selected");
    const held = el.contains(document.activeElement);
    const root = make("div", { class: "lfr-alerts" });
    if (model.get("category")) {
      root.append(make("p", { class: "lfr-category" }, make("b", {}, "Category: " + model.get("category") + ".")));
    }
    root.append(make("p", { class: "lfr-quiet" }, "The software raises candidates; a person decides."));
    if (!alerts.length) {
      forget();
      root.append(make("p", {}, "No alert: no face reached the threshold. Search a feed to fill this list."));
      el.replaceChildren(root);
      return;
    }
    const list = make("div", {
      class: "lfr-list", role: "listbox", tabindex: "0", "aria-label": "Alerts, " + alerts.length,
    });
    alerts.forEach((alert, index) => {
      const row = make("div", { class: "lfr-row", role: "option", id: id + "-" + index, "aria-selected": String(index === selected) });
      const first = make("span", { class: "lfr-line" }, stateOf(model, alert.state).firstChild, make("b", {}, alert.time), " " + alert.person);
      row.append(first, make("span", { class: "lfr-quiet" }, alert.state + ", score " + score(alert.score)));
      row.addEventListener("click", () => choose(index));
      list.append(row);
    });
    if (selected >= 0) list.setAttribute("aria-activedescendant", id + "-" + selected);
    list.addEventListener("keydown", (event) => {
      const now = model.get("selected");
      const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: alerts.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      choose(Math.min(Math.max(to, 0), alerts.length - 1));
    });
    const hint = make("p", { class: "lfr-quiet lfr-hint" }, "Up, Down, Home and End move in the list.");
    root.append(make("div", { class: "lfr-columns" }, make("div", {}, list, hint), detail(selected)));
    el.replaceChildren(root);
    if (held) list.focus();
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  function choose(index) {
    model.set("selected", index);
    model.save_changes();
  }

  const watched = ["alerts", "pictures", "selected", "unit", "threshold", "category", "states"];
  for (const name of watched) model.on("change:" + name, draw);
  draw();
  return () => {
    for (const name of watched) model.off("change:" + name, draw);
    forget();
  };
}

export default { render };

// The head of the operator's page. It shows what it is told; whether something may be done is
// decided by the library, whose words are shown.

const LOW_S = 300;

function render({ model, el }) {
  let facts = null;
  let status = { state: "empty" };
  let heard = performance.now();
  let told = heard;
  let asking = null; // "pause" or "stop", while a reason is given
  let waits = false;

  const head = make("div", { class: "lfr-line lfr-where" });
  const forms = make("div", { class: "lfr-controls" });
  const numbers = make("p", { class: "lfr-numbers" });
  const refusal = make("div", { class: "lfr-refusal" });
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const root = make("section", { class: "lfr-panel lfr-session", "aria-label": "Live search", tabindex: "-1" }, head, forms, refusal, numbers, quietly);
  fill(el, root);
  keep(root, (event) => {
    if (event.key === "Escape" && asking && meant(event)) ask(null);
  });

  const talking = talk(model, {
    facts: (content) => {
      const first = !facts;
      facts = content;
      told = performance.now();
      if (first || content.fresh) threshold.value = content.threshold ?? "";
      threshold.min = content.minimum ?? "";
      show();
    },
    status: (content) => {
      const before = status.state;
      status = content;
      heard = performance.now();
      if (before !== status.state) {
        waits = false;
        // Whoever writes a reason goes on writing while a camera comes and goes.
        const asks = asking && goes() && !(asking === "pause" && status.state === "paused");
        if (!asks) asking = null;
        quietly.textContent = "The search is " + (WORDS[status.state] ?? status.state) + ".";
        if (!asks) controls();
      }
      show();
    },
    done: () => {
      waits = false;
      fill(refusal, );
      controls();
    },
    refused: (content) => {
      waits = false;
      fill(refusal, problem(TITLES[content.what] ?? "This cannot be done.", content.words));
      controls();
    },
  });

  const WORDS = { empty: "not started", starting: "starting", waiting: "waiting", running: "running", paused: "paused", ended: "over", lost: "lost", error: "over, by a fault" };
  const TITLES = { start: "The search did not start.", pause: "It was not paused.", resume: "It did not go on.", stop: "It was not stopped." };
  const MARK = { running: "good", paused: "rest", starting: "rest", error: "bad", lost: "bad" };
  const goes = () => ["running", "paused", "waiting"].includes(status.state);

  const threshold = make("input", { type: "number", step: "0.01", class: "lfr-threshold", "aria-describedby": talking.view + "m" });
  const feed = make("input", { type: "text", autocomplete: "off", spellcheck: "false", class: "lfr-source", placeholder: "file, address, env:NAME or @FILE", title: "An address with a login in it is not typed: name an environment variable (env:NAME) or a file that only you can read (@FILE)." });
  const reason = make("input", { type: "text", maxlength: "200", autocomplete: "off", "aria-label": "Reason", class: "lfr-why" });
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && meant(event)) commit();
  });

  function begin(kind, more = {}) {
    waits = true;
    fill(refusal, );
    talking.send(kind, more);
    controls();
  }

  function ask(what) {
    asking = what;
    reason.value = "";
    controls();
    if (what) reason.focus();
  }

  function commit() {
    const what = asking;
    if (!what) return;
    asking = null;
    begin(what, { why: reason.value });
  }

  function start() {
    const value = threshold.value.trim() === "" ? null : Number(threshold.value);
    begin("start", { threshold: value, feed: facts.has_feed ? null : feed.value });
    feed.value = "";
  }

  // What had the focus keeps it when the controls are made anew; what is gone leaves it to the panel,
  // so that the next Tab comes to the first control and no letter goes to JupyterLab.
  function controls() {
    const at = forms.contains(document.activeElement) ? document.activeElement : null;
    remake();
    if (!at || forms.contains(document.activeElement)) return;
    const same = [...forms.querySelectorAll("button, input")].find((one) => one === at || (one.dataset.does !== undefined && one.dataset.does === at.dataset.does));
    (same && !same.disabled ? same : root).focus({ preventScroll: true });
  }

  function remake() {
    root.toggleAttribute("data-goes", goes() && !asking);
    if (!facts) return;
    if (asking) {
      const pausing = asking === "pause";
      fill(forms, 
        make("label", {}, pausing ? "Why is it paused? It is kept as a gap with this reason." : "Why is it stopped? For the log; may be left empty.", reason),
        button(pausing ? "Pause now (Enter)" : "Stop now (Enter)", commit, { class: "lfr-button lfr-first" }),
        button("Cancel (Esc)", () => ask(null)));
    } else if (goes()) {
      fill(forms, 
        status.state === "paused" ? button("Go on", () => begin("resume"), { "data-does": "resume", disabled: waits || !facts.may_start }) : button("Pause", () => ask("pause"), { "data-does": "pause", disabled: waits || !facts.may_start }),
        button("Stop", () => ask("stop"), { "data-does": "stop", disabled: waits || !facts.may_start }));
    } else if (facts.may_start) {
      fill(forms, 
        make("label", {}, "Threshold, " + (facts.unit || "unit unknown"), threshold),
        ...(facts.has_feed ? [] : [make("label", {}, "Feed " + (facts.feed ?? ""), feed)]),
        button(status.state === "starting" ? "Starting" : "Start", start, { class: "lfr-button lfr-first lfr-start", "data-does": "start", disabled: waits || status.state === "starting" }),
        make("p", { class: "lfr-quiet lfr-least", id: talking.view + "m" }, facts.minimum == null ? "" : "at least " + score(facts.minimum) + ", by the authority. " + (facts.meaning ?? "")));
    } else fill(forms, make("p", {}, "Your role watches live searches and does not start them."));
  }

  function show() {
    if (!facts?.place) {
      fill(head, facts?.fault ? problem("The deployment cannot be read.", facts.fault) : make("span", {}, "Reading the deployment."));
      return;
    }
    const left = status.left_s == null ? facts.left_s : status.left_s;
    const since = (performance.now() - (status.left_s == null ? told : heard)) / 1000;
    const rest = left == null ? null : Math.max(0, left - since);
    const low = rest !== null && rest < LOW_S;
    fill(head, 
      facts.demonstration ? make("span", { class: "lfr-demonstration" }, make("b", {}, "Demonstration")) : null,
      make("b", { class: "lfr-place" }, facts.place),
      make("span", { class: low ? "lfr-low" : "" }, ...(rest === null ? ["no authority now"] : rest > 0 ? [low ? mark("warn") : null, "authority ends in ", make("b", { class: "lfr-number lfr-left" }, span(rest))] : [mark("bad"), make("b", {}, "the authority has ended")]).filter(Boolean)),
      make("span", {}, "list ", make("b", { class: "lfr-number" }, count(facts.references))),
      goes() || status.state === "starting" ? make("span", {}, "threshold ", make("b", { class: "lfr-number" }, status.threshold == null ? "unknown" : score(status.threshold)), facts.short ? " (" + facts.short + ")" : "") : null,
      make("span", { class: "lfr-state" }, mark(MARK[status.state] ?? "none"), make("b", {}, WORDS[status.state] ?? status.state), status.place ? " " + status.place : ""),
    );
    const known = status.frames !== undefined;
    const seconds = (value) => (value == null ? "unknown" : value.toFixed(2) + " s");
    fill(numbers, ...(known
      ? [["speed", status.fps == null ? "unknown" : status.fps.toFixed(1) + " frames/s"], ["frame to alert, half within", seconds(status.latency_p50_s)], ["95 of 100 within", seconds(status.latency_p95_s)], ["alerts", count(status.alerts) + " of " + count(status.faces_seen) + " faces"], ["as of", status.at]]
      : []).map(([name, value]) => make("span", {}, name + " ", make("b", { class: "lfr-number" }, value))));
    const late = (performance.now() - heard) / 1000;
    if (goes() && late > 5) numbers.append(make("span", {}, mark("warn"), make("b", {}, "Stale: "), "nothing was heard for " + Math.round(late) + " s"));
    if (!forms.childElementCount) controls();
  }

  const ticking = setInterval(show, 1000);
  show();
  return () => {
    clearInterval(ticking);
    talking.end();
  };
}

export default { render };

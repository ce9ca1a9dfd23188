// The plan: what is planned, what a threshold would mean for it, and how old that is.

const PLAN_MS = 250;
const SPOKEN_MS = 500;

function planBox(send, chart, { sentence, spoken, changed }) {
  let plan = null;
  let place = 0;
  let asked = 0;
  let refused = "";
  let planning = 0;
  let speaking = 0;
  const inputs = {};
  const fieldOf = (name, words, more) => {
    inputs[name] = make("input", { type: "number", min: 1, step: 1, required: true, ...more });
    inputs[name].addEventListener("input", () => {
      clearTimeout(planning);
      planning = setTimeout(ask, PLAN_MS);
    });
    return make("label", {}, words, inputs[name]);
  };
  const figures = make("dl", { class: "lfr-facts lfr-number" });
  const state = make("p", { class: "lfr-plan-state", role: "status" });
  const asks = make("div", { class: "lfr-line" }, fieldOf("list_size", "On the list"), fieldOf("faces", "Faces expected", { min: 0 }), fieldOf("hours", "Hours", { min: 0.1, step: "any" }));
  const root = make("div", { class: "lfr-plan" }, make("div", { class: "lfr-plan-words" }, asks, state, figures), chart);

  function ask() {
    asked = performance.now();
    refused = "";
    send("plan", Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value])));
    show();
  }

  function show() {
    if (!inputs.list_size.value || !asked) {
      for (const [name, input] of Object.entries(inputs)) if (document.activeElement !== input && plan && !refused) input.value = plan.inputs[name];
    }
    fill(state, ...stateWords());
    showFigures();
  }

  function stateWords() {
    if (!plan) return [mark("rest"), "Reckoning."];
    const of = "Reckoned for " + count(plan.inputs.list_size) + " on the list, " + count(plan.inputs.faces) + " faces and " + plan.inputs.hours + " hours at " + plan.at + ".";
    if (refused) return [mark("bad"), refused + " " + of];
    const waits = asked ? Math.round((performance.now() - asked) / 1000) : 0;
    if (asked) return [mark("warn"), "Stale. " + of + " Waiting for the kernel, " + waits + " s."];
    return plan.extrapolated ? [mark("warn"), "Extrapolated: " + count(plan.measured) + " references were searched, not " + count(plan.inputs.list_size) + ". Who is missed is as measured: a longer list misses more, if anything. " + of] : [mark("good"), "As large a list was searched. " + of];
  }

  function showFigures() {
    root.classList.toggle("lfr-stale", Boolean(asked));
    if (!plan) return;
    sentence.textContent = plan.sentences[place];
    const facts = [["False alerts expected", plan.alerts], ["of them in an hour", plan.hourly], ["Chance of at least one", plan.chances], ["Searches for listed people that miss", plan.missed], ["Against the cap", plan.caps], ["The steps beside it", plan.steps]];
    fill(figures, ...facts.flatMap(([name, values]) => [make("dt", {}, name), make("dd", {}, values[place])]));
    clearTimeout(speaking);
    speaking = setTimeout(() => (spoken.textContent = sentence.textContent), SPOKEN_MS);
  }

  return {
    root,
    show,
    plan: () => plan,
    tick: () => asked && show(),
    take(content) {
      plan = content;
      asked = 0;
      refused = "";
      changed(plan);
      show();
    },
    refuse(words) {
      asked = 0;
      refused = words;
      show();
    },
    move(to) {
      place = to;
      showFigures();
    },
    end() {
      clearTimeout(speaking);
      clearTimeout(planning);
    },
  };
}

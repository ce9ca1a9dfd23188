// The steps from a case to its report, each with who did it and when.

const STEP_SHAPES = {
  done: ['<circle cx="8" cy="8" r="6.5" fill="currentColor"/>', "#00795a", "#2bc49a"],
  now: ['<path d="M3 1.5 14.5 8 3 14.5Z" fill="currentColor"/>', "#0072b2", "#56b4e9"],
  later: ['<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/>', "#4d4d4d", "#c4c4c4"],
};

function stepBar(steps) {
  return make("ol", { class: "lfr-way", "aria-label": "Steps from case to report" }, ...steps.map((one) => {
    const how = one.done ? "done" : one.current ? "now" : "later";
    const said = one.people.map((who) => make("span", {}, who.by, who.did ? " " + who.did : "", make("br"), make("span", { class: "lfr-number lfr-quiet" }, who.at)));
    return make("li", { "aria-current": one.current ? "step" : null, "data-step": one.step },
      make("p", {}, shape(...STEP_SHAPES[how]), make("b", {}, one.step), make("span", { class: "lfr-quiet" }, " " + one.how)),
      one.note ? make("p", { class: "lfr-quiet" }, one.note) : null, ...said.map((words) => make("p", {}, words)));
  }));
}

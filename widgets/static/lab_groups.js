// Groups: one row each, whose cells follow the slider.

const GROUP_RATES = [["fpir", "FPIR"], ["fnir", "FNIR"]];

function groupTable() {
  const root = make("div", { class: "lfr-groups" });
  let cells = [];
  let lab = null;

  // An interval from none to all, on a scale of its square root, which gives small rates room.
  function spanBar(low, high, rate) {
    const x = (value) => 100 * Math.sqrt(Math.max(0, value));
    const svg = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "lfr-span-bar", "aria-hidden": "true" });
    svg.append(draw("line", { x1: 0, x2: 100, y1: 5, y2: 5, class: "lfr-span-all" }), draw("line", { x1: x(low), x2: Math.max(x(high), x(low) + 0.5), y1: 5, y2: 5, class: "lfr-span-ends" }));
    if (rate !== null) svg.append(draw("line", { x1: x(rate), x2: x(rate), y1: 0, y2: 10, class: "lfr-span-at" }));
    return svg;
  }

  return {
    root,
    take(given) {
      lab = given;
      cells = [];
      if (!lab.groups) return fill(root, make("p", {}, mark("none"), make("b", {}, "Equity not measured."), " The labelled set gives nobody a group. Measure on a set that does, such as one with the column group in its protocol."));
      const rows = lab.groups.rows.map((group) => make("tr", {}, make("th", { scope: "row" }, group.name), ...GROUP_RATES.map(([rate]) => {
        const cell = make("td", {});
        cells.push([cell, group[rate], ", " + count(group[rate].people) + " people"]);
        return cell;
      })));
      fill(root, make("table", { class: "lfr-group-table" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Group"), ...GROUP_RATES.map(([, words]) => make("th", { scope: "col" }, words)))), make("tbody", {}, ...rows)), make("p", { class: "lfr-quiet" }, "95 % intervals: by people from three errors on, else exact. That they overlap does not show that groups fare alike."));
    },
    move(place) {
      for (const [cell, rate, people] of cells) {
        if (rate.suppressed) fill(cell, make("span", {}, mark("none"), rate.suppressed));
        else if (rate.count[place] === null) fill(cell, make("span", {}, rate.words[place], make("span", { class: "lfr-quiet" }, people)));
        else fill(cell, spanBar(rate.low[place], rate.high[place], rate.count[place] < lab.fewest ? null : rate.count[place] / rate.searches), make("span", { class: "lfr-number" }, rate.words[place], make("span", { class: "lfr-quiet" }, people)));
      }
    },
    table(place) {
      const rows = (lab.groups?.rows ?? []).flatMap((group) => GROUP_RATES.map(([rate, words]) => {
        const one = group[rate];
        return one.suppressed ? [group.name, words, one.people, null, one.searches, null, null, one.suppressed] : [group.name, words, one.people, one.count[place], one.searches, one.low[place], one.high[place], one.words[place]];
      }));
      return { heads: ["group", "rate", "people", "errors, searches", "searches", "share from (95 %)", "share to (95 %)", "in words"], keys: ["group", "rate", "people", "errors", "searches", "from", "to", "in words"], rows, at: -1 };
    },
  };
}

// Columns of the tables: in words for whoever reads, and by the names of the library in files.

const LAB_COLUMNS = {
  threshold: "threshold T",
  false_alarms: "false alarms, searches",
  nonmated: "searches for people not on the list",
  fpir: "FPIR, share of these",
  misses: "misses, searches",
  mated: "searches for people on the list",
  fnir: "FNIR, share of these",
};
for (const [rate, words] of [["fpir", "FPIR"], ["fnir", "FNIR"]]) {
  for (const [way, said] of [["", "exact"], ["boot_", "by people"]]) {
    LAB_COLUMNS[rate + "_" + way + "low"] = words + " from (95 %, " + said + ")";
    LAB_COLUMNS[rate + "_" + way + "high"] = words + " to (95 %, " + said + ")";
  }
}
const FPIR_COLUMNS = ["threshold", "false_alarms", "nonmated", "fpir", "fpir_low", "fpir_high", "fpir_boot_low", "fpir_boot_high"];
const FNIR_COLUMNS = ["misses", "mated", "fnir", "fnir_low", "fnir_high", "fnir_boot_low", "fnir_boot_high"];

const inUnit = (words, lab) => words + ", " + lab.unit;

function rateTable(lab, place) {
  const keys = [...FPIR_COLUMNS, ...FNIR_COLUMNS];
  const heads = keys.map((key) => (key === "threshold" ? inUnit(LAB_COLUMNS[key], lab) : LAB_COLUMNS[key]));
  return { heads, keys, rows: lab.said.map((_, at) => keys.map((key) => lab.columns[key][at])), at: place };
}

function planTable(lab, plan, place) {
  const columns = [[inUnit("threshold T", lab), "threshold", lab.columns.threshold], ["false alerts expected", null, plan?.columns.expected], ["false alerts from (95 %)", "from", plan?.columns.expected_from], ["false alerts to (95 %)", "to", plan?.columns.expected_to], ["chance of at least one, of 1", "chance of at least one", plan?.columns.chance], ["in words", null, plan?.alerts]];
  return { heads: columns.map(([head]) => head), keys: columns.map(([head, key]) => key ?? head), rows: lab.said.map((_, at) => columns.map(([, , values]) => values?.[at])), at: place };
}

function binTable(lab, place) {
  const { edges, mated, nonmated } = lab.bins;
  return {
    heads: [inUnit("score from", lab), inUnit("score to", lab), "searches for people on the list: own score", "searches for people not on it: highest score"],
    keys: ["from", "to", "listed: own score", "not listed: highest score"],
    rows: mated.map((one, at) => [edges[at], edges[at + 1], one, nonmated[at]]),
    at: edges.findIndex((edge) => edge > lab.columns.threshold[place]) - 1,
  };
}

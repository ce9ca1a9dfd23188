// Errors at the threshold, a few at a time: scores, and the images of each where somebody asked to
// see faces and may.

const PER_PAGE = 6;
const WANT_MS = 150;

function errorLists(send, unit) {
  const root = make("div", { class: "lfr-errors" });
  const lists = { f: list("f", "False alarms", "somebody who is not listed, and the reference that scored highest"), m: list("m", "Misses", "somebody who is listed, and the reference of them") };
  const pictures = thumbnails(send, () => show());
  const look = button("", () => send("look", { on: !looking }), { class: "lfr-button" });
  const order = make("select", {}, make("option", { value: "near" }, "nearest to T first"), make("option", { value: "far" }, "farthest from T first"));
  const note = make("p", { class: "lfr-quiet" });
  let errors = null;
  let places = 2;
  const said = (value) => value.toFixed(places).replace("-", "\u2212");
  let at = 0;
  let counts = { f: 0, m: 0 };
  let images = false;
  let looking = false;
  let timer = 0;
  order.addEventListener("change", () => {
    for (const one of Object.values(lists)) one.page = 0;
    show();
  });
  root.append(note, make("div", { class: "lfr-line" }, look, make("label", { class: "lfr-order" }, "Order", order)), make("div", { class: "lfr-error-lists" }, lists.f.root, lists.m.root));

  function list(kind, title, about) {
    const own = { kind, page: 0, head: make("h5", {}), rows: make("ol", { class: "lfr-error-rows" }), where: make("span", { class: "lfr-number" }) };
    own.before = button("Earlier", () => turn(own, -1), { class: "lfr-button lfr-small", "aria-label": "Earlier: " + title });
    own.after = button("Later", () => turn(own, 1), { class: "lfr-button lfr-small", "aria-label": "Later: " + title });
    own.title = title;
    own.root = make("section", { "aria-label": title }, own.head, make("p", { class: "lfr-quiet" }, about + "."), own.rows, make("div", { class: "lfr-line" }, own.before, own.where, own.after));
    return own;
  }

  function turn(own, by) {
    own.page += by;
    show();
  }

  // Places of the errors at a threshold. Scores are in falling order: those nearest to the threshold
  // are the last of the false alarms, and the first of the misses.
  function placesOf(kind) {
    if (kind === "f") {
      const found = [];
      errors.alarms.forEach((score, place) => score >= at && found.push(place));
      return order.value === "near" ? found.reverse() : found;
    }
    const found = [];
    errors.misses.forEach((score, place) => (score === null || score < at) && found.push(place));
    return order.value === "near" ? found : found.reverse();
  }

  function rowOf(kind, place) {
    const slots = (kind === "f" ? ["probe", "reference"] : ["probe", "reference", "other"]).map((side) => kind + place + "/" + side).filter((id) => known.has(id));
    const words = kind === "f" ? ["score ", make("b", {}, said(errors.alarms[place]))] : [errors.misses[place] === null ? (errors.ranks[place] ? "rank " + errors.ranks[place] + "; " : "") : "score ", errors.misses[place] === null ? "" : make("b", {}, said(errors.misses[place])), errors.misses[place] === null ? errors.reasons[place] : "; " + errors.reasons[place]];
    const names = { probe: "probe", reference: kind === "f" ? "taken for" : "reference", other: "scored higher" };
    const row = make("li", {}, make("span", { class: "lfr-number" }, ...words));
    if (looking) {
      row.append(make("span", { class: "lfr-error-pictures" }, ...slots.map((id) => {
        const slot = make("span", { class: "lfr-error-slot" });
        const name = names[id.split("/")[1]];
        pictures.fillSlot(slot, id, name + " of error " + (place + 1));
        return make("span", { class: "lfr-error-side" }, slot, make("span", { class: "lfr-quiet" }, name));
      })));
    }
    return [row, slots];
  }

  let known = new Set();
  function show() {
    if (!errors) return;
    look.hidden = !images;
    look.textContent = looking ? "Hide the faces" : "Show the faces of these errors";
    note.textContent = images
      ? looking ? "Faces are in this page alone: they are not saved with the notebook." : "Images are read when you ask for them, and are not saved with the notebook."
      : "No images were handed over, so that errors are shown by their scores.";
    if (errors.left_out) note.textContent += " " + count(errors.left_out) + " searches are left out of these lists, of those that are errors farthest from here.";
    let wanted = [];
    for (const own of Object.values(lists)) {
      const places = placesOf(own.kind);
      const pages = Math.max(1, Math.ceil(places.length / PER_PAGE));
      own.page = Math.min(Math.max(0, own.page), pages - 1);
      own.head.textContent = own.title + ": " + count(counts[own.kind]);
      const here = places.slice(own.page * PER_PAGE, (own.page + 1) * PER_PAGE);
      const rows = here.map((place) => rowOf(own.kind, place));
      fill(own.rows, ...rows.map(([row]) => row));
      own.rows.setAttribute("start", own.page * PER_PAGE + 1);
      own.before.disabled = own.page === 0;
      own.after.disabled = own.page >= pages - 1;
      own.where.textContent = places.length ? count(own.page * PER_PAGE + 1) + " to " + count(own.page * PER_PAGE + here.length) + " of " + count(places.length) : "none at this threshold";
      wanted = wanted.concat(...rows.map(([, slots]) => slots));
    }
    clearTimeout(timer);
    if (looking) timer = setTimeout(() => pictures.want(wanted), WANT_MS);
  }

  return {
    root,
    take(given, decimals, hasImages, isLooking) {
      errors = given;
      places = decimals;
      known = new Set(given.pictures);
      images = hasImages;
      this.looking(isLooking);
    },
    looking(on) {
      looking = on;
      if (!on) pictures.forget();
      show();
    },
    thumbs: (content, buffers) => pictures.take(content, buffers),
    move(threshold, alarms, misses) {
      counts = { f: alarms, m: misses };
      at = Math.fround(threshold); // scores are of single precision
      show();
    },
    table() {
      const rows = [...errors.alarms.filter((one) => one >= at).map((one) => ["false alarm", one, "", ""]), ...errors.misses.flatMap((one, place) => (one === null || one < at ? [["miss", one, errors.ranks[place], errors.reasons[place]]] : []))];
      return { heads: ["error", "score, " + unit(), "rank", "why"], rows, at: -1 };
    },
    end() {
      clearTimeout(timer);
      pictures.forget();
    },
  };
}

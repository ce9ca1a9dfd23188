// A watchlist in the making: images left, the form of those that are chosen right, size and build below.
// It decides nothing: states, reasons and limits are the library's words.

const ROW_PX = 82;
const STATES = {
  waiting: ["rest", "waits to be looked at"],
  refused: ["bad", "refused"],
  incomplete: ["none", "not filled in"],
  warned: ["warn", "can be built, with a warning"],
  ready: ["good", "can be built"],
};
const FILTERS = [
  ["all", "All", () => true],
  ["refused", "Refused", (row) => row.verdict === "reject"],
  ["incomplete", "Not filled in", (row) => row.faults.length > 0],
  ["warned", "Warned", (row) => row.verdict === "warn"],
  ["ready", "Can be built", (row) => row.state === "ready" || row.state === "warned"],
];
const VERDICTS = { accept: "good", warn: "warn", reject: "bad" };

function render({ model, el }) {
  let page = null;
  let meter = null;
  let report = null;
  let busy = null;
  let filter = "all";
  let cursor = null;
  let anchor = null;
  let picture = null; // what is shown of the one image that is chosen
  let asksDrop = false;
  let drawing = 0;
  const rows = new Map();
  const small = new Map(); // address of the small picture, by image
  const chosen = new Set();

  // --- parts of the page
  const title = make("h3", {}, "Watchlist in the making");
  const demonstration = make("span", { class: "lfr-demonstration", hidden: true }, make("b", {}, "Demonstration"));
  const who = make("span", { class: "lfr-quiet" });
  const deployment = make("select", { class: "lfr-deployment" });
  const again = button("Look again", () => talking.send("refresh"), { class: "lfr-button lfr-small", title: "Read the deployments again" });
  const keysButton = button("?", () => toggleKeys(), { class: "lfr-button lfr-small", "aria-label": "Keys", title: "Keys (?)" });
  const notice = make("div", {});
  const input = make("input", { type: "file", multiple: true, accept: "image/*,.jp2,.avif,.ppm,.pgm,.pbm,.pnm", hidden: true, class: "lfr-files", tabindex: "-1" });
  const pick = button("Choose image files", () => {
    input.dataset.replaces = "";
    input.multiple = true;
    input.click();
  }, { class: "lfr-button lfr-first" });
  const folder = make("input", { type: "text", autocomplete: "off", spellcheck: "false", class: "lfr-folder", placeholder: "/path/of/a/folder" });
  const takeFolder = button("Take its images", () => talking.send("folder", { folder: folder.value }), { class: "lfr-button" });
  const drop = make("div", { class: "lfr-drop" },
    make("p", {}, make("b", {}, "Drop image files here"), ", or ", pick),
    make("div", { class: "lfr-line lfr-folder-line" }, make("label", {}, "or name a folder on the machine of the kernel", folder), takeFolder),
    make("p", { class: "lfr-quiet lfr-small-print" }, "Each is judged when it arrives, as the build will judge it. They stay in the memory of the kernel; nothing is written before the build."));
  const coming = make("ul", { class: "lfr-coming", "aria-label": "Files on their way" });
  const problems = make("div", { class: "lfr-problems" });
  const filters = make("div", { class: "lfr-line lfr-filters", role: "group", "aria-label": "Which images are listed" });
  const list = make("div", { class: "lfr-list", role: "listbox", "aria-multiselectable": "true", tabindex: "0", "aria-label": "Images of the list" });
  const spacer = make("div", { class: "lfr-spacer", role: "presentation" });
  const empty = make("p", { class: "lfr-note-words" });
  const tools = make("div", { class: "lfr-line lfr-tools" });
  const side = make("div", { class: "lfr-side", role: "group", "aria-label": "Form of the images that are chosen" });
  const foot = make("div", { class: "lfr-foot" });
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const work = make("div", { class: "lfr-work" }, make("div", { class: "lfr-left" }, drop, coming, filters, list, tools), side);
  const root = make("section", { class: "lfr-panel lfr-builder", "aria-label": "Watchlist in the making", tabindex: "-1" },
    make("header", { class: "lfr-line" }, title, demonstration, make("label", { class: "lfr-inline" }, "of deployment", deployment), again, who, keysButton),
    notice, problems, work, foot, make("div", { class: "lfr-credit-place" }), sheet, quietly, input);
  list.append(spacer, empty);
  fill(el, root);

  const still = steady(root);

  // --- the talk
  const talking = talk(model, {
    page: (content) => {
      page = content;
      files.limit(content);
      showPage();
      showAll();
    },
    rows: takeRows,
    gone: (content) => {
      for (const id of content.ids) forget(id);
      asksDrop = false;
      showAll();
    },
    meter: (content) => {
      meter = content;
      showFoot();
    },
    busy: (content) => {
      if (content.busy && content.busy.what !== busy?.what) say(content.busy.what + ".");
      busy = content.busy;
      showFoot();
    },
    report: (content) => {
      const fresh = content.report && content.report.number !== report?.number;
      report = content.report;
      if (fresh) say("The list was built: " + report.enrolled + " on it, " + report.refused.length + " refused.");
      showFoot();
    },
    got: (content) => content.to === talking.view && files.got(content),
    uploaded: (content) => content.to === talking.view && files.whole(content),
    shown: (content, buffers) => {
      if (content.to !== talking.view || content.id !== cursorOnly()?.id) return;
      picture = { ...content, address: buffers.length ? URL.createObjectURL(new Blob([buffers[0]])) : null };
      still.draw(showPicture);
    },
    done: (content) => {
      answered(content);
      if (content.what === "build") return;
      still.draw(() => fill(problems));
    },
    refused: (content) => {
      if (content.what === "upload") return void (content.to === talking.view && files.refused(content));
      answered(content);
      still.draw(() => {
        fill(problems, problem(TITLES[content.what] ?? "This cannot be done.", content.words));
        if (content.what === "build") problems.scrollIntoView({ block: "nearest" });
      });
    },
  });
  const TITLES = { build: "The list was not built.", folder: "The folder was not taken.", choose: "The deployment cannot be prepared.", image: "An image could not be looked at.", fill: "This was not filled in." };
  const files = uploads((...words) => talking.send(...words), { changed: () => showComing() });
  const form = entryForm(talking);
  const say = (words) => (quietly.textContent = words);
  const answered = (content) => content.to === talking.view && still.draw(() => form.answered(content.number));

  // --- what comes in
  function takeRows(content, buffers) {
    if (content.anew) {
      form.forget();
      for (const id of [...rows.keys()]) if (!content.rows.some((row) => row.id === id)) forget(id);
    }
    for (const row of content.rows) {
      const before = rows.get(row.id);
      rows.set(row.id, row);
      if (before && before.state === "waiting" && row.state !== "waiting") say(row.name + ": " + imageWords(row));
      if (row.state === "waiting") unpicture(row.id);
      if (cursorOnly()?.id === row.id && before?.verdict !== row.verdict) look(row.id);
    }
    content.pictures.forEach((id, index) => {
      unpicture(id);
      small.set(id, URL.createObjectURL(new Blob([buffers[index]], { type: "image/jpeg" })));
    });
    showAll();
  }

  function unpicture(id) {
    if (small.has(id)) URL.revokeObjectURL(small.get(id));
    small.delete(id);
  }

  function forget(id) {
    unpicture(id);
    rows.delete(id);
    chosen.delete(id);
    if (cursor === id) cursor = null;
  }

  // --- choosing
  const listed = () => [...rows.values()].filter(FILTERS.find(([name]) => name === filter)[2]).sort((a, b) => a.order - b.order);
  const chosenRows = () => [...rows.values()].filter((row) => chosen.has(row.id)).sort((a, b) => a.order - b.order);
  const cursorOnly = () => (chosen.size === 1 ? rows.get([...chosen][0]) : null);

  function choose(id, how) {
    const all = listed();
    form.flush();
    if (how === "toggle") {
      if (!chosen.delete(id)) chosen.add(id);
      anchor = id;
    } else if (how === "span" && anchor !== null) {
      const [from, to] = [anchor, id].map((one) => all.findIndex((row) => row.id === one)).sort((a, b) => a - b);
      chosen.clear();
      for (const row of all.slice(Math.max(0, from), to + 1)) chosen.add(row.id);
    } else {
      chosen.clear();
      chosen.add(id);
      anchor = id;
    }
    cursor = id;
    asksDrop = false;
    const one = cursorOnly();
    if (one) look(one.id);
    showAll();
    showAt();
  }

  function chooseAll() {
    form.flush();
    chosen.clear();
    for (const row of listed()) chosen.add(row.id);
    asksDrop = false;
    showAll();
    say(chosen.size + " images chosen.");
  }

  function look(id) {
    if (picture?.address) URL.revokeObjectURL(picture.address);
    picture = null;
    if (rows.get(id)?.state !== "waiting") talking.send("look", { id });
  }

  function step(by, extend) {
    const all = listed();
    if (!all.length) return;
    const at = all.findIndex((row) => row.id === cursor);
    const to = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    choose(to.id, extend ? "span" : "only");
  }

  function showAt() {
    const at = listed().findIndex((row) => row.id === cursor);
    if (at < 0) return;
    if (at * ROW_PX < list.scrollTop) list.scrollTop = at * ROW_PX;
    if ((at + 1) * ROW_PX > list.scrollTop + list.clientHeight) list.scrollTop = (at + 1) * ROW_PX - list.clientHeight;
    drawRows();
  }

  // --- words
  const imageWords = (row) => (row.state === "waiting" ? "waits to be looked at" : row.verdict === "reject" ? "image refused: " + row.refused : row.verdict === "warn" ? "image: warned. " + row.reasons.join(" ") : "image: accepted");
  const formWords = (row) => {
    if (row.barred) return "can be on no list here: take it off";
    if (!row.faults.length) return { enrolled: "on the list that was built", refused: "in the record as refused" }[row.outcome] ?? "form filled in";
    const missing = row.faults.filter((fault) => fault.text === "is missing").map((fault) => fault.label);
    const wrong = row.faults.filter((fault) => fault.text !== "is missing");
    return [missing.length ? "missing: " + missing.join(", ") : "", wrong.length ? "wrong: " + wrong.map((fault) => fault.label || fault.text).join(", ") : ""].filter(Boolean).join("; ");
  };

  // --- drawing: what had the focus keeps it where it is made anew, and what was opened stays open
  function anew(place, otherwise, ...children) {
    const at = place.contains(document.activeElement) ? document.activeElement.dataset.does ?? "" : null;
    fill(place, ...children);
    if (at === null) return;
    const same = [...place.querySelectorAll("[data-does]")].find((one) => one.dataset.does === at);
    (same && !same.disabled ? same : otherwise).focus({ preventScroll: true });
  }

  const opened = new Set();
  function more(name, words, ...body) {
    const element = make("details", { open: opened.has(name) }, make("summary", { "data-does": name }, words), ...body);
    element.addEventListener("toggle", () => (element.open ? opened.add(name) : opened.delete(name)));
    return element;
  }

  function showPage() {
    title.textContent = "Watchlist in the making";
    demonstration.hidden = !page.demonstration;
    who.textContent = "as " + page.actor + ", " + page.role;
    const stays = page.chosen ?? "";
    const known = page.open.some((one) => one.reference === stays);
    fill(deployment, make("option", { value: "", disabled: page.chosen !== null }, "choose"), ...(stays && !known ? [make("option", { value: stays }, stays)] : []), ...page.open.map((one) => make("option", { value: one.reference }, one.words)));
    deployment.value = stays;
    deployment.title = page.open.find((one) => one.reference === stays)?.words ?? stays;
    deployment.disabled = !page.open.length && !stays;
    if (!folder.value) folder.value = page.folder;
    fill(root.querySelector(".lfr-credit-place"), credited(page.credits));
    const may = page.chosen !== null;
    work.hidden = foot.hidden = !may;
    if (!page.begun) fill(notice, make("p", { class: "lfr-note-words" }, "Reading the deployments of the bench."));
    else if (page.fault) fill(notice, problem("No list can be prepared here.", page.fault));
    else if (!may) fill(notice, make("p", { class: "lfr-note-words" }, page.open.length ? "Choose the deployment that the list is for." : "There is no deployment of which a list can be built: none is a draft, applied for or authorised. Draft one, and press Look again."));
    else fill(notice, page.present ? make("p", { class: "lfr-present" }, mark("warn"), page.present.words) : null);
  }

  function showComing() {
    fill(coming, ...files.items.map((item) => {
      const part = item.problem ? null : item.received / item.file.size;
      const words = files.wordsOf(item);
      const bare = words.startsWith(item.file.name + ": ") ? words.slice(item.file.name.length + 2) : words;
      return make("li", { class: item.problem ? "lfr-problem" : "" },
        make("span", {}, mark(item.problem ? "bad" : "rest"), make("b", {}, item.file.name), " ", make("span", { class: "lfr-number" }, bare)),
        part === null ? button("Dismiss", () => files.dismiss(item), { class: "lfr-button lfr-small" }) : make("progress", { max: "1", value: String(part), "aria-label": item.file.name }));
    }));
    if (files.items.some((item) => item.problem)) coming.setAttribute("role", "alert");
    else coming.removeAttribute("role");
    showFoot();
  }

  function showAll() {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      still.draw(drawAll);
    });
  }

  function drawAll() {
    drawFilters();
    drawRows();
    showTools();
    showSide();
    showFoot();
  }

  function drawFilters() {
    anew(filters, list, ...FILTERS.map(([name, words, fits]) => {
      const many = [...rows.values()].filter(fits).length;
      return button(words + " " + count(many), () => {
        filter = name;
        list.scrollTop = 0;
        showAll();
      }, { class: "lfr-button lfr-small", "aria-pressed": String(filter === name), "data-does": name });
    }));
  }

  function drawRows() {
    const all = listed();
    spacer.style.height = all.length * ROW_PX + "px";
    empty.textContent = all.length ? "" : rows.size ? "No image is so." : "No image yet. Drop some, choose files, or name a folder.";
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - 4);
    const last = Math.min(all.length, Math.ceil((list.scrollTop + (list.clientHeight || 400)) / ROW_PX) + 4);
    fill(spacer, ...all.slice(first, last).map((row, index) => drawRow(row, first + index, all.length)));
    if (cursor !== null && rows.has(cursor)) list.setAttribute("aria-activedescendant", talking.view + cursor);
    else list.removeAttribute("aria-activedescendant");
  }

  function drawRow(row, at, of) {
    const face = small.has(row.id) ? make("img", { src: small.get(row.id), alt: "" }) : mark(STATES[row.state][0]);
    const element = make("div", {
      class: "lfr-row" + (row.id === cursor ? " lfr-cursor" : ""), role: "option", id: talking.view + row.id, "data-image": row.id, "data-state": row.state,
      "aria-selected": String(chosen.has(row.id)), "aria-posinset": at + 1, "aria-setsize": of, style: "top:" + at * ROW_PX + "px",
      "aria-label": row.name + ", " + (row.values.subject || "no subject yet") + ", " + imageWords(row) + ", " + formWords(row),
    },
      make("span", { class: "lfr-slot" }, face),
      make("span", { class: "lfr-row-words" },
        make("span", { class: "lfr-cut" }, make("b", {}, row.values.subject || "no subject yet"), " ", make("span", { class: "lfr-quiet" }, row.where === "dropped" ? row.name : row.where)),
        make("span", { class: "lfr-cut lfr-two-lines", title: imageWords(row) }, mark(row.verdict ? VERDICTS[row.verdict] : "rest"), imageWords(row)),
        make("span", { class: "lfr-cut", title: formWords(row) }, mark(row.faults.length ? "none" : row.barred || row.outcome === "refused" ? "bad" : "good"), formWords(row))));
    element.addEventListener("click", (event) => {
      choose(row.id, event.shiftKey ? "span" : event.ctrlKey || event.metaKey ? "toggle" : "only");
      list.focus({ preventScroll: true });
    });
    return element;
  }

  function showTools() {
    const many = chosen.size;
    if (asksDrop && many) {
      anew(tools, list, make("b", {}, "Take " + count(many) + (many === 1 ? " image" : " images") + " off, with what is filled in?"),
        button("Take off", () => {
          talking.send("remove", { ids: [...chosen] });
          list.focus({ preventScroll: true });
        }, { "data-does": "drop" }), button("Keep (Esc)", () => keepThem(), { "data-does": "keep" }));
      return;
    }
    anew(tools, list, make("span", { class: "lfr-quiet lfr-number" }, rows.size ? count(many) + " of " + count(rows.size) + " chosen" : ""),
      button("Choose all listed", chooseAll, { class: "lfr-button lfr-small", disabled: !listed().length, "data-does": "all" }),
      button("Take off", () => askDrop(), { class: "lfr-button lfr-small", disabled: !many, "data-does": "ask", title: "Take what is chosen off the list (Delete)" }));
  }

  function askDrop() {
    if (!chosen.size) return;
    asksDrop = true;
    showTools();
    tools.querySelector('[data-does="drop"]').focus();
  }

  function keepThem() {
    asksDrop = false;
    showTools();
    list.focus({ preventScroll: true });
  }

  const heading = make("h4", {});
  const figure = make("div", { class: "lfr-picture" });
  const about = make("div", { class: "lfr-about-image" });
  const stands = make("p", { class: "lfr-quiet lfr-stands" });
  const blank = make("p", { class: "lfr-note-words" }, "Choose an image to fill in its form, or several to fill in theirs at once: Ctrl and click, Shift and click, or Space in the list.");
  const looks = make("div", { class: "lfr-look" }, figure, about);
  fill(side, blank, heading, looks, form.root, stands);

  function showSide() {
    const some = chosenRows();
    blank.hidden = some.length > 0;
    heading.hidden = form.root.hidden = stands.hidden = !some.length;
    looks.hidden = some.length !== 1;
    if (!some.length || !page) return;
    const one = cursorOnly();
    fill(heading, one ? one.name : count(some.length) + " images chosen", make("span", { class: "lfr-quiet" }, one ? (one.where === "dropped" ? ", dropped here" : ", " + one.where) : ": what is filled in goes to all of them"));
    form.show(some, page);
    stands.textContent = "Identity check and review are not filled in here: after the build a second person compares each image with the record and writes how it shows its person, and an officer or a reviewer stamps each entry for this deployment. An entry that was on the list before, unchanged, keeps both.";
    if (one) showAbout(one);
    showPicture();
  }

  function showAbout(row) {
    const same = [...rows.values()].filter((other) => other.id !== row.id && row.values.subject && other.values.subject === row.values.subject);
    const replace = button("Put another image in its place", () => {
      input.dataset.replaces = row.id;
      input.multiple = false;
      input.click();
    }, { class: "lfr-button lfr-small", "data-does": "replace" });
    anew(about, list,
      make("p", {}, mark(row.verdict ? VERDICTS[row.verdict] : "rest"), make("b", {}, row.verdict === null ? "not looked at yet" : row.verdict === "reject" ? "refused" : row.verdict === "warn" ? "accepted, with a warning" : "accepted"), row.refused ? ": " + row.refused : "", row.reasons.length ? ": " + row.reasons.join(" ") : ""),
      row.age ? make("p", {}, mark("warn"), row.age) : null,
      ...row.faults.filter((fault) => !fault.label || fault.field === "image").map((fault) => make("p", {}, mark("none"), (fault.label ? "The " + fault.label + " " : "As a whole: ") + fault.text + ".")),
      row.outcome === "refused" ? make("p", {}, mark("bad"), "Refused by the last build: " + row.why) : row.outcome === "enrolled" ? make("p", {}, mark("good"), "On the list that was built.") : null,
      picture?.id === row.id && picture.measures.length ? more("measured", "What was measured of its face", make("dl", { class: "lfr-facts" }, ...picture.measures.flatMap((one) => [make("dt", {}, one.label), make("dd", { class: "lfr-number" }, measured(one))]))) : null,
      same.length ? make("p", {}, "Other images of " + row.values.subject + ": ", ...same.slice(0, 6).map((other) => other.name).join(", ")) : null,
      replace);
  }

  const measured = (one) => (Math.abs(one.value) >= 10 ? Math.round(one.value) : one.value.toFixed(2)).toString().replace("-", "\u2212") + (one.unit === "0..1" ? "" : " " + one.unit);

  function showPicture() {
    const row = cursorOnly();
    if (!row) return void fill(figure);
    if (picture?.id !== row.id) return void fill(figure, make("p", { class: "lfr-quiet" }, row.state === "waiting" ? "Waits to be looked at." : "Fetching the picture."));
    if (!picture.address) return void fill(figure, make("p", { class: "lfr-quiet" }, "There is nothing to show: the image cannot be decoded."));
    const [width, height] = picture.size;
    const layer = draw("svg", { viewBox: "0 0 " + width + " " + height, class: "lfr-marks", "aria-hidden": "true" });
    if (picture.box.length) {
      const [x0, y0, x1, y1] = picture.box;
      layer.append(draw("rect", { x: x0 * width, y: y0 * height, width: (x1 - x0) * width, height: (y1 - y0) * height, class: "lfr-face-box" }));
      const radius = Math.max(2, width / 60, ((x1 - x0) * width) / 40);
      for (const [x, y] of picture.points) layer.append(draw("circle", { cx: x * width, cy: y * height, r: radius, class: "lfr-point" }));
    }
    const alt = picture.box.length ? "The image, with the face that was found and its five points" : "The image; no face was taken from it";
    fill(figure, make("div", { class: "lfr-frame", style: "aspect-ratio:" + width + "/" + height }, make("img", { src: picture.address, alt }), layer), make("p", { class: "lfr-quiet lfr-number" }, width + " x " + height + " px"));
    showAbout(row);
  }

  // --- the foot: size, false alerts, what blocks, the build and what came of it
  const gauge = make("div", { class: "lfr-gauge", role: "meter", "aria-valuemin": "0", "aria-label": "Size of the list" }, make("span", {}));
  const size = make("p", { class: "lfr-size" });
  const limits = make("p", { class: "lfr-quiet" });
  const faces = make("input", { type: "number", min: "0", step: "1", class: "lfr-faces", placeholder: "unknown" });
  faces.addEventListener("change", () => talking.send("faces", { faces: faces.value === "" ? null : Math.round(Number(faces.value)) }));
  const expected = make("div", { class: "lfr-expected", "aria-live": "polite" });
  const blocks = make("ul", { class: "lfr-blocks" });
  const replaces = make("input", { type: "checkbox", class: "lfr-replaces" });
  replaces.addEventListener("change", () => showFoot());
  const replaceWords = make("span", {});
  const replaceLine = make("label", { class: "lfr-check" }, replaces, replaceWords);
  const build = button("Build the list", () => {
    form.flush();
    fill(problems);
    talking.send("build", { replacing: page.present && replaces.checked ? page.present.digest : null });
  }, { class: "lfr-button lfr-first lfr-build" });
  const going = make("div", { class: "lfr-going" });
  const result = make("div", { class: "lfr-result" });
  fill(foot,
    make("div", { class: "lfr-foot-columns" },
      make("div", {}, make("h4", {}, "Size"), size, gauge, limits),
      make("div", {}, make("h4", {}, "False alerts to expect"), make("label", { class: "lfr-inline" }, "Faces that the deployment is expected to see", faces), expected),
      make("div", {}, make("h4", {}, "Build"), blocks, replaceLine, build, going)),
    result);

  function showFoot() {
    still.draw(drawFoot);
  }

  function drawFoot() {
    if (!meter || !page || page.chosen === null) return;
    const many = rows.size;
    const over = meter.usable > meter.largest;
    fill(size, mark(over ? "bad" : meter.warnings.length ? "warn" : "good"), make("b", { class: "lfr-number" }, count(meter.usable) + " of " + count(meter.largest)), over ? " usable images: too large, no search of it starts" : " usable images", meter.states.refused ? ", " + count(meter.states.refused) + " refused beside them" : "");
    gauge.setAttribute("aria-valuemax", String(meter.largest));
    gauge.setAttribute("aria-valuenow", String(Math.min(meter.usable, meter.largest)));
    gauge.setAttribute("aria-valuetext", count(meter.usable) + " of " + count(meter.largest) + " images");
    gauge.toggleAttribute("data-over", over);
    gauge.firstChild.style.width = Math.min(100, (100 * meter.usable) / Math.max(1, meter.largest)) + "%";
    fill(limits, ...meter.warnings.map((words) => make("span", {}, mark("warn"), make("b", {}, words), make("br"))), meter.limits);
    if (document.activeElement !== faces) faces.value = meter.faces ?? "";
    const now = JSON.stringify([meter.usable > 0, meter.expected, meter.cautions, meter.rests_on]);
    if (expected.dataset.now !== now) anew(expected, faces,
      meter.expected ? make("p", {}, make("b", {}, meter.expected)) : make("p", {}, meter.usable ? "Unknown until the faces to expect are said." : "Unknown: no image is usable yet."),
      ...(meter.expected ? meter.cautions.map((words) => make("p", {}, mark("warn"), words)) : []),
      meter.rests_on ? more("rests", "What this rests on", make("p", { class: "lfr-quiet" }, meter.rests_on)) : null);
    expected.dataset.now = now;
    showBuild(many);
    showResult();
  }

  function showBuild(many) {
    const all = [...rows.values()];
    const waiting = all.filter((row) => row.state === "waiting").length;
    const bare = all.filter((row) => row.faults.length).length;
    const refused = all.filter((row) => row.verdict === "reject" && !row.faults.length && !row.barred).length;
    const barred = all.filter((row) => row.barred).length;
    const usable = all.filter((row) => row.state === "ready" || row.state === "warned").length;
    const present = page.present;
    const found = [
      many ? null : "No image yet.",
      files.items.some((item) => !item.problem) ? "Files are on their way." : null,
      waiting ? count(waiting) + (waiting === 1 ? " image waits" : " images wait") + " to be looked at." : null,
      bare ? count(bare) + (bare === 1 ? " form is" : " forms are") + " not filled in: fill in what is missing, or take the images off." : null,
      barred ? count(barred) + (barred === 1 ? " image is" : " images are") + " none of the credited sample photographs, and can be on no list of a demonstration: take " + (barred === 1 ? "it" : "them") + " off." : null,
      many && !waiting && !bare && !barred && !usable ? "No image can be used." : null,
      present && !replaces.checked ? "Say below that the list that there is may be replaced." : null,
    ].filter(Boolean);
    fill(blocks, ...found.map((words) => make("li", {}, mark("none"), words)),
      refused ? make("li", { class: "lfr-quiet" }, mark("bad"), count(refused) + (refused === 1 ? " refused image goes" : " refused images go") + " into the record as refused, without a face. Put another in its place, or take it off.") : null,
      found.length || busy ? null : make("li", {}, mark("good"), "Nothing blocks the build."));
    replaceLine.hidden = !present;
    if (present) replaceWords.textContent = "Replace the list of " + count(present.references) + (present.references === 1 ? " image" : " images");
    build.disabled = found.length > 0 || busy?.what === "building";
    build.textContent = "Build the list" + (usable ? " of " + count(usable) + (usable === 1 ? " image" : " images") : "");
    if (busy) fill(going, make("p", {}, mark("rest"), busy.what[0].toUpperCase() + busy.what.slice(1) + (busy.total ? ": " + count(busy.done) + " of " + count(busy.total) : "; this takes seconds.")), busy.total ? make("progress", { max: String(busy.total), value: String(busy.done), "aria-label": busy.what }) : null);
    else fill(going);
  }

  function showResult() {
    // By its number: two builds may be of the same list in the same second.
    const number = String(report?.number ?? "");
    if (result.dataset.number === number) return;
    result.dataset.number = number;
    if (!report) return void fill(result);
    replaces.checked = false;
    const lines = (words, name) => words.map((one) => make("li", {}, mark(name), one));
    fill(result, make("section", { class: "lfr-report", "aria-label": "What the build came to", tabindex: "-1" },
      make("h4", {}, "Built for " + report.reference + " at " + report.built + " by " + report.builder),
      make("div", { class: "lfr-foot-columns" },
        make("div", {}, make("h4", {}, "On the list"), make("p", {}, mark("good"), make("b", {}, count(report.enrolled) + (report.enrolled === 1 ? " image" : " images")), " of " + count(report.subjects) + (report.subjects === 1 ? " person" : " people") + ": " + report.categories.join(", ") + "."), make("p", { class: "lfr-quiet" }, (report.kept ? count(report.kept) + " were on it before, unchanged, and keep check and review. " : "") + (report.under_18 ? count(report.under_18) + " under 18. " : "") + "Fresh enough for a start until " + report.good_until + ".")),
        make("div", {}, make("h4", {}, "Refused"), report.refused.length ? make("ul", { class: "lfr-blocks" }, ...report.refused.map((one) => make("li", {}, mark("bad"), make("b", {}, one.name), " of " + one.subject + ": " + one.reasons))) : make("p", {}, "No image was refused.")),
        make("div", {}, make("h4", {}, "Still owed before a search starts"), make("ul", { class: "lfr-blocks lfr-owed" }, ...lines(report.owed, "none"), ...lines(report.blocks, "bad"), ...lines(report.expected ? report.cautions : [], "warn"), report.owed.length + report.blocks.length ? null : make("li", {}, mark("good"), "Nothing of the list keeps the search from starting."))))));
  }

  // --- what people do
  deployment.addEventListener("change", () => deployment.value && talking.send("choose", { deployment: deployment.value }));
  input.addEventListener("change", () => {
    if (input.files.length) files.add([...input.files], { replaces: input.dataset.replaces || null });
    input.value = "";
  });
  folder.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && meant(event)) takeFolder.click();
  });
  list.addEventListener("scroll", () => requestAnimationFrame(drawRows));
  let over = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const [kind, by] of [["dragenter", 1], ["dragleave", -1]]) root.addEventListener(kind, (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over = Math.max(0, over + by);
    drop.toggleAttribute("data-over", over > 0);
  });
  root.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = page?.chosen ? "copy" : "none";
  });
  root.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over = 0;
    drop.removeAttribute("data-over");
    if (page?.chosen) files.add([...event.dataTransfer.files]);
  });

  function toggleKeys() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return root.focus();
    const keys = [["\u2193, \u2191", "next and previous image; with Shift all between"], ["Home, End", "first and last"], ["Space", "choose one more, or no longer"], ["a", "choose all that are listed"], ["Enter", "go to the form"], ["Delete", "take what is chosen off"], ["Esc", "back to the list"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys in the list of images"), make("dl", {}, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleKeys()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
    if (!sheet.hidden && event.key === "Escape") toggleKeys();
    else if (event.key === "Escape" && asksDrop) keepThem();
    else if (event.key === "Escape" && meant(event)) list.focus();
    else if (typing) return;
    else if (event.key === "?") toggleKeys();
    else if (event.target !== list) return;
    else if (event.key === "ArrowDown") step(1, event.shiftKey);
    else if (event.key === "ArrowUp") step(-1, event.shiftKey);
    else if (event.key === "Home") step(-rows.size, event.shiftKey);
    else if (event.key === "End") step(rows.size, event.shiftKey);
    else if (event.key === " " && cursor !== null) choose(cursor, "toggle");
    else if (event.key === "a") chooseAll();
    else if (event.key === "Delete") askDrop();
    else if (event.key === "Enter" && chosen.size) form.focus();
    else return;
    event.preventDefault();
  });

  showAll();
  return () => {
    for (const address of small.values()) URL.revokeObjectURL(address);
    if (picture?.address) URL.revokeObjectURL(picture.address);
    still.end();
    talking.end();
  };
}

export default { render };

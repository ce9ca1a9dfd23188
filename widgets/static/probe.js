// Preparing a probe: the original beside its enhanced copy. Whatever is done to the copy, and
// whether it may be searched with, Python decides; this shows it and asks for it.

const VERDICTS = { accept: ["good", "accept"], warn: ["warn", "warn"], reject: ["bad", "reject"] };
const SHORT = 8;

const sentence = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

function digest(text) {
  return make("code", { class: "lfr-digest", title: text, "aria-label": "SHA-256 beginning with " + text.slice(0, SHORT) }, text.slice(0, SHORT) + "\u2026");
}

function render({ model, el }) {
  let state = { picture: null, missing: [] };
  let looks = null; // what is shown in place of the copy: "tried" or "before"
  let copy = null;
  let placing = null; // { face, fromNowhere } while eyes are placed by hand; of no face that was found where it is null
  let form = [];
  let since = 0;
  const view = { told: make("p", {}), fault: make("p", {}) };
  const captions = new Map();
  const parts = new Map();

  const file = make("input", { type: "file", accept: "image/*,.jp2,.ppm,.pgm", hidden: true, "aria-label": "Picture" });
  const choose = button("Choose a picture", () => file.click(), { class: "lfr-button lfr-choose" });
  const drop = make("div", { class: "lfr-drop" }, choose, make("span", { class: "lfr-drop-words" }, "or drop one here. At most 64 MiB; JPEG, PNG, TIFF, WebP, BMP, GIF, JPEG 2000, AVIF or PPM."), file);
  const facts = make("p", { class: "lfr-facts" });
  const trouble = make("div", { class: "lfr-trouble" });
  const banner = make("p", { class: "lfr-banner", role: "status", hidden: true });
  const busy = make("p", { class: "lfr-busy lfr-number", role: "status" });
  const sound = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const send = (...words) => talking.send(...words);
  const coming = uploadLine(() => {
    files.cancel(files.items[0]);
    refuse(null, "Cancelled; nothing of it was kept.");
  });
  const files = uploads(send, {
    changed: () => coming.show(files),
    failed: (item) => {
      files.dismiss(item);
      refuse("The picture was not taken.", item.problem.startsWith(item.file.name) ? item.problem : item.file.name + ": " + item.problem);
    },
    arrived: (_, same) => {
      sound.textContent = "The picture was uploaded.";
      if (!same) refuse("The picture is another one.", "The kernel has a file with another SHA-256 than the browser read. Upload it again.");
    },
  });
  const left = pictureStage("The original");
  const right = pictureStage("The enhanced copy, with the faces that were found", (face) => send("choose", { face }), (box) => tools.crop(box), () => useEyes());
  const leftWords = make("span", { class: "lfr-quiet lfr-number" });
  const rightWords = make("span", { class: "lfr-quiet lfr-number" });
  const rightTitle = make("h4", {}, "Enhanced copy");
  const tools = toolbox(send, {
    clear: () => fill(trouble),
    crop: (box) => right.setCrop(box, false),
    isTried: () => looks !== null,
    around: () => around(),
    tool: (kind) => {
      right.crops(kind === "crop" && looks !== "tried" && placing === null);
      if (kind !== "crop") right.forgetCrop();
    },
    done: () => showCopy(),
  });
  const placeLine = make("div", { class: "lfr-line lfr-placing", role: "group", "aria-label": "Eyes by hand", hidden: true },
    make("span", {}, "Put both points on the middles of the eyes: drag them, or move them by arrow keys. The person\u2019s right eye is R."),
    button("Use these eyes", () => useEyes(), { class: "lfr-button lfr-use-eyes" }),
    button("Leave as it was", () => endPlacing(), { class: "lfr-button" }));
  const steps = make("ol", { class: "lfr-steps" });
  const verdict = make("div", { class: "lfr-verdict" });
  const origin = make("div", { class: "lfr-origin" });
  const use = button("Use this probe", () => send("use"), { class: "lfr-button lfr-first lfr-use" });
  const missing = make("p", { class: "lfr-missing" });
  const block = (words, ...children) => make("section", { class: "lfr-block", "aria-label": words }, make("h4", {}, words), ...children);
  const root = make("section", { class: "lfr-panel lfr-probe", "aria-label": "Probe", tabindex: "-1" },
    make("header", { class: "lfr-line" }, make("h3", {}, "Probe"), facts), drop, coming.root, trouble, banner,
    make("div", { class: "lfr-two" },
      make("figure", {}, make("figcaption", {}, make("h4", {}, "Original"), leftWords), left.root),
      make("figure", {}, make("figcaption", {}, rightTitle, rightWords), right.root)),
    placeLine, busy,
    make("div", { class: "lfr-three" },
      make("div", {}, block("Change the copy", tools.root)),
      make("div", {}, block("Steps", steps)),
      make("div", {}, block("Quality and face", verdict), block("Where it comes from", origin), block("Decide", use, missing))),
    sound);
  fill(el, root);
  keep(root, () => {});
  left.say("No picture yet. Choose one, or drop it here.");
  right.say("What is done to the picture is done to a copy, which is shown here.");

  const talking = talk(model, {
    page: (content) => {
      files.limit(content);
      tools.tools(content.tools);
      form = content.form;
      showOrigin();
      show();
    },
    state: (content) => take(content),
    picture: (content, buffers) => {
      if (content.of === "original") return paint(left, content, buffers[0], leftWords);
      copy = { content, bytes: buffers[0] };
      showCopy();
    },
    look: (content, buffers) => {
      if (content.to !== talking.view) return;
      if (content.of === "tried" && !tools.isLast(content.asked)) return;
      if (content.of === "before" && tools.editing !== content.asked) return;
      looks = content.of;
      endPlacing();
      right.faces([], null);
      right.crops(looks === "before" && tools.kind === "crop");
      paint(right, content, buffers[0], rightWords).then(() => {
        if (looks === "before" && tools.kind === "crop") right.setCrop(state.steps[tools.editing].values, false);
      });
      title();
      tools.again();
    },
    // Also of a step that changes no pixel: nothing is tried or being changed any more, unless
    // another step was begun before the answer came.
    done: (content) => {
      if (content.to === talking.view && content.what === "eyes") return endPlacing();
      if (content.to !== talking.view || !["add", "change", "remove"].includes(content.what)) return;
      const since = tools.begunSince;
      tools.answered(content.asked);
      if (content.what !== "remove" && since) return;
      tools.fresh();
      right.forgetCrop();
      showCopy();
    },
    got: (content) => content.to === talking.view && files.got(content),
    uploaded: (content) => content.to === talking.view && files.whole(content),
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      tools.answered(content.asked);
      if (content.what === "upload") return void files.refused(content);
      if (content.what === "origin") return fill(view.fault, ...(whole() ? [mark("bad"), sentence(content.words)] : []));
      if (content.what === "override") return fill(view.overrideFault, mark("bad"), sentence(content.words));
      refuse("This was not done.", content.words);
    },
  });

  function title() {
    right.root.classList.toggle("lfr-not-used", looks !== null);
    if (looks === "tried") fill(rightTitle, mark("rest"), "Tried, not added: the search does not use this.");
    else if (looks === "before") fill(rightTitle, mark("rest"), "As it is before step " + (tools.editing + 1) + ".");
    else fill(rightTitle, state.enhanced ? "Enhanced copy: this is searched with" : "Copy, equal to the original: this is searched with");
  }

  // Room for hair, chin and ears; without a chosen face the middle.
  function around() {
    const face = looks === null ? state.faces?.[state.chosen] : null;
    const size = right.size;
    if (!size) return null;
    const [x0, y0, x1, y1] = face?.box ?? [size[0] / 3, size[1] / 3, (2 * size[0]) / 3, (2 * size[1]) / 3];
    const room = face ? 0.8 * Math.max(x1 - x0, y1 - y0) : 0;
    right.setCrop({ left: x0 - room, top: y0 - room, width: x1 - x0 + 2 * room, height: y1 - y0 + 2 * room }, false);
    return right.crop;
  }

  function refuse(heading, words) {
    if (!heading) fill(trouble, make("p", { role: "status" }, words));
    else {
      const kept = heading.startsWith("The picture") && state.picture ? "The picture that is shown here stays as it was." : null;
      fill(trouble, problem(heading, words, kept));
    }
  }

  async function paint(stage, content, bytes, words) {
    try {
      await stage.show(content, bytes);
    } catch (error) {
      return refuse("A picture cannot be shown.", "The browser could not decode what the kernel sent (" + error.name + ").");
    }
    const told = () => {
      if (stage.root.dataset.scale === undefined) return;
      const reduced = content.sent[0] < content.size[0] ? ", sent reduced to " + inPixels(content.sent) : "";
      words.textContent = inPixels(content.size) + " \u00b7 " + enlarged(Number(stage.root.dataset.scale)) + reduced;
    };
    captions.set(stage, told);
    told();
  }

  function showCopy() {
    looks = null;
    title();
    if (!copy || !state.picture) return;
    const before = right.size?.join();
    paint(right, copy.content, copy.bytes, rightWords).then(() => {
      if (looks !== null) return;
      if (before !== right.size.join()) right.forgetCrop();
      showFaces();
    });
  }

  function showFaces() {
    right.faces(state.faces ?? [], state.chosen, state.eyes_found);
    right.crops(tools.kind === "crop" && placing === null);
  }

  // Begins where the eyes are now, or in the middle; Python says what comes of it.
  function place(face) {
    if (!right.size) return;
    if (tools.editing !== null || looks !== null) tools.fresh();
    showCopy();
    const own = state.by_hand && state.chosen === (face ?? state.found);
    const from = face === null && !own ? null : state.faces[face ?? state.chosen]?.eyes;
    placing = { face, fromNowhere: !from };
    placeLine.hidden = false;
    const [width, height] = right.size;
    const apart = Math.min(width, height) / 8;
    const middle = [[width / 2 - apart, height / 2.5], [width / 2 + apart, height / 2.5]];
    right.crops(false);
    right.eyes.begin(from ?? middle, right.size);
  }

  function useEyes() {
    if (!placing) return;
    // Where nothing was found the points begin anywhere: nobody said yet that eyes are there.
    if (placing.fromNowhere && !right.eyes.bothMoved) return refuse(null, "Put both points on the eyes first: one was not moved yet.");
    fill(trouble);
    send("eyes", { eyes: right.eyes.points, face: placing.face, pixels: state.searched });
  }

  function endPlacing() {
    if (!placing) return;
    const focused = placeLine.contains(document.activeElement) || right.eyes.root.contains(document.activeElement);
    placing = null;
    placeLine.hidden = true;
    right.eyes.end();
    if (looks === null) showFaces();
    if (focused) (verdict.querySelector(".lfr-place") ?? root).focus({ preventScroll: true });
  }

  function take(content) {
    const searched = state.searched;
    const file = state.picture?.sha256;
    const before = state.steps?.length ?? 0;
    state = content;
    if (!state.picture) {
      copy = null;
      left.blank();
      right.blank();
      leftWords.textContent = rightWords.textContent = "";
    }
    if (state.picture && (state.searched !== searched || state.picture.sha256 !== file)) {
      right.forgetCrop();
      endPlacing();
      // What was begun since goes on, but a crop, which is drawn on one picture.
      const goesOn = tools.begunSince && tools.kind !== "crop" && state.picture.sha256 === file && state.steps.length >= before;
      if (!goesOn) tools.fresh();
      fill(trouble);
    }
    if (state.picture?.sha256 !== file) showOrigin();
    if (state.busy && !since) since = performance.now();
    if (!state.busy) since = 0;
    show();
  }

  function show() {
    tick();
    tools.allow(Boolean(state.picture), Boolean(state.busy));
    // What is told is told of a picture, and forgotten with it.
    origin.parentElement.hidden = !form.length || !state.picture;
    choose.textContent = state.picture ? "Choose another picture" : "Choose a picture";
    drop.classList.toggle("lfr-has-picture", Boolean(state.picture));
    if (state.picture && looks === null) right.faces(state.faces, state.chosen, state.eyes_found);
    part("facts", facts, state.picture, showFacts);
    part("banner", banner, [state.picture, state.enhanced, state.steps, state.by_hand], showBanner);
    part("steps", steps, [state.picture, state.steps], showSteps);
    part("verdict", verdict, [state.picture, state.searched, state.faces, state.chosen, state.override, state.rejected, state.by_hand], showVerdict);
    part("missing", missing, [state.missing, state.used], showMissing);
    use.disabled = state.missing.length > 0 || Boolean(state.used) || Boolean(state.busy);
    fill(view.told, ...(state.told ? [mark("good"), "Complete."] : [mark("none"), "Not complete yet."]));
    if (state.told) fill(view.fault);
  }

  // Only what has changed is made anew: whoever types goes on typing, and the focus stays.
  function part(name, element, of, render) {
    const now = JSON.stringify(of);
    if (parts.get(name) === now) return;
    parts.set(name, now);
    const reached = [...element.querySelectorAll("button, input")];
    const at = reached.indexOf(document.activeElement);
    render();
    if (at < 0) return;
    const there = [...element.querySelectorAll("button, input")];
    (there[Math.min(at, there.length - 1)] ?? root).focus({ preventScroll: true });
  }

  function showMissing() {
    if (state.used) fill(missing, mark("good"), "This probe is the one that is searched with. Any change takes that back.");
    else if (state.missing.length) fill(missing, mark("warn"), "Still missing: " + state.missing.join("; ") + ".");
    else fill(missing, mark("none"), "All is there; nobody has decided yet.");
  }

  function showFacts() {
    const one = state.picture;
    if (!one) return fill(facts);
    fill(facts, make("b", {}, one.name), " \u00b7 " + count(one.bytes) + " bytes \u00b7 file SHA-256 ", digest(one.sha256), " \u00b7 pixels ", digest(one.pixels));
  }

  function showBanner() {
    banner.hidden = !state.picture;
    if (!state.picture) return;
    banner.classList.toggle("lfr-enhanced", state.enhanced);
    const number = state.steps.length === 1 ? "1 step" : state.steps.length + " steps";
    title();
    const eyes = state.by_hand ? " The eyes of the face were placed by hand." : "";
    if (state.enhanced) fill(banner, mark("warn"), make("b", {}, "The search will use an enhanced copy (" + number + "). "), "The original is kept unchanged, and the log below says what was done." + eyes);
    else fill(banner, mark("good"), make("b", {}, "The search will use the original, unchanged."), (state.steps.length ? " The steps change no pixel." : "") + eyes);
  }

  function showSteps() {
    const list = state.steps ?? [];
    if (!list.length) return fill(steps, make("li", { class: "lfr-none" }, state.picture ? "No step: the copy is the original." : "No picture yet."));
    fill(steps, ...list.map((step, number) => make("li", {},
      make("div", {}, make("b", {}, number + 1 + ". "), step.words),
      make("div", { class: "lfr-line lfr-step" },
        make("span", { class: "lfr-change" }, digest(step.before), " \u2192 ", digest(step.after)),
        button("Change", () => tools.edit(number, step.values), { class: "lfr-button lfr-small", "aria-label": "Change step " + (number + 1) }),
        button("Remove", () => {
          send("remove", { number });
          sound.textContent = "Step " + (number + 1) + " is removed.";
        }, { class: "lfr-button lfr-small", "aria-label": "Remove step " + (number + 1) })))));
  }

  const badge = (word) => [mark(VERDICTS[word][0]), make("b", {}, VERDICTS[word][1])];

  function showVerdict() {
    if (!state.picture) return fill(verdict, make("p", {}, "No picture yet."));
    if (!state.faces.length) return fill(verdict, make("p", { class: "lfr-no-face" }, mark("bad"), make("b", {}, "No face found. "), "Without one nothing can be searched. Crop to the face, rotate it upright, or upscale it."), ...placers());
    const parts = [];
    if (state.faces.length > 1) {
      parts.push(make("p", {}, ...(state.chosen === null ? [mark("warn"), make("b", {}, state.faces.length + " faces: choose the one to search for.")] : [state.faces.length + " faces; face " + (state.chosen + 1) + " is searched for."])));
      parts.push(make("div", { class: "lfr-choice", role: "group", "aria-label": "Face to search for" }, ...state.faces.map((face, index) =>
        button("", () => send("choose", { face: index }), { class: "lfr-button lfr-small", "aria-pressed": String(index === state.chosen), "data-choice": index }))));
      parts.at(-1).childNodes.forEach((one, index) => fill(one, "Face " + (index + 1) + ": ", ...badge(state.faces[index].verdict)));
    }
    const face = state.faces[state.chosen];
    if (face) {
      parts.push(make("p", { class: "lfr-word" }, "Quality: ", ...badge(face.verdict)));
      if (face.reasons.length) parts.push(make("ul", {}, ...face.reasons.map((words) => make("li", {}, words))));
      const apart = Math.hypot(face.eyes[1][0] - face.eyes[0][0], face.eyes[1][1] - face.eyes[0][1]);
      parts.push(make("p", { class: "lfr-quiet lfr-number" }, apart.toFixed(0) + " px between the eyes in this copy. A proxy for quality, not OFIQ."));
    }
    parts.push(...placers());
    if (state.rejected) parts.push(...overriding());
    fill(verdict, ...parts);
  }

  function placers() {
    if (!state.may_place) return [];
    const small = (words, press) => button(words, press, { class: "lfr-button lfr-small lfr-place" });
    const found = state.chosen !== null && state.chosen < state.found;
    if (state.by_hand) return [
      make("p", { class: "lfr-by-hand" }, mark("warn"), state.by_hand),
      make("div", { class: "lfr-choice" }, small("Place them again", () => place(found ? state.chosen : null)), small(found ? "Take the detector\u2019s eyes" : "Take them away", () => send("found"))),
    ];
    return [make("div", { class: "lfr-choice" },
      found ? small("Correct the eyes by hand", () => place(state.chosen)) : null,
      small(state.found ? "Place eyes of a face that was not found" : "Place the eyes by hand", () => place(null)))];
  }

  function overriding() {
    if (state.override) return [make("p", { class: "lfr-overridden" }, mark("warn"), make("b", {}, "Overridden: "), "\u201c" + state.override + "\u201d")];
    const reason = make("input", { type: "text", maxlength: "2000", autocomplete: "off", value: view.reason ?? "", class: "lfr-reason" });
    view.overrideFault = make("p", { class: "lfr-fault", role: "alert" });
    reason.addEventListener("input", () => (view.reason = reason.value));
    const commit = () => send("override", { reason: reason.value });
    reason.addEventListener("keydown", (event) => event.key === "Enter" && meant(event) && commit());
    return [
      make("p", {}, "A rejected picture misleads more often. To search with it all the same, say why:"),
      make("div", { class: "lfr-line lfr-why" }, make("label", {}, "Reason for the override", reason), button("Override", commit, { class: "lfr-button lfr-override" })),
      view.overrideFault,
    ];
  }

  function showOrigin() {
    view.fault = make("p", { class: "lfr-fault", role: "alert" });
    view.told = make("p", {});
    const hints = { moment: "YYYY-MM-DD hh:mm:ss", day: "YYYY-MM-DD" };
    const types = { whole: "number", number: "number" };
    fill(origin, ...form.map((one) => {
      const value = state.values?.[one.name] ?? "";
      const words = one.words + (one.required ? "" : ", if known");
      const common = { "data-origin": one.name, "aria-required": String(one.required) };
      const input = one.kind === "choice"
        ? make("select", common, make("option", { value: "" }, "\u2013"), ...one.choices.map((word) => make("option", { value: word }, word.replaceAll("-", " "))))
        : make("input", { ...common, type: types[one.kind] ?? "text", step: one.kind === "whole" ? "1" : "any", placeholder: hints[one.kind], autocomplete: "off" });
      input.value = value;
      input.addEventListener("change", () => send("origin", { values: Object.fromEntries([...origin.querySelectorAll("[data-origin]")].map((field) => [field.dataset.origin, field.value])) }));
      return make("label", {}, words, input);
    }), view.told, view.fault);
  }

  const whole = () => [...origin.querySelectorAll('[aria-required="true"]')].every((field) => field.value.trim());

  function tick() {
    busy.textContent = state.busy ? state.busy[0].toUpperCase() + state.busy.slice(1) + "\u2026 " + Math.round((performance.now() - since) / 1000) + " s" : "";
    root.dataset.busy = String(Boolean(state.busy));
  }

  function bring(one) {
    if (files.items.length) return refuse("The picture was not taken.", "A picture is being uploaded. Wait for it, or cancel it.");
    fill(trouble);
    files.add([one]);
  }

  file.addEventListener("change", () => {
    if (file.files[0]) bring(file.files[0]);
    file.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) root.addEventListener(name, (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    drop.classList.toggle("lfr-over-it", name === "dragover");
    if (name !== "drop") return;
    if (event.dataTransfer.files.length === 1) bring(event.dataTransfer.files[0]);
    else refuse("The picture was not taken.", event.dataTransfer.files.length + " files were dropped. Drop one.");
  });

  for (const stage of [left, right]) stage.root.addEventListener("fitted", () => captions.get(stage)?.());

  const ticking = setInterval(tick, 1000);
  show();
  return () => {
    clearInterval(ticking);
    left.end();
    right.end();
    files.end();
    talking.end();
  };
}

export default { render };

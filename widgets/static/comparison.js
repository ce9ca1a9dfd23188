// Two faces at one scale. Zoom and pan are one for both; a mirrored picture says that it is one.

const MODES = [["side", "Side by side", "s"], ["swipe", "Swipe", "w"], ["blink", "Blink", "b"]];
const PLACES = ["probe", "candidate"];
// WCAG 2.2, 2.3.1: nothing flashes more than three times a second. A change back and forth is one
// flash, so this is less than half of what is allowed.
const FASTEST_A_SECOND = 2.5;
const CLOSEST = 12;
const FARTHEST = 0.2;
const HIGH_PX = 480;

function render({ model, el }) {
  let pair = null;
  let pictures = [];
  let mode = "side";
  let zoom = 1;
  let pan = [0, 0];
  let split = 50;
  let turn = 0; // which of the two is shown in turns
  let rate = 1;
  let blinking = null;
  let drag = null;
  let came = 0;
  let names = PLACES; // what the two are called
  const on = { level: false, grid: false, eyes: false, smooth: true, probe: false, candidate: false };

  const canvas = make("canvas", { role: "img", "aria-label": "Nothing to compare yet" });
  const pen = canvas.getContext("2d");
  const tags = PLACES.map((name) => make("div", { class: "lfr-tag", "data-of": name }));
  const told = make("div", { class: "lfr-told" }, ...tags); // beside the pictures: it covers no face
  const mirrored = PLACES.map((name) => make("div", { class: "lfr-mirrored", "data-of": name, hidden: true }));
  const empty = make("p", { class: "lfr-empty" }, "Nothing to compare yet.");
  const stage = make("div", { class: "lfr-compared", tabindex: "0", role: "group", "aria-label": "Pictures. Arrows move both, + and - enlarge and reduce both, 0 puts them back." }, canvas, ...mirrored, empty);
  const modes = make("span", { class: "lfr-group", role: "group", "aria-label": "How the two are shown" }, ...MODES.map(([name, words, key]) => button(words, () => setMode(name), { class: "lfr-button lfr-small", "data-mode": name, title: words + " (" + key + ")", "aria-keyshortcuts": key })));
  const toggle = (name, words, key) => button(words, () => set(name), { class: "lfr-button lfr-small", "data-on": name, title: words + " (" + key + ")", "aria-keyshortcuts": key });
  const toggles = make("span", { class: "lfr-group", role: "group", "aria-label": "What is shown" },
    toggle("grid", "Grid", "g"), toggle("eyes", "Eye points", "e"), toggle("level", "Eyes level", "l"), toggle("smooth", "Smooth", "i"),
    toggle("probe", "", "1"), toggle("candidate", "", "2"));
  const nearer = (words, by, label, key) => button(words, () => zoomBy(by), { class: "lfr-button lfr-small", "aria-label": label, title: label + " (" + key + ")" });
  const zooms = make("span", { class: "lfr-group", role: "group", "aria-label": "Zoom of both" }, nearer("\u2212", 1 / 1.25, "Reduce both", "-"), nearer("+", 1.25, "Enlarge both", "+"), button("Reset", () => reset(), { class: "lfr-button lfr-small", title: "Put both back (0)" }));
  const slider = make("input", { type: "range", min: "0", max: "100", step: "1", value: "50", class: "lfr-split" });
  const ends = [make("span", {}), make("span", {})];
  const speed = make("input", { type: "range", min: "0.5", max: String(FASTEST_A_SECOND), step: "0.5", value: "1", class: "lfr-rate" });
  const speedWords = make("span", { class: "lfr-number" });
  const pause = button("", () => blink(!blinking), { class: "lfr-button lfr-small", title: "Start or pause (p)" });
  const other = button("Show the other", () => swap(), { class: "lfr-button lfr-small", title: "Show the other (Space)" });
  const swiping = make("label", { class: "lfr-swiping" }, make("span", { class: "lfr-ends" }, ...ends), slider);
  const turning = make("span", { class: "lfr-line lfr-turning" }, pause, other, make("label", { class: "lfr-speed" }, make("span", {}, "Changes a second"), make("span", { class: "lfr-line" }, speed, speedWords)));
  const captions = make("div", { class: "lfr-captions" }, ...PLACES.map(() => make("p", {})));
  const said = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const help = make("p", { class: "lfr-quiet lfr-hint" }, "Both pictures are only scaled and moved, and if you choose turned or mirrored; never warped. Click the pictures first: then the wheel enlarges both, dragging or arrows move both.");
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const sheetButton = button("?", () => toggleSheet(), { class: "lfr-button lfr-small", "aria-label": "Keys", title: "Keys (?)" });
  const root = make("section", { class: "lfr-panel lfr-comparison", "aria-label": "Comparison", tabindex: "-1" },
    make("header", { class: "lfr-line" }, make("h3", {}, "Comparison"), modes, zooms, toggles, sheetButton), told, stage, swiping, turning, captions, help, sheet, said);
  fill(el, root);

  const talking = talk(model, {
    none: (content) => {
      came += 1;
      call(content);
      forget();
      pair = null;
      blink(false);
      show();
    },
    pair: async (content, buffers) => {
      const mine = ++came;
      if (pair && content.number === pair.number) return;
      try {
        const made = await Promise.all(buffers.map((bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" }))));
        if (mine !== came) return made.forEach((one) => one.close());
        forget();
        call(content);
        pictures = made;
        pair = content;
      } catch (error) {
        forget();
        pair = null;
        empty.textContent = "The pictures could not be decoded by this browser (" + error.name + "). Show them again.";
        return show();
      }
      // A mirror image and a place that were chosen for another pair are not those of this one.
      on.probe = on.candidate = false;
      turn = 0;
      reset();
      said.textContent = both() + " are shown at equal distance of the eyes.";
    },
  });

  const both = () => names[0][0].toUpperCase() + names[0].slice(1) + " and " + names[1];

  function call(content) {
    names = content.names;
    empty.textContent = "Nothing to compare yet. " + content.choose;
    slider.setAttribute("aria-label", "Swipe: how much of the " + names[0] + " is shown, percent");
    PLACES.forEach((place, index) => {
      mirrored[index].textContent = "\u21c6 " + names[index] + " MIRRORED: left and right are swapped";
      const press = toggles.querySelector('[data-on="' + place + '"]');
      press.textContent = "Mirror " + names[index];
      press.title = press.textContent + " (" + (index + 1) + ")";
      ends[1 - index].textContent = names[index] + " alone";
    });
  }

  function forget() {
    pictures.forEach((one) => one.close());
    pictures = [];
  }

  function look(panes) {
    return { between: zoom * EYES_WIDE * Math.min(panes[0][2], panes[0][3]), pan, level: on.level };
  }

  function panes() {
    const [width, height] = [canvas.width, canvas.height];
    if (mode !== "side") return [[0, 0, width, height], [0, 0, width, height]];
    const half = Math.floor(width / 2);
    return [[0, 0, half, height], [width - half, 0, half, height]];
  }

  function paint(index, pane, clip, how, line) {
    const picture = pair[PLACES[index]];
    const { matrix, scale } = placed(picture, pane, how, on[PLACES[index]]);
    pen.save();
    pen.beginPath();
    pen.rect(...clip);
    pen.clip();
    pen.save();
    pen.setTransform(...matrix);
    pen.imageSmoothingEnabled = on.smooth;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(pictures[index], ...picture.part);
    pen.restore();
    if (on.grid) grid(pen, pane, how, line);
    if (on.eyes) rings(pen, picture, matrix, line);
    pen.restore();
    return scale;
  }

  function drawAll() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(stage.clientWidth * ratio), Math.round(HIGH_PX * ratio)];
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#6e7378";
    pen.fillRect(0, 0, width, height);
    if (!pair) return;
    const areas = panes();
    const how = look(areas);
    const edge = Math.round((width * split) / 100);
    const clips = mode === "swipe" ? [[0, 0, edge, height], [edge, 0, width - edge, height]] : areas;
    const scales = PLACES.map((_, index) => (mode === "blink" && index !== turn ? placed(pair[PLACES[index]], areas[index], how, false).scale : paint(index, areas[index], clips[index], how, ratio)));
    if (mode !== "blink") {
      pen.fillStyle = "#16191d";
      pen.fillRect((mode === "side" ? width / 2 : edge) - 2 * ratio, 0, 4 * ratio, height);
      pen.fillStyle = "#fff";
      pen.fillRect((mode === "side" ? width / 2 : edge) - ratio, 0, 2 * ratio, height);
    }
    tags.forEach((tag, index) => showTag(tag, index, scales[index]));
    canvas.dataset.scales = scales.map((one) => one.toFixed(4)).join(" ");
  }

  function showTag(tag, index, scale) {
    const name = PLACES[index];
    const picture = pair[name];
    const tilt = (pupils(picture).tilt * 180) / Math.PI;
    const words = [make("b", { class: "lfr-name" }, names[index]), make("span", {}, inWords(picture, scale, on.smooth))];
    if (on[name]) words.push(make("b", {}, "mirrored"));
    if (on.level && Math.abs(tilt) >= 0.1) words.push(make("span", {}, "turned by " + Math.abs(tilt).toFixed(1) + "\u00b0"));
    if (picture.sent[0] < picture.part[2]) words.push(make("span", {}, "sent reduced to " + Math.round((100 * picture.sent[0]) / picture.part[2]) + " %"));
    fill(tag, ...words);
    tag.hidden = (mode === "blink" && index !== turn) || (mode === "swipe" && (index ? split > 99 : split < 1));
    mirrored[index].hidden = tag.hidden || !on[name];
  }

  function show() {
    empty.hidden = Boolean(pair);
    for (const one of modes.children) one.setAttribute("aria-pressed", String(one.dataset.mode === mode));
    for (const one of toggles.children) one.setAttribute("aria-pressed", String(on[one.dataset.on]));
    swiping.hidden = mode !== "swipe";
    turning.hidden = mode !== "blink";
    pause.textContent = blinking ? "Pause" : "Start";
    speedWords.textContent = rate.toFixed(1);
    for (const one of [...tags, ...mirrored]) one.hidden = true;
    told.dataset.mode = mode;
    PLACES.forEach((name, index) => fill(captions.children[index], make("b", {}, names[index] + ": "), pair?.[name].caption || (pair ? "nothing more is told of it" : "none")));
    const seen = pair ? both() + ", " + MODES.find(([name]) => name === mode)[1].toLowerCase() + (mode === "blink" ? ", now the " + names[turn] : "") + ", at equal distance of the eyes" + names.filter((_, index) => on[PLACES[index]]).map((name) => ", " + name + " mirrored").join("") : "Nothing to compare yet";
    canvas.setAttribute("aria-label", seen);
    drawAll();
  }

  function setMode(name) {
    mode = name;
    turn = 0;
    // Whoever asked for less movement starts it by hand.
    blink(name === "blink" && Boolean(pair) && !matchMedia("(prefers-reduced-motion: reduce)").matches);
    said.textContent = MODES.find(([one]) => one === name)[1];
    show();
  }

  function set(name) {
    on[name] = !on[name];
    if (PLACES.includes(name)) said.textContent = "The " + names[PLACES.indexOf(name)] + (on[name] ? " is mirrored: left and right are swapped." : " is not mirrored.");
    show();
  }

  function blink(start) {
    clearInterval(blinking);
    blinking = start ? setInterval(swap, 1000 / rate) : null;
    show();
  }

  function swap() {
    turn = 1 - turn;
    show();
  }

  function zoomBy(factor, at = null) {
    const next = Math.min(CLOSEST, Math.max(FARTHEST, zoom * factor));
    if (at && pair) {
      // What lies below the pointer stays there.
      const areas = panes();
      const area = areas.find((one) => at[0] >= one[0] && at[0] <= one[0] + one[2]) ?? areas[0];
      const size = look(areas).between;
      const from = [area[0] + area[2] / 2, area[1] + area[3] * EYES_HIGH];
      pan = pan.map((value, axis) => value + ((at[axis] - from[axis]) / size) * (zoom / next - 1));
    }
    zoom = next;
    show();
  }

  function move(dx, dy) {
    pan = [pan[0] + dx, pan[1] + dy];
    show();
  }

  function reset() {
    zoom = 1;
    pan = [0, 0];
    show();
  }

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return stage.focus();
    const keys = [["s, w, b", "side by side, swipe, blink"], ["+, -, 0", "enlarge, reduce, put back, both alike"], ["\u2190, \u2191, \u2192, \u2193", "move both; Shift: farther"], ["g, e", "grid, eye points"], ["l", "eyes level"], ["i", "smooth, or pixels as squares"], ["1, 2", "mirror the " + names[0] + ", the " + names[1]], ["[, ]", "swipe to the left, to the right"], ["p, Space", "start or pause blinking, show the other"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", {}, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  slider.addEventListener("input", () => {
    split = Number(slider.value);
    show();
  });
  speed.addEventListener("input", () => {
    rate = Math.min(FASTEST_A_SECOND, Math.max(0.5, Number(speed.value) || 1));
    blink(Boolean(blinking));
  });
  const onCanvas = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  stage.addEventListener("wheel", (event) => {
    if (!pair || !stage.contains(document.activeElement)) return; // the page scrolls on
    event.preventDefault();
    zoomBy(Math.exp(-Math.sign(event.deltaY) * Math.min(1, Math.abs(event.deltaY) / 100) * 0.2), onCanvas(event));
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (!pair || event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    drag = onCanvas(event);
    stage.focus({ preventScroll: true });
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = onCanvas(event);
    const size = look(panes()).between;
    move((x - drag[0]) / size, (y - drag[1]) / size);
    drag = [x, y];
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (drag = null));

  keep(root, (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!sheet.hidden && (key === "Escape" || key === "?")) toggleSheet();
    else if (event.target.matches("input")) return;
    else if (event.repeat && !/^(Arrow|[+=\-_[\]])/.test(key)) event.preventDefault();
    else if (key === " " && event.target.matches("button")) return;
    else if (MODES.some((one) => one[2] === key)) setMode(MODES.find((one) => one[2] === key)[0]);
    else if (key === "+" || key === "=") zoomBy(1.25);
    else if (key === "-" || key === "_") zoomBy(1 / 1.25);
    else if (key === "0") reset();
    else if (key.startsWith("Arrow")) {
      const far = event.shiftKey ? 0.5 : 0.1;
      move(...{ ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[key]);
    } else if ({ g: 1, e: 1, l: 1, i: 1, 1: 1, 2: 1 }[key]) set({ g: "grid", e: "eyes", l: "level", i: "smooth", 1: "probe", 2: "candidate" }[key]);
    else if (key === "[" || key === "]") {
      split = Math.min(100, Math.max(0, split + (key === "]" ? 2 : -2)));
      slider.value = split;
      show();
    } else if (key === "p" && mode === "blink") blink(!blinking);
    else if (key === " " && mode === "blink") swap();
    else if (key === "?") toggleSheet();
    else return;
    event.preventDefault();
  });

  call({ names: PLACES, choose: "" });
  const watching = new ResizeObserver(() => drawAll());
  watching.observe(stage);
  show();
  return () => {
    clearInterval(blinking);
    watching.disconnect();
    forget();
    talking.end();
  };
}

export default { render };

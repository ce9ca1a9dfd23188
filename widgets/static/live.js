// The live picture. A frame is acknowledged once it is drawn; of several that wait, the newest is
// drawn and the others are acknowledged as passed over.

const STALE_MS = 2000;
const STEP = 0.01;
const BIG_STEP = 0.05;

function zoneEditor(send, say) {
  const layer = draw("svg", { class: "lfr-zone", viewBox: "0 0 1000 1000", preserveAspectRatio: "none" });
  const outline = draw("polygon", { class: "lfr-zone-outline" });
  const handles = make("div", { class: "lfr-handles" });
  let saved = [];
  let points = [];
  let editing = false;
  let grip = null;

  const clamp = (value) => Math.min(1, Math.max(0, value));

  function place() {
    outline.setAttribute("points", points.map(([x, y]) => x * 1000 + "," + y * 1000).join(" "));
    [...handles.children].forEach((handle, index) => {
      const [x, y] = points[index];
      handle.style.left = x * 100 + "%";
      handle.style.top = y * 100 + "%";
      handle.setAttribute("aria-label", "Corner " + (index + 1) + " of " + points.length + ": " + Math.round(x * 100) + " % from the left, " + Math.round(y * 100) + " % from the top");
    });
  }

  function at(event) {
    const box = layer.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  function corner(index) {
    const handle = make("button", { type: "button", class: "lfr-handle" });
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      grip = { index };
    });
    handle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? BIG_STEP : STEP;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (moves[event.key]) {
        points[index] = points[index].map((value, axis) => clamp(value + moves[event.key][axis]));
        place();
      } else if (event.key === "Insert" || event.key === "+") {
        const next = points[(index + 1) % points.length];
        points.splice(index + 1, 0, [0, 1].map((axis) => (points[index][axis] + next[axis]) / 2));
        rebuild(index + 1);
      } else if (event.key === "Delete" || event.key === "Backspace") {
        if (points.length > 3) {
          points.splice(index, 1);
          rebuild(Math.min(index, points.length - 1));
        } else say("A zone has three corners at least.");
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  }

  function rebuild(focus) {
    fill(handles, ...(editing ? points.map((_, index) => corner(index)) : []));
    place();
    if (focus !== undefined) handles.children[focus]?.focus();
  }

  handles.addEventListener("pointermove", (event) => {
    if (grip === null || grip.index === undefined) return;
    points[grip.index] = at(event);
    place();
  });
  layer.addEventListener("pointerdown", (event) => {
    if (!editing) return;
    layer.setPointerCapture(event.pointerId);
    grip = { from: at(event), were: points.map((point) => [...point]) };
  });
  layer.addEventListener("pointermove", (event) => {
    if (grip?.from === undefined) return;
    const [x, y] = at(event);
    const xs = grip.were.map((point) => point[0]);
    const ys = grip.were.map((point) => point[1]);
    const dx = Math.max(-Math.min(...xs), Math.min(1 - Math.max(...xs), x - grip.from[0]));
    const dy = Math.max(-Math.min(...ys), Math.min(1 - Math.max(...ys), y - grip.from[1]));
    points = grip.were.map(([px, py]) => [px + dx, py + dy]);
    place();
  });
  for (const part of [handles, layer]) part.addEventListener("pointerup", () => (grip = null));
  layer.append(outline);

  return {
    layer,
    handles,
    take(message) {
      saved = message.points.map((point) => [...point]);
      outline.classList.toggle("lfr-whole", message.whole);
      if (!message.may_draw) editing = false;
      if (!editing) {
        points = saved.map((point) => [...point]);
        rebuild();
      }
    },
    edit() {
      editing = true;
      layer.classList.add("lfr-editing");
      rebuild(0);
    },
    leave(keepIt) {
      editing = false;
      layer.classList.remove("lfr-editing");
      if (keepIt) send("zone", { points });
      else points = saved.map((point) => [...point]);
      rebuild();
    },
    whole() {
      points = [[0, 0], [1, 0], [1, 1], [0, 1]];
      rebuild(0);
    },
  };
}

function timeline(status) {
  const total = Math.max(status.feed_time_s ?? 0, 1);
  const bar = draw("svg", { class: "lfr-timeline", viewBox: "0 0 1000 24", preserveAspectRatio: "none", role: "img" });
  bar.append(draw("rect", { x: 0, y: 8, width: 1000, height: 8, class: "lfr-searched" }));
  const said = [];
  for (const gap of status.gaps ?? []) {
    said.push(gap.words);
    if (gap.start_s == null) continue; // a pause of a file that another process reads: it has no place here
    const x = (1000 * gap.start_s) / total;
    const width = Math.max(3, (1000 * ((gap.end_s ?? total) - gap.start_s)) / total);
    bar.append(draw("rect", { x, y: 1, width, height: 22, class: "lfr-gap-" + gap.kind }));
  }
  bar.setAttribute("aria-label", said.length ? said.length + " gaps: " + said.join("; ") : "no gaps");
  const list = said.length
    ? make("details", {}, make("summary", {}, said.length === 1 ? "1 gap" : said.length + " gaps"), make("ul", {}, ...said.map((words) => make("li", {}, words))))
    : make("span", { class: "lfr-quiet" }, "no gaps");
  return [bar, make("div", { class: "lfr-ends" }, make("span", {}, "0:00"), list, make("span", {}, span(status.feed_time_s ?? 0)))];
}

function render({ model, el }) {
  let states = {};
  let status = { state: "empty" };
  let newest = null;
  let busy = false;
  let drawnAt = 0;
  let drawnClock = "";
  let loading = performance.now();
  let told = false;

  const canvas = make("canvas", { width: 1280, height: 720, role: "img", "aria-label": "Live picture, faces pixelated except those of open alerts" });
  const pen = canvas.getContext("2d");
  const note = make("div", { class: "lfr-note", "aria-live": "polite" });
  const head = make("header", { class: "lfr-line lfr-feed" });
  const counts = make("p", { class: "lfr-counts" });
  const credits = make("div", {});
  const spans = make("div", { class: "lfr-spans" });
  const words = make("p", { class: "lfr-quiet lfr-zone-words", role: "status" });

  const talking = talk(model, {
    welcome: () => talking.send("follow"),
    states: (content) => (states = content.states),
    status: (content) => {
      status = content;
      told = true;
      show();
    },
    credits: (content) => fill(credits, credited(content.credits)),
    zone: (content) => {
      editor.take(content);
      open.disabled = !content.may_draw;
      open.title = content.may_draw ? "" : "Stop the search to draw another zone.";
      if (!content.may_draw) tools.hidden = true;
    },
    refused: (content) => (words.textContent = content.words),
    blank: () => {
      drawnAt = 0;
      newest = null;
      pen.clearRect(0, 0, canvas.width, canvas.height);
      show();
    },
    frame: (content, buffers) => {
      if (newest) talking.send("drawn", { n: newest.content.n });
      newest = { content, bytes: buffers[0] };
      next();
    },
  });
  const editor = zoneEditor(talking.send, (said) => (words.textContent = said));
  const tools = make("div", { class: "lfr-tools", hidden: true },
    button("Use this zone", () => { tools.hidden = true; words.textContent = ""; editor.leave(true); open.focus(); }),
    button("Whole picture", () => editor.whole()),
    button("Undo", () => { tools.hidden = true; words.textContent = ""; editor.leave(false); open.focus(); }),
  );
  const open = button("Edit zone", () => {
    tools.hidden = false;
    words.textContent = "Drag corners or the whole zone. Keys on a corner: arrows move it (Shift: farther), + adds one after it, Delete removes it.";
    editor.edit();
  });
  const stage = make("div", { class: "lfr-stage" }, canvas, editor.handles, note);
  stage.insertBefore(editor.layer, editor.handles);
  const root = make("section", { class: "lfr-panel lfr-live", "aria-label": "Live picture" },
    head, stage, counts, spans, make("div", { class: "lfr-line" }, open, tools), words, credits);
  keep(root, () => {});
  fill(el, root);

  async function next() {
    if (busy || !newest) return;
    busy = true;
    const { content, bytes } = newest;
    newest = null;
    try {
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
        stage.style.aspectRatio = picture.width + " / " + picture.height;
      }
      pen.drawImage(picture, 0, 0);
      picture.close();
      boxes(content);
      drawnAt = performance.now();
      drawnClock = new Date().toLocaleTimeString("en-GB");
      canvas.dataset.frame = content.n;
      canvas.dataset.time = content.time_s;
      if (note.dataset.of === "stale" || note.dataset.of === "wait") show();
    } catch (error) {
      words.textContent = "A frame could not be drawn (" + error.name + "); the next one is shown.";
    } finally {
      talking.send("drawn", { n: content.n });
      busy = false;
      next();
    }
  }

  function boxes(content) {
    const scale = canvas.width / content.size[0];
    const style = getComputedStyle(root);
    pen.lineWidth = Math.max(1, canvas.width / 900);
    pen.setLineDash([4, 4]);
    pen.strokeStyle = "rgba(255,255,255,.75)";
    for (const [x0, y0, x1, y1] of content.covered) pen.strokeRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale);
    pen.setLineDash([]);
    pen.lineWidth = Math.max(2, canvas.width / 400);
    pen.font = "600 " + Math.round(canvas.width / 64) + "px " + style.fontFamily;
    for (const [, x0, y0, x1, y1] of content.open) {
      pen.strokeStyle = "#e69f00";
      pen.strokeRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale);
      const label = "\u25b2 open alert";
      const high = Math.round(canvas.width / 48);
      const wide = pen.measureText(label).width + 8;
      const left = Math.min(Math.max(0, x0 * scale), canvas.width - wide);
      const top = y0 * scale > high ? y0 * scale - high : y1 * scale;
      pen.fillStyle = "rgba(0,0,0,.8)";
      pen.fillRect(left, top, wide, high);
      pen.fillStyle = "#ffb732";
      pen.fillText(label, left + 4, top + high * 0.75);
    }
  }

  function say(of, ...children) {
    note.dataset.of = of;
    note.hidden = of === "";
    canvas.classList.toggle("lfr-dim", ["stale", "paused", "ended", "elsewhere"].includes(of));
    fill(note, ...children);
  }

  function show() {
    if (status.under_way !== undefined) root.dataset.underWay = status.under_way;
    const age = drawnAt ? performance.now() - drawnAt : Infinity;
    fill(head, 
      make("span", {}, "feed: ", make("b", {}, status.feed ?? "none yet")),
      make("span", { class: "lfr-health" }, mark(status.health?.mark ?? "none"), make("b", {}, status.health?.word ?? "nothing is searched")),
      make("span", { class: "lfr-number" }, status.fps == null ? "" : status.fps.toFixed(1) + " frames/s"),
      make("span", { class: "lfr-number", title: "from the arrival of a frame to its picture, half of them within" }, status.frame_s == null ? "" : status.frame_s.toFixed(1) + " s"),
      make("span", { class: "lfr-number", title: "from the sending of a picture to its being drawn, in the slowest browser" }, status.browser_s == null ? "" : "browser " + status.browser_s.toFixed(1) + " s"),
      make("span", {}, status.frames ? ((status.gaps ?? []).length ? (status.gaps.length === 1 ? "1 gap" : status.gaps.length + " gaps") : "no gaps") : ""),
      make("span", { class: "lfr-damage" }, ...(status.damage ? [mark("warn"), "damaged: " + status.damage] : [])),
    );
    fill(counts, 
      ...[["faces seen", status.faces_seen], ["tracks now", status.tracks_now], ["tracks in all", status.tracks], ["frames searched", status.frames], ["frames dropped", status.drops], ...(status.uncompared ? [["left uncompared", status.uncompared]] : [])].map(
        ([name, value]) => make("span", {}, name + " ", make("b", { class: "lfr-number" }, status.frames === undefined ? "\u2013" : count(value))),
      ),
    );
    fill(spans, ...(status.frames ? timeline(status) : []));
    if (status.state === "error") say("error", problem("The search ended by a fault.", status.words ?? "unknown", "Check the camera or the file, then start again."));
    else if (!told) say("loading", make("p", {}, "Waiting for the kernel: " + Math.round((performance.now() - loading) / 1000) + " s."));
    else if (status.state === "empty") say("empty", make("p", {}, make("b", {}, "Nothing is searched.")), make("p", {}, "Choose threshold and zone, then press Start."));
    else if (status.state === "starting") say("loading", make("p", {}, make("b", {}, "Starting: "), status.words ?? "authority, list and models"), make("p", { class: "lfr-number" }, span(status.since_s ?? 0)));
    else if (status.state === "paused") say("paused", make("p", {}, mark("rest"), make("b", {}, "Paused: nothing is searched.")), make("p", {}, status.words ?? ""));
    else if (status.state === "ended" || status.state === "lost") say("ended", make("p", {}, mark("none"), make("b", {}, "The search has ended.")), make("p", {}, status.words ?? ""));
    else if (status.place) say("elsewhere", make("p", {}, make("b", {}, "This search runs " + status.place + "."), " Its picture is shown only where it was started, for instance in a tab that was closed."), make("p", {}, "Its alerts are decided here all the same. To see a picture here, stop it and start it again."));
    else if (!drawnAt) say("wait", make("p", {}, "Waiting for the first frame."));
    else if (age > STALE_MS) say("stale", make("p", {}, mark("warn"), make("b", {}, "Stale: "), "this picture is of " + drawnClock + ", " + Math.round(age / 1000) + " s ago."));
    else say("");
  }

  const ticking = setInterval(show, 1000);
  show();
  return () => {
    clearInterval(ticking);
    talking.end();
  };
}

export default { render };

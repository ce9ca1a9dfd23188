// The live picture. A frame is acknowledged once it is drawn; of several that wait, the newest is
// drawn and the others are acknowledged as passed over.

const STALE_MS = 2000;

// The bar is drawn anew with each status; the list of gaps stays as somebody opened it.
function timeline() {
  const bar = draw("svg", { class: "lfr-timeline", viewBox: "0 0 1000 24", preserveAspectRatio: "none", role: "img" });
  const summary = make("summary", {});
  const list = make("ul", {});
  const gaps = make("details", {}, summary, list);
  const none = make("span", { class: "lfr-quiet" }, "no gaps");
  const end = make("span", {});
  const root = make("div", { class: "lfr-spans", hidden: true }, bar, make("div", { class: "lfr-ends" }, make("span", {}, "0:00"), gaps, none, end));
  let listed = "";
  return {
    root,
    show(status) {
      root.hidden = !status.frames;
      if (root.hidden) return;
      const said = drawSpans(bar, status);
      gaps.hidden = !said.length;
      none.hidden = Boolean(said.length);
      end.textContent = span(status.feed_time_s ?? 0);
      if (listed === said.join("\n")) return;
      listed = said.join("\n");
      summary.textContent = said.length === 1 ? "1 gap" : said.length + " gaps";
      fill(list, ...said.map((words) => make("li", {}, words)));
    },
  };
}

function drawSpans(bar, status) {
  const total = Math.max(status.feed_time_s ?? 0, 1);
  bar.replaceChildren(draw("rect", { x: 0, y: 8, width: 1000, height: 8, class: "lfr-searched" }));
  const said = [];
  for (const gap of status.gaps ?? []) {
    said.push(gap.words);
    if (gap.start_s == null) continue; // a pause of a file that another process reads: it has no place here
    const x = (1000 * gap.start_s) / total;
    const width = Math.max(3, (1000 * ((gap.end_s ?? total) - gap.start_s)) / total);
    bar.append(draw("rect", { x, y: 1, width, height: 22, class: "lfr-gap-" + gap.kind }));
  }
  bar.setAttribute("aria-label", said.length ? said.length + " gaps: " + said.join("; ") : "no gaps");
  return said;
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
  let noted = "";

  const canvas = make("canvas", { width: 1280, height: 720, role: "img", "aria-label": "Live picture, faces pixelated except those of open alerts" });
  const pen = canvas.getContext("2d");
  const noteWords = make("div", { "aria-live": "polite" });
  const ticks = make("p", { class: "lfr-number lfr-ticks", "aria-hidden": "true" });
  const note = make("div", { class: "lfr-note" }, noteWords, ticks);
  const head = make("header", { class: "lfr-line lfr-feed" });
  const counts = make("p", { class: "lfr-counts" });
  const credits = make("div", {});
  const spans = timeline();
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
    button("Undo (Esc)", () => leave()),
  );
  const open = button("Edit zone", () => {
    tools.hidden = false;
    words.textContent = "Drag corners, or the whole zone. Keys: Tab goes from corner to corner and to the middle, arrows move it (Shift: farther); on a corner + adds one after it, Delete removes it. Esc undoes.";
    editor.edit();
  });
  const stage = make("div", { class: "lfr-stage" }, canvas, editor.handles, note);
  stage.insertBefore(editor.layer, editor.handles);
  const root = make("section", { class: "lfr-panel lfr-live", "aria-label": "Live picture" },
    head, stage, counts, spans.root, make("div", { class: "lfr-line" }, open, tools), words, credits);
  keep(root, (event) => {
    if (event.key === "Escape" && !tools.hidden) leave();
  });
  fill(el, root);

  function leave() {
    tools.hidden = true;
    words.textContent = "";
    editor.leave(false);
    open.focus();
  }

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

  // What is said is said once: only seconds tick, and those are not read out. Buttons stay.
  function say(of, tick, ...children) {
    note.dataset.of = of;
    note.hidden = of === "";
    canvas.classList.toggle("lfr-dim", ["stale", "paused", "ended", "elsewhere"].includes(of));
    ticks.textContent = tick;
    ticks.hidden = !tick;
    const words = of + children.map((child) => child.textContent).join("\n");
    if (words === noted) return;
    noted = words;
    fill(noteWords, ...children);
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
      make("span", { class: "lfr-damage" }, ...(status.unread ? [mark("warn"), "how it is now cannot be read: " + status.unread] : [])),
      make("span", { class: "lfr-damage" }, ...(status.damage ? [mark("warn"), "damaged: " + status.damage] : [])),
    );
    fill(counts, 
      ...[["faces seen", status.faces_seen], ["tracks now", status.tracks_now], ["tracks in all", status.tracks], ["frames searched", status.frames], ["frames dropped", status.drops], ...(status.uncompared ? [["left uncompared", status.uncompared]] : [])].map(
        ([name, value]) => make("span", {}, name + " ", make("b", { class: "lfr-number" }, status.frames === undefined ? "\u2013" : count(value))),
      ),
    );
    spans.show(status);
    if (status.state === "error") say("error", "", problem("The search ended by a fault.", status.words ?? "unknown", "Check the camera or the file, then start again."));
    else if (!told) say("loading", Math.round((performance.now() - loading) / 1000) + " s", make("p", {}, "Waiting for the kernel."));
    else if (status.unread && status.state === "empty") say("unread", "", problem("Whether anything is searched cannot be read.", status.unread, "It is looked at again every few seconds."));
    else if (status.state === "empty") say("empty", "", make("p", {}, make("b", {}, "Nothing is searched.")), make("p", {}, "Choose threshold and zone, then press Start."));
    else if (status.state === "starting") say("loading", span(status.since_s ?? 0), make("p", {}, make("b", {}, "Starting: "), status.words ?? "authority, list and models"));
    else if (status.state === "paused") say("paused", "", make("p", {}, mark("rest"), make("b", {}, "Paused: nothing is searched.")), make("p", {}, status.words ?? ""));
    else if (status.state === "ended" || status.state === "lost") say("ended", "", make("p", {}, mark("none"), make("b", {}, "The search has ended.")), make("p", {}, status.words ?? ""));
    else if (status.place) say("elsewhere", "", make("p", {}, make("b", {}, "This search runs " + status.place + "."), " Its picture is shown only where it was started, for instance in a tab that was closed."), make("p", {}, "Its alerts are decided here all the same. To see a picture here, stop it and start it again."));
    else if (!drawnAt) say("wait", "", make("p", {}, "Waiting for the first frame."));
    else if (age > STALE_MS) say("stale", Math.round(age / 1000) + " s ago", make("p", {}, mark("warn"), make("b", {}, "Stale: "), "this picture is of " + drawnClock + "."));
    else say("", "");
  }

  const ticking = setInterval(show, 1000);
  show();
  return () => {
    clearInterval(ticking);
    talking.end();
  };
}

export default { render };

// Footage on one axis of time. A bar has the focus; arrows go from bar to bar, Enter plays the clip.

const ROW_PX = 40;
const LOW_PX = 20;
const TALL_ROWS = 6;
const MOST_ROWS = 12;
const LEAST_PX = 6;
const PICTURE_PX = 18;
const FLAG_PX = 96;
const FLAGS_PX = 42;
const RARE = ['<path d="M8 1 15 8 8 15 1 8Z" fill="currentColor"/>', "#c25400", "#e69f00"];
const USUAL = ['<path d="M8 2 14 8 8 14 2 8Z" fill="none" stroke="currentColor" stroke-width="1.5"/>'];
const candidates = (many) => (many === 1 ? "1 candidate" : count(many) + " candidates");
const sign = (hit) => shape(...(hit.rare ? RARE : USUAL));

function render({ model, el }) {
  let footage = null;
  let at = null; // the id of the bar in focus
  let lanes = [];
  let bars = new Map();
  let loading = performance.now();
  let drawing = 0;
  const axis = timeAxis();

  const title = make("h3", {}, "Footage");
  const tally = make("span", { class: "lfr-number lfr-quiet", role: "status" });
  const small = (words, press, attributes) => button(words, press, { class: "lfr-button lfr-small", ...attributes });
  const tools = make("span", { class: "lfr-tools" },
    small("\u2212", () => zoom(2), { "aria-label": "Zoom out", title: "Zoom out (-)" }), small("+", () => zoom(0.5), { "aria-label": "Zoom in", title: "Zoom in (+)" }),
    small("\u25c0", () => pan(-0.25), { "aria-label": "Earlier", title: "Earlier (Shift+\u2190)" }), small("\u25b6", () => pan(0.25), { "aria-label": "Later", title: "Later (Shift+\u2192)" }),
    small("Whole (w)", () => whole()), small("?", () => toggleSheet(), { "aria-label": "Keys", title: "Keys (?)" }));
  const stated = make("p", { class: "lfr-stated" });
  const note = make("div", { class: "lfr-note-words" });
  const legend = make("p", { class: "lfr-legend lfr-quiet" }, make("span", { class: "lfr-key-bar" }), "somebody in view ", shape(...RARE), "candidate, its rank above where there is room: fewer than 1 in 10 faces of others score this high ", shape(...USUAL), "candidate: more do, or nobody measured it ", make("span", { class: "lfr-key-gap" }), "not read or not indexed");
  const scale = make("div", { class: "lfr-scale", "aria-hidden": "true" });
  const axisWords = make("span", { class: "lfr-number" });
  const otherScale = make("div", { class: "lfr-scale", "aria-hidden": "true" });
  const body = make("div", {});
  const otherBody = make("div", {});
  const scaleLane = (words, own) => make("div", { class: "lfr-lane lfr-scale-lane" }, make("div", { class: "lfr-lane-head" }, words), own);
  const timed = make("div", {}, scaleLane(axisWords, scale), body);
  const untimed = make("div", {}, scaleLane(make("span", {}, make("b", {}, "time of each file"), ", no time of day"), otherScale), otherBody);
  const board = make("div", { class: "lfr-board" }, timed, untimed);
  const detail = make("div", { class: "lfr-focus" });
  const problemWords = make("p", { class: "lfr-problem-words", role: "alert" });
  const credits = make("div", {});
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const root = make("section", { class: "lfr-panel lfr-footage", "aria-label": "Footage", tabindex: "-1" });

  const talking = talk(model, {
    welcome: () => talking.send("follow"),
    footage: (content) => take(content),
    thumbs: (content, buffers) => content.to === talking.view && pictures.take(content, buffers),
    clip: (content) => clip.status(content),
    frame: (content, buffers) => clip.frame(content, buffers),
    refused: (content) => {
      if (content.to && content.to !== talking.view) return;
      fill(problemWords, mark("bad"), content.words);
    },
  });
  const pictures = thumbnails(talking.send, (ids) => {
    for (const id of ids) {
      const slot = bars.get(id)?.element.querySelector(".lfr-slot");
      if (slot) pictures.fillSlot(slot, id, "");
      if (id === at) showDetail();
    }
  });
  const clip = clipPlayer(talking.send, (id, time) => moment(id, time), () => at && focusBar(at));
  root.append(make("header", { class: "lfr-line" }, title, tally, tools), stated, note, legend, board, detail, clip.root, problemWords, credits, sheet);
  fill(el, root);

  const barOf = (id) => bars.get(id)?.bar;
  const laneOf = (bar) => footage.lanes.find((lane) => lane.id === bar.lane);
  const startOf = (bar) => laneOf(bar).starts_s + bar.first_s;
  const endOf = (bar) => laneOf(bar).starts_s + bar.last_s;

  // A second of a file, as a true time where that is known.
  function moment(id, time) {
    const bar = barOf(id);
    if (!bar) return "";
    const lane = laneOf(bar);
    const seconds = time ?? bar.best_s ?? bar.first_s;
    return lane.timed ? axis.words(lane.starts_s + seconds, time === undefined ? 0 : 1, true) + " UTC" : span(seconds) + " of the file";
  }

  function take(content) {
    const before = footage;
    footage = content;
    fill(credits, credited(content.credits));
    pictures.forget();
    problemWords.replaceChildren();
    if (content.lanes.length) {
      const view = before?.lanes.length ? [axis.from, axis.to] : null;
      axis.begin(content);
      if (view && JSON.stringify(before.lanes) === JSON.stringify(content.lanes)) {
        axis.zoom((view[1] - view[0]) / (axis.to - axis.from), 0);
        axis.pan((view[0] - axis.from) / (axis.to - axis.from));
      }
    }
    build();
    if (!bars.has(at)) at = (content.bars.find((bar) => bar.hit?.rank === 1) ?? lanes.flatMap((one) => one.bars)[0])?.id ?? null;
    show();
  }

  function build() {
    bars = new Map();
    lanes = footage.lanes.map((lane) => {
      const own = footage.bars.filter((bar) => bar.lane === lane.id).sort((one, other) => one.first_s - other.first_s || one.last_s - other.last_s);
      const ends = [];
      for (const bar of own) {
        let row = ends.findIndex((last) => last <= bar.first_s);
        if (row < 0) row = Math.min(ends.length, MOST_ROWS - 1);
        ends[row] = Math.max(ends[row] ?? 0, bar.last_s);
        bars.set(bar.id, { bar, row, element: barElement(bar, lane) });
      }
      const rows = Math.max(1, ends.length);
      const hits = own.filter((bar) => bar.hit).sort((one, other) => one.hit.rank - other.hit.rank);
      const many = own.length + (own.length === 1 ? " appearance" : " appearances");
      const track = make("div", { class: "lfr-track", role: "listbox", "aria-label": lane.name + ", " + [many, lane.clock, ...lane.stated].join(", ") });
      const element = make("div", { class: "lfr-lane" },
        make("div", { class: "lfr-lane-head" }, make("b", { class: "lfr-file" }, lane.name), make("p", {}, ...(lane.checked ? [] : [mark("warn")]), lane.clock),
          make("p", { class: "lfr-number lfr-quiet" }, span(lane.length_s) + " long, " + many), ...lane.stated.map((words) => make("p", {}, mark("warn"), words)), unread(lane), hits.length ? make("p", {}, candidates(hits.length)) : null),
        track);
      return { lane, bars: own, hits, rows, track, element, tall: rows > TALL_ROWS ? LOW_PX : ROW_PX };
    });
    fill(body, ...lanes.filter((one) => one.lane.timed).map((one) => one.element));
    fill(otherBody, ...lanes.filter((one) => !one.lane.timed).map((one) => one.element));
    timed.hidden = !body.childNodes.length;
    untimed.hidden = !otherBody.childNodes.length;
    lanes = [...lanes.filter((one) => one.lane.timed), ...lanes.filter((one) => !one.lane.timed)];
  }

  function unread(lane) {
    if (!lane.gaps.length) return null;
    const of = (seconds) => (lane.timed ? axis.words(lane.starts_s + seconds, 0, true) : span(seconds));
    return make("details", {}, make("summary", {}, lane.gaps.length === 1 ? "1 stretch not read" : lane.gaps.length + " stretches not read"),
      make("ul", {}, ...lane.gaps.map(([from, to, words]) => make("li", {}, of(from) + " to " + of(to) + ": " + words))));
  }

  function barElement(bar, lane) {
    const words = [lane.timed ? axis.words(lane.starts_s + bar.first_s, 0, true) + " UTC" : span(bar.first_s) + " of the file", span(bar.last_s - bar.first_s) + " long",
      bar.hit ? "candidate " + bar.hit.rank + ", score " + score(bar.hit.score) + ", " + bar.hit.meaning.split(" (")[0] : "", bar.quality ? "quality " + bar.quality : ""].filter(Boolean).join(", ");
    const element = make("div", { class: "lfr-bar" + (bar.hit?.rare ? " lfr-hit" : ""), role: "option", tabindex: "-1", "aria-label": words, title: words, "data-appearance": bar.id });
    element.addEventListener("click", () => {
      focusBar(bar.id);
      play(bar.id);
    });
    element.addEventListener("focus", () => {
      if (at === bar.id) return;
      at = bar.id;
      focusable();
      showDetail();
    });
    return element;
  }

  const redraw = () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(paint);
  };

  function show() {
    const some = footage?.lanes.length;
    const hits = footage?.bars.filter((bar) => bar.hit).length ?? 0;
    board.hidden = legend.hidden = tools.hidden = !some;
    detail.hidden = !bars.size;
    tally.textContent = some ? (footage.lanes.length === 1 ? "1 file, " : footage.lanes.length + " files, ") + count(footage.bars.length) + (footage.bars.length === 1 ? " appearance" : " appearances") + (footage.stated ? ", " + candidates(hits) : "") : "";
    stated.hidden = !footage?.stated;
    stated.textContent = footage?.stated ?? "";
    fill(note, ...noteWords(some, hits));
    note.hidden = !note.childNodes.length;
    paint();
    focusable();
    showDetail();
  }

  function noteWords(some, hits) {
    if (footage === null) return [make("p", {}, "Waiting for the kernel. ", make("span", { class: "lfr-number", "aria-hidden": "true" }, Math.round((performance.now() - loading) / 1000) + " s"))];
    if (!some) return [make("p", {}, make("b", {}, "No footage.")), make("p", {}, "Add a file to the case, and have it indexed.")];
    if (!footage.bars.length) return [make("p", {}, mark("none"), make("b", {}, "Nobody appears"), " in what was indexed of this footage: no face was found that could be followed.")];
    if (footage.stated && !hits) return [make("p", {}, mark("none"), make("b", {}, "No candidate. "), "The search returned nobody of this footage. That is as good a result as any.")];
    if (hits) return [make("p", {}, make("b", {}, "A candidate is a face to compare, and nobody who was found. "), "The list is as long where nobody in the footage is the person: as many as were asked for, or everybody there is.")];
    return [];
  }

  // What is in view is drawn; what is not stays out of the page.
  function paint() {
    const width = scale.clientWidth || otherScale.clientWidth;
    if (!footage?.lanes.length || !width) return;
    const px = (seconds) => axis.at(seconds) * width;
    const ticks = { true: axis.ticks(width, true), false: axis.ticks(width, false) };
    const stand = (place, some) => fill(place, ...some.map((tick) => make("span", { class: "lfr-tick", style: "left:" + px(tick.at) + "px" }, tick.label)));
    stand(scale, ticks[true]);
    stand(otherScale, ticks[false]);
    fill(axisWords, make("b", {}, "UTC"), ", " + axis.day(axis.from));
    const focused = document.activeElement;
    for (const one of lanes) {
      const { lane, track, tall, rows } = one;
      const flags = one.hits.length ? FLAGS_PX : 0;
      track.style.height = Math.max(rows * tall + flags + 8, 56) + "px";
      const place = (from, to, least = 0) => "left:" + px(lane.starts_s + from) + "px;width:" + Math.max(least, px(lane.starts_s + to) - px(lane.starts_s + from)) + "px;";
      const parts = ticks[lane.timed].map((tick) => make("span", { class: "lfr-line-at", "aria-hidden": "true", style: "left:" + px(tick.at) + "px" }));
      parts.push(make("span", { class: "lfr-file-span", "aria-hidden": "true", style: place(0, lane.length_s) }));
      for (const [from, to, words] of lane.gaps) parts.push(make("span", { class: "lfr-gap", style: place(from, to, 3), title: words, "aria-hidden": "true" }));
      for (const bar of one.bars) {
        const known = bars.get(bar.id);
        const inView = endOf(bar) >= axis.from && startOf(bar) <= axis.to;
        if (!inView && known.element !== focused) continue;
        known.element.style.cssText = place(bar.first_s, bar.last_s, LEAST_PX) + "top:" + (flags + 4 + known.row * tall) + "px;height:" + (tall - 4) + "px;";
        const wide = px(endOf(bar)) - px(startOf(bar)) >= PICTURE_PX && tall === ROW_PX && bar.pictured;
        if (!wide) known.element.replaceChildren();
        else if (!known.element.firstChild) {
          const slot = make("span", { class: "lfr-slot" });
          known.element.append(slot);
          pictures.fillSlot(slot, bar.id, "");
        }
        parts.push(known.element);
      }
      parts.push(...flagsOf(one, px, width));
      settle(track, parts);
    }
    if (focused && bars.has(focused.dataset?.appearance) && document.activeElement !== focused) focused.focus({ preventScroll: true });
    wantPictures();
  }

  // Elements that stay where they are keep the focus.
  function settle(track, parts) {
    const kept = new Set(parts);
    for (const child of [...track.children]) if (!kept.has(child)) child.remove();
    parts.forEach((part, index) => {
      if (track.children[index] !== part) track.insertBefore(part, track.children[index] ?? null);
    });
  }

  function flagsOf(one, px, width) {
    // Words stand in a line of their own above the marks, each on a line that leads to its mark.
    const taken = [];
    return one.hits.map((bar) => {
      const left = px(startOf(bar));
      if (left < -LEAST_PX || left > width) return null;
      const back = left + FLAG_PX > width;
      const from = back ? left - FLAG_PX : left;
      const full = from > -FLAG_PX / 2 && taken.every((other) => Math.abs(other - from) >= FLAG_PX);
      if (full) taken.push(from);
      const words = full ? make(bar.hit.rare ? "b" : "span", { class: "lfr-flag-words" + (back ? " lfr-back" : "") }, "candidate " + bar.hit.rank) : null;
      const flag = make("span", { class: "lfr-flag", style: "left:" + left + "px", title: "candidate " + bar.hit.rank, "aria-hidden": "true" }, words, sign(bar.hit));
      flag.addEventListener("click", () => focusBar(bar.id));
      return flag;
    }).filter(Boolean);
  }

  function wantPictures() {
    const wanted = [...bars.values()].filter(({ element }) => element.isConnected && element.firstChild).map(({ bar }) => bar.id);
    pictures.want(barOf(at)?.pictured ? [at, ...wanted] : wanted);
  }

  function focusable() {
    for (const [id, { element }] of bars) {
      element.setAttribute("tabindex", id === at ? "0" : "-1");
      element.setAttribute("aria-selected", String(id === at));
    }
  }

  function focusBar(id) {
    const bar = barOf(id);
    if (!bar) return;
    at = id;
    axis.reveal(startOf(bar), Math.min(endOf(bar), startOf(bar) + (axis.to - axis.from) / 2));
    paint();
    focusable();
    const { element } = bars.get(id);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    showDetail();
  }

  function showDetail() {
    const bar = barOf(at);
    if (!bar) return void fill(detail);
    const lane = laneOf(bar);
    const focused = detail.contains(document.activeElement);
    const slot = make("div", { class: "lfr-slot lfr-big" });
    if (bar.pictured) pictures.fillSlot(slot, bar.id, "Best look of this appearance");
    else fill(slot, make("span", { class: "lfr-no-picture" }, "no picture"));
    const facts = make("dl", { class: "lfr-facts" });
    const add = (name, ...values) => facts.append(make("dt", {}, name), make("dd", {}, ...values));
    const of = (seconds) => (lane.timed ? axis.words(lane.starts_s + seconds, 1, true) : axis.words(seconds, 1, false));
    add("In view", make("span", { class: "lfr-number" }, (lane.timed ? axis.day(lane.starts_s + bar.first_s) + " " : "") + of(bar.first_s) + " to " + of(bar.last_s) + (lane.timed ? " UTC" : " of the file") + ", " + (bar.last_s - bar.first_s).toFixed(1) + " s"), lane.timed ? make("span", { class: "lfr-quiet lfr-number" }, " (from " + span(bar.first_s) + " of the file)") : null);
    add("File", lane.name + "; " + lane.clock);
    if (lane.stated.length) add("Note", mark("warn"), lane.stated.join(" "));
    if (bar.quality) add("Best look", mark({ accept: "good", warn: "warn", reject: "bad" }[bar.quality]), "quality " + bar.quality);
    if (bar.hit) add("Candidate " + bar.hit.rank, sign(bar.hit), "score ", make("b", { class: "lfr-number" }, score(bar.hit.score)), ". " + bar.hit.meaning[0].toUpperCase() + bar.hit.meaning.slice(1) + ".");
    else add("Search", lane.searched);
    const press = button("Play the clip (Enter)", () => play(bar.id), { class: "lfr-button lfr-first", disabled: !footage.plays });
    fill(detail, slot, make("div", {}, facts, footage.plays ? press : null));
    if (focused) press.focus({ preventScroll: true });
  }

  function play(id) {
    if (!footage.plays) return;
    problemWords.replaceChildren();
    talking.send("play", { appearance: id });
  }

  function zoom(factor, share) {
    const bar = barOf(at);
    const place = bar ? axis.at(startOf(bar)) : 0.5;
    axis.zoom(factor, share ?? (place >= 0 && place <= 1 ? place : 0.5));
    redraw();
  }

  function pan(share) {
    axis.pan(share);
    redraw();
  }

  function whole() {
    axis.all();
    redraw();
  }

  function step(key) {
    const bar = barOf(at);
    if (!bar) return;
    const lane = lanes.findIndex((one) => one.lane.id === bar.lane);
    const own = lanes[lane].bars;
    const index = own.indexOf(bar);
    if (key === "ArrowRight") focusBar(own[Math.min(index + 1, own.length - 1)].id);
    else if (key === "ArrowLeft") focusBar(own[Math.max(index - 1, 0)].id);
    else if (key === "Home") focusBar(own[0].id);
    else if (key === "End") focusBar(own.at(-1).id);
    else {
      const by = key === "ArrowDown" ? 1 : -1;
      for (let next = lane + by; lanes[next]; next += by) {
        if (!lanes[next].bars.length) continue;
        const nearest = lanes[next].bars.reduce((best, one) => (Math.abs(startOf(one) - startOf(bar)) < Math.abs(startOf(best) - startOf(bar)) ? one : best));
        return focusBar(nearest.id);
      }
    }
  }

  function hit(by) {
    const hits = footage.bars.filter((bar) => bar.hit).sort((one, other) => one.hit.rank - other.hit.rank);
    if (!hits.length) return;
    const index = hits.findIndex((bar) => bar.id === at);
    focusBar(hits[index < 0 ? 0 : Math.min(Math.max(index + by, 0), hits.length - 1)].id);
  }

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return at ? focusBar(at) : root.focus();
    const keys = [["\u2190, \u2192", "appearance before, after, in the file"], ["\u2191, \u2193", "file above, below"], ["Home, End", "first, last of the file"], ["n, p", "candidate of the next, the previous rank"], ["Enter", "play the clip around the appearance"],
      ["Space", "pause the clip, go on"], [".", "one frame of it"], ["Esc", "close it"], ["+, -", "zoom in, out; the wheel does so while an appearance has the focus"], ["Shift+\u2190, Shift+\u2192", "earlier, later; or the wheel with Shift"], ["w", "the whole of it"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", { class: "lfr-facts" }, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const onBar = event.target.closest?.(".lfr-bar") || event.target === root;
    if (!sheet.hidden && (key === "Escape" || key === "?")) toggleSheet();
    else if (key === "?") toggleSheet();
    else if (event.target.tagName === "SUMMARY") return;
    else if (clip.key(event)) { /* done */ }
    else if (!footage?.lanes.length) return;
    else if (event.shiftKey && key === "ArrowLeft") pan(-0.25);
    else if (event.shiftKey && key === "ArrowRight") pan(0.25);
    else if (key === "+" || key === "=") zoom(0.5);
    else if (key === "-") zoom(2);
    else if (key === "w") whole();
    else if (key === "n") hit(1);
    else if (key === "p") hit(-1);
    else if (onBar && /^(Arrow|Home|End)/.test(key)) step(key);
    else if (onBar && key === "Enter" && at) meant(event) && play(at);
    else return;
    event.preventDefault();
  });

  board.addEventListener("wheel", (event) => {
    if (!footage?.lanes.length || !(board.contains(document.activeElement) || event.ctrlKey)) return;
    event.preventDefault();
    const box = (timed.hidden ? otherScale : scale).getBoundingClientRect();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(((event.deltaX || event.deltaY) / box.width) * 0.5);
    else zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1));
  }, { passive: false });

  const sized = new ResizeObserver(redraw);
  sized.observe(board);
  const ticking = setInterval(() => footage === null && show(), 1000);
  show();
  return () => {
    clearInterval(ticking);
    cancelAnimationFrame(drawing);
    sized.disconnect();
    pictures.forget();
    talking.end();
  };
}

export default { render };

// The queue of alerts. What is being decided is never moved: while a decision is under way new
// alerts wait above the list and what changed of this one waits too, and otherwise the list is
// scrolled by what comes in above.

const DECISIONS = [
  ["true-confirmed", "It is the person, confirmed"],
  ["true-unconfirmed", "Thought to be the person, not confirmed"],
  ["false-confirmed", "Not the person, confirmed"],
  ["false-unconfirmed", "Thought not to be the person, not confirmed"],
  ["unresolved", "Cannot be decided"],
];
const ENGAGING = [["engage", "Engage", "e"], ["do-not-engage", "Do not engage", "x"]];
const BLANK_WORDS = "Say why, in a few words.";
const WHOLE_FACE = 1.1; // references are cut a tenth wider than the face, the face in the feed tight

function render({ model, el }) {
  let page = null;
  let alerts = [];
  let held = null; // what came while a decision was under way
  let selected = null;
  let opened = null;
  let asked = false; // whether the one that is shown was asked for and has not come yet
  let newer = null; // what came of the alert that is shown, while a decision on it was under way
  let draft = null; // { what, decision, alert, saving }
  let pressed = false; // whether the key that began a decision may still be down
  let loaded = false;
  let fault = null;
  let readAt = "";
  let problemWords = "";
  let addresses = [];
  let sound = false;
  let audio = null;

  const title = make("h3", {}, "Alerts");
  const about = make("p", { class: "lfr-quiet lfr-about", hidden: true });
  const credits = make("div", {});
  const tally = make("span", { class: "lfr-number lfr-tally" });
  const loud = button("Sound: off", () => {
    sound = !sound;
    if (sound) audio ??= new AudioContext();
    loud.textContent = sound ? "Sound: on" : "Sound: off";
    loud.setAttribute("aria-pressed", String(sound));
  }, { class: "lfr-button lfr-small", "aria-pressed": "false", title: "A short tone for each new alert (m)" });
  const sheetButton = button("?", () => toggleSheet(), { class: "lfr-button lfr-small", "aria-label": "Keys", title: "Keys (?)" });
  const again = button("Look again", () => talking.send("refresh"), { class: "lfr-button lfr-small", title: "Read all alerts again (l)" });
  const strip = make("p", { class: "lfr-strip" });
  const list = make("div", { class: "lfr-list", role: "listbox", tabindex: "0", "aria-label": "Alerts, newest first" });
  const detail = make("div", { class: "lfr-detail" });
  const loudly = make("div", { class: "lfr-hidden-words lfr-new-words", "aria-live": "assertive" });
  const quietly = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  const sheet = make("div", { class: "lfr-sheet", hidden: true, role: "dialog", "aria-label": "Keys" });
  const root = make("section", { class: "lfr-panel lfr-queue", "aria-label": "Alerts", tabindex: "-1" },
    make("header", { class: "lfr-line" }, title, tally, make("span", { class: "lfr-tools" }, again, loud, sheetButton)),
    about, strip, list, detail, credits, sheet, loudly, quietly);
  fill(el, root);

  const talking = talk(model, {
    page: (content) => {
      page = content;
      title.textContent = page.heading ?? "Alerts";
      about.textContent = page.about ?? "";
      about.hidden = !page.about;
      fill(credits, credited(page.credits));
      if (!deciding()) showDetail();
      show();
    },
    alerts: (content) => take(content),
    opened: (content, buffers) => {
      if (content.to !== talking.view || content.id !== selected) return;
      asked = false;
      newer = { ...content, pictures: buffers, came: performance.now() };
      if (!deciding()) showNewer();
    },
    saved: (content) => {
      if (deciding() && isOthers(content)) return;
      if (draft?.alert === content.alert && draft.what === content.what) draft = null;
      problemWords = "";
      quietly.textContent = content.what === "decide" ? "Verdict saved." : "Decision to engage saved.";
      if (content.alert === selected) lookAt(selected);
      release();
      if (content.alert === selected) {
        // Whoever has gone on to another panel goes on typing there.
        const at = document.activeElement;
        if (!deciding() && (!at || at === document.body || root.contains(at))) root.focus();
      }
    },
    refused: (content) => {
      if (isOthers(content) || (content.alert && content.alert !== selected)) return;
      if (content.what === "open") asked = false;
      if (draft?.what === content.what) draft.saving = false;
      problemWords = content.words;
      showProblem();
    },
  });

  function state(word) {
    const one = page?.states[word];
    return one ? shape(one.shape, one.colour, one.dark) : null;
  }

  const deciding = () => draft !== null;
  const isOthers = (content) => Boolean(content.to) && content.to !== talking.view; // of another tab
  const isOwed = (alert) => alert.owed > 0 && !alert.said_by_me;
  const age = (alert) => alert.age_s + (performance.now() - alert.came) / 1000; // of one that is opened

  function take(content) {
    fault = content.fault;
    loaded = loaded || content.loaded;
    readAt = content.read_at;
    const fresh = content.alerts.filter((one) => content.fresh.includes(one.id));
    for (const one of fresh) announce(one, content.alerts);
    if (deciding() && content.alerts.some((one) => !alerts.find((old) => old.id === one.id))) {
      held = content;
      fill(strip, mark("warn"), held.alerts.length - alerts.length + " new above; they wait until this decision is saved or undone");
      return;
    }
    apply(content);
  }

  function apply(content) {
    const before = alerts.length;
    alerts = content.alerts;
    held = null;
    leaveGone();
    if (selected === null && alerts.length) choose((alerts.find(isOwed) ?? alerts[0]).id);
    else show(before);
  }

  // An alert that is destroyed is not shown any longer.
  function leaveGone() {
    if (selected === null || deciding() || alerts.some((one) => one.id === selected)) return;
    selected = opened = newer = null;
    problemWords = "";
    forget();
  }

  function release() {
    fill(strip, );
    leaveGone();
    if (held) apply(held);
    else show();
  }

  function announce(alert, all) {
    const open = all.filter((one) => one.state === "open").length;
    loudly.textContent = "New alert at " + alert.at + ": " + alert.category_word + ", score " + score(alert.score) + ". " + open + " open.";
    if (sound && audio) {
      const tone = audio.createOscillator();
      const level = audio.createGain();
      level.gain.value = 0.15;
      tone.frequency.value = 660;
      tone.connect(level).connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + 0.18);
      root.dataset.tones = Number(root.dataset.tones ?? 0) + 1;
    }
  }

  function forget() {
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
  }

  function choose(id) {
    if (deciding()) {
      problemWords = "Save this decision or undo it (Esc) before you look at another alert.";
      showProblem();
      return;
    }
    selected = id;
    opened = null;
    problemWords = "";
    forget();
    lookAt(id);
    show();
  }

  function lookAt(id) {
    asked = true;
    newer = null;
    talking.send("open", { alert: id });
  }

  function showNewer() {
    opened = newer;
    newer = null;
    problemWords = "";
    showDetail();
  }

  // What people have done about an alert, as far as it is shown here.
  const done = (alert) => [alert.state, alert.owed, alert.verdicts.length, alert.engaging.length].join();

  function step(by) {
    const index = alerts.findIndex((one) => one.id === selected);
    const to = alerts[Math.min(Math.max(index + by, 0), alerts.length - 1)];
    if (to && to.id !== selected) choose(to.id);
  }

  function show(before) {
    const open = alerts.filter((one) => one.state === "open").length;
    const decided = alerts.filter((one) => one.owed === 0).length;
    fill(tally, ...(loaded ? [["open", open], ["decided", decided]] : []).map(([name, value]) => make("span", {}, name + " ", make("b", {}, value))));
    const scrolled = list.scrollTop;
    const top = list.querySelector('[aria-selected="true"]')?.offsetTop;
    fill(list, ...alerts.map(row));
    const now = list.querySelector('[aria-selected="true"]');
    if (now) list.setAttribute("aria-activedescendant", now.id);
    if (before !== undefined && now && top !== undefined) list.scrollTop = scrolled + now.offsetTop - top;
    else if (now) {
      if (now.offsetTop < list.scrollTop) list.scrollTop = now.offsetTop;
      if (now.offsetTop + now.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = now.offsetTop + now.offsetHeight - list.clientHeight;
    }
    const mine = alerts.find((one) => one.id === selected);
    if (!opened) showDetail();
    else if (!deciding() && !asked && mine && done(mine) !== done(opened)) lookAt(selected);
    showStrip();
  }

  function showStrip() {
    if (held) return;
    if (fault && loaded) fill(strip, mark("warn"), make("b", {}, "Stale: "), "the list is of " + readAt + ". " + fault);
    else fill(strip, );
  }

  function row(alert) {
    const element = make("div", { class: "lfr-row", role: "option", id: talking.view + alert.id, "aria-selected": String(alert.id === selected), "data-alert": alert.id },
      make("span", { title: alert.category }, state(alert.state), make("b", { class: "lfr-number" }, alert.at), " " + alert.category_word),
      make("span", { class: "lfr-quiet" }, alert.state + (alert.owed && alert.two_person ? ", " + owedWords(alert) : "") + ", score " + score(alert.score)));
    element.addEventListener("click", () => choose(alert.id));
    return element;
  }

  function owedWords(alert) {
    if (alert.state === "unresolved") return alert.said_by_me ? "waits for a third person" : "a third verdict is owed";
    if (alert.said_by_me) return "waits for another person";
    return alert.owed === 1 ? "1 verdict owed" : alert.owed + " verdicts owed";
  }

  function picture(index, alt, share) {
    const address = URL.createObjectURL(new Blob([opened.pictures[index]]));
    addresses.push(address);
    const image = make("img", { src: address, alt });
    // At equal scale: the longer side of each face gets the same length on the screen.
    image.addEventListener("load", () => {
      const longer = Math.max(image.naturalWidth, image.naturalHeight);
      image.style.width = (100 * share * image.naturalWidth) / longer + "%";
    });
    return make("div", { class: "lfr-slot" }, image);
  }

  function facts(alert) {
    const some = make("dl", { class: "lfr-facts" });
    const add = (name, ...values) => some.append(make("dt", {}, name), make("dd", {}, ...values));
    add("Category", make("b", {}, alert.category_word), ": " + alert.category + ", reference " + alert.subject);
    add("Image", alert.detail.image);
    add("Grounds", ...alert.detail.grounds.map((words) => make("p", {}, words)));
    return some;
  }

  function showDetail() {
    const alert = opened;
    if (!loaded && fault) return void fill(detail, problem("The alerts cannot be read.", fault, "Press Look again, or l."));
    if (!loaded) return void fill(detail, make("p", { class: "lfr-note-words" }, "Reading the alerts of the deployment."));
    if (!alerts.length) return void fill(detail, make("p", { class: "lfr-note-words" }, "No alert: no face has reached the threshold. One that does is shown here, and its arrival is said."));
    if (!alert || !page) return void fill(detail, make("p", { class: "lfr-note-words" }, "Fetching the two pictures."), make("p", { class: "lfr-problem-words", role: "alert" }, problemWords));
    forget();
    const extra = alert.detail;
    const figure = (index, name, alt, more, share) => make("figure", {}, picture(index, alt, share),
      make("figcaption", {}, make("b", {}, name), make("br"), more, make("br"), ...verdict(extra.quality[index].verdict)));
    const pair = make("div", { class: "lfr-pair" },
      figure(0, "In the feed", "Face in the feed at " + alert.at, alert.feed, 1 / WHOLE_FACE),
      figure(1, "On the watchlist", "Reference on the watchlist", extra.year, 1));
    const quality = make("p", { class: "lfr-quality" }, ...extra.quality.filter((one) => one.reasons.length).flatMap((one) => [make("b", {}, one.of + ": "), one.reasons.join(" ") + " "]));
    const meaning = make("div", { class: "lfr-meaning" },
      make("p", {}, make("span", { class: "lfr-score" }, score(alert.score)), " " + page.unit + ", threshold " + score(alert.threshold) + ", list of " + count(alert.references)),
      make("p", {}, alert.meaning[0].toUpperCase() + alert.meaning.slice(1) + "."));
    const at = detail.contains(document.activeElement) ? document.activeElement.dataset.decision ?? "" : null;
    fill(detail,
      make("h4", { class: "lfr-stands" }, state(alert.state), alert.state + ", " + (alert.taken_s === null ? "for " : "decided after "), make("span", { class: "lfr-number lfr-age" }, span(alert.taken_s ?? age(alert))), ": ", make("span", { class: "lfr-quiet" }, standing(alert))),
      make("div", { class: "lfr-look" }, pair, meaning), quality,
      decisions(alert), facts(alert),
      make("p", { class: "lfr-quiet" }, "Both faces at the same size. A score is no probability that it is the person."),
      others(extra.others), ...extra.notes.map((words) => make("p", { class: "lfr-quiet" }, words)));
    showProblem();
    // Keys go on being heard where what had the focus was made anew.
    if (at !== null) ((at && detail.querySelector('[data-decision="' + at + '"]')) || root).focus({ preventScroll: true });
  }

  // Whoever has decided, or is told that somebody has, does not read that nobody did.
  function standing(alert) {
    if (alert.state !== "open" || !alert.two_person) return page.states[alert.state].says;
    if (alert.owed && alert.said_by_me) return "you have decided, another person has not";
    return alert.owed === 1 ? "one person has decided, another has not" : page.states[alert.state].says;
  }

  function verdict(word) {
    return ["quality: ", make("span", { class: "lfr-together" }, mark({ accept: "good", warn: "warn", reject: "bad" }[word] ?? "none"), make("b", {}, word))];
  }

  function others(found) {
    if (!found.length) return null;
    return make("details", {}, make("summary", {}, "Others on the list for this face: " + found.length),
      make("ul", {}, ...found.map((one) => make("li", {}, one.subject + ", score " + score(one.score) + ": " + one.meaning))));
  }

  function said(items, field) {
    return items.map((one) => make("p", { class: "lfr-said" }, field === "verdict" ? state(one.verdict) : null, make("b", {}, one[field]), " by " + one.by + " at " + one.at + ": " + one.reason));
  }

  function decisions(alert) {
    const block = make("div", { class: "lfr-decisions" });
    const verdicts = make("div", { class: "lfr-block", "data-what": "decide" }, make("h4", {}, "Is it the person? ", alert.owed && !alert.said_by_me && alert.state !== "unresolved" && alert.two_person ? make("span", { class: "lfr-quiet" }, owedWords(alert) + "; each is given blind.") : null), ...said(alert.verdicts, "verdict"));
    if (alert.owed && alert.state === "unresolved") verdicts.append(make("p", { class: "lfr-differ" }, "Two people differ. A third decides, who is shown neither verdict."));
    else if (alert.owed && alert.said_by_me) verdicts.append(make("p", {}, "Your verdict is saved. It waits for another person, who is not shown it."));
    if (isOwed(alert)) {
      if (page.may_decide) verdicts.append(choices("decide", DECISIONS.map(([word, words]) => [word, words, page.states[word].key])));
      else verdicts.append(make("p", {}, "Your role looks at alerts and does not decide on them."));
    }
    const engaging = make("div", { class: "lfr-block", "data-what": "engage" }, make("h4", {}, "Engage? ", make("span", { class: "lfr-quiet" }, "A decision of its own; nobody is obliged to stop anyone.")), ...said(alert.engaging, "decision"));
    if (page.may_engage && !alert.state.startsWith("false")) engaging.append(choices("engage", ENGAGING));
    block.append(verdicts, engaging);
    return block;
  }

  function choices(what, options) {
    const reason = make("input", { type: "text", class: "lfr-reason", maxlength: "2000", placeholder: BLANK_WORDS, "aria-label": "Reason", autocomplete: "off" });
    const save = button("Save (Enter)", () => commit(what, reason), { class: "lfr-button lfr-first" });
    const undo = button("Undo (Esc)", () => undoDraft());
    const form = make("div", { class: "lfr-form", hidden: true }, make("label", {}, make("span", { class: "lfr-chosen" }), reason), save, undo);
    const set = make("div", { class: "lfr-choices", role: "group" }, ...options.map(([word, words, key]) => {
      const press = button("", () => begin(what, word), { "data-decision": word, "aria-pressed": "false", "aria-keyshortcuts": key });
      fill(press, ...[what === "decide" ? state(word) : null, make("span", {}, words), make("kbd", {}, key)].filter(Boolean));
      return press;
    }));
    reason.addEventListener("keydown", (event) => {
      event.stopPropagation();
      pressed &&= event.repeat;
      if (pressed) return void event.preventDefault(); // no letter of a reason
      if (!meant(event)) return;
      if (event.key === "Enter") commit(what, reason);
      else if (event.key === "Escape") undoDraft();
      else return;
      event.preventDefault();
    });
    return make("div", {}, set, form);
  }

  function begin(what, decision) {
    const block = detail.querySelector('[data-what="' + what + '"]');
    const press = block?.querySelector('[data-decision="' + decision + '"]');
    if (!press || draft?.saving) return;
    if (draft && draft.what !== what) {
      problemWords = "Save this decision or undo it (Esc) before the other one.";
      return showProblem();
    }
    draft = { what, decision, alert: selected, saving: false };
    for (const one of block.querySelectorAll("[data-decision]")) one.setAttribute("aria-pressed", String(one === press));
    const form = block.querySelector(".lfr-form");
    form.hidden = false;
    form.querySelector(".lfr-chosen").textContent = "Reason for \u201c" + decision + "\u201d; not saved yet";
    problemWords = "";
    showProblem();
    pressed = true;
    form.querySelector("input").focus();
  }

  function undoDraft() {
    if (!draft || draft.saving) return;
    draft = null;
    problemWords = "";
    quietly.textContent = "Undone; nothing was saved.";
    if (newer) showNewer();
    else showDetail();
    release();
    root.focus();
  }

  function commit(what, reason) {
    if (!draft || draft.what !== what || draft.saving) return;
    if (!reason.value.trim()) {
      problemWords = BLANK_WORDS;
      return showProblem();
    }
    draft.saving = true;
    talking.send(what, { alert: draft.alert, decision: draft.decision, reason: reason.value });
  }

  function showProblem() {
    let place = detail.querySelector(".lfr-problem-words");
    if (!place) {
      place = make("p", { class: "lfr-problem-words", role: "alert" });
      (detail.querySelector(".lfr-decisions") ?? detail).append(place);
    }
    fill(place, ...(problemWords ? [mark("bad"), problemWords] : []));
  }

  function toggleSheet() {
    sheet.hidden = !sheet.hidden;
    if (sheet.hidden) return root.focus();
    const keys = [["n, \u2193", "next alert, older"], ["p, \u2191", "previous alert, newer"], ["Home, End", "newest, oldest"],
      ...DECISIONS.map(([word, words]) => [page?.states[word].key ?? "", words + " (" + word + ")"]),
      ["e, x", "engage, do not engage: a decision of its own"], ["Enter", "save the decision, once there is a reason"], ["Esc", "undo it before it is saved"],
      ["l", "look again: read all alerts"], ["m", "sound on or off"], ["?", "this sheet"]];
    fill(sheet, make("h4", {}, "Keys"), make("dl", {}, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(", ").flatMap((one, index) => [index ? " " : "", make("kbd", {}, one)])), make("dd", {}, words)])), button("Close (Esc)", () => toggleSheet()));
    sheet.querySelector("button").focus();
  }

  keep(root, (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!sheet.hidden && (key === "Escape" || key === "?")) toggleSheet();
    else if (event.target.matches?.("input, summary")) return;
    else if (event.repeat && /^[a-z?]$/.test(key) && !"np".includes(key)) event.preventDefault();
    else if (key === "ArrowDown" || key === "n") step(1);
    else if (key === "ArrowUp" || key === "p") step(-1);
    else if (key === "Home") step(-alerts.length);
    else if (key === "End") step(alerts.length);
    else if (key === "Escape") undoDraft();
    else if (key === "?") toggleSheet();
    else if (key === "m") loud.click();
    else if (key === "l") again.click();
    else if (ENGAGING.some((one) => one[2] === key)) begin("engage", ENGAGING.find((one) => one[2] === key)[0]);
    else if (page && DECISIONS.some(([word]) => page.states[word].key === key)) begin("decide", DECISIONS.find(([word]) => page.states[word].key === key)[0]);
    else return;
    event.preventDefault();
  });

  const ticking = setInterval(() => {
    const place = detail.querySelector(".lfr-age");
    if (place && opened && opened.taken_s === null) place.textContent = span(age(opened));
  }, 1000);
  show();
  return () => {
    clearInterval(ticking);
    forget();
    audio?.close();
    talking.end();
  };
}

export default { render };

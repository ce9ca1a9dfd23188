// Files go to Python one after the other: in pieces, each acknowledged, a few under way at a time.
// Both sides take the SHA-256 of a file: Python keeps nothing of one that came otherwise than it was read.

const PIECES_UNDER_WAY = 3;
const SILENT_MS = 10000;

const megabytes = (bytes) => (bytes / (1024 * 1024)).toFixed(1) + " MiB";
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// `changed` draws what is on its way; `failed` is given a file that is not taken, with its `problem`.
function uploads(send, { changed, failed = () => {}, arrived = () => {} }) {
  const items = []; // { file, about, upload, sha256, sent, received, heard, begun, words, problem }
  let limits = { piece: 1024 * 1024, most: 64 * 1024 * 1024, smaller: "" };
  let now = null;

  function next() {
    const item = now ? null : items.find((one) => !one.upload && !one.problem);
    if (item) begin(item);
  }

  function unusable(file) {
    if (!file.size) return "the file is empty (0 bytes), or it is a folder. Copy it again from its source.";
    if (file.size > limits.most) return "the file has " + megabytes(file.size) + "; at most " + megabytes(limits.most) + " are taken here. " + limits.smaller;
    if (!crypto.subtle) return "this page was opened by an address that the browser does not trust, so it cannot check the file. Open it from this machine, or by https.";
    return null;
  }

  async function begin(item) {
    now = item;
    item.upload = "u-" + crypto.randomUUID().slice(0, 18);
    item.heard = performance.now();
    const fault = unusable(item.file);
    if (fault) return fail(item, fault);
    say(item, "is read");
    try {
      item.sha256 = hex(await crypto.subtle.digest("SHA-256", await item.file.arrayBuffer()));
    } catch (error) {
      return fail(item, "the browser could not read it (" + error.name + "). Copy it to this machine, then try again; folders are not taken.");
    }
    if (now === item) announce(item);
  }

  function announce({ upload, file, sha256, about }) {
    send("upload", { upload, name: file.name, size: file.size, sha256, ...about });
  }

  async function go(item) {
    while (now === item && item.sent < item.file.size && item.sent - item.received < PIECES_UNDER_WAY * limits.piece) {
      const at = item.sent;
      item.sent = Math.min(item.file.size, at + limits.piece);
      try {
        const piece = await item.file.slice(at, item.sent).arrayBuffer();
        if (now === item) send("piece", { upload: item.upload, at }, [piece]);
      } catch (error) {
        send("stop", { upload: item.upload });
        return fail(item, "the file could not be read on (" + error.name + "); nothing of it was kept.");
      }
    }
  }

  function say(item, words = null) {
    item.words = words;
    changed();
  }

  function fail(item, words) {
    if (!items.includes(item)) return;
    if (now === item) now = null;
    item.problem = words;
    changed();
    failed(item);
    next();
  }

  function leave(item) {
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
    if (now === item) now = null;
    changed();
    next();
  }

  // A piece that was lost on the way is not acknowledged: after a while it is sent once more.
  const looking = setInterval(() => {
    if (!now?.sha256 || performance.now() - now.heard < SILENT_MS) return;
    now.heard = performance.now();
    if (now.received >= now.file.size) return;
    say(now, "The kernel has not answered for " + SILENT_MS / 1000 + " s; it may be busy. " + sentOf(now));
    if (!now.begun) return announce(now);
    now.sent = now.received;
    go(now);
  }, 1000);

  const sentOf = (item) => megabytes(item.received) + " of " + megabytes(item.file.size);

  return {
    items,
    wordsOf: (item) => item.problem ?? item.words ?? (item.upload ? sentOf(item) : "waits"),
    limit(content) { limits = { piece: content.piece, most: content.most, smaller: content.smaller }; },
    add(files, about = {}) {
      for (const file of files) items.push({ file, about, upload: null, sent: 0, received: 0, words: null, problem: null });
      changed();
      next();
    },
    cancel(item) {
      if (now === item) send("stop", { upload: item.upload });
      leave(item);
    },
    dismiss: leave,
    got(content) {
      const item = now;
      if (!item || content.upload !== item.upload) return;
      if (content.received > item.received || !item.begun) item.heard = performance.now();
      item.begun = true;
      item.received = Math.max(item.received, content.received);
      item.sent = Math.max(item.sent, item.received);
      say(item, item.received === item.file.size ? "All of it is there; the kernel reads it." : null);
      go(item);
    },
    // Both sides have it; `arrived` is told whether it is the same file.
    whole(content) {
      const item = now;
      if (!item || content.upload !== item.upload) return;
      leave(item);
      arrived(item, content.sha256 === item.sha256);
    },
    refused(content) {
      if (now && content.upload === now.upload) fail(now, content.words);
    },
    end() {
      clearInterval(looking);
      now = null;
      items.length = 0;
    },
  };
}

// How far the first of them is, on one line, for a panel that takes one file at a time.
function uploadLine(cancel) {
  const bar = make("progress", { max: "1", value: "0", "aria-label": "Upload" });
  const words = make("span", { class: "lfr-number" });
  const root = make("div", { class: "lfr-line lfr-upload", hidden: true }, bar, words, button("Cancel", cancel, { class: "lfr-button lfr-small" }));
  return {
    root,
    show(files) {
      const [item] = files.items;
      root.hidden = !item;
      if (!item) return;
      bar.value = item.file.size ? item.received / item.file.size : 0;
      words.textContent = files.wordsOf(item) + " \u00b7 " + item.file.name;
    },
  };
}

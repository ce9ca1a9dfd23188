// A file goes to Python in pieces, each acknowledged, a few under way at a time. Both sides take the
// SHA-256 of the file: Python keeps nothing of one that came otherwise than it was read.

const PIECES_UNDER_WAY = 3;
const SILENT_MS = 10000;

const megabytes = (bytes) => (bytes / (1024 * 1024)).toFixed(1) + " MiB";
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function uploader(send, refuse, began) {
  const bar = make("progress", { max: "1", value: "0", "aria-label": "Upload" });
  const words = make("span", { class: "lfr-number" });
  const cancel = button("Cancel", () => stop("Cancelled; nothing of it was kept."), { class: "lfr-button lfr-small" });
  const root = make("div", { class: "lfr-line lfr-upload", hidden: true }, bar, words, cancel);
  const said = make("div", { class: "lfr-hidden-words", "aria-live": "polite" });
  let limits = { piece: 1024 * 1024, most: 64 * 1024 * 1024 };
  let now = null; // { upload, file, sha256, sent, received, heard }

  function show(text) {
    root.hidden = !now;
    if (!now) return;
    bar.value = now.file.size ? now.received / now.file.size : 0;
    words.textContent = text ?? megabytes(now.received) + " of " + megabytes(now.file.size) + " \u00b7 " + now.file.name;
  }

  async function begin(file) {
    if (now) return refuse("A picture is being uploaded. Wait for it, or cancel it.");
    if (!file.size) return refuse(file.name + ": the file is empty (0 bytes). Copy it again from its source.");
    if (file.size > limits.most) return refuse(file.name + ": the file has " + megabytes(file.size) + "; at most " + megabytes(limits.most) + " are taken here. Save the picture smaller, or the part of it with the face.");
    if (!crypto.subtle) return refuse("This page was opened by an address that the browser does not trust, so it cannot check the file. Open it from this machine, or by https.");
    began();
    const mine = (now = { upload: crypto.randomUUID(), file, sent: 0, received: 0, heard: performance.now() });
    show("Reading " + file.name);
    try {
      mine.sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    } catch (error) {
      now = null;
      show();
      return refuse(file.name + ": the browser could not read it (" + error.name + "). Copy it to this machine, then try again.");
    }
    if (now === mine) announce(mine);
  }

  function announce({ upload, file, sha256 }) {
    send("upload", { upload, name: file.name, size: file.size, sha256 });
  }

  async function go() {
    const mine = now;
    while (now === mine && mine.sent < mine.file.size && mine.sent - mine.received < PIECES_UNDER_WAY * limits.piece) {
      const at = mine.sent;
      mine.sent = Math.min(mine.file.size, at + limits.piece);
      try {
        const piece = await mine.file.slice(at, mine.sent).arrayBuffer();
        if (now === mine) send("piece", { upload: mine.upload, at }, [piece]);
      } catch (error) {
        return stop(mine.file.name + ": the file could not be read on (" + error.name + "); nothing of it was kept.");
      }
    }
  }

  function stop(why) {
    if (!now) return;
    now = null;
    show();
    send("stop");
    said.textContent = why;
    refuse(why, true);
  }

  // A piece that was lost on the way is not acknowledged: after a while it is sent once more.
  const looking = setInterval(() => {
    if (!now?.sha256 || performance.now() - now.heard < SILENT_MS) return;
    now.heard = performance.now();
    if (now.received >= now.file.size) return;
    show("The kernel has not answered for " + SILENT_MS / 1000 + " s; it may be busy. " + megabytes(now.received) + " of " + megabytes(now.file.size));
    if (!now.begun) return announce(now);
    now.sent = now.received;
    go();
  }, 1000);

  return {
    root,
    said,
    begin,
    limit(content) { limits = { piece: content.piece, most: content.most }; },
    got(content) {
      if (!now || content.upload !== now.upload) return;
      if (content.received > now.received || !now.begun) now.heard = performance.now();
      now.begun = true;
      now.received = Math.max(now.received, content.received);
      now.sent = Math.max(now.sent, now.received);
      show(now.received === now.file.size ? "All of it is there; the kernel reads it." : undefined);
      go();
    },
    // Returns whether the two sides have the same file.
    whole(content) {
      if (!now || content.upload !== now.upload) return null;
      const same = content.sha256 === now.sha256;
      now = null;
      show();
      said.textContent = "The picture was uploaded.";
      return same;
    },
    failed(content) {
      if (content.upload && content.upload !== now?.upload) return;
      now = null;
      show();
    },
    end() {
      clearInterval(looking);
      now = null;
    },
  };
}

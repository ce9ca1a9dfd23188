// Files on their way to the kernel: in pieces, each acknowledged, the whole held to its SHA-256.

const ANSWER_MS = 60_000;
const MEGA = 1024 * 1024;

const megabytes = (bytes) => (bytes / MEGA).toFixed(bytes < 10 * MEGA ? 1 : 0) + " MiB";

// `talking` is what `talk` returns; `show` draws what is on its way; `limits` gives piece and largest.
function intake(talking, limits, show) {
  const items = [];
  let running = false;
  let waiting = null; // { upload, number, done, fail }

  const wordsOf = (item) =>
    item.problem ?? (item.sent === null ? "waits" : megabytes(item.sent) + " of " + megabytes(item.file.size) + " sent");

  function answer(upload, number) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The kernel does not answer. See that it runs, and drop the file again.")), ANSWER_MS);
      const over = (end) => (value) => {
        clearTimeout(timer);
        waiting = null;
        end(value);
      };
      waiting = { upload, number, done: over(resolve), fail: over(reject) };
    });
  }

  async function bytesOf(file) {
    const { largest_file: largest } = limits();
    if (file.size > largest) throw new Error("The file has " + megabytes(file.size) + ", more than the " + megabytes(largest) + " that a page takes. Name its folder instead, or make the picture smaller.");
    if (!file.size) throw new Error("The file is empty (0 bytes), or it is a folder. Drop files; name a folder by its path.");
    try {
      return await file.arrayBuffer();
    } catch {
      throw new Error("The browser cannot read it. Drop files; name a folder by its path.");
    }
  }

  async function sendOne(item) {
    const bytes = await bytesOf(item.file);
    const { piece } = limits();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = [...digest].map((one) => one.toString(16).padStart(2, "0")).join("");
    const upload = item.upload;
    const begun = answer(upload, -1);
    talking.send("announce", { upload, name: item.file.name, size: bytes.byteLength, sha256 });
    await begun;
    for (let number = 0; number * piece < bytes.byteLength; number++) {
      const part = bytes.slice(number * piece, (number + 1) * piece);
      const taken = answer(upload, number);
      talking.send("piece", { upload, number, replaces: item.replaces }, [part]);
      await taken;
      item.sent = Math.min(bytes.byteLength, (number + 1) * piece);
      show();
    }
  }

  async function run() {
    if (running) return;
    running = true;
    for (let item; (item = items.find((one) => one.sent === null && !one.problem)); ) {
      item.sent = 0;
      show();
      try {
        await sendOne(item);
        items.splice(items.indexOf(item), 1);
      } catch (error) {
        item.problem = error.message;
        talking.send("forget", { upload: item.upload });
      }
      show();
    }
    running = false;
  }

  return {
    items,
    wordsOf,
    add(files, replaces = null) {
      for (const file of files) items.push({ file, upload: "u-" + crypto.randomUUID().slice(0, 18), sent: null, problem: null, replaces });
      show();
      run();
    },
    dismiss(item) {
      const at = items.indexOf(item);
      if (at >= 0) items.splice(at, 1);
      show();
    },
    taken(content) {
      if (waiting && content.upload === waiting.upload && content.number === waiting.number) waiting.done();
    },
    refused(content) {
      if (waiting && content.upload === waiting.upload) waiting.fail(new Error(content.words));
    },
  };
}

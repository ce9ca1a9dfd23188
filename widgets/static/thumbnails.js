// Small pictures: asked for a few at a time, those in view first, so that neither the kernel nor the
// line is filled by what nobody looks at yet.

const BATCH = 12;
const ANSWER_MS = 15000;

function thumbnails(send, came) {
  const addresses = new Map();
  const missing = new Map();
  let wanted = [];
  let asked = [];
  let askedAt = 0;

  function ask() {
    if (asked.length && performance.now() - askedAt < ANSWER_MS) return;
    asked = wanted.filter((id) => !addresses.has(id) && !missing.has(id)).slice(0, BATCH);
    if (!asked.length) return;
    askedAt = performance.now();
    send("thumbs", { ids: asked });
  }

  return {
    want(ids) {
      wanted = ids;
      ask();
    },
    take(content, buffers) {
      content.of.forEach((id, at) => {
        if (addresses.has(id)) URL.revokeObjectURL(addresses.get(id));
        addresses.set(id, URL.createObjectURL(new Blob([buffers[at]], { type: "image/jpeg" })));
      });
      for (const [id, words] of Object.entries(content.missing)) missing.set(id, words);
      asked = [];
      came([...content.of, ...Object.keys(content.missing)]);
      ask();
    },
    // A place for a picture: what is there of it now.
    fillSlot(slot, id, alt) {
      if (addresses.has(id)) fill(slot, make("img", { src: addresses.get(id), alt, draggable: "false" }));
      else if (missing.has(id)) fill(slot, make("span", { class: "lfr-no-picture", title: missing.get(id) }, "no picture: " + missing.get(id)));
      else fill(slot, make("span", { class: "lfr-no-picture" }, "\u2026"));
    },
    has: (id) => addresses.has(id) || missing.has(id),
    forget() {
      for (const address of addresses.values()) URL.revokeObjectURL(address);
      addresses.clear();
      missing.clear();
      wanted = [];
      asked = [];
    },
  };
}

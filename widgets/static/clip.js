// A clip as it comes: every frame is drawn, in order, and acknowledged once it is.

const CLIP_STATES = {
  opening: ["none", "opening"],
  playing: ["good", "playing"],
  paused: ["rest", "paused"],
  ended: ["none", "at its end"],
  failed: ["bad", "cannot be played"],
};

function clipPlayer(send, describe, left) {
  let status = null;
  let waiting = [];
  let busy = false;
  const canvas = make("canvas", { width: 640, height: 360, role: "img" });
  const pen = canvas.getContext("2d");
  const title = make("h4", {});
  const state = make("span", { role: "status" });
  const clock = make("span", { class: "lfr-number lfr-clip-clock" });
  const pause = button("Pause (Space)", () => command(status?.state === "paused" ? "go-on" : "pause"));
  const step = button("One frame (.)", () => command("step"));
  const again = button("Play again", () => send("play", { appearance: appearance() }));
  const close = button("Close (Esc)", () => command("close"));
  const trouble = make("div", {});
  const root = make("section", { class: "lfr-clip", hidden: true, "aria-label": "Clip", tabindex: "-1" },
    make("div", { class: "lfr-line" }, title, state, clock), make("div", { class: "lfr-stage" }, canvas), trouble,
    make("div", { class: "lfr-line" }, pause, step, again, close, make("span", { class: "lfr-quiet" }, "As it was redacted; no frame is left out.")));

  const appearance = () => status.name.slice(status.name.indexOf(":") + 1);

  function command(kind) {
    if (!status) return;
    if (kind === "close") {
      root.hidden = true;
      left(appearance());
    }
    send(kind, { name: status.name });
  }

  async function next() {
    if (busy || !waiting.length) return;
    busy = true;
    const { content, bytes } = waiting.shift();
    try {
      if (content.name === status?.name) {
        const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
        if (canvas.width !== picture.width || canvas.height !== picture.height) {
          canvas.width = picture.width;
          canvas.height = picture.height;
        }
        pen.drawImage(picture, 0, 0);
        picture.close();
        canvas.dataset.sent = content.sent;
        clock.textContent = describe(appearance(), content.time_s) + ", frame " + content.sent + " of the clip";
      }
    } catch (error) {
      fill(trouble, make("p", {}, mark("warn"), "A frame could not be drawn (" + error.name + ")."));
    } finally {
      send("drawn", { n: content.n });
      busy = false;
      next();
    }
  }

  return {
    root,
    get open() { return !root.hidden; },
    get appearance() { return root.hidden ? null : appearance(); },
    frame(content, buffers) {
      waiting.push({ content, bytes: buffers[0] });
      next();
    },
    status(content) {
      const fresh = content.name !== status?.name;
      status = content;
      if (content.state === "closed") {
        const was = !root.hidden;
        root.hidden = true;
        if (was) left(appearance());
        return;
      }
      if (fresh) {
        pen.clearRect(0, 0, canvas.width, canvas.height);
        clock.textContent = "";
        delete canvas.dataset.sent;
        trouble.replaceChildren();
      }
      root.hidden = false;
      root.dataset.state = content.state;
      title.textContent = "Clip around " + describe(appearance());
      canvas.setAttribute("aria-label", "Clip around " + describe(appearance()) + ", redacted");
      const [shapeName, words] = CLIP_STATES[content.state];
      fill(state, mark(shapeName), make("b", {}, words));
      pause.textContent = content.state === "paused" ? "Go on (Space)" : "Pause (Space)";
      const over = content.state === "ended" || content.state === "failed";
      pause.disabled = step.disabled = over;
      again.hidden = !over;
      if (content.state === "failed") fill(trouble, problem("This clip cannot be played.", content.words ?? "unknown", "Choose the appearance again, or look whether the file is where it was."));
      if (fresh) root.scrollIntoView({ block: "nearest" });
    },
    key(event) {
      if (root.hidden) return false;
      if (event.key === " ") {
        if (event.target.closest?.("button")) return false; // Space presses that
        if (!event.repeat && !pause.disabled) pause.click();
      } else if (event.key === ".") {
        if (!step.disabled) command("step");
      } else if (event.key === "Escape") command("close");
      else return false;
      return true;
    },
  };
}

// A picture, fitted into its place, with what lies over it: faces with their eyes, and a crop that
// is drawn by pointer and moved by keys. Coordinates are pixels of the picture, whatever its size here.

const LOWEST_STAGE = 200;
const HIGHEST_STAGE = 440;
const MOST_ENLARGED = 8;

function pictureStage(words, chosen = () => {}, cropped = null, placed = () => {}) {
  const canvas = make("canvas", { width: 1, height: 1, role: "img", "aria-label": words });
  const pen = canvas.getContext("2d");
  const layer = draw("svg", { class: "lfr-over", preserveAspectRatio: "none", "aria-hidden": "true" });
  const labels = make("div", { class: "lfr-labels" });
  const frame = make("div", { class: "lfr-frame", hidden: true }, canvas, layer, labels);
  const empty = make("p", { class: "lfr-quiet lfr-empty" });
  const root = make("div", { class: "lfr-stage" }, frame, empty);
  const grip = make("button", { type: "button", class: "lfr-crop", hidden: true });
  let size = null;
  let faces = { list: [], chosen: null, was: null };
  let crop = null;
  let drawing = null;
  let cropping = false;
  let turn = 0;

  const outline = (from, name) => draw("rect", { x: from[0], y: from[1], width: from[2], height: from[3], class: name });

  function over() {
    layer.replaceChildren();
    if (!size) return;
    layer.setAttribute("viewBox", "0 0 " + size[0] + " " + size[1]);
    faces.list.forEach((face, index) => {
      const [x0, y0, x1, y1] = face.box;
      const name = index === faces.chosen ? "lfr-face lfr-face-chosen" : "lfr-face";
      const box = [x0, y0, x1 - x0, y1 - y0];
      layer.append(outline(box, "lfr-face-ground"), outline(box, name));
      const arm = (x1 - x0) / 14;
      if (eyes.points && index === faces.chosen) return;
      for (const point of face.eyes) cross(point, arm, "lfr-eye");
      // What the detector had stays to be seen beside what was placed by hand.
      if (index === faces.chosen) for (const point of faces.was ?? []) cross(point, arm / 2, "lfr-eye lfr-eye-was");
    });
    if (eyes.points) {
      const line = "M" + eyes.points.map((point) => point.join(" ")).join("L");
      layer.append(draw("path", { d: line, class: "lfr-face-ground" }), draw("path", { d: line, class: "lfr-eye" }));
    }
    if (crop && cropping) {
      const { left, top, width, height } = crop;
      const all = "M0 0H" + size[0] + "V" + size[1] + "H0Z";
      layer.append(
        draw("path", { d: all + "M" + left + " " + top + "V" + (top + height) + "H" + (left + width) + "V" + top + "Z", "fill-rule": "evenodd", class: "lfr-outside" }),
        outline([left, top, width, height], "lfr-face-ground"),
        outline([left, top, width, height], "lfr-crop-line"),
      );
    }
    place();
  }

  function cross([x, y], arm, name) {
    const path = "M" + (x - arm) + " " + y + "H" + (x + arm) + "M" + x + " " + (y - arm) + "V" + (y + arm);
    layer.append(draw("path", { d: path, class: "lfr-face-ground" }), draw("path", { d: path, class: name }));
  }

  // Numbers of faces are buttons: whoever cannot point goes from one to the next with Tab.
  function place() {
    labels.querySelectorAll("[data-face]").forEach((one, index) => {
      // Above the face, or below it where there is no room: a label covers no face of its own.
      const [x0, y0, , y1] = faces.list[index].box;
      const above = (y0 / size[1]) * frame.clientHeight >= 32;
      one.style.left = Math.min(96, Math.max(0, (100 * x0) / size[0])) + "%";
      one.style.top = Math.min(94, Math.max(0, (100 * (above ? y0 : y1)) / size[1])) + "%";
      one.classList.toggle("lfr-above", above);
      one.setAttribute("aria-pressed", String(index === faces.chosen));
    });
    grip.hidden = !(crop && cropping);
    if (grip.hidden) return;
    const { left, top, width, height } = crop;
    grip.style.left = (100 * left) / size[0] + "%";
    grip.style.top = (100 * top) / size[1] + "%";
    grip.style.width = (100 * width) / size[0] + "%";
    grip.style.height = (100 * height) / size[1] + "%";
    grip.setAttribute("aria-label", "Crop: " + width + " by " + height + " pixels, " + left + " from the left, " + top + " from the top. Arrows move it, Shift moves it farther, + and - change its size.");
  }

  function fit() {
    if (!size || !root.clientWidth) return;
    const scale = Math.min(root.clientWidth / size[0], HIGHEST_STAGE / size[1], MOST_ENLARGED);
    frame.style.width = Math.max(1, Math.round(size[0] * scale)) + "px";
    frame.style.height = Math.max(1, Math.round(size[1] * scale)) + "px";
    // Pixels stay squares where they are enlarged here: no detail is made up by a browser.
    canvas.style.imageRendering = scale > 1 ? "pixelated" : "auto";
    root.dataset.scale = scale.toFixed(4);
    place();
    root.dispatchEvent(new CustomEvent("fitted", { detail: scale }));
  }

  const inside = (value, most) => Math.min(most, Math.max(0, value));
  const at = (event) => {
    const box = frame.getBoundingClientRect();
    return [inside(((event.clientX - box.left) * size[0]) / box.width, size[0]), inside(((event.clientY - box.top) * size[1]) / box.height, size[1])];
  };

  function setCrop(next, tell = true) {
    if (!size) return;
    const width = Math.round(Math.min(size[0], Math.max(1, next.width)));
    const height = Math.round(Math.min(size[1], Math.max(1, next.height)));
    crop = { left: Math.round(inside(next.left, size[0] - width)), top: Math.round(inside(next.top, size[1] - height)), width, height };
    over();
    if (tell) cropped(crop);
  }

  const eyes = eyeHandles(at, () => over(), () => placed());

  if (cropped) {
    frame.append(eyes.root);
    labels.append(grip);
    frame.addEventListener("pointerdown", (event) => {
      if (!cropping || event.button !== 0 || event.target.dataset.face !== undefined) return;
      frame.setPointerCapture(event.pointerId);
      drawing = at(event);
      event.preventDefault();
    });
    frame.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      const [x, y] = at(event);
      const left = Math.floor(Math.min(x, drawing[0]));
      const top = Math.floor(Math.min(y, drawing[1]));
      setCrop({ left, top, width: Math.ceil(Math.max(x, drawing[0])) - left, height: Math.ceil(Math.max(y, drawing[1])) - top });
    });
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => {
      if (drawing && crop) grip.focus({ preventScroll: true });
      drawing = null;
    });
    grip.addEventListener("keydown", (event) => {
      const far = event.shiftKey ? 10 : 1;
      const { left, top, width, height } = crop;
      const by = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key];
      const grow = { "+": 10, "=": 10, "-": -10, "_": -10 }[event.key];
      if (by) setCrop({ left: left + by[0], top: top + by[1], width, height });
      else if (grow) setCrop({ left: left - grow / 2, top: top - grow / 2, width: width + grow, height: height + grow });
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  const watching = new ResizeObserver(fit);
  watching.observe(root);

  return {
    root,
    get size() { return size; },
    get crop() { return crop; },
    setCrop,
    say(text) { empty.textContent = text; },
    fit,
    async show(content, bytes) {
      const mine = ++turn;
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      if (mine !== turn) return picture.close();
      [canvas.width, canvas.height] = [picture.width, picture.height];
      pen.drawImage(picture, 0, 0);
      picture.close();
      size = content.size;
      frame.hidden = false;
      empty.hidden = true;
      fit();
      over();
    },
    blank() {
      turn += 1;
      size = crop = null;
      eyes.end();
      [canvas.width, canvas.height] = [1, 1];
      frame.hidden = true;
      empty.hidden = false;
    },
    eyes,
    faces(list, number, was = null) {
      const same = list.length === labels.querySelectorAll("[data-face]").length;
      faces = { list, chosen: number, was };
      if (!same) {
        labels.querySelectorAll("[data-face]").forEach((one) => one.remove());
        labels.append(...list.map((_, index) => button(String(index + 1), () => chosen(index), { class: "lfr-face-label", "data-face": index, "aria-label": "Search for face " + (index + 1) })));
      }
      over();
    },
    crops(on) {
      cropping = on;
      root.classList.toggle("lfr-cropping", on);
      over();
    },
    forgetCrop() {
      crop = null;
      over();
    },
    end() { watching.disconnect(); },
  };
}

const inPixels = (size) => size[0].toLocaleString("en-GB") + " \u00d7 " + size[1].toLocaleString("en-GB") + " px";

// What a screen does to a picture is said, so that nobody takes it for detail.
function enlarged(scale) {
  if (scale > 1.05) return "shown enlarged " + scale.toFixed(1) + " times, pixels as squares";
  if (scale < 0.95) return "shown at " + Math.round(100 * scale) + " % of its size";
  return "shown at its size";
}

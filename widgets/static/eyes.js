// Two points over a picture that somebody puts on the eyes of a face: dragged, or moved by keys.
// Coordinates are pixels of the picture. Python says what comes of them.

const EYE_STEP = 0.5;
const EYE_FAR = 5;
const EYES = ["Right eye", "Left eye"];

function eyeHandles(at, moved, enter) {
  const root = make("div", { class: "lfr-eyes", hidden: true });
  let points = null;
  let size = null;
  let held = null;
  const touched = new Set(); // of the points, those that were moved since they were put up

  const handles = EYES.map((words, index) => {
    const handle = make("button", { type: "button", class: "lfr-eye-handle", "data-eye": index });
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      // Where it was taken hold of stays under the pointer: nothing jumps.
      const [x, y] = at(event);
      held = { index, by: [points[index][0] - x, points[index][1] - y] };
      event.stopPropagation();
    });
    handle.addEventListener("pointermove", (event) => {
      if (held?.index !== index) return;
      const [x, y] = at(event);
      move(index, [x + held.by[0], y + held.by[1]]);
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => (held = null));
    handle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? EYE_FAR : EYE_STEP;
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (by) move(index, [points[index][0] + by[0], points[index][1] + by[1]]);
      else if (event.key === "Enter" && meant(event)) enter();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  });
  root.append(...handles);

  function move(index, [x, y]) {
    const inside = (value, most) => Math.round(10 * Math.min(most, Math.max(0, value))) / 10;
    touched.add(index);
    points[index] = [inside(x, size[0]), inside(y, size[1])];
    place();
    moved();
  }

  function place() {
    handles.forEach((handle, index) => {
      const [x, y] = points[index];
      handle.style.left = (100 * x) / size[0] + "%";
      handle.style.top = (100 * y) / size[1] + "%";
      handle.setAttribute("aria-label", EYES[index] + " of the person: " + x.toFixed(1) + " px from the left, " + y.toFixed(1) + " from the top. Arrows move it, Shift moves it farther, Enter uses both.");
    });
  }

  return {
    root,
    get points() { return points; },
    get bothMoved() { return touched.size === handles.length; },
    begin(from, within) {
      size = within;
      points = from.map((point) => [...point]);
      touched.clear();
      root.hidden = false;
      place();
      moved();
      handles[0].focus({ preventScroll: true });
    },
    end() {
      points = held = null;
      root.hidden = true;
      moved();
    },
  };
}

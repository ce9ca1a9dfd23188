// The editor of the zone: a polygon over the picture, moved by pointer or keys, corner by corner or whole.

const STEP = 0.01;
const BIG_STEP = 0.05;

function zoneEditor(send, say) {
  const layer = draw("svg", { class: "lfr-zone", viewBox: "0 0 1000 1000", preserveAspectRatio: "none" });
  const outline = draw("polygon", { class: "lfr-zone-outline" });
  const handles = make("div", { class: "lfr-handles" });
  let saved = [];
  let points = [];
  let editing = false;
  let grip = null;

  const clamp = (value) => Math.min(1, Math.max(0, value));

  function place() {
    outline.setAttribute("points", points.map(([x, y]) => x * 1000 + "," + y * 1000).join(" "));
    const centre = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    [...handles.children].forEach((handle, index) => {
      const [x, y] = points[index] ?? centre;
      handle.style.left = x * 100 + "%";
      handle.style.top = y * 100 + "%";
      handle.setAttribute("aria-label", (index < points.length ? "Corner " + (index + 1) + " of " + points.length : "The whole zone, its middle") + ": " + Math.round(x * 100) + " % from the left, " + Math.round(y * 100) + " % from the top");
    });
  }

  function at(event) {
    const box = layer.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  function corner(index) {
    const handle = make("button", { type: "button", class: "lfr-handle" });
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      grip = { index };
    });
    handle.addEventListener("keydown", (event) => {
      const by = moves(event);
      if (by) {
        points[index] = points[index].map((value, axis) => clamp(value + by[axis]));
        place();
      } else if (event.key === "Insert" || event.key === "+") {
        const next = points[(index + 1) % points.length];
        points.splice(index + 1, 0, [0, 1].map((axis) => (points[index][axis] + next[axis]) / 2));
        rebuild(index + 1);
      } else if (event.key === "Delete" || event.key === "Backspace") {
        if (points.length > 3) {
          points.splice(index, 1);
          rebuild(Math.min(index, points.length - 1));
        } else say("A zone has three corners at least.");
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  }

  function shift(from, dx, dy) {
    const xs = from.map((point) => point[0]);
    const ys = from.map((point) => point[1]);
    const right = Math.max(-Math.min(...xs), Math.min(1 - Math.max(...xs), dx));
    const down = Math.max(-Math.min(...ys), Math.min(1 - Math.max(...ys), dy));
    points = from.map(([x, y]) => [x + right, y + down]);
    place();
  }

  function moves(event) {
    const step = event.shiftKey ? BIG_STEP : STEP;
    return { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  }

  // The grip of the whole zone, in its middle: dragged like a corner, moved by the same keys.
  function middle() {
    const handle = make("button", { type: "button", class: "lfr-mover" });
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      grip = { from: at(event), were: points.map((point) => [...point]) };
    });
    handle.addEventListener("keydown", (event) => {
      if (!moves(event)) return;
      shift(points, ...moves(event));
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  }

  function rebuild(focus) {
    fill(handles, ...(editing ? [...points.map((_, index) => corner(index)), middle()] : []));
    place();
    if (focus !== undefined) handles.children[focus]?.focus();
  }

  function drag(event) {
    if (grip === null) return;
    const [x, y] = at(event);
    if (grip.from) return shift(grip.were, x - grip.from[0], y - grip.from[1]);
    points[grip.index] = [x, y];
    place();
  }

  handles.addEventListener("pointermove", drag);
  layer.addEventListener("pointerdown", (event) => {
    if (!editing) return;
    layer.setPointerCapture(event.pointerId);
    grip = { from: at(event), were: points.map((point) => [...point]) };
  });
  layer.addEventListener("pointermove", drag);
  for (const part of [handles, layer]) part.addEventListener("pointerup", () => (grip = null));
  layer.append(outline);

  return {
    layer,
    handles,
    take(message) {
      saved = message.points.map((point) => [...point]);
      outline.classList.toggle("lfr-whole", message.whole);
      if (!message.may_draw) editing = false;
      if (!editing) {
        points = saved.map((point) => [...point]);
        rebuild();
      }
    },
    edit() {
      editing = true;
      layer.classList.add("lfr-editing");
      rebuild(0);
    },
    leave(keepIt) {
      editing = false;
      layer.classList.remove("lfr-editing");
      if (keepIt) send("zone", { points });
      else points = saved.map((point) => [...point]);
      rebuild();
    },
    whole() {
      points = [[0, 0], [1, 0], [1, 1], [0, 1]];
      rebuild(0);
    },
  };
}

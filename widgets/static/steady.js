// Nothing of a panel moves while the pointer is down: what is under it when it goes up would be
// another control, and neither would be pressed.

const HELD_MS = 2000;

function steady(root) {
  const due = new Set();
  let held = 0;

  function release() {
    clearTimeout(held);
    held = 0;
    const draws = [...due];
    due.clear();
    for (const draw of draws) draw();
  }

  // What is pressed is told of right after the pointer went up; what was due is drawn after that.
  const released = () => held && setTimeout(release);
  root.addEventListener("pointerdown", () => {
    clearTimeout(held);
    held = setTimeout(release, HELD_MS);
  });
  for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, released, true);

  return {
    // Draws now or, once, when the pointer is up.
    draw(draw) {
      if (held) due.add(draw);
      else draw();
    },
    end() {
      clearTimeout(held);
      for (const kind of ["pointerup", "pointercancel"]) window.removeEventListener(kind, released, true);
    },
  };
}

// Where a picture comes to lie: by scale, turn, mirror image and translation alone, so that no
// proportion of a face changes. One number, the distance of the eyes on the screen, holds for both.

const EYES_HIGH = 0.42; // of a pane, where the middle of the eyes lies at first
const EYES_WIDE = 0.26; // of the shorter side of a pane, how far apart they are at first

function pupils(picture) {
  const [[x0, y0], [x1, y1]] = picture.eyes;
  return { middle: [(x0 + x1) / 2, (y0 + y1) / 2], apart: Math.hypot(x1 - x0, y1 - y0), tilt: Math.atan2(y1 - y0, x1 - x0) };
}

// pane: [left, top, width, height] in pixels of the canvas. Returns what a pen's setTransform takes,
// and by how much a pixel of the picture is enlarged.
function placed(picture, pane, look, mirrored) {
  const { middle, apart, tilt } = pupils(picture);
  const between = look.between;
  const scale = between / apart;
  const turn = look.level ? -tilt : 0;
  const flip = mirrored ? -1 : 1;
  const [cosine, sine] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const [a, b, c, d] = [flip * cosine, sine, -flip * sine, cosine];
  const x = pane[0] + pane[2] / 2 + look.pan[0] * between;
  const y = pane[1] + pane[3] * EYES_HIGH + look.pan[1] * between;
  return { matrix: [a, b, c, d, x - a * middle[0] - c * middle[1], y - b * middle[0] - d * middle[1]], scale, origin: [x, y] };
}

// Lines lie where the eyes are, half a distance of them apart, so that they mean the same in both.
function grid(pen, pane, look, line) {
  const step = look.between / 2;
  const origin = [pane[0] + pane[2] / 2 + look.pan[0] * look.between, pane[1] + pane[3] * EYES_HIGH + look.pan[1] * look.between];
  const ends = [[pane[0], pane[0] + pane[2]], [pane[1], pane[1] + pane[3]]];
  for (const [style, width] of [["rgba(0,0,0,.4)", 3 * line], ["rgba(255,255,255,.7)", line]]) {
    pen.beginPath();
    for (let n = Math.ceil((ends[0][0] - origin[0]) / step); origin[0] + n * step <= ends[0][1]; n += 1) {
      pen.moveTo(origin[0] + n * step, ends[1][0]);
      pen.lineTo(origin[0] + n * step, ends[1][1]);
    }
    for (let n = Math.ceil((ends[1][0] - origin[1]) / step); origin[1] + n * step <= ends[1][1]; n += 1) {
      pen.moveTo(ends[0][0], origin[1] + n * step);
      pen.lineTo(ends[0][1], origin[1] + n * step);
    }
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.stroke();
  }
}

// Rings, since lines of the grid go through the eyes.
function rings(pen, picture, matrix, line) {
  for (const [x, y] of picture.eyes) {
    const at = [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]];
    for (const [style, width] of [["rgba(0,0,0,.8)", 4 * line], ["#56e0ff", 2 * line]]) {
      pen.beginPath();
      pen.arc(at[0], at[1], 8 * line, 0, 2 * Math.PI);
      pen.strokeStyle = style;
      pen.lineWidth = width;
      pen.stroke();
    }
  }
}

function inWords(picture, scale, smooth) {
  const enlarged = scale >= 1.05 ? "enlarged " + scale.toFixed(1) + " times" : scale <= 0.95 ? "reduced to " + Math.round(100 * scale) + " %" : "at its own size";
  const made = scale >= 1.05 ? (smooth ? ", interpolated" : ", each square one pixel") : "";
  return enlarged + made + " \u00b7 " + pupils(picture).apart.toFixed(0) + " px between the eyes";
}

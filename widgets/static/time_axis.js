// An axis of time: what of it is in view, where its ticks stand, and how a moment is written.

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
const LEAST_S = 1;
const TICK_PX = 88;

function timeAxis() {
  let end = 1;
  let zero = 0;
  let timed = false;
  let from = 0;
  let to = 1;

  function set(start, length) {
    const whole = Math.min(Math.max(length, LEAST_S), Math.max(end, LEAST_S));
    from = Math.min(Math.max(start, 0), Math.max(end, LEAST_S) - whole);
    to = from + whole;
  }

  // A moment on the axis: of the day where that is known, otherwise seconds of the file.
  function words(seconds, decimals = 0, known = timed) {
    if (!known) {
      const tenths = decimals ? "." + Math.floor((seconds % 1) * 10) : "";
      return span(seconds) + tenths;
    }
    const moment = new Date(Math.floor((zero + seconds) * 1000 + 0.5));
    return moment.toISOString().slice(11, decimals ? 21 : 19);
  }

  const day = (seconds) => new Date((zero + seconds) * 1000).toISOString().slice(0, 10);

  return {
    words,
    day,
    get from() { return from; },
    get to() { return to; },
    get whole() { return from <= 0 && to >= end; },
    get timed() { return timed; },
    begin(content) {
      zero = content.zero_s;
      timed = content.timed;
      end = Math.max(...content.lanes.map((lane) => lane.starts_s + lane.length_s), LEAST_S);
      set(0, end);
    },
    at: (seconds) => (seconds - from) / (to - from), // share of the width
    all: () => set(0, end),
    pan: (share) => set(from + share * (to - from), to - from),
    zoom(factor, share = 0.5) {
      const fixed = from + share * (to - from);
      const length = Math.min(Math.max((to - from) * factor, LEAST_S), end);
      set(fixed - share * length, length);
    },
    reveal(first, last) {
      const length = to - from;
      if (first >= from && last <= to) return false;
      set((first + last) / 2 - length / 2, length);
      return true;
    },
    // Where ticks stand: at round times of day, or at round seconds of the file.
    ticks(width, known = timed) {
      const most = Math.max(1, Math.floor(width / TICK_PX));
      const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1);
      const ticks = [];
      const offset = known ? zero % step : 0;
      for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) ticks.push(at);
      const decimals = step < 1 ? 1 : 0;
      const label = (at) => (known && !decimals && words(at) === "00:00:00" ? day(at) : words(at, decimals, known));
      return ticks.map((at) => ({ at, label: label(at) }));
    },
  };
}

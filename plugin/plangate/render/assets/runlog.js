// What follows from the log of a switch: the steps that are left, times as clocks show them, the log as a file.

// When each step starts and ends: what the log says, and for the rest the earliest that the steps before it leave, by
// expected durations; nothing that has not happened lies before `at`.
export function project({ steps, begin }, log, at) {
  const found = [];
  const step = (index) => {
    if (found[index]) return found[index];
    const [id, , , expected, after, offset] = steps[index];
    let [start, end] = log[id] ?? [];
    const least = [begin + offset, ...after.map((other) => step(other)[1])];
    start ??= Math.max(at, ...least);
    return (found[index] = [start, end ?? Math.max(start + expected, at)]);
  };
  return steps.map((_, index) => step(index));
}

// When a step began that is ticked without having been started: as soon as it could, and not after `at`.
export function begun(plan, log, index, at) {
  const after = plan.steps[index][4].map((other) => log[plan.steps[other][0]]?.[1] ?? at);
  return Math.min(at, after.length ? Math.max(...after) : plan.begin + plan.steps[index][6]);
}

export const iso = (seconds, local) => {
  const date = new Date(seconds * 1000);
  return new Date(date - (local ? date.getTimezoneOffset() * 6e4 : 0)).toISOString();
};

// A time of day, with the days that have passed since the day on which the switch begins.
export function clock(seconds, begin, local) {
  const [one, first] = [iso(seconds, local), iso(begin, local)];
  const days = (Date.parse(one.slice(0, 10)) - Date.parse(first.slice(0, 10))) / 864e5;
  return one.slice(11, 16) + (days ? ` ${days > 0 ? "+" : ""}${days}` : "");
}

export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
  return parts.filter(([count]) => count).map((pair) => pair.join(" ")).join(" ") || "0 min";
}

// The moment nearest to the one before at which clocks show a time of 24 hours as it was typed; none for nothing, and the
// one before for what is no time.
export function moved(before, typed, local) {
  const minutes = (text) => (text = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(text)) && text[1] * 60 + +text[2];
  if (!typed.trim()) return null;
  const ahead = (minutes(typed.trim()) ?? NaN) - minutes(iso(before, local).slice(11, 16));
  if (isNaN(ahead)) return before;
  return before - (before % 60) + 60 * (ahead - 1440 * Math.round(ahead / 1440));
}

// The log as rows of text, or as a file.
export function written({ plan, begin, steps }, log, kind) {
  const told = (seconds) => (seconds == null ? "" : iso(seconds).replace(".000", ""));
  const rows = steps.map(([id, name, owner, expected, , , start]) =>
    [id, name, owner, ...[begin + start, begin + start + expected, log[id]?.[0], log[id]?.[1]].map(told)]);
  rows.unshift(["step", "name", "owner", "planned_start", "planned_end", "start", "end"]);
  if (kind == "csv")
    return rows.map((row) =>
      row.map((text) => `"${(/^[=+\-@\s＝＋－＠]/.test(text) ? "'" : "") + text.replaceAll('"', '""')}"`) + "\r\n").join("");
  const lines = rows.map((row) => `| ${row.map((text) => text.replace(/[\\`*_[\]<>|#&]/g, "\\$&")).join(" | ")} |\n`);
  lines[0] += "|---".repeat(7) + "|\n";
  return `# Log of ${plan}\n\n${lines.join("")}`;
}

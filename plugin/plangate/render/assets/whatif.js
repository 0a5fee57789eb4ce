// Other values for a plan's numbers: the laws are those that computed the page, the words those that it was written in.
const whole = (x) => +x.toPrecision(13);
// What is left over by less than numbers of this kind can tell apart is nothing: a spare capacity of zero is zero.
const sum = (...all) => {
  const total = all.reduce((x, y) => x + y, 0);
  return Math.abs(total) < 1e-12 * Math.max(...all.map(Math.abs)) ? 0 : total;
};
const LAWS = {
  sum,
  "+": sum,
  "-": (a, b) => sum(a, -b),
  "*": (a, b) => a * b,
  "/": (a, b) => (b ? a / b : NaN),
  "^": (a, b) => a ** b,
  ceil: (x) => Math.ceil(whole(x)),
  floor: (x) => Math.floor(whole(x)),
  max: Math.max,
  min: Math.min,
  product: (...all) => all.reduce((x, y) => x * y, 1),
  over: (need, spare) => (spare > 0 ? need / spare : need > 0 ? Infinity : 0),
  per: (a, b) => (b ? a / b : 0),
  backoff: (count, delay, factor, most) => {
    let all = 0;
    for (let turn = 0; turn < Math.floor(whole(count)); turn++) all += Math.min(delay * factor ** turn, most);
    return all;
  },
};

export function value(law, given) {
  if (typeof law == "number") return law;
  if (typeof law == "string") return given[law];
  const parts = law.slice(1).map((part) => value(part, given));
  return parts.some(Number.isNaN) ? NaN : LAWS[law[0]](...parts);
}

export function text([factor, steps, money], base) {
  if (Number.isNaN(base)) return "not known";
  if (!Number.isFinite(base)) return "never";
  const number = whole(base * factor);
  const [, size, unit] = steps.find(([least]) => Math.abs(number) >= least);
  const told = whole(number / size);
  const digits = Math.abs(told);
  const places = !digits || digits >= (money ? 10 : 100) ? 0 : 2 - told.toExponential().split("e")[1];
  const written = told.toLocaleString("en", { maximumFractionDigits: Math.min(places, 8), signDisplay: "negative" });
  return `${written} ${unit}`.trim();
}

// The values that are typed in a form, the plan's own for the others; all volumes move together on top.
function values(drivers, form) {
  const typed = (name, own) => (form?.elements[name]?.valueAsNumber >= 0 ? form.elements[name].valueAsNumber : own);
  const given = {};
  for (const name in drivers) {
    const [own, size, grows] = drivers[name];
    given[name] = typed(name, own) * size * (grows ? typed("all", 1) : 1);
  }
  return given;
}

function show(root, { drivers, styles, numbers }) {
  const [planned, given] = [values(drivers), values(drivers, root.querySelector("form"))];
  const rows = root.querySelectorAll("[data-pg-number]");
  const missed = [];
  let moved = 0;
  numbers.forEach(([law, style, limit, lower], index) => {
    const [now, bound, verdict] = rows[index].closest("tr").querySelectorAll("[data-pg-now]");
    const told = (of, under) => text(styles[style], value(of, under));
    now.textContent = told(law, given);
    const other = now.textContent != told(law, planned);
    now.classList.toggle("pg-moved", other);
    moved += other;
    if (limit === null) return;
    bound.textContent = told(limit, given);
    const [number, most] = [law, limit].map((of) => whole(value(of, given)));
    const kept = lower ? number <= most : number >= most;
    verdict.textContent = kept ? "✓ kept" : "✕ missed";
    verdict.className = kept ? "pg-good" : "pg-bad";
    if (!kept) missed.push(rows[index].textContent);
  });
  const ends = missed.length ? `Missed: ${missed.join(", ")}.` : "Every limit is kept.";
  root.querySelector("[role=status]").textContent = `${moved} of ${numbers.length} numbers move. ${ends}`;
}

export function start() {
  for (const root of document.querySelectorAll("[data-pg-whatif]")) {
    const form = root.querySelector("form");
    if (!form.hidden) continue;
    const data = JSON.parse(root.querySelector("template").content.textContent);
    for (const hidden of root.querySelectorAll("[hidden]")) hidden.hidden = false;
    root.querySelector("[data-pg-without]").remove();
    form.addEventListener("input", () => show(root, data));
    form.addEventListener("reset", () => setTimeout(() => show(root, data)));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
}

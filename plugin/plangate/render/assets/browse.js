// Find boxes of a lineage figure, and look closer. The tools exist only where this runs, so their styles are here too.
const STYLES = `
.md-typeset .pg-tools { display: flex; flex-wrap: wrap; gap: .4em; align-items: center; margin-bottom: .5em; color: var(--pg-soft); font-size: .65rem; }
.md-typeset .pg-tools output { flex: 1; }
.md-typeset .pg-tools :is(input, button) { min-width: 28px; height: 28px; margin: 0; padding: 0 .6em; border: 1px solid var(--pg-border); border-radius: 3px; background: var(--pg-box); color: var(--pg-text); font: inherit; cursor: pointer; }
.md-typeset .pg-tools :is(input, button):focus-visible { outline: 2px solid var(--pg-on); outline-offset: 1px; }
.md-typeset .pg-tools input { width: 14em; max-width: 100%; margin-left: .4em; cursor: text; }
.md-typeset .pg-sheet .pg-found { outline: 2px dashed var(--pg-on); outline-offset: 1px; }
.md-typeset .pg-sheet .pg-here { outline: 3px solid var(--pg-on); }
@media print { .md-typeset .pg-tools { display: none; } }`;
const TOOLS = `<div class="pg-tools"><label>Find <input type="search" autocomplete="off" spellcheck="false"></label>
<output aria-live="polite"></output><button type="button" aria-label="Smaller">−</button>
<button type="button" aria-label="As drawn">100 %</button><button type="button" aria-label="Larger">+</button>
<button type="button">Whole width</button></div>`;
const STEP = 1.25;

export function start() {
  if (!document.adoptedStyleSheets.some((sheet) => sheet.pg)) {
    const sheet = Object.assign(new CSSStyleSheet(), { pg: true });
    sheet.replaceSync(STYLES);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  for (const figure of document.querySelectorAll(".pg-lineage"))
    if (!figure.querySelector(".pg-tools")) equip(figure);
}

function equip(figure) {
  figure.insertAdjacentHTML("afterbegin", TOOLS);
  const tools = figure.firstChild;
  const zoom = zooming(figure, tools);
  finding(figure, tools);
  // Begin with what the page is about in the middle.
  const view = figure.querySelector(".pg-view");
  const [frame, focus] = [view, figure.querySelector(".pg-sheet [aria-current], .pg-middle")].map((part) => part?.getBoundingClientRect());
  if (focus) view.scrollLeft += focus.left + focus.width / 2 - frame.left - frame.width / 2;
  figure.addEventListener("keydown", (event) => {
    if (event.target.closest(".pg-tools") || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { "+": STEP, "=": STEP, "-": 1 / STEP, 0: 0 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    zoom(by);
  });
}

function finding(figure, tools) {
  const [input, told] = tools.querySelectorAll("input, output");
  const boxes = [...figure.querySelectorAll(".pg-sheet li > *")];
  let found = [];
  let at = 0;

  const show = () => {
    boxes.forEach((box) => box.classList.remove("pg-found", "pg-here"));
    for (const box of found) box.classList.add("pg-found");
    const box = found[at];
    box?.classList.add("pg-here");
    box?.scrollIntoView({ block: "nearest", inline: "center" });
    if (!input.value.trim()) told.textContent = "";
    else if (!box) told.textContent = `None of ${boxes.length}`;
    else told.textContent = `${at + 1} of ${found.length}: ${box.firstChild.textContent}`;
  };
  input.addEventListener("input", () => {
    const text = input.value.trim().toLowerCase();
    found = text ? boxes.filter((box) => box.firstChild.textContent.toLowerCase().includes(text)) : [];
    at = 0;
    show();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !found.length) return;
    event.preventDefault();
    at = (at + (event.shiftKey ? found.length - 1 : 1)) % found.length;
    show();
  });
}

function zooming(figure, tools) {
  const view = figure.querySelector(".pg-view");
  const sheet = figure.querySelector(".pg-sheet");
  const buttons = tools.querySelectorAll("button");
  let now = 1;

  // Zoom by a factor, or back with 0; what lies under the point stays there.
  const zoom = (by, x, y) => {
    const before = sheet.getBoundingClientRect();
    const [dx, dy] = x === undefined ? [0, 0] : [x - before.left, y - before.top];
    const next = by ? Math.min(4, Math.max(0.2, now * by)) : 1;
    sheet.style.setProperty("--pgu", `${next}px`);
    buttons[1].textContent = `${Math.round(next * 100)} %`;
    const after = sheet.getBoundingClientRect();
    if (x !== undefined) {
      view.scrollLeft += after.left + (dx * next) / now - x;
      scrollBy({ top: after.top + (dy * next) / now - y, behavior: "instant" });
    }
    now = next;
  };
  const clicked = [() => 1 / STEP, () => 0, () => STEP, () => view.clientWidth / sheet.getBoundingClientRect().width];
  clicked.forEach((by, index) => buttons[index].addEventListener("click", () => zoom(by())));
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 200), event.clientX, event.clientY);
  }, { passive: false });
  let apart = 0;
  view.addEventListener("touchmove", (event) => {
    const [a, b] = event.touches;
    if (!b) return;
    event.preventDefault();
    const far = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (apart) zoom(far / apart, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
    apart = far;
  }, { passive: false });
  view.addEventListener("touchend", () => (apart = 0));
  return zoom;
}

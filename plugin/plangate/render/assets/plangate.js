// Click the head of a column to sort a table by it; click again to turn the order.
document.addEventListener("click", (event) => {
  const head = event.target.closest?.(".pg-sort")?.parentNode;
  if (!head) return;
  const table = head.closest("table");
  const turn = head.ariaSort === "ascending" ? -1 : 1;
  const key = (body) => {
    const cell = body.rows[0].cells[head.cellIndex];
    return cell.dataset.v ?? cell.textContent.trim();
  };
  const byKey = (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (!x || !y) return !x - !y;
    return turn * (isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y);
  };
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
  table.append(...Array.from(table.tBodies).sort(byKey));
});

// Numbers to try with other values, figures to look at closer: each has a script that is fetched where a page has one,
// instant navigation included.
(() => {
  const here = document.currentScript?.src;
  const modules = { whatif: "[data-pg-whatif]", browse: ".pg-lineage", follow: "[data-pg-follow]" };
  const load = () => {
    for (const name in modules)
      if (here && document.querySelector(modules[name]))
        import(new URL(name + ".js", here)).then((module) => module.start()).catch(() => {});
  };
  window.document$ ? document$.subscribe(load) : load();
})();

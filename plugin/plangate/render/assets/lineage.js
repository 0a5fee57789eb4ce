// Point at or focus a box to light up what it reads and feeds; arrow keys walk.
(() => {
  const boxOf = (event) => event.target.closest?.(".pg-sheet li > *");
  const figureOf = (box) => box.closest(".pg-lineage");
  const graphs = new WeakMap();

  function edgesOf(figure) {
    if (!graphs.has(figure)) {
      const boxes = figure.querySelectorAll(".pg-sheet li > *");
      graphs.set(figure, Array.from(figure.querySelectorAll("[data-e]"), (line) => {
        const [from, to] = line.dataset.e.split(" ");
        return [boxes[from], boxes[to], line];
      }));
    }
    return graphs.get(figure);
  }

  function clear() {
    document.querySelectorAll(".pg-lit, .pg-on").forEach((lit) => lit.classList.remove("pg-lit", "pg-on"));
  }

  function light(event) {
    const box = boxOf(event);
    clear();
    if (!box) return;
    const figure = figureOf(box);
    for (const here of [0, 1]) {
      const seen = new Set([box]);
      for (const at of seen) {
        at.classList.add("pg-on");
        for (const edge of edgesOf(figure))
          if (edge[here] === at) seen.add(edge[1 - here]) && edge[2].classList.add("pg-on");
      }
    }
    figure.classList.add("pg-lit");
  }

  function walk(event) {
    const box = boxOf(event);
    if (!box || event.altKey || event.ctrlKey || event.metaKey) return;
    const here = { ArrowRight: 0, ArrowLeft: 1 }[event.key];
    const top = (other) => other.getBoundingClientRect().top;
    const far = (edge) => Math.abs(top(edge[1 - here]) - top(box));
    const next = {
      ArrowDown: box.parentNode.nextSibling?.firstChild,
      ArrowUp: box.parentNode.previousSibling?.firstChild,
    }[event.key] || edgesOf(figureOf(box))
      .filter((edge) => edge[here] === box && edge[1 - here] !== box)
      .sort((a, b) => far(a) - far(b))[0]?.[1 - here];
    if (next) event.preventDefault();
    next?.focus();
  }

  const acts = { mouseover: light, focusin: light, focusout: clear, keydown: walk };
  for (const name in acts) document.addEventListener(name, acts[name]);
})();

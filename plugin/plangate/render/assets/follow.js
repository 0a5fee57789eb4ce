// Follow a switch: ticks and times are kept in this browser only, and nothing is fetched or sent.
import { begun, clock, iso, moved, project, span, written } from "./runlog.js";

function follow(root) {
  const [data, tick, times, line] = [...root.querySelectorAll("template")].map((found) => found.innerHTML);
  const plan = JSON.parse(data);
  const { key, steps, begin, close, axis } = plan;
  const part = (name) => root.querySelector(name);
  const store = (name, value) => {
    try {
      if (value !== undefined) localStorage[name] = JSON.stringify(value);
      return JSON.parse(localStorage[name] ?? "null");
    } catch {
      part("[data-pg-lost]").hidden = false;
    }
  };
  let log = store(key) ?? {};
  const box = part("[data-pg-local]");
  box.checked = store("plangate:local");
  const now = () => Math.floor(Date.now() / 1000);
  const tell = (element, text) => element.textContent == text || (element.textContent = text);
  const over = ([id]) => log[id]?.[1] != null;

  const rows = steps.map(([id], index) => {
    const row = document.getElementById(`pg-step-${id}`);
    const put = (cell, html) => row.cells[cell].insertAdjacentHTML("beforeend", html.replaceAll("STEP", id));
    put(0, tick);
    put(1, times);
    put(8, line);
    row.onchange = ({ target: { type, checked, value, dataset } }) => {
      const entry = (log[id] ??= [begun(plan, log, index, now())]);
      const end = +dataset.pgEnd;
      entry[end] = type != "checkbox" ? moved(entry[end], value, box.checked) : checked ? now() : null;
      if (entry[0] == null) delete log[id];
      draw(true);
    };
    row.querySelector("button").onclick = () => {
      log[id] = [now()];
      draw(true);
      row.querySelector("[type=checkbox]").focus();
    };
    return row;
  });

  function draw(changed) {
    if (changed) store(key, log);
    const [at, local] = [now(), box.checked];
    const found = project(plan, log, at);
    const [next, running] = [[], []];
    rows.forEach((row, index) => {
      const [id, , owner, , after] = steps[index];
      const entry = log[id] ?? [];
      const ready = !log[id] && after.every((other) => over(steps[other]));
      const who = owner ? `${id} (${owner})` : id;
      if (ready) next.push(who);
      if (log[id] && !over([id])) running.push(who);
      row.querySelector("[type=checkbox]").checked = over([id]);
      row.querySelector("button").hidden = !ready;
      row.querySelectorAll("label").forEach((label, end) => {
        const input = label.querySelector("input");
        label.hidden = entry[end] == null;
        if (!label.hidden && (changed || input != document.activeElement)) input.value = clock(entry[end], begin, local).slice(0, 5);
      });
      const x = Math.round(((at - axis[0]) / (axis[1] - axis[0])) * axis[2]);
      row.querySelector(".pg-now path").setAttribute("d", x >= 0 && x <= axis[2] ? `M${x} 0v10` : "");
    });
    const zone = local ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC";
    const long = (moment) => new Date(iso(moment, local)).toUTCString().replace(/, 0?/, " ").replace(/:\d\d GMT/, "");
    const finish = Math.max(...found.map(([, end]) => end));
    const left = close - finish;
    const window = close ? `, ${span(Math.abs(left))} ${left < 0 ? "after" : "before"} the window closes` : "";
    tell(part("[data-pg-clock]"), `Now ${long(at)} ${zone}.`);
    tell(part("[role=status]"), `${at < begin ? `It begins in ${span(begin - at)}. ` : ""}${
      steps.filter(over).length} of ${steps.length} steps are done. ${
      running.length ? `Running: ${running.join(", ")}. ` : ""}${next.length ? `Next: ${next.join(", ")}. ` : ""
    }Projected finish: ${clock(finish, begin, local)}${window}.`);
    for (const time of document.querySelectorAll("article time")) {
      const own = (time.dataset.pgUtc ??= time.textContent);
      const moment = Date.parse(time.dateTime) / 1000;
      tell(time, !local ? own : own.length > 9 ? long(moment) : clock(moment, begin, local));
    }
    for (const mark of document.querySelectorAll(".pg-runbook thead text")) {
      const quarter = (axis[0] + (mark.getAttribute("x") / axis[2]) * (axis[1] - axis[0])) / 900;
      const own = (mark.dataset.pgUtc ??= mark.textContent);
      tell(mark, local ? clock(Math.round(quarter) * 900, begin, local).slice(0, own.length) : own);
    }
    for (const head of document.querySelectorAll("[data-pg-zone]")) tell(head, zone);
  }

  box.onchange = () => {
    store("plangate:local", box.checked);
    draw();
  };
  root.onclick = ({ target: { dataset } }) => {
    const kind = dataset.pgDo;
    if (kind == "reset" && confirm("Forget all ticks and times of this switch?")) {
      log = {};
      draw(true);
    }
    if (kind != "csv" && kind != "md") return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([written(plan, log, kind)]));
    link.download = `${plan.plan}-log.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  // Another tab that follows the same switch writes the same log.
  const other = (event) => {
    if (event.key != key) return;
    log = store(key) ?? {};
    draw();
  };
  addEventListener("storage", other);
  const timer = setInterval(() => {
    if (root.isConnected) return draw();
    clearInterval(timer);
    removeEventListener("storage", other);
  }, 5000);
  root.hidden = false;
  draw();
}

export const start = () => document.querySelectorAll("[data-pg-follow][hidden]").forEach(follow);

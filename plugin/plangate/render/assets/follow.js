// Follow a switch: ticks and times are kept in this browser only, and nothing is fetched or sent.
import { clock, iso, moved, project, written } from "./runlog.js";

function follow(root) {
  const [, tick, times, line] = [...root.querySelectorAll("template")].map((found) => found.innerHTML);
  const plan = JSON.parse(root.querySelector("template").content.textContent);
  const { key, steps, begin, close, axis } = plan;
  const part = (name) => root.querySelector(name);
  const store = (name, value) => {
    try {
      if (value !== undefined) localStorage[name] = JSON.stringify(value);
      return JSON.parse(localStorage[name]);
    } catch {}
  };
  let log = store(key) ?? {};
  const box = part("[data-pg-local]");
  box.checked = store("plangate:local");
  const now = () => Math.floor(Date.now() / 1000);
  const tell = (element, text) => element.textContent == text || (element.textContent = text);

  const rows = steps.map(([id, , , , , , planned]) => {
    const row = document.getElementById(`pg-step-${id}`);
    const put = (cell, html) => row.cells[cell].insertAdjacentHTML("beforeend", html.replaceAll("STEP", id));
    put(0, tick);
    put(3, times);
    put(8, line);
    row.onchange = ({ target: { type, checked, value, dataset } }) => {
      const entry = (log[id] ??= [Math.min(now(), begin + planned)]);
      const end = +dataset.pgEnd;
      entry[end] = type == "time" ? (value ? moved(entry[end], value, box.checked) : null) : checked ? now() : null;
      if (entry[0] == null) delete log[id];
      draw();
    };
    row.querySelector("button").onclick = () => draw((log[id] = [now()]));
    return row;
  });

  function draw() {
    store(key, log);
    store("plangate:local", box.checked);
    const [at, local] = [now(), box.checked];
    const found = project(plan, log, at);
    const over = ([id]) => log[id]?.[1] != null;
    const [next, running] = [[], []];
    rows.forEach((row, index) => {
      const [id, , owner, , after] = steps[index];
      const entry = log[id] ?? [];
      const ready = !log[id] && after.every((other) => over(steps[other]));
      if (ready) next.push(`${id} (${owner})`);
      if (log[id] && !over([id])) running.push(`${id} (${owner})`);
      row.querySelector("[type=checkbox]").checked = over([id]);
      row.querySelector("button").hidden = !ready;
      row.querySelectorAll("[type=time]").forEach((input, end) => {
        input.hidden = entry[end] == null;
        if (!input.hidden) input.value = clock(entry[end], begin, local).slice(0, 5);
      });
      const x = ((at - axis[0]) / (axis[1] - axis[0])) * axis[2];
      row.querySelector(".pg-now path").setAttribute("d", x >= 0 && x <= axis[2] ? `M${x} 0v10` : "");
    });
    const zone = local ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC";
    const finish = Math.max(...found.map(([, end]) => end));
    const left = Math.abs(close - finish) / 60;
    const window = close ? `, ${Math.floor(left / 60)} h ${Math.floor(left % 60)} min ${finish > close ? "after" : "before"} the window closes` : "";
    tell(part("[data-pg-clock]"), `Now ${clock(at, begin, local)} ${zone}.`);
    tell(part("[role=status]"), `${steps.filter(over).length} of ${steps.length} steps are done. ${
      running.length ? `Running: ${running.join(", ")}. ` : ""}${next.length ? `Next: ${next.join(", ")}. ` : ""
    }Projected finish: ${clock(finish, begin, local)}${window}.`);
    for (const time of document.querySelectorAll("time")) {
      const own = (time.dataset.utc ??= time.textContent);
      const moment = Date.parse(time.dateTime) / 1000;
      const long = new Date(iso(moment, local)).toUTCString().replace(",", "").slice(0, 21);
      tell(time, !local ? own : own.length > 9 ? long : clock(moment, begin, local));
    }
    for (const head of document.querySelectorAll("[data-pg-zone]")) tell(head, zone);
  }

  box.onchange = draw;
  root.onclick = ({ target: { dataset } }) => {
    const kind = dataset.pgDo;
    if (kind == "reset" && confirm("Forget all ticks and times of this switch?")) draw((log = {}));
    if (kind != "csv" && kind != "md") return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([written(plan, log, kind)]));
    link.download = `${plan.plan}-log.${kind}`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const timer = setInterval(() => (root.isConnected ? draw() : clearInterval(timer)), 1e4);
  root.hidden = false;
  draw();
}

export const start = () => document.querySelectorAll("[data-pg-follow][hidden]").forEach(follow);

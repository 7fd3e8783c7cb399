"use strict";
(() => {
  let report = JSON.parse(document.getElementById("data").textContent);
  // Where newer figures are, of a run that goes on; empty in a report.
  const liveUrl = document.body.dataset.live;

  // Everything that a script or server named goes in as text, never as markup.
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const byId = (id) => document.getElementById(id);

  const number = (value, digits = 0) =>
    value.toLocaleString("en", { minimumFractionDigits: 0, maximumFractionDigits: digits });
  const percent = (part) => `${(Math.floor(part * 10000) / 100).toFixed(2)} %`;
  const millis = (value) =>
    value < 1 ? `${number(value * 1000)} µs` : value < 1000 ? `${number(value, value < 10 ? 2 : 1)} ms`
      : `${number(value / 1000, 2)} s`;
  const bytes = (value) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let power = 0;
    while (value >= 1000 && power + 1 < units.length) { value /= 1000; power += 1; }
    return `${number(value, value < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
  };
  const seconds = (value) => {
    const whole = Math.round(value);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const units = ["h", "min", "s"];
    return parts.map((part, at) => (part > 0 ? `${part} ${units[at]}` : "")).filter(Boolean).join(" ") || "0 s";
  };
  const shown = (value, contains) =>
    contains === "time" ? millis(value) : contains === "data" ? bytes(value) : number(value, 4);

  const metric = (name) => report.metrics.find((own) => own.name === name);

  function writeHead() {
    document.title = report.is_over ? "Load test report" : "Load test, running";
    document.querySelector("h1").textContent = document.title;
    byId("summary").textContent =
      `${new Date(report.started_at).toLocaleString()}, ${seconds(report.duration_secs)}`;
    const failed = report.thresholds.filter((threshold) => !threshold.ok).length;
    const verdict = byId("verdict");
    if (report.thresholds.length > 0) {
      verdict.textContent = failed === 0 ? "✓ every threshold holds"
        : `✗ ${failed} of ${report.thresholds.length} thresholds do not hold`;
      verdict.className = failed === 0 ? "ok" : "not-ok";
    }
    const notes = [];
    if (report.ended_early) notes.push(`Ended early: ${report.ended_early}.`);
    for (const limit of report.generator.limits) notes.push(`The server may not be what limited the test. The generator: ${limit}.`);
    notes.push(...report.warnings);
    byId("notes").replaceChildren(...notes.map((note) => element("p", note)));
    byId("notes").hidden = notes.length === 0;
  }

  function writeTotals() {
    const tiles = [];
    const requests = metric("http_reqs");
    const durations = metric("http_req_duration");
    const failed = metric("http_req_failed");
    const iterations = metric("iterations");
    const checks = metric("checks");
    if (requests) tiles.push(["Requests", number(requests.value)], ["Requests per second", number(requests.per_sec, 1)]);
    if (failed) tiles.push(["Failed requests", percent(failed.value)]);
    if (durations) {
      tiles.push(["Median", millis(durations.figures.p50)], ["p95", millis(durations.figures.p95)],
        ["p99", millis(durations.figures.p99)]);
    }
    if (iterations) tiles.push(["Iterations", number(iterations.value)]);
    if (checks) tiles.push(["Checks passed", percent(checks.value)]);
    // While scenarios go on, nobody knows yet for how long: only one side of the law is measured.
    if (report.is_over) {
      const law = report.littles_law;
      const expected = law.iterations_per_sec * law.iteration_secs;
      tiles.push(["Little's law: at work / expected", `${number(law.busy_vus, 1)} / ${number(expected, 1)}`]);
    }
    tiles.push(["Generator", `${number(report.generator.cpu_mean, 2)} CPU, ${bytes(report.generator.memory_bytes_max)}`]);
    byId("totals").replaceChildren(...tiles.map(([name, value]) => {
      const tile = element("div");
      tile.append(element("dt", name), element("dd", value));
      return tile;
    }));
  }

  const CHARTS = [
    ["Virtual users", (value) => number(value), [["At work", "vus"]]],
    ["Rates (per second)", (value) => number(value, 1), [["Requests", "requests_per_sec"], ["Iterations", "iterations_per_sec"]]],
    ["Request duration", millis, [["Median", "p50_ms"], ["p95", "p95_ms"], ["p99", "p99_ms"]]],
    ["Errors (per second)", (value) => number(value, 1),
      [["Failed requests", "failed_per_sec"], ["Failed checks", "failed_checks_per_sec"], ["Dropped iterations", "dropped_per_sec"]]],
    ["Iteration duration", millis, [["Median", "iteration_p50_ms"], ["p95", "iteration_p95_ms"]]],
    ["Network (per second)", bytes, [["Received", "received_per_sec"], ["Sent", "sent_per_sec"]]],
  ];
  const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];

  let plots = [];
  function drawCharts() {
    for (const plot of plots) plot.destroy();
    plots = [];
    const area = byId("charts");
    area.replaceChildren();
    if (report.series.length === 0) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    // All boxes stand before one is measured: how many share a row decides their width.
    const boxes = CHARTS.map(([title]) => {
      const box = element("div", undefined, "chart");
      box.append(element("h3", title));
      area.append(box);
      return box;
    });
    for (const [index, [, format, lines]] of CHARTS.entries()) {
      const box = boxes[index];
      const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line") } };
      const options = {
        width: box.clientWidth, height: 220,
        scales: { x: { time: false }, y: { range: (plot, low, high) => [0, high > 0 ? high * 1.05 : format === bytes ? 10 : 1] } },
        axes: [
          { ...axis, incrs: SECONDS, values: (plot, values) => values.map(seconds) },
          { ...axis, size: 76, values: (plot, values) => values.map(format) },
        ],
        series: [
          { label: "Time", value: (plot, value) => (value === null ? "–" : seconds(value)) },
          ...lines.map(([label], line) => ({
            label, stroke: color(`--c${line + 1}`), width: 1.5, points: { show: () => report.series.length < 3 },
            value: (plot, value) => (value === null ? "–" : format(value)),
          })),
        ],
      };
      plots.push(new uPlot(options, columnsOf(lines), box));
    }
  }

  const columnsOf = (lines) =>
    [["", "at_secs"], ...lines].map(([, key]) => report.series.map((point) => point[key]));

  function updateCharts() {
    if (plots.length === 0) drawCharts();
    else plots.forEach((plot, index) => plot.setData(columnsOf(CHARTS[index][2])));
  }

  function table(title, heads, rows) {
    if (rows.length === 0) return;
    const made = element("table");
    const head = element("tr");
    for (const name of heads) head.append(Object.assign(element("th", name), { scope: "col" }));
    made.append(element("thead"));
    made.tHead.append(head);
    const body = element("tbody");
    for (const cells of rows) {
      const row = element("tr");
      for (const cell of cells) {
        row.append(typeof cell === "object" ? element("td", cell.text, cell.ok ? "ok" : "not-ok") : element("td", cell));
      }
      body.append(row);
    }
    made.append(body);
    const scroll = element("div", undefined, "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    scroll.append(made);
    byId("tables").append(element("h2", title), scroll);
  }

  const mark = (ok) => ({ ok, text: ok ? "✓ holds" : "✗ does not hold" });
  const trendCells = (figures) =>
    [figures.avg, figures.p50, figures.p90, figures.p95, figures.p99, figures.max];

  function writeTables() {
    byId("tables").replaceChildren();
    table("Thresholds", ["Metric", "Verdict", "Threshold", "Value"], report.thresholds.map((own) =>
      [own.metric, mark(own.ok), own.source, own.value === null ? "–" : shown(own.value, own.contains)]));
    table("Scenarios", ["Scenario", "Executor", "Iterations", "Interrupted", "Dropped"], report.scenarios.map((own) =>
      [own.name, own.executor, number(own.iterations), number(own.interrupted), number(own.dropped)]));
    table("Checks", ["Check", "Passed", "Failed", "Share"], report.checks.map((own) =>
      [[...own.group.split("::").filter(Boolean), own.name].join(" › "), number(own.passes), number(own.fails),
        { ok: own.fails === 0, text: percent(own.passes / Math.max(1, own.passes + own.fails)) }]));
    const requestRows = (isGroup) => report.requests.filter((own) => own.is_group === isGroup).map((own) =>
      [isGroup ? own.name.split("::").filter(Boolean).join(" › ") : own.name, number(own.durations.count),
        { ok: own.failed === 0, text: percent(own.failed / Math.max(1, own.durations.count)) },
        ...trendCells(own.durations).map(millis)]);
    const requestHeads = ["Requests", "Failed", "Mean", "Median", "p90", "p95", "p99", "Longest"];
    table("Requests by name", ["Name", ...requestHeads], requestRows(false));
    table("Requests by group", ["Group", ...requestHeads], requestRows(true));
    table("Distributions", ["Metric", "Samples", "Mean", "Median", "p90", "p95", "p99", "Greatest"],
      report.metrics.filter((own) => own.figures).map((own) =>
        [own.name, number(own.figures.count), ...trendCells(own.figures).map((value) => shown(value, own.contains))]));
    table("Counters, gauges and rates", ["Metric", "Value", "Per second"],
      report.metrics.filter((own) => !own.figures).map((own) =>
        [own.name, own.kind === "rate" ? percent(own.value) : shown(own.value, own.contains),
          own.per_sec === null ? "" : `${shown(own.per_sec, own.contains)}`]));
  }

  function write() {
    writeHead();
    writeTotals();
    updateCharts();
    writeTables();
  }

  // Asks again a second after each answer, until the run is over or nobody answers.
  async function follow() {
    try {
      const answer = await fetch(liveUrl, { cache: "no-store" });
      report = await answer.json();
      write();
    } catch {
      byId("summary").textContent += ", ended: nobody answers any more";
      return;
    }
    if (!report.is_over) setTimeout(follow, 1000);
  }

  write();
  let pending;
  const redraw = () => { clearTimeout(pending); pending = setTimeout(drawCharts, 150); };
  addEventListener("resize", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  if (liveUrl) setTimeout(follow, 1000);
})();

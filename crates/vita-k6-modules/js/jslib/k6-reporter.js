// A page made of what `handleSummary` gets: one file that needs no network.

import { humanizeValue } from 'https://jslib.k6.io/k6-summary/0.1.0/index.js';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --good: light-dark(#187a3c, #5fd38a); --bad: light-dark(#b3261e, #ff8a80); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); margin: 0; }
.tiles div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.tiles dt { font-size: .85rem; } .tiles dd { font-size: 1.35rem; font-variant-numeric: tabular-nums; margin: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { min-width: 10rem; text-align: left; white-space: normal; overflow-wrap: anywhere; }
td { font-variant-numeric: tabular-nums; } .good { color: var(--good); } .bad { color: var(--bad); }
`;

const SIGNS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => SIGNS[sign]);
}

export function htmlReport(data, options = {}) {
  const title = options.title || new Date().toISOString().slice(0, 16).replace('T', ' ');
  const metrics = Object.entries(data.metrics ?? {}).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const checks = checksOf(data.root_group ?? {}, '');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load test: ${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Load test: ${escaped(title)}</h1>
${tiles(data, metrics, checks)}
${thresholdTable(metrics)}
${trendTable(data, metrics)}
${plainTable(data, metrics)}
${checkTable(checks)}
</body>
</html>
`;
}

function tiles(data, metrics, checks) {
  const values = (name) => data.metrics?.[name]?.values ?? {};
  const thresholds = metrics.flatMap(([, metric]) => Object.values(metric.thresholds ?? {}));
  const crossed = thresholds.filter((threshold) => !threshold.ok).length;
  const failedChecks = checks.reduce((sum, check) => sum + check.fails, 0);
  const all = [
    ['Requests', values('http_reqs').count ?? 0],
    // Of this rate `passes` are those that are not zero: the requests that failed.
    ['Failed requests', values('http_req_failed').passes ?? 0, true],
    ['Crossed thresholds', crossed, true],
    ['Failed checks', failedChecks, true],
    ['Iterations', values('iterations').count ?? 0],
    ['Most virtual users', values('vus_max').max ?? 0],
  ];
  const shown = all.map(([name, value, isBad]) =>
    `<div><dt>${name}</dt><dd${isBad ? ` class="${value > 0 ? 'bad' : 'good'}"` : ''}>${escaped(value)}</dd></div>`);
  return `<dl class="tiles">${shown.join('')}</dl>`;
}

function table(title, heads, rows) {
  if (rows.length === 0) return '';
  const head = heads.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<h2>${title}</h2>
<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>`;
}

function verdict(holds, yes, no) {
  return holds ? `<span class="good">✓ ${yes}</span>` : `<span class="bad">✗ ${no}</span>`;
}

function thresholdTable(metrics) {
  const rows = metrics.flatMap(([name, metric]) =>
    Object.entries(metric.thresholds ?? {}).map(([source, { ok }]) =>
      [escaped(name), escaped(source), verdict(ok, 'held', 'crossed')]));
  return table('Thresholds', ['Metric', 'Threshold', 'Verdict'], rows);
}

function trendTable(data, metrics) {
  const stats = data.options?.summaryTrendStats ?? ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];
  const rows = metrics.filter(([, metric]) => metric.type === 'trend').map(([name, metric]) => [
    escaped(name),
    ...stats.map((stat) => escaped(humanizeValue(metric.values?.[stat] ?? 0, metric, data.options?.summaryTimeUnit))),
  ]);
  return table('Trends', ['Metric', ...stats], rows);
}

function plainTable(data, metrics) {
  const show = (metric, value) => escaped(humanizeValue(value ?? 0, metric, data.options?.summaryTimeUnit));
  const rows = metrics.filter(([, metric]) => metric.type !== 'trend').map(([name, metric]) => {
    const values = metric.values ?? {};
    switch (metric.type) {
      case 'rate':
        return [escaped(name), show(metric, values.rate), `${escaped(values.passes ?? 0)} of ${escaped((values.passes ?? 0) + (values.fails ?? 0))}`];
      case 'gauge':
        return [escaped(name), show(metric, values.value), `from ${show(metric, values.min)} to ${show(metric, values.max)}`];
      default:
        return [escaped(name), show(metric, values.count), `${show(metric, values.rate)}/s`];
    }
  });
  return table('Counters, rates and gauges', ['Metric', 'Value', 'Besides'], rows);
}

function listOf(collection) {
  return Array.isArray(collection) ? collection : Object.values(collection ?? {});
}

// All checks with the path of their group.
function checksOf(group, path) {
  const own = listOf(group.checks).map((check) => ({ ...check, where: path }));
  const inner = listOf(group.groups).flatMap((child) => checksOf(child, path ? `${path} › ${child.name}` : child.name));
  return [...own, ...inner];
}

function checkTable(checks) {
  const rows = checks.map(({ name, where, passes, fails }) =>
    [escaped(where ? `${where} › ${name}` : name), escaped(passes), escaped(fails), verdict(fails === 0, 'held', 'failed')]);
  return table('Checks', ['Check', 'Passed', 'Failed', 'Verdict'], rows);
}

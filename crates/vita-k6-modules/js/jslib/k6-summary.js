// The classic end-of-test summary as text, and as a JUnit report, made of what `handleSummary` gets.

const COLOURS = { green: '\u001b[32m', red: '\u001b[31m', cyan: '\u001b[36m', faint: '\u001b[36;2m', off: '\u001b[0m' };
const PASS = '✓';
const FAIL = '✗';

export function textSummary(data, options = {}) {
  const indent = options.indent ?? ' ';
  const colours = (options.enableColors ?? true) && !data.options?.noColor;
  const paint = (text, colour) => (colours ? COLOURS[colour] + text + COLOURS.off : text);
  const lines = [];
  if (data.root_group) {
    summarizeGroup(data.root_group, `${indent}    `, paint, lines);
  }
  if (lines.length > 0) {
    lines.push('');
  }
  summarizeMetrics(data, options, `${indent}  `, paint, lines);
  return lines.join('\n');
}

function listOf(collection) {
  return Array.isArray(collection) ? collection : Object.values(collection ?? {});
}

function summarizeGroup(group, indent, paint, lines) {
  let inner = indent;
  if (group.name) {
    lines.push(`${indent}█ ${group.name}`, '');
    inner += '  ';
  }
  for (const check of listOf(group.checks)) {
    if (check.fails === 0) {
      lines.push(`${inner}${paint(`${PASS} ${check.name}`, 'green')}`);
      continue;
    }
    const total = check.passes + check.fails;
    const percent = Math.floor((100 * check.passes) / total);
    lines.push(`${inner}${paint(`${FAIL} ${check.name}`, 'red')}`);
    lines.push(`${inner} ${paint(`↳  ${percent}% — ${PASS} ${check.passes} / ${FAIL} ${check.fails}`, 'red')}`);
  }
  if (listOf(group.checks).length > 0 && listOf(group.groups).length > 0) {
    lines.push('');
  }
  listOf(group.groups).forEach((child, at) => {
    if (at > 0) lines.push('');
    summarizeGroup(child, inner, paint, lines);
  });
}

// Names as they are shown: sub-metrics stand under their parent by their tags alone.
function shownName(name) {
  const brace = name.indexOf('{');
  if (brace < 0) {
    return name;
  }
  const tags = name.slice(brace + 1, -1).split(',').map((tag) => tag.trim());
  return `{ ${tags.join(', ')} }`;
}

function byName([a], [b]) {
  const [parentA] = a.split('{', 1);
  const [parentB] = b.split('{', 1);
  if (parentA !== parentB) {
    return parentA < parentB ? -1 : 1;
  }
  return a < b ? -1 : Number(a > b);
}

function summarizeMetrics(data, options, indent, paint, lines) {
  const unit = options.summaryTimeUnit ?? data.options?.summaryTimeUnit;
  const stats = options.summaryTrendStats ?? data.options?.summaryTrendStats ?? ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];
  const rows = Object.entries(data.metrics ?? {}).sort(byName).map(([name, metric]) => {
    const isSub = name.includes('{');
    const label = shownName(name);
    return { metric, label, isSub, width: label.length + (isSub ? 2 : 0), ...valuesOf(metric, stats, unit) };
  });
  const nameWidth = Math.max(0, ...rows.map((row) => row.width)) + 3;
  const trends = rows.filter((row) => row.trend);
  const trendWidths = stats.map((_, at) => Math.max(0, ...trends.map((row) => row.trend[at].length)));
  const plain = rows.filter((row) => !row.trend);
  const valueWidth = Math.max(0, ...plain.map((row) => row.value.length));
  const extraWidths = [0, 1].map((at) => Math.max(0, ...plain.map((row) => (row.extra[at] ?? '').length)));
  for (const row of rows) {
    const mark = markOf(row.metric);
    const shownMark = mark === undefined ? '  ' : `${paint(mark, mark === PASS ? 'green' : 'red')} `;
    const dots = paint(`${'.'.repeat(nameWidth - row.width)}:`, 'faint');
    const lead = `${indent}${row.isSub ? '  ' : ''}${shownMark}${row.label}${dots} `;
    lines.push(lead + (row.trend ? trendText(row, stats, trendWidths, paint) : plainText(row, valueWidth, extraWidths, paint)));
  }
}

function markOf(metric) {
  const thresholds = Object.values(metric.thresholds ?? {});
  if (thresholds.length === 0) {
    return undefined;
  }
  return thresholds.every((threshold) => threshold.ok) ? PASS : FAIL;
}

function trendText(row, stats, widths, paint) {
  const parts = stats.map((stat, at) => `${stat}=${paint(row.trend[at], 'cyan')}${' '.repeat(widths[at] - row.trend[at].length)}`);
  return parts.join(' ');
}

function plainText(row, valueWidth, extraWidths, paint) {
  if (row.extra.length === 0) {
    return paint(row.value, 'cyan');
  }
  const value = paint(row.value, 'cyan') + ' '.repeat(valueWidth - row.value.length);
  if (row.extra.length === 1) {
    return `${value} ${paint(row.extra[0], 'faint')}`;
  }
  const extra = row.extra.map((text, at) => paint(text, 'faint') + ' '.repeat(extraWidths[at] - text.length));
  return `${value} ${extra.join(' ')}`;
}

function valuesOf(metric, stats, unit) {
  const values = metric.values ?? {};
  const show = (value) => humanizeValue(value, metric, unit);
  switch (metric.type) {
    case 'trend':
      return { trend: stats.map((stat) => (stat === 'count' ? String(values.count ?? 0) : show(values[stat]))), value: '', extra: [] };
    case 'counter':
      return { value: show(values.count), extra: [`${show(values.rate)}/s`] };
    case 'gauge':
      return { value: show(values.value), extra: [`min=${show(values.min)}`, `max=${show(values.max)}`] };
    case 'rate':
      return { value: show(values.rate), extra: [`${PASS} ${values.passes}`, `${FAIL} ${values.fails}`] };
    default:
      return { value: '[no data]', extra: [] };
  }
}

export function humanizeValue(value, metric, timeUnit) {
  const number = Number(value ?? 0);
  if (metric.type === 'rate') {
    return `${(Math.trunc(number * 100 * 100) / 100).toFixed(2)}%`;
  }
  if (metric.contains === 'data') {
    return humanizeBytes(number);
  }
  if (metric.contains === 'time') {
    return humanizeDuration(number, timeUnit);
  }
  return shortNumber(number, 6);
}

// Without zeros at the end.
function shortNumber(number, digits) {
  return number.toFixed(digits).replace(/\.?0+$/, '');
}

export function humanizeBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  if (bytes < 10) {
    return `${bytes} B`;
  }
  const power = Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1000)));
  const scaled = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${units[power]}`;
}

const FIXED = { s: [1e-3, 's'], ms: [1, 'ms'], us: [1e3, 'µs'] };

export function humanizeDuration(ms, timeUnit) {
  if (timeUnit && FIXED[timeUnit]) {
    const [factor, unit] = FIXED[timeUnit];
    return (ms * factor).toFixed(2) + unit;
  }
  const cut = (number) => shortNumber(Math.trunc(number * 100 + 1e-9) / 100, 2);
  if (ms === 0) return '0s';
  if (ms < 0.001) return `${Math.trunc(ms * 1e6)}ns`;
  if (ms < 1) return `${cut(ms * 1000)}µs`;
  if (ms < 1000) return `${cut(ms)}ms`;
  const seconds = Math.trunc(ms / 10) / 100;
  if (ms < 60000) return `${shortNumber(seconds, 2)}s`;
  const whole = Math.round(ms / 1000);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${whole % 60}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${whole % 60}s`;
}

function escapeXml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };
  return String(text).replace(/[&<>'"]/g, (letter) => names[letter]);
}

// One test case for each threshold.
export function jUnit(data, options = {}) {
  const suite = escapeXml(options.name ?? 'k6 thresholds');
  const className = escapeXml(options.classname ?? 'Unnamed folder');
  const cases = [];
  let failures = 0;
  for (const [name, metric] of Object.entries(data.metrics ?? {})) {
    for (const [expression, threshold] of Object.entries(metric.thresholds ?? {})) {
      const title = `${escapeXml(name)} - ${escapeXml(expression)}`;
      if (threshold.ok) {
        cases.push(`<testcase name="${title}" classname="${className}" />`);
      } else {
        failures += 1;
        cases.push(`<testcase name="${title}" classname="${className}"><failure message="failed" /></testcase>`);
      }
    }
  }
  return `<?xml version="1.0"?>\n<testsuites tests="${cases.length}" failures="${failures}">\n<testsuite name="${suite}" tests="${cases.length}" failures="${failures}">${cases.length ? `\n${cases.join('\n')}` : ''}\n</testsuite>\n</testsuites>`;
}

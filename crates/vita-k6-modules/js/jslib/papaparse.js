// Delimited text to rows and back (RFC 4180), with the options of Papa Parse that scripts use.

const GUESSED = [',', '\t', '|', ';', '\u001e', '\u001f'];
const BYTE_ORDER_MARK = '\ufeff';
const BAD_DELIMITERS = ['\r', '\n', '"', BYTE_ORDER_MARK];

function guessNewline(text) {
  const sample = text.slice(0, 1024 * 1024);
  if (sample.includes('\r\n')) return '\r\n';
  return sample.includes('\r') && !sample.includes('\n') ? '\r' : '\n';
}

// The delimiter whose first rows have the same, and the most, fields.
function guessDelimiter(text, newline, config) {
  let best = ',';
  let most = 1;
  for (const delimiter of config.delimitersToGuess ?? GUESSED) {
    const { rows } = readRows(text, { ...config, delimiter, newline, preview: 10 });
    const counts = rows.filter((row) => row.length > 1 || row[0] !== '').map((row) => row.length);
    if (counts.length > 0 && counts.every((count) => count === counts[0]) && counts[0] > most) {
      most = counts[0];
      best = delimiter;
    }
  }
  return best;
}

function readRows(text, config) {
  const { delimiter, newline, comments, preview } = config;
  const quote = config.quoteChar ?? '"';
  const escape = config.escapeChar ?? quote;
  const rows = [];
  const errors = [];
  let row = [];
  let at = 0;
  const full = () => preview > 0 && rows.length >= preview;
  const endRow = () => { rows.push(row); row = []; };
  while (at <= text.length && !full()) {
    if (row.length === 0 && comments && text.startsWith(comments, at)) {
      const end = text.indexOf(newline, at);
      if (end < 0) break;
      at = end + newline.length;
      continue;
    }
    if (quote && text.startsWith(quote, at)) {
      const field = readQuoted(text, at + quote.length, quote, escape);
      if (!field.closed) {
        errors.push({ type: 'Quotes', code: 'MissingQuotes', message: 'Quoted field unterminated', row: rows.length, index: at });
      }
      row.push(field.text);
      at = field.end;
      // What stands behind a closing quote is no part of any field.
      const stray = [text.indexOf(delimiter, at), text.indexOf(newline, at)].filter((place) => place >= 0);
      const next = stray.length > 0 ? Math.min(...stray) : text.length;
      if (text.slice(at, next).trim() !== '') {
        errors.push({ type: 'Quotes', code: 'InvalidQuotes', message: 'Trailing quote on quoted field is malformed', row: rows.length, index: at });
        row[row.length - 1] += text.slice(at, next);
      }
      at = next;
    } else {
      const comma = text.indexOf(delimiter, at);
      const line = text.indexOf(newline, at);
      const ends = [comma, line].filter((place) => place >= 0);
      const end = ends.length > 0 ? Math.min(...ends) : text.length;
      row.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) {
      endRow();
      break;
    }
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length;
      if (at === text.length) { row.push(''); endRow(); break; }
    } else {
      at += newline.length;
      endRow();
      if (at === text.length) { if (!full()) rows.push(['']); break; }
    }
  }
  return { rows, errors, cursor: at };
}

function readQuoted(text, from, quote, escape) {
  let content = '';
  let at = from;
  for (;;) {
    const end = text.indexOf(quote, at);
    if (end < 0) {
      return { text: content + text.slice(at), end: text.length, closed: false };
    }
    if (escape === quote && text.startsWith(quote, end + quote.length)) {
      content += text.slice(at, end + quote.length);
      at = end + 2 * quote.length;
    } else if (escape !== quote && text.slice(at, end).endsWith(escape)) {
      content += text.slice(at, end - escape.length) + quote;
      at = end + quote.length;
    } else {
      return { text: content + text.slice(at, end), end: end + quote.length, closed: true };
    }
  }
}

const NUMBER = /^\s*-?(\d+\.?|\.\d+|\d+\.\d+)([eE][-+]?\d+)?\s*$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function typed(value) {
  if (value === 'true' || value === 'TRUE') return true;
  if (value === 'false' || value === 'FALSE') return false;
  if (NUMBER.test(value) && Math.abs(Number(value)) < 2 ** 53) return Number(value);
  if (MOMENT.test(value)) return new Date(value);
  return value === '' ? null : value;
}

function wantsType(setting, field) {
  if (typeof setting === 'function') return setting(field);
  return setting !== null && typeof setting === 'object' ? Boolean(setting[field]) : Boolean(setting);
}

function isEmptyRow(row, mode) {
  return mode === 'greedy' ? row.join('').trim() === '' : row.length === 1 && row[0].length === 0;
}

export function parse(input, options = {}) {
  const config = { ...options };
  let text = String(input);
  if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
  config.newline ||= guessNewline(text);
  if (typeof config.delimiter === 'function') config.delimiter = config.delimiter(text);
  if (!config.delimiter || BAD_DELIMITERS.includes(config.delimiter)) {
    config.delimiter = guessDelimiter(text, config.newline, config);
  }
  const limit = Number(config.preview) || 0;
  const read = readRows(text, { ...config, preview: limit > 0 ? limit + (config.header ? 1 : 0) : 0 });
  let rows = read.rows;
  const errors = read.errors;
  if (config.skipEmptyLines) {
    rows = rows.filter((row) => !isEmptyRow(row, config.skipEmptyLines));
  }
  const meta = { delimiter: config.delimiter, linebreak: config.newline, aborted: false, truncated: limit > 0 && read.cursor < text.length, cursor: read.cursor };
  let fields;
  if (config.header && rows.length > 0) {
    fields = headerOf(rows.shift(), config);
    meta.fields = fields;
  }
  const value = (raw, field) => {
    const changed = typeof config.transform === 'function' ? config.transform(raw, field) : raw;
    return wantsType(config.dynamicTyping, field) ? typed(changed) : changed;
  };
  const data = rows.map((row, at) => (fields ? asObject(row, fields, at, value, errors) : row.map(value)));
  const result = { data, errors, meta };
  if (typeof config.step === 'function') {
    let stopped = false;
    for (const row of data) {
      config.step({ data: row, errors: [], meta }, { abort: () => { stopped = true; }, pause() {}, resume() {} });
      if (stopped) { meta.aborted = true; break; }
    }
    result.data = [];
  }
  if (typeof config.complete === 'function') config.complete(result);
  return result;
}

function headerOf(row, config) {
  const seen = new Map();
  return row.map((name, at) => {
    const field = typeof config.transformHeader === 'function' ? config.transformHeader(name, at) : name;
    const count = seen.get(field) ?? 0;
    seen.set(field, count + 1);
    return count > 0 ? `${field}_${count}` : field;
  });
}

function asObject(row, fields, at, value, errors) {
  const object = {};
  row.forEach((raw, place) => {
    const field = fields[place];
    if (field === undefined) {
      (object.__parsed_extra ??= []).push(value(raw, '__parsed_extra'));
    } else {
      object[field] = value(raw, field);
    }
  });
  if (row.length !== fields.length) {
    const few = row.length < fields.length;
    errors.push({ type: 'FieldMismatch', code: few ? 'TooFewFields' : 'TooManyFields', message: `Too ${few ? 'few' : 'many'} fields: expected ${fields.length} fields but parsed ${row.length}`, row: at });
  }
  return object;
}

export function unparse(input, options = {}) {
  const source = typeof input === 'string' ? JSON.parse(input) : input;
  const delimiter = options.delimiter ?? ',';
  const newline = options.newline ?? '\r\n';
  const quote = options.quoteChar ?? '"';
  const escape = options.escapeChar ?? quote;
  const rows = Array.isArray(source) ? source : source.data ?? [];
  let fields = options.columns ?? source.fields;
  if (!fields && rows.length > 0 && !Array.isArray(rows[0])) {
    fields = Object.keys(rows[0]);
  }
  const cell = (value, column) => {
    if (value === null || value === undefined) return '';
    const text = value instanceof Date ? value.toISOString() : String(value);
    const forced = typeof options.quotes === 'function' ? options.quotes(value, column) : Array.isArray(options.quotes) ? options.quotes[column] : options.quotes;
    const needed = forced || text.includes(delimiter) || text.includes(quote) || /[\r\n]|^\s|\s$/.test(text) || text.startsWith(BYTE_ORDER_MARK);
    return needed ? quote + text.replaceAll(quote, escape + quote) + quote : text;
  };
  const line = (values) => values.map(cell).join(delimiter);
  const lines = [];
  if (fields && (options.header ?? true)) lines.push(line(fields));
  for (const row of rows) {
    const values = Array.isArray(row) ? row : fields.map((field) => row[field]);
    const blank = values.every((value) => String(value ?? '').trim() === '');
    if (!(options.skipEmptyLines && blank)) lines.push(line(values));
  }
  return lines.join(newline);
}

export default { parse, unparse, RECORD_SEP: '\u001e', UNIT_SEP: '\u001f', BYTE_ORDER_MARK, BAD_DELIMITERS, WORKERS_SUPPORTED: false };

// Assertions in the words of Chai; each becomes a check of k6, named by its sentence.

import { check, group } from 'k6';

const config = { logFailures: false, exitOnError: false, truncateMsgThreshold: 300, truncateVariableThreshold: 100 };

export class AssertionError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'AssertionError';
    Object.assign(this, details);
  }
}

export function describe(name, body) {
  let passed = true;
  group(name, () => {
    try {
      body();
    } catch (error) {
      passed = false;
      if (!(error instanceof AssertionError)) {
        check(null, { [`Exception raised "${error?.message ?? error}"`]: () => false });
        console.error(error?.stack ?? String(error));
        if (config.exitOnError) throw error;
      } else if (config.logFailures) {
        console.warn(`${name}: ${error.message}`);
      }
    }
  });
  return passed;
}

function shorten(text, limit) {
  return limit > 0 && text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function inspect(value) {
  let text;
  if (typeof value === 'string') text = `'${value}'`;
  else if (typeof value === 'function') text = `[Function${value.name ? `: ${value.name}` : ''}]`;
  else if (value instanceof RegExp || value instanceof Error) text = String(value);
  else if (value instanceof Date) text = value.toISOString();
  else {
    try {
      text = JSON.stringify(value) ?? String(value);
    } catch {
      // What has no JSON, such as a cycle, is named by its kind.
      text = Object.prototype.toString.call(value);
    }
  }
  return shorten(text, config.truncateVariableThreshold);
}

function typeOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1).toLowerCase();
}

function same(a, b) {
  return a === b || (a !== a && b !== b);
}

function deepEqual(a, b, open = []) {
  if (same(a, b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || typeOf(a) !== typeOf(b)) return false;
  if (open.some(([x, y]) => x === a && y === b)) return true;
  const within = [...open, [a, b]];
  if (a instanceof Date) return same(a.getTime(), b.getTime());
  if (a instanceof RegExp) return String(a) === String(b);
  if (a instanceof Map || a instanceof Set) return deepEqual([...a], [...b], within);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key], within));
}

class Assertion {
  constructor(value, message, flags = {}) {
    this._value = value;
    this._message = message;
    this._flags = flags;
  }

  _with(flags) {
    return new Assertion(this._value, this._message, { ...this._flags, ...flags });
  }

  _assert(verdict, sentence, details = {}) {
    const { not } = this._flags;
    const passed = not ? !verdict : Boolean(verdict);
    const subject = this._message ? String(this._message) : inspect(this._value);
    const name = shorten(`expected ${subject} ${not ? 'not ' : ''}${sentence}`, config.truncateMsgThreshold);
    check(null, { [name]: () => passed });
    if (!passed) {
      const actual = this._message ? `, got ${inspect(this._value)}` : '';
      throw new AssertionError(name + actual, { actual: this._value, ...details });
    }
    return this;
  }

  _equals(a, b) {
    return this._flags.deep ? deepEqual(a, b) : a === b;
  }

  _number() {
    if (!this._flags.length) return this._value;
    return this._value instanceof Map || this._value instanceof Set ? this._value.size : this._value?.length;
  }

  get not() { return this._with({ not: true }); }
  get deep() { return this._with({ deep: true }); }
  get nested() { return this._with({ nested: true }); }
  get own() { return this._with({ own: true }); }
  get ordered() { return this._with({ ordered: true }); }
  get any() { return this._with({ any: true, all: false }); }
  get all() { return this._with({ all: true, any: false }); }

  get ok() { return this._assert(this._value, 'to be truthy'); }
  get true() { return this._assert(this._value === true, 'to be true'); }
  get false() { return this._assert(this._value === false, 'to be false'); }
  get null() { return this._assert(this._value === null, 'to be null'); }
  get undefined() { return this._assert(this._value === undefined, 'to be undefined'); }
  get NaN() { return this._assert(Number.isNaN(this._value), 'to be NaN'); }
  get finite() { return this._assert(Number.isFinite(this._value), 'to be a finite number'); }
  get exist() { return this._assert(this._value !== null && this._value !== undefined, 'to exist'); }
  get exists() { return this.exist; }
  get extensible() { return this._assert(Object.isExtensible(this._value), 'to be extensible'); }
  get sealed() { return this._assert(Object.isSealed(this._value), 'to be sealed'); }
  get frozen() { return this._assert(Object.isFrozen(this._value), 'to be frozen'); }

  get empty() {
    const value = this._value;
    const size = value instanceof Map || value instanceof Set ? value.size : typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
    return this._assert(size === 0, 'to be empty');
  }

  equal(other) { return this._assert(this._equals(this._value, other), `to ${this._flags.deep ? 'deeply ' : ''}equal ${inspect(other)}`, { expected: other }); }
  eql(other) { return this._assert(deepEqual(this._value, other), `to deeply equal ${inspect(other)}`, { expected: other }); }
  above(limit) { return this._assert(this._number() > limit, `to be above ${limit}`); }
  least(limit) { return this._assert(this._number() >= limit, `to be at least ${limit}`); }
  below(limit) { return this._assert(this._number() < limit, `to be below ${limit}`); }
  most(limit) { return this._assert(this._number() <= limit, `to be at most ${limit}`); }
  within(from, to) { return this._assert(this._number() >= from && this._number() <= to, `to be within ${from}..${to}`); }
  closeTo(other, delta) { return this._assert(Math.abs(this._value - other) <= delta, `to be close to ${other} +/- ${delta}`); }
  instanceof(type) { return this._assert(this._value instanceof type, `to be an instance of ${type?.name ?? 'an unnamed constructor'}`); }
  match(pattern) { return this._assert(pattern.test(this._value), `to match ${pattern}`); }
  string(part) { return this._assert(String(this._value).includes(part), `to contain ${inspect(part)}`); }
  satisfy(judge) { return this._assert(judge(this._value), `to satisfy ${inspect(judge)}`); }
  lengthOf(length) { return this._with({ length: true })._assert(this._with({ length: true })._number() === length, `to have a length of ${length}`); }
  respondTo(method) { return this._assert(typeof (typeof this._value === 'function' ? this._value.prototype : this._value)?.[method] === 'function', `to respond to ${inspect(method)}`); }

  oneOf(list) {
    const found = list.some((item) => (this._flags.contains ? this._value.includes(item) : this._equals(this._value, item)));
    return this._assert(found, `to be one of ${inspect(list)}`);
  }

  property(name, ...expected) {
    const path = this._flags.nested ? String(name).split(/[.[\]]+/).filter(Boolean) : [name];
    const parent = path.slice(0, -1).reduce((value, key) => value?.[key], this._value);
    const key = path[path.length - 1];
    const exists = parent !== null && parent !== undefined && (this._flags.own ? Object.hasOwn(Object(parent), key) : key in Object(parent));
    const value = exists ? parent[key] : undefined;
    if (expected.length === 0) {
      this._assert(exists, `to have property ${inspect(name)}`);
    } else {
      this._assert(exists && this._equals(value, expected[0]), `to have property ${inspect(name)} of ${inspect(expected[0])}`);
    }
    return new Assertion(value);
  }

  ownProperty(name, ...expected) { return this._with({ own: true }).property(name, ...expected); }

  keys(...names) {
    const wanted = names.length === 1 && typeof names[0] === 'object' ? (Array.isArray(names[0]) ? names[0] : Object.keys(names[0])) : names;
    const present = this._value instanceof Map ? [...this._value.keys()] : Object.keys(this._value);
    const has = (name) => present.includes(this._value instanceof Map ? name : String(name));
    const fits = this._flags.any ? wanted.some(has) : wanted.every(has) && (this._flags.contains || wanted.length === present.length);
    return this._assert(fits, `to have ${this._flags.any ? 'any of the ' : ''}keys ${inspect(wanted)}`);
  }

  members(list) {
    const actual = this._value;
    const has = (items, item) => items.some((other) => this._equals(item, other));
    let fits = Array.isArray(actual) && list.every((item) => has(actual, item));
    if (fits && !this._flags.contains) {
      fits = actual.length === list.length && (this._flags.ordered ? actual.every((item, at) => this._equals(item, list[at])) : actual.every((item) => has(list, item)));
    }
    return this._assert(fits, `to have members ${inspect(list)}`);
  }

  throw(type, message) {
    const pattern = typeof type === 'function' || type instanceof Error ? message : type;
    let thrown;
    let threw = false;
    try {
      this._value();
    } catch (error) {
      threw = true;
      thrown = error;
    }
    let fits = threw;
    if (threw && typeof type === 'function') fits = thrown instanceof type;
    if (threw && type instanceof Error) fits = thrown === type;
    if (fits && pattern !== undefined) {
      const text = String(thrown?.message ?? thrown);
      fits = pattern instanceof RegExp ? pattern.test(text) : text.includes(pattern);
    }
    return this._assert(fits, `to throw ${typeof type === 'function' ? type.name : pattern === undefined ? 'an error' : inspect(pattern)}`);
  }

  validJsonBody() {
    let valid = true;
    try {
      JSON.parse(this._value.body);
    } catch {
      valid = false;
    }
    return new Assertion(this._value, this._message ?? 'the response', this._flags)._assert(valid, 'to have a valid JSON body');
  }

  _typed(type) {
    const article = /^[aeiou]/.test(type) ? 'an' : 'a';
    return this._assert(typeOf(this._value) === type.toLowerCase(), `to be ${article} ${type}`);
  }

  _includes(item) {
    const value = this._value;
    let found;
    if (typeof value === 'string') found = value.includes(item);
    else if (value instanceof Map || value instanceof Set) found = [...value.values()].some((each) => this._equals(each, item));
    else if (Array.isArray(value)) found = value.some((each) => this._equals(each, item));
    else if (item !== null && typeof item === 'object') found = Object.keys(item).every((key) => this._equals(value?.[key], item[key]));
    else found = value?.includes?.(item);
    return this._assert(found, `to include ${inspect(item)}`);
  }
}

const define = (name, get) => Object.defineProperty(Assertion.prototype, name, { get, configurable: true });

for (const word of ['to', 'be', 'been', 'is', 'that', 'which', 'and', 'has', 'have', 'with', 'at', 'of', 'same', 'but', 'does', 'still', 'also']) {
  define(word, function () { return this; });
}

// Words that are both: a step in the chain, and a call.
function callable(assertion, call) {
  return new Proxy(call, {
    get: (_, name) => {
      const value = assertion[name];
      return typeof value === 'function' ? value.bind(assertion) : value;
    },
  });
}
for (const word of ['a', 'an']) {
  define(word, function () { return callable(this, (type) => this._typed(type)); });
}
for (const word of ['include', 'includes', 'contain', 'contains']) {
  define(word, function () {
    const containing = this._with({ contains: true });
    return callable(containing, (item) => containing._includes(item));
  });
}
define('length', function () {
  const measured = this._with({ length: true });
  return callable(measured, (length) => this.lengthOf(length));
});

for (const [name, others] of Object.entries({
  equal: ['equals', 'eq'], eql: ['eqls'], above: ['gt', 'greaterThan'], least: ['gte', 'greaterThanOrEqual'],
  below: ['lt', 'lessThan'], most: ['lte', 'lessThanOrEqual'], instanceof: ['instanceOf'], match: ['matches'],
  closeTo: ['approximately'], satisfy: ['satisfies'], throw: ['throws', 'Throw'], keys: ['key'],
  ownProperty: ['haveOwnProperty'], respondTo: ['respondsTo'],
})) {
  for (const other of others) {
    Assertion.prototype[other] = Assertion.prototype[name];
  }
}

export function expect(value, message) {
  return new Assertion(value, message);
}

expect.fail = (message = 'expect.fail()') => {
  check(null, { [message]: () => false });
  throw new AssertionError(message);
};

export const chai = { config, expect, AssertionError, version: '4.3.4' };
export { config };
export default chai;

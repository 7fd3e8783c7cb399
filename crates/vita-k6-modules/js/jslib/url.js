// `URL` and `URLSearchParams` of the WHATWG URL Standard; parsing is native.

import { parse, change, decodeForm, encodeForm } from 'vitascope/url';

export class URLSearchParams {
  #pairs = [];
  #changed = () => {};

  constructor(init = '', changed) {
    if (typeof changed === 'function') {
      this.#changed = changed;
    }
    if (init !== null && typeof init === 'object') {
      const pairs = typeof init[Symbol.iterator] === 'function' ? [...init] : Object.entries(init);
      for (const pair of pairs) {
        const [name, value, ...more] = pair;
        if (value === undefined || more.length > 0) {
          throw new TypeError('each pair of URLSearchParams has a name and a value');
        }
        this.#pairs.push([String(name), String(value)]);
      }
    } else {
      this.#pairs = decodeForm(String(init).replace(/^\?/, ''));
    }
  }

  append(name, value) { this.#pairs.push([String(name), String(value)]); this.#changed(this); }
  delete(name) { this.#pairs = this.#pairs.filter(([key]) => key !== String(name)); this.#changed(this); }
  get(name) { return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null; }
  getAll(name) { return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value); }
  has(name) { return this.#pairs.some(([key]) => key === String(name)); }

  set(name, value) {
    const at = this.#pairs.findIndex(([key]) => key === String(name));
    if (at < 0) {
      this.#pairs.push([String(name), String(value)]);
    } else {
      this.#pairs = this.#pairs.filter(([key], index) => index <= at || key !== String(name));
      this.#pairs[at][1] = String(value);
    }
    this.#changed(this);
  }

  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    this.#changed(this);
  }

  forEach(call, that) { for (const [name, value] of this.#pairs) call.call(that, value, name, this); }
  keys() { return this.#pairs.map(([name]) => name).values(); }
  values() { return this.#pairs.map(([, value]) => value).values(); }
  entries() { return this.#pairs.map((pair) => [...pair]).values(); }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return encodeForm(this.#pairs); }
  get size() { return this.#pairs.length; }
}

export class URL {
  #parts;
  #searchParams;

  constructor(url, base) {
    this.#parts = parse(String(url), base === undefined ? undefined : String(base));
    this.#readSearch();
  }

  #readSearch() {
    this.#searchParams = new URLSearchParams(this.#parts.search, (params) => {
      this.#parts = change(this.#parts.href, 'search', params.toString());
    });
  }

  #set(part, value) {
    this.#parts = change(this.#parts.href, part, String(value));
    if (part === 'search') this.#readSearch();
  }

  get href() { return this.#parts.href; }
  set href(value) { this.#parts = parse(String(value)); this.#readSearch(); }
  get origin() { return this.#parts.origin; }
  get protocol() { return this.#parts.protocol; }
  set protocol(value) { this.#set('protocol', value); }
  get username() { return this.#parts.username; }
  set username(value) { this.#set('username', value); }
  get password() { return this.#parts.password; }
  set password(value) { this.#set('password', value); }
  get host() { return this.#parts.host; }
  set host(value) { this.#set('host', value); }
  get hostname() { return this.#parts.hostname; }
  set hostname(value) { this.#set('hostname', value); }
  get port() { return this.#parts.port; }
  set port(value) { this.#set('port', value); }
  get pathname() { return this.#parts.pathname; }
  set pathname(value) { this.#set('pathname', value); }
  get search() { return this.#parts.search; }
  set search(value) { this.#set('search', value); }
  get hash() { return this.#parts.hash; }
  set hash(value) { this.#set('hash', value); }
  get searchParams() { return this.#searchParams; }
  toString() { return this.href; }
  toJSON() { return this.href; }
}

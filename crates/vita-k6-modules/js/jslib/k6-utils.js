// Small helpers of load tests, under the names of jslib's `k6-utils`.

import * as k6 from 'k6';
import execution from 'k6/execution';

// As the check of `k6`, and also for answers that are promises.
export function check(value, sets, tags = {}) {
  const answers = Object.entries(sets).map(([name, set]) => [name, typeof set === 'function' ? set(value) : set]);
  if (!answers.some(([, answer]) => typeof answer?.then === 'function')) {
    return k6.check(value, Object.fromEntries(answers), tags);
  }
  const settled = answers.map(async ([name, answer]) => [name, await answer]);
  return Promise.all(settled).then((pairs) => k6.check(value, Object.fromEntries(pairs), tags));
}

export function randomIntBetween(min, max) {
  return Math.floor(Math.random() * (max - min + 1) + min);
}

export function randomItem(items) {
  return items[Math.floor(Math.random() * items.length)];
}

export function randomString(length, charset = 'abcdefghijklmnopqrstuvwxyz') {
  let text = '';
  for (let left = length; left > 0; left -= 1) {
    text += charset[Math.floor(Math.random() * charset.length)];
  }
  return text;
}

// RFC 9562 §5.4: random but for the version and the variant.
export function uuidv4(secure = false) {
  if (secure) {
    return crypto.randomUUID();
  }
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(Math.random() * 16);
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

export function findBetween(content, left, right, repeat = false) {
  const found = [];
  let from = 0;
  for (;;) {
    const start = content.indexOf(left, from);
    if (start < 0) break;
    const end = content.indexOf(right, start + left.length);
    if (end < 0) break;
    found.push(content.substring(start + left.length, end));
    if (!repeat) break;
    from = end + right.length;
  }
  if (repeat) {
    return found;
  }
  return found.length > 0 ? found[0] : null;
}

export function parseWWWAuthenticate(header) {
  const fields = {};
  const pattern = /([a-zA-Z0-9_-]+)=(?:"([^"]*)"|([^\s,]+))/g;
  for (const [, name, quoted, plain] of String(header).matchAll(pattern)) {
    fields[name] = quoted === undefined ? plain : quoted;
  }
  return fields;
}

// A bell curve of users over time: three standard deviations to each side of the middle.
export function normalDistributionStages(maxVus, durationSeconds, numberOfStages = 10) {
  const stages = [];
  const seconds = Math.max(1, Math.round(durationSeconds / (numberOfStages + 2)));
  const bell = (x) => Math.exp(-0.5 * x * x);
  for (let at = 0; at <= numberOfStages; at += 1) {
    const x = -3 + (6 * (at + 0.5)) / (numberOfStages + 1);
    stages.push({ duration: `${seconds}s`, target: Math.ceil(maxVus * bell(x)) });
  }
  stages.push({ duration: `${seconds}s`, target: 0 });
  return stages;
}

const UNIT_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

export function parseDuration(text) {
  if (typeof text === 'number') {
    return text;
  }
  let total = 0;
  let taken = '';
  for (const [part, count, unit] of String(text).matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    total += Number(count) * UNIT_MS[unit];
    taken += part;
  }
  if (taken === '' || taken !== String(text)) {
    throw new Error(`"${text}" is not a valid duration`);
  }
  return total;
}

function currentScenario() {
  const scenario = execution.test.options.scenarios?.[execution.scenario.name];
  if (!scenario) {
    throw new Error(`the exec.test.options object doesn't contain the current scenario ${execution.scenario.name}`);
  }
  if (!scenario.stages) {
    throw new Error('only ramping-vus or ramping-arrival-rate supports stages, it is not possible to get a stage index on other executors.');
  }
  return scenario;
}

export function getCurrentStageIndex() {
  const { stages } = currentScenario();
  if (stages.length < 1) {
    throw new Error("the scenario.stages parameter doesn't contain any stage");
  }
  const elapsed = Date.now() - execution.scenario.startTime;
  let until = 0;
  for (let at = 0; at < stages.length; at += 1) {
    until += parseDuration(stages[at].duration);
    if (elapsed < until) {
      return at;
    }
  }
  return stages.length - 1;
}

export function tagWithCurrentStageIndex() {
  execution.vu.metrics.tags.stage = getCurrentStageIndex();
}

export function tagWithCurrentStageProfile() {
  execution.vu.metrics.tags.stage_profile = stageProfile();
}

function stageProfile() {
  const index = getCurrentStageIndex();
  const scenario = currentScenario();
  const target = Number(scenario.stages[index].target);
  const before = index > 0 ? Number(scenario.stages[index - 1].target) : Number(scenario.startVUs ?? scenario.startRate ?? 0);
  if (target > before) return 'ramp-up';
  return target === before ? 'steady' : 'ramp-down';
}

export function describe(name, body) {
  let passed = true;
  k6.group(name, () => {
    try {
      body({ expect: (value) => simpleExpect(value, () => { passed = false; }) });
    } catch (error) {
      passed = false;
      console.error(`Exception during test "${name}": ${error}`);
      k6.check(null, { [`Exception raised "${error}"`]: () => false });
    }
  });
  return passed;
}

function simpleExpect(value, failed) {
  const judge = (name, verdict) => {
    if (!k6.check(value, { [name]: () => verdict })) failed();
  };
  return {
    toEqual: (other) => judge(`expected ${value} to equal ${other}`, value === other),
    toBeTruthy: () => judge(`expected ${value} to be truthy`, Boolean(value)),
    toBeGreaterThan: (other) => judge(`expected ${value} to be greater than ${other}`, value > other),
    toBeLessThan: (other) => judge(`expected ${value} to be less than ${other}`, value < other),
    toBeBetween: (from, to) => judge(`expected ${value} to be between ${from} and ${to}`, value >= from && value <= to),
    toInclude: (part) => judge(`expected ${value} to include ${part}`, value.includes(part)),
  };
}

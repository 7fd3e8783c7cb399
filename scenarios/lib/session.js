// What a person does on Vitascope: signs in, looks around, asks for clips and waits for them.
//
// The accounts, projects and keys are those of `vitascope seed --load-test`.

import { check, sleep } from 'k6';
import http from 'k6/http';

import { availability, businessErrors, generationSuccess, generationTime } from './slo.js';
import { MODEL, TARGET } from './target.js';

// Accounts that the seed makes.
const ACCOUNTS = 500;
// A token is renewed this long before it ends.
const RENEWAL_SECONDS = 30;
const POLL_SECONDS = 1;
// A generation that takes longer counts as failed.
const GENERATION_SECONDS_MAX = 120;

const FINAL = ['completed', 'failed', 'cancelled'];

export const PROMPTS = [
  'a serene mountain landscape at golden hour',
  'rain on a neon street, seen from a slow train',
  'a paper boat crossing a puddle, close to the water',
  'fog rolling over a pine forest at dawn',
  'a lighthouse in a storm, waves from below',
];

// The account of a virtual user: the first has loadtest-001, and after the last it starts anew.
export function accountOf(vu) {
  const number = String(((vu - 1) % ACCOUNTS) + 1).padStart(3, '0');
  return { email: `loadtest-${number}@test.com`, password: `test-password-${number}` };
}

// Sends a request with a name for its route and a kind for its service level. `fields` are those
// that its answer must have. Returns the answer's JSON, or null when it is not as it must be.
export function ask(method, path, { name, kind = 'api', token, body, fields = [], status = 200 }) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const text = body === undefined ? null : JSON.stringify(body);
  const response = http.request(method, TARGET + path, text, { headers, tags: { name, kind } });

  availability.add(response.status > 0 && response.status < 500);
  const accepted = check(response, { [`${name}: ${status}`]: (r) => r.status === status });
  if (!accepted) return null;
  const json = fields.length === 0 ? {} : parse(response);
  const complete = json !== null && fields.every((field) => json[field] !== undefined);
  businessErrors.add(!complete);
  return complete ? json : null;
}

// The answer's JSON, or null when it has none.
function parse(response) {
  try {
    return response.json();
  } catch (error) {
    return null;
  }
}

// A new login; returns the session or null.
export function login(account) {
  const json = ask('POST', '/api/auth/login', {
    name: 'login',
    kind: 'login',
    body: account,
    fields: ['token', 'expiresIn'],
  });
  if (json === null) return null;
  return { token: json.token, renewAt: Date.now() + (json.expiresIn - RENEWAL_SECONDS) * 1000 };
}

// Each virtual user has its own copy of this module, and so its own session.
let session = null;

// The virtual user's token; signs in when there is none, or when it is about to end.
export function tokenOf(vu) {
  if (session === null || Date.now() >= session.renewAt) {
    session = login(accountOf(vu));
  }
  return session === null ? null : session.token;
}

// Looks at the dashboard and into a project. Returns a project with a scene, or null.
export function lookAround(token) {
  const dashboard = ask('GET', '/api/dashboard', {
    name: 'dashboard',
    kind: 'dashboard',
    token,
    fields: ['projects', 'credits'],
  });
  think(1, 3);
  const list = ask('GET', '/api/projects?limit=20', { name: 'projects', token, fields: ['projects'] });
  if (dashboard === null || list === null || list.projects.length === 0) return null;
  think(1, 2);

  const project = pick(list.projects);
  const scenes = ask('GET', `/api/projects/${project.id}/scenes`, {
    name: 'scenes',
    token,
    fields: ['scenes'],
  });
  if (scenes === null || scenes.scenes.length === 0) return null;
  return { projectId: project.id, sceneId: pick(scenes.scenes).id };
}

// Asks for a clip and polls until it is there.
export function generate(token, { projectId, sceneId }, model = MODEL) {
  const begun = Date.now();
  const accepted = ask('POST', `/api/projects/${projectId}/generate`, {
    name: 'generate',
    kind: 'generate',
    token,
    body: { sceneId, prompt: pick(PROMPTS), resolution: '360p', duration: 5, model },
    fields: ['generationId', 'statusUrl'],
    status: 202,
  });
  const final = accepted === null ? null : awaitEnd(token, accepted.generationId, begun);
  const completed = final !== null && final.status === 'completed';
  generationSuccess.add(completed);
  if (completed) generationTime.add(Date.now() - begun);
  return final;
}

function awaitEnd(token, id, begun) {
  while (Date.now() - begun < GENERATION_SECONDS_MAX * 1000) {
    const state = status(token, id);
    if (state !== null && FINAL.includes(state.status)) return state;
    sleep(POLL_SECONDS);
  }
  return null;
}

export function status(token, id) {
  return ask('GET', `/api/generations/${id}/status`, {
    name: 'status',
    kind: 'status',
    token,
    fields: ['status', 'progress'],
  });
}

// Pauses as a reader does, between the two numbers of seconds.
export function think(least, most) {
  sleep(least + Math.random() * (most - least));
}

export function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

// A whole visit; the given share of visitors asks for a clip.
export function visit(vu, generatingShare) {
  const token = tokenOf(vu);
  if (token === null) {
    think(1, 2);
    return;
  }
  const found = lookAround(token);
  if (found !== null && Math.random() < generatingShare) {
    generate(token, found);
  }
  ask('GET', '/api/notifications', { name: 'notifications', token, fields: ['notifications'] });
  think(1, 3);
}

// People near and far: 70 % of users at 10 ms, 20 % at 80 ms and 10 % at 200 ms from the platform.
//
// A script can't slow the network down. It waits for the round trip before each step, which paces a
// far user's visit as distance does, and adds it to what the platform took: `perceived_duration` is
// what the user would have seen, with further round trips for a new connection.

import { check, sleep } from 'k6';
import http from 'k6/http';
import { Trend } from 'k6/metrics';

import { pick, think, tokenOf } from './lib/session.js';
import { TARGET, minutes, users } from './lib/target.js';

const perceived = new Trend('perceived_duration', true);

const USERS = 100;
const ROUND_TRIP_MILLIS = { near: 10, middle: 80, far: 200 };
const SHARES = { near: 0.7, middle: 0.2, far: 0.1 };

function scenario(region) {
  return {
    executor: 'constant-vus',
    exec: 'visitFrom',
    vus: users(USERS * SHARES[region]),
    duration: minutes(10),
    env: { REGION: region },
    tags: { region },
  };
}

export const options = {
  scenarios: { near: scenario('near'), middle: scenario('middle'), far: scenario('far') },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    'perceived_duration{region:near}': ['p(95)<210'],
    'perceived_duration{region:middle}': ['p(95)<280'],
    'perceived_duration{region:far}': ['p(95)<400'],
  },
};

export function visitFrom() {
  const roundTrip = ROUND_TRIP_MILLIS[__ENV.REGION];
  const token = tokenOf(__VU);
  if (token === null) {
    think(1, 2);
    return;
  }
  fetchFrom(roundTrip, '/api/dashboard', 'dashboard', token);
  think(1, 3);
  const list = fetchFrom(roundTrip, '/api/projects?limit=20', 'projects', token);
  if (list !== null && list.projects.length > 0) {
    think(1, 2);
    fetchFrom(roundTrip, `/api/projects/${pick(list.projects).id}/scenes`, 'scenes', token);
  }
  think(1, 3);
}

function fetchFrom(roundTrip, path, name, token) {
  sleep(roundTrip / 1000);
  const headers = { Authorization: `Bearer ${token}` };
  const response = http.get(TARGET + path, { headers, tags: { name, kind: 'api' } });
  const { duration, connecting, tls_handshaking: shakingHands } = response.timings;
  // One round trip for the request, one for a new connection, and one more for TLS 1.3.
  const trips = 1 + (connecting > 0 ? 1 : 0) + (shakingHands > 0 ? 1 : 0);
  perceived.add(duration + connecting + shakingHands + trips * roundTrip);
  return check(response, { [`${name}: 200`]: (r) => r.status === 200 }) ? response.json() : null;
}

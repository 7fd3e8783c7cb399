// The service levels that Vitascope promises, as thresholds. Requests carry the tag `kind`, which
// lib/session.js sets.

import { Rate, Trend } from 'k6/metrics';

// Answers that are there but wrong: without the fields that a client needs.
export const businessErrors = new Rate('business_errors');
// Requests that had an answer other than a server's error.
export const availability = new Rate('availability');
export const generationSuccess = new Rate('generation_success');
export const generationTime = new Trend('generation_time', true);
// From a ping to its pong over a WebSocket.
export const socketLatency = new Trend('socket_latency', true);
export const validMessages = new Rate('socket_valid_messages');

export const API = {
  'http_req_duration{kind:api}': ['p(95)<200'],
  'http_req_duration{kind:dashboard}': ['p(95)<300'],
  'http_req_duration{kind:login}': ['p(95)<300'],
  'http_req_failed': ['rate<0.001'],
  'availability': ['rate>0.999'],
  'business_errors': ['rate<0.005'],
};

export const GENERATIONS = {
  'http_req_duration{kind:generate}': ['p(95)<500'],
  'http_req_duration{kind:status}': ['p(99)<50'],
  'generation_success': ['rate>0.98'],
};

export const SOCKETS = {
  'ws_connecting': ['p(95)<500'],
  'socket_latency': ['p(99)<100'],
  'socket_valid_messages': ['rate>0.95'],
};

// Several sets together; a later one takes the place of an earlier one's thresholds.
export function promises(...sets) {
  return Object.assign({}, ...sets);
}

import http from 'k6/http';
import { check, group, sleep } from 'k6';

const TARGET = __ENV.TARGET || 'http://127.0.0.1:3000';

export const options = {
  scenarios: {
    // As many visitors as there are virtual users: the next begins when one has ended.
    visitors: {
      executor: 'ramping-vus',
      stages: [
        { duration: '10s', target: 10 },
        { duration: '30s', target: 10 },
        { duration: '5s', target: 0 },
      ],
      exec: 'visit',
    },
    // Five a second, however long each takes.
    probes: {
      executor: 'constant-arrival-rate',
      rate: 5,
      duration: '45s',
      preAllocatedVUs: 5,
      maxVUs: 20,
      exec: 'probe',
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.01'],
    'http_req_duration{scenario:visitors}': ['p(95)<300'],
    checks: [{ threshold: 'rate>0.9', abortOnFail: true, delayAbortEval: '10s' }],
  },
};

// Runs once before everything; what it returns is given to everybody.
export function setup() {
  return { startedAt: new Date().toISOString() };
}

export function visit() {
  group('front page', () => {
    const response = http.get(TARGET, { tags: { name: 'front page' } });
    check(response, { 'status is 200': (r) => r.status === 200 });
  });
  sleep(1 + Math.random());
}

export function probe() {
  const response = http.get(`${TARGET}/api/health`, { tags: { name: 'health' } });
  check(response, { 'is healthy': (r) => r.status === 200 });
}

// Runs once after everything.
export function teardown(data) {
  console.log(`ran since ${data.startedAt}`);
}

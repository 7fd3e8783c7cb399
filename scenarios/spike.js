// Everybody at once: from 5 to 500 users in ten seconds, a minute of them, and then the few again, who
// must find the platform as it was.

import { visit } from './lib/session.js';
import { minutes, seconds, users } from './lib/target.js';

export const options = {
  scenarios: {
    spike: {
      executor: 'ramping-vus',
      startVUs: users(5),
      stages: [
        { duration: minutes(1), target: users(5) },
        { duration: seconds(10), target: users(500) },
        { duration: minutes(1), target: users(500) },
        { duration: seconds(10), target: users(5) },
      ],
      gracefulRampDown: '30s',
    },
    recovery: {
      executor: 'constant-vus',
      vus: users(5),
      startTime: seconds(140 + 40),
      duration: minutes(3),
    },
  },
  thresholds: {
    http_req_duration: ['p(99)<5000'],
    http_req_failed: ['rate<0.1'],
    'http_req_duration{scenario:recovery}': ['p(95)<300'],
    'http_req_failed{scenario:recovery}': ['rate<0.001'],
  },
};

export default function () {
  visit(__VU, 0.3);
}

// Beyond the peak: step by step to twice the users of an ordinary busy day, and back. It shows where
// the promises break and whether the platform comes back; a threshold on the way down says so.

import { API, GENERATIONS, promises } from './lib/slo.js';
import { visit } from './lib/session.js';
import { minutes, stages, users } from './lib/target.js';

export const options = {
  scenarios: {
    visits: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: stages([[2, 100], [5, 100], [2, 200], [5, 200], [2, 300], [5, 300], [2, 400], [5, 400], [2, 0]]),
    },
    // When the crowd has gone, a few must be served as if nothing had happened.
    recovery: {
      executor: 'constant-vus',
      vus: users(20),
      startTime: minutes(31),
      duration: minutes(3),
    },
  },
  thresholds: promises(API, GENERATIONS, {
    // Under twice the peak some may wait; nobody may be turned away in numbers.
    'http_req_duration{kind:api}': ['p(95)<2000'],
    'http_req_duration{kind:dashboard}': ['p(95)<2000'],
    'http_req_duration{kind:login}': ['p(95)<3000'],
    'http_req_duration{kind:generate}': ['p(95)<3000'],
    'http_req_duration{kind:status}': ['p(99)<2000'],
    http_req_failed: ['rate<0.05'],
    availability: ['rate>0.95'],
    generation_success: ['rate>0.9'],
    'http_req_duration{scenario:recovery}': ['p(95)<300'],
    'http_req_failed{scenario:recovery}': ['rate<0.001'],
  }),
};

export default function () {
  visit(__VU, 0.3);
}

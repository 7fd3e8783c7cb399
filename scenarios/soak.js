// A long, even load: 50 users for four hours. What leaks, fills up or slows down shows here.

import { API, GENERATIONS, promises } from './lib/slo.js';
import { visit } from './lib/session.js';
import { minutes, users } from './lib/target.js';

export const options = {
  scenarios: {
    visits: {
      executor: 'constant-vus',
      vus: users(50),
      duration: minutes(240),
    },
  },
  thresholds: promises(API, GENERATIONS, {
    http_req_duration: ['p(95)<300'],
    http_req_failed: ['rate<0.01'],
  }),
};

export default function () {
  visit(__VU, 0.3);
}

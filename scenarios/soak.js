// A long, even load: 50 users for four hours. What leaks, fills up or slows down shows here.
//
// They come within two minutes, as people do. Were all to sign in in the same moment, a quarter of an
// hour later all their tokens would end in the same moment, and so on for four hours.

import { API, GENERATIONS, promises } from './lib/slo.js';
import { visit } from './lib/session.js';
import { stages } from './lib/target.js';

export const options = {
  scenarios: {
    visits: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: stages([[2, 50], [238, 50]]),
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

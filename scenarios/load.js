// An ordinary busy day: 0 → 50 → 100 → 200 users in 24 minutes; 30 % of visits ask for a clip.

import { API, GENERATIONS, promises } from './lib/slo.js';
import { visit } from './lib/session.js';
import { stages } from './lib/target.js';

export const options = {
  scenarios: {
    visits: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: stages([[2, 50], [5, 50], [2, 100], [5, 100], [2, 200], [5, 200], [3, 0]]),
    },
  },
  thresholds: promises(API, GENERATIONS),
};

export default function () {
  visit(__VU, 0.3);
}

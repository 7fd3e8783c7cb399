// Many open sockets: 100, then 500, then 1,000, each watching a generation of its own and asking once a
// second whether anybody is there.

import { think } from './lib/session.js';
import { SOCKETS } from './lib/slo.js';
import { watch } from './lib/socket.js';
import { paced, stages } from './lib/target.js';

// Keys and generations that the seed makes.
const KEYS = 1000;
// A socket is open for so long, whatever the stage.
const OPEN_SECONDS = paced(60);
const GRACE = `${OPEN_SECONDS + 10}s`;

export const options = {
  scenarios: {
    sockets: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: stages([[1, 100], [3, 100], [1, 500], [3, 500], [1, 1000], [3, 1000], [1, 0]]),
      gracefulRampDown: GRACE,
      gracefulStop: GRACE,
    },
  },
  // A threshold without samples holds, so that none would be crossed if no socket could be opened.
  thresholds: Object.assign({ checks: ['rate>0.99'], ws_sessions: ['count>0'] }, SOCKETS),
};

export default function () {
  const number = ((__VU - 1) % KEYS) + 1;
  const opened = watch(`test-token-ws-${number}`, `gen_test_${number}`, OPEN_SECONDS);
  // Whoever is turned away doesn't knock without a pause.
  if (!opened) think(1, 5);
}

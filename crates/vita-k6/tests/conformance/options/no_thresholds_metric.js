// k6 reference §2, thresholds: a threshold of a built-in metric without samples is no mistake.
// exit: 0
export const options = { thresholds: { http_req_duration: ['p(95)<1'], ws_sessions: ['count==0'] } };
export default function () {}

// k6 reference §2, executors: even an endless loop is interrupted.
// metric iterations: absent
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } } };
export default function () { try { while (true) {} } catch (e) { console.log('caught'); } }

// k6 reference §2, options: dns takes ttl, select and policy.
// metric iterations: count=1
export const options = { dns: { ttl: '1m', select: 'random', policy: 'preferIPv4' } };
export default function () {}

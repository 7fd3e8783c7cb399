// k6 reference §2, options: options for other places are no unknown ones.
// never says: level=warning
// metric iterations: count=1
export const options = { cloud: { name: 'x' }, ext: { loadimpact: {} }, metricSamplesBufferSize: 10 };
export default function () {}

// k6 reference §2, options: executionSegment runs a part of the test.
// differs: `executionSegment` takes the whole test only
// metric iterations: count=5
export const options = { iterations: 10, executionSegment: '0:1/2', executionSegmentSequence: '0,1/2,1' };
export default function () {}

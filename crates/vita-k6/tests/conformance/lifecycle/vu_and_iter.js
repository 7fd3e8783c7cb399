// k6 reference §1, globals: __VU and __ITER count from 1 and from 0.
// order: any
// prints: 1 0
// prints: 1 1
// prints: 2 0
// prints: 2 1
export const options = { scenarios: { a: { executor: 'per-vu-iterations', vus: 2, iterations: 2 } } };
export default function () {
    console.log(__VU, __ITER);
}

// k6 reference §1, lifecycle: an exception in a timer is the iteration's.
// says: level=error…in a timer
// metric iterations: count=1
export default function () { setTimeout(() => { throw new Error('in a timer'); }, 1); }

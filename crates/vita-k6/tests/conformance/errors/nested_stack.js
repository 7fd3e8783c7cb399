// k6 reference §1, lifecycle: the stack of an exception names each place.
// says: inner (…nested_stack.js:4:…outer (…nested_stack.js:5:
// metric iterations: count=1
function inner() { throw new Error('deep'); }
function outer() { inner(); }
export default function () { outer(); }

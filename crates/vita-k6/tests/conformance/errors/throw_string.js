// k6 reference §1, lifecycle: what is thrown need be no Error.
// says: level=error…just text
// metric iterations: count=1
export default function () { throw 'just text'; }

// k6 reference §1, globals: global is the global object.
// prints: true 5
global.shared = 5;
export default function () { console.log(global === globalThis, shared); }

// k6 reference §1, globals: import.meta.resolve gives an address.
// prints: true
const at = import.meta.resolve('./other.js');
export default function () { console.log(at.startsWith('file://') && at.endsWith('/lifecycle/other.js')); }

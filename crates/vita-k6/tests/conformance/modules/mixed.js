// k6 reference §1, import rules: an ES module may require, and import what is CommonJS.
// prints: 3 5
import common from '../files/add_commonjs.js';
const own = require('../files/add.js');
export default function () { console.log(own.add(1, 2), common.add(2, 3)); }

// k6 reference §1, import rules: require and module.exports.
// prints: function 3
const http = require('k6/http');
const { add } = require('../files/add_commonjs.js');
module.exports.default = function () { console.log(typeof http.get, add(1, 2)); };

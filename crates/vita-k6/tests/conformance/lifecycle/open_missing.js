// k6 reference §2, exit codes: a file that is not there is an exception of init code.
// exit: 107
// error: nope.txt
open('./nope.txt');
export default function () {}

// k6 reference §1, modules: k6/browser is not supported, and says so.
// exit: 107
// error: k6/browser…not supported
import { browser } from 'k6/browser';
export default function () {}

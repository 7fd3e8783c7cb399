// k6 reference §2, options: blockHostnames refuses names, with error code 1111.
// prints: 0 1111 0 1111
import http from 'k6/http';
export const options = { blockHostnames: ['blocked.test', '*.bad.test'] };
export default function () {
    const a = http.get('http://blocked.test/');
    const b = http.get('http://very.bad.test/');
    console.log(a.status, a.error_code, b.status, b.error_code);
}

// k6 reference §4, published scripts: a JSON web token, made and verified with k6/crypto.
// check verified: 1/0
// check forged: 0/1
// prints: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import { check } from 'k6';
const part = (value) => encoding.b64encode(JSON.stringify(value), 'rawurl');
const sign = (text, secret) => crypto.hmac('sha256', secret, text, 'base64rawurl');
function make(payload, secret) {
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`;
    return `${text}.${sign(text, secret)}`;
}
function verify(token, secret) {
    const [head, payload, mark] = token.split('.');
    return sign(`${head}.${payload}`, secret) === mark && JSON.parse(encoding.b64decode(payload, 'rawurl', 's'));
}
export default function () {
    const token = make({ sub: '1234567890', name: 'John Doe', iat: 1516239022 }, 'your-256-bit-secret');
    console.log(token);
    check(token, { verified: (t) => verify(t, 'your-256-bit-secret').name === 'John Doe', forged: (t) => verify(t, 'other') });
}

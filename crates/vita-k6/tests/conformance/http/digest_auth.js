// k6 reference §1, params: auth digest answers the challenge.
// prints: 200 true
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL.replace('://', '://me:secret@')}/digest-auth/me/secret`, { auth: 'digest' });
    console.log(r.status, r.json('authenticated'));
}

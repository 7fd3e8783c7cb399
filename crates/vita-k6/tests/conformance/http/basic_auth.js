// k6 reference §1, params: basic authentication from the address.
// prints: 200 true 401
import http from 'k6/http';
export default function () {
    const good = http.get(`${__ENV.URL.replace('://', '://me:secret@')}/basic-auth/me/secret`);
    console.log(good.status, good.json('authenticated'), http.get(`${__ENV.URL}/basic-auth/me/secret`).status);
}

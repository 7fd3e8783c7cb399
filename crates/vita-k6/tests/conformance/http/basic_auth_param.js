// k6 reference §1, params: auth basic with the address's name and password.
// prints: 200
import http from 'k6/http';
export default function () {
    console.log(http.get(`${__ENV.URL.replace('://', '://me:secret@')}/basic-auth/me/secret`, { auth: 'basic' }).status);
}

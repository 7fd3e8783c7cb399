// k6 reference §1, Response: a password of the address is in no sample.
// output: json
// no sample: me:secret
// sample: "metric":"http_reqs","type":"Point"
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL.replace('://', '://me:secret@')}/basic-auth/me/secret`);
}

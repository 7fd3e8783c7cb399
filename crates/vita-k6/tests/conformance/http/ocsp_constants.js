// k6 reference §1, k6/http: the reasons of revocation.
// prints: true
import http from 'k6/http';
export default function () {
    const names = ['UNSPECIFIED', 'KEY_COMPROMISE', 'CA_COMPROMISE', 'SUPERSEDED'].map((name) => http[`OCSP_REASON_${name}`]);
    console.log(names.every((value) => typeof value === 'string' && value.length > 0));
}

// k6 reference §1, k6/crypto/x509: what is no certificate throws.
// prints: function function function function threw
import x509, { parse, getAltNames, getIssuer, getSubject } from 'k6/crypto/x509';
export default function () {
    let end = 'no';
    try { x509.parse('no certificate'); } catch (e) { end = 'threw'; }
    console.log(typeof parse, typeof getAltNames, typeof getIssuer, typeof getSubject, end);
}

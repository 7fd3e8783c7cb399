// k6 reference §1, k6/ws: a socket that can't be opened has an error in its result or throws.
// prints: true
import ws from 'k6/ws';
export default function () {
    let failed = false;
    try { failed = ws.connect('ws://127.0.0.1:1/', null, () => {}).error !== ''; } catch (e) { failed = true; }
    console.log(failed);
}

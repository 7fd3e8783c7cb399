// k6 reference §1, k6/crypto: the encodings of a digest.
// prints: kAFQmDzST7DWlj99KOF/cg==
// prints: kAFQmDzST7DWlj99KOF_cg==
// prints: kAFQmDzST7DWlj99KOF_cg
// prints: true 16
import { md5 } from 'k6/crypto';
export default function () {
    for (const enc of ['base64', 'base64url', 'base64rawurl']) console.log(md5('abc', enc));
    const bytes = md5('abc', 'binary');
    console.log(bytes instanceof ArrayBuffer, bytes.byteLength);
}

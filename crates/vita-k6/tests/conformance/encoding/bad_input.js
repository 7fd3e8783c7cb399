// k6 reference §1, k6/encoding: what is no base64 throws.
// prints: threw
import { b64decode } from 'k6/encoding';
export default function () { try { b64decode('***'); } catch (e) { console.log('threw'); } }

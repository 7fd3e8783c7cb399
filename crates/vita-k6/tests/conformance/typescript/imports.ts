// k6 reference §1, TypeScript: imports that only types use are dropped, and others are kept.
// prints: 200
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import type { Options } from 'k6/options';
export const options: Options = { iterations: 1 };
export default function () {
    const r: RefinedResponse<ResponseType | undefined> = http.get(`${__ENV.URL}/json`);
    console.log(r.status);
}

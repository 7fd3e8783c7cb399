// k6 reference §4, published scripts: a GraphQL query by POST.
// check has no errors: 1/0
// check names it: 1/0
import http from 'k6/http';
import { check } from 'k6';
const query = 'query Find($name: String!) { repository(name: $name) { name } }';
export default function () {
    const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer t' };
    const r = http.post(`${__ENV.URL}/graphql`, JSON.stringify({ query, variables: { name: 'mine' } }), { headers });
    check(r, { 'has no errors': () => r.json('errors') === undefined, 'names it': () => r.json('data.repository.name') === 'mine' });
}

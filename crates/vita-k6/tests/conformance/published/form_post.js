// k6 reference §4, published scripts: a page's form, filled in and sent.
// check page has a form: 1/0
// check form arrived: 1/0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
    const page = http.get(`${__ENV.URL}/html`);
    check(page, { 'page has a form': (r) => r.html('form#order').size() === 1 });
    const sent = page.submitForm({ formSelector: '#order', fields: { who: 'someone', note: 'äö' } });
    check(sent, { 'form arrived': (r) => r.json('form.who') === 'someone' && r.json('form.note') === 'äö' });
}

// k6 reference §1, Response: submitForm sends a form's fields.
// prints: POST {"note":"please","size":"l","topping":"cheese","who":"you"}
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/html`).submitForm({ formSelector: '#order', fields: { who: 'you' } });
    const form = r.json('form');
    delete form.go;
    console.log(r.json('method'), JSON.stringify(form));
}

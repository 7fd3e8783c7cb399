// k6 reference §1, k6/secrets: get gives a value, and it is kept out of the log.
// secret: token=hush-hush
// prints: 9 true
// prints: leak …
// never says: hush-hush
import secrets from 'k6/secrets';
export default async function () {
    const value = await secrets.get('token');
    console.log(value.length, value === ['hush', 'hush'].join('-'));
    console.error('leak', value);
}

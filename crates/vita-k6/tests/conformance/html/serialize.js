// k6 reference §1, k6/html: a form's fields.
// prints: a=1&b=x+y
// prints: {"a":"1","b":"x y"}
// prints: [{"name":"a","value":"1"},{"name":"b","value":"x y"}]
import { parseHTML } from 'k6/html';
export default function () {
    const form = parseHTML('<form><input name="a" value="1"><input name="b" value="x y"><input name="c" type="checkbox"></form>').find('form');
    console.log(form.serialize());
    console.log(JSON.stringify(form.serializeObject()));
    console.log(JSON.stringify(form.serializeArray().map(({ name, value }) => ({ name, value }))));
}

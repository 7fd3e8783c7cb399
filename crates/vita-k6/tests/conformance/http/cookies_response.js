// k6 reference §1, Response: cookies have their attributes.
// prints: name,value,domain,path,http_only,secure,max_age,expires
// prints: seen yes /cookies true false 60 number
import http from 'k6/http';
export default function () {
    const c = http.get(`${__ENV.URL}/cookies/attributes`).cookies.seen[0];
    console.log(Object.keys(c).join());
    console.log(c.name, c.value, c.path, c.http_only, c.secure, c.max_age, typeof c.expires);
}

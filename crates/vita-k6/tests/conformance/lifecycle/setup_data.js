// k6 reference §1, lifecycle: setup's value goes as JSON to each virtual user and to teardown.
// prints: setup 0
// prints: default {"n":1,"list":[1,2],"when":"1970-01-01T00:00:00.000Z"}
// prints: teardown {"n":1,"list":[1,2],"when":"1970-01-01T00:00:00.000Z"}
export function setup() {
    console.log('setup', __VU);
    return { n: 1, list: [1, 2], when: new Date(0), gone: undefined };
}
export default function (data) {
    console.log('default', JSON.stringify(data));
    data.n = 9;
}
export function teardown(data) {
    console.log('teardown', JSON.stringify(data));
}

// k6 reference §2, options: tags of script and environment come together.
// variable: K6_TAGS=b=2
// points iterations{a:1,b:2}: 1
export const options = { tags: { a: '1' } };
export default function () {}

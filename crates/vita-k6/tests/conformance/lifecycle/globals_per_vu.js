// k6 reference §1, lifecycle: module state lives as long as its virtual user.
// prints: 1
// prints: 2
// prints: 3
export const options = { iterations: 3 };
let count = 0;
export default function () {
    count += 1;
    console.log(count);
}
